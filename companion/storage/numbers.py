"""Numbers that texts do not reach, or not one person alone; each function is one query of one clinic."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from companion.records import Appointment, AppointmentState, OutboundMessage, OutboundState, Patient
from companion.records import PatientState as State

_STILL_HERE = col(Patient.state).not_in((State.DECEASED, State.FINISHED))
_LOST = (OutboundState.UNDELIVERED, OutboundState.FAILED)
_AHEAD = (AppointmentState.BOOKED, AppointmentState.CONFIRMED, AppointmentState.CHANGE_ASKED)


def without(session: Session, clinic_id: int, empty_hash: str) -> Sequence[int]:
    """Return who has no number; `empty_hash` is that of an empty one."""
    none = or_(col(Patient.phone_hash).is_(None), col(Patient.phone_hash) == empty_hash)
    return _ids(session, clinic_id, none)


def said_wrong(session: Session, clinic_id: int) -> Sequence[int]:
    """Return whose number somebody said is not theirs."""
    return _ids(session, clinic_id, col(Patient.state) == State.WRONG_NUMBER)


def shared(session: Session, clinic_id: int, empty_hash: str) -> Sequence[tuple[int, str]]:
    """Return who has a number that somebody else of the clinic has too, with its hash."""
    of = (col(Patient.clinic_id) == clinic_id, _STILL_HERE, col(Patient.phone_hash) != empty_hash)
    several = select(Patient.phone_hash).where(*of).group_by(col(Patient.phone_hash)).having(func.count() > 1)
    query = select(Patient.id, Patient.phone_hash).where(*of, col(Patient.phone_hash).in_(several))
    return [(found or 0, phone) for found, phone in session.exec(query).all()]


def failures(
    session: Session, clinic_id: int, since: datetime
) -> Sequence[tuple[int, int | None, int, datetime]]:
    """
    Return for each person and error code how many texts to their present number failed, and the last time.

    Only those after which nothing has arrived at the number, and that left since then.
    """
    table, arrived = OutboundMessage, aliased(OutboundMessage)
    later = exists().where(
        col(arrived.to_hash) == col(table.to_hash),
        col(arrived.clinic_id) == col(table.clinic_id),
        col(arrived.state) == OutboundState.DELIVERED,
        col(arrived.handed_at) > col(table.handed_at),
    )
    query = (
        select(col(Patient.id), col(table.error_code), func.count(), func.max(col(table.handed_at)))
        .join(Patient, col(Patient.id) == col(table.patient_id))
        .where(col(table.clinic_id) == clinic_id, col(table.handed_at) >= since)
        .where(
            col(table.state).in_(_LOST), col(table.to_hash) == col(Patient.phone_hash), _STILL_HERE, ~later
        )
        .group_by(col(Patient.id), col(table.error_code))
    )
    found = session.exec(query).all()
    return [(person or 0, code, many, last) for person, code, many, last in found if last is not None]


def next_visits(session: Session, clinic_id: int, now: datetime) -> Mapping[int, datetime]:
    """Return when each person with a visit ahead has the next one."""
    query = (
        select(Appointment.patient_id, func.min(col(Appointment.at)))
        .join(Patient, col(Patient.id) == col(Appointment.patient_id))
        .where(Patient.clinic_id == clinic_id, col(Appointment.at) > now, col(Appointment.state).in_(_AHEAD))
        .group_by(col(Appointment.patient_id))
    )
    return dict(session.exec(query).all())


def people(session: Session, ids: Collection[int]) -> Mapping[int, Patient]:
    found = session.exec(select(Patient).where(col(Patient.id).in_(ids))).all()
    return {patient.id or 0: patient for patient in found}


def _ids(session: Session, clinic_id: int, which: ColumnElement[bool]) -> Sequence[int]:
    query = select(col(Patient.id)).where(Patient.clinic_id == clinic_id, _STILL_HERE, which)
    return [found for found in session.exec(query).all() if found is not None]
