"""
The whole catalogue in the order a reviewer reads it: every text once, with all that is to be judged.

A text stands in full in one place, so that it is signed once; elsewhere it is listed and pointed to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from companion.domain.catalogue import Catalogue, CopingLine, LockedName, Question, Topic, Treatment
from companion.domain.items import Item
from companion.domain.showing.index import Row, index
from companion.domain.showing.specimen import specimen, specimen_values
from companion.domain.sms import count_segments, encoding_of
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.domain.wording import PUSHES


@dataclass(frozen=True)
class Card:
    """One text with everything a reviewer has to know about it."""

    item: Item
    #: Title and date of its source.
    source: tuple[str, str]
    #: As a person may read it, every placeholder filled with something long.
    filled: str
    overdue: bool
    #: Words that a person texts to get it, where it has some of its own.
    words: tuple[str, ...] = ()
    #: The least information preference at which it is given, if that matters.
    depth: str | None = None
    #: What it helps with, if it is a line of support.
    situation: str | None = None
    #: It is a line of support that stands in reminders.
    pushed: bool = False
    question: Question | None = None

    @property
    def encoding(self) -> str:
        return encoding_of(self.filled)

    @property
    def segments(self) -> int:
        return count_segments(self.filled)

    @property
    def push_segments(self) -> int:
        return count_segments(self.item.push or "")

    @property
    def signed_before(self) -> bool:
        """It was signed, and its wording has changed since."""
        return self.item.review is not None and self.item.status == "draft"


@dataclass(frozen=True)
class TreatmentChapter:
    treatment: Treatment
    below: tuple[Treatment, ...]
    about: tuple[Card, ...]
    parts: tuple[Card, ...]
    questions: tuple[Card, ...]
    #: Asked here too, and in full under another treatment.
    elsewhere: tuple[Question, ...]


@dataclass(frozen=True)
class VisitChapter:
    id: str
    name: Card
    ready: tuple[Card, ...]
    #: Made for this kind of visit, lowest rank first; they stand in full elsewhere.
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Booklet:
    """Chapters and tables, ready to be laid out."""

    catalogue: Catalogue
    today: date
    safety: tuple[Card, ...]
    treatments: tuple[TreatmentChapter, ...]
    visits: tuple[VisitChapter, ...]
    general: tuple[Card, ...]
    ground: tuple[Card, ...]
    coping: tuple[Card, ...]
    reminders: tuple[Card, ...]
    replies: tuple[Card, ...]

    @property
    def locked(self) -> tuple[LockedName, ...]:
        return self.catalogue.locked

    @property
    def rows(self) -> tuple[Row, ...]:
        return index(self.catalogue, self.today)

    @property
    def total(self) -> Row:
        return self.rows[-1]


def booklet(catalogue: Catalogue, today: date) -> Booklet:
    """Return the booklet of all texts, drafts and overdue ones too; `today` decides what is overdue."""
    binder = _Binder(catalogue, today)
    fixed = [item for key, item in catalogue.texts.items() if not key.startswith("kind.")]
    return Booklet(
        catalogue,
        today,
        safety=binder.cards(item for item in fixed if item.safety),
        treatments=tuple(map(binder.treatment, catalogue.treatments.values())),
        visits=tuple(map(binder.visit, APPOINTMENT_TYPES)),
        general=tuple(binder.question(q) for q in catalogue.questions if not q.treatments),
        ground=tuple(binder.topic(topic) for topic in catalogue.topics if not topic.treatment),
        coping=tuple(map(binder.coping, sorted(catalogue.coping, key=lambda line: line.push))),
        reminders=binder.cards(i for i in fixed if i.id in PUSHES and not i.safety),
        replies=binder.cards(i for i in fixed if i.id not in PUSHES and not i.safety),
    )


@dataclass(frozen=True)
class _Binder:
    catalogue: Catalogue
    today: date

    @cached_property
    def values(self) -> Mapping[str, str]:
        return specimen_values(self.catalogue)

    def card(self, item: Item) -> Card:
        return Card(
            item,
            source=self.catalogue.sources[item.source],
            filled=specimen(item, self.catalogue, self.values),
            overdue=item.overdue(self.today),
        )

    def cards(self, items: Iterable[Item]) -> tuple[Card, ...]:
        return tuple(map(self.card, items))

    def topic(self, topic: Topic) -> Card:
        return replace(self.card(topic.item), words=topic.words)

    def coping(self, line: CopingLine) -> Card:
        return replace(self.card(line.item), situation=line.situation, pushed=line.push)

    def question(self, question: Question) -> Card:
        return replace(self.card(question.item), question=question, depth=question.depth)

    def treatment(self, treatment: Treatment) -> TreatmentChapter:
        here = [q for q in self.catalogue.questions if treatment.id in q.treatments]
        homes = {q.item.id: self._home(q) for q in here}
        return TreatmentChapter(
            treatment,
            below=tuple(t for t in self.catalogue.treatments.values() if t.parent == treatment.id),
            about=tuple(replace(self.card(a.item), depth=a.depth) for a in treatment.about),
            parts=tuple(self.topic(t) for t in self.catalogue.topics if t.treatment == treatment.id),
            questions=tuple(self.question(q) for q in here if homes[q.item.id] == treatment.id),
            elsewhere=tuple(q for q in here if homes[q.item.id] != treatment.id),
        )

    def visit(self, kind: str) -> VisitChapter:
        made_for_it = (question for question in self.catalogue.questions if kind in question.types)
        first = (ready for ready in self.catalogue.ready if kind == self._first_type(ready.types))
        return VisitChapter(
            kind,
            name=self.card(self.catalogue.text(f"kind.{kind}")),
            ready=self.cards(ready.item for ready in first),
            questions=tuple(sorted(made_for_it, key=lambda q: (q.rank, q.item.id))),
        )

    def _home(self, question: Question) -> str:
        return next(t for t in self.catalogue.treatments if t in question.treatments)

    def _first_type(self, kinds: frozenset[str]) -> str:
        return next((kind for kind in APPOINTMENT_TYPES if kind in kinds), "other")
