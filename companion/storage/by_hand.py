"""Texts and notes that staff write: each form is stored once, which the database sees to."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from companion.records import (
    AppointmentState,
    OutboundKind,
    OutboundMessage,
    OutboundState,
    StaffNote,
)

#: States of a visit that is to take place.
OPEN = frozenset({AppointmentState.BOOKED, AppointmentState.CONFIRMED, AppointmentState.CHANGE_ASKED})


def insert_once(session: Session, row: OutboundMessage | StaffNote) -> bool:
    """Store what was written in a form unless that form was stored before; return whether it was stored."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        if _stored(session, type(row), row.form_key or "") is None:
            raise
        return False
    return True


def text_of_form(session: Session, form_key: str) -> OutboundMessage:
    return session.exec(select(OutboundMessage).where(OutboundMessage.form_key == form_key)).one()


def waiting(session: Session, patient_id: int) -> Sequence[OutboundMessage]:
    """Return the person's texts by hand that have not left, locked against the worker."""
    query = (
        select(OutboundMessage)
        .where(OutboundMessage.patient_id == patient_id, OutboundMessage.kind == OutboundKind.MANUAL)
        .where(OutboundMessage.state == OutboundState.PENDING)
        .order_by(col(OutboundMessage.id))
        .with_for_update(key_share=True)
    )
    return session.exec(query).all()


def _stored(session: Session, table: type[OutboundMessage] | type[StaffNote], form_key: str) -> int | None:
    return session.exec(select(table.id).where(table.form_key == form_key)).first()
