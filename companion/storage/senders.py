"""Sending numbers: which of them have something to send, and how much room they have."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import Session, col, select

from companion.domain.pacing import ABSURD, AHEAD
from companion.records import OutboundMessage, Sender
from companion.storage.due import IS_ANSWER, IS_REMINDER, IS_SAFETY, OfKind, is_due


def due(session: Session, now: datetime, most: int) -> Sequence[Sender]:
    """
    Return the senders that have something to send now, locked in the order of their clinics.

    Those with a safety text or an answer come first, then those that have waited longest. One that is
    halted counts for its safety texts, and when it is time to try again. Whoever holds a sender is alone in
    claiming from it; others wait, for as long as a claim takes.
    """
    answers, safety = _has(now, IS_ANSWER), _has(now, IS_SAFETY)
    running = or_(col(Sender.halted_at).is_(None), col(Sender.try_at) <= now)
    free_at = col(Sender.free_at)
    room = or_(free_at.is_(None), free_at < now + AHEAD, free_at > now + ABSURD)
    reminders = and_(room, _has(now, IS_REMINDER))
    query = (
        select(col(Sender.clinic_id))
        .where(or_(safety, and_(running, or_(answers, reminders))))
        .order_by(
            safety.desc(), answers.desc(), col(Sender.free_at).asc().nulls_first(), col(Sender.clinic_id)
        )
        .limit(most)
    )
    found = session.exec(query).all()
    locked = select(Sender).where(col(Sender.clinic_id).in_(found)).order_by(col(Sender.clinic_id))
    return session.exec(locked.with_for_update()).all()


def sender(session: Session, clinic_id: int) -> Sender:
    """Return a clinic's sender, not locked."""
    return session.get_one(Sender, clinic_id)


def locked(session: Session, clinic_id: int) -> Sender:
    query = select(Sender).where(Sender.clinic_id == clinic_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def _has(now: datetime, of_kind: OfKind) -> ColumnElement[bool]:
    mine = col(OutboundMessage.clinic_id) == col(Sender.clinic_id)
    return exists().where(mine, is_due(now), of_kind)
