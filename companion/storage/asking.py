"""What the provider is to be asked: about texts of ours, and for texts of others that did not reach us."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, update
from sqlmodel import Session, col, select

from companion.records import Clinic, InboundMessage, OutboundMessage, OutboundState


def texts_to_ask_about(session: Session, now: datetime, limit: int, until: datetime) -> list[int]:
    """
    Return the ids of texts to ask about now, those that are lost first, and keep them for us until `until`.

    What another worker has locked is passed over. Only ids: a row that cannot be read must not hold up the
    others.
    """
    table = OutboundMessage
    query = (
        select(col(table.id))
        .where(col(table.ask_at).is_not(None), col(table.ask_at) <= now)
        .order_by(col(table.state).desc(), col(table.ask_at), col(table.id))
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    found = [row_id for row_id in session.exec(query).all() if row_id is not None]
    if found:
        session.connection().execute(update(table).where(col(table.id).in_(found)).values(ask_at=until))
    return found


def next_ask(session: Session) -> datetime | None:
    """Return when the provider is next to be asked about a text, past instants included."""
    asked = col(OutboundMessage.ask_at).is_not(None)  # as the partial index says it
    found: datetime | None = session.exec(select(func.min(OutboundMessage.ask_at)).where(asked)).one()
    return found


def owned(session: Session, sids: Collection[str]) -> frozenset[str]:
    """Return which of these ids of the provider are those of a row."""
    query = select(OutboundMessage.sid).where(col(OutboundMessage.sid).in_(tuple(sids)))
    return frozenset(sid for sid in session.exec(query).all() if sid is not None)


def others_under_way(session: Session, row: OutboundMessage) -> list[str]:
    """Return the bodies of the clinic's other texts to the number that are leased or lost."""
    query = select(OutboundMessage).where(
        OutboundMessage.to_hash == row.to_hash,
        OutboundMessage.clinic_id == row.clinic_id,
        OutboundMessage.id != row.id,
        col(OutboundMessage.state).in_((OutboundState.LEASED, OutboundState.UNKNOWN)),
    )
    return [other.body for other in session.exec(query).all()]


def inbox_to_ask_for(session: Session, now: datetime, until: datetime) -> Clinic | None:
    """Return a clinic whose texts are to be asked for now, kept for us until `until`; or None."""
    due = or_(col(Clinic.inbox_ask_at).is_(None), col(Clinic.inbox_ask_at) <= now)
    query = select(Clinic).where(due).order_by(col(Clinic.inbox_ask_at), col(Clinic.id)).limit(1)
    clinic = session.exec(query.with_for_update(skip_locked=True, key_share=True)).first()
    if clinic is not None:
        clinic.inbox_ask_at = until
        session.add(clinic)
    return clinic


def is_inbox_due(session: Session, now: datetime) -> bool:
    """Say whether there is a clinic whose texts are to be asked for now."""
    due = or_(col(Clinic.inbox_ask_at).is_(None), col(Clinic.inbox_ask_at) <= now)
    return session.exec(select(Clinic.id).where(due).limit(1)).first() is not None


def known_texts(session: Session, sids: Collection[str]) -> frozenset[str]:
    """Return which of these ids are those of texts that are stored."""
    query = select(InboundMessage.sid).where(col(InboundMessage.sid).in_(tuple(sids)))
    return frozenset(session.exec(query).all())
