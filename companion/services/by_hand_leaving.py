"""
Whether a text written by hand that is due may leave after all: everything is looked at once more.

Its words are never changed: they are the nurse's. What does not leave is put before a nurse, because
whoever wrote it may think it did.
"""

from datetime import datetime

from sqlmodel import Session

from companion.domain.planned import BY_PHONE
from companion.records import (
    Appointment,
    Contact,
    OutboundMessage,
    OutboundState,
    Patient,
    PatientState,
    Privacy,
)
from companion.services import calls, expiring
from companion.services.planned_rows import TEXTED
from companion.services.rules_in_use import rules_of
from companion.services.setup import Setup
from companion.services.wordings import catalogue_of
from companion.storage import by_hand, outbox, people

#: Kept as the row's rule: it says dates and times alone, in words of the catalogue.
DATES_ONLY = "dates-only"
_NOBODY_PHONES = frozenset({PatientState.DECEASED, PatientState.FINISHED})


def gets_dates_only(patient: Patient) -> bool:
    """Say whether a text that comes unasked may tell this person no more than dates and times."""
    return patient.privacy == Privacy.DISCREET or not patient.answered


def barred(patient: Patient) -> str | None:
    """Return why nobody may write to this person, as a row's reason; None: they may."""
    if patient.state not in TEXTED:
        return patient.state
    return BY_PHONE if patient.contact == Contact.CALL else None


def may_go(session: Session, setup: Setup, row: OutboundMessage, now: datetime) -> bool:
    """Say whether the row, which is locked and of use, may leave now; else store why not, or put it off."""
    patient = session.get_one(Patient, row.patient_id)
    if against := _against(session, setup, row, patient, now):
        outbox.move(row, *against)
        calls.raise_by_hand(session, row, now)
        return False
    hours = rules_of(setup, people.clinic(session, row.clinic_id)).hours
    opening = hours.next_moment(now, patient.zone)
    if opening <= now:
        return True
    if expiring.is_useless(row, opening):
        expiring.expire(session, row, now)
    else:
        row.send_at, row.try_after = opening, None
    return False


def call_off(session: Session, patient: Patient, now: datetime) -> None:
    """
    Suppress what waits for somebody who may not be texted any more, or is phoned; idempotent.

    Whoever wrote to a person who has opted out since is told so; of one who died or left, nobody is.
    """
    reason = barred(patient)
    if reason is None:
        return
    for row in by_hand.waiting(session, patient.id or 0):
        outbox.move(row, OutboundState.SUPPRESSED, reason)
        session.add(row)
        if patient.state not in _NOBODY_PHONES:
            calls.raise_by_hand(session, row, now)


def _against(
    session: Session, setup: Setup, row: OutboundMessage, patient: Patient, now: datetime
) -> tuple[OutboundState, str] | None:
    """Return what speaks against it for good, as a state and its reason."""
    if reason := barred(patient):
        return OutboundState.SUPPRESSED, reason
    if row.to_hash != patient.phone_hash:
        return OutboundState.WITHDRAWN, "phone-changed"
    if row.appointment_id is not None and not _stands(session, row):
        return OutboundState.WITHDRAWN, "visit-changed"
    if gets_dates_only(patient):
        return None if row.rule == DATES_ONLY else (OutboundState.SUPPRESSED, "discreet")
    allowed = catalogue_of(session, setup, patient, now).lock_screen.allows(row.body)
    return None if allowed else (OutboundState.SUPPRESSED, "lock-screen")


def _stands(session: Session, row: OutboundMessage) -> bool:
    """Say whether the visit whose date the text tells is still at that time."""
    visit = session.get_one(Appointment, row.appointment_id)
    return row.tells.get(str(visit.id)) == visit.wall and visit.state in by_hand.OPEN
