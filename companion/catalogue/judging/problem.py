"""What a rule finds, and what every rule looks at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from companion.catalogue.judging.standards import Standards
from companion.catalogue.judging.wordings import Wording, wordings
from companion.domain.catalogue import Catalogue
from companion.domain.items import Item
from companion.domain.vocabulary import TREATMENTS


@dataclass(frozen=True)
class Problem:
    """One thing to mend before a text may go out."""

    file: str
    item: str
    rule: str
    why: str
    repair: str

    @property
    def line(self) -> str:
        return f"{self.file}: {self.item}: {self.why}; {self.repair}"


@dataclass(frozen=True)
class Fault:
    """A problem as its rule finds it, before the rule's name is put to it."""

    file: str
    item: str
    why: str
    repair: str

    def under(self, rule: str) -> Problem:
        return Problem(self.file, self.item, rule, self.why, self.repair)


@dataclass(frozen=True)
class Inquiry:
    """A catalogue, what it is held against, and the day."""

    catalogue: Catalogue
    standards: Standards
    today: date

    @cached_property
    def wordings(self) -> tuple[Wording, ...]:
        return tuple(wordings(self.catalogue, self.standards))


Rule = Callable[[Inquiry], Iterator[Fault]]


def in_item(item: Item, why: str, repair: str) -> Fault:
    return Fault(file_of(item), item.id, why, repair)


def in_wording(wording: Wording, why: str, repair: str) -> Fault:
    return Fault(file_name(wording.file), wording.id, why, repair)


def file_of(item: Item) -> str:
    return file_name(item.place)


def file_name(place: str) -> str:
    """Return where a file stands in its language's folder; treatments have a folder of their own."""
    return f"treatments/{place}" if place.removesuffix(".toml") in TREATMENTS else place
