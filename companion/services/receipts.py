"""What the provider reports of a text we handed over: in any order, repeated, early, late, or never."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlmodel import Session

from companion.domain.delivery import path_of_report
from companion.domain.provider_codes import OPTED_OUT
from companion.records import DeliveryEvent, OutboundMessage, OutboundState
from companion.services import failing, halting, outcomes
from companion.services.setup import Setup
from companion.services.steps import Step
from companion.storage import outbox

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Report:
    token: str
    #: The provider's id of the message.
    sid: str
    #: The provider's word, for example `delivered`.
    status: str
    error_code: int | None = None


def take_report(setup: Setup, report: Report, now: datetime) -> None:
    """
    Move the row the token names forward as far as the report says; idempotent.

    A report for a token nobody knows changes nothing: there is no one to tell about it.
    """
    with setup.database.transaction() as session:
        row = outbox.by_token(session, report.token)
        if row is None:
            _log.warning("delivery report for an unknown token", status=report.status)
            return
        apply(session, setup, row, report, now)
        row_id = row.id or 0
        setup.reached(Step.REPORT_WRITTEN)
    setup.reached(Step.REPORT_COMMITTED)
    if report.error_code == OPTED_OUT:
        outcomes.note_opted_out(setup, row_id, now)


def apply(session: Session, setup: Setup, row: OutboundMessage, report: Report, now: datetime) -> None:
    """Move the row, which is locked, as far as the report says."""
    event = DeliveryEvent(
        outbound_id=row.id or 0, status=report.status[:20], error_code=report.error_code, at=now
    )
    outbox.record_event(session, event)
    session.add(row)
    row.sid = row.sid or report.sid or None
    if row.state == OutboundState.PENDING and row.attempts:
        # Handed over once and thought not taken; the provider says it was, so it must not go again.
        outbox.move(row, OutboundState.LEASED)
        if not path_of_report(OutboundState.LEASED, report.status):
            # A word nobody knows; the provider has it all the same.
            outbox.move(row, OutboundState.ACCEPTED)
    for state in path_of_report(OutboundState(row.state), report.status):
        outbox.move(row, state)
        row.lease_until = None
        if state in (OutboundState.SENT, OutboundState.DELIVERED):
            halting.recover(session, row.clinic_id, row.handed_at, left_the_provider=True)
        if state in (OutboundState.UNDELIVERED, OutboundState.FAILED):
            row.error_code = report.error_code
            failing.note_failed(session, setup, row, now)
