"""What the provider's answer makes of one text: adopted, sent once more, asked about again, a phone call."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlmodel import Session

from companion.domain import reconciliation as decide
from companion.domain.reconciliation import Adopt, AskAgain, Lost, Resend, Seen, TellNurse
from companion.records import Appointment, OutboundKind, OutboundMessage, OutboundState
from companion.services import calls, receipts
from companion.services.guard import SAID_JUST_NOW, WINDOW, safety_said
from companion.services.receipts import Report
from companion.services.setup import Setup
from companion.storage import asking, outbox

_OPEN = (OutboundState.ACCEPTED, OutboundState.SENT)

_log = structlog.get_logger(__name__)


def is_before(texts: Sequence[Seen], handed_at: datetime) -> bool:
    """Say whether a page, and so all that follow it, are from before the lease."""
    return all(text.created_at < handed_at - decide.SLACK for text in texts)


def listed(
    session: Session, setup: Setup, row: OutboundMessage, seen: Sequence[Seen], sender: str, now: datetime
) -> None:
    """Do what a listing for a lost text shows; the row is locked and `unknown`."""
    lost = _lost(session, row)
    known = asking.owned(session, [text.sid for text in seen])
    there = decide.unowned(lost, seen, sender, known, asking.others_under_way(session, row))
    verdict = decide.judge_listing(lost, there, now)
    _log.info("a lost text was looked for", outbound=row.id, verdict=type(verdict).__name__)
    match verdict:
        case Adopt(text):
            _adopt(session, setup, row, text, now)
        case AskAgain(at):
            row.listings, row.ask_at = row.listings + 1, at
        case Resend():
            _resend(session, row, now)
        case TellNurse(reason):
            _tell_nurse(session, row, reason, now)


def reported(session: Session, setup: Setup, row: OutboundMessage, seen: Seen, now: datetime) -> None:
    """Do what a text's status says, as if it had been reported; ask again tomorrow if it is not the last."""
    receipts.apply(session, setup, row, _report(row, seen), now)
    nothing_new(row, now)


def nothing_new(row: OutboundMessage, now: datetime) -> None:
    if row.state in _OPEN and row.handed_at is not None:
        row.ask_at = decide.next_ask(row.handed_at, decide.STATUS_EVERY, now)


def not_known(session: Session, row: OutboundMessage, now: datetime) -> None:
    """The provider could not be asked; a lost text is put before a nurse if that has lasted long."""
    assert row.handed_at is not None
    if row.state in _OPEN:
        row.ask_at = decide.next_ask(row.handed_at, decide.FIRST_STATUS, now)
        return
    row.ask_at = decide.next_ask(row.handed_at, decide.ASK_AGAIN, now)
    if row.ask_at is None or decide.is_overdue(row.handed_at, row.not_useful_after, now):
        calls.raise_unknown(session, row, now)


def _adopt(session: Session, setup: Setup, row: OutboundMessage, text: Seen, now: datetime) -> None:
    receipts.apply(session, setup, row, _report(row, text), now)
    if row.state == OutboundState.UNKNOWN:
        # A status nobody knows; the provider has it all the same.
        outbox.move(row, OutboundState.ACCEPTED)


def _resend(session: Session, row: OutboundMessage, now: datetime) -> None:
    lately = outbox.replies_since(session, row.clinic_id, row.to_hash, now - WINDOW)
    # Asked before it waits itself: what answers another text in the same words is enough.
    said = row.kind == OutboundKind.SAFETY and safety_said(row.body, lately, now)
    row.resent = True
    outbox.move(row, OutboundState.PENDING, "shown-not-taken")
    if said:
        outbox.move(row, OutboundState.SUPPRESSED, SAID_JUST_NOW)


def _tell_nurse(session: Session, row: OutboundMessage, reason: str, now: datetime) -> None:
    """The row stays `unknown`, so that a report that comes all the same still settles it."""
    row.reason, row.ask_at = reason, None
    if reason == decide.OTHER_TEXT:
        calls.raise_blocked(session, row, now)
    else:
        calls.raise_unknown(session, row, now)


def _lost(session: Session, row: OutboundMessage) -> Lost:
    assert row.handed_at is not None
    visit = session.get(Appointment, row.appointment_id) if row.appointment_id else None
    return Lost(
        body=row.body,
        handed_at=row.handed_at,
        listings=row.listings,
        resent=row.resent,
        not_useful_after=row.not_useful_after,
        visit_at=visit.at if visit else None,
    )


def _report(row: OutboundMessage, seen: Seen) -> Report:
    return Report(row.token, seen.sid, seen.status, seen.error_code)
