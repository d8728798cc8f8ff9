"""What a clinic's page for the day shows; each function is one query, bound to the clinic."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from companion.records import Appointment, AppointmentState, Patient, Task


def tasks_by_urgency(session: Session, clinic_id: int) -> Mapping[str, int]:
    """Return how many tasks are not done."""
    query = select(col(Task.urgency), func.count()).where(Task.clinic_id == clinic_id)
    query = query.where(col(Task.done_at).is_(None))
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
