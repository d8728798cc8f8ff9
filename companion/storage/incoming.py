"""What came in to a clinic, with whom it is from and what was answered; each function is one query."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_
from sqlmodel import Session, col, select

from companion.domain.vocabulary import NOT_UNDERSTOOD
from companion.records import InboundMessage, OutboundMessage, Patient

_UNCLEAR = or_(col(InboundMessage.intent).is_(None), col(InboundMessage.intent) == NOT_UNDERSTOOD)


def page(
    session: Session, clinic_id: int, since: datetime | None, limit: int, offset: int
) -> Sequence[tuple[InboundMessage, Patient | None]]:
    """Return texts since then: those not understood first, the newest first among them."""
    query = (
        select(InboundMessage, Patient)
        .join(Patient, col(Patient.id) == col(InboundMessage.patient_id), isouter=True)
        .where(*_within(clinic_id, since))
        .order_by(
            case((_UNCLEAR, 0), else_=1),
            col(InboundMessage.received_at).desc(),
            col(InboundMessage.id).desc(),
        )
    )
    return session.exec(query.limit(limit).offset(offset)).all()


def counts(session: Session, clinic_id: int, since: datetime | None) -> tuple[int, int]:
    """Return how many texts there are since then, and how many of them were not understood."""
    unclear = func.coalesce(func.sum(case((_UNCLEAR, 1), else_=0)), 0)
    query = select(func.count(col(InboundMessage.id)), unclear).where(*_within(clinic_id, since))
    many, of_them = session.exec(query).one()
    return many, of_them


def answers(session: Session, inbound_ids: Collection[int]) -> Sequence[OutboundMessage]:
    """Return what answered these texts, those held back among them, in the order they were made."""
    query = select(OutboundMessage).where(col(OutboundMessage.inbound_id).in_(inbound_ids))
    return session.exec(query.order_by(col(OutboundMessage.id))).all()


def _within(clinic_id: int, since: datetime | None) -> list[ColumnElement[bool]]:
    found = [col(InboundMessage.clinic_id) == clinic_id]
    return found if since is None else [*found, col(InboundMessage.received_at) >= since]
