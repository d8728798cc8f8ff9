"""
What is known of a visit, changed in the session of whoever plans the texts anew afterwards.

Every function here takes its session and plans nothing: several changes are stored together and the person's
texts planned once.
"""

from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import VisitTime, parse_wall, resolve_visit, write_wall
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.errors import InvalidInput, NotFound
from companion.records import Appointment, AppointmentState, CancelledBy, Patient
from companion.services import calls

LONGEST_PLACE = 100


def new_visit(patient_id: int, kind: str, time: VisitTime, place: str, now: datetime) -> Appointment:
    """Return a visit that is not stored yet; raises NotFound for an unknown type."""
    known_type(kind)
    return Appointment(
        patient_id=patient_id,
        type=kind,
        wall=write_wall(time.wall),
        zone=time.zone,
        at=time.at,
        place=checked_place(place),
        created_at=now,
    )


def put_time(appointment: Appointment, time: VisitTime) -> bool:
    """Give a visit another time; return whether it is another. What was told and said of the old is void."""
    if write_wall(time.wall) == appointment.wall and time.zone == appointment.zone:
        return False
    appointment.wall, appointment.zone, appointment.at = write_wall(time.wall), time.zone, time.at
    appointment.version += 1
    appointment.state = AppointmentState.BOOKED
    return True


def put_cancelled(appointment: Appointment, by: CancelledBy) -> None:
    appointment.state, appointment.cancelled_by = AppointmentState.CANCELLED, by
    # A correction sent for the last move must not stand for this change too.
    appointment.version += 1


def ask_to_call(
    session: Session, patient: Patient, appointment: Appointment, by: CancelledBy, now: datetime
) -> None:
    """Raise the task to phone about a cancelled visit, if that is how the person hears of it."""
    if by == CancelledBy.CALL:
        calls.raise_cancelled(session, patient, appointment, now)


def known_type(kind: str) -> None:
    if kind not in APPOINTMENT_TYPES:
        raise NotFound(f"There is no appointment type {kind}. Choose one of: {', '.join(APPOINTMENT_TYPES)}.")


def time_ahead(at: str, zone: str, now: datetime) -> VisitTime:
    """Read a visit's wall time; raises InvalidTime for none, and InvalidInput for one that has passed."""
    time = resolve_visit(parse_wall(at), zone)
    if time.at <= now:
        raise InvalidInput(f"{at} in {zone} has passed already; check the date.")
    return time


def checked_place(place: str) -> str:
    """Return the place in single spaces; raises InvalidInput for one that is too long."""
    place = " ".join(place.split())
    if len(place) > LONGEST_PLACE:
        raise InvalidInput(f"The place must be at most {LONGEST_PLACE} letters; it is sent in a text.")
    return place
