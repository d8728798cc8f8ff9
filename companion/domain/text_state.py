"""
What can be said of each text at one glance, and which texts somebody is looking for.

Kinds are those the staff think in: a safety text is one, whatever sets it off.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from companion.domain.catalogue import Catalogue
from companion.domain.items import Item
from companion.domain.showing.index import by_kind, of_treatment, of_visit
from companion.domain.showing.specimen import specimen, specimen_values
from companion.domain.sms import Encoding, count_segments, encoding_of
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.domain.wording import WELCOME
from companion.errors import NotFound

#: In the order they are read.
KINDS = (
    "safety", "welcome", "reminder", "reply", "question", "coping", "ready", "treatment", "part", "ground",
    "appointment",
)  # fmt: skip
STATES = ("open", "draft", "overdue", "reviewed", "accepted", "own")


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; None and the empty text mean all."""

    kind: str | None = None
    treatment: str | None = None
    visit: str | None = None
    state: str | None = None
    words: str = ""


@dataclass(frozen=True)
class TextState:
    """One text with what a reader has to know about it."""

    item: Item
    kind: str
    #: As a person may read it, every placeholder filled with something long.
    filled: str
    overdue: bool
    #: By the clinic, in this very wording.
    accepted: bool
    #: In the clinic's own words.
    own: bool

    @property
    def wording(self) -> str:
        return f"{self.item.id}@{self.item.version}"

    @property
    def reviewed(self) -> bool:
        return self.item.status == "reviewed"

    @property
    def signed_before(self) -> bool:
        """Somebody signed other words than these."""
        return self.item.review is not None and not self.reviewed

    @property
    def open(self) -> bool:
        """It stands between a clinic and going live."""
        return (not self.reviewed or self.overdue) and not self.accepted

    @property
    def withheld(self) -> bool:
        return self.overdue and not self.item.safety

    @property
    def encoding(self) -> Encoding:
        return encoding_of(self.filled)

    @property
    def segments(self) -> int:
        return count_segments(self.filled)

    @property
    def push_segments(self) -> int:
        return count_segments(self.item.push or "")

    def is_in(self, state: str) -> bool:
        return {
            "open": self.open,
            "draft": not self.reviewed,
            "overdue": self.overdue,
            "reviewed": self.reviewed and not self.overdue,
            "accepted": self.accepted,
            "own": self.own,
        }[state]


@dataclass(frozen=True)
class Tally:
    """How far the texts of one kind, treatment or visit have come."""

    id: str
    #: In plain words where the catalogue has some.
    name: str
    texts: int
    reviewed: int
    drafts: int
    overdue: int
    open: int
    own: int


@dataclass(frozen=True)
class Shelf:
    """The texts of one language on one day, with what a clinic has said of them."""

    catalogue: Catalogue
    today: date
    #: Id and version.
    accepted: frozenset[tuple[str, str]] = frozenset()
    #: Ids of texts in the clinic's own words.
    own: frozenset[str] = frozenset()
    #: The clinic's name and line, for what is filled in.
    about_us: Mapping[str, str] | None = None

    @cached_property
    def texts(self) -> tuple[TextState, ...]:
        """Every text once, by kind."""
        return tuple(sorted(map(self._state, self.catalogue.everything()), key=lambda t: KINDS.index(t.kind)))

    def text(self, item_id: str) -> TextState:
        """Raises NotFound."""
        for item in self.catalogue.everything():
            if item.id == item_id:
                return self._state(item)
        raise NotFound(f"There is no text {item_id[:60]}.")

    def said(self, item: Item, text: str) -> str:
        """Return the text in place of the item's, filled as the item is."""
        values = {**self._values, **(self.about_us or {})}
        return specimen(replace(item, text=text), self.catalogue, values)

    def find(self, wanted: Wanted) -> tuple[TextState, ...]:
        """Return the texts that are all of what is wanted; raises NotFound for a treatment there is not."""
        ids = self._ids(wanted)
        return tuple(
            text
            for text in self.texts
            if (ids is None or text.item.id in ids)
            and wanted.kind in (None, text.kind)
            and (wanted.state is None or text.is_in(wanted.state))
            and self._says(text, wanted.words)
        )

    def words_for(self, item_id: str) -> tuple[str, ...]:
        """Return what a person texts to get it, where it has words of its own."""
        return self._words.get(item_id, ())

    def tallies(self) -> Mapping[str, tuple[Tally, ...]]:
        """Return `all`, and by `treatment`, `visit` and `kind` how far the texts have come."""
        by_id = {text.item.id: text for text in self.texts}

        def tally(key: str, name: str, items: Iterable[Item]) -> Tally:
            return _tally(key, name, [by_id[item.id] for item in items])

        catalogue = self.catalogue
        return {
            "all": (_tally("all", "", list(self.texts)),),
            "treatment": tuple(
                tally(t.id, t.name, of_treatment(catalogue, t.id)) for t in catalogue.treatments.values()
            ),
            "visit": tuple(
                tally(kind, catalogue.text(f"kind.{kind}").text, of_visit(catalogue, kind))
                for kind in APPOINTMENT_TYPES
            ),
            "kind": tuple(_tally(kind, "", [t for t in self.texts if t.kind == kind]) for kind in KINDS),
        }

    def _ids(self, wanted: Wanted) -> frozenset[str] | None:
        found: frozenset[str] | None = None
        if wanted.treatment is not None:
            self.catalogue.treatment(wanted.treatment)
            found = frozenset(item.id for item in of_treatment(self.catalogue, wanted.treatment))
        if wanted.visit is not None:
            if wanted.visit not in APPOINTMENT_TYPES:
                raise NotFound.of("kind of visit", wanted.visit[:60])
            of_it = frozenset(item.id for item in of_visit(self.catalogue, wanted.visit))
            found = of_it if found is None else found & of_it
        return found

    def _says(self, text: TextState, words: str) -> bool:
        """Say whether every word stands somewhere: in the id, the wording, or what people text for it."""
        item = text.item
        where = " ".join(
            (item.id, item.text, item.push or "", text.filled, *self.words_for(item.id))
        ).casefold()
        return all(word in where for word in words.casefold().split())

    def _state(self, item: Item) -> TextState:
        return TextState(
            item,
            self._kinds[item.id],
            self.said(item, item.text),
            overdue=item.overdue(self.today),
            accepted=(item.id, item.version) in self.accepted,
            own=item.id in self.own,
        )

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        return {
            item.id: _kind_of(item, kind) for kind, items in by_kind(self.catalogue).items() for item in items
        }

    @cached_property
    def _words(self) -> Mapping[str, tuple[str, ...]]:
        of_topics = {topic.item.id: topic.words for topic in self.catalogue.topics}
        about = {a.item.id: t.aliases for t in self.catalogue.treatments.values() for a in t.about}
        return {**about, **of_topics}

    @cached_property
    def _values(self) -> Mapping[str, str]:
        return specimen_values(self.catalogue)


def _kind_of(item: Item, kind: str) -> str:
    if item.safety:
        return "safety"
    if item.id in WELCOME:
        return "welcome"
    return kind


def _tally(key: str, name: str, texts: list[TextState]) -> Tally:
    return Tally(
        key,
        name,
        len(texts),
        reviewed=sum(text.is_in("reviewed") for text in texts),
        drafts=sum(text.is_in("draft") for text in texts),
        overdue=sum(text.overdue for text in texts),
        open=sum(text.open for text in texts),
        own=sum(text.own for text in texts),
    )
