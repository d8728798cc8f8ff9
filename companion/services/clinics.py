"""Clinics join, and what they are is changed: their office, their watch over infusions, their pace."""

import re
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import check_zone
from companion.domain.filled import filled
from companion.domain.office_hours import parse_office_hours
from companion.domain.phone import parse_phone
from companion.domain.reminder_rules import CLOSED_DAYS
from companion.domain.sms import encoding_of
from companion.domain.vocabulary import NATIONS
from companion.errors import InvalidInput
from companion.records import Clinic, Sender
from companion.services import clinic_rules
from companion.services.clinic_rules import RulesChange
from companion.services.rules_in_use import rules_of
from companion.services.setup import Setup
from companion.storage import people, unique

_LONGEST_CLINIC_NAME = 40
_LINE = re.compile(r"\+?[0-9 ]{3,20}")
SHORTEST_WATCH, LONGEST_WATCH = 7, 365
_LONGEST_HOURS = 400
SLOWEST, FASTEST = 0.1, 1000.0


def add_clinic(
    setup: Setup,
    *,
    name: str,
    number: str,
    line: str,
    zone: str,
    now: datetime,
    nation: str = "england",
    office: str | None = None,
    office_hours: str | None = None,
) -> Clinic:
    """
    Add a clinic; `number` sends and receives, `line` is the 24-hour number its patients are told to call.

    `office` is its number by day and `office_hours` when that is answered, `mon-fri 09:00-17:00`. Raises
    InvalidInput for a name that could give a patient away on a lock screen, and for one of these two alone.
    """
    office, office_hours = checked_office(office, office_hours)
    clinic = Clinic(
        name=checked_name(setup, name),
        number=parse_phone(number),
        urgent_line=checked_line(line),
        office=office,
        office_hours=office_hours,
        zone=check_zone(zone),
        nation=checked_nation(nation),
        created_at=now,
    )
    with setup.database.transaction() as session:
        insert(session, clinic)
    return clinic


def insert(session: Session, clinic: Clinic) -> None:
    """Store a new clinic with what its number may send; raises InvalidInput if the number is another's."""
    if people.clinic_by_number(session, clinic.number) is not None:
        raise InvalidInput("A clinic with that number exists already; each clinic needs its own number.")
    unique.insert(session, clinic, "A clinic with that number was added at the same time; list the clinics.")
    session.add(Sender(clinic_id=clinic.id or 0))


def set_office(
    setup: Setup, clinic_id: int, office: str | None, office_hours: str | None, now: datetime
) -> Clinic:
    """
    Give a clinic an office, another one, or none; idempotent.

    Where reminders keep off the days on which it is closed, they are planned anew. Raises NotFound for an
    unknown clinic, and InvalidInput as `add_clinic` does.
    """
    with setup.database.transaction() as session:
        clinic = people.clinic_to_change(session, clinic_id)
        put_office(session, setup, clinic, office, office_hours, now)
    return clinic


def put_office(
    session: Session,
    setup: Setup,
    clinic: Clinic,
    office: str | None,
    office_hours: str | None,
    now: datetime,
) -> RulesChange | None:
    """Do what `set_office` does; return what it did to the outbox if reminders were planned anew."""
    before = rules_of(setup, clinic)
    clinic.office, clinic.office_hours = checked_office(office, office_hours)
    session.add(clinic)
    session.flush()
    after = rules_of(setup, clinic)
    if after == before or not any(CLOSED_DAYS in rule.not_on for rule in after.rules):
        return None
    return clinic_rules.plan_clinic_anew(session, setup, clinic, now)


def set_watch(setup: Setup, clinic_id: int, days: int) -> Clinic:
    """
    Say for how many days after an infusion words not understood may be a sign of illness; idempotent.

    Raises NotFound for an unknown clinic, and InvalidInput for less than a week or more than a year.
    """
    if not SHORTEST_WATCH <= days <= LONGEST_WATCH:
        raise InvalidInput(f"--days must be from {SHORTEST_WATCH} to {LONGEST_WATCH}.")
    with setup.database.transaction() as session:
        clinic = people.clinic_to_change(session, clinic_id)
        clinic.watch_days = days
        session.add(clinic)
    return clinic


def set_send_rate(setup: Setup, clinic_id: int, segments_per_second: float) -> Clinic:
    """
    Say how fast a clinic's number may send, in segments a second; idempotent.

    The provider says what each kind of number may do: 1 for a US long code, 100 for a short code (Twilio
    30001). Raises NotFound for an unknown clinic, and InvalidInput outside 0.1 to 1000.
    """
    if not SLOWEST <= segments_per_second <= FASTEST:
        raise InvalidInput(f"--segments must be from {SLOWEST:g} to {FASTEST:g} a second.")
    with setup.database.transaction() as session:
        clinic = people.clinic_to_change(session, clinic_id)
        clinic.send_rate = segments_per_second
        session.add(clinic)
    return clinic


def checked_name(setup: Setup, name: str) -> str:
    """Return a clinic's name in single spaces; raises InvalidInput if it could give a patient away."""
    name = filled(name, "name")
    if len(name) > _LONGEST_CLINIC_NAME or encoding_of(name) != "GSM-7":
        raise InvalidInput(
            f"The clinic's name must be at most {_LONGEST_CLINIC_NAME} plain letters; it stands in texts."
        )
    # It stands in the texts of every language.
    screens = [catalogue.lock_screen for catalogue in setup.languages.catalogues.values()]
    if found := next(filter(None, (screen.first_forbidden(name) for screen in screens)), None):
        raise InvalidInput(
            f"The clinic's name says {found!r}, which would tell a stranger what the person has. "
            "Give a name that tells nothing, for example the hospital's."
        )
    return name


def checked_line(line: str) -> str:
    """Return the number to call day and night, as it is to be read; raises InvalidInput."""
    line = line.strip()
    if not _LINE.fullmatch(line):
        raise InvalidInput("The line must be the phone number to call day and night, digits and spaces only.")
    return line


def checked_office(number: str | None, hours: str | None) -> tuple[str | None, str | None]:
    """Return both as they are stored; raises InvalidInput unless both or neither are given."""
    if number is None and hours is None:
        return None, None
    if number is None or hours is None:
        raise InvalidInput("An office has a number and hours; give --office and --office-hours together.")
    hours = " ".join(hours.lower().split())
    if len(hours) > _LONGEST_HOURS:
        raise InvalidInput(f"The office hours must be at most {_LONGEST_HOURS} letters.")
    parse_office_hours(hours)
    number = " ".join(number.split())
    if not _LINE.fullmatch(number):
        raise InvalidInput("The office's number must be a phone number, digits and spaces only.")
    return number, hours


def checked_nation(nation: str) -> str:
    """Raises InvalidInput for one whose crisis lines are not known."""
    if nation not in NATIONS:
        raise InvalidInput(f"{nation!r} is no nation with crisis lines of its own: {', '.join(NATIONS)}.")
    return nation
