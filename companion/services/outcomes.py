"""What came of handing a text over, recorded; and what is put before a nurse because of it."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import Session

from companion.domain.delivery import (
    Accepted,
    AnswerLost,
    NotTaken,
    Outcome,
    Refused,
    SenderFault,
    jitter_of,
    retry_delay,
)
from companion.records import OutboundKind, OutboundMessage, OutboundState
from companion.services import calls, enrolment, failing, halting
from companion.services.setup import Setup
from companion.services.steps import Step
from companion.storage import due, outbox, people
from companion.storage.apart import apart

#: A safety text that could not be handed over for this long becomes a phone call.
_SAFETY_PATIENCE = timedelta(minutes=2)

#: A lapsed row that cannot be read is looked at again after this long.
_UNREADABLE = timedelta(minutes=10)

_log = structlog.get_logger(__name__)


def record(setup: Setup, row_id: int, outcome: Outcome, now: datetime, attempt: int | None = None) -> None:
    """
    Store what came of handing a row over; a report that was faster is not undone.

    A definite outcome also settles a row whose lease ended meanwhile. `attempt` says which handing over it
    is of: what came of an earlier one says nothing of the one that is under way, unless that was taken.
    """
    with setup.database.transaction() as session:
        row = outbox.message(session, row_id)
        session.add(row)
        if isinstance(outcome, Accepted):
            _note_taken(row, outcome)
        elif attempt not in (None, row.attempts):
            return
        if row.state in (OutboundState.LEASED, OutboundState.UNKNOWN):
            _settle(session, setup, row, outcome, now)
        setup.reached(Step.OUTCOME_WRITTEN)
    setup.reached(Step.OUTCOME_COMMITTED)


def settle_lapsed(setup: Setup, now: datetime) -> int:
    """Mark rows whose lease ended with nothing recorded `unknown`; they may or may not have been sent."""
    with setup.database.transaction() as session:
        rows = due.lapsed(session, now, 100)
        for row_id in rows:
            _lapse(session, row_id, now)
            setup.reached(Step.LAPSE_WRITTEN)
    if rows:
        setup.reached(Step.LAPSE_COMMITTED)
    return len(rows)


def _lapse(session: Session, row_id: int, now: datetime) -> None:
    try:
        with apart(session):
            row = outbox.message(session, row_id)
            session.add(row)
            _mark_unknown(session, row, "lease-ended", now)
    except (InterfaceError, OperationalError):
        # The database is away or busy; that is no fault of this row.
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the others are settled
        # Its lease is made longer, so that it does not come first for ever.
        _log.error(
            "lapsed text cannot be read", outbound=row_id, error=type(error.__cause__ or error).__name__
        )
        calls.raise_set_aside(session, due.lease_unread(session, row_id, now + _UNREADABLE), now)


def note_opted_out(setup: Setup, row_id: int, now: datetime) -> None:
    """The carrier blocks us: the person has opted out there, whether or not we saw the text."""
    with setup.database.transaction() as session:
        clinic_id, phone_hash = outbox.addressee(session, row_id)
        for patient in people.patients_with_phone(session, clinic_id, phone_hash):
            enrolment.opt_out(session, setup, patient, now)


def _note_taken(row: OutboundMessage, outcome: Accepted) -> None:
    if row.sid not in (None, outcome.sid):
        _log.error("taken twice by the provider", outbound=row.id)
    row.sid = row.sid or outcome.sid
    if row.state == OutboundState.PENDING and row.attempts:
        # It was thought not to have been taken and waits to go once more; it must not.
        outbox.move(row, OutboundState.LEASED)


def _settle(session: Session, setup: Setup, row: OutboundMessage, outcome: Outcome, now: datetime) -> None:
    match outcome:
        case Accepted():
            outbox.move(row, OutboundState.ACCEPTED)
            halting.recover(session, row.clinic_id, row.handed_at)
        case NotTaken(reason):
            _try_later(session, row, reason, now)
        case SenderFault(reason, code) if halting.is_its_own(session, row, reason):
            outbox.move(row, OutboundState.FAILED, reason[:60])
            row.error_code = code
            calls.raise_undelivered(session, row, calls.CANNOT_BE_TEXTED, now)
        case SenderFault(reason, code):
            _try_later(session, row, reason, now)
            halting.halt(session, row.clinic_id, code, now)
        case Refused(reason, code):
            outbox.move(row, OutboundState.FAILED, reason[:60])
            row.error_code = code
            failing.note_failed(session, setup, row, now)
        case AnswerLost(reason):
            if row.state == OutboundState.LEASED:
                _mark_unknown(session, row, reason, now)
    row.lease_until = None


def _try_later(session: Session, row: OutboundMessage, reason: str, now: datetime) -> None:
    outbox.move(row, OutboundState.PENDING, reason[:60])
    row.try_after = now + retry_delay(row.attempts, jitter_of(row.token, row.attempts))
    _log.warning("not taken by the provider, will try again", outbound=row.id, reason=reason)
    if row.kind == OutboundKind.SAFETY and now - row.created_at >= _SAFETY_PATIENCE:
        calls.raise_undelivered(session, row, calls.NOT_DELIVERED, now)


def _mark_unknown(session: Session, row: OutboundMessage, reason: str, now: datetime) -> None:
    outbox.move(row, OutboundState.UNKNOWN, reason[:60])
    row.lease_until = None
    if row.kind == OutboundKind.SAFETY:
        # Minutes count; any other is first looked for at the provider.
        calls.raise_unknown(session, row, now)
