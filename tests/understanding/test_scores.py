"""Texts people may send, and how many are understood: never fewer than before."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.understanding import Context, understand
from companion.domain.vocabulary import INTENTS, TREATMENTS
from tests.understanding.confusion import tables
from tests.understanding.scoring import QUIET, WEIGHTY, Score, everyday, files, labels, score


@dataclass(frozen=True)
class Floor:
    """Shares in percent, as scoring.Score counts them."""

    right: float
    caught: float
    slots: float
    #: The most that may be raised for nothing.
    alarms: float


#: What is reached. Raise a floor when more is; a floor is lowered only with the reason in the commit.
FLOORS = {
    "held-out": Floor(right=87.5, caught=92.5, slots=99, alarms=4.3),
    "requests": Floor(right=99.6, caught=100, slots=98, alarms=0.3),
    "requests-2": Floor(right=97.7, caught=100, slots=99, alarms=0.5),
    "requests-3": Floor(right=97.5, caught=100, slots=97, alarms=1.6),
    "requests-4": Floor(right=98.5, caught=100, slots=98.5, alarms=1),
    "requests-5": Floor(right=96.5, caught=100, slots=97, alarms=2.4),
    "signs": Floor(right=97.2, caught=98.7, slots=100, alarms=1.5),
    "signs-2": Floor(right=94, caught=98.3, slots=100, alarms=2.1),
    "signs-3": Floor(right=96.2, caught=99.6, slots=100, alarms=1.8),
    "signs-4": Floor(right=97.2, caught=99.1, slots=100, alarms=1.4),
    "signs-5": Floor(right=95, caught=98, slots=100, alarms=1),
}
#: Of texts to somebody else: the least that is left alone, the most in which something of weight is seen.
LEFT_ALONE, ALARMED = 88.0, 1.0


@pytest.fixture(scope="module")
def scores(catalogue: Catalogue) -> dict[str, Score]:
    return {path.stem: score(path, catalogue.grammar) for path in files()}


def test_every_file_of_texts_has_its_floor() -> None:
    assert {path.stem for path in files()} == set(FLOORS)


@pytest.mark.parametrize("name", FLOORS)
def test_no_fewer_texts_are_understood_than_before(scores: dict[str, Score], name: str) -> None:
    found, floor = scores[name], FLOORS[name]

    assert 100 * found.right >= floor.right
    assert 100 * found.caught >= floor.caught
    assert 100 * found.slots >= floor.slots
    assert 100 * found.alarms <= floor.alarms


def test_texts_to_somebody_else_are_left_alone(catalogue: Catalogue) -> None:
    found = [understand(text, catalogue.grammar) for text in everyday()]
    quiet = sum(one.meaning.intent in QUIET for one in found)
    alarmed = sum(any(one.has(intent) for intent in WEIGHTY) for one in found)

    assert 100 * quiet / len(found) >= LEFT_ALONE
    assert 100 * alarmed / len(found) <= ALARMED


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_the_labels_are_in_the_words_of_the_glossary(path: Path) -> None:
    for label in labels(path):
        assert label.intents <= set(INTENTS), label.text
        assert label.treatment is None or label.treatment in TREATMENTS, label.text


def test_no_text_is_labelled_twice_with_two_meanings() -> None:
    meant: dict[str, str] = {}
    for path in files():
        for label in labels(path):
            assert meant.setdefault(label.text, label.intent) == label.intent, label.text


def test_no_text_stops_it_in_any_context(catalogue: Catalogue) -> None:
    texts = [*everyday(), *(label.text for path in files() for label in labels(path))]
    asked = Context(stopped=True, confirm_asked=True, list_shown=True)

    assert len(texts) > 3000
    for text in texts:
        for written in (text.upper(), text[::-1], text * 9):
            assert understand(written, catalogue.grammar, asked).meaning.intent in INTENTS


def test_the_table_names_every_file_and_every_mistake(catalogue: Catalogue, scores: dict[str, Score]) -> None:
    printed = "\n".join(tables(catalogue.grammar))

    for name, found in scores.items():
        assert f"{name}.jsonl: {len(found.pairs)} texts, right {found.right:.1%}" in printed
        for intent in found.confusion:
            assert f"  {intent} " in printed
    assert "everyday.txt: " in printed


def test_every_text_means_the_same_in_every_process(templates: Path) -> None:
    """Sets of words have another order in each process; no meaning, reason or alternative must."""
    code = (
        "from pathlib import Path; import hashlib; from companion.catalogue import load_catalogue;"
        "from companion.domain.understanding import understand;"
        "from tests.understanding.scoring import everyday, files, labels;"
        f"g = load_catalogue(Path({str(templates)!r})).grammar;"
        "t = [*everyday(), *(label.text for path in files() for label in labels(path))];"
        "print(hashlib.sha256(repr([understand(x, g) for x in t]).encode()).hexdigest())"
    )
    said = {
        subprocess.run(
            (sys.executable, "-c", code),
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(templates.parent)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }

    assert len(said) == 1
