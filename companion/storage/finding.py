"""Who of one clinic has a name, a number or a reference; each function is one query, bound to the clinic."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from companion.records import Appointment, AppointmentState, Patient

_AHEAD = (AppointmentState.BOOKED, AppointmentState.CONFIRMED, AppointmentState.CHANGE_ASKED)


def names(session: Session, clinic_id: int) -> Sequence[tuple[int | None, str]]:
    """Return id and name of everyone of the clinic; each name is decrypted, so it costs by the person."""
    return session.exec(select(Patient.id, Patient.name).where(Patient.clinic_id == clinic_id)).all()


def ids_of(session: Session, clinic_id: int, phone_hash: str | None, reference_hash: str) -> list[int]:
    """Return who has this number or this reference; nothing is decrypted."""
    known = [col(Patient.reference_hash) == reference_hash]
    if phone_hash is not None:
        known.append(col(Patient.phone_hash) == phone_hash)
    query = select(col(Patient.id)).where(Patient.clinic_id == clinic_id, or_(*known))
    return [found for found in session.exec(query.order_by(col(Patient.id))).all() if found is not None]


def people(session: Session, clinic_id: int, ids: Sequence[int]) -> Mapping[int, Patient]:
    query = select(Patient).where(Patient.clinic_id == clinic_id, col(Patient.id).in_(ids))
    return {person.id or 0: person for person in session.exec(query).all()}


def with_phone(session: Session, clinic_id: int, phone_hash: str) -> Sequence[Patient]:
    """Return everyone of the clinic with this number; locks nobody."""
    query = select(Patient).where(Patient.clinic_id == clinic_id, Patient.phone_hash == phone_hash)
    return session.exec(query.order_by(col(Patient.id))).all()


def next_visits(session: Session, ids: Sequence[int], now: datetime) -> Mapping[int, str]:
    """Return, by patient, the wall time of the next visit; who has none ahead is not in it."""
    query = (
        select(Appointment.patient_id, func.min(Appointment.wall))
        .where(col(Appointment.patient_id).in_(ids), col(Appointment.at) > now)
        .where(col(Appointment.state).in_(_AHEAD))
    )
    return dict(session.exec(query.group_by(col(Appointment.patient_id))).all())
