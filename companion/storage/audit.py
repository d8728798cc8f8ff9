"""What was seen and done, read newest first; bound to a clinic unless it is for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from companion.records import AuditEvent, Patient, StaffMembership, StaffUser

#: Of no clinic and about one that may be another.
_ABOUT_CLINICS = ("clinic-chosen", "staff-added")


@dataclass(frozen=True)
class Filter:
    """What an entry has to be; None leaves it open."""

    staff_id: int | None = None
    patient_id: int | None = None
    action: str | None = None
    #: From the first instant to before the second.
    start: datetime | None = None
    end: datetime | None = None
    #: Only entries with a lower id.
    before: int | None = None


Row = tuple[AuditEvent, StaffUser | None, Patient | None]


def entries(session: Session, clinic_id: int | None, wanted: Filter, limit: int) -> Sequence[Row]:
    """
    Return entries with who did it and whom it is about, the newest first.

    None for the clinic: those of all clinics. A patient is found only in their own clinic.
    """
    event = AuditEvent
    query = (
        select(event, StaffUser, Patient)
        .join(StaffUser, col(StaffUser.id) == col(event.staff_id), isouter=True)
        .join(
            Patient,
            and_(col(Patient.id) == col(event.patient_id), col(Patient.clinic_id) == clinic_id),
            isouter=True,
        )
        .where(*_conditions(wanted))
        .order_by(col(event.id).desc())
        .limit(limit)
    )
    if clinic_id is not None:
        query = query.where(or_(col(event.clinic_id) == clinic_id, _own_accounts(clinic_id)))
    return session.exec(query).all()


def _own_accounts(clinic_id: int) -> ColumnElement[bool]:
    """Signing in and accounts are of no clinic: theirs who work at this one."""
    event = AuditEvent
    theirs = select(StaffMembership.staff_id).where(StaffMembership.clinic_id == clinic_id)
    return and_(
        col(event.clinic_id).is_(None),
        col(event.action).not_in(_ABOUT_CLINICS),
        col(event.staff_id).in_(theirs),
    )


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    event = AuditEvent
    equal = (
        (col(event.staff_id), wanted.staff_id),
        (col(event.patient_id), wanted.patient_id),
        (col(event.action), wanted.action),
    )
    found: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
    if wanted.start is not None:
        found.append(col(event.at) >= wanted.start)
    if wanted.end is not None:
        found.append(col(event.at) < wanted.end)
    if wanted.before is not None:
        found.append(col(event.id) < wanted.before)
    return found
