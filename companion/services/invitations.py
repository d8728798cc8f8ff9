"""
Which offer a digit would answer: the newest text that invited digits, a reply or the reminder after a visit.

A reminder that shows numbered questions closes what was open before it: its numbers are what a digit would
mean then, so it is asked what was meant.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from companion.domain.conversation.afterwards import OFFER as AFTER_VISIT
from companion.records import Conversation, OutboundMessage, OutboundState, Patient
from companion.storage import outbox

#: Digits answer an offer for this long.
OPEN = timedelta(hours=24)
#: Texts that may have been read, and so may be what an OK or a digit answers.
READ = (OutboundState.LEASED, OutboundState.ACCEPTED, OutboundState.SENT, OutboundState.DELIVERED)


@dataclass(frozen=True)
class _Invitation:
    at: datetime
    #: None: whatever was open before it is closed.
    offer: str | None
    #: Whom it was made to; None: whoever has the number.
    to: int | None


def open_offer(
    session: Session, row: Conversation, everyone: Sequence[Patient], person: Patient | None, now: datetime
) -> str | None:
    """
    Return the offer that a digit answers now, if it was made to this person.

    While it is not known who of several is meant, any that is open.
    """
    made = list(_invitations(session, row, everyone, now))
    if not made:
        return None
    newest = max(made, key=lambda invitation: invitation.at)
    to_another = person is not None and newest.to not in (None, person.id)
    return None if to_another or now - newest.at >= OPEN else newest.offer


def newest(session: Session, row: Conversation, everyone: Sequence[Patient], now: datetime) -> datetime:
    """Return when digits were last invited or closed, at the earliest a day ago."""
    return max((made.at for made in _invitations(session, row, everyone, now)), default=now - OPEN)


def _invitations(
    session: Session, row: Conversation, everyone: Sequence[Patient], now: datetime
) -> Iterator[_Invitation]:
    if row.offered_at is not None:
        # First, because `max` keeps the first of equals: what was said last stands.
        yield _Invitation(row.offered_at, row.offer, row.offered_to)
    for patient in everyone:
        for push in outbox.pushes_since(session, patient.id or 0, now - OPEN, READ):
            if _invites(push):
                yield _Invitation(push.handed_at or push.send_at, AFTER_VISIT, patient.id)
            elif _numbered(push):
                yield _Invitation(push.handed_at or push.send_at, None, patient.id)


def _invites(push: OutboundMessage) -> bool:
    """A clinic's own words may leave the digits out; then none is an answer."""
    return push.rule == AFTER_VISIT and all(digit in push.body for digit in "123")


def _numbered(push: OutboundMessage) -> bool:
    return any(line.startswith("1. ") for line in push.body.splitlines())
