"""How often a sign-in has failed from one place for one account."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from companion.records import SignInBrake


def of(session: Session, key: str, now: datetime) -> SignInBrake:
    """Return the row of this key, locked, made if there is none: of two tries at once both count."""
    found = _locked(session, key)
    if found is None:
        try:
            with session.begin_nested():
                session.add(SignInBrake(key=key, failures=0, free_at=now, last_at=now))
        except IntegrityError:
            session.expire_all()  # another made it
        found = _locked(session, key)
    assert found is not None
    return found


def forget(session: Session, key: str) -> None:
    session.connection().execute(delete(SignInBrake).where(col(SignInBrake.key) == key))


def forget_before(session: Session, last: datetime) -> None:
    session.connection().execute(delete(SignInBrake).where(col(SignInBrake.last_at) < last))


def _locked(session: Session, key: str) -> SignInBrake | None:
    query = select(SignInBrake).where(SignInBrake.key == key).with_for_update()
    return session.exec(query).one_or_none()
