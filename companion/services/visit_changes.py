"""
Visits booked, moved, cancelled or marked by staff: tried out, shown, and carried out only as shown.

What is shown is made by doing the thing in a transaction that is not kept. Carrying it out does the same
again and keeps it only if it comes to the same: a person or visit that changed in between undoes it whole.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from companion.domain.clock_time import VisitTime, parse_wall, resolve_visit, write_wall
from companion.domain.staff import StaffScope
from companion.domain.visit_acts import Act, Book, Cancel, Mark, Move, visits_of
from companion.errors import InvalidInput, InvalidTime
from companion.records import Appointment, AppointmentState, Patient, SavedForm
from companion.services import booking, foresight, marking, plans
from companion.services.auditing import Seen, note
from companion.services.foresight import Changes
from companion.services.setup import Setup
from companion.storage import clinic_visits, people, unique, visits

_DONE = {Book: "visit-booked", Move: "visit-moved", Cancel: "visit-cancelled", Mark: "visit-marked"}


class Wrong(StrEnum):
    """Why a visit cannot be as asked."""

    #: The clocks go forward then: nobody can come at it.
    MISSING = "missing"
    PAST = "past"
    OVER = "over"
    AHEAD = "ahead"
    DOUBLE = "double"


class NotSaved(StrEnum):
    #: The person or a visit is not as it was when the page was shown; nothing was done.
    CHANGED = "changed"
    #: The same form was saved before; nothing was done twice.
    SAVED_ALREADY = "saved-already"


@dataclass(frozen=True)
class Problem:
    wrong: Wrong
    who: str
    wall: datetime


@dataclass(frozen=True)
class Touched:
    """One visit of the act, as it is afterwards."""

    #: None for one that is only tried out and has no row yet.
    id: int | None
    kind: str
    place: str
    wall: datetime
    #: Where it stood before, for one that moved.
    was: datetime | None
    zone: str
    #: The clocks go back then, so its time comes twice; the earlier is taken.
    twice: bool
    #: The person has another visit at the same moment.
    clashes: bool
    state: str


@dataclass(frozen=True)
class OfPerson:
    patient_id: int
    name: str
    phone: str
    #: The person's; says whether texts reach them.
    state: str
    visits: tuple[Touched, ...]
    changes: Changes


@dataclass(frozen=True)
class Outcome:
    people: tuple[OfPerson, ...]
    problems: tuple[Problem, ...]
    #: Stands for all that is shown and all it was made from; what is carried out must have the same.
    mark: str


@dataclass(frozen=True)
class SentForm:
    """What the page that showed the outcome gave to be sent back."""

    token: str
    mark: str


class _Undone(Exception):
    def __init__(self, why: NotSaved) -> None:
        super().__init__(why)
        self.why = why


def foresee(setup: Setup, scope: StaffScope, act: Act, now: datetime, real_now: datetime) -> Outcome:
    """
    Do it, keep nothing, and return what it came to; with problems nothing was tried.

    Raises NotFound for a person or visit that is not the clinic's.
    """
    with setup.database.transaction(keep=False) as session:
        outcome = _carried(session, setup, scope, act, now)
    with setup.database.transaction() as session:
        for person in outcome.people:
            note(session, scope, Seen("visits-foreseen", person.patient_id), real_now)
    return outcome


def carry_out(
    setup: Setup, scope: StaffScope, act: Act, sent: SentForm, now: datetime, real_now: datetime
) -> Outcome | NotSaved:
    """Do it if it comes to what was shown; all of it or nothing. Raises what `foresee` does."""
    try:
        with setup.database.transaction() as session:
            _save_form(session, scope, sent, real_now)
            outcome = _carried(session, setup, scope, act, now)
            _check_seen(outcome, sent)
            for person in outcome.people:
                for visit in person.visits:
                    seen = Seen(_DONE[type(act)], person.patient_id, f"visit {visit.id}")
                    note(session, scope, seen, real_now)
            return outcome
    except _Undone as undone:
        return undone.why


def was_saved(setup: Setup, sent: SentForm) -> bool:
    """Say whether this form was saved before; against two at once, the database decides."""
    with setup.database.reading() as session:
        return session.get(SavedForm, sent.token) is not None


def _save_form(session: Session, scope: StaffScope, sent: SentForm, real_now: datetime) -> None:
    form = SavedForm(token=sent.token, staff_id=scope.staff_id, at=real_now)
    try:
        unique.insert(session, form, "This form was saved already.")
    except InvalidInput as error:
        raise _Undone(NotSaved.SAVED_ALREADY) from error


def _check_seen(outcome: Outcome, sent: SentForm) -> None:
    if outcome.problems or outcome.mark != sent.mark:
        raise _Undone(NotSaved.CHANGED)


def _carried(session: Session, setup: Setup, scope: StaffScope, act: Act, now: datetime) -> Outcome:
    # In the order of their ids, so that two who act on the same people never wait for each other.
    patients = [people.patient(session, found) for found in _whose(session, scope, act)]
    standing = {p.id: visits.appointments_of(session, p.id or 0) for p in patients}
    facts = [_facts(patient, standing[patient.id]) for patient in patients]
    problems = tuple(problem for p in patients for problem in _problems(act, p, standing[p.id], now))
    if problems:
        return Outcome((), problems, "")
    done = tuple(_one(session, setup, act, patient, standing[patient.id], now) for patient in patients)
    return Outcome(done, (), _mark(facts, done, now))


def _whose(session: Session, scope: StaffScope, act: Act) -> Sequence[int]:
    if isinstance(act, Book):
        return [clinic_visits.person(session, scope.clinic_id, act.patient_id).id or 0]
    return clinic_visits.owners(session, scope.clinic_id, visits_of(act))


def _problems(act: Act, patient: Patient, standing: Sequence[Appointment], now: datetime) -> list[Problem]:
    if isinstance(act, Book):
        found = [(_wrong_booking(act, wall, patient, standing, now), wall) for wall in act.walls]
    else:
        mine = [visit for visit in standing if visit.id in visits_of(act)]
        found = [_wrong_visit(act, visit, now) for visit in mine]
    return [Problem(wrong, patient.name, wall) for wrong, wall in found if wrong]


def _wrong_booking(
    act: Book, wall: datetime, patient: Patient, standing: Sequence[Appointment], now: datetime
) -> Wrong | None:
    wrong = _wrong_time(wall, patient.zone, now)
    at = None if wrong else resolve_visit(wall, patient.zone).at
    return Wrong.DOUBLE if at and booking.same_visit(standing, act.kind, at, now) else wrong


def _wrong_visit(act: Act, visit: Appointment, now: datetime) -> tuple[Wrong | None, datetime]:
    wall = parse_wall(visit.wall)
    if isinstance(act, Mark):
        over = visit.state == AppointmentState.CANCELLED
        return (Wrong.OVER if over else Wrong.AHEAD if visit.at > now else None), wall
    if not booking.is_open(visit, now):
        return Wrong.OVER, wall
    if isinstance(act, Move):
        return _wrong_time(act.to[visit.id or 0], visit.zone, now), act.to[visit.id or 0]
    return None, wall


def _wrong_time(wall: datetime, zone: str, now: datetime) -> Wrong | None:
    try:
        return Wrong.PAST if resolve_visit(wall, zone).at <= now else None
    except InvalidTime:
        return Wrong.MISSING


def _one(
    session: Session, setup: Setup, act: Act, patient: Patient, standing: Sequence[Appointment], now: datetime
) -> OfPerson:
    """Do all of the act that is about one person, and plan for them anew once."""
    before = foresight.snapshot(session, patient)
    was = {visit.id: parse_wall(visit.wall) for visit in standing}
    done = _steps(session, act, patient, now)
    plans.replan(session, setup, patient, now)
    new = {visit.id for visit, _ in done}
    taken = {visit.at for visit in standing if visit.id not in new and booking.is_open(visit, now)}
    return OfPerson(
        patient_id=patient.id or 0,
        name=patient.name,
        phone=patient.phone,
        state=patient.state,
        visits=tuple(_touched(visit, time, was.get(visit.id), taken) for visit, time in done),
        changes=foresight.changes(session, patient, before),
    )


def _steps(
    session: Session, act: Act, patient: Patient, now: datetime
) -> list[tuple[Appointment, VisitTime]]:
    if isinstance(act, Book):
        return [
            booking.book(session, patient, act.kind, write_wall(wall), act.place, now) for wall in act.walls
        ]
    mine = [v.id or 0 for v in visits.appointments_of(session, patient.id or 0) if v.id in visits_of(act)]
    locked = (visits.appointment(session, visit_id) for visit_id in mine)
    return [(visit, _step(session, act, visit, patient, now)) for visit in locked]


def _step(session: Session, act: Act, visit: Appointment, patient: Patient, now: datetime) -> VisitTime:
    visit_id = visit.id or 0
    match act:
        case Move(to):
            return booking.move(session, visit, write_wall(to[visit_id]), now)
        case Cancel(_, by):
            return booking.cancel(session, visit, patient, by, now)
        case Mark(states):
            return booking.mark(session, visit, states[visit_id], now)
    raise AssertionError(act)


def _touched(
    visit: Appointment, time: VisitTime, was: datetime | None, taken: Collection[datetime]
) -> Touched:
    return Touched(
        id=visit.id,
        kind=visit.type,
        place=visit.place,
        wall=time.wall,
        was=was if was != time.wall else None,
        zone=time.zone,
        twice=time.twice,
        clashes=time.at in taken,
        state=visit.state,
    )


def _facts(patient: Patient, standing: Sequence[Appointment]) -> list[object]:
    """Return all that a change of would make the page that was shown untrue."""
    return [
        patient.model_dump(mode="json", exclude={"created_at", "consent_at", "consent_by"}),
        [visit.model_dump(mode="json", exclude={"created_at"}) for visit in standing],
    ]


def _mark(facts: list[list[object]], done: Sequence[OfPerson], now: datetime) -> str:
    shown = [
        [
            [[v.kind, v.place, write_wall(v.wall), v.state] for v in person.visits],
            marking.texts(person.changes, now),
            person.changes.tasks,
        ]
        for person in done
    ]
    return marking.mark(facts, shown)
