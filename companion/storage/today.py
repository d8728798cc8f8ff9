"""What a clinic's page for the day shows; each function is one query, bound to the clinic."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from companion.records import Appointment, AppointmentState, Patient, Task, TaskUrgency

_BY_URGENCY = case(
    {TaskUrgency.URGENT.value: 0, TaskUrgency.TODAY.value: 1}, value=col(Task.urgency), else_=2
)


def tasks(
    session: Session, clinic_id: int, limit: int
) -> Sequence[tuple[Task, Patient | None, Appointment | None]]:
    """Return the clinic's tasks with whom and which visit they are about: urgent first, then the newest."""
    query = (
        select(Task, Patient, Appointment)
        .join(Patient, col(Patient.id) == col(Task.patient_id), isouter=True)
        .join(Appointment, col(Appointment.id) == col(Task.appointment_id), isouter=True)
        .where(Task.clinic_id == clinic_id)
        .order_by(_BY_URGENCY, col(Task.created_at).desc(), col(Task.id).desc())
        .limit(limit)
    )
    return session.exec(query).all()


def tasks_by_urgency(session: Session, clinic_id: int) -> Mapping[str, int]:
    query = select(col(Task.urgency), func.count()).where(Task.clinic_id == clinic_id)
    return dict(session.exec(query.group_by(col(Task.urgency))).all())


def visits_between(
    session: Session, clinic_id: int, start: datetime, end: datetime
) -> Sequence[tuple[Appointment, Patient]]:
    """Return the clinic's visits from `start` to before `end` that are not cancelled, soonest first."""
    query = (
        select(Appointment, Patient)
        .join(Patient, col(Patient.id) == col(Appointment.patient_id))
        .where(Patient.clinic_id == clinic_id, col(Appointment.at) >= start, col(Appointment.at) < end)
        .where(Appointment.state != AppointmentState.CANCELLED)
        .order_by(col(Appointment.at), col(Appointment.id))
    )
    return session.exec(query).all()
