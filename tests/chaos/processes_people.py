"""What staff do in a trial: a clinic, people with numbers of their own, visits that are told at once."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from companion.services import clinics, enrolment, scheduling
from companion.services.enrolment import NewPatient
from tests.chaos.processes_stack import Installation
from tests.people import CLINIC, LINE, LONDON

ZONE = ZoneInfo(LONDON)


def phone_of(number: int) -> str:
    """Return one of the thousand numbers that Ofcom keeps for drama."""
    assert number < 1000
    return f"+447700900{number:03d}"


def add_clinic(place: Installation, segments_per_second: float = 1) -> None:
    added = clinics.add_clinic(
        place.setup, name="Riverside Team", number=CLINIC, line=LINE, zone=LONDON, now=place.now()
    )
    clinics.set_send_rate(place.setup, added.id or 0, segments_per_second)


def enrol(place: Installation, phone: str) -> int:
    new = NewPatient(name="Amina", phone=phone, consent_by="Nurse", welcome=False)
    return enrolment.enrol(place.setup, new, place.now()).id or 0


def wall(place: Installation, days: int) -> str:
    """Return half past ten so many days on, as a booking takes it."""
    return (place.now().astimezone(ZONE) + timedelta(days=days)).strftime("%Y-%m-%dT10:30")


def book(place: Installation, patient: int, days: int = 6) -> int:
    """Book a visit; of one 4 to 6 days ahead a text tells at once. Return its id."""
    at, now = wall(place, days), place.now()
    booking = scheduling.book(
        place.setup, patient_id=patient, kind="clinic-review", at=at, place="Level 2", now=now
    )
    return booking.appointment.id or 0


def be_within_hours(place: Installation) -> None:
    """See to it that reminders may leave for hours yet."""
    local = place.now().astimezone(ZONE)
    if not 8 <= local.hour < 16:
        morning = local.replace(hour=8, minute=5) + timedelta(days=local.hour >= 8)
        place.forward_to(morning)
