"""
A clinic goes live once: no text its patients may get is then a draft or overdue, unless it accepted it.

Only the first step is guarded. A clinic that is live stays live whatever becomes of the texts, and who
texts one that is not yet gets every answer all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlmodel import Session

from companion.domain.going_live import OpenText, open_texts
from companion.domain.languages import ENGLISH
from companion.errors import InvalidInput
from companion.records import Clinic
from companion.services.auditing import Author, Seen
from companion.services.clinic_texts import all_texts, texts_in
from companion.services.setup import Setup
from companion.storage import acceptances, people

#: So many are named where a person reads on one line that there are some.
_NAMED = 3

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Waiting:
    """A clinic that is not live, and how many texts stand between it and going live."""

    clinic_id: int
    open: int


def still_open(setup: Setup, clinic_id: int, language: str, now: datetime) -> tuple[OpenText, ...]:
    """
    Return what stands between a clinic and going live in one language, in the catalogue's order.

    Raises NotFound for a clinic or a language that does not exist.
    """
    with setup.database.reading() as session:
        clinic = people.clinic(session, clinic_id)
        catalogue = texts_in(session, setup, clinic, language)
        accepted = acceptances.accepted(session, clinic_id, language)
    return open_texts(catalogue, accepted, now.date())


def go_live(setup: Setup, clinic_id: int, now: datetime, author: Author | None = None) -> Clinic:
    """
    Take a clinic live; again changes nothing and asks nothing, so the first moment stands.

    Raises InvalidInput naming some of what is still open, and NotFound for no such clinic.
    """
    with setup.database.transaction() as session:
        clinic = people.clinic_to_change(session, clinic_id)
        if clinic.live_at is None:
            _require_nothing_open(clinic_id, all_open(session, setup, clinic, now))
            clinic.live_at = now
            session.add(clinic)
            if author:
                author.note(session, Seen("clinic-live"))
            _log.info("clinic live", clinic=clinic_id)
    return clinic


def waiting(setup: Setup, now: datetime) -> tuple[Waiting, ...]:
    """Return every clinic that is not live; one that is, is never among them."""
    with setup.database.reading() as session:
        return tuple(
            Waiting(clinic.id or 0, len(all_open(session, setup, clinic, now)))
            for clinic in people.clinics(session)
            if clinic.live_at is None
        )


def require_live(setup: Setup, clinic: Clinic) -> None:
    """Raise InvalidInput if people of this clinic would be texted on real phones before it is live."""
    if setup.reaches_phones and clinic.live_at is None:
        raise InvalidInput(
            f"Clinic {clinic.id} is not live yet, so nobody can be enrolled there; "
            f"run `companion clinic live {clinic.id}` first."
        )


def all_open(session: Session, setup: Setup, clinic: Clinic, now: datetime) -> tuple[OpenText, ...]:
    """Return what stands between a clinic and going live, in every language its patients have."""
    return tuple(
        text
        for catalogue in all_texts(session, setup, clinic)
        for text in open_texts(
            catalogue, acceptances.accepted(session, clinic.id or 0, catalogue.language), now.date()
        )
    )


def _require_nothing_open(clinic_id: int, found: Sequence[OpenText]) -> None:
    if not found:
        return
    named = ", ".join(text.id for text in found[:_NAMED])
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    raise InvalidInput(
        f"Clinic {clinic_id} cannot go live: {len(found)} of its texts are drafts or overdue "
        f"and not accepted ({named}{more}). List them with {_commands(clinic_id, found)}."
    )


def _commands(clinic_id: int, found: Sequence[OpenText]) -> str:
    """Return the command that lists them all, for each language that has any."""
    shown = f"companion content open --clinic {clinic_id}"
    languages = dict.fromkeys(text.language for text in found)
    return " and ".join(f"`{shown}{'' if lang == ENGLISH else f' --language {lang}'}`" for lang in languages)
