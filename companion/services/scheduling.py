"""Booking, moving and cancelling visits; each plans anew and applies the difference in its transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import VisitTime, parse_wall, resolve_visit, write_wall
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.errors import InvalidInput, NotFound
from companion.records import Appointment, AppointmentState, CancelledBy, Patient
from companion.services import calls, foresight, plans
from companion.services.foresight import Changes
from companion.services.planned_rows import Difference
from companion.services.setup import Setup
from companion.storage import people, visits

_OVER = frozenset({AppointmentState.CANCELLED, AppointmentState.MISSED, AppointmentState.ATTENDED})
_AFTERWARDS = frozenset({AppointmentState.ATTENDED, AppointmentState.MISSED})

_LONGEST_PLACE = 100


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
    _known_type(kind)
    with setup.database.transaction(keep=not dry_run) as session:
        patient = people.patient(session, patient_id)
        time = _ahead(at, patient.zone, now)
        appointment = Appointment(
            patient_id=patient_id,
            type=kind,
            wall=write_wall(time.wall),
            zone=time.zone,
            at=time.at,
            place=_place(place),
            created_at=now,
        )
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
        time = _ahead(at, appointment.zone, now)
        if write_wall(time.wall) != appointment.wall:
            appointment.wall, appointment.at = write_wall(time.wall), time.at
            appointment.version += 1
            appointment.state = AppointmentState.BOOKED
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
        appointment.state, appointment.cancelled_by = AppointmentState.CANCELLED, by
        # A correction sent for the last move must not stand for this change too.
        appointment.version += 1
        session.add(appointment)
        session.flush()
        time = VisitTime(parse_wall(appointment.wall), appointment.zone, appointment.at, twice=False)
        call = by == CancelledBy.CALL
        return _planned_anew(session, setup, appointment, time, patient, now, call=call)


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
    call: bool = False,
) -> Booking:
    """Plan anew, and see what that does; with `call` a nurse is asked to phone about the visit first."""
    before = foresight.snapshot(session, patient)
    if call:
        calls.raise_cancelled(session, patient, appointment, now)
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


def _ahead(at: str, zone: str, now: datetime) -> VisitTime:
    time = resolve_visit(parse_wall(at), zone)
    if time.at <= now:
        raise InvalidInput(f"{at} in {zone} has passed already; check the date.")
    return time


def _place(place: str) -> str:
    place = " ".join(place.split())
    if len(place) > _LONGEST_PLACE:
        raise InvalidInput(f"The place must be at most {_LONGEST_PLACE} letters; it is sent in a text.")
    return place


def _known_type(kind: str) -> None:
    if kind not in APPOINTMENT_TYPES:
        raise NotFound(f"There is no appointment type {kind}. Choose one of: {', '.join(APPOINTMENT_TYPES)}.")
