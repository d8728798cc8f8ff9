"""
The log of who saw and changed what, for those who look after a clinic or after all of them.

Reading it is written down too. A clinic's administrator sees patients by name; a system administrator, who
sees no patient, only by number.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from companion.domain.clock_time import resolve
from companion.domain.staff import SignedIn
from companion.errors import NotFound
from companion.records import AuditEvent, Patient, Role, StaffUser
from companion.services.auditing import Seen, note_change
from companion.services.setup import Setup
from companion.storage import audit, members, people
from companion.storage.audit import Filter

_A_PAGE = 50
_PERSON = re.compile(r"\bperson (\d{1,10})\b")
_AT_ONCE = 1000
#: More are not put into one file; a day's are.
MOST_EXPORTED = 100_000
_READERS = (Role.CLINIC_ADMIN, Role.SYSTEM_ADMIN)


@dataclass(frozen=True)
class Asked:
    """What the one who looks asks for; as typed."""

    staff_id: int | None = None
    #: A hospital reference, or the number by which Companion knows the patient.
    patient: str = ""
    action: str = ""
    day: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class Entry:
    id: int
    at: datetime
    #: None for the command line, and for somebody who had not signed in.
    who: str | None
    email: str | None
    action: str
    subject: str
    patient_id: int | None
    #: None where they are shown by number, and once they are erased.
    patient: str | None


@dataclass(frozen=True)
class LogPage:
    entries: tuple[Entry, ...]
    #: From where the older ones go on; None: there are none.
    older: int | None
    #: Everybody who can be chosen, by name.
    staff: tuple[tuple[int, str], ...]
    #: What was typed as a patient is nobody's here.
    no_such_patient: bool


def look(setup: Setup, person: SignedIn, asked: Asked, now: datetime) -> LogPage:
    """Return a page of the log, newest first; that it was read is noted at real time with its filter."""
    clinic_id = _reach(person)
    with setup.database.reading() as session:
        wanted = _filter(session, setup, person, asked)
        staff = _staff(session, clinic_id)
        rows = [] if wanted is None else audit.entries(session, clinic_id, wanted, _A_PAGE + 1)
    _note(setup, person, "audit-seen", asked, wanted, now)
    names = dict(staff)
    found = tuple(_with_name(_entry(*row), names) for row in rows[:_A_PAGE])
    older = found[-1].id if len(rows) > _A_PAGE else None
    return LogPage(found, older, staff, wanted is None)


def export(setup: Setup, person: SignedIn, asked: Asked, now: datetime) -> Iterator[Entry]:
    """Return every entry that is asked for, the newest first; read a part at a time. Noted as `look` is."""
    clinic_id = _reach(person)
    with setup.database.reading() as session:
        wanted = _filter(session, setup, person, asked)
    _note(setup, person, "audit-exported", asked, wanted, now)
    return iter(()) if wanted is None else _everything(setup, clinic_id, wanted)


def _everything(setup: Setup, clinic_id: int | None, wanted: Filter) -> Iterator[Entry]:
    for _ in range(MOST_EXPORTED // _AT_ONCE):
        with setup.database.reading() as session:
            rows = audit.entries(session, clinic_id, wanted, _AT_ONCE)
        yield from (_entry(*row) for row in rows)
        if len(rows) < _AT_ONCE:
            return
        wanted = Filter(**{**vars(wanted), "before": rows[-1][0].id})


def _reach(person: SignedIn) -> int | None:
    if person.role not in _READERS:
        raise NotFound("The log is not for this role.")
    return person.place.clinic_id


def _staff(session: Session, clinic_id: int | None) -> tuple[tuple[int, str], ...]:
    found = {user.id or 0: user.name for _, user, _ in members.members(session, clinic_id)}
    return tuple(sorted(found.items(), key=lambda one: one[1].casefold()))


def _filter(session: Session, setup: Setup, person: SignedIn, asked: Asked) -> Filter | None:
    """Return the filter; None if the patient is nobody's."""
    patient = _patient(session, setup, person.place.clinic_id, asked.patient)
    if asked.patient and patient is None:
        return None
    zone = person.place.zone or setup.zone
    start = resolve(datetime.combine(asked.day, time()), zone) if asked.day else None
    end = resolve(datetime.combine(asked.day + timedelta(days=1), time()), zone) if asked.day else None
    return Filter(asked.staff_id, patient, asked.action or None, start, end, asked.before)


def _patient(session: Session, setup: Setup, clinic_id: int | None, typed: str) -> int | None:
    if typed and clinic_id is not None:
        known = people.patient_with_reference(session, clinic_id, setup.hasher.reference(typed))
        if known is not None:
            return known.id
    # An erased person's entries are found by the number alone.
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _note(
    setup: Setup, person: SignedIn, action: str, asked: Asked, wanted: Filter | None, now: datetime
) -> None:
    parts = (
        f"person {asked.staff_id}" if asked.staff_id else "",
        asked.action[:30],
        asked.day.isoformat() if asked.day else "",
        f"before {asked.before}" if asked.before else "",
    )
    told = ", ".join(filter(None, parts)) or None
    seen = Seen(action, wanted.patient_id if wanted else None, told)
    with setup.database.transaction() as session:
        note_change(session, person, person.place.clinic_id, seen, now)


def _with_name(entry: Entry, names: Mapping[int, str]) -> Entry:
    """Say whom of the staff it is about by name, if they are still on it."""
    told = _PERSON.sub(lambda found: names.get(int(found[1]), found[0]), entry.subject)
    return replace(entry, subject=told)


def _entry(event: AuditEvent, user: StaffUser | None, patient: Patient | None) -> Entry:
    return Entry(
        id=event.id or 0,
        at=event.at,
        who=user.name if user else None,
        email=user.email if user else None,
        action=event.action,
        subject=event.subject or "",
        patient_id=event.patient_id,
        patient=patient.name if patient else None,
    )
