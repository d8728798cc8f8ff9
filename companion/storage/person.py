"""All that a clinic knows of one person; every query is bound to the clinic, and none loops."""

from collections.abc import Sequence

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from companion.errors import NotFound
from companion.records import (
    Appointment,
    AuditEvent,
    InboundMessage,
    OutboundMessage,
    OutboundState,
    Patient,
    PatientQuestion,
    StaffNote,
    StaffUser,
    Task,
)

#: When a text went, as far as that is known.
_WENT_AT = func.coalesce(col(OutboundMessage.handed_at), col(OutboundMessage.send_at))


def find(session: Session, clinic_id: int, patient_id: int) -> Patient:
    """Raises NotFound, also for another clinic's person."""
    found = session.exec(_one(clinic_id, patient_id)).one_or_none()
    if found is None:
        raise NotFound.of("patient", patient_id)
    return found


def find_to_change(session: Session, clinic_id: int, patient_id: int) -> Patient:
    """Return the person, locked as `people.patient` locks; raises NotFound as `find` does."""
    found = session.exec(_one(clinic_id, patient_id).with_for_update(key_share=True)).one_or_none()
    if found is None:
        raise NotFound.of("patient", patient_id)
    return found


def others_with_number(session: Session, patient: Patient) -> Sequence[Patient]:
    query = select(Patient).where(
        Patient.clinic_id == patient.clinic_id,
        Patient.phone_hash == patient.phone_hash,
        Patient.id != patient.id,
    )
    return session.exec(query.order_by(col(Patient.id))).all()


def texts_to(session: Session, patient: Patient, limit: int) -> Sequence[tuple[OutboundMessage, str | None]]:
    """
    Return the newest texts about the person that have had their turn, newest first.

    Answers to a number whose texts nobody could tell apart are among them. Beside each, encrypted no more,
    is the name of whoever on the staff wrote it.
    """
    table = OutboundMessage
    nobodys = and_(
        col(table.patient_id).is_(None),
        col(table.clinic_id) == patient.clinic_id,
        col(table.to_hash) == patient.phone_hash,
    )
    query = (
        select(table, StaffUser.name)
        .join(StaffUser, col(StaffUser.id) == col(table.staff_id), isouter=True)
        .where(or_(col(table.patient_id) == patient.id, nobodys), table.state != OutboundState.PENDING)
        .order_by(_WENT_AT.desc(), col(table.id).desc())
        .limit(limit)
    )
    return session.exec(query).all()


def texts_waiting(session: Session, patient: Patient) -> Sequence[tuple[OutboundMessage, str | None]]:
    """Return what is to go to the person, soonest first, with the name of whoever wrote it by hand."""
    query = (
        select(OutboundMessage, StaffUser.name)
        .join(StaffUser, col(StaffUser.id) == col(OutboundMessage.staff_id), isouter=True)
        .where(OutboundMessage.patient_id == patient.id, OutboundMessage.state == OutboundState.PENDING)
        .order_by(col(OutboundMessage.send_at), col(OutboundMessage.id))
    )
    return session.exec(query).all()


def texts_from(session: Session, patient: Patient, limit: int) -> Sequence[InboundMessage]:
    """
    Return the newest texts from the numbers the person has had, newest first: theirs, and nobody's.

    Nobody's only from the present number: a former one may be a stranger's now.
    """
    had = select(OutboundMessage.to_hash).where(OutboundMessage.patient_id == patient.id)
    table = InboundMessage
    theirs = and_(col(table.from_hash).in_(had), col(table.patient_id) == patient.id)
    present = and_(
        col(table.from_hash) == patient.phone_hash,
        or_(col(table.patient_id) == patient.id, col(table.patient_id).is_(None)),
    )
    query = select(table).where(table.clinic_id == patient.clinic_id, or_(theirs, present))
    return session.exec(
        query.order_by(col(table.received_at).desc(), col(table.id).desc()).limit(limit)
    ).all()


def visits_of(session: Session, patient: Patient) -> Sequence[Appointment]:
    query = select(Appointment).where(Appointment.patient_id == patient.id)
    return session.exec(query.order_by(col(Appointment.at), col(Appointment.id))).all()


def questions_of(session: Session, patient: Patient, limit: int) -> Sequence[PatientQuestion]:
    """Return the person's list: what is not asked yet in their order, then the rest."""
    query = (
        select(PatientQuestion)
        .where(PatientQuestion.patient_id == patient.id)
        .order_by(
            col(PatientQuestion.asked_at).is_not(None), col(PatientQuestion.position), col(PatientQuestion.id)
        )
        .limit(limit)
    )
    return session.exec(query).all()


def tasks_of(session: Session, patient: Patient, limit: int) -> Sequence[Task]:
    query = select(Task).where(Task.patient_id == patient.id, Task.clinic_id == patient.clinic_id)
    return session.exec(query.order_by(col(Task.created_at).desc(), col(Task.id).desc()).limit(limit)).all()


def notes_of(session: Session, patient: Patient, limit: int) -> Sequence[tuple[StaffNote, str]]:
    """Return the newest notes with who wrote them."""
    query = (
        select(StaffNote, StaffUser.name)
        .join(StaffUser, col(StaffUser.id) == col(StaffNote.staff_id))
        .where(StaffNote.patient_id == patient.id)
        .order_by(col(StaffNote.created_at).desc(), col(StaffNote.id).desc())
        .limit(limit)
    )
    return session.exec(query).all()


def changes_of(session: Session, patient: Patient, limit: int) -> Sequence[tuple[AuditEvent, str | None]]:
    """Return the newest entries of the audit about the person that are no mere look, with who did it."""
    query = (
        select(AuditEvent, StaffUser.name)
        .join(StaffUser, col(StaffUser.id) == col(AuditEvent.staff_id), isouter=True)
        .where(AuditEvent.patient_id == patient.id, AuditEvent.clinic_id == patient.clinic_id)
        .where(col(AuditEvent.action).not_like("%-seen"))
        .order_by(col(AuditEvent.at).desc(), col(AuditEvent.id).desc())
        .limit(limit)
    )
    return session.exec(query).all()


def states_noted(session: Session, patient: Patient, action: str) -> AuditEvent | None:
    """Return the newest entry of this action about the person that names the stopped state."""
    query = (
        select(AuditEvent)
        .where(AuditEvent.patient_id == patient.id, AuditEvent.clinic_id == patient.clinic_id)
        .where(AuditEvent.action == action, col(AuditEvent.subject).contains("stopped"))
        .order_by(col(AuditEvent.id).desc())
    )
    return session.exec(query.limit(1)).first()


def is_noted(session: Session, patient: Patient, action: str, subject: str | None) -> bool:
    """Say whether the clinic's audit has an entry of this action about the person; subject None: any."""
    query = select(col(AuditEvent.id)).where(
        AuditEvent.patient_id == patient.id,
        AuditEvent.clinic_id == patient.clinic_id,
        AuditEvent.action == action,
    )
    if subject is not None:
        query = query.where(AuditEvent.subject == subject)
    return session.exec(query.limit(1)).first() is not None


def meanings_from(session: Session, patient: Patient, limit: int) -> Sequence[InboundMessage]:
    """Return the newest texts from the person's present number, newest first, whoever wrote them."""
    query = select(InboundMessage).where(
        InboundMessage.clinic_id == patient.clinic_id, InboundMessage.from_hash == patient.phone_hash
    )
    return session.exec(query.order_by(col(InboundMessage.received_at).desc()).limit(limit)).all()


def _one(clinic_id: int, patient_id: int) -> SelectOfScalar[Patient]:
    return select(Patient).where(Patient.id == patient_id, Patient.clinic_id == clinic_id)
