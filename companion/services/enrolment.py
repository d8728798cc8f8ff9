"""Clinics join, people join, and their standing changes."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from companion.domain.clock_time import check_zone, parse_wall
from companion.domain.languages import ENGLISH
from companion.domain.office_hours import parse_office_hours
from companion.domain.phone import parse_phone
from companion.domain.reminder_rules import CLOSED_DAYS
from companion.domain.sms import encoding_of
from companion.domain.task_words import say_visit
from companion.domain.vocabulary import NATIONS
from companion.errors import InvalidInput
from companion.records import Clinic, Information, Patient, PatientState, Privacy, Sender
from companion.services import calls, clinic_rules, going_live, plans, welcoming
from companion.services.rules_in_use import rules_of
from companion.services.setup import Setup
from companion.storage import people, visits

_LONGEST_CLINIC_NAME = 40
_LINE = re.compile(r"\+?[0-9 ]{3,20}")
_SHORTEST_WATCH, _LONGEST_WATCH = 7, 365
_LONGEST_HOURS = 400


@dataclass(frozen=True)
class NewPatient:
    """What staff give to enrol someone."""

    name: str
    phone: str
    #: Who recorded the consent, and how it was given.
    consent_by: str
    treatment: str | None = None
    weighing: tuple[str, ...] = ()
    reference: str | None = None
    clinic: int | None = None
    zone: str | None = None
    information: Information = Information.STANDARD
    privacy: Privacy = Privacy.NEUTRAL
    #: Folder under templates/sms.
    language: str = ENGLISH
    #: False: the person was given the welcome on paper.
    welcome: bool = True


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
    office, office_hours = _office(office, office_hours)
    clinic = Clinic(
        name=_clinic_name(setup, name),
        number=parse_phone(number),
        urgent_line=_urgent_line(line),
        office=office,
        office_hours=office_hours,
        zone=check_zone(zone),
        nation=_nation(nation),
        created_at=now,
    )
    with setup.database.transaction() as session:
        if people.clinic_by_number(session, clinic.number) is not None:
            raise InvalidInput("A clinic with that number exists already; each clinic needs its own number.")
        _insert(session, clinic, "A clinic with that number was added at the same time; list the clinics.")
        session.add(Sender(clinic_id=clinic.id or 0))
    return clinic


def enrol(setup: Setup, new: NewPatient, now: datetime) -> Patient:
    """
    Enrol a person and put their welcome into the outbox, unless it is left out.

    Raises InvalidInput, naming what to mend, and then stores nothing: also where texts would reach real
    phones and the clinic is not live.
    """
    for treatment in (*new.weighing, *filter(None, [new.treatment])):
        setup.catalogue.treatment(treatment)
    language = setup.languages.chosen(new.language)
    phone = parse_phone(new.phone)
    with setup.database.transaction() as session:
        clinic = _clinic_of(session, new.clinic)
        going_live.require_live(setup, clinic)
        patient = Patient(
            clinic_id=clinic.id or 0,
            name=_filled(new.name, "name"),
            phone=phone,
            phone_hash=setup.hasher.phone(phone),
            reference=new.reference,
            reference_hash=_reference_hash(setup, session, clinic, new.reference),
            treatment=new.treatment,
            weighing=list(dict.fromkeys(new.weighing)),
            information=new.information,
            privacy=new.privacy,
            language=language,
            zone=check_zone(new.zone or clinic.zone),
            consent_by=_filled(new.consent_by, "consent-by"),
            consent_at=now,
            created_at=now,
        )
        _insert(session, patient, "Someone with that reference was enrolled at the same time; look them up.")
        if new.welcome:
            welcoming.plan(session, setup, patient, now)
    return patient


def opt_out(
    session: Session, setup: Setup, patient: Patient, now: datetime, *, may_mean_visit: bool = False
) -> None:
    """
    Stop everything unasked; what waits is suppressed with its reason. Idempotent.

    A visit that is coming, of which nothing will remind the person now, is put before a nurse: with
    `may_mean_visit` as the one they may have meant, also if they had opted out before. The visit stands.
    """
    texted = patient.state in (PatientState.ACTIVE, PatientState.PAUSED)
    if texted:
        set_state(session, setup, patient, PatientState.STOPPED, now)
    for coming in visits.upcoming(session, patient.id or 0, now)[:1]:
        if may_mean_visit and patient.state == PatientState.STOPPED:
            said = say_visit(setup.catalogue, parse_wall(coming.wall), coming.type)
            calls.raise_may_have_meant(session, patient, coming, setup.task_words.meant(said), now)
        elif texted:
            calls.raise_opted_out(session, patient, coming, now)


def opt_in(session: Session, setup: Setup, patient: Patient, now: datetime) -> None:
    """Send again after a stop, and plan anew what is still ahead; only staff bring others back."""
    if patient.state == PatientState.STOPPED:
        set_state(session, setup, patient, PatientState.ACTIVE, now)


def set_state(session: Session, setup: Setup, patient: Patient, state: PatientState, now: datetime) -> None:
    patient.state = state
    patient.paused_until = None
    session.add(patient)
    plans.replan(session, setup, patient, now)


def _insert(session: Session, row: Clinic | Patient, taken: str) -> None:
    """Store the row; what is unique is the database's to say, whatever was looked up before."""
    try:
        session.add(row)
        session.flush()
    except IntegrityError as error:
        raise InvalidInput(taken) from error


def _clinic_of(session: Session, clinic_id: int | None) -> Clinic:
    if clinic_id is not None:
        return people.clinic(session, clinic_id)
    found = people.clinics(session)
    if len(found) != 1:
        have = "There is no clinic yet; add one" if not found else "There are several clinics; say which"
        raise InvalidInput(f"{have} with --clinic." if found else f"{have} with `companion clinic add`.")
    return found[0]


def _reference_hash(setup: Setup, session: Session, clinic: Clinic, reference: str | None) -> str | None:
    if reference is None:
        return None
    found = setup.hasher.reference(_filled(reference, "reference"))
    if people.patient_with_reference(session, clinic.id or 0, found) is not None:
        raise InvalidInput("Someone with that reference is enrolled already; look them up instead.")
    return found


def _clinic_name(setup: Setup, name: str) -> str:
    name = _filled(name, "name")
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


def _urgent_line(line: str) -> str:
    line = line.strip()
    if not _LINE.fullmatch(line):
        raise InvalidInput("The line must be the phone number to call day and night, digits and spaces only.")
    return line


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
        before = rules_of(setup, clinic)
        clinic.office, clinic.office_hours = _office(office, office_hours)
        session.add(clinic)
        session.flush()
        after = rules_of(setup, clinic)
        if after != before and any(CLOSED_DAYS in rule.not_on for rule in after.rules):
            clinic_rules.plan_clinic_anew(session, setup, clinic, now)
    return clinic


def set_watch(setup: Setup, clinic_id: int, days: int) -> Clinic:
    """
    Say for how many days after an infusion words not understood may be a sign of illness; idempotent.

    Raises NotFound for an unknown clinic, and InvalidInput for less than a week or more than a year.
    """
    if not _SHORTEST_WATCH <= days <= _LONGEST_WATCH:
        raise InvalidInput(f"--days must be from {_SHORTEST_WATCH} to {_LONGEST_WATCH}.")
    with setup.database.transaction() as session:
        clinic = people.clinic_to_change(session, clinic_id)
        clinic.watch_days = days
        session.add(clinic)
    return clinic


def _office(number: str | None, hours: str | None) -> tuple[str | None, str | None]:
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


def _nation(nation: str) -> str:
    if nation not in NATIONS:
        raise InvalidInput(f"{nation!r} is no nation with crisis lines of its own: {', '.join(NATIONS)}.")
    return nation


def _filled(text: str, what: str) -> str:
    text = " ".join(text.split())
    if not text or len(text) > 200:
        raise InvalidInput(f"The {what} must be between 1 and 200 letters.")
    return text
