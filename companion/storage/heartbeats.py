"""When each worker last swept: one row a worker."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from companion.records import Heartbeat


def beats(session: Session) -> Mapping[str, datetime]:
    """Return when each worker last swept, by name, in the order of the names."""
    rows = session.exec(select(Heartbeat).order_by(col(Heartbeat.name))).all()
    return {row.name: row.at for row in rows}


def note(session: Session, name: str, now: datetime) -> None:
    """Write down that `name` swept at `now`; of two that share a name at once, one beat is enough."""
    changed = session.connection().execute(
        update(Heartbeat).where(col(Heartbeat.name) == name).values(at=now)
    )
    if changed.rowcount:
        return
    try:
        with session.begin_nested():
            session.add(Heartbeat(name=name, at=now))
    except IntegrityError:
        if name not in beats(session):
            raise


def remove(session: Session, name: str) -> None:
    session.connection().execute(delete(Heartbeat).where(col(Heartbeat.name) == name))


def forget(session: Session, silent: Mapping[str, datetime]) -> None:
    """Remove these workers, but for any that has swept again since the time given."""
    for name, at in silent.items():
        session.connection().execute(
            delete(Heartbeat).where(col(Heartbeat.name) == name, col(Heartbeat.at) == at)
        )
