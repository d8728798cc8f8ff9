"""
A clinic's lists as files: people, visits, tasks. Every cell is safe in a spreadsheet; who took one is noted.

The columns of people and visits are those an import reads, under the same names, and a few more at the end.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from companion.domain.clock_time import to_wall, write_wall
from companion.domain.sheets import write_sheet
from companion.domain.staff import StaffScope
from companion.records import Appointment, Clinic, Patient, Task
from companion.services.auditing import Seen, note
from companion.services.setup import Setup
from companion.storage import listing
from companion.storage import people as stored


class ListName(StrEnum):
    PEOPLE = "people"
    VISITS = "visits"
    TASKS = "tasks"


_PEOPLE = (
    "patient_reference",
    "name",
    "phone",
    "consent_by",
    "treatment",
    "weighing",
    "information",
    "privacy",
    "language",
    "time_zone",
    "state",
    "consent_on",
    "patient",
)
_VISITS = (
    "patient_reference",
    "name",
    "visit_reference",
    "visit_type",
    "visit_at",
    "place",
    "visit_state",
    "told",
    "time_zone",
    "visit",
)
_TASKS = ("task", "kind", "urgency", "patient_reference", "name", "note", "deadline", "raised")


def export(setup: Setup, scope: StaffScope, name: ListName, real_now: datetime) -> bytes:
    """Return the list of the scope's clinic as CSV; that it was taken is noted, with how many rows."""
    with setup.database.reading() as session:
        clinic = stored.clinic(session, scope.clinic_id)
        rows = _ROWS[name](session, clinic)
    with setup.database.transaction() as session:
        note(session, scope, Seen("list-exported", subject=f"{name}, {len(rows)} rows"), real_now)
    return write_sheet(_COLUMNS[name], rows)


def _people(session: Session, clinic: Clinic) -> list[Sequence[str]]:
    return [_person(row, clinic.zone) for row in listing.people(session, clinic.id or 0)]


def _person(row: Patient, zone: str) -> Sequence[str]:
    return (
        row.reference or "",
        row.name,
        row.phone,
        row.consent_by,
        row.treatment or "",
        " ".join(row.weighing),
        row.information,
        row.privacy,
        row.language,
        row.zone,
        row.state,
        to_wall(row.consent_at, zone).date().isoformat(),
        str(row.id),
    )


def _visits(session: Session, clinic: Clinic) -> list[Sequence[str]]:
    return [_visit(visit, patient) for visit, patient in listing.visits(session, clinic.id or 0)]


def _visit(row: Appointment, patient: Patient) -> Sequence[str]:
    return (
        patient.reference or "",
        patient.name,
        row.reference or "",
        row.type,
        row.wall.replace("T", " "),
        row.place,
        row.state,
        row.cancelled_by or "",
        row.zone,
        str(row.id),
    )


def _tasks(session: Session, clinic: Clinic) -> list[Sequence[str]]:
    return [_task(task, patient, clinic.zone) for task, patient in listing.tasks(session, clinic.id or 0)]


def _task(row: Task, patient: Patient | None, zone: str) -> Sequence[str]:
    return (
        str(row.id),
        row.kind,
        row.urgency,
        (patient.reference or "") if patient else "",
        patient.name if patient else "",
        row.note,
        _wall(row.deadline, zone),
        _wall(row.created_at, zone),
    )


def _wall(instant: datetime | None, zone: str) -> str:
    return write_wall(to_wall(instant, zone)).replace("T", " ") if instant else ""


_ROWS: Mapping[ListName, Callable[[Session, Clinic], list[Sequence[str]]]] = {
    ListName.PEOPLE: _people,
    ListName.VISITS: _visits,
    ListName.TASKS: _tasks,
}
_COLUMNS: Mapping[ListName, Sequence[str]] = {
    ListName.PEOPLE: _PEOPLE,
    ListName.VISITS: _VISITS,
    ListName.TASKS: _TASKS,
}
