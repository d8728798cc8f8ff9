"""Texts that came in. The unique message id, not an `if`, makes a repeated webhook harmless."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from companion.records import InboundMessage, OutboundMessage, OutboundState


def insert_once(session: Session, message: InboundMessage) -> bool:
    """
    Store the text unless its id is known; return whether it was stored.

    A second request with the same id waits here until the first has committed or rolled back.
    """
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:
        if _stored(session, message.sid) is None:
            raise
        return False
    return True


def stored_answer(session: Session, sid: str) -> OutboundMessage | None:
    """
    Return the text given in the response to the inbound one, locked; or None.

    None too for a text that the webhook had missed: its answers leave through the outbox.
    """
    query = (
        select(OutboundMessage)
        .join(InboundMessage, col(OutboundMessage.inbound_id) == col(InboundMessage.id))
        .where(InboundMessage.sid == sid, OutboundMessage.state != OutboundState.SUPPRESSED)
        .where(col(InboundMessage.fetched_at).is_(None))
        .order_by(col(OutboundMessage.id))
        .with_for_update(of=OutboundMessage, key_share=True)
    )
    return session.exec(query.limit(1)).first()


def texts(session: Session, patient_id: int | None = None) -> Sequence[InboundMessage]:
    query = select(InboundMessage).order_by(col(InboundMessage.received_at), col(InboundMessage.id))
    if patient_id is not None:
        query = query.where(InboundMessage.patient_id == patient_id)
    return session.exec(query).all()


def bodies(session: Session, ids: Collection[int]) -> Sequence[tuple[int, str]]:
    """Return id and body of each of these texts."""
    query = select(InboundMessage).where(col(InboundMessage.id).in_(ids))
    return [(text.id or 0, text.body) for text in session.exec(query).all()]


def heard_since(session: Session, clinic_id: int, from_hash: str, since: datetime) -> Sequence[str | None]:
    """Return what each text from the number meant that was sent after that moment."""
    query = select(InboundMessage.intent).where(
        InboundMessage.clinic_id == clinic_id,
        InboundMessage.from_hash == from_hash,
        col(InboundMessage.received_at) > since,
    )
    return session.exec(query).all()


def _stored(session: Session, sid: str) -> int | None:
    return session.exec(select(InboundMessage.id).where(InboundMessage.sid == sid)).first()
