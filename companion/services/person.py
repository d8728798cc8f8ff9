"""
One person as the staff of their clinic see them: what was said, what will be, and what colleagues know.

The number of queries is the same however much there is. That the record was looked at is noted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import parse_wall, to_wall
from companion.domain.hospital_stay import Stay
from companion.domain.pause_length import is_paused
from companion.domain.provider_codes import meaning_of
from companion.domain.sms import count_segments
from companion.domain.staff import StaffScope
from companion.records import (
    Appointment,
    AuditEvent,
    InboundMessage,
    OutboundMessage,
    OutboundState,
    Patient,
    PatientQuestion,
    StaffNote,
    Task,
)
from companion.services.auditing import Seen, note
from companion.services.by_hand import form_key
from companion.services.hospital import stay_of
from companion.services.plans import treatments_of
from companion.services.setup import Setup
from companion.storage import by_hand as stored
from companion.storage import people
from companion.storage import person as of_clinic

#: So many texts each way are shown at first, and so many when all are asked for.
_LATEST, _ALL = 40, 2000
_MOST = 50
_LONGEST_NOTE = 2000

_DID_NOT_LEAVE = frozenset({OutboundState.SUPPRESSED, OutboundState.WITHDRAWN, OutboundState.EXPIRED})


@dataclass(frozen=True)
class Text:
    """One text, in or out; times are by the clock where the person is."""

    ours: bool
    wall: datetime
    body: str
    #: Of ours: the state, what is said about it, and what is wrong as a task's kind; empty of theirs.
    state: str = ""
    reason: str | None = None
    fault: str = ""
    kind: str = ""
    rule: str | None = None
    segments: int = 0
    #: Who on the staff wrote it.
    by: str | None = None
    #: The visits it tells, as the clock there shows them.
    tells: tuple[datetime, ...] = ()
    pictures: int = 0
    #: From a number that several have, and not known whose.
    unsure: bool = False
    #: After the one above it a new day begins.
    new_day: bool = False


@dataclass(frozen=True)
class Visit:
    id: int
    wall: datetime
    kind: str
    place: str
    state: str
    ahead: bool


@dataclass(frozen=True)
class TaskLine:
    id: int
    kind: str
    urgency: str
    note: str
    wall: datetime


@dataclass(frozen=True)
class Noted:
    by: str
    wall: datetime
    text: str


@dataclass(frozen=True)
class Change:
    """An entry of the audit; its time is real time, by the clinic's clock."""

    by: str | None
    wall: datetime
    action: str
    subject: str


@dataclass(frozen=True)
class PersonView:
    patient: Patient
    #: Names of the chosen treatment, and of those being weighed.
    treatment: str | None
    weighing: tuple[str, ...]
    others: tuple[Patient, ...]
    stay: Stay | None
    in_hospital: bool
    #: The last day with fewer texts is before it; None: until they say so.
    paused_until: datetime | None
    paused: bool
    talk: tuple[Text, ...]
    #: There are older ones that are not in `talk`.
    older: bool
    not_sent: tuple[Text, ...]
    plan: tuple[Text, ...]
    visits: tuple[Visit, ...]
    tasks: tuple[TaskLine, ...]
    #: What is not asked yet, and what is.
    questions: tuple[PatientQuestion, ...]
    asked: tuple[PatientQuestion, ...]
    notes: tuple[Noted, ...]
    changes: tuple[Change, ...]

    @property
    def ahead(self) -> tuple[Visit, ...]:
        return tuple(visit for visit in self.visits if visit.ahead)

    @property
    def past(self) -> tuple[Visit, ...]:
        return tuple(visit for visit in reversed(self.visits) if not visit.ahead)


def look(
    setup: Setup, scope: StaffScope, patient_id: int, now: datetime, real_now: datetime, *, all_texts: bool
) -> PersonView:
    """Return the person's record; raises NotFound for somebody who is not of the clinic."""
    limit = _ALL if all_texts else _LATEST
    with setup.database.reading() as session:
        patient = of_clinic.find(session, scope.clinic_id, patient_id)
        view = _view(session, setup, patient, limit, now)
    with setup.database.transaction() as session:
        note(session, scope, Seen("person-seen", patient_id), real_now)
    return view


def add_note(
    setup: Setup,
    scope: StaffScope,
    patient_id: int,
    text: str,
    form: str,
    now: datetime,
    real_now: datetime,
) -> bool:
    """
    Store a note for colleagues, once a form; return False, and store nothing, if it is empty or too long.

    Raises NotFound for somebody who is not of the clinic.
    """
    text = "\n".join(line.rstrip() for line in text.replace("\r", "").split("\n")).strip()
    if not 0 < len(text) <= _LONGEST_NOTE:
        return False
    with setup.database.transaction() as session:
        of_clinic.find_to_change(session, scope.clinic_id, patient_id)
        key = form_key(setup, scope, patient_id, form)
        row = StaffNote(
            patient_id=patient_id, staff_id=scope.staff_id, text=text, form_key=key, created_at=now
        )
        if stored.insert_once(session, row):
            note(session, scope, Seen("note-added", patient_id, f"note {row.id}"), real_now)
    return True


def _view(session: Session, setup: Setup, patient: Patient, limit: int, now: datetime) -> PersonView:
    zone = patient.zone
    outgoing = of_clinic.texts_to(session, patient, limit + 1)
    incoming = of_clinic.texts_from(session, patient, limit + 1)
    others = of_clinic.others_with_number(session, patient)
    gone = [_ours(row, by, zone) for row, by in outgoing[:limit] if row.state not in _DID_NOT_LEAVE]
    kept = [_ours(row, by, zone) for row, by in outgoing[:limit] if row.state in _DID_NOT_LEAVE]
    came = [_theirs(row, zone) for row in incoming[:limit]]
    questions = of_clinic.questions_of(session, patient, _MOST)
    clinic = people.clinic(session, patient.clinic_id)
    names, stay = setup.catalogue.treatments, stay_of(patient)
    return PersonView(
        patient=patient,
        treatment=names[patient.treatment].name if patient.treatment else None,
        weighing=tuple(names[t].name for t in treatments_of(patient) if t != patient.treatment),
        others=tuple(others),
        stay=None if stay is None or stay.is_over(now) else stay,
        in_hospital=stay is not None and stay.holds(now),
        paused_until=to_wall(patient.paused_until, zone) if patient.paused_until else None,
        paused=is_paused(patient, now),
        talk=_in_turn([*gone, *came]),
        older=max(len(outgoing), len(incoming)) > limit,
        not_sent=tuple(kept),
        plan=tuple(_ours(row, by, zone) for row, by in of_clinic.texts_waiting(session, patient)),
        visits=tuple(_visit(row, now) for row in of_clinic.visits_of(session, patient)),
        tasks=tuple(_task(row, patient, clinic.zone) for row in of_clinic.tasks_of(session, patient, _MOST)),
        questions=tuple(question for question in questions if question.asked_at is None),
        asked=tuple(question for question in questions if question.asked_at is not None),
        notes=tuple(
            Noted(by, to_wall(row.created_at, clinic.zone), row.text)
            for row, by in of_clinic.notes_of(session, patient, _MOST)
        ),
        changes=tuple(
            _change(row, by, clinic.zone) for row, by in of_clinic.changes_of(session, patient, _MOST)
        ),
    )


def _ours(row: OutboundMessage, by: str | None, zone: str) -> Text:
    waits = row.state == OutboundState.PENDING
    return Text(
        ours=True,
        wall=to_wall(row.send_at if waits or row.handed_at is None else row.handed_at, zone),
        body=row.body,
        state=row.state,
        reason=row.reason,
        fault=meaning_of(row.error_code).task if row.error_code else "",
        kind=row.kind,
        rule=row.rule,
        segments=row.segments or count_segments(row.body),
        by=by,
        tells=tuple(sorted(parse_wall(wall) for wall in row.tells.values())),
        unsure=row.patient_id is None,
    )


def _theirs(row: InboundMessage, zone: str) -> Text:
    return Text(
        ours=False,
        wall=to_wall(row.received_at, zone),
        body=row.body,
        pictures=row.media_count,
        unsure=row.patient_id is None,
    )


def _in_turn(texts: Sequence[Text]) -> tuple[Text, ...]:
    """Return them oldest first; of two in one moment theirs came first."""
    found: list[Text] = []
    for text in sorted(texts, key=lambda text: (text.wall, text.ours)):
        begins = not found or found[-1].wall.date() != text.wall.date()
        found.append(replace(text, new_day=begins))
    return tuple(found)


def _visit(row: Appointment, now: datetime) -> Visit:
    return Visit(row.id or 0, parse_wall(row.wall), row.type, row.place, row.state, ahead=row.at > now)


def _task(row: Task, patient: Patient, zone: str) -> TaskLine:
    said = row.note.removeprefix(f"{patient.name}: ")
    return TaskLine(row.id or 0, row.kind, row.urgency, said, to_wall(row.created_at, zone))


def _change(row: AuditEvent, by: str | None, zone: str) -> Change:
    return Change(by, to_wall(row.at, zone), row.action, row.subject or "")
