"""People and visits of one clinic; what is another clinic's is not there."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from companion.errors import NotFound
from companion.records import Appointment, Patient, PatientQuestion


def person(session: Session, clinic_id: int, patient_id: int) -> Patient:
    """Raises NotFound, also for a person of another clinic; locks nothing."""
    query = select(Patient).where(Patient.id == patient_id, Patient.clinic_id == clinic_id)
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound.of("patient", patient_id)
    return found


def visit(session: Session, clinic_id: int, appointment_id: int) -> tuple[Appointment, Patient]:
    """Raises NotFound, also for a visit of another clinic; locks nothing."""
    query = (
        select(Appointment, Patient)
        .join(Patient, col(Patient.id) == col(Appointment.patient_id))
        .where(Appointment.id == appointment_id, Patient.clinic_id == clinic_id)
    )
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound.of("appointment", appointment_id)
    return found


def owners(session: Session, clinic_id: int, visits: Collection[int]) -> Sequence[int]:
    """Return whose visits these are, by id; raises NotFound if one of them is not the clinic's."""
    query = (
        select(col(Appointment.id), Appointment.patient_id)
        .join(Patient, col(Patient.id) == col(Appointment.patient_id))
        .where(col(Appointment.id).in_(visits), Patient.clinic_id == clinic_id)
    )
    found = session.exec(query).all()
    if len(found) != len(visits):
        raise NotFound("One of these appointments is not there.")
    return sorted({patient_id for _, patient_id in found})


def between(
    session: Session, clinic_id: int, start: datetime, end: datetime
) -> Sequence[tuple[Appointment, Patient]]:
    """Return the clinic's visits from `start` to before `end`, cancelled ones too, soonest first."""
    query = (
        select(Appointment, Patient)
        .join(Patient, col(Patient.id) == col(Appointment.patient_id))
        .where(Patient.clinic_id == clinic_id, col(Appointment.at) >= start, col(Appointment.at) < end)
        .order_by(col(Appointment.at), col(Appointment.id))
    )
    return session.exec(query).all()


def questions(session: Session, patient_id: int, asked_since: datetime) -> Sequence[PatientQuestion]:
    """Return the person's questions in their order: those on the list, and those asked since then."""
    query = (
        select(PatientQuestion)
        .where(PatientQuestion.patient_id == patient_id)
        .where(col(PatientQuestion.asked_at).is_(None) | (col(PatientQuestion.asked_at) > asked_since))
        .order_by(col(PatientQuestion.position), col(PatientQuestion.id))
    )
    return session.exec(query).all()
