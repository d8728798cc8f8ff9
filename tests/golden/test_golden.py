"""Every golden conversation goes as recorded, and keeps each of its promises."""

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Protocol

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.languages import ENGLISH, Languages
from companion.domain.vocabulary import INTENTS
from tests.golden import files, promises, replay
from tests.golden.regenerate import regenerate
from tests.golden.replay import Played

#: What the product does not do yet, and why the conversation cannot be recorded; each leaves when it can.
AWAITING: dict[str, str] = {}

_NAMES = files.names()
_RECORDED = [name for name in _NAMES if name not in AWAITING]


class Playing(Protocol):
    def __call__(self, name: str) -> Played: ...


def marked(name: str) -> object:
    """Return the parameter; one that is awaited must fail, so that it leaves the list when it can."""
    awaited = [pytest.mark.xfail(reason=AWAITING[name])] if name in AWAITING else []
    # What is said of one conversation is said by one process, which plays it once.
    return pytest.param(name, marks=[pytest.mark.xdist_group(name), *awaited])


@pytest.fixture(scope="module")
def played(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, encryption_key: str, catalogue: Catalogue
) -> Playing:
    """Return a player that plays each conversation once."""
    folder = tmp_path_factory.mktemp("golden")

    @cache
    def play(name: str) -> Played:
        file = Path(shutil.copy(migrated_sqlite, folder / f"{name}.db"))
        return replay.play(files.load(name), file, encryption_key, Languages({ENGLISH: catalogue}))

    return play


@pytest.mark.parametrize("name", [marked(name) for name in _NAMES])
def test_a_conversation_keeps_its_promises(name: str, played: Playing) -> None:
    assert promises.broken(files.load(name), played(name)) == []


@pytest.mark.parametrize("name", [marked(name) for name in _RECORDED])
def test_a_conversation_goes_as_recorded(name: str, played: Playing) -> None:
    recorded = files.load(name)
    came = files.with_generated(recorded, played(name).steps, played(name).end)

    difference = files.difference(recorded, came)
    assert not difference, f"{name}: `make golden` records what is played now.\n{difference}"


def test_a_difference_shows_the_text_and_the_words_it_answers() -> None:
    recorded = files.load("visit-with-none-booked")
    came = files.load("visit-with-none-booked")
    came["texts"][0]["replies"][0]["body"] = "You are free."

    shown = files.difference(recorded, came).splitlines()
    assert files.difference(recorded, recorded) == ""
    assert any(line.startswith("-") and "no visit noted" in line for line in shown)
    assert any(line.startswith("+") and "You are free." in line for line in shown)
    assert any('"body": "VISIT"' in line for line in shown)


@pytest.mark.parametrize("name", _NAMES)
def test_a_conversation_reads_as_a_document(name: str) -> None:
    conversation = files.load(name)

    assert conversation["title"]
    assert conversation["must"], "says what must be"
    assert conversation["must_not"], "says what must not be"
    text = (files.FOLDER / f"{name}.json").read_text("utf-8")
    assert text == files.lay_out(conversation) + "\n", "laid out as `make golden` lays it out"


def test_there_are_at_least_sixty_situations_and_the_fifteen_are_there_by_number() -> None:
    assert len(_RECORDED) >= 60
    numbered = {name: files.load(name).get("situation") for name in _NAMES}
    found = sorted(number for number in numbered.values() if number)
    assert found == list(range(1, 16))
    assert all(name.startswith(f"{number:02}-") for name, number in numbered.items() if number)


def test_every_intent_occurs() -> None:
    where = defaultdict(list)
    for name in _RECORDED:
        for step in files.load(name)["texts"]:
            for intent in step.get("understood", ()):
                where[intent].append(name)

    assert set(where) == set(INTENTS)


def texts() -> Iterator[tuple[str, dict[str, object]]]:
    for name in _RECORDED:
        for step in files.load(name)["texts"]:
            for text in (*step.get("on_the_way", ()), *step["replies"]):
                yield name, text


def test_no_text_is_longer_than_two_segments() -> None:
    assert [(name, text) for name, text in texts() if not 1 <= int(str(text["segments"])) <= 2] == []


#: As a frightened person would count them, apart from the product's own list.
_GIVE_AWAY = (
    "leukaemia", "cancer", "chemo", "transplant", "car t", "marrow", "blina", "donor", "infusion", "results",
)  # fmt: skip


def test_no_unasked_text_says_what_the_person_has() -> None:
    pushes = [(name, str(text["body"]).lower()) for name, text in texts() if text["kind"] == "push"]

    assert len(pushes) > 60
    assert [(name, word) for name, body in pushes for word in _GIVE_AWAY if word in body] == []


def test_only_conversations_that_are_there_are_awaited() -> None:
    assert set(AWAITING) <= set(_NAMES)
    recorded = [name for name in AWAITING if set(files.load(name)) & {"tasks", "state"}]
    assert recorded == [], "what the product is not meant to do is not recorded"


def test_regenerating_writes_the_generated_parts_alone(tmp_path: Path) -> None:
    name = "thanks-get-no-reply"
    meant = files.load(name)
    spoiled = {**meant, "tasks": [{"kind": "made-up"}]}
    files.save(name, spoiled, tmp_path)

    assert regenerate([name], tmp_path) == {}
    assert files.load(name, tmp_path) == meant


def test_a_conversation_that_breaks_a_promise_is_not_recorded(tmp_path: Path) -> None:
    name = "thanks-get-no-reply"
    conversation = files.load(name)
    conversation["must"].append({"why": "It cannot be", "text": {"contains": ["You are welcome"]}})
    files.save(name, conversation, tmp_path)

    (problem,) = regenerate([name], tmp_path)[name]
    assert problem.startswith("must: It cannot be")
    assert json.loads((tmp_path / f"{name}.json").read_text("utf-8")) == files.authored(conversation)
