"""Which due rows may leave now: everything is checked again, the text is written anew and frozen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from companion.domain.delivery import LEASE
from companion.domain.planning import CORRECTION, IN_HOSPITAL
from companion.domain.welcome import RULE as WELCOME
from companion.errors import CompanionError
from companion.records import (
    Appointment,
    AppointmentState,
    CancelledBy,
    OutboundKind,
    OutboundMessage,
    OutboundState,
    Patient,
    PatientState,
)
from companion.services import calls, hospital, plans, welcoming
from companion.services.setup import Setup
from companion.services.steps import Step
from companion.storage import outbox, people
from companion.transports.base import OutboundText

#: A row that cannot be read is tried again after this long: the right key may be back.
_UNREADABLE = timedelta(minutes=10)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Claim:
    row_id: int
    text: OutboundText
    #: Which time it is handed over, so that an outcome that comes very late is not taken for a later one's.
    attempt: int


def claim_due(setup: Setup, now: datetime, limit: int) -> list[Claim]:
    """
    Lease the rows that are due and may still go, freeze their text, commit, and return them.

    Everything is checked again here, because the plan was made earlier: consent, the person's and the
    visit's state and version, sending hours, usefulness. What may not go is stored with its reason. Safety
    texts come before answers, answers before reminders.
    """
    claims: list[Claim] = []
    while not claims:
        with setup.database.transaction() as session:
            due = outbox.claimable(session, now, limit)
            claims = [claim for row_id in due if (claim := _claim(session, setup, row_id, now))]
            setup.reached(Step.CLAIM_WRITTEN)
        if not due:
            break
        setup.reached(Step.CLAIM_COMMITTED)
    return claims


def _claim(session: Session, setup: Setup, row_id: int, now: datetime) -> Claim | None:
    """Claim one row in a savepoint of its own: one that cannot be read must not hold up the others."""
    try:
        with session.begin_nested():
            return _lease(session, setup, outbox.message(session, row_id), now)
    except CompanionError as error:
        _log.error("text set aside", outbound=row_id, error=type(error).__name__)
        calls.raise_set_aside(session, outbox.set_aside(session, row_id, now + _UNREADABLE), now)
        return None


def _lease(session: Session, setup: Setup, row: OutboundMessage, now: datetime) -> Claim | None:
    session.add(row)
    if _useless(row, now):
        _expire(session, row, now)
        return None
    if row.kind == OutboundKind.PUSH and not _push_may_go(session, setup, row, now):
        return None
    outbox.move(row, OutboundState.LEASED)
    row.attempts, row.try_after = row.attempts + 1, None
    row.handed_at, row.lease_until, row.listings = now, now + LEASE, 0
    clinic = people.clinic(session, row.clinic_id)
    valid_for = int((row.not_useful_after - now).total_seconds()) if row.not_useful_after else None
    text = OutboundText(row.phone, clinic.number, row.body, setup.status_url(row.token), valid_for)
    assert row.id is not None
    return Claim(row.id, text, row.attempts)


def _push_may_go(session: Session, setup: Setup, row: OutboundMessage, now: datetime) -> bool:
    """Write the text as it is now, or store why it may not go."""
    patient = session.get_one(Patient, row.patient_id)
    if patient.state not in (PatientState.ACTIVE, PatientState.PAUSED):
        outbox.move(row, OutboundState.SUPPRESSED, patient.state)
    elif row.rule != WELCOME and _visit_changed(session, row):
        outbox.move(row, OutboundState.WITHDRAWN, "visit-changed")
    elif hospital.is_held(patient, now, row.rule):
        outbox.move(row, OutboundState.SUPPRESSED, IN_HOSPITAL)
    elif _within_hours(session, setup, row, patient.zone, now):
        in_turn = row.rule != WELCOME or welcoming.is_its_turn(session, row, now)
        return in_turn and _write(session, setup, patient, row, now)
    return False


def _visit_changed(session: Session, row: OutboundMessage) -> bool:
    appointment = session.get_one(Appointment, row.appointment_id)
    return f"{appointment.id}.{appointment.version}" not in _visit_keys(row) or _void(row, appointment)


def _write(session: Session, setup: Setup, patient: Patient, row: OutboundMessage, now: datetime) -> bool:
    compose_row = welcoming.compose_row if row.rule == WELCOME else plans.compose_row
    composed = compose_row(session, setup, patient, row, now)
    if composed.withheld:
        outbox.move(row, OutboundState.SUPPRESSED, composed.withheld)
        return False
    row.body, row.segments, row.asks = composed.body, composed.segments, composed.asks
    return True


def _void(row: OutboundMessage, appointment: Appointment) -> bool:
    cancelled = appointment.state == AppointmentState.CANCELLED
    return cancelled and not (row.rule == CORRECTION and appointment.cancelled_by == CancelledBy.TEXT)


def _visit_keys(row: OutboundMessage) -> Sequence[str]:
    return (row.plan_key or ":").split(":")[1].split("+")


def _within_hours(session: Session, setup: Setup, row: OutboundMessage, zone: str, now: datetime) -> bool:
    """Put the row off until sending hours; if it is of no use by then, say so now and not then."""
    # The same in every language.
    opening = setup.catalogue.reminders.hours.next_moment(now, zone)
    if opening > now and _useless(row, opening):
        _expire(session, row, now)
    elif opening > now:
        row.send_at = opening
    return opening <= now


def _useless(row: OutboundMessage, at: datetime) -> bool:
    return row.not_useful_after is not None and row.not_useful_after <= at


def _expire(session: Session, row: OutboundMessage, now: datetime) -> None:
    outbox.move(row, OutboundState.EXPIRED, "no-longer-useful")
    if row.kind == OutboundKind.PUSH:
        calls.raise_unsent(session, row, now)
