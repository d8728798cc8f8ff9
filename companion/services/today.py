"""
A clinic's day at one glance: what a person has to do, who comes today and tomorrow, and whether they said so.

The number of queries is the same however many people, visits and tasks there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from companion.domain.clock_time import parse_wall, resolve, to_wall
from companion.domain.staff import StaffScope
from companion.domain.task_filters import Wanted
from companion.records import Appointment, Patient, Sender, TaskUrgency
from companion.services.auditing import Seen, note
from companion.services.day_line import DayLine, day_line
from companion.services.overview import LATE, is_silent
from companion.services.setup import Setup
from companion.services.tallies import Tallies, read
from companion.services.task_lines import TaskLine, line
from companion.storage import counting, heartbeats, people, tasks
from companion.storage import today as stored

#: More than these are not read at a glance.
_MOST_TASKS = 30


@dataclass(frozen=True)
class VisitLine:
    id: int
    patient_id: int
    who: str
    wall: datetime
    kind: str
    place: str
    state: str
    #: The person's; says whether texts reach them.
    patient_state: str


@dataclass(frozen=True)
class Today:
    day: date
    tasks: tuple[TaskLine, ...]
    #: How many there are of each urgency, those not listed included.
    counts: Mapping[str, int]
    today: tuple[VisitLine, ...]
    tomorrow: tuple[VisitLine, ...]
    #: Texts are being sent: some worker has swept in the last minute.
    sending: bool
    #: The provider refuses this clinic's texts, but for safety texts.
    refused: bool
    #: Texts are due for longer than they should be, though a worker sweeps: the provider may not answer.
    late: bool
    #: What went out and came in, today and over the last weeks.
    texts: Tallies
    line: DayLine

    @property
    def not_listed(self) -> int:
        return sum(self.counts.values()) - len(self.tasks)


def look(setup: Setup, scope: StaffScope, now: datetime, real_now: datetime) -> Today:
    """Return the clinic's day at `now`; that it was looked at is noted at real time."""
    with setup.database.reading() as session:
        clinic = people.clinic(session, scope.clinic_id)
        day = to_wall(now, clinic.zone).date()
        rows = tasks.page(session, scope.clinic_id, Wanted(), _MOST_TASKS)
        counts = stored.tasks_by_urgency(session, scope.clinic_id)
        # A visit's own zone may be another: a day more is read, and sorted by the wall clock there.
        start = resolve(datetime.combine(day - timedelta(days=1), time()), clinic.zone)
        found = stored.visits_between(session, scope.clinic_id, start, start + timedelta(days=4))
        beats = heartbeats.beats(session)
        late = counting.waits_since(session, now - LATE, now, scope.clinic_id)
        sender = session.get(Sender, scope.clinic_id)
        texts = read(session, scope.clinic_id, day, clinic.zone)
    with setup.database.transaction() as session:
        note(session, scope, Seen("today-seen"), real_now)
    visits = [_visit(*row) for row in found]
    today = tuple(visit for visit in visits if visit.wall.date() == day)
    return Today(
        day=day,
        tasks=tuple(line(row, clinic.zone, now) for row in rows),
        counts={urgency: counts.get(urgency, 0) for urgency in TaskUrgency},
        today=today,
        tomorrow=tuple(visit for visit in visits if visit.wall.date() == day + timedelta(days=1)),
        sending=any(not is_silent(beat, now) for beat in beats.values()),
        refused=sender is not None and sender.halted_at is not None,
        late=late,
        texts=texts,
        line=day_line([(visit.wall, visit.state) for visit in today], to_wall(now, clinic.zone)),
    )


def _visit(visit: Appointment, patient: Patient) -> VisitLine:
    return VisitLine(
        id=visit.id or 0,
        patient_id=visit.patient_id,
        who=patient.name,
        wall=parse_wall(visit.wall),
        kind=visit.type,
        place=visit.place,
        state=visit.state,
        patient_state=patient.state,
    )
