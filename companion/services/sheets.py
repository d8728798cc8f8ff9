"""
The sheet of questions for a visit: the person's own and kept ones first, then those a reminder would suggest.

Ticking them changes the person's list, and what waits in the outbox says the list as it then is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from companion.domain.catalogue import Catalogue, Question
from companion.domain.clock_time import parse_wall, to_wall
from companion.domain.composing import questions_for
from companion.domain.planning import Visit
from companion.domain.staff import StaffScope
from companion.errors import NotFound
from companion.records import Appointment, Patient, PatientQuestion
from companion.services import plans
from companion.services.auditing import Seen, note
from companion.services.setup import Setup
from companion.services.wordings import catalogue_of
from companion.storage import clinic_visits, people

#: With a few questions of the person's own they fit one page, and no more would be gone through.
_MOST_SUGGESTED = 5
#: So long a question that was asked stays on the sheet, to note the answer or to put it back.
_STAYS = timedelta(days=7)


class Tick(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    #: It is, or stays, on the person's list for another visit.
    LATER = "later"


@dataclass(frozen=True)
class SheetLine:
    #: `own-7` for a line of the person's list, `suggested-q.x` for one of ours.
    key: str
    text: str
    #: The person's own words, and not one of ours that they kept.
    own_words: bool
    tick: Tick | None


@dataclass(frozen=True)
class Sheet:
    visit_id: int
    who: str
    #: The hospital's own number for the person, if it is known.
    reference: str | None
    kind: str
    wall: datetime
    place: str
    clinic: str
    #: Whose words these are, for the page to say so.
    language: str
    #: On the list, in the person's order.
    own: tuple[SheetLine, ...]
    suggested: tuple[SheetLine, ...]
    #: Asked or answered in the last days.
    done: tuple[SheetLine, ...]
    printed_on: date


def look(setup: Setup, scope: StaffScope, visit_id: int, now: datetime, real_now: datetime) -> Sheet:
    """Raises NotFound, also for another clinic's visit."""
    with setup.database.transaction() as session:
        visit, patient = clinic_visits.visit(session, scope.clinic_id, visit_id)
        clinic = people.clinic(session, scope.clinic_id)
        lines = clinic_visits.questions(session, patient.id or 0, now - _STAYS)
        catalogue = catalogue_of(session, setup, patient, now)
        suggested = _suggested(session, patient, visit, lines, catalogue, now)
        note(session, scope, Seen("sheet-seen", patient.id, f"visit {visit_id}"), real_now)
    return Sheet(
        visit_id=visit_id,
        who=patient.name,
        reference=patient.reference,
        kind=visit.type,
        wall=parse_wall(visit.wall),
        place=visit.place,
        clinic=clinic.name,
        language=patient.language,
        own=tuple(_line(line) for line in lines if line.asked_at is None),
        suggested=tuple(
            SheetLine(f"suggested-{q.item.id}", q.item.text, own_words=False, tick=None) for q in suggested
        ),
        done=tuple(_line(line) for line in lines if line.asked_at is not None),
        printed_on=to_wall(now, clinic.zone).date(),
    )


def tick(
    setup: Setup,
    scope: StaffScope,
    visit_id: int,
    ticks: Mapping[str, Tick],
    now: datetime,
    real_now: datetime,
) -> int:
    """
    Put these lines of the sheet as ticked, plan anew, and return how many changed; idempotent.

    A suggested question that is ticked joins the person's list. Raises NotFound for a visit of another
    clinic and for a line of another person.
    """
    with setup.database.transaction() as session:
        visit, _ = clinic_visits.visit(session, scope.clinic_id, visit_id)
        patient = people.patient(session, visit.patient_id)
        catalogue = catalogue_of(session, setup, patient, now)
        changed = sum(_put(session, patient, catalogue, key, ticked, now) for key, ticked in ticks.items())
        if changed:
            session.flush()
            plans.replan(session, setup, patient, now)
            note(session, scope, Seen("sheet-ticked", patient.id, f"visit {visit_id}"), real_now)
        return changed


def _suggested(
    session: Session,
    patient: Patient,
    visit: Appointment,
    lines: Sequence[PatientQuestion],
    catalogue: Catalogue,
    now: datetime,
) -> tuple[Question, ...]:
    """Return those the reminder of this visit chooses from, without those the person has or has asked."""
    have = {line.suggested for line in lines}
    of_plan = Visit(visit.id or 0, visit.version, visit.type, parse_wall(visit.wall), visit.at)
    found = questions_for([of_plan], plans.reader_of(session, patient, now), catalogue)
    return tuple(question for question in found if question.item.id not in have)[:_MOST_SUGGESTED]


def _line(line: PatientQuestion) -> SheetLine:
    ticked = None if line.asked_at is None else Tick.ANSWERED if line.answered_at else Tick.ASKED
    return SheetLine(f"own-{line.id}", line.text, own_words=line.suggested is None, tick=ticked)


def _put(
    session: Session, patient: Patient, catalogue: Catalogue, key: str, ticked: Tick, now: datetime
) -> bool:
    """Return whether that changed anything."""
    sort, _, what = key.partition("-")
    if sort == "own":
        line = people.question(session, patient.id or 0, int(what) if what.isdecimal() else 0)
        new = False
    else:
        line, new = _kept(session, patient, catalogue, what, now)
    asked = None if ticked == Tick.LATER else line.asked_at or now
    answered = (line.answered_at or now) if ticked == Tick.ANSWERED else None
    changed = new or (asked, answered) != (line.asked_at, line.answered_at)
    line.asked_at, line.answered_at = asked, answered
    session.add(line)
    session.flush()
    return changed


def _kept(
    session: Session, patient: Patient, catalogue: Catalogue, question_id: str, now: datetime
) -> tuple[PatientQuestion, bool]:
    """Return the line of the person's list for one of our questions, and whether it is new there."""
    every = clinic_visits.questions(session, patient.id or 0, now - _STAYS)
    for line in every:
        if line.suggested == question_id:
            return line, False
    found = next((q for q in catalogue.questions if q.item.id == question_id), None)
    if found is None:
        raise NotFound.of("question", question_id)
    position = max((line.position for line in every), default=0) + 1
    made = PatientQuestion(
        patient_id=patient.id or 0,
        text=found.item.text,
        suggested=question_id,
        position=position,
        created_at=now,
    )
    return made, True
