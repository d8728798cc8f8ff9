"""What could not leave while it was of use: it never leaves, and a person is phoned where that matters."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import Session

from companion.records import OutboundKind, OutboundMessage, OutboundState
from companion.services import calls
from companion.services.setup import Setup
from companion.storage import due, outbox
from companion.storage.apart import apart

_LATE = "no-longer-useful"
#: Rows in one transaction; after a long outage there may be many, and other writers wait.
_BATCH = 100

_log = structlog.get_logger(__name__)


def expire_useless(setup: Setup, now: datetime, going_on: Callable[[], bool] = lambda: True) -> int:
    """
    Expire what waits and is of no use any more; return how many. Safe in any number of workers at once.

    This is no part of claiming, because a number that is halted or has no room claims nothing.
    """
    done = 0
    while going_on():
        with setup.database.transaction() as session:
            found = due.useless(session, now, _BATCH)
            for row_id in found:
                _expire_one(session, row_id, now)
        done += len(found)
        if len(found) < _BATCH:
            break
    return done


def is_useless(row: OutboundMessage, at: datetime) -> bool:
    return row.not_useful_after is not None and row.not_useful_after <= at


def expire(session: Session, row: OutboundMessage, now: datetime) -> None:
    """Expire a row that is locked."""
    outbox.move(row, OutboundState.EXPIRED, _LATE)
    if row.kind == OutboundKind.PUSH:
        calls.raise_unsent(session, row, now)
    elif row.kind == OutboundKind.MANUAL:
        calls.raise_by_hand(session, row, now)


def _expire_one(session: Session, row_id: int, now: datetime) -> None:
    try:
        with apart(session):
            row = outbox.message(session, row_id)
            session.add(row)
            expire(session, row, now)
    except (InterfaceError, OperationalError):
        # The database is away or busy; that is no fault of this row.
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the others come to their end
        # It cannot be read, so what it says is not known either.
        _log.error("text expired unread", outbound=row_id, error=type(error.__cause__ or error).__name__)
        due.expire_unread(session, row_id, _LATE)
        calls.raise_set_aside(session, due.identified(session, row_id), now)
