"""Writes down who saw or did what, in the transaction of what was done: never one without the other."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain.staff import SignedIn, StaffScope
from companion.records import AuditEvent
from companion.services.setup import Setup


@dataclass(frozen=True)
class Seen:
    """What was seen or done, about whom, of what else; never with a name or words of a patient."""

    action: str
    patient_id: int | None = None
    subject: str | None = None


@dataclass(frozen=True)
class Author:
    """Who on the staff does something, and when in real time; on the command line there is none."""

    scope: StaffScope
    at: datetime

    def note(self, session: Session, seen: Seen) -> None:
        note(session, self.scope, seen, self.at)


def note(session: Session, scope: StaffScope, seen: Seen, now: datetime) -> None:
    """Add an entry for somebody at work for a clinic."""
    _add(session, scope.staff_id, scope.clinic_id, seen, now)


def note_person(session: Session, staff_id: int | None, seen: Seen, now: datetime) -> None:
    """Add an entry about a sign-in or an account, which are of no clinic; None: nobody known."""
    _add(session, staff_id, None, seen, now)


def note_change(
    session: Session, by: SignedIn | None, clinic_id: int | None, seen: Seen, now: datetime
) -> None:
    """Add an entry for what somebody did at a clinic, theirs or not; `by` None is the command line."""
    _add(session, by.staff_id if by else None, clinic_id if by else None, seen, now)


def note_command(session: Session, clinic_id: int, seen: Seen, now: datetime) -> None:
    """Add an entry for what somebody did for a clinic at the command line."""
    _add(session, None, clinic_id, seen, now)


def note_refused(setup: Setup, person: SignedIn | None, endpoint: str, now: datetime) -> None:
    """Add an entry for a page that somebody signed in was refused."""
    with setup.database.transaction() as session:
        clinic = person.place.clinic_id if person else None
        _add(
            session, person.staff_id if person else None, clinic, Seen("refused", subject=endpoint[:80]), now
        )


def _add(session: Session, staff_id: int | None, clinic_id: int | None, seen: Seen, now: datetime) -> None:
    session.add(
        AuditEvent(
            at=now,
            staff_id=staff_id,
            clinic_id=clinic_id,
            patient_id=seen.patient_id,
            action=seen.action,
            subject=seen.subject,
        )
    )
