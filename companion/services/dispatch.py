"""
A text leaves: claim, commit, send, record.

The claim is committed before any byte leaves, so that whatever dies in between leaves a row that says it
may have been sent; such a row is never sent again without evidence. No session is open while the
provider is spoken to.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, time

import structlog
from sqlmodel import Session

from companion.domain.clock_time import SendingHours
from companion.domain.delivery import (
    LEASE,
    OPTED_OUT,
    Accepted,
    AnswerLost,
    NotTaken,
    Outcome,
    Refused,
    retry_delay,
)
from companion.records import (
    Appointment,
    AppointmentState,
    CancelledBy,
    OutboundKind,
    OutboundMessage,
    OutboundState,
    Patient,
    PatientState,
    Task,
    TaskUrgency,
)
from companion.services import enrolment
from companion.services.scheduling import raise_unsent
from companion.services.setup import Setup
from companion.storage import outbox, people, visits
from companion.transports.base import OutboundText

#: Rows claimed and sent together; all are done within the HTTP timeout, well inside the lease.
BATCH = 8

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sweep:
    """What one sweep did."""

    #: Rows handed to the provider, whatever came of it.
    sent: int
    #: Rows whose lease had ended with nothing recorded.
    lapsed: int


@dataclass(frozen=True)
class Claim:
    row_id: int
    text: OutboundText


def sweep(setup: Setup, now: datetime, clock: Callable[[], datetime]) -> Sweep:
    """
    Do all that is due at `now`; safe to run in any number of workers at once.

    `clock` is read again at each claim and each outcome: a slow provider may hold a sweep up for longer
    than a lease, and a lease counted from its beginning would end while a text is handed over.
    """
    lapsed = settle_lapsed(setup, now)
    sent = 0
    while batch := claim_due(setup, max(now, clock()), BATCH):
        with ThreadPoolExecutor(max_workers=BATCH) as pool:
            outcomes = list(pool.map(setup.transport.send, (claim.text for claim in batch)))
        for claim, outcome in zip(batch, outcomes, strict=True):
            record(setup, claim.row_id, outcome, clock())
        sent += len(batch)
    return Sweep(sent, lapsed)


def next_due(setup: Setup) -> datetime | None:
    """Return the next instant at which there is something to do."""
    with setup.database.reading() as session:
        return outbox.next_due(session)


def claim_due(setup: Setup, now: datetime, limit: int) -> list[Claim]:
    """
    Lease the rows that are due and may still go, freeze their text, commit, and return them.

    Everything is checked again here, because the plan was made earlier: consent, the person's and the
    visit's state and version, sending hours, usefulness. What may not go is stored with its reason.
    """
    claims: list[Claim] = []
    while not claims:
        with setup.database.transaction() as session:
            rows = outbox.claimable(session, now, limit)
            claims = [claim for row in rows if (claim := _claim(session, setup, row, now))]
        if not rows:
            break
    return claims


def _claim(session: Session, setup: Setup, row: OutboundMessage, now: datetime) -> Claim | None:
    session.add(row)
    if _useless(row, now):
        _expire(session, row, now)
        return None
    if row.kind == OutboundKind.PUSH and not _push_may_go(session, setup, row, now):
        return None
    outbox.move(row, OutboundState.LEASED)
    row.lease_until, row.attempts = now + LEASE, row.attempts + 1
    clinic = people.clinic(session, row.clinic_id)
    valid_for = int((row.not_useful_after - now).total_seconds()) if row.not_useful_after else None
    text = OutboundText(row.phone, clinic.number, row.body, setup.status_url(row.token), valid_for)
    return Claim(_id(row), text)


def _push_may_go(session: Session, setup: Setup, row: OutboundMessage, now: datetime) -> bool:
    """Store why not, if not."""
    patient = session.get_one(Patient, row.patient_id)
    appointment = session.get_one(Appointment, row.appointment_id)
    if patient.state not in (PatientState.ACTIVE, PatientState.PAUSED):
        outbox.move(row, OutboundState.SUPPRESSED, patient.state)
    elif f"{appointment.id}.{appointment.version}" not in _visit_keys(row) or _void(row, appointment):
        outbox.move(row, OutboundState.WITHDRAWN, "visit-changed")
    else:
        return _within_hours(session, setup, row, patient.zone, now)
    return False


def _void(row: OutboundMessage, appointment: Appointment) -> bool:
    cancelled = appointment.state == AppointmentState.CANCELLED
    return cancelled and not (row.rule == "correction" and appointment.cancelled_by == CancelledBy.TEXT)


def _visit_keys(row: OutboundMessage) -> Sequence[str]:
    return (row.plan_key or ":").split(":")[1].split("+")


def _within_hours(session: Session, setup: Setup, row: OutboundMessage, zone: str, now: datetime) -> bool:
    """Put the row off until sending hours; if it is of no use by then, say so now and not then."""
    rules = setup.catalogue.reminders
    hours = SendingHours(time.fromisoformat(rules.sending_from), time.fromisoformat(rules.sending_until))
    opening = hours.next_moment(now, zone)
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
        raise_unsent(session, row, now)


def record(setup: Setup, row_id: int, outcome: Outcome, now: datetime) -> None:
    """Store what came of handing a row over; a callback that was faster is not undone."""
    with setup.database.transaction() as session:
        row = outbox.message(session, row_id)
        session.add(row)
        _record(session, row, outcome, now)
        phone_hash, clinic_id = row.to_hash, row.clinic_id
    if isinstance(outcome, Refused) and outcome.code == OPTED_OUT:
        # Its own transaction: patients are locked before their rows, everywhere.
        note_opted_out(setup, clinic_id, phone_hash, now)


def _record(session: Session, row: OutboundMessage, outcome: Outcome, now: datetime) -> None:
    if isinstance(outcome, Accepted):
        row.sid = row.sid or outcome.sid
    if row.state != OutboundState.LEASED:
        return
    match outcome:
        case Accepted():
            outbox.move(row, OutboundState.ACCEPTED)
            row.lease_until = None
        case NotTaken(reason):
            outbox.move(row, OutboundState.PENDING, reason[:60])
            row.send_at, row.lease_until = now + retry_delay(row.attempts), None
            _log.warning("not taken by the provider, will try again", outbound=row.id, reason=reason)
        case Refused(reason, code):
            outbox.move(row, OutboundState.FAILED, reason[:60])
            row.error_code, row.lease_until = code, None
            raise_undelivered(session, row, now)
        case AnswerLost(reason):
            _mark_unknown(session, row, reason, now)


def settle_lapsed(setup: Setup, now: datetime) -> int:
    """Mark rows whose lease ended with nothing recorded `unknown`; they may or may not have been sent."""
    with setup.database.transaction() as session:
        rows = outbox.lapsed(session, now, 100)
        for row in rows:
            session.add(row)
            _mark_unknown(session, row, "lease-ended", now)
    return len(rows)


def _mark_unknown(session: Session, row: OutboundMessage, reason: str, now: datetime) -> None:
    outbox.move(row, OutboundState.UNKNOWN, reason[:60])
    row.lease_until = None
    urgency = TaskUrgency.URGENT if row.kind == OutboundKind.SAFETY else TaskUrgency.TODAY
    _raise(session, row, "outcome-unknown", urgency, now)


def raise_undelivered(session: Session, row: OutboundMessage, now: datetime) -> None:
    """Put a text that will not arrive in front of a nurse; a safety text is urgent."""
    safety = row.kind == OutboundKind.SAFETY
    urgency = TaskUrgency.URGENT if safety else TaskUrgency.TODAY
    if row.kind != OutboundKind.REPLY:
        _raise(session, row, "safety-not-delivered" if safety else "not-delivered", urgency, now)


def note_opted_out(setup: Setup, clinic_id: int, phone_hash: str, now: datetime) -> None:
    """The carrier blocks us: the person has opted out there, whether or not we saw the text."""
    with setup.database.transaction() as session:
        for patient in people.patients_with_phone(session, clinic_id, phone_hash):
            enrolment.opt_out(session, setup, patient, now)


def _raise(session: Session, row: OutboundMessage, kind: str, urgency: TaskUrgency, now: datetime) -> None:
    visits.raise_task(
        session,
        Task(
            clinic_id=row.clinic_id,
            patient_id=row.patient_id,
            appointment_id=row.appointment_id,
            kind=kind,
            cause=f"{kind}:out:{row.id}",
            urgency=urgency,
            note=row.body,
            created_at=now,
        ),
    )


def _id(row: OutboundMessage) -> int:
    assert row.id is not None
    return row.id
