"""People on the staff, what they may do, and their open sessions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from companion.errors import NotFound
from companion.records import Clinic, StaffMembership, StaffSession, StaffUser


def user(session: Session, staff_id: int) -> StaffUser:
    """Return the person, locked against other writers; raises NotFound."""
    found = session.exec(select(StaffUser).where(StaffUser.id == staff_id).with_for_update()).one_or_none()
    if found is None:
        raise NotFound.of("person on the staff", staff_id)
    return found


def user_with_email(session: Session, email_hash: str) -> StaffUser | None:
    return session.exec(select(StaffUser).where(StaffUser.email_hash == email_hash)).one_or_none()


def user_with_uniquifier(session: Session, uniquifier: str) -> StaffUser | None:
    return session.exec(select(StaffUser).where(StaffUser.fs_uniquifier == uniquifier)).one_or_none()


def user_to_set_up(session: Session, token_hash: str, now: datetime) -> StaffUser | None:
    """Return whom a set-up address still works for, locked."""
    query = select(StaffUser).where(StaffUser.set_up_hash == token_hash, col(StaffUser.set_up_until) > now)
    return session.exec(query.with_for_update()).one_or_none()


def has_users(session: Session) -> bool:
    return session.exec(select(StaffUser.id).limit(1)).first() is not None


def take_counter(session: Session, staff_id: int, counter: int) -> bool:
    """Note the time step of a code; return False, and note nothing, if it or a later one was taken before."""
    table = StaffUser
    earlier = or_(col(table.totp_counter).is_(None), col(table.totp_counter) < counter)
    change = update(table).where(col(table.id) == staff_id, earlier).values(totp_counter=counter)
    return session.connection().execute(change).rowcount == 1


def memberships(session: Session, staff_id: int) -> Sequence[tuple[StaffMembership, Clinic | None]]:
    """Return what the person may do, each with its clinic, the oldest first."""
    query = (
        select(StaffMembership, Clinic)
        .join(Clinic, col(Clinic.id) == col(StaffMembership.clinic_id), isouter=True)
        .where(StaffMembership.staff_id == staff_id)
        .order_by(col(StaffMembership.id))
    )
    return session.exec(query).all()


def membership(session: Session, staff_id: int, clinic_id: int | None) -> StaffMembership | None:
    query = select(StaffMembership).where(
        StaffMembership.staff_id == staff_id, col(StaffMembership.clinic_id).is_not_distinct_from(clinic_id)
    )
    return session.exec(query).one_or_none()


def open_session(session: Session, token_hash: str) -> tuple[StaffSession, StaffUser] | None:
    """Return the session of this token with its person, unless it was ended or they are inactive."""
    query = (
        select(StaffSession, StaffUser)
        .join(StaffUser, col(StaffUser.id) == col(StaffSession.staff_id))
        .where(StaffSession.token_hash == token_hash, col(StaffSession.ended_at).is_(None))
        .where(col(StaffUser.active).is_(True))
    )
    return session.exec(query).one_or_none()


def session_with_token(session: Session, token_hash: str) -> StaffSession | None:
    return session.exec(select(StaffSession).where(StaffSession.token_hash == token_hash)).one_or_none()


def open_sessions(session: Session, staff_id: int, opened_after: datetime) -> Sequence[StaffSession]:
    """Return the person's sessions that were not ended, the one last seen first."""
    query = select(StaffSession).where(
        StaffSession.staff_id == staff_id,
        col(StaffSession.ended_at).is_(None),
        col(StaffSession.opened_at) > opened_after,
    )
    return session.exec(query.order_by(col(StaffSession.seen_at).desc(), col(StaffSession.id))).all()


def see_session(session: Session, session_id: int, now: datetime) -> None:
    """Note that the session is in use."""
    change = update(StaffSession).where(col(StaffSession.id) == session_id).values(seen_at=now)
    session.connection().execute(change)


def end_sessions(
    session: Session,
    staff_id: int,
    why: str,
    now: datetime,
    *,
    only: int | None = None,
    but: int | None = None,
) -> int:
    """End the person's open sessions, `only` that one or all `but` that one; return how many."""
    table = StaffSession
    change = update(table).where(col(table.staff_id) == staff_id, col(table.ended_at).is_(None))
    if only is not None:
        change = change.where(col(table.id) == only)
    if but is not None:
        change = change.where(col(table.id) != but)
    return session.connection().execute(change.values(ended_at=now, ended_why=why)).rowcount
