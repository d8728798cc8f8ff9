"""Clinics, patients, their own questions, and what a conversation left open."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date, datetime

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from companion.errors import NotFound
from companion.records import Clinic, Conversation, Patient, PatientQuestion, PatientState


def clinics(session: Session) -> Sequence[Clinic]:
    return session.exec(select(Clinic).order_by(col(Clinic.id))).all()


def clinic(session: Session, clinic_id: int) -> Clinic:
    """Raises NotFound."""
    found = session.get(Clinic, clinic_id)
    if found is None:
        raise NotFound.of("clinic", clinic_id)
    return found


def clinic_to_change(session: Session, clinic_id: int) -> Clinic:
    """Return the clinic, locked as `patient` locks; raises NotFound."""
    query = select(Clinic).where(Clinic.id == clinic_id).with_for_update(key_share=True)
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound.of("clinic", clinic_id)
    return found


def languages(session: Session, clinic_id: int) -> Sequence[str]:
    """Return each language that somebody of the clinic is texted in, once."""
    return session.exec(select(Patient.language).where(Patient.clinic_id == clinic_id).distinct()).all()


def patients_of(session: Session, clinic_id: int) -> Sequence[int]:
    """Return the id of everyone of the clinic; locks nobody and reads nothing that is encrypted."""
    query = select(col(Patient.id)).where(Patient.clinic_id == clinic_id).order_by(col(Patient.id))
    return [found for found in session.exec(query).all() if found is not None]


def home_between(session: Session, first: date, last: date) -> Sequence[int]:
    """Return the id of everyone who goes home from hospital on one of these days; locks nobody."""
    until = col(Patient.in_hospital_until)
    query = select(col(Patient.id)).where(until >= first, until <= last).order_by(col(Patient.id))
    return [found for found in session.exec(query).all() if found is not None]


def clinic_by_number(session: Session, number: str) -> Clinic | None:
    return session.exec(select(Clinic).where(Clinic.number == number)).one_or_none()


def patient(session: Session, patient_id: int) -> Patient:
    """
    Return the patient, locked against other writers until the transaction ends; raises NotFound.

    `key_share`: a row that only points at the patient may still be stored meanwhile. Without it a worker
    that holds a text and raises a task, and an answer that holds the patient and wants the text, would
    wait for each other.
    """
    query = select(Patient).where(Patient.id == patient_id).with_for_update(key_share=True)
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound.of("patient", patient_id)
    return found


def patients_with_phone(session: Session, clinic_id: int, phone_hash: str) -> Sequence[Patient]:
    """Return everyone of the clinic who has this number, locked; two people may share one."""
    query = (
        select(Patient)
        .where(Patient.clinic_id == clinic_id, Patient.phone_hash == phone_hash)
        .order_by(col(Patient.id))
        .with_for_update(key_share=True)
    )
    return session.exec(query).all()


def languages_of_phone(session: Session, clinic_id: int, phone_hash: str) -> list[str]:
    """Return the languages of everyone of the clinic who has this number; no key is needed for that."""
    query = select(Patient.language).where(Patient.clinic_id == clinic_id, Patient.phone_hash == phone_hash)
    return sorted(set(session.exec(query).all()))


def ids_of_phone(session: Session, clinic_id: int, phone_hash: str) -> list[int]:
    """Return who of the clinic has this number; no key is needed for that."""
    query = select(col(Patient.id)).where(Patient.clinic_id == clinic_id, Patient.phone_hash == phone_hash)
    return [found for found in session.exec(query.order_by(col(Patient.id))).all() if found is not None]


def put_state_of_phone(
    session: Session,
    clinic_id: int,
    phone_hash: str,
    state: PatientState,
    from_states: Collection[PatientState],
) -> int:
    """Put everyone of the number who is in one of these states into another; return how many."""
    table = Patient
    change = update(table).where(col(table.clinic_id) == clinic_id, col(table.phone_hash) == phone_hash)
    change = change.where(col(table.state).in_(tuple(from_states))).values(state=state, paused_until=None)
    return session.connection().execute(change).rowcount


def patient_with_reference(session: Session, clinic_id: int, reference_hash: str) -> Patient | None:
    query = select(Patient).where(Patient.clinic_id == clinic_id, Patient.reference_hash == reference_hash)
    return session.exec(query).one_or_none()


def own_questions(session: Session, patient_id: int) -> Sequence[PatientQuestion]:
    """Return the person's unasked questions in their order."""
    query = (
        select(PatientQuestion)
        .where(PatientQuestion.patient_id == patient_id, col(PatientQuestion.asked_at).is_(None))
        .order_by(col(PatientQuestion.position), col(PatientQuestion.id))
    )
    return session.exec(query).all()


def conversation(session: Session, clinic_id: int, phone_hash: str) -> Conversation:
    """Return the memory of one number, locked; made if there is none, once whoever else makes it too."""
    found = session.get(Conversation, lock_number(session, clinic_id, phone_hash))
    assert found is not None
    return found


def lock_number(session: Session, clinic_id: int, phone_hash: str) -> int:
    """Lock one number against other texts from it, without reading what is encrypted; return its row's id."""
    query = select(col(Conversation.id)).where(
        Conversation.clinic_id == clinic_id, Conversation.phone_hash == phone_hash
    )
    query = query.with_for_update(key_share=True)
    found = session.exec(query).one_or_none()
    if found is None:
        with suppress(IntegrityError), session.begin_nested():
            # Past the session, which would go on holding the row if what follows is undone.
            new = Conversation(clinic_id=clinic_id, phone_hash=phone_hash).model_dump(exclude={"id"})
            session.connection().execute(insert(Conversation).values(**new))
        found = session.exec(query).one()
    assert found is not None
    return found


def forget_offers(session: Session, made_before: datetime) -> None:
    """Delete what went with offers and waiting requests of that time or before: a digit answers none now."""
    table = Conversation
    connection = session.connection()
    connection.execute(
        update(table)
        .where(col(table.offer).is_not(None), col(table.offered_at) <= made_before)
        .values(offer=None, offered=None, offered_to=None)
    )
    connection.execute(
        update(table)
        .where(col(table.waiting).is_not(None), col(table.waiting_at) <= made_before)
        .values(waiting=None, waiting_at=None)
    )


def question(session: Session, patient_id: int, question_id: int) -> PatientQuestion:
    """Raises NotFound, also for another person's question."""
    found = session.get(PatientQuestion, question_id)
    if found is None or found.patient_id != patient_id:
        raise NotFound.of("question", question_id)
    return found


def check_patient(session: Session, patient_id: int) -> None:
    """Raise NotFound unless there is such a patient; locks nothing."""
    if session.get(Patient, patient_id) is None:
        raise NotFound.of("patient", patient_id)
