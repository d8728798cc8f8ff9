"""Booking, moving and cancelling visits; each plans anew and applies the difference in its transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import VisitTime, parse_wall
from companion.errors import InvalidInput
from companion.records import Appointment, AppointmentState, CancelledBy, Patient
from companion.services import foresight, plans
from companion.services.foresight import Changes
from companion.services.planned_rows import Difference
from companion.services.setup import Setup
from companion.services.visit_facts import (
    ask_to_call,
    known_type,
    new_visit,
    put_cancelled,
    put_time,
    time_ahead,
)
from companion.storage import people, visits

_OVER = frozenset({AppointmentState.CANCELLED, AppointmentState.MISSED, AppointmentState.ATTENDED})
_AFTERWARDS = frozenset({AppointmentState.ATTENDED, AppointmentState.MISSED})


@dataclass(frozen=True)
class Booking:
    appointment: Appointment
    time: VisitTime
    difference: Difference
    #: The same in words that outlive a dry run.
    changes: Changes


def book(
    setup: Setup, *, patient_id: int, kind: str, at: str, place: str, now: datetime, dry_run: bool = False
) -> Booking:
    """
    Book a visit at a wall time in the patient's zone and plan its reminders.

    With `dry_run` everything is done and nothing is kept, here and below.

    Raises InvalidInput for an unknown type, a time that does not exist, or one that has passed.
    """
    known_type(kind)
    with setup.database.transaction(keep=not dry_run) as session:
        patient = people.patient(session, patient_id)
        time = time_ahead(at, patient.zone, now)
        appointment = new_visit(patient_id, kind, time, place, now)
        session.add(appointment)
        session.flush()
        return _planned_anew(session, setup, appointment, time, patient, now)


def move(setup: Setup, appointment_id: int, *, at: str, now: datetime, dry_run: bool = False) -> Booking:
    """
    Move a visit; a person who may have been told the old time gets one correction.

    Moving it to where it stands changes nothing. Raises InvalidInput for a visit that is over.
    """
    with setup.database.transaction(keep=not dry_run) as session:
        appointment, patient = _open_appointment(session, appointment_id, now)
        time = time_ahead(at, appointment.zone, now)
        if put_time(appointment, time):
            session.add(appointment)
            session.flush()
        return _planned_anew(session, setup, appointment, time, patient, now)


def cancel(
    setup: Setup, appointment_id: int, *, by: CancelledBy, now: datetime, dry_run: bool = False
) -> Booking:
    """
    Cancel a visit: the person was `told`, is to get a `text`, or a `call`, which makes a task.

    Raises InvalidInput for a visit that is over or cancelled already.
    """
    with setup.database.transaction(keep=not dry_run) as session:
        appointment, patient = _open_appointment(session, appointment_id, now)
        put_cancelled(appointment, by)
        session.add(appointment)
        session.flush()
        time = VisitTime(parse_wall(appointment.wall), appointment.zone, appointment.at, twice=False)
        return _planned_anew(session, setup, appointment, time, patient, now, hears_by=by)


def mark(setup: Setup, appointment_id: int, state: AppointmentState, now: datetime) -> Booking:
    """
    Note that a visit took place (`attended`) or did not (`missed`), and plan what follows; idempotent.

    Raises InvalidInput for a visit that lies ahead or is cancelled, and for any other state.
    """
    with setup.database.transaction() as session:
        patient = people.patient(session, visits.appointment_owner(session, appointment_id))
        appointment = visits.appointment(session, appointment_id)
        if state not in _AFTERWARDS or appointment.state == AppointmentState.CANCELLED:
            raise InvalidInput(f"Appointment {appointment_id} cannot be marked {state}.")
        if appointment.at > now:
            raise InvalidInput(f"Appointment {appointment_id} lies ahead; mark it once its time has come.")
        appointment.state = state
        session.add(appointment)
        session.flush()
        time = VisitTime(parse_wall(appointment.wall), appointment.zone, appointment.at, twice=False)
        return _planned_anew(session, setup, appointment, time, patient, now)


def _planned_anew(
    session: Session,
    setup: Setup,
    appointment: Appointment,
    time: VisitTime,
    patient: Patient,
    now: datetime,
    *,
    hears_by: CancelledBy | None = None,
) -> Booking:
    """Plan anew, and see what that does; how the person hears of a cancellation may make a task first."""
    before = foresight.snapshot(session, patient)
    if hears_by is not None:
        ask_to_call(session, patient, appointment, hears_by, now)
    difference = plans.replan(session, setup, patient, now)
    return Booking(appointment, time, difference, foresight.changes(session, patient, before))


def _open_appointment(session: Session, appointment_id: int, now: datetime) -> tuple[Appointment, Patient]:
    # The patient first, as everywhere, so that two writers never wait for each other.
    patient_id = visits.appointment_owner(session, appointment_id)
    patient = people.patient(session, patient_id)
    appointment = visits.appointment(session, appointment_id)
    if appointment.state in _OVER or appointment.at <= now:
        raise InvalidInput(f"Appointment {appointment_id} is over or cancelled; book a new one instead.")
    return appointment, patient
