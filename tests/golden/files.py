"""The files of the golden conversations: which parts a person wrote, and how a file is laid out."""

import json
from collections.abc import Iterable
from copy import deepcopy
from difflib import unified_diff
from pathlib import Path
from typing import Any

Conversation = dict[str, Any]

FOLDER = Path(__file__).with_name("conversations")

#: Of each step, and of the end: what `make golden` writes.
_OF_A_STEP = ("understood", "on_the_way", "replies")
_OF_THE_END = ("tasks", "state")
_ORDER = ("title", "situation", "given", "texts", "tasks", "state", "must", "must_not")
_WIDTH = 110


def names(folder: Path = FOLDER) -> list[str]:
    return sorted(file.stem for file in folder.glob("*.json"))


def load(name: str, folder: Path = FOLDER) -> Conversation:
    conversation: Conversation = json.loads((folder / f"{name}.json").read_text("utf-8"))
    unknown = set(conversation) - set(_ORDER)
    if unknown:
        raise ValueError(f"{name} has parts nobody reads: {', '.join(sorted(unknown))}")
    return conversation


def save(name: str, conversation: Conversation, folder: Path = FOLDER) -> None:
    (folder / f"{name}.json").write_text(lay_out(conversation) + "\n", "utf-8")


def authored(conversation: Conversation) -> Conversation:
    """Return what a person wrote of it."""
    steps = [_without(step, _OF_A_STEP) for step in conversation["texts"]]
    return deepcopy({**_without(conversation, _OF_THE_END), "texts": steps})


def generated(conversation: Conversation) -> Conversation:
    """Return what was played, laid beside the words it answers, so that a difference can be read."""
    steps = [
        {**_only(step, ("at", "from", "body", "staff")), **_only(step, _OF_A_STEP)}
        for step in conversation["texts"]
    ]
    return {"texts": steps, **_only(conversation, _OF_THE_END)}


def with_generated(
    conversation: Conversation, steps: list[dict[str, Any]], end: dict[str, Any]
) -> Conversation:
    """Return the conversation with its generated parts in place of those it had."""
    bare = authored(conversation)
    texts = [{**own, **played} for own, played in zip(bare["texts"], steps, strict=True)]
    whole = {**bare, "texts": texts, **end}
    return {part: whole[part] for part in _ORDER if part in whole}


def difference(recorded: Conversation, came: Conversation) -> str:
    """Return what differs in the generated parts, with the words around it, or nothing."""
    before, after = (lay_out(generated(one)).splitlines() for one in (recorded, came))
    return "\n".join(unified_diff(before, after, "recorded", "played now", lineterm="", n=6))


def lay_out(value: Any, indent: int = 0) -> str:
    """Return JSON with all that fits on a line on one line, so that a step can be taken in at a glance."""
    line = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict | list) or (indent and indent + len(line) <= _WIDTH):
        return line
    deeper = " " * (indent + 2)
    if isinstance(value, dict):
        inside = [f"{json.dumps(key)}: {lay_out(own, indent + 2)}" for key, own in value.items()]
    else:
        inside = [lay_out(item, indent + 2) for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + "\n" + ",\n".join(deeper + part for part in inside) + "\n" + " " * indent + closing


def _without(of: dict[str, Any], parts: Iterable[str]) -> dict[str, Any]:
    return {key: value for key, value in of.items() if key not in parts}


def _only(of: dict[str, Any], parts: Iterable[str]) -> dict[str, Any]:
    return {key: of[key] for key in parts if key in of}
