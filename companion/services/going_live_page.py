"""All that stands between a clinic and going live, with the texts themselves, for the staff to read."""

from dataclasses import dataclass
from datetime import datetime

from companion.domain.going_live import OpenText, open_texts
from companion.domain.staff import StaffScope
from companion.domain.text_state import KINDS, Shelf, TextState
from companion.records import Clinic
from companion.services.clinic_texts import all_texts
from companion.services.setup import Setup
from companion.storage import acceptances, people


@dataclass(frozen=True)
class OpenLine:
    """A text that is open, and why."""

    text: TextState
    why: str


@dataclass(frozen=True)
class OpenIn:
    """What is open in one language, by kind of text."""

    language: str
    kinds: tuple[tuple[str, tuple[OpenLine, ...]], ...]

    @property
    def count(self) -> int:
        return sum(len(lines) for _, lines in self.kinds)


@dataclass(frozen=True)
class GoingLive:
    clinic: Clinic
    #: Languages in which anything is open.
    open: tuple[OpenIn, ...]
    #: So many texts there are in all its languages.
    texts: int

    @property
    def count(self) -> int:
        return sum(found.count for found in self.open)


def look(setup: Setup, scope: StaffScope, now: datetime) -> GoingLive:
    """Return what is open by the rule that `going_live` goes by; raises NotFound for no such clinic."""
    found, texts = [], 0
    with setup.database.reading() as session:
        clinic = people.clinic(session, scope.clinic_id)
        for catalogue in all_texts(session, setup, clinic):
            accepted = acceptances.accepted(session, scope.clinic_id, catalogue.language)
            about_us = {"clinic": clinic.name, "line": clinic.urgent_line}
            shelf = Shelf(catalogue, now.date(), accepted, about_us=about_us)
            texts += len(shelf.texts)
            found.append(_open_in(shelf, open_texts(catalogue, accepted, now.date())))
    return GoingLive(clinic, tuple(one for one in found if one.count), texts)


def _open_in(shelf: Shelf, listed: tuple[OpenText, ...]) -> OpenIn:
    why = {text.id: text.why for text in listed}
    lines = [OpenLine(text, why[text.item.id]) for text in shelf.texts if text.item.id in why]
    by_kind = ((kind, tuple(line for line in lines if line.text.kind == kind)) for kind in KINDS)
    return OpenIn(shelf.catalogue.language, tuple((kind, found) for kind, found in by_kind if found))
