"""What went out and came in, counted by stretches of time; each function is one query over an index."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, func
from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel import Session, col, select

from companion.records import InboundMessage, OutboundMessage, OutboundState

#: In these a text has left, or may have.
LEFT = (
    OutboundState.LEASED,
    OutboundState.ACCEPTED,
    OutboundState.SENT,
    OutboundState.DELIVERED,
    OutboundState.UNDELIVERED,
    OutboundState.FAILED,
    OutboundState.UNKNOWN,
)


def went(
    session: Session, clinic_id: int, starts: Sequence[datetime]
) -> Sequence[tuple[int, str, bool, int]]:
    """
    Return how many texts left, by stretch, state, and whether they asked if the person comes.

    A stretch lasts from its start to the next; the last has no end. What left before the first is not
    counted.
    """
    table = OutboundMessage
    inner = (
        select(_stretch(table.handed_at, starts).label("stretch"), col(table.state), col(table.asks))  # type: ignore[arg-type]
        .where(col(table.clinic_id) == clinic_id, col(table.handed_at) >= starts[0])
        .where(col(table.state).in_(LEFT))
        .subquery()
    )
    by = (inner.c.stretch, inner.c.state, inner.c.asks)
    found = session.connection().execute(select(*by, func.count()).group_by(*by)).all()
    return [(stretch, state, asks, many) for stretch, state, asks, many in found]


def came(
    session: Session, clinic_id: int, starts: Sequence[datetime]
) -> Sequence[tuple[int, str | None, int]]:
    """Return how many texts came, by stretch as in `went` and by intent."""
    table = InboundMessage
    inner = (
        select(_stretch(table.received_at, starts).label("stretch"), col(table.intent))  # type: ignore[arg-type]
        .where(col(table.clinic_id) == clinic_id, col(table.received_at) >= starts[0])
        .subquery()
    )
    by = (inner.c.stretch, inner.c.intent)
    found = session.connection().execute(select(*by, func.count()).group_by(*by)).all()
    return [(stretch, intent, many) for stretch, intent, many in found]


def to_go(session: Session, clinic_id: int, until: datetime) -> int:
    """Return how many texts wait that are due before then."""
    table = OutboundMessage
    query = select(func.count()).where(col(table.clinic_id) == clinic_id, col(table.send_at) < until)
    return session.exec(query.where(col(table.state) == OutboundState.PENDING)).one()


def _stretch(at: InstrumentedAttribute[datetime], starts: Sequence[datetime]) -> ColumnElement[int]:
    newest_first = list(enumerate(starts))[::-1]
    return case(*((at >= start, number) for number, start in newest_first), else_=-1)
