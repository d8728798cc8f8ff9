"""Who has which role where; each function is one query, bound to a clinic unless it is for all of them."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from companion.records import Clinic, StaffMembership, StaffUser

Row = tuple[StaffMembership, StaffUser, Clinic | None]


def members(session: Session, clinic_id: int | None) -> Sequence[Row]:
    """Return every role at the clinic with its person; None: of all clinics, and of none."""
    query = (
        select(StaffMembership, StaffUser, Clinic)
        .join(StaffUser, col(StaffUser.id) == col(StaffMembership.staff_id))
        .join(Clinic, col(Clinic.id) == col(StaffMembership.clinic_id), isouter=True)
        .order_by(col(StaffMembership.id))
    )
    return session.exec(query if clinic_id is None else query.where(Clinic.id == clinic_id)).all()


def member(session: Session, member_id: int, clinic_id: int | None) -> Row | None:
    """Return one role with its person, if it is of this clinic; None for the clinic: wherever it is."""
    query = (
        select(StaffMembership, StaffUser, Clinic)
        .join(StaffUser, col(StaffUser.id) == col(StaffMembership.staff_id))
        .join(Clinic, col(Clinic.id) == col(StaffMembership.clinic_id), isouter=True)
        .where(StaffMembership.id == member_id)
    )
    return session.exec(query if clinic_id is None else query.where(Clinic.id == clinic_id)).one_or_none()


def lock(session: Session, clinic_id: int | None) -> Sequence[StaffMembership]:
    """Return every role at the clinic, or beyond clinics, locked in one order against other writers."""
    of = col(StaffMembership.clinic_id).is_not_distinct_from(clinic_id)
    query = select(StaffMembership).where(of).order_by(col(StaffMembership.id)).with_for_update()
    # As they are now, whatever this session has read before.
    return session.exec(query.execution_options(populate_existing=True)).all()


def elsewhere(session: Session, staff_id: int, clinic_id: int | None) -> bool:
    """Say whether the person has a role anywhere but at this clinic."""
    other = col(StaffMembership.clinic_id).is_distinct_from(clinic_id)
    query = select(StaffMembership.id).where(StaffMembership.staff_id == staff_id, other).limit(1)
    return session.exec(query).first() is not None


def counts(session: Session) -> dict[int, int]:
    """Return how many people have a role at each clinic."""
    of = col(StaffMembership.clinic_id)
    query = select(of, func.count()).where(of.is_not(None)).group_by(of)
    return {clinic: count for clinic, count in session.exec(query).all() if clinic is not None}
