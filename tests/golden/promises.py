"""
What must and must not be in a golden conversation, checked apart from what was recorded.

Each promise says why and, as data, what to look for. `step` (the first of `texts` is 1; a number or a list)
narrows what it looks at; without it every text of the conversation counts. Capitals do not matter.

`must`:      text {contains, contains_any, kind, state, rule}: one text is all of that
             replies, replies_at_most, pushes: so many answers, or reminders, were handed over
             all_different: no text was sent twice
             task {kind, urgency, note_contains, note_contains_any}; with `times`, exactly so many
             tasks: so many in all
             state: the end has at least this; {"any_of": [...]} where several are right
             outbox {rule, state, of, at}: one planned reminder is that
             understood: the step was understood as at least these intents
`must_not`:  any_text_contains, any_push_contains: no text has any of these
             text, task, state, outbox: as above, and none is
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.golden.replay import Played

Found = Mapping[str, Any]

_HELD_BACK = {"pending", "withdrawn", "suppressed", "expired"}
_TEXT = {"contains", "contains_any", "kind", "state", "rule"}
_TASK = {"kind", "urgency", "note_contains", "note_contains_any"}
_OUTBOX = {"rule", "state", "of", "at"}


def broken(conversation: Mapping[str, Any], played: Played) -> list[str]:
    """Return a sentence for each promise that does not hold."""
    found = []
    for promise in conversation["must"]:
        found += [f"must: {promise['why']} ({what})" for what in _lacks(promise, played)]
    for promise in conversation["must_not"]:
        found += [f"must not: {promise['why']} ({what})" for what in _offends(promise, played)]
    return found


def _lacks(promise: Found, played: Played) -> Iterator[str]:
    for key, check in _checks(promise, _MUST):
        if not check(promise[key], promise, played):
            yield f"{key}: {promise[key]}"


def _offends(promise: Found, played: Played) -> Iterator[str]:
    for key, check in _checks(promise, _MUST_NOT):
        if check(promise[key], promise, played):
            yield f"{key}: {promise[key]}"


def _checks(promise: Found, checks: "Mapping[str, _Check]") -> "list[tuple[str, _Check]]":
    known = {"why", "step", "times"}
    unknown = set(promise) - known - set(checks)
    found = [(key, checks[key]) for key in promise if key in checks]
    if unknown or not found or "why" not in promise:
        raise ValueError(f"A promise says why, and what to look for among {sorted(checks)}: {dict(promise)}")
    return found


_Check = Callable[[Any, Found, Played], bool]


def _left(promise: Found, played: Played) -> list[Found]:
    """Return the texts handed over in the steps meant."""
    texts = [
        text for step in _steps(promise, played) for text in (*step.get("on_the_way", ()), *step["replies"])
    ]
    return [text for text in texts if text["state"] not in _HELD_BACK]


def _steps(promise: Found, played: Played) -> list[Found]:
    asked = promise.get("step")
    if asked is None:
        return list(played.steps)
    return [played.steps[number - 1] for number in ([asked] if isinstance(asked, int) else asked)]


def _pushes(promise: Found, played: Played) -> list[Found]:
    return [text for text in _left(promise, played) if text["kind"] == "push"]


def _has(text: str, parts: Sequence[str]) -> list[bool]:
    assert not isinstance(parts, str), "a list, or every letter would count"
    return [part.casefold() in text.casefold() for part in parts]


def _is_text(wanted: Found, text: Found) -> bool:
    _only(wanted, _TEXT)
    return (
        all(_has(text["body"], wanted.get("contains", [])))
        and ("contains_any" not in wanted or any(_has(text["body"], wanted["contains_any"])))
        and all(text.get(key) == wanted[key] for key in ("kind", "state", "rule") if key in wanted)
    )


def _is_task(wanted: Found, task: Found) -> bool:
    _only(wanted, _TASK)
    same = all(_fits(wanted[key], task[key]) for key in ("kind", "urgency") if key in wanted)
    some = "note_contains_any" not in wanted or any(_has(task["note"], wanted["note_contains_any"]))
    return same and some and all(_has(task["note"], wanted.get("note_contains", [])))


def _only(wanted: Found, known: set[str]) -> None:
    if not wanted or set(wanted) - known:
        raise ValueError(f"Nobody looks for {dict(wanted)}; there are {sorted(known)}")


def _fits(wanted: Any, found: Any) -> bool:
    """Say whether `found` has at least what is wanted."""
    if isinstance(wanted, dict) and "any_of" in wanted:
        return any(_fits(one, found) for one in wanted["any_of"])
    if isinstance(wanted, dict):
        return all(_fits(value, found[key]) for key, value in wanted.items())
    return bool(wanted == found)


def _text(wanted: Found, promise: Found, played: Played) -> bool:
    return any(_is_text(wanted, text) for text in _left(promise, played))


def _answers(promise: Found, played: Played) -> int:
    return _number(_left(promise, played)) - _number(_pushes(promise, played))


def _number(texts: Sequence[Found]) -> int:
    return sum(text.get("times", 1) for text in texts)


def _replies(wanted: int, promise: Found, played: Played) -> bool:
    return _answers(promise, played) == wanted


def _replies_at_most(wanted: int, promise: Found, played: Played) -> bool:
    return _answers(promise, played) <= wanted


def _push_count(wanted: int, promise: Found, played: Played) -> bool:
    return _number(_pushes(promise, played)) == wanted


def _all_different(wanted: bool, promise: Found, played: Played) -> bool:
    left = _left(promise, played)
    return (len({text["body"] for text in left}) == _number(left)) is wanted


def _task(wanted: Found, promise: Found, played: Played) -> bool:
    found = sum(_is_task(wanted, task) for task in played.end["tasks"])
    return found == promise["times"] if "times" in promise else found > 0


def _tasks(wanted: int, _: Found, played: Played) -> bool:
    return len(played.end["tasks"]) == wanted


def _state(wanted: Found, _: Found, played: Played) -> bool:
    return _fits(wanted, played.end["state"])


def _outbox(wanted: Found, _: Found, played: Played) -> bool:
    _only(wanted, _OUTBOX)
    return any(_fits(wanted, row) for row in played.end["state"]["outbox"])


def _understood(wanted: list[str], promise: Found, played: Played) -> bool:
    return all(set(wanted) <= set(step["understood"]) for step in _steps(promise, played))


def _any_text(parts: list[str], promise: Found, played: Played) -> bool:
    return any(any(_has(text["body"], parts)) for text in _left(promise, played))


def _any_push(parts: list[str], promise: Found, played: Played) -> bool:
    return any(any(_has(text["body"], parts)) for text in _pushes(promise, played))


_MUST: Mapping[str, _Check] = {
    "text": _text,
    "replies": _replies,
    "replies_at_most": _replies_at_most,
    "all_different": _all_different,
    "pushes": _push_count,
    "task": _task,
    "tasks": _tasks,
    "state": _state,
    "outbox": _outbox,
    "understood": _understood,
}
_MUST_NOT: Mapping[str, _Check] = {
    "any_text_contains": _any_text,
    "any_push_contains": _any_push,
    "text": _text,
    "task": _task,
    "state": _state,
    "outbox": _outbox,
}
