"""
One step with one visit within a transaction: booked, moved, cancelled or marked.

What it does to the person's texts is planned by the caller, once for all steps about one person.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import VisitTime, parse_wall
from companion.errors import InvalidInput
from companion.records import Appointment, AppointmentState, CancelledBy, Patient
from companion.services import visit_facts
from companion.storage import visits

OVER = frozenset({AppointmentState.CANCELLED, AppointmentState.MISSED, AppointmentState.ATTENDED})
AFTERWARDS = frozenset({AppointmentState.ATTENDED, AppointmentState.MISSED})


def book(
    session: Session, patient: Patient, kind: str, at: str, place: str, now: datetime
) -> tuple[Appointment, VisitTime]:
    """
    Store a visit at a wall time in the patient's zone; raises InvalidInput for what cannot be.

    The same visit twice cannot: a form that was sent a second time would double what the person is told.
    """
    time = visit_facts.time_ahead(at, patient.zone, now)
    if twice := same_visit(visits.appointments_of(session, patient.id or 0), kind, time.at, now):
        raise InvalidInput(f"This visit is booked already, as appointment {twice.id}.")
    appointment = visit_facts.new_visit(patient.id or 0, kind, time, place, now)
    session.add(appointment)
    session.flush()
    return appointment, time


def same_visit(standing: Sequence[Appointment], kind: str, at: datetime, now: datetime) -> Appointment | None:
    """Return the visit of this kind that stands at this time already, or None."""
    same = (visit for visit in standing if (visit.type, visit.at) == (kind, at) and is_open(visit, now))
    return next(same, None)


def move(session: Session, appointment: Appointment, at: str, now: datetime) -> VisitTime:
    """Put a visit to another wall time in its zone; to where it stands changes nothing."""
    check_open(appointment, now)
    time = visit_facts.time_ahead(at, appointment.zone, now)
    if visit_facts.put_time(appointment, time):
        session.add(appointment)
        session.flush()
    return time


def cancel(
    session: Session, appointment: Appointment, patient: Patient, by: CancelledBy, now: datetime
) -> VisitTime:
    """Cancel a visit; by `call` a task asks to phone about it."""
    check_open(appointment, now)
    visit_facts.put_cancelled(appointment, by)
    session.add(appointment)
    session.flush()
    visit_facts.ask_to_call(session, patient, appointment, by, now)
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
