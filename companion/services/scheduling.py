"""
Booking, moving and cancelling; each recomputes the plan and applies the difference in its transaction.

What did not change keeps its row. What changed is withdrawn with a reason and planned anew, so that the
outbox tells the whole story.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import VisitTime, parse_wall, resolve_visit, write_wall
from companion.domain.composing import Composed, OwnQuestion, Reader, compose
from companion.domain.delivery import MAY_HAVE_ARRIVED
from companion.domain.planning import CORRECTION, Planned, Used, Visit, plan
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.errors import InvalidInput, NotFound
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
from companion.services.setup import Setup
from companion.storage import outbox, people, visits

#: States of a row that may be planned again, because nothing came or can come of it.
_VOID = frozenset({OutboundState.WITHDRAWN, OutboundState.SUPPRESSED})
_OVER = frozenset({AppointmentState.CANCELLED, AppointmentState.MISSED})


@dataclass(frozen=True)
class Difference:
    """What a change did to the outbox: row ids."""

    planned: tuple[int, ...]
    kept: tuple[int, ...]
    withdrawn: tuple[int, ...]


@dataclass(frozen=True)
class Booking:
    appointment: Appointment
    time: VisitTime
    difference: Difference


def book(setup: Setup, *, patient_id: int, kind: str, at: str, place: str, now: datetime) -> Booking:
    """
    Book a visit at a wall time in the patient's zone and plan its reminders.

    Raises InvalidInput for an unknown type, a time that does not exist, or one that has passed.
    """
    _known_type(kind)
    with setup.database.transaction() as session:
        patient = people.patient(session, patient_id)
        time = _ahead(at, patient.zone, now)
        appointment = Appointment(
            patient_id=patient_id,
            type=kind,
            wall=write_wall(time.wall),
            zone=time.zone,
            at=time.at,
            place=" ".join(place.split()),
            created_at=now,
        )
        session.add(appointment)
        session.flush()
        return Booking(appointment, time, replan(session, setup, patient, now))


def move(setup: Setup, appointment_id: int, *, at: str, now: datetime) -> Booking:
    """
    Move a visit; a person who may have been told the old time gets one correction.

    Moving it to where it stands changes nothing. Raises InvalidInput for a visit that is over.
    """
    with setup.database.transaction() as session:
        appointment, patient = _open_appointment(session, appointment_id, now)
        time = _ahead(at, appointment.zone, now)
        if write_wall(time.wall) != appointment.wall:
            appointment.wall, appointment.at = write_wall(time.wall), time.at
            appointment.version += 1
            appointment.state = AppointmentState.BOOKED
            session.add(appointment)
            session.flush()
        return Booking(appointment, time, replan(session, setup, patient, now))


def cancel(setup: Setup, appointment_id: int, *, by: CancelledBy, now: datetime) -> Booking:
    """
    Cancel a visit: the person was `told`, is to get a `text`, or a `call`, which makes a task.

    Raises InvalidInput for a visit that is over or cancelled already.
    """
    with setup.database.transaction() as session:
        appointment, patient = _open_appointment(session, appointment_id, now)
        appointment.state, appointment.cancelled_by = AppointmentState.CANCELLED, by
        # A correction sent for the last move must not stand for this change too.
        appointment.version += 1
        session.add(appointment)
        session.flush()
        if by == CancelledBy.CALL:
            _raise_call(session, patient, appointment, "call-cancelled", appointment.at, now)
        difference = replan(session, setup, patient, now)
        time = VisitTime(parse_wall(appointment.wall), appointment.zone, appointment.at, twice=False)
        return Booking(appointment, time, difference)


def replan(session: Session, setup: Setup, patient: Patient, now: datetime) -> Difference:
    """Make the person's plan anew and apply the difference; idempotent."""
    rows = outbox.pushes_of(session, _id(patient))
    wanted = _wanted(session, setup, patient, rows, now)
    return _Difference(session, setup, patient, now).apply(rows, wanted)


def reader_of(session: Session, patient: Patient) -> Reader:
    own = people.own_questions(session, _id(patient))
    return Reader(
        treatments=treatments_of(patient),
        information=patient.information,
        privacy=patient.privacy,
        answered=patient.answered,
        visits_only=patient.state == PatientState.PAUSED,
        own=tuple(OwnQuestion(question.text, question.suggested) for question in own),
    )


def treatments_of(patient: Patient) -> tuple[str, ...]:
    """Return the chosen treatment first, then those being weighed."""
    return tuple(dict.fromkeys((*filter(None, [patient.treatment]), *patient.weighing)))


def _wanted(
    session: Session, setup: Setup, patient: Patient, rows: Sequence[OutboundMessage], now: datetime
) -> dict[str, tuple[Planned, Composed]]:
    if patient.state not in (PatientState.ACTIVE, PatientState.PAUSED):
        return {}
    told = _told(session, _id(patient))
    seen = [_visit(a, told) for a in visits.appointments_of(session, _id(patient)) if _counts(a, now)]
    used = [
        Used(_present_key(row, seen), row.send_at)
        for row in rows
        if row.plan_key and row.state not in _VOID and row.state != OutboundState.PENDING
    ]
    reader = reader_of(session, patient)
    planned = plan(seen, setup.catalogue.reminders, patient.zone, now, used)
    return {p.plan_key: (p, compose(p, reader, setup.catalogue)) for p in planned if not p.if_attended}


def _present_key(row: OutboundMessage, visits: Sequence[Visit]) -> str:
    """
    Return the row's plan key, in the visits' present versions if it told their present times.

    A visit that was moved and moved back needs no second reminder of what was told already. A correction
    keeps its key: what it corrected may have been corrected again since.
    """
    key = row.plan_key or ""
    present = {str(visit.id): visit for visit in visits}
    same = all(i in present and write_wall(present[i].wall) == wall for i, wall in row.tells.items())
    if row.rule == CORRECTION or not row.tells or not same:
        return key
    told = (visit_key.partition(".")[0] for visit_key in key.partition(":")[2].split("+"))
    return f"{row.rule}:{'+'.join(present[i].key for i in told)}"


def _told(session: Session, patient_id: int) -> dict[str, str]:
    """Map each appointment id to the time that a text which may have arrived last told."""
    told: dict[str, str] = {}
    for row in outbox.telling(session, patient_id, MAY_HAVE_ARRIVED):
        told.update(row.tells)
    return told


def _counts(appointment: Appointment, now: datetime) -> bool:
    if appointment.state == AppointmentState.CANCELLED:
        return appointment.cancelled_by == CancelledBy.TEXT and appointment.at > now
    if appointment.state in _OVER:
        return False
    return appointment.at > now or appointment.state == AppointmentState.ATTENDED


def _visit(appointment: Appointment, told: Mapping[str, str]) -> Visit:
    wall = parse_wall(appointment.wall)
    cancelled = appointment.state == AppointmentState.CANCELLED
    last = parse_wall(told.get(str(appointment.id), appointment.wall))
    # A cancelled visit is corrected even if no text told it: a letter may have. It is named by the date
    # the person knows, which is the old one if a move was not told yet.
    differs = last if cancelled or last != wall else None
    return Visit(
        id=_id(appointment),
        version=appointment.version,
        type=appointment.type,
        wall=wall,
        at=appointment.at,
        told=differs,
        attended=appointment.state == AppointmentState.ATTENDED,
        confirmed=appointment.state == AppointmentState.CONFIRMED,
        cancelled=cancelled,
    )


@dataclass(frozen=True)
class _Difference:
    """Applies a plan to the rows that stand."""

    session: Session
    setup: Setup
    patient: Patient
    now: datetime

    def apply(
        self, rows: Sequence[OutboundMessage], wanted: Mapping[str, tuple[Planned, Composed]]
    ) -> Difference:
        kept: dict[str, int] = {}
        withdrawn = []
        for row in rows:
            key = row.plan_key or ""
            if key in wanted and self._same(row, *wanted[key]):
                kept[key] = _id(row)
            elif row.state == OutboundState.PENDING:
                self._give_up(row)
                withdrawn.append(_id(row))
        self.session.flush()  # frees the plan keys before they are used again
        planned = [self._insert(p, c) for key, (p, c) in wanted.items() if key not in kept]
        waiting = {_id(row) for row in rows if row.state == OutboundState.PENDING}
        return Difference(
            tuple(row_id for row_id, waits in planned if waits),
            tuple(row_id for row_id in kept.values() if row_id in waiting),
            tuple(withdrawn),
        )

    def _same(self, row: OutboundMessage, planned: Planned, composed: Composed) -> bool:
        """Say whether the row stands for this line of the plan; a waiting one takes its newest wording."""
        reason = planned.withheld or composed.withheld
        if row.state == OutboundState.SUPPRESSED:
            return reason is not None and row.reason == reason
        if row.state != OutboundState.PENDING or reason is not None:
            return False
        # One that goes at once keeps the moment it was first due.
        if row.send_at != planned.send_at and not planned.at_once:
            return False
        row.body, row.segments = composed.body, composed.segments
        row.not_useful_after = planned.not_useful_after
        self.session.add(row)
        return True

    def _give_up(self, row: OutboundMessage) -> None:
        if self.patient.state in (PatientState.ACTIVE, PatientState.PAUSED):
            outbox.move(row, OutboundState.WITHDRAWN, "plan-changed")
        else:
            outbox.move(row, OutboundState.SUPPRESSED, self.patient.state)
        self.session.add(row)

    def _insert(self, planned: Planned, composed: Composed) -> tuple[int, bool]:
        """Store one line of the plan; return its id and whether it waits to be sent."""
        reason = planned.withheld or composed.withheld
        too_late = planned.send_at >= planned.not_useful_after
        state = OutboundState.SUPPRESSED if reason else OutboundState.PENDING
        row = OutboundMessage(
            clinic_id=self.patient.clinic_id,
            patient_id=_id(self.patient),
            appointment_id=planned.visits[0].id,
            kind=OutboundKind.PUSH,
            rule=planned.rule,
            plan_key=planned.plan_key,
            tells=_tells(planned),
            state=state,
            reason=reason,
            token=self.setup.new_token(),
            phone=self.patient.phone,
            to_hash=self.patient.phone_hash,
            body=composed.body,
            segments=composed.segments,
            send_at=planned.send_at,
            not_useful_after=planned.not_useful_after,
            created_at=self.now,
        )
        if too_late and not reason:
            outbox.move(row, OutboundState.EXPIRED, "too-late")
        self.session.add(row)
        self.session.flush()
        if row.state == OutboundState.EXPIRED:
            raise_unsent(self.session, row, self.now)
        return _id(row), row.state == OutboundState.PENDING


def raise_unsent(session: Session, row: OutboundMessage, now: datetime) -> None:
    """Put a reminder that could not leave in time in front of a nurse; a correction is urgent."""
    correction = row.rule == CORRECTION
    visits.raise_task(
        session,
        Task(
            clinic_id=row.clinic_id,
            patient_id=row.patient_id,
            appointment_id=row.appointment_id,
            kind="correction-not-sent" if correction else "reminder-not-sent",
            cause=f"unsent:{row.id}",
            urgency=TaskUrgency.URGENT if correction else TaskUrgency.TODAY,
            note=row.body,
            deadline=row.not_useful_after,
            created_at=now,
        ),
    )


def _raise_call(
    session: Session, patient: Patient, appointment: Appointment, kind: str, deadline: datetime, now: datetime
) -> None:
    visits.raise_task(
        session,
        Task(
            clinic_id=patient.clinic_id,
            patient_id=_id(patient),
            appointment_id=_id(appointment),
            kind=kind,
            cause=f"{kind}:{appointment.id}.{appointment.version}",
            urgency=TaskUrgency.TODAY,
            note=appointment.wall,
            deadline=deadline,
            created_at=now,
        ),
    )


def _tells(planned: Planned) -> dict[str, str]:
    if planned.rule == "after-visit" or planned.visits[0].cancelled:
        return {}
    return {str(visit.id): write_wall(visit.wall) for visit in planned.visits}


def _open_appointment(session: Session, appointment_id: int, now: datetime) -> tuple[Appointment, Patient]:
    # The patient first, as everywhere, so that two writers never wait for each other.
    patient_id = visits.appointment_owner(session, appointment_id)
    patient = people.patient(session, patient_id)
    appointment = visits.appointment(session, appointment_id)
    if appointment.state in (*_OVER, AppointmentState.ATTENDED) or appointment.at <= now:
        raise InvalidInput(f"Appointment {appointment_id} is over or cancelled; book a new one instead.")
    return appointment, patient


def _ahead(at: str, zone: str, now: datetime) -> VisitTime:
    time = resolve_visit(parse_wall(at), zone)
    if time.at <= now:
        raise InvalidInput(f"{at} in {zone} has passed already; check the date.")
    return time


def _known_type(kind: str) -> None:
    if kind not in APPOINTMENT_TYPES:
        raise NotFound(f"There is no appointment type {kind}. Choose one of: {', '.join(APPOINTMENT_TYPES)}.")


def _id(row: Patient | Appointment | OutboundMessage) -> int:
    assert row.id is not None
    return row.id
