"""
A person's reminders, planned anew after every change, and the difference applied to the outbox.

What did not change keeps its row. What changed is withdrawn with a reason and planned anew, so that the
outbox tells the whole story.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import parse_wall, write_wall
from companion.domain.composing import Composed, OwnQuestion, Reader, compose
from companion.domain.delivery import MAY_HAVE_ARRIVED
from companion.domain.pause_length import is_paused
from companion.domain.phoned import phoned
from companion.domain.planned import BY_PHONE
from companion.domain.planning import CAPPED, CORRECTION, Planned, Used, Visit, plan
from companion.domain.stages import Occasion
from companion.records import (
    Appointment,
    AppointmentState,
    CancelledBy,
    Contact,
    OutboundMessage,
    OutboundState,
    Patient,
    PatientState,
)
from companion.services import by_hand_leaving, calls, untold, welcoming
from companion.services.hospital import stay_of
from companion.services.pausing import end_if_over
from companion.services.planned_rows import TEXTED, Difference, PlannedRows
from companion.services.rules_in_use import rules_of
from companion.services.setup import Setup
from companion.services.untold import Reach
from companion.services.wordings import catalogue_of
from companion.storage import outbox, people, visits

_OVER = frozenset({AppointmentState.CANCELLED, AppointmentState.MISSED})
_GIVEN_WAY = CAPPED | {BY_PHONE}
#: Nobody is phoned about a change of a visit that will not take place.
_NEVER_PHONED = frozenset({PatientState.DECEASED, PatientState.FINISHED})


def replan(
    session: Session, setup: Setup, patient: Patient, now: datetime, *, rewritten: str | None = None
) -> Difference:
    """
    Make the person's plan anew and apply the difference; idempotent.

    Of someone who may not be texted, a visit that was told and has changed since becomes a phone call. With
    `rewritten`, a waiting text whose words change is withdrawn for that reason and another put in its place;
    otherwise it takes the new words.
    """
    end_if_over(session, patient, now)
    welcoming.call_off(session, patient)
    by_hand_leaving.call_off(session, patient, now)
    rows = outbox.pushes_of(session, _id(patient))
    telling = outbox.known(session, _id(patient))
    seen = _visits_of(session, patient, _told(telling), now)
    wanted: dict[str, tuple[Planned, Composed]] = {}
    if patient.state in TEXTED:
        wanted = _wanted(session, setup, patient, rows, seen, now)
    elif patient.state not in _NEVER_PHONED:
        for changed in (visit for visit in seen if visit.told):
            calls.raise_untold(session, patient, visits.appointment(session, changed.id), now)
    standing = frozenset(visit.key for visit in seen if not visit.cancelled)
    difference = PlannedRows(session, setup, patient, standing, now, rewritten).apply(rows, wanted)
    if patient.state in TEXTED:
        rules = rules_of(setup, people.clinic(session, patient.clinic_id))
        stay = stay_of(patient)
        here = None if stay is None or stay.is_over(now) else stay
        reach = Reach(rules, seen, telling, patient.phone_hash, rows, wanted, here)
        untold.raise_for(session, patient, reach, now)
    return difference


def compose_row(
    session: Session, setup: Setup, patient: Patient, row: OutboundMessage, now: datetime
) -> Composed:
    """
    Return what the row's text says now, without anything overdue.

    Withheld if a correction has nothing left to correct.
    """
    told = _told(outbox.known(session, _id(patient)))
    keys = (row.plan_key or "").partition(":")[2].split("+")
    ids = [int(key.partition(".")[0]) for key in keys]
    # Not locked: a change of the visit locks it before its texts, and one of these is locked here.
    seen = tuple(_visit(session.get_one(Appointment, visit_id), told) for visit_id in ids)
    if row.rule == CORRECTION and seen[0].told is None:
        return Composed(row.body, withheld="told-already")
    ends = row.not_useful_after or row.send_at
    rules = rules_of(setup, people.clinic(session, patient.clinic_id))
    plain, text = rules.words(row.rule or "", (visit.type for visit in seen))
    planned = Planned(row.rule or "", seen, row.send_at, ends, plain=plain, text=text)
    reader = reader_of(session, patient, max(now, row.send_at))
    return compose(planned, reader, catalogue_of(session, setup, patient, now))


def check_told(session: Session, patient: Patient, row: OutboundMessage, now: datetime) -> None:
    """
    A correction that has nothing to correct does not leave; a nurse phones if nothing told the visit either.

    The text that it was to correct may have failed since.
    """
    if row.rule != CORRECTION or row.appointment_id is None:
        return
    if str(row.appointment_id) not in _told(outbox.telling(session, _id(patient), MAY_HAVE_ARRIVED)):
        appointment = session.get_one(Appointment, row.appointment_id)
        calls.raise_untold(session, patient, appointment, now)


def reader_of(session: Session, patient: Patient, at: datetime) -> Reader:
    """Return the person as a text that goes at this instant finds them."""
    own = people.own_questions(session, _id(patient))
    return Reader(
        treatments=treatments_of(patient),
        chosen=patient.treatment,
        information=patient.information,
        privacy=patient.privacy,
        answered=patient.answered,
        visits_only=is_paused(patient, at),
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


def _visits_of(session: Session, patient: Patient, told: Mapping[str, str], now: datetime) -> list[Visit]:
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
        Used(_present_key(row, seen), row.send_at, arrived=_known(row))
        for row in rows
        if row.plan_key and _spent(row, now)
    ]
    reader, catalogue = reader_of(session, patient, now), catalogue_of(session, setup, patient, now)
    rules = rules_of(setup, people.clinic(session, patient.clinic_id))
    planned = plan(seen, rules, patient.zone, now, used, stay_of(patient))
    if patient.contact == Contact.CALL:
        planned = tuple(phoned(line, rules.hours, patient.zone) for line in planned)

    def written(p: Planned) -> Composed:
        # What goes after a pause is over says everything again, though it is planned during it.
        return compose(p, replace(reader, visits_only=is_paused(patient, p.send_at)), catalogue)

    return {p.plan_key: (p, written(p)) for p in planned if not p.if_attended}


def _spent(row: OutboundMessage, now: datetime) -> bool:
    """Say whether this line of the plan had its turn, so that it is not planned again."""
    if row.state == OutboundState.SUPPRESSED:
        # One that gave way to a cap, or to a call, stays given way once its time has come.
        return row.reason in _GIVEN_WAY and row.send_at <= now
    return row.state != OutboundState.WITHDRAWN and row.state != OutboundState.PENDING


def _known(row: OutboundMessage) -> bool:
    """Say whether the person may have read it, or is to be told the same by phone."""
    return row.state in MAY_HAVE_ARRIVED or (row.reason == BY_PHONE and bool(row.tells))


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


def _told(telling: Iterable[OutboundMessage]) -> dict[str, str]:
    """Map each appointment id to the time that the last of these texts told."""
    told: dict[str, str] = {}
    for row in telling:
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
        zone=appointment.zone,
    )


def _id(row: Patient | Appointment | OutboundMessage) -> int:
    assert row.id is not None
    return row.id
