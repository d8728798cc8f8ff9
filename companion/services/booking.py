"""
One step with one visit within a transaction: booked, moved, cancelled or marked.

What it does to the person's texts is planned by the caller, once for all steps about one person.
"""

from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import VisitTime, parse_wall, resolve_visit, write_wall
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.errors import InvalidInput, NotFound
from companion.records import Appointment, AppointmentState, CancelledBy, Patient
from companion.services import calls

OVER = frozenset({AppointmentState.CANCELLED, AppointmentState.MISSED, AppointmentState.ATTENDED})
AFTERWARDS = frozenset({AppointmentState.ATTENDED, AppointmentState.MISSED})

LONGEST_PLACE = 100


def book(
    session: Session, patient: Patient, kind: str, at: str, place: str, now: datetime
) -> tuple[Appointment, VisitTime]:
    """Store a visit at a wall time in the patient's zone; raises InvalidInput for what cannot be."""
    check_type(kind)
    time = _ahead(at, patient.zone, now)
    appointment = Appointment(
        patient_id=patient.id or 0,
        type=kind,
        wall=write_wall(time.wall),
        zone=time.zone,
        at=time.at,
        place=_place(place),
        created_at=now,
    )
    session.add(appointment)
    session.flush()
    return appointment, time


def move(session: Session, appointment: Appointment, at: str, now: datetime) -> VisitTime:
    """Put a visit to another wall time in its zone; to where it stands changes nothing."""
    check_open(appointment, now)
    time = _ahead(at, appointment.zone, now)
    if write_wall(time.wall) != appointment.wall:
        appointment.wall, appointment.at = write_wall(time.wall), time.at
        appointment.version += 1
        appointment.state = AppointmentState.BOOKED
        session.add(appointment)
        session.flush()
    return time


def cancel(
    session: Session, appointment: Appointment, patient: Patient, by: CancelledBy, now: datetime
) -> VisitTime:
    """Cancel a visit; by `call` a task asks to phone about it."""
    check_open(appointment, now)
    appointment.state, appointment.cancelled_by = AppointmentState.CANCELLED, by
    # A correction sent for the last move must not stand for this change too.
    appointment.version += 1
    session.add(appointment)
    session.flush()
    if by == CancelledBy.CALL:
        calls.raise_cancelled(session, patient, appointment, now)
    return time_of(appointment)


def mark(session: Session, appointment: Appointment, state: AppointmentState, now: datetime) -> VisitTime:
    """Note that a visit took place or did not; idempotent."""
    if state not in AFTERWARDS or appointment.state == AppointmentState.CANCELLED:
        raise InvalidInput(f"Appointment {appointment.id} cannot be marked {state}.")
    if appointment.at > now:
        raise InvalidInput(f"Appointment {appointment.id} lies ahead; mark it once its time has come.")
    appointment.state = state
    session.add(appointment)
    session.flush()
    return time_of(appointment)


def time_of(appointment: Appointment) -> VisitTime:
    return VisitTime(parse_wall(appointment.wall), appointment.zone, appointment.at, twice=False)


def is_open(appointment: Appointment, now: datetime) -> bool:
    """Say whether the visit lies ahead and is not cancelled."""
    return appointment.state not in OVER and appointment.at > now


def check_open(appointment: Appointment, now: datetime) -> None:
    if not is_open(appointment, now):
        raise InvalidInput(f"Appointment {appointment.id} is over or cancelled; book a new one instead.")


def check_type(kind: str) -> None:
    if kind not in APPOINTMENT_TYPES:
        raise NotFound(f"There is no appointment type {kind}. Choose one of: {', '.join(APPOINTMENT_TYPES)}.")


def _ahead(at: str, zone: str, now: datetime) -> VisitTime:
    time = resolve_visit(parse_wall(at), zone)
    if time.at <= now:
        raise InvalidInput(f"{at} in {zone} has passed already; check the date.")
    return time


def _place(place: str) -> str:
    place = " ".join(place.split())
    if len(place) > LONGEST_PLACE:
        raise InvalidInput(f"The place must be at most {LONGEST_PLACE} letters; it is sent in a text.")
    return place
