"""What a clinic's staff have to do, found and locked; every query is bound to the clinic."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from companion.domain.task_filters import Wanted
from companion.errors import NotFound
from companion.records import Appointment, Patient, PatientState, StaffUser, Task, TaskNote, TaskUrgency

BY_URGENCY = case({TaskUrgency.URGENT.value: 0, TaskUrgency.TODAY.value: 1}, value=col(Task.urgency), else_=2)
IS_OPEN = col(Task.done_at).is_(None)


@dataclass(frozen=True)
class Row:
    task: Task
    patient: Patient | None
    visit: Appointment | None
    claimant: str | None
    doer: str | None


def page(session: Session, clinic_id: int, wanted: Wanted, limit: int, offset: int = 0) -> Sequence[Row]:
    """Return tasks with what they are about: urgent first, then who waits longest; done ones newest first."""
    query = _about().where(*_chosen(clinic_id, wanted)).limit(limit).offset(offset)
    waiting = (BY_URGENCY, col(Task.created_at), col(Task.id))
    order = (col(Task.done_at).desc(), col(Task.id).desc()) if wanted.done else waiting
    return _rows(session, session.exec(query.order_by(*order)).all())


def counts(session: Session, clinic_id: int, wanted: Wanted) -> Mapping[tuple[str, str], int]:
    """Return how many tasks there are by urgency and kind, whatever urgency and kind are wanted."""
    whatever = Wanted(claimed_by=wanted.claimed_by, done=wanted.done)
    query = select(Task.urgency, Task.kind, func.count()).where(*_chosen(clinic_id, whatever))
    found = session.exec(query.group_by(col(Task.urgency), col(Task.kind))).all()
    return {(urgency, kind): many for urgency, kind, many in found}


def one(session: Session, clinic_id: int, task_id: int) -> Row:
    """Raises NotFound, also for another clinic's."""
    query = _about().where(col(Task.id) == task_id, col(Task.clinic_id) == clinic_id)
    found = session.exec(query).first()
    if found is None:
        raise NotFound.of("task", task_id)
    return _rows(session, [found])[0]


def notes(session: Session, task_id: int) -> Sequence[tuple[TaskNote, str]]:
    """Return what was noted and by whom, oldest first."""
    query = select(TaskNote, StaffUser.name).join(StaffUser, col(StaffUser.id) == col(TaskNote.staff_id))
    return session.exec(query.where(TaskNote.task_id == task_id).order_by(col(TaskNote.id))).all()


def to_change(session: Session, clinic_id: int, task_id: int) -> Task:
    """Return the task, locked; raises NotFound, also for another clinic's."""
    query = select(Task).where(Task.id == task_id, Task.clinic_id == clinic_id)
    found = session.exec(query.with_for_update(key_share=True)).one_or_none()
    if found is None:
        raise NotFound.of("task", task_id)
    return found


def all_to_change(session: Session, clinic_id: int, task_ids: Collection[int]) -> Sequence[Task]:
    """Return those of these tasks that are the clinic's, locked in the order of their ids."""
    query = select(Task).where(col(Task.id).in_(task_ids), Task.clinic_id == clinic_id)
    return session.exec(query.order_by(col(Task.id)).with_for_update(key_share=True)).all()


def open_of_kinds(session: Session, clinic_id: int, kinds: Collection[str]) -> Sequence[tuple[int, int, str]]:
    """Return id, person and kind of the open tasks of these kinds that are about one person, oldest first."""
    query = select(Task.id, Task.patient_id, Task.kind).join(Patient, col(Patient.id) == col(Task.patient_id))
    query = query.where(Task.clinic_id == clinic_id, IS_OPEN, col(Task.kind).in_(kinds))
    query = query.where(col(Patient.state).not_in((PatientState.DECEASED, PatientState.FINISHED)))
    return [
        (task or 0, person or 0, kind) for task, person, kind in session.exec(query.order_by(col(Task.id)))
    ]


def name_of(session: Session, staff_id: int) -> str:
    return session.get_one(StaffUser, staff_id).name


def _about() -> Select[Task, Patient, Appointment]:
    return (
        select(Task, Patient, Appointment)
        .join(Patient, col(Patient.id) == col(Task.patient_id), isouter=True)
        .join(Appointment, col(Appointment.id) == col(Task.appointment_id), isouter=True)
    )


def _rows(
    session: Session, found: Sequence[tuple[Task, Patient | None, Appointment | None]]
) -> Sequence[Row]:
    """Add the names of who sees to each and who has done it: one query, however many there are."""
    ids = {who for task, _, _ in found for who in (task.claimed_by, task.done_by)} - {None}
    query = select(StaffUser.id, StaffUser.name).where(col(StaffUser.id).in_(ids))
    names = dict(session.exec(query).all())
    return [Row(*of, names.get(of[0].claimed_by), names.get(of[0].done_by)) for of in found]


def _chosen(clinic_id: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [col(Task.clinic_id) == clinic_id, ~IS_OPEN if wanted.done else IS_OPEN]
    if wanted.urgency is not None:
        found.append(col(Task.urgency) == wanted.urgency)
    if wanted.kind is not None:
        found.append(col(Task.kind) == wanted.kind)
    if wanted.claimed_by is not None:
        found.append(col(Task.claimed_by) == wanted.claimed_by)
    return found
