"""The work on one row of many, kept apart: what is wrong with it must not hold up the others."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import Session

from companion.errors import BrokenRow, CompanionError


@contextmanager
def apart(session: Session) -> Iterator[None]:
    """
    Do the block in a savepoint.

    Whatever goes wrong in it comes out as a CompanionError, with only this row's changes rolled back; but a
    database that is away or busy is no fault of the row, and ends the whole transaction.
    """
    try:
        with session.begin_nested():
            yield
    except (CompanionError, InterfaceError, OperationalError):
        raise
    except Exception as error:
        raise BrokenRow(f"{type(error).__name__} while working on one row.") from error
