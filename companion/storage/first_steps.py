"""Whether a clinic has come as far as its first people and visits; each function is one query."""

from sqlmodel import Session, col, select

from companion.records import Appointment, Patient, StaffMembership


def has_patient(session: Session, clinic_id: int) -> bool:
    query = select(col(Patient.id)).where(Patient.clinic_id == clinic_id).limit(1)
    return session.exec(query).first() is not None


def has_visit(session: Session, clinic_id: int) -> bool:
    query = (
        select(col(Appointment.id))
        .join(Patient, col(Patient.id) == col(Appointment.patient_id))
        .where(Patient.clinic_id == clinic_id)
        .limit(1)
    )
    return session.exec(query).first() is not None


def has_colleague(session: Session, clinic_id: int, staff_id: int) -> bool:
    """Say whether anybody else has a role at the clinic."""
    table = StaffMembership
    query = select(col(table.id)).where(table.clinic_id == clinic_id, table.staff_id != staff_id).limit(1)
    return session.exec(query).first() is not None
