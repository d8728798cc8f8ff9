"""The outbox: planned texts, claims on them, and what became of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from companion.domain.delivery import MAY_HAVE_ARRIVED, check_transition
from companion.domain.planned import BY_PHONE
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


def waiting_of_rule(session: Session, clinic_id: int, rule: str) -> Sequence[OutboundMessage]:
    """Return the clinic's texts of one rule that wait, by id, locked against the worker."""
    query = select(OutboundMessage).where(
        OutboundMessage.clinic_id == clinic_id,
        OutboundMessage.rule == rule,
        OutboundMessage.state == OutboundState.PENDING,
    )
    query = query.order_by(col(OutboundMessage.id)).with_for_update(key_share=True)
    return session.exec(query).all()


def known(session: Session, patient_id: int) -> Sequence[OutboundMessage]:
    """Return what may have told the person of visits, oldest first: texts, and calls put before a nurse."""
    arrived = col(OutboundMessage.state).in_(tuple(MAY_HAVE_ARRIVED))
    # A line that is a call has no text that went; before its time it has put nothing before anybody.
    asked = and_(
        col(OutboundMessage.state) == OutboundState.SUPPRESSED, col(OutboundMessage.reason) == BY_PHONE
    )
    query = select(OutboundMessage).where(
        OutboundMessage.patient_id == patient_id, or_(arrived, asked), _NO_WELCOME
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


def state_of(session: Session, patient_id: int, plan_key: str) -> OutboundState | None:
    """Return the state of the newest row of this line of the person's plan, without locking it."""
    query = select(OutboundMessage.state).where(
        OutboundMessage.patient_id == patient_id, OutboundMessage.plan_key == plan_key
    )
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


def has_later(session: Session, row: OutboundMessage) -> bool:
    """Say whether a later reminder of the same visit is still to go."""
    query = select(OutboundMessage.plan_key).where(
        OutboundMessage.patient_id == row.patient_id,
        OutboundMessage.state == OutboundState.PENDING,
        col(OutboundMessage.send_at) > row.send_at,
    )
    # Visits of one day share a text, under the name of one of them.
    mine = set(_visits_of(row.plan_key))
    return any(mine & set(_visits_of(plan_key)) for plan_key in session.exec(query).all())


def _visits_of(plan_key: str | None) -> list[str]:
    """Return the visits of a line of a plan, each with its version."""
    return (plan_key or "").partition(":")[2].split("+")


def addressee(session: Session, message_id: int) -> tuple[int, str]:
    """Return the clinic and the hashed number the row goes to."""
    query = select(OutboundMessage.clinic_id, OutboundMessage.to_hash).where(OutboundMessage.id == message_id)
    return session.exec(query).one()


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
