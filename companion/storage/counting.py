"""
Counts over the outbox, the inbox and the tasks that stay cheap however much was sent.

Of the outbox only what is under way is counted, each state through a partial index that holds nothing else:
`ix_outbound_message_due` or `_turn` (pending), `_lease` (leased), `_ask` (taken or lost, and the provider is
still asked). What is over, the greater part by far, is never read. States stand in the statements as words:
behind a parameter a planner may not see that an index fits.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal_column, or_
from sqlmodel import Session, col, select

from companion.records import InboundMessage, OutboundMessage, OutboundState, Sender, Task


def waits_since(session: Session, since: datetime, now: datetime, clinic_id: int | None = None) -> bool:
    """Say whether a text (of one clinic) that was due at `since` still waits at `now` and may yet leave."""
    table = OutboundMessage
    useful = or_(col(table.not_useful_after).is_(None), col(table.not_useful_after) > now)
    query = select(table.id).where(_is(OutboundState.PENDING), useful, col(table.send_at) <= since)
    if clinic_id is not None:
        query = query.where(table.clinic_id == clinic_id)
    # Without the order PostgreSQL's generic plan may read the whole table.
    return session.exec(query.order_by(col(table.send_at)).limit(1)).first() is not None


def texts_under_way(session: Session) -> Mapping[tuple[str, str], int]:
    """
    Return how many texts there are by state and kind; a pair of which there is none is missing.

    Lost texts that are a nurse's task already, and those taken a week ago without a last report, are not
    asked about any more and not counted.
    """
    state, kind = col(OutboundMessage.state), col(OutboundMessage.kind)
    counts: dict[tuple[str, str], int] = {}
    for which in (
        _is(OutboundState.PENDING),
        _is(OutboundState.LEASED),
        col(OutboundMessage.ask_at).is_not(None),
    ):
        found = session.exec(select(state, kind, func.count()).where(which).group_by(state, kind)).all()
        counts |= {(in_state, of_kind): many for in_state, of_kind, many in found}
    return counts


def oldest_unknown(session: Session) -> datetime | None:
    """Return when the longest lost of the texts that are still asked about was handed over."""
    asked = col(OutboundMessage.ask_at).is_not(None)
    query = select(func.min(OutboundMessage.handed_at)).where(asked, _is(OutboundState.UNKNOWN))
    found: datetime | None = session.exec(query).one()
    return found


def tasks_by_urgency(session: Session) -> Mapping[str, int]:
    """Return how many tasks are not done."""
    query = select(Task.urgency, func.count()).where(col(Task.done_at).is_(None))
    return dict(session.exec(query.group_by(col(Task.urgency))).all())


def inbound_texts(session: Session) -> int:
    """Return how many texts are stored that people sent: one walk over the narrowest index."""
    return session.exec(select(func.count()).select_from(InboundMessage)).one()


def halted(session: Session) -> Mapping[int, bool]:
    """Return of each clinic, by id, whether its number is halted."""
    return dict(session.exec(select(Sender.clinic_id, col(Sender.halted_at).is_not(None))).all())


def _is(state: OutboundState) -> ColumnElement[bool]:
    of_row = col(OutboundMessage.state)
    return of_row == literal_column(f"'{state}'")
