"""People join, and their standing changes."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import check_zone, parse_wall
from companion.domain.filled import filled
from companion.domain.languages import ENGLISH
from companion.domain.phone import parse_phone
from companion.domain.task_words import say_visit
from companion.errors import InvalidInput
from companion.records import Clinic, Contact, Information, Patient, PatientState, Privacy
from companion.services import calls, going_live, plans, welcoming
from companion.services.setup import Setup
from companion.storage import people, unique, visits


class ReferenceTaken(InvalidInput):
    """Someone with that reference is enrolled already; look them up instead."""


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
    contact: Contact = Contact.TEXT
    #: Folder under templates/sms.
    language: str = ENGLISH
    #: False: the person was given the welcome on paper. Whoever is phoned gets none.
    welcome: bool = True


def enrol(setup: Setup, new: NewPatient, now: datetime) -> Patient:
    """
    Enrol a person and put their welcome into the outbox, unless it is left out.

    Raises InvalidInput, naming what to mend, and then stores nothing: also where texts would reach real
    phones and the clinic is not live.
    """
    with setup.database.transaction() as session:
        return join(session, setup, new, now)


def join(session: Session, setup: Setup, new: NewPatient, now: datetime) -> Patient:
    """Enrol as `enrol` does, in a transaction that the caller has opened."""
    check_words(setup, new)
    phone = parse_phone(new.phone)
    clinic = _clinic_of(session, new.clinic)
    going_live.require_live(setup, clinic)
    patient = new_patient(setup, clinic, new, phone, now)
    check_reference(session, patient.clinic_id, patient.reference_hash)
    taken = "Someone with that reference was enrolled at the same time; look them up."
    unique.insert(session, patient, taken)
    if new.welcome and new.contact == Contact.TEXT:
        welcoming.plan(session, setup, patient, now)
    return patient


def check_words(setup: Setup, new: NewPatient) -> None:
    """Raise NotFound or InvalidInput for a treatment or a language nobody can be given."""
    for treatment in (*new.weighing, *filter(None, [new.treatment])):
        setup.catalogue.treatment(treatment)
    setup.languages.chosen(new.language)


def new_patient(setup: Setup, clinic: Clinic, new: NewPatient, phone: str, now: datetime) -> Patient:
    """Return a person who is not stored yet; `phone` is E.164. Raises InvalidInput, naming what to mend."""
    hashed = None if new.reference is None else setup.hasher.reference(filled(new.reference, "reference"))
    return Patient(
        clinic_id=clinic.id or 0,
        name=filled(new.name, "name"),
        phone=phone,
        phone_hash=setup.hasher.phone(phone),
        reference=new.reference,
        reference_hash=hashed,
        treatment=new.treatment,
        weighing=list(dict.fromkeys(new.weighing)),
        information=new.information,
        privacy=new.privacy,
        contact=new.contact,
        language=new.language,
        zone=check_zone(new.zone or clinic.zone),
        consent_by=filled(new.consent_by, "consent-by"),
        consent_at=now,
        created_at=now,
    )


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


def _clinic_of(session: Session, clinic_id: int | None) -> Clinic:
    if clinic_id is not None:
        return people.clinic(session, clinic_id)
    found = people.clinics(session)
    if len(found) != 1:
        have = "There is no clinic yet; add one" if not found else "There are several clinics; say which"
        raise InvalidInput(f"{have} with --clinic." if found else f"{have} with `companion clinic add`.")
    return found[0]


def check_reference(session: Session, clinic_id: int, hashed: str | None) -> None:
    """Raise ReferenceTaken if somebody of the clinic has the reference; None is nobody's."""
    if hashed and people.patient_with_reference(session, clinic_id, hashed) is not None:
        raise ReferenceTaken
