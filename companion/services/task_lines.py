"""A task as staff read it: what it asks, about whom and which visit, how old, and who sees to it."""

from dataclasses import dataclass
from datetime import datetime

from companion.domain.clock_time import parse_wall, to_wall
from companion.records import Appointment, Patient, Task
from companion.storage.tasks import Row


@dataclass(frozen=True)
class TaskLine:
    """Times are the clinic's clock."""

    id: int
    kind: str
    urgency: str
    patient_id: int | None
    #: None for a number that is nobody's, and for what is about no person.
    who: str | None
    #: Theirs, E.164.
    phone: str | None
    #: In words; may hold what a patient wrote. Empty if there is nothing but what stands beside it.
    note: str
    raised: datetime
    #: Whole minutes since it was raised.
    age: int
    deadline: datetime | None
    late: bool
    #: The visit it is about, as the clock there shows it.
    visit: datetime | None
    #: Id and name of who sees to it.
    claimed_by: int | None
    claimant: str | None
    claimed: datetime | None
    #: Who has done it; None while it is open.
    doer: str | None
    done: datetime | None
    rung: datetime | None


def line(row: Row, zone: str, now: datetime) -> TaskLine:
    task, patient, visit = row.task, row.patient, row.visit
    return TaskLine(
        id=task.id or 0,
        kind=task.kind,
        urgency=task.urgency,
        patient_id=task.patient_id,
        who=patient.name if patient else None,
        phone=patient.phone if patient else None,
        note=_said(task, patient, visit),
        raised=to_wall(task.created_at, zone),
        age=max(0, int((now - task.created_at).total_seconds()) // 60),
        deadline=_wall(task.deadline, zone),
        late=task.done_at is None and task.deadline is not None and task.deadline <= now,
        visit=parse_wall(visit.wall) if visit else None,
        claimed_by=task.claimed_by,
        claimant=row.claimant,
        claimed=_wall(task.claimed_at, zone),
        doer=row.doer,
        done=_wall(task.done_at, zone),
        rung=_wall(task.rung_at, zone),
    )


def _wall(instant: datetime | None, zone: str) -> datetime | None:
    return to_wall(instant, zone) if instant else None


def _said(task: Task, patient: Patient | None, visit: Appointment | None) -> str:
    """Return the note without the name before it and without the visit's time, which stand beside it."""
    said = task.note.removeprefix(f"{patient.name}: ") if patient else task.note
    return "" if visit and said == visit.wall else said
