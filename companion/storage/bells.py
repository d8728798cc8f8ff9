"""Urgent tasks that nobody was rung for yet. Found through an index that holds nothing else."""

from datetime import datetime

from sqlalchemy import ColumnElement, literal_column, or_, update
from sqlmodel import Session, col, select

from companion.records import Task

#: Stands in the statement as a word: behind a parameter a planner may not see that the index fits.
_UNRUNG = (
    col(Task.urgency) == literal_column("'urgent'"),
    col(Task.rung_at).is_(None),
    col(Task.done_at).is_(None),
)


def is_waiting(session: Session, now: datetime) -> bool:
    """Say whether a task is to be rung for now; keeps no writer waiting."""
    return session.exec(select(Task.id).where(*_UNRUNG, _is_due(now)).limit(1)).first() is not None


def next_to_ring(session: Session, now: datetime) -> Task | None:
    """
    Return a task to ring for now, locked, one that was tried least first; or None.

    What another worker has locked is passed over.
    """
    query = select(Task).where(*_UNRUNG, _is_due(now)).order_by(col(Task.rings), col(Task.created_at))
    return session.exec(query.limit(1).with_for_update(skip_locked=True, key_share=True)).first()


def note_rung(session: Session, task_id: int, now: datetime) -> None:
    """Store when it was rung for; the first time counts."""
    change = update(Task).where(col(Task.id) == task_id, col(Task.rung_at).is_(None))
    session.connection().execute(change.values(rung_at=now, ring_after=None))


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(col(Task.ring_after).is_(None), col(Task.ring_after) <= now)
