"""
The catalogue as values: every word a patient can be sent, and which of it fits whom.

The files are read by the catalogue floor; here is only what they mean. Ids of treatments and
appointment types are fixed (docs/glossary.md); the rest is whatever the files hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal, get_args

from companion.domain.asking import Asking
from companion.domain.clock_time import DateWords
from companion.domain.items import Item, SupportLine
from companion.domain.lexicon import Lexicon
from companion.domain.pause_length import PauseWords
from companion.domain.privacy import LockScreen
from companion.domain.reminder_rules import ReminderRules
from companion.domain.understanding import Grammar, Idiom, Meaning
from companion.errors import NotFound

Depth = Literal["less", "standard", "full"]

DEPTHS: tuple[Depth, ...] = get_args(Depth)


@dataclass(frozen=True)
class About:
    """What a treatment is; the fuller ones go to people who want to know all."""

    item: Item
    depth: Depth


@dataclass(frozen=True)
class Topic:
    """A text that answers words of its own: a drug inside a combination, or the ground."""

    item: Item
    words: tuple[str, ...]
    #: The treatment it is a part of, or None.
    treatment: str | None = None


@dataclass(frozen=True)
class LockedName:
    """A treatment we know by name and have no checked text about."""

    id: str
    words: tuple[str, ...]
    #: The treatment whose questions come nearest.
    near: str


@dataclass(frozen=True)
class Treatment:
    id: str
    parent: str | None
    name: str
    #: Normalised words people text for it; unique over the whole catalogue.
    aliases: tuple[str, ...]
    #: What it is, shortest first.
    about: tuple[About, ...]
    #: How the name is said, where a source says so.
    say: str | None = None
    #: By kind of cell only.
    for_whom: str | None = None
    #: What the source leaves open; for reviewers, never sent.
    source_gap: str | None = None
    #: Where `say` comes from.
    say_source: str | None = None


@dataclass(frozen=True)
class Question:
    item: Item
    #: The least information preference at which it is offered first.
    depth: Depth
    #: Treatments it is about, each with all that stands under it; empty means any.
    treatments: frozenset[str]
    #: Appointment types it fits best; empty means any.
    types: frozenset[str]
    #: How far along a person is when it fits; empty means any time.
    stages: frozenset[str]
    #: Lower comes first among questions that fit equally well.
    rank: int
    #: Cure, and having no treatment: never pushed below `full`, never near a results visit.
    heavy: bool = False

    @property
    def push(self) -> str | None:
        return self.item.push


@dataclass(frozen=True)
class CopingLine:
    item: Item
    #: Whether it may stand in a reminder.
    push: bool
    #: What it helps with.
    situation: str = "any"


@dataclass(frozen=True)
class Ready:
    """How to get ready for a kind of visit; sent on request."""

    item: Item
    types: frozenset[str]


@dataclass(frozen=True)
class Catalogue:
    language: str
    treatments: Mapping[str, Treatment]
    questions: tuple[Question, ...]
    coping: tuple[CopingLine, ...]
    ready: tuple[Ready, ...]
    topics: tuple[Topic, ...]
    locked: tuple[LockedName, ...]
    lines: Mapping[str, SupportLine]
    #: Source id -> title and date of the copy that was read.
    sources: Mapping[str, tuple[str, str]]
    #: Fixed answers, safety texts and reminder templates, by id.
    texts: Mapping[str, Item]
    #: The words people text.
    idiom: Idiom
    #: Which texts that nobody understands are offered for the list.
    asking: Asking
    reminders: ReminderRules
    lock_screen: LockScreen
    dates: DateWords
    pauses: PauseWords
    #: Normalised words by which a text shows that a machine sent it.
    auto_replies: tuple[str, ...]
    #: Normalised words that say nothing beside a name.
    around_names: tuple[str, ...]

    @property
    def lexicon(self) -> Lexicon:
        return self.idiom.lexicon

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Map each word for a treatment to its id."""
        return {alias: t.id for t in self.treatments.values() for alias in t.aliases}

    @cached_property
    def named(self) -> Mapping[str, Topic | LockedName]:
        """Map each word for a drug inside a combination, the ground, or a locked name to what it names."""
        found: list[Topic | LockedName] = [*self.topics, *self.locked]
        return {word: named for named in found for word in named.words}

    @cached_property
    def grammar(self) -> Grammar:
        """Return the words people text, made ready for reading; made once, at the first text."""
        names = {alias: Meaning("treatment", treatment) for alias, treatment in self.aliases.items()}
        return Grammar(self.idiom, names | {word: _meant(named) for word, named in self.named.items()})

    def text(self, item_id: str) -> Item:
        if item_id not in self.texts:
            raise NotFound.of("text", item_id)
        return self.texts[item_id]

    def treatment(self, treatment_id: str) -> Treatment:
        if treatment_id not in self.treatments:
            known = ", ".join(self.treatments)
            raise NotFound(f"There is no treatment {treatment_id}. Choose one of: {known}.")
        return self.treatments[treatment_id]

    def lineage(self, treatment_id: str) -> tuple[str, ...]:
        """Return the treatment and all it stands under, nearest first."""
        treatment = self.treatment(treatment_id)
        above = self.lineage(treatment.parent) if treatment.parent else ()
        return (treatment_id, *above)

    def everything(self) -> tuple[Item, ...]:
        """Return every item that holds patient wording."""
        return (
            *(about.item for treatment in self.treatments.values() for about in treatment.about),
            *(topic.item for topic in self.topics),
            *(question.item for question in self.questions),
            *(line.item for line in self.coping),
            *(ready.item for ready in self.ready),
            *self.texts.values(),
        )

    @cached_property
    def _withheld_from(self) -> date | None:
        """The first day on which an ordinary text is overdue; asked before each text that leaves."""
        days = (item.overdue_from for item in self.everything() if not item.safety)
        return min((day for day in days if day is not None), default=None)

    def as_of(self, today: date) -> "Catalogue":
        """
        Return the catalogue without the ordinary texts that are overdue on that day.

        Safety, crisis, stop and bereavement texts stay, and so do the fixed answers and reminders: a
        conversation that breaks off would be worse than one whose wording wants another look.
        """
        if self._withheld_from is None or today < self._withheld_from:
            return self
        return replace(
            self,
            treatments={t.id: _without_overdue(t, today) for t in self.treatments.values()},
            questions=tuple(q for q in self.questions if not q.item.withheld(today)),
            coping=tuple(line for line in self.coping if not line.item.withheld(today)),
            ready=tuple(ready for ready in self.ready if not ready.item.withheld(today)),
            topics=tuple(topic for topic in self.topics if not topic.item.withheld(today)),
        )


def _without_overdue(treatment: Treatment, today: date) -> Treatment:
    return replace(treatment, about=tuple(a for a in treatment.about if not a.item.withheld(today)))


def _meant(named: Topic | LockedName) -> Meaning:
    """A drug inside a combination, the ground, or a name we have no checked text about."""
    if isinstance(named, LockedName):
        return Meaning("treatment", slot=named.id)
    return Meaning("treatment", named.treatment, named.item.id)
