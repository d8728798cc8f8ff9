"""People with reminders that are due, made by the same services as in use. Every number is one of fiction."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import col

from companion.records import Clinic, OutboundMessage
from companion.services import clinics, enrolment, scheduling
from companion.services.enrolment import NewPatient
from companion.services.setup import Setup

#: Ofcom's range for drama has this many numbers.
NUMBERS = 1000
_FAR_AHEAD = timedelta(days=300)


def add_clinics(setup: Setup, how_many: int, zone: str, now: datetime) -> list[int]:
    return [
        clinics.add_clinic(
            setup, name=f"Team {n}", number=f"+120255501{n:02}", line="020 7946 0000", zone=zone, now=now
        ).id
        or 0
        for n in range(how_many)
    ]


def add_person(setup: Setup, clinic: int, number: int, now: datetime) -> int:
    """Enrol somebody; `number` is the last digits of theirs."""
    person = NewPatient(
        name="Dee", phone=f"+447700900{number:03}", consent_by="Nurse", clinic=clinic, welcome=False
    )
    return enrolment.enrol(setup, person, now).id or 0


def fill(setup: Setup, texts: int, of_clinics: int, now: datetime) -> None:
    """
    Enrol as many people as texts, each with one reminder that falls due in this very hour; hold them back.

    Blood is taken tomorrow, and its one reminder goes at 18:00 where it is six in the evening now.
    """
    assert texts <= NUMBERS
    zone = evening_zone(now)
    ids = add_clinics(setup, of_clinics, zone, now - timedelta(days=4))
    tomorrow = (now.astimezone(ZoneInfo(zone)) + timedelta(days=1)).strftime("%Y-%m-%dT09:30")
    for n in range(texts):
        booked = now - timedelta(days=3)
        patient = add_person(setup, ids[n % of_clinics], n, booked)
        scheduling.book(
            setup, patient_id=patient, kind="blood-test", at=tomorrow, place="Level 2", now=booked
        )
    due_at(setup, now + _FAR_AHEAD)


def due_at(setup: Setup, when: datetime) -> None:
    """Have all texts fall due then."""
    with setup.database.transaction() as session:
        session.connection().execute(update(OutboundMessage).values(send_at=when))


def send_at_any_rate(setup: Setup) -> None:
    """Have no number paced: what is measured is the program."""
    with setup.database.transaction() as session:
        session.connection().execute(update(Clinic).where(col(Clinic.id) > 0).values(send_rate=1e6))


def evening_zone(now: datetime) -> str:
    """Return a zone where it is between six and seven in the evening; its sign is turned round by custom."""
    ahead = (18 - now.hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}"
