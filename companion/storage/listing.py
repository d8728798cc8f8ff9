"""A clinic's people, visits and tasks in full, for lists that leave the program."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from companion.records import Appointment, Patient, Task


def people(session: Session, clinic_id: int) -> Sequence[Patient]:
    query = select(Patient).where(Patient.clinic_id == clinic_id).order_by(col(Patient.id))
    return session.exec(query).all()


def visits(session: Session, clinic_id: int) -> Sequence[tuple[Appointment, Patient]]:
    """Return the clinic's visits, past and cancelled ones too, by their time."""
    query = (
        select(Appointment, Patient)
        .join(Patient, col(Patient.id) == col(Appointment.patient_id))
        .where(Patient.clinic_id == clinic_id)
        .order_by(col(Appointment.at), col(Appointment.id))
    )
    return session.exec(query).all()


def tasks(session: Session, clinic_id: int) -> Sequence[tuple[Task, Patient | None]]:
    """Return the clinic's tasks with whom they are about, the oldest first."""
    query = (
        select(Task, Patient)
        .join(Patient, col(Patient.id) == col(Task.patient_id), isouter=True)
        .where(Task.clinic_id == clinic_id)
        .order_by(col(Task.created_at), col(Task.id))
    )
    return session.exec(query).all()
