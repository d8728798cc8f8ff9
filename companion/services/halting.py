"""
A clinic's number stops while the provider refuses the number or the account, and goes on by itself.

No text is used up: what was refused waits with the others. Safety texts are tried all the same. Every few
minutes one text tries whether all is well again.
"""

from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from companion.domain.provider_codes import refuses_afterwards
from companion.records import OutboundMessage, Sender
from companion.services import calls
from companion.storage import senders

TRY_EVERY = timedelta(minutes=5)

_log = structlog.get_logger(__name__)


def halt(session: Session, clinic_id: int, code: int | None, now: datetime) -> None:
    """Stop the clinic's number, or note that it is still refused; one urgent task a day and code."""
    sender = senders.locked(session, clinic_id)
    if sender.halted_at is None:
        sender.halted_at, sender.halted_code = now, code
        _log.error("the provider refuses a clinic's number or the account", clinic=clinic_id, code=code)
        calls.raise_halted(session, clinic_id, code, now)
    sender.try_at = now + TRY_EVERY
    session.add(sender)


def is_its_own(session: Session, row: OutboundMessage, reason: str) -> bool:
    """
    Say whether the fault is that of one text: refused like this before, while the number sends others again.

    Some of the provider's codes for a wrong sender also mean that it cannot text this one number (21606).
    """
    running = senders.sender(session, row.clinic_id).halted_at is None
    return running and row.attempts > 1 and row.reason == reason[:60]


def recover(
    session: Session, clinic_id: int, handed_at: datetime | None, *, left_the_provider: bool = False
) -> None:
    """
    A text was taken, or has left the provider, so the number sends again; nothing if it never stopped.

    One that was on its way when the number stopped says nothing: what went beside it was refused. And where
    texts are taken first and refused afterwards, that one was taken says nothing either.
    """
    if not _is_over(senders.sender(session, clinic_id), handed_at, left_the_provider):
        return
    sender = senders.locked(session, clinic_id)
    if not _is_over(sender, handed_at, left_the_provider):
        return
    sender.halted_at = sender.halted_code = sender.try_at = None
    session.add(sender)
    _log.warning("a clinic's number sends again", clinic=clinic_id)


def _is_over(sender: Sender, handed_at: datetime | None, left_the_provider: bool) -> bool:  # noqa: FBT001
    since = sender.halted_at is not None and handed_at is not None and handed_at > sender.halted_at
    return since and (left_the_provider or not refuses_afterwards(sender.halted_code))
