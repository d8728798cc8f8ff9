"""Whether a reminder that is due may leave after all, and in which words; else it is stored why not."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from companion.domain import late
from companion.domain.planned import AFTER_VISIT, BY_PHONE
from companion.domain.planning import CORRECTION, IN_HOSPITAL
from companion.domain.reminder_rules import ReminderRules
from companion.domain.welcome import RULE as WELCOME
from companion.records import (
    Appointment,
    AppointmentState,
    CancelledBy,
    Contact,
    OutboundMessage,
    OutboundState,
    Patient,
    PatientState,
)
from companion.services import calls, expiring, hospital, plans, welcoming
from companion.services.rules_in_use import rules_of
from companion.services.setup import Setup
from companion.storage import outbox, people

_TEXTED = (PatientState.ACTIVE, PatientState.PAUSED)
#: Whether a text of this rule asks depends on what the person has said since; a correction asks as well, but
#: has to tell the new time whatever they answered.
_CONFIRM = "confirm"
#: More than the seven days a cap looks back.
_LOOK_BACK = timedelta(days=8)


def may_go(session: Session, setup: Setup, row: OutboundMessage, now: datetime) -> bool:
    """
    Write the text as it is now, or store why it does not go now; the row is locked.

    Whoever asks holds the clinic's sender, so no other reminder of the person leaves meanwhile.
    """
    patient = session.get_one(Patient, row.patient_id)
    rules = rules_of(setup, people.clinic(session, row.clinic_id))
    if row.to_hash != patient.phone_hash:
        # It was taken by nobody, so it may follow the person to another number.
        row.phone, row.to_hash = patient.phone, patient.phone_hash
    if against := _against(session, row, patient, now):
        outbox.move(row, *against)
        return False
    if patient.contact == Contact.CALL:
        _put_before_a_nurse(session, setup, patient, row, now)
        return False
    if (later := _later(session, row, patient, rules, now)) is not None:
        _put_off(session, row, later, now)
        return False
    in_turn = row.rule != WELCOME or welcoming.is_its_turn(session, row, now)
    return in_turn and _write(session, setup, patient, row, now)


def _against(
    session: Session, row: OutboundMessage, patient: Patient, now: datetime
) -> tuple[OutboundState, str] | None:
    """Return what speaks against it for good, as a state and its reason."""
    if patient.state not in _TEXTED:
        return OutboundState.SUPPRESSED, patient.state
    if row.rule != WELCOME and _visit_changed(session, row):
        return OutboundState.WITHDRAWN, "visit-changed"
    if hospital.is_held(patient, now, row.rule):
        return OutboundState.SUPPRESSED, IN_HOSPITAL
    return None


def _put_before_a_nurse(
    session: Session, setup: Setup, patient: Patient, row: OutboundMessage, now: datetime
) -> None:
    """Make a reminder to somebody who is phoned a call task, in its words of now."""
    is_reminder = row.rule not in (WELCOME, AFTER_VISIT)
    if is_reminder and not _write(session, setup, patient, row, now):
        return
    outbox.move(row, OutboundState.SUPPRESSED, BY_PHONE)
    if is_reminder:
        calls.raise_by_phone(session, row, now)


def _later(
    session: Session, row: OutboundMessage, patient: Patient, rules: ReminderRules, now: datetime
) -> datetime | None:
    """Return when it may go if it may not now: in sending hours, and on a day that has room for it."""
    opening = rules.hours.next_moment(now, patient.zone)
    if opening > now:
        return opening
    tomorrow = rules.hours.next_day(now, patient.zone)
    if row.rule == WELCOME:
        return None
    gone = outbox.reminders_gone(session, row.patient_id or 0, now - _LOOK_BACK)
    others = outbox.reminders_waiting(session, row.patient_id or 0, tomorrow)
    waiting = [late.Turn.of(rule, send_at, row_id) for rule, send_at, row_id in others if row_id != row.id]
    mine = late.Turn.of(row.rule or "", row.send_at, row.id or 0)
    return tomorrow if late.waits_its_turn(mine, gone, waiting, rules, patient.zone, now) else None


def _put_off(session: Session, row: OutboundMessage, until: datetime, now: datetime) -> None:
    """Put the row off; if it is of no use by then, say so now and not then."""
    if expiring.is_useless(row, until):
        expiring.expire(session, row, now)
    else:
        row.send_at, row.try_after = until, None


def _visit_changed(session: Session, row: OutboundMessage) -> bool:
    appointment = session.get_one(Appointment, row.appointment_id)
    return f"{appointment.id}.{appointment.version}" not in _visit_keys(row) or _void(row, appointment)


def _void(row: OutboundMessage, appointment: Appointment) -> bool:
    cancelled = appointment.state == AppointmentState.CANCELLED
    # What goes in place of a text that was lost need not ask what has been answered since.
    asks = row.retry_of is not None and row.rule == _CONFIRM
    answered = asks and appointment.state == AppointmentState.CONFIRMED
    told_by_text = row.rule == CORRECTION and appointment.cancelled_by == CancelledBy.TEXT
    return answered or (cancelled and not told_by_text)


def _visit_keys(row: OutboundMessage) -> Sequence[str]:
    return (row.plan_key or ":").split(":")[1].split("+")


def _write(session: Session, setup: Setup, patient: Patient, row: OutboundMessage, now: datetime) -> bool:
    compose_row = welcoming.compose_row if row.rule == WELCOME else plans.compose_row
    composed = compose_row(session, setup, patient, row, now)
    if composed.withheld:
        outbox.move(row, OutboundState.SUPPRESSED, composed.withheld)
        plans.check_told(session, patient, row, now)
        return False
    row.body, row.segments, row.asks = composed.body, composed.segments, composed.asks
    return True
