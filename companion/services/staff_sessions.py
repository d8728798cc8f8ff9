"""
Sign-ins: one row each, in real time, which the cookie only points at.

So that a session ends on the server: when nobody uses it, when it is old, when its owner says so here or from
another computer, and at once when their role or account is taken away.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from companion.domain.staff import ABSOLUTE, EndOfSession, Place, SignedIn, end_of_session
from companion.records import Role, StaffSession, StaffUser
from companion.services.auditing import Seen, note_person
from companion.services.setup import Setup
from companion.storage import staff
from companion.storage.keys import new_token

_PURPOSE = "session"
#: A session in use is written down this often, and not at each page.
_SEEN_EVERY = timedelta(minutes=1)
_LONGEST_BROWSER = 120


@dataclass(frozen=True)
class OpenSession:
    """A sign-in as its owner sees it."""

    id: int
    browser: str
    opened_at: datetime
    seen_at: datetime
    #: The one that asks.
    here: bool


def open_session(setup: Setup, staff_id: int, browser: str, now: datetime) -> str:
    """Open a session for somebody who has shown both factors; return the token for the cookie."""
    token = new_token()
    with setup.database.transaction() as session:
        places = _places(session, staff_id)
        row = StaffSession(
            staff_id=staff_id,
            token_hash=setup.hasher.secret(_PURPOSE, token),
            clinic_id=places[0].clinic_id if places else None,
            browser=browser[:_LONGEST_BROWSER],
            opened_at=now,
            seen_at=now,
        )
        session.add(row)
        session.flush()
        note_person(session, staff_id, Seen("signed-in", subject=f"session {row.id}"), now)
    return token


def resume(setup: Setup, token: str, now: datetime) -> SignedIn | EndOfSession | None:
    """
    Return who is behind the token; or why the session is just now over; or None if it opens nothing.

    A session found to be over is ended for good.
    """
    with setup.database.reading() as session:
        found = staff.open_session(session, setup.hasher.secret(_PURPOSE, token))
        if found is None:
            return None
        row, person = found
        places = _places(session, person.id or 0)
    over = end_of_session(row.opened_at, row.seen_at, now)
    if over:
        _end(setup, row, over, now)
        return over
    if now - row.seen_at >= _SEEN_EVERY:
        with setup.database.transaction() as session:
            staff.see_session(session, row.id or 0, now)
    return _signed_in(person, row, places) if places else None


def sign_out(setup: Setup, token: str, now: datetime) -> None:
    """End the session of this token; again changes nothing."""
    with setup.database.reading() as session:
        row = staff.session_with_token(session, setup.hasher.secret(_PURPOSE, token))
    if row is not None:
        _end(setup, row, "signed-out", now)


def sign_out_others(setup: Setup, person: SignedIn, now: datetime, *, only: int | None = None) -> int:
    """End the person's other sessions, or `only` that one of them; return how many."""
    with setup.database.transaction() as session:
        but = person.session_id
        ended = staff.end_sessions(session, person.staff_id, "elsewhere", now, only=only, but=but)
        note_person(session, person.staff_id, Seen("signed-out-elsewhere", subject=f"{ended} sessions"), now)
    return ended


def end_all(setup: Setup, staff_id: int, why: str, now: datetime) -> None:
    """End every session of a person, for example because the password changed."""
    with setup.database.transaction() as session:
        staff.end_sessions(session, staff_id, why, now)
        note_person(session, staff_id, Seen("signed-out-everywhere", subject=why), now)


def sessions_of(setup: Setup, person: SignedIn, now: datetime) -> Sequence[OpenSession]:
    """Return the person's sessions that still open something, the one last used first."""
    with setup.database.reading() as session:
        rows = staff.open_sessions(session, person.staff_id, now - ABSOLUTE)
    return [
        OpenSession(row.id or 0, row.browser, row.opened_at, row.seen_at, row.id == person.session_id)
        for row in rows
        if end_of_session(row.opened_at, row.seen_at, now) is None
    ]


def work_at(setup: Setup, person: SignedIn, clinic_id: int, now: datetime) -> bool:
    """Go on at another clinic of the person's own; return False, and change nothing, for any other."""
    if clinic_id not in {place.clinic_id for place in person.places}:
        return False
    with setup.database.transaction() as session:
        row = session.get_one(StaffSession, person.session_id)
        row.clinic_id = clinic_id
        session.add(row)
        note_person(session, person.staff_id, Seen("clinic-chosen", subject=f"clinic {clinic_id}"), now)
    return True


def _end(setup: Setup, row: StaffSession, why: str, now: datetime) -> None:
    with setup.database.transaction() as session:
        if staff.end_sessions(session, row.staff_id, why, now, only=row.id):
            note_person(session, row.staff_id, Seen("signed-out", subject=f"session {row.id}, {why}"), now)


def _places(session: Session, staff_id: int) -> tuple[Place, ...]:
    return tuple(
        Place(row.clinic_id, clinic.name if clinic else "", clinic.zone if clinic else "", Role(row.role))
        for row, clinic in staff.memberships(session, staff_id)
    )


def _signed_in(person: StaffUser, row: StaffSession, places: tuple[Place, ...]) -> SignedIn:
    # Where the clinic was taken from them meanwhile, they go on at the first that is left.
    place = next((place for place in places if place.clinic_id == row.clinic_id), places[0])
    codes = len(json.loads(person.mf_recovery_codes or "[]"))
    return SignedIn(person.id or 0, person.name, person.email, row.id or 0, place, places, codes)
