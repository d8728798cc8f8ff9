"""A person's stay in hospital as staff tell it: reminders are held, answers and corrections go on."""

from dataclasses import dataclass
from datetime import date, datetime

from companion.domain.clock_time import to_wall
from companion.domain.hospital_stay import Stay
from companion.domain.vocabulary import RULES
from companion.errors import InvalidInput
from companion.records import Patient


@dataclass(frozen=True)
class Admission:
    """The person is, or will be, in hospital; it takes the place of what was known of a stay."""

    begins: date
    #: The day they go home; None: not known yet.
    home: date | None = None


@dataclass(frozen=True)
class Homecoming:
    """The person goes home, or has gone."""

    #: None: today, by the clock where they are.
    day: date | None = None


def stay_of(patient: Patient) -> Stay | None:
    if patient.in_hospital_from is None:
        return None
    return Stay(patient.in_hospital_from, patient.in_hospital_until, patient.zone)


def is_held(patient: Patient, at: datetime, rule: str | None) -> bool:
    """Say whether a text of this rule must wait at this instant; a correction or a welcome never does."""
    stay = stay_of(patient)
    return stay is not None and rule in RULES and stay.holds(at)


def set_stay(patient: Patient, told: Admission | Homecoming, now: datetime) -> None:
    """
    Take note of a stay, or of its end; idempotent.

    Raises InvalidInput for an end that is not after the beginning, and for the end of no stay.
    """
    if isinstance(told, Admission):
        if told.home is not None and told.home <= told.begins:
            raise InvalidInput("The day they go home must come after the day the stay begins.")
        patient.in_hospital_from, patient.in_hospital_until = told.begins, told.home
        return
    if patient.in_hospital_from is None:
        raise InvalidInput("No stay in hospital is known of this person; nothing was changed.")
    day = told.day or to_wall(now, patient.zone).date()
    # Home before it began: there was no stay, and it holds nothing.
    patient.in_hospital_until = max(day, patient.in_hospital_from)
