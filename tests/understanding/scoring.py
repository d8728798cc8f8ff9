"""How well texts are understood: labelled ones against their labels, everyday ones against silence."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from companion.domain.understanding import Grammar, Understood, understand

LABELLED = Path(__file__).parent / "labelled"
EVERYDAY = LABELLED / "everyday.txt"
#: What must not be missed, and must not be raised for nothing.
WEIGHTY = frozenset({"urgent", "distress", "bereavement", "opt_out"})
_NAMED = frozenset({"treatment", "prepare"})
#: Answered as nothing, or not at all: what a text to somebody else should be.
QUIET = frozenset({"free_text", "acknowledgement"})


@dataclass(frozen=True)
class Label:
    """What a person says a text means."""

    text: str
    intent: str
    treatment: str | None
    slot: str | None
    also: tuple[str, ...]

    @property
    def intents(self) -> frozenset[str]:
        return frozenset({self.intent, *self.also})

    def fits(self, found: Understood) -> bool:
        """Say whether the first meaning is right, and the treatment where one is asked about."""
        same = found.meaning.intent == self.intent
        return same and (self.intent not in _NAMED or found.meaning.treatment == self.treatment)


@dataclass(frozen=True)
class Score:
    """A file's labels beside what was understood."""

    pairs: tuple[tuple[Label, Understood], ...]

    @property
    def right(self) -> float:
        """Return the share of texts whose first meaning is right."""
        return _share(label.fits(found) for label, found in self.pairs)

    @property
    def caught(self) -> float:
        """Return the share of what weighs that was found, in whatever place."""
        return _share(found.has(w) for label, found in self.pairs for w in label.intents & WEIGHTY)

    @property
    def alarms(self) -> float:
        """Return the share of texts in which something of weight was found that is not there."""
        return _share(
            bool({meaning.intent for meaning in found.all} & WEIGHTY - label.intents)
            for label, found in self.pairs
        )

    @property
    def slots(self) -> float:
        """Return the share of the numbers and own words that were carried as they should be."""
        carrying = [(label, found) for label, found in self.pairs if label.slot is not None]
        return _share(found.meaning.slot == label.slot for label, found in carrying)

    @cached_property
    def confusion(self) -> Mapping[str, Counter[str]]:
        """Map each intent to what its texts were taken for; another treatment counts as another intent."""
        table: dict[str, Counter[str]] = {}
        for label, found in self.pairs:
            right, intent = label.fits(found), found.meaning.intent
            taken = label.intent if right else f"{intent} of another treatment"
            row = table.setdefault(label.intent, Counter())
            row[taken if intent == label.intent else intent] += 1
        return table


def labels(path: Path) -> list[Label]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [Label(**{**row, "also": tuple(row["also"])}) for row in rows]


def score(path: Path, grammar: Grammar) -> Score:
    return Score(tuple((label, understand(label.text, grammar)) for label in labels(path)))


def everyday() -> list[str]:
    return [line for line in EVERYDAY.read_text("utf-8").splitlines() if line.strip()]


def files() -> list[Path]:
    return sorted(LABELLED.glob("*.jsonl"))


def _share(outcomes: Iterable[bool]) -> float:
    """Return how many of them are true; nothing at all counts as all of it."""
    found = list(outcomes)
    return sum(found) / len(found) if found else 1.0
