"""The welcome in the outbox: planned when a person joins, called off when they may not get it any more."""

from datetime import datetime, timedelta

from sqlmodel import Session

from companion.domain import welcome
from companion.domain.composing import Composed
from companion.domain.delivery import MAY_HAVE_ARRIVED
from companion.domain.pause_length import is_paused
from companion.domain.planned import BY_PHONE
from companion.records import (
    Clinic,
    Contact,
    OutboundKind,
    OutboundMessage,
    OutboundState,
    Patient,
    PatientState,
    Privacy,
)
from companion.services.rules_in_use import rules_of
from companion.services.setup import Setup
from companion.services.wordings import catalogue_of
from companion.storage import outbox, people

#: The second part looks again after this long whether the first has left.
_LOOK_AGAIN = timedelta(seconds=30)
_VISITS_ONLY = "visit-reminders-only"


def plan(session: Session, setup: Setup, patient: Patient, now: datetime) -> None:
    """
    Put the welcome into the outbox; what will not be sent is stored with its reason.

    Two people may share a phone: whoever joins second is not welcomed on it again.
    """
    # Locked, so that of two people who join at once one sees the other.
    people.conversation(session, patient.clinic_id, patient.phone_hash)
    alive = MAY_HAVE_ARRIVED | {OutboundState.PENDING}
    shared = outbox.is_welcomed(session, patient.clinic_id, patient.phone_hash, alive)
    hours = rules_of(setup, people.clinic(session, patient.clinic_id)).hours
    when = welcome.moments(hours, patient.zone, now)
    for part, moment in zip(welcome.PARTS, when, strict=True):
        composed = _compose(session, setup, patient, now, part)
        reason = "number-welcomed-already" if shared else composed.withheld
        session.add(_row(setup, patient, part, moment, composed, reason, now))
        session.flush()


def _row(
    setup: Setup,
    patient: Patient,
    part: str,
    moment: welcome.Moment,
    composed: Composed,
    reason: str | None,
    now: datetime,
) -> OutboundMessage:
    return OutboundMessage(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        kind=OutboundKind.PUSH,
        rule=welcome.RULE,
        plan_key=welcome.plan_key(part, patient.id or 0),
        state=OutboundState.SUPPRESSED if reason else OutboundState.PENDING,
        reason=reason,
        token=setup.new_token(),
        phone=patient.phone,
        to_hash=patient.phone_hash,
        body=composed.body,
        segments=composed.segments,
        send_at=moment.send_at,
        not_useful_after=moment.not_useful_after,
        created_at=now,
    )


def call_off(session: Session, patient: Patient) -> None:
    """Suppress what waits of the welcome unless the person gets all our texts; idempotent."""
    reason = _not_welcomed(patient)
    if reason is None:
        return
    for row in outbox.welcome_of(session, patient.id or 0):
        if row.state == OutboundState.PENDING:
            session.add(row)
            outbox.move(row, OutboundState.SUPPRESSED, reason)


def _not_welcomed(patient: Patient) -> str | None:
    if patient.state == PatientState.ACTIVE:
        return BY_PHONE if patient.contact == Contact.CALL else None
    return _VISITS_ONLY if patient.state == PatientState.PAUSED else patient.state


def write_anew(session: Session, setup: Setup, clinic_id: int, now: datetime) -> None:
    """Give what waits of a clinic's welcomes its present name and line, as it will leave; idempotent."""
    for row in outbox.waiting_of_rule(session, clinic_id, welcome.RULE):
        # Not locked: whoever holds the person may be waiting for the text.
        _write_row(session, setup, session.get_one(Patient, row.patient_id), row, now)


def write_anew_for(session: Session, setup: Setup, patient: Patient, now: datetime) -> None:
    """Give what waits of one person's welcome the words it will leave with; idempotent."""
    for row in outbox.welcome_of(session, patient.id or 0):
        if row.state == OutboundState.PENDING:
            _write_row(session, setup, patient, row, now)


def _write_row(session: Session, setup: Setup, patient: Patient, row: OutboundMessage, now: datetime) -> None:
    composed = compose_row(session, setup, patient, row, now)
    row.body, row.segments = composed.body, composed.segments
    session.add(row)


def send_to_new_number(session: Session, patient: Patient) -> None:
    """Send what waits of the welcome to the person's present number, unless that was welcomed already."""
    people.conversation(session, patient.clinic_id, patient.phone_hash)
    alive = MAY_HAVE_ARRIVED | {OutboundState.PENDING}
    shared = outbox.is_welcomed(session, patient.clinic_id, patient.phone_hash, alive)
    for row in outbox.welcome_of(session, patient.id or 0):
        if row.state == OutboundState.PENDING:
            session.add(row)
            row.phone, row.to_hash = patient.phone, patient.phone_hash
            if shared:
                outbox.move(row, OutboundState.SUPPRESSED, "number-welcomed-already")


def compose_row(
    session: Session, setup: Setup, patient: Patient, row: OutboundMessage, now: datetime
) -> Composed:
    """Return what the row's text says now, to this person as they are now."""
    composed = _compose(session, setup, patient, now, (row.plan_key or "").partition(":")[0])
    if is_paused(patient, now):
        return Composed(composed.body, withheld=_VISITS_ONLY)
    return composed


def is_its_turn(session: Session, row: OutboundMessage, now: datetime) -> bool:
    """Say whether a part may go now; the second waits for the first, and does not go without it."""
    first = welcome.plan_key(welcome.PARTS[0], row.patient_id or 0)
    state = outbox.state_of(session, row.patient_id or 0, first)
    if row.plan_key == first or state is None:
        return True
    follows = welcome.may_follow(state)
    if follows is None:
        row.try_after = now + _LOOK_AGAIN
    elif not follows:
        outbox.move(row, OutboundState.SUPPRESSED, "first-part-not-sent")
    return bool(follows)


def _compose(session: Session, setup: Setup, patient: Patient, now: datetime, part: str) -> Composed:
    clinic: Clinic = people.clinic(session, patient.clinic_id)
    discreet = patient.privacy == Privacy.DISCREET
    catalogue = catalogue_of(session, setup, patient, now)
    return welcome.compose(part, catalogue, clinic=clinic.name, line=clinic.urgent_line, discreet=discreet)
