"""How many texts there are, of each kind, for each treatment and kind of visit, and how many are signed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from companion.domain.catalogue import Catalogue
from companion.domain.items import Item
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.domain.wording import PUSHES

Group = Literal["kind", "treatment", "appointment", "all"]


@dataclass(frozen=True)
class Row:
    group: Group
    id: str
    #: In plain words; the id itself where there are none.
    name: str
    items: int
    reviewed: int
    #: Not sent on this day, because they ought to have been looked at again.
    withheld: int


def index(catalogue: Catalogue, today: date) -> tuple[Row, ...]:
    """Return a row for each kind of text, each treatment, each kind of visit, and one for all together."""
    return tuple(_rows(catalogue, today))


def _rows(catalogue: Catalogue, today: date) -> Iterator[Row]:
    for kind, items in by_kind(catalogue).items():
        yield _row("kind", kind, kind, items, today)
    for treatment in catalogue.treatments.values():
        yield _row("treatment", treatment.id, treatment.name, of_treatment(catalogue, treatment.id), today)
    for kind in APPOINTMENT_TYPES:
        name = catalogue.text(f"kind.{kind}").text
        yield _row("appointment", kind, name, of_visit(catalogue, kind), today)
    yield _row("all", "all", "all", catalogue.everything(), today)


def by_kind(catalogue: Catalogue) -> Mapping[str, tuple[Item, ...]]:
    """Return every item once, by the kind of text it is."""
    kinds = {key for key in catalogue.texts if key.startswith("kind.")}
    return {
        "treatment": tuple(a.item for t in catalogue.treatments.values() for a in t.about),
        "part": tuple(topic.item for topic in catalogue.topics if topic.treatment),
        "ground": tuple(topic.item for topic in catalogue.topics if not topic.treatment),
        "question": tuple(question.item for question in catalogue.questions),
        "ready": tuple(ready.item for ready in catalogue.ready),
        "coping": tuple(line.item for line in catalogue.coping),
        "reply": tuple(i for key, i in catalogue.texts.items() if key not in kinds and key not in PUSHES),
        "reminder": tuple(catalogue.texts[key] for key in PUSHES),
        "appointment": tuple(catalogue.texts[key] for key in sorted(kinds)),
    }


def of_treatment(catalogue: Catalogue, treatment: str) -> Iterator[Item]:
    yield from (about.item for about in catalogue.treatment(treatment).about)
    yield from (topic.item for topic in catalogue.topics if topic.treatment == treatment)
    yield from (question.item for question in catalogue.questions if treatment in question.treatments)


def of_visit(catalogue: Catalogue, kind: str) -> Iterator[Item]:
    yield catalogue.text(f"kind.{kind}")
    yield from (ready.item for ready in catalogue.ready if kind in ready.types)
    yield from (question.item for question in catalogue.questions if kind in question.types)


def _row(
    group: Group,
    row_id: str,
    name: str,
    items: Iterable[Item],
    today: date,
) -> Row:
    found = tuple(items)
    reviewed = sum(item.status == "reviewed" for item in found)
    return Row(group, row_id, name, len(found), reviewed, sum(item.withheld(today) for item in found))
