"""What of the outbox is due: rows that wait, rows whose lease or use has ended, and rows nobody can read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, update
from sqlmodel import Session, col, select

from companion.domain.pacing import AHEAD
from companion.records import OutboundKind, OutboundMessage, OutboundState, Sender

#: A condition on what kind of text a row is.
OfKind = ColumnElement[bool]
#: Written into the statement: with a parameter in its place no partial index is used.
_PENDING: ColumnElement[str] = literal_column(f"'{OutboundState.PENDING}'")
_LEASED: ColumnElement[str] = literal_column(f"'{OutboundState.LEASED}'")
_PUSH: ColumnElement[str] = literal_column(f"'{OutboundKind.PUSH}'")
IS_ANSWER = col(OutboundMessage.kind) != _PUSH
IS_REMINDER = col(OutboundMessage.kind) == _PUSH
IS_SAFETY = and_(IS_ANSWER, col(OutboundMessage.kind) == OutboundKind.SAFETY)


def is_due(now: datetime) -> ColumnElement[bool]:
    """Say of a row whether it waits and may go by the clock."""
    return and_(
        col(OutboundMessage.state) == _PENDING,
        col(OutboundMessage.send_at) <= now,
        or_(col(OutboundMessage.try_after).is_(None), col(OutboundMessage.try_after) <= now),
    )


def is_anything(session: Session, now: datetime) -> bool:
    """Say whether a sweep has anything to do; it locks nothing and keeps no writer waiting."""
    lease_ended = exists().where(
        col(OutboundMessage.state) == _LEASED, col(OutboundMessage.lease_until) <= now
    )
    ends = col(OutboundMessage.not_useful_after)
    use_ended = exists().where(col(OutboundMessage.state) == _PENDING, ends.is_not(None), ends <= now)
    return bool(session.exec(select(or_(lease_ended, use_ended, exists().where(is_due(now))))).one())


def claimable(session: Session, clinic_id: int, of_kind: OfKind, now: datetime, limit: int) -> list[int]:
    """
    Return the ids of a clinic's due rows of a kind, locked: safety texts before answers, oldest first.

    What another worker holds is passed over. Only ids, because a row that cannot be read must not hold up
    the others. `order_by` is needed for the partial indexes to be used by PostgreSQL's generic plan.
    """
    query = (
        select(col(OutboundMessage.id))
        .where(OutboundMessage.clinic_id == clinic_id, is_due(now), of_kind)
        .order_by(*_in_turn(of_kind))
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [found for found in session.exec(query).all() if found is not None]


def least_tried(session: Session, clinic_id: int, of_kind: OfKind, now: datetime) -> list[int]:
    """Return the id of the due row of a kind that was handed over least often, locked; or none."""
    query = (
        select(col(OutboundMessage.id))
        .where(OutboundMessage.clinic_id == clinic_id, is_due(now), of_kind)
        .order_by(col(OutboundMessage.attempts), *_in_turn(of_kind))
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [found for found in session.exec(query).all() if found is not None]


def _in_turn(of_kind: OfKind) -> list[Any]:
    in_time = [col(OutboundMessage.send_at), col(OutboundMessage.id)]
    # Reminders are many; the index has them in this order.
    return in_time if of_kind is IS_REMINDER else [col(OutboundMessage.kind).desc(), *in_time]


def useless(session: Session, now: datetime, limit: int) -> list[int]:
    """Return the ids of rows that wait and are of no use any more, locked."""
    ends = col(OutboundMessage.not_useful_after)
    query = (
        select(col(OutboundMessage.id))
        .where(col(OutboundMessage.state) == _PENDING, ends.is_not(None), ends <= now)
        .order_by(ends)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [found for found in session.exec(query).all() if found is not None]


def expire_unread(session: Session, message_id: int, reason: str) -> None:
    """Expire a row that waits without reading what is encrypted in it."""
    waits = and_(col(OutboundMessage.id) == message_id, col(OutboundMessage.state) == OutboundState.PENDING)
    changed = update(OutboundMessage).where(waits).values(state=OutboundState.EXPIRED, reason=reason)
    session.connection().execute(changed)


@dataclass(frozen=True)
class SetAside:
    """What may be known of a row that cannot be read."""

    id: int
    clinic_id: int
    patient_id: int | None
    appointment_id: int | None


def set_aside(session: Session, message_id: int, until: datetime) -> SetAside:
    """Put a row off without reading what is encrypted in it; it waits for the key that can."""
    table = OutboundMessage
    session.connection().execute(update(table).where(col(table.id) == message_id).values(try_after=until))
    return identified(session, message_id)


def lease_unread(session: Session, message_id: int, until: datetime) -> SetAside:
    """Make a row's lease longer without reading what is encrypted in it."""
    table = OutboundMessage
    session.connection().execute(update(table).where(col(table.id) == message_id).values(lease_until=until))
    return identified(session, message_id)


def identified(session: Session, message_id: int) -> SetAside:
    """Return what may be known of a row without reading what is encrypted in it."""
    table = OutboundMessage
    columns = (col(table.clinic_id), col(table.patient_id), col(table.appointment_id))
    return SetAside(message_id, *session.exec(select(*columns).where(table.id == message_id)).one())


def lapsed(session: Session, now: datetime, limit: int) -> list[int]:
    """Return the ids of rows whose lease ended with nothing recorded, locked."""
    query = (
        select(col(OutboundMessage.id))
        .where(col(OutboundMessage.state) == _LEASED, col(OutboundMessage.lease_until) <= now)
        .order_by(col(OutboundMessage.lease_until))
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [found for found in session.exec(query).all() if found is not None]


def next_due(session: Session) -> datetime | None:
    """Return the next instant at which a sweep has something to do, past ones included."""
    leased = session.exec(
        select(OutboundMessage.lease_until)
        .where(col(OutboundMessage.state) == _LEASED)
        .order_by(col(OutboundMessage.lease_until))
        .limit(1)
    ).first()
    return min((instant for instant in (leased, *_turns(session)) if instant is not None), default=None)


def _turns(session: Session) -> Iterator[datetime]:
    """Yield for each clinic when its first answer and its first reminder may go."""
    clinic_id = col(OutboundMessage.clinic_id)
    not_before = func.min(func.coalesce(col(OutboundMessage.try_after), col(OutboundMessage.send_at)))
    query = (
        select(IS_REMINDER, not_before, Sender)
        .join(Sender, col(Sender.clinic_id) == clinic_id)
        .where(col(OutboundMessage.state) == _PENDING)
        .group_by(clinic_id, IS_REMINDER, *Sender.__table__.columns)  # type: ignore[attr-defined]
    )
    for is_reminder, first, sender in session.exec(query).all():
        instants = [first]
        if sender.halted_at is not None and sender.try_at is not None:
            instants.append(sender.try_at)
        if is_reminder and sender.free_at is not None:
            # At this very moment there is no room yet.
            instants.append(sender.free_at - AHEAD + timedelta(seconds=1))
        yield max(instants)


def oldest_due(session: Session, now: datetime) -> datetime | None:
    query = select(func.min(OutboundMessage.send_at)).where(
        col(OutboundMessage.state) == _PENDING, col(OutboundMessage.send_at) <= now
    )
    found: datetime | None = session.exec(query).one()
    return found
