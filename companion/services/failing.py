"""
A text did not reach the person: another goes in its place if that may help, or a nurse learns what is wrong.

The row itself is final. What goes in its place is a row of its own, at most one for each, and only for
reminders: a safety text is a phone call at once, and an answer is of no use later.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from companion.domain import provider_codes
from companion.domain.delivery import jitter_of
from companion.domain.planning import CORRECTION
from companion.domain.provider_codes import Code, Fault
from companion.domain.welcome import RULE as WELCOME
from companion.records import OutboundKind, OutboundMessage, OutboundState
from companion.services import calls, halting
from companion.services.setup import Setup

#: What was handed over longer ago says nothing of the sending number now.
_STALE = timedelta(minutes=30)


def note_failed(session: Session, setup: Setup, row: OutboundMessage, now: datetime) -> None:
    """Do what the provider's code asks for; the row is locked and has just failed for good."""
    code = provider_codes.meaning_of(row.error_code)
    if code.fault is Fault.SENDER and _is_recent(row, now):
        halting.halt(session, row.clinic_id, code.number, now)
    at = _next_try(row, code, now)
    if at is not None:
        session.add(_in_its_place(setup, row, at, now))
    # Who has been told a date that is wrong is phoned at once: the next text may fail like this one.
    if row.tries == 1 if row.rule == CORRECTION else at is None:
        calls.raise_undelivered(session, row, code.task, now)


def _is_recent(row: OutboundMessage, now: datetime) -> bool:
    """Say whether it still tells of the number as it is: an old report may come after all is well again."""
    return row.handed_at is not None and now - row.handed_at < _STALE


def _next_try(row: OutboundMessage, code: Code, now: datetime) -> datetime | None:
    """Return when another text goes in its place; None if none does."""
    if row.kind != OutboundKind.PUSH or row.rule == WELCOME or row.tries >= code.tries:
        return None
    at = now + provider_codes.again_after(row.tries, jitter_of(row.token, row.tries))
    return at if row.not_useful_after is None or at < row.not_useful_after else None


def _in_its_place(setup: Setup, row: OutboundMessage, at: datetime, now: datetime) -> OutboundMessage:
    return OutboundMessage(
        clinic_id=row.clinic_id,
        patient_id=row.patient_id,
        appointment_id=row.appointment_id,
        kind=row.kind,
        rule=row.rule,
        plan_key=row.plan_key,
        tells=row.tells,
        state=OutboundState.PENDING,
        token=setup.new_token(),
        phone=row.phone,
        to_hash=row.to_hash,
        body=row.body,
        segments=row.segments,
        asks=row.asks,
        send_at=at,
        not_useful_after=row.not_useful_after,
        retry_of=row.id,
        tries=row.tries + 1,
        created_at=now,
    )
