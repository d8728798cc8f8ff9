"""Appointments and tasks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from companion.errors import NotFound
from companion.records import Appointment, AppointmentState, Task

_OPEN = (AppointmentState.BOOKED, AppointmentState.CONFIRMED, AppointmentState.CHANGE_ASKED)
_IS_OPEN = col(Task.done_at).is_(None)


def appointment(session: Session, appointment_id: int) -> Appointment:
    """Return the appointment, locked as `people.patient` locks; raises NotFound."""
    query = select(Appointment).where(Appointment.id == appointment_id).with_for_update(key_share=True)
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound.of("appointment", appointment_id)
    return found


def appointments_of(session: Session, patient_id: int) -> Sequence[Appointment]:
    query = select(Appointment).where(Appointment.patient_id == patient_id)
    return session.exec(query.order_by(col(Appointment.at), col(Appointment.id))).all()


def upcoming(session: Session, patient_id: int, now: datetime) -> Sequence[Appointment]:
    """Return what lies ahead and is not cancelled, soonest first."""
    query = select(Appointment).where(
        Appointment.patient_id == patient_id, col(Appointment.at) > now, col(Appointment.state).in_(_OPEN)
    )
    return session.exec(query.order_by(col(Appointment.at), col(Appointment.id))).all()


def happened_between(
    session: Session, patient_id: int, types: Sequence[str], since: datetime, now: datetime
) -> bool:
    query = select(Appointment.id).where(
        Appointment.patient_id == patient_id,
        col(Appointment.type).in_(types),
        col(Appointment.at) > since,
        col(Appointment.at) <= now,
        Appointment.state != AppointmentState.CANCELLED,
    )
    return session.exec(query.limit(1)).first() is not None


def raise_task(session: Session, task: Task) -> None:
    """Store a task; one per cause, so doing it again changes nothing."""
    try:
        with session.begin_nested():
            session.add(task)
    except IntegrityError:
        known = session.exec(select(Task.id).where(Task.cause == task.cause)).first()
        if known is None:
            raise


def raise_anew(session: Session, task: Task) -> None:
    """
    Store a task unless one of its cause is open; for what may happen again after somebody saw to it.

    Where one of its cause is done, the new one's cause is numbered behind it: `halted:1~2` is the third.
    """
    first = session.exec(select(Task.id, Task.done_at).where(Task.cause == task.cause)).first()
    if first is not None:
        alike = session.exec(select(Task.done_at).where(*_of_cause(task.clinic_id, task.cause))).all()
        if None in alike:
            return
        task.cause = f"{task.cause}~{len(alike)}"
    raise_task(session, task)


def open_task_of(session: Session, clinic_id: int, cause: str) -> Task | None:
    """Return the clinic's task of this cause that is not done, locked; there is one at most."""
    query = select(Task).where(*_of_cause(clinic_id, cause), _IS_OPEN)
    return session.exec(query.with_for_update(key_share=True)).first()


def _of_cause(clinic_id: int, cause: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    this = or_(col(Task.cause) == cause, col(Task.cause).startswith(f"{cause}~", autoescape=True))
    return col(Task.clinic_id) == clinic_id, this


def has_task(session: Session, cause: str) -> bool:
    """Say whether there is or was a task of this cause: somebody knows."""
    return session.exec(select(Task.id).where(Task.cause == cause)).first() is not None


def task_like(session: Session, clinic_id: int, like: str, since: datetime) -> Task | None:
    """Return the clinic's newest open task whose cause begins so, if raised after `since`; locked."""
    query = select(Task).where(Task.clinic_id == clinic_id, _IS_OPEN, col(Task.created_at) > since)
    query = query.where(col(Task.cause).startswith(like, autoescape=True)).order_by(col(Task.id).desc())
    return session.exec(query.limit(1).with_for_update(key_share=True)).first()


def newest_task(session: Session, clinic_id: int, like: str) -> Task | None:
    """Return the clinic's newest open task whose cause begins so, locked."""
    query = select(Task).where(Task.clinic_id == clinic_id, _IS_OPEN)
    query = query.where(col(Task.cause).startswith(like, autoescape=True))
    return session.exec(query.order_by(col(Task.id).desc()).limit(1).with_for_update()).first()


def notes(session: Session, clinic_id: int, kind: str) -> Sequence[str]:
    """Return what the clinic's tasks of one kind said, those that are done among them, oldest first."""
    query = select(Task.note).where(Task.clinic_id == clinic_id, Task.kind == kind)
    return session.exec(query.order_by(col(Task.id))).all()


def tasks(session: Session, patient_id: int | None = None, *, only_open: bool = False) -> Sequence[Task]:
    query = select(Task).order_by(col(Task.created_at), col(Task.id))
    if patient_id is not None:
        query = query.where(Task.patient_id == patient_id)
    if only_open:
        query = query.where(_IS_OPEN)
    return session.exec(query).all()


def appointment_owner(session: Session, appointment_id: int) -> int:
    """Return the patient's id; raises NotFound."""
    found = session.exec(select(Appointment.patient_id).where(Appointment.id == appointment_id)).one_or_none()
    if found is None:
        raise NotFound.of("appointment", appointment_id)
    return found
