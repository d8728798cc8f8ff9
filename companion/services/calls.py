"""Phone calls for a nurse: what a text could not do, a person has to. One open task per cause."""

from datetime import datetime

from sqlmodel import Session

from companion.domain.phone import as_read
from companion.domain.planned import AFTER_VISIT, CORRECTION
from companion.domain.welcome import RULE as WELCOME
from companion.records import Appointment, OutboundKind, OutboundMessage, Patient, Task, TaskUrgency
from companion.storage import outbox, visits
from companion.storage.due import SetAside

_UNWELCOMED = "welcome-not-sent"
MAY_HAVE_MEANT = "may-have-meant-visit"
NOT_TOLD = "visit-not-told"
#: Kind of the task when it could not leave in time, by rule.
_UNSENT = {CORRECTION: "correction-not-sent", AFTER_VISIT: "after-visit-not-sent"}
#: Kind of the task when the provider does not say what is wrong.
NOT_DELIVERED = "not-delivered"
CANNOT_BE_TEXTED = "number-cannot-be-texted"


def raise_unsent(session: Session, row: OutboundMessage, now: datetime) -> None:
    """
    A reminder could not leave in time; a correction is urgent.

    None for a step that another text to come makes good: a nurse drowned in tasks stops looking. What was to
    go after a visit can wait until they next meet.
    """
    if row.rule == WELCOME:
        _about_row(session, row, _UNWELCOMED, f"{_UNWELCOMED}:{row.patient_id}", now)
        return
    if row.rule == CORRECTION or not outbox.has_later(session, row):
        kind = _UNSENT.get(row.rule or "", "reminder-not-sent")
        _about_row(session, row, kind, cause_of_unsent(row), now)


def cause_of_unsent(row: OutboundMessage) -> str:
    """Return the cause of the task of a reminder that could not leave in time."""
    return f"unsent:{row.id}"


def raise_undelivered(session: Session, row: OutboundMessage, kind: str, now: datetime) -> None:
    """
    A text will not arrive, or cannot be handed over; an answer nobody needs to chase.

    `kind` says what is wrong, as far as the provider does. What is wrong with a number is said once a visit.
    """
    if row.kind == OutboundKind.REPLY:
        return
    if row.kind == OutboundKind.SAFETY:
        kind = "safety-not-delivered"
    one = row.kind == OutboundKind.SAFETY or kind == NOT_DELIVERED or row.appointment_id is None
    what = f"out:{row.id}" if one else f"{row.to_hash[:16]}:{row.appointment_id}"
    # A number that fails again after somebody saw to it is not mended.
    visits.raise_anew(session, _task_of_row(row, kind, f"{kind}:{what}", now))


def raise_halted(session: Session, clinic_id: int, code: int | None, now: datetime) -> None:
    """The provider refuses the clinic's number or the account, and none of its texts leave."""
    task = Task(
        clinic_id=clinic_id,
        kind="sending-halted",
        cause=f"sending-halted:{clinic_id}:{code or 0}:{now.date()}",
        urgency=TaskUrgency.URGENT,
        note=str(code or ""),
        created_at=now,
    )
    visits.raise_anew(session, task)


def raise_by_hand(session: Session, row: OutboundMessage, now: datetime) -> None:
    """A text that a nurse wrote did not leave, though they may think it did."""
    _about_row(session, row, "text-by-hand-not-sent", f"by-hand:{row.id}", now)


def raise_unknown(session: Session, row: OutboundMessage, now: datetime) -> None:
    """A text may or may not have been sent, and nothing more will settle it soon."""
    _about_row(session, row, "outcome-unknown", f"outcome-unknown:out:{row.id}", now)


def raise_blocked(session: Session, row: OutboundMessage, now: datetime) -> None:
    """A text is lost, and another that is not ours lies at the provider: a person has to look."""
    _about_row(session, row, "other-text-there", f"other-text-there:out:{row.id}", now)


def raise_by_phone(session: Session, row: OutboundMessage, now: datetime) -> None:
    """A reminder is due for somebody who is phoned and not texted; the task holds its words."""
    kind = "correction-not-sent" if row.rule == CORRECTION else "remind-by-call"
    _about_row(session, row, kind, f"by-phone:{row.id}", now)


def raise_set_aside(session: Session, row: SetAside, now: datetime) -> None:
    """A row cannot be read, so what it says is not known either."""
    task = Task(
        clinic_id=row.clinic_id,
        patient_id=row.patient_id,
        appointment_id=row.appointment_id,
        kind="text-set-aside",
        cause=f"set-aside:{row.id}",
        urgency=TaskUrgency.URGENT,
        note=f"outbox {row.id}",
        created_at=now,
    )
    visits.raise_task(session, task)


def raise_untold(session: Session, patient: Patient, appointment: Appointment, now: datetime) -> None:
    """A visit changed after it was told, and the person may not be texted."""
    _about_visit(session, patient, appointment, "correction-not-sent", TaskUrgency.URGENT, now)


def raise_not_told(session: Session, patient: Patient, appointment: Appointment, now: datetime) -> None:
    """No text will tell of a visit: it was booked too late for one, or the caps leave none for it."""
    _about_visit(session, patient, appointment, NOT_TOLD, TaskUrgency.TODAY, now)


def raise_not_asked(session: Session, patient: Patient, appointment: Appointment, now: datetime) -> None:
    """The text that asks whether the person comes gave way to a cap; another tells them of the visit."""
    _about_visit(session, patient, appointment, "coming-not-asked", TaskUrgency.ROUTINE, now)


def raise_cancelled(session: Session, patient: Patient, appointment: Appointment, now: datetime) -> None:
    """A visit is cancelled and the person is to be phoned; urgent when it would be today or tomorrow."""
    soon = (appointment.at - now).days < 2
    urgency = TaskUrgency.URGENT if soon else TaskUrgency.TODAY
    _about_visit(session, patient, appointment, "call-cancelled", urgency, now)


def raise_other_number(
    session: Session, patient: Patient, number: str, number_hash: str, now: datetime
) -> None:
    """The hospital's list has another number for somebody; consent was given for the one that is here."""
    task = Task(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        kind="number-differs",
        cause=f"number-differs:{patient.id}:{number_hash[:16]}",
        urgency=TaskUrgency.TODAY,
        note=f"{patient.name}: {as_read(number)}",
        created_at=now,
    )
    visits.raise_task(session, task)


def raise_stands_again(
    session: Session, patient: Patient, appointment: Appointment, wall: str, now: datetime
) -> None:
    """The hospital's list says that a visit stands which is cancelled or over here; nothing reminds of it."""
    task = Task(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        appointment_id=appointment.id,
        kind="visit-stands-again",
        cause=f"visit-stands-again:{appointment.id}.{appointment.version}:{wall}",
        urgency=TaskUrgency.TODAY,
        note=f"{patient.name}: {wall}",
        created_at=now,
    )
    visits.raise_task(session, task)


def raise_opted_out(session: Session, patient: Patient, appointment: Appointment, now: datetime) -> None:
    """The person wants no texts and has a visit coming, of which nothing will remind them."""
    task = _task_of_visit(patient, appointment, "opted-out-before-visit", TaskUrgency.TODAY, now)
    visits.raise_anew(session, task)


def raise_may_have_meant(
    session: Session, patient: Patient, appointment: Appointment, question: str, now: datetime
) -> None:
    """The person stopped texts with a word that people also call a visit off with; the visit stands."""
    task = _task_of_visit(patient, appointment, MAY_HAVE_MEANT, TaskUrgency.TODAY, now)
    task.note = f"{patient.name}: {question}"
    visits.raise_anew(session, task)


def _about_visit(
    session: Session,
    patient: Patient,
    appointment: Appointment,
    kind: str,
    urgency: TaskUrgency,
    now: datetime,
) -> None:
    visits.raise_task(session, _task_of_visit(patient, appointment, kind, urgency, now))


def _task_of_visit(
    patient: Patient, appointment: Appointment, kind: str, urgency: TaskUrgency, now: datetime
) -> Task:
    return Task(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        appointment_id=appointment.id,
        kind=kind,
        cause=f"{kind}:{appointment.id}.{appointment.version}",
        urgency=urgency,
        note=f"{patient.name}: {appointment.wall}",
        deadline=appointment.at,
        created_at=now,
    )


def _about_row(session: Session, row: OutboundMessage, kind: str, cause: str, now: datetime) -> None:
    visits.raise_task(session, _task_of_row(row, kind, cause, now))


def _task_of_row(row: OutboundMessage, kind: str, cause: str, now: datetime) -> Task:
    return Task(
        clinic_id=row.clinic_id,
        patient_id=row.patient_id,
        appointment_id=row.appointment_id,
        kind=kind,
        cause=cause,
        urgency=_urgency(row, kind),
        note=row.body,
        deadline=row.not_useful_after,
        created_at=now,
    )


def _urgency(row: OutboundMessage, kind: str) -> TaskUrgency:
    if row.kind == OutboundKind.SAFETY or row.rule == CORRECTION:
        return TaskUrgency.URGENT
    # A nurse can tell them when they next meet.
    return TaskUrgency.ROUTINE if kind in (_UNWELCOMED, _UNSENT[AFTER_VISIT]) else TaskUrgency.TODAY
