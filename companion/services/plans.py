"""
A person's reminders, planned anew after every change, and the difference applied to the outbox.

What did not change keeps its row. What changed is withdrawn with a reason and planned anew, so that the
outbox tells the whole story.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import parse_wall, write_wall
from companion.domain.composing import Composed, OwnQuestion, Reader, compose
from companion.domain.delivery import MAY_HAVE_ARRIVED
from companion.domain.planning import CAPPED, CORRECTION, Planned, Used, Visit, plan
from companion.domain.stages import Occasion
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
from companion.services import calls, welcoming
from companion.services.setup import Setup
from companion.services.wordings import catalogue_of
from companion.storage import outbox, people, visits

_OVER = frozenset({AppointmentState.CANCELLED, AppointmentState.MISSED})
_TEXTED = frozenset({PatientState.ACTIVE, PatientState.PAUSED})
#: Nobody is phoned about a change of a visit that will not take place.
_NEVER_PHONED = frozenset({PatientState.DECEASED, PatientState.FINISHED})


@dataclass(frozen=True)
class Difference:
    """What a change did to the outbox: row ids."""

    planned: tuple[int, ...]
    kept: tuple[int, ...]
    withdrawn: tuple[int, ...]


def replan(session: Session, setup: Setup, patient: Patient, now: datetime) -> Difference:
    """
    Make the person's plan anew and apply the difference; idempotent.

    Of someone who may not be texted, a visit that was told and has changed since becomes a phone call.
    """
    welcoming.call_off(session, patient)
    rows = outbox.pushes_of(session, _id(patient))
    seen = _visits_of(session, patient, now)
    wanted: dict[str, tuple[Planned, Composed]] = {}
    if patient.state in _TEXTED:
        wanted = _wanted(session, setup, patient, rows, seen, now)
    elif patient.state not in _NEVER_PHONED:
        for changed in (visit for visit in seen if visit.told):
            calls.raise_untold(session, patient, visits.appointment(session, changed.id), now)
    standing = frozenset(visit.key for visit in seen if not visit.cancelled)
    return _Difference(session, setup, patient, standing, now).apply(rows, wanted)


def compose_row(
    session: Session, setup: Setup, patient: Patient, row: OutboundMessage, now: datetime
) -> Composed:
    """
    Return what the row's text says now, without anything overdue.

    Withheld if a correction has nothing left to correct.
    """
    told = _told(session, _id(patient))
    keys = (row.plan_key or "").partition(":")[2].split("+")
    ids = [int(key.partition(".")[0]) for key in keys]
    seen = tuple(_visit(visits.appointment(session, visit_id), told) for visit_id in ids)
    if row.rule == CORRECTION and seen[0].told is None:
        return Composed(row.body, withheld="told-already")
    ends = row.not_useful_after or row.send_at
    planned = Planned(row.rule or "", seen, row.send_at, ends)
    return compose(planned, reader_of(session, patient), catalogue_of(session, setup, patient, now))


def reader_of(session: Session, patient: Patient) -> Reader:
    own = people.own_questions(session, _id(patient))
    return Reader(
        treatments=treatments_of(patient),
        chosen=patient.treatment,
        information=patient.information,
        privacy=patient.privacy,
        answered=patient.answered,
        visits_only=patient.state == PatientState.PAUSED,
        own=tuple(OwnQuestion(question.text, question.suggested) for question in own),
        occasions=occasions_of(session, _id(patient)),
    )


def occasions_of(session: Session, patient_id: int) -> tuple[Occasion, ...]:
    """Return every visit that took place or is to, past ones too."""
    kept = (a for a in visits.appointments_of(session, patient_id) if a.state not in _OVER)
    return tuple(Occasion(a.type, a.at) for a in kept)


def treatments_of(patient: Patient) -> tuple[str, ...]:
    """Return the chosen treatment first, then those being weighed."""
    return tuple(dict.fromkeys((*filter(None, [patient.treatment]), *patient.weighing)))


def _visits_of(session: Session, patient: Patient, now: datetime) -> list[Visit]:
    told = _told(session, _id(patient))
    return [_visit(a, told) for a in visits.appointments_of(session, _id(patient)) if _counts(a, now)]


def _wanted(
    session: Session,
    setup: Setup,
    patient: Patient,
    rows: Sequence[OutboundMessage],
    seen: Sequence[Visit],
    now: datetime,
) -> dict[str, tuple[Planned, Composed]]:
    used = [
        Used(_present_key(row, seen), row.send_at, arrived=row.state in MAY_HAVE_ARRIVED)
        for row in rows
        if row.plan_key and _spent(row, now)
    ]
    reader, catalogue = reader_of(session, patient), catalogue_of(session, setup, patient, now)
    planned = plan(seen, catalogue.reminders, patient.zone, now, used)
    return {p.plan_key: (p, compose(p, reader, catalogue)) for p in planned if not p.if_attended}


def _spent(row: OutboundMessage, now: datetime) -> bool:
    """Say whether this line of the plan had its turn, so that it is not planned again."""
    if row.state == OutboundState.SUPPRESSED:
        # One that gave way to a cap stays given way once its time has come.
        return row.reason in CAPPED and row.send_at <= now
    return row.state != OutboundState.WITHDRAWN and row.state != OutboundState.PENDING


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
    #: Visits that are as they were planned for: id and version.
    standing: frozenset[str]
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
        row.body, row.segments, row.asks = composed.body, composed.segments, composed.asks
        row.not_useful_after = planned.not_useful_after
        self.session.add(row)
        return True

    def _give_up(self, row: OutboundMessage) -> None:
        self.session.add(row)
        if self.patient.state not in _TEXTED:
            outbox.move(row, OutboundState.SUPPRESSED, self.patient.state)
        elif self._overdue(row):
            # Overdue, not changed: it did not leave in time, and someone has to know.
            outbox.move(row, OutboundState.EXPIRED, "no-longer-useful")
            calls.raise_unsent(self.session, row, self.now)
        else:
            outbox.move(row, OutboundState.WITHDRAWN, "plan-changed")

    def _overdue(self, row: OutboundMessage) -> bool:
        keys = (row.plan_key or "").partition(":")[2].split("+")
        late = row.not_useful_after is not None and row.not_useful_after <= self.now
        return late and self.standing.issuperset(keys)

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
            asks=composed.asks,
            send_at=planned.send_at,
            not_useful_after=planned.not_useful_after,
            created_at=self.now,
        )
        if too_late and not reason:
            outbox.move(row, OutboundState.EXPIRED, "too-late")
        self.session.add(row)
        self.session.flush()
        if row.state == OutboundState.EXPIRED:
            calls.raise_unsent(self.session, row, self.now)
        return _id(row), row.state == OutboundState.PENDING


def _tells(planned: Planned) -> dict[str, str]:
    if planned.rule == "after-visit" or planned.visits[0].cancelled:
        return {}
    return {str(visit.id): write_wall(visit.wall) for visit in planned.visits}


def _id(row: Patient | Appointment | OutboundMessage) -> int:
    assert row.id is not None
    return row.id
