"""Whether a number can be somebody's: it is one, texts reach it, and who of the clinic has it already."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from companion.domain.phone import parse_near, takes_texts
from companion.domain.staff import StaffScope
from companion.errors import InvalidPhoneNumber
from companion.records import Contact
from companion.services.auditing import Seen, note
from companion.services.setup import Setup
from companion.storage import finding, people

NumberProblem = Literal["number-missing", "number-wrong", "number-clinics", "number-landline"]
#: Longer than any number, however it is spaced.
_LONGEST = 40


@dataclass(frozen=True)
class Holder:
    """Somebody who has the number already."""

    id: int
    name: str


@dataclass(frozen=True)
class CheckedNumber:
    #: E.164; None: it is no number.
    phone: str | None = None
    problem: NumberProblem | None = None
    #: Whether texts reach it; None: its range tells nothing, so only a text will.
    takes_texts: bool | None = None
    holders: tuple[Holder, ...] = ()


def look(setup: Setup, scope: StaffScope, typed: str, contact: str, real_now: datetime) -> CheckedNumber:
    """Return what is known of the number; whose name it shows is noted at real time."""
    with setup.database.reading() as session:
        found = check(session, setup, scope.clinic_id, typed, contact)
    if found.holders:
        with setup.database.transaction() as session:
            for holder in found.holders:
                note(session, scope, Seen("number-holder-seen", patient_id=holder.id), real_now)
    return found


def check(session: Session, setup: Setup, clinic_id: int, typed: str, contact: str) -> CheckedNumber:
    """Return what is known of the number as it was typed; a number without a country code is the clinic's."""
    if not typed.strip():
        return CheckedNumber(problem="number-missing")
    try:
        phone = parse_near(typed[:_LONGEST], people.clinic(session, clinic_id).number)
    except InvalidPhoneNumber:
        return CheckedNumber(problem="number-wrong")
    reached = takes_texts(phone)
    if people.clinic_by_number(session, phone) is not None:
        return CheckedNumber(phone, "number-clinics", reached)
    if reached is False and contact == Contact.TEXT:
        return CheckedNumber(phone, "number-landline", reached)
    having = finding.with_phone(session, clinic_id, setup.hasher.phone(phone))
    return CheckedNumber(
        phone, None, reached, tuple(Holder(person.id or 0, person.name) for person in having)
    )
