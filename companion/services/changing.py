"""Staff change what is known of a person: name, number, language, state, stay. The plan follows."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlmodel import Session

from companion.domain.clock_time import check_zone, resolve
from companion.domain.filled import filled
from companion.domain.phone import parse_phone
from companion.errors import InvalidInput
from companion.records import Contact, Information, Patient, PatientState, Privacy
from companion.services import enrolment, foresight, hospital, plans, welcoming
from companion.services.foresight import Changes
from companion.services.hospital import Admission, Homecoming
from companion.services.planned_rows import TEXTED
from companion.services.setup import Setup
from companion.storage import people, unique


@dataclass(frozen=True)
class NewFacts:
    """What staff give; None stays as it is."""

    name: str | None = None
    #: The hospital's own number for them; empty: they have none.
    reference: str | None = None
    phone: str | None = None
    #: Where the person lives or stays. Their visits keep the clock of the place they are at.
    zone: str | None = None
    information: Information | None = None
    privacy: Privacy | None = None
    contact: Contact | None = None
    #: Folder under templates/sms.
    language: str | None = None
    state: PatientState | None = None
    stay: Admission | Homecoming | None = None
    #: With `state` paused: the first day with all texts again, by the person's clock.
    paused_until: date | None = None
    #: Who recorded the person's consent to this, and how it was given.
    consent_by: str | None = None


@dataclass(frozen=True)
class Changed:
    patient: Patient
    changes: Changes


def change(setup: Setup, patient_id: int, new: NewFacts, now: datetime, *, dry_run: bool = False) -> Changed:
    """
    Change a person and plan their reminders anew in the same transaction; idempotent.

    With `dry_run` everything is done and nothing is kept. Raises NotFound for an unknown person, and
    InvalidInput for a value that cannot be and for texts to somebody who wants none.
    """
    with setup.database.transaction(keep=not dry_run) as session:
        return change_in(session, setup, patient_id, new, now)


def change_in(session: Session, setup: Setup, patient_id: int, new: NewFacts, now: datetime) -> Changed:
    """Do what `change` does in a transaction that the caller keeps or not."""
    patient = people.patient(session, patient_id)
    before, stood = foresight.snapshot(session, patient), (patient.contact, patient.language)
    _set_facts(setup, patient, new, now)
    if new.stay is not None:
        hospital.set_stay(patient, new.stay, now)
    if new.phone is not None:
        _set_phone(session, setup, patient, parse_phone(new.phone))
    session.add(patient)
    session.flush()
    if new.state is not None and new.state != patient.state:
        _set_state(session, setup, patient, new.state, now)
    if new.paused_until is not None and patient.state == PatientState.PAUSED:
        patient.paused_until = resolve(datetime.combine(new.paused_until, time.min), patient.zone)
    plans.replan(session, setup, patient, now, rewritten=_rewritten(patient, *stood))
    if patient.language != stood[1]:
        welcoming.write_anew_for(session, setup, patient, now)
    if new.reference is not None:
        # Last: it locks out whoever stores a task for the person, and they may hold a text wanted before.
        _set_reference(session, setup, patient, new.reference)
    return Changed(patient, foresight.changes(session, patient, before))


def _set_facts(setup: Setup, patient: Patient, new: NewFacts, now: datetime) -> None:
    if new.consent_by is not None:
        patient.consent_by, patient.consent_at = filled(new.consent_by, "consent-by"), now
    patient.zone = patient.zone if new.zone is None else check_zone(new.zone)
    patient.information = new.information or patient.information
    patient.privacy = new.privacy or patient.privacy
    patient.contact = new.contact or patient.contact
    patient.name = patient.name if new.name is None else filled(new.name, "name")
    patient.language = patient.language if new.language is None else setup.languages.chosen(new.language)


def _rewritten(patient: Patient, contact: str, language: str) -> str | None:
    """Return why texts that wait give way to others, where it is how the person was reached before."""
    if patient.language != language:
        return "language-changed"
    return "contact-changed" if patient.contact != contact else None


def _set_reference(session: Session, setup: Setup, patient: Patient, typed: str) -> None:
    """Raises ReferenceTaken, also if somebody else was given the reference at the same time."""
    reference = filled(typed, "reference") if typed.strip() else None
    hashed = setup.hasher.reference(reference) if reference else None
    if hashed != patient.reference_hash:
        enrolment.check_reference(session, patient.clinic_id, hashed)
    patient.reference, patient.reference_hash = reference, hashed
    unique.insert(session, patient, enrolment.ReferenceTaken())


def _set_phone(session: Session, setup: Setup, patient: Patient, phone: str) -> None:
    """What waits goes to the new number, which has to answer before texts say more than a date."""
    if phone == patient.phone:
        return
    patient.phone, patient.phone_hash = phone, setup.hasher.phone(phone)
    patient.answered = False
    welcoming.send_to_new_number(session, patient)


def _set_state(session: Session, setup: Setup, patient: Patient, state: PatientState, now: datetime) -> None:
    if patient.state == PatientState.STOPPED and state in TEXTED:
        raise InvalidInput("This person wants no texts; only they can change that, by texting START.")
    if state == PatientState.STOPPED and patient.state in TEXTED:
        enrolment.opt_out(session, setup, patient, now)
    else:
        enrolment.set_state(session, setup, patient, state, now)
