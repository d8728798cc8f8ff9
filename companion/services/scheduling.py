"""Booking, moving and cancelling visits; each plans anew and applies the difference in its transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import VisitTime
from companion.records import Appointment, AppointmentState, CancelledBy, Patient
from companion.services import booking, foresight, plans
from companion.services.foresight import Before, Changes
from companion.services.planned_rows import Difference
from companion.services.setup import Setup
from companion.services.visit_facts import known_type
from companion.storage import people, visits


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
        before = foresight.snapshot(session, patient)
        appointment, time = booking.book(session, patient, kind, at, place, now)
        return _planned_anew(session, setup, appointment, time, patient, before, now)


def move(setup: Setup, appointment_id: int, *, at: str, now: datetime, dry_run: bool = False) -> Booking:
    """
    Move a visit; a person who may have been told the old time gets one correction.

    Moving it to where it stands changes nothing. Raises InvalidInput for a visit that is over.
    """
    with setup.database.transaction(keep=not dry_run) as session:
        appointment, patient = _locked(session, appointment_id)
        before = foresight.snapshot(session, patient)
        time = booking.move(session, appointment, at, now)
        return _planned_anew(session, setup, appointment, time, patient, before, now)


def cancel(
    setup: Setup, appointment_id: int, *, by: CancelledBy, now: datetime, dry_run: bool = False
) -> Booking:
    """
    Cancel a visit: the person was `told`, is to get a `text`, or a `call`, which makes a task.

    Raises InvalidInput for a visit that is over or cancelled already.
    """
    with setup.database.transaction(keep=not dry_run) as session:
        appointment, patient = _locked(session, appointment_id)
        before = foresight.snapshot(session, patient)
        time = booking.cancel(session, appointment, patient, by, now)
        return _planned_anew(session, setup, appointment, time, patient, before, now)


def mark(setup: Setup, appointment_id: int, state: AppointmentState, now: datetime) -> Booking:
    """
    Note that a visit took place (`attended`) or did not (`missed`), and plan what follows; idempotent.

    Raises InvalidInput for a visit that lies ahead or is cancelled, and for any other state.
    """
    with setup.database.transaction() as session:
        appointment, patient = _locked(session, appointment_id)
        before = foresight.snapshot(session, patient)
        time = booking.mark(session, appointment, state, now)
        return _planned_anew(session, setup, appointment, time, patient, before, now)


def _planned_anew(
    session: Session,
    setup: Setup,
    appointment: Appointment,
    time: VisitTime,
    patient: Patient,
    before: Before,
    now: datetime,
) -> Booking:
    """Plan anew, and see what that does and what the step itself has raised."""
    difference = plans.replan(session, setup, patient, now)
    return Booking(appointment, time, difference, foresight.changes(session, patient, before))


def _locked(session: Session, appointment_id: int) -> tuple[Appointment, Patient]:
    # The patient first, as everywhere, so that two writers never wait for each other.
    patient_id = visits.appointment_owner(session, appointment_id)
    patient = people.patient(session, patient_id)
    return visits.appointment(session, appointment_id), patient
