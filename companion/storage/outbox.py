"""The outbox: planned texts, claims on them, and what became of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from companion.domain.delivery import MAY_HAVE_ARRIVED, check_transition
from companion.domain.reconciliation import first_ask
from companion.domain.welcome import RULE as WELCOME
from companion.records import (
    DeliveryEvent,
    InboundMessage,
    OutboundKind,
    OutboundMessage,
    OutboundState,
    Patient,
    PatientState,
)

#: When a text went, as far as that is known; it may have been due hours before.
_WENT_AT = func.coalesce(col(OutboundMessage.handed_at), col(OutboundMessage.send_at))
_AS_THEY_WENT = (_WENT_AT, col(OutboundMessage.send_at), col(OutboundMessage.id))
#: It tells no visit and asks nothing, and no plan of visits decides about it.
_NO_WELCOME = or_(col(OutboundMessage.rule).is_(None), col(OutboundMessage.rule) != WELCOME)


def move(message: OutboundMessage, state: OutboundState, reason: str | None = None) -> None:
    """
    Change the state by the table of docs/states.md, or raise InvalidTransition.

    When the provider is to be asked follows from the state, so a caller ends the lease only afterwards.
    """
    check_transition(OutboundState(message.state), state)
    message.state = state
    message.ask_at = first_ask(state, message.handed_at, message.lease_until, message.ask_at)
    if reason is not None:
        message.reason = reason


def pushes_of(session: Session, patient_id: int) -> Sequence[OutboundMessage]:
    """Return every reminder ever planned for the person, locked against the worker; not the welcome."""
    query = (
        select(OutboundMessage)
        .where(OutboundMessage.patient_id == patient_id, OutboundMessage.kind == OutboundKind.PUSH)
        .where(_NO_WELCOME)
        .order_by(col(OutboundMessage.send_at), col(OutboundMessage.id))
        .with_for_update(key_share=True)
    )
    return session.exec(query).all()


def pushes_since(
    session: Session, patient_id: int, since: datetime, states: Iterable[OutboundState]
) -> Sequence[OutboundMessage]:
    """Return the person's reminders in these states that went after that moment, oldest first."""
    query = select(OutboundMessage).where(
        OutboundMessage.patient_id == patient_id,
        OutboundMessage.kind == OutboundKind.PUSH,
        col(OutboundMessage.state).in_(tuple(states)),
        since < _WENT_AT,
    )
    return session.exec(query.order_by(*_AS_THEY_WENT)).all()


def telling(session: Session, patient_id: int, states: Iterable[OutboundState]) -> Sequence[OutboundMessage]:
    """Return the person's texts in these states, oldest first, for what they may have told or asked."""
    query = select(OutboundMessage).where(
        OutboundMessage.patient_id == patient_id, col(OutboundMessage.state).in_(tuple(states)), _NO_WELCOME
    )
    return session.exec(query.order_by(*_AS_THEY_WENT)).all()


def welcome_of(session: Session, patient_id: int) -> Sequence[OutboundMessage]:
    """Return the parts of the person's welcome in their order, locked against the worker."""
    query = (
        select(OutboundMessage)
        .where(OutboundMessage.patient_id == patient_id, OutboundMessage.rule == WELCOME)
        .order_by(col(OutboundMessage.id))
        .with_for_update(key_share=True)
    )
    return session.exec(query).all()


def state_of(session: Session, plan_key: str) -> OutboundState | None:
    """Return the state of the newest row of this line of a plan, without locking it."""
    query = select(OutboundMessage.state).where(OutboundMessage.plan_key == plan_key)
    found = session.exec(query.order_by(col(OutboundMessage.id).desc()).limit(1)).first()
    return OutboundState(found) if found else None


def is_welcomed(session: Session, clinic_id: int, to_hash: str, states: Iterable[OutboundState]) -> bool:
    """Say whether somebody who is still texted at this number has a welcome in one of these states."""
    query = (
        select(OutboundMessage.id)
        .join(Patient, col(Patient.id) == col(OutboundMessage.patient_id))
        .where(OutboundMessage.to_hash == to_hash, OutboundMessage.clinic_id == clinic_id)
        .where(OutboundMessage.rule == WELCOME, col(OutboundMessage.state).in_(tuple(states)))
        .where(col(Patient.state).in_((PatientState.ACTIVE, PatientState.PAUSED)))
    )
    return session.exec(query.limit(1)).first() is not None


#: A condition on what kind of text a row is.
OfKind = ColumnElement[bool]
#: Written into the statement: with a parameter in its place no partial index is used.
_PENDING: ColumnElement[str] = literal_column(f"'{OutboundState.PENDING}'")
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


def reminders_gone(session: Session, patient_id: int, since: datetime) -> list[datetime]:
    """Return when the person's reminders went that may have arrived; not the welcome."""
    query = select(col(OutboundMessage.handed_at)).where(
        OutboundMessage.patient_id == patient_id,
        OutboundMessage.kind == OutboundKind.PUSH,
        _NO_WELCOME,
        col(OutboundMessage.state).in_(tuple(MAY_HAVE_ARRIVED)),
        col(OutboundMessage.handed_at) > since,
    )
    return [instant for instant in session.exec(query).all() if instant is not None]


def reminders_waiting(session: Session, patient_id: int, until: datetime) -> list[tuple[str, datetime, int]]:
    """Return rule, time and id of the person's reminders that are due before then; not the welcome."""
    query = select(OutboundMessage.rule, OutboundMessage.send_at, OutboundMessage.id).where(
        OutboundMessage.patient_id == patient_id,
        OutboundMessage.kind == OutboundKind.PUSH,
        _NO_WELCOME,
        OutboundMessage.state == OutboundState.PENDING,
        col(OutboundMessage.send_at) < until,
    )
    return [(rule or "", send_at, row_id or 0) for rule, send_at, row_id in session.exec(query).all()]


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


def has_later(session: Session, row: OutboundMessage) -> bool:
    """Say whether a later reminder of the same visit is still to go."""
    query = select(OutboundMessage.id).where(
        OutboundMessage.appointment_id == row.appointment_id,
        OutboundMessage.state == OutboundState.PENDING,
        col(OutboundMessage.send_at) > row.send_at,
    )
    return session.exec(query.limit(1)).first() is not None


def addressee(session: Session, message_id: int) -> tuple[int, str]:
    """Return the clinic and the hashed number the row goes to."""
    query = select(OutboundMessage.clinic_id, OutboundMessage.to_hash).where(OutboundMessage.id == message_id)
    return session.exec(query).one()


def lapsed(session: Session, now: datetime, limit: int) -> list[int]:
    """Return the ids of rows whose lease ended with nothing recorded, locked."""
    query = (
        select(col(OutboundMessage.id))
        .where(OutboundMessage.state == OutboundState.LEASED, col(OutboundMessage.lease_until) <= now)
        .order_by(col(OutboundMessage.lease_until))
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [found for found in session.exec(query).all() if found is not None]


def message(session: Session, message_id: int) -> OutboundMessage:
    """Return the row, locked. It must exist: rows are never deleted while a worker holds them."""
    return session.exec(
        select(OutboundMessage).where(OutboundMessage.id == message_id).with_for_update(key_share=True)
    ).one()


def by_token(session: Session, token: str) -> OutboundMessage | None:
    query = select(OutboundMessage).where(OutboundMessage.token == token).with_for_update(key_share=True)
    return session.exec(query).one_or_none()


def record_event(session: Session, event: DeliveryEvent) -> bool:
    """Store what the provider said; return False if it had said so before."""
    try:
        with session.begin_nested():
            session.add(event)
    except IntegrityError:
        return False
    return True


def next_due(session: Session) -> datetime | None:
    """Return the next instant at which a sweep has something to do, past ones included."""
    not_before = func.coalesce(col(OutboundMessage.try_after), col(OutboundMessage.send_at))
    pending = session.exec(
        select(not_before).where(OutboundMessage.state == OutboundState.PENDING).order_by(not_before).limit(1)
    ).first()
    leased = session.exec(
        select(OutboundMessage.lease_until)
        .where(OutboundMessage.state == OutboundState.LEASED)
        .order_by(col(OutboundMessage.lease_until))
        .limit(1)
    ).first()
    return min((instant for instant in (pending, leased) if instant is not None), default=None)


def oldest_due(session: Session, now: datetime) -> datetime | None:
    query = select(func.min(OutboundMessage.send_at)).where(
        OutboundMessage.state == OutboundState.PENDING, col(OutboundMessage.send_at) <= now
    )
    found: datetime | None = session.exec(query).one()
    return found


def replies_since(
    session: Session, clinic_id: int, to_hash: str, since: datetime
) -> Sequence[OutboundMessage]:
    """Return answers to one number made since, those held back among them."""
    query = select(OutboundMessage).where(
        OutboundMessage.to_hash == to_hash,
        OutboundMessage.clinic_id == clinic_id,
        OutboundMessage.kind != OutboundKind.PUSH,
        col(OutboundMessage.created_at) > since,
    )
    return session.exec(query.order_by(col(OutboundMessage.id))).all()


def is_reminded(session: Session, clinic_id: int, to_hash: str, since: datetime) -> bool:
    """Say whether a reminder that may have been read went to the number after that moment."""
    query = select(OutboundMessage.id).where(
        OutboundMessage.to_hash == to_hash,
        OutboundMessage.clinic_id == clinic_id,
        OutboundMessage.kind == OutboundKind.PUSH,
        col(OutboundMessage.handed_at) > since,
        col(OutboundMessage.state).in_(tuple(MAY_HAVE_ARRIVED)),
    )
    return session.exec(query.limit(1)).first() is not None


def answers_to(session: Session, sid: str) -> Sequence[OutboundMessage]:
    """Return what answers the text with this id, those held back among them, in order."""
    query = select(OutboundMessage).join(
        InboundMessage, col(OutboundMessage.inbound_id) == col(InboundMessage.id)
    )
    return session.exec(query.where(InboundMessage.sid == sid).order_by(col(OutboundMessage.id))).all()


def everything(session: Session, patient_id: int | None = None) -> Sequence[OutboundMessage]:
    query = select(OutboundMessage).order_by(col(OutboundMessage.send_at), col(OutboundMessage.id))
    if patient_id is not None:
        query = query.where(OutboundMessage.patient_id == patient_id)
    return session.exec(query).all()
