"""A clinic's tasks as a list to work through, and one of them with all that was noted beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from companion.domain.clock_time import to_wall
from companion.domain.staff import StaffScope
from companion.domain.task_filters import Wanted
from companion.records import TaskUrgency
from companion.services.auditing import Seen, note
from companion.services.setup import Setup
from companion.services.task_lines import TaskLine, line
from companion.storage import people
from companion.storage import tasks as stored

PER_PAGE = 25
#: No page lies behind this; what is older is found by its kind.
_LAST_PAGE = 400


@dataclass(frozen=True)
class TaskList:
    tasks: tuple[TaskLine, ...]
    wanted: Wanted
    page: int
    #: How many there are by urgency, of the kind that is wanted.
    urgencies: Mapping[str, int]
    #: How many there are by kind, of the urgency that is wanted; none with nothing.
    kinds: Mapping[str, int]
    #: How many the list has in all.
    many: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.many // PER_PAGE))


@dataclass(frozen=True)
class Noted:
    who: str
    #: The clinic's clock.
    at: datetime
    text: str


@dataclass(frozen=True)
class TaskPage:
    task: TaskLine
    notes: tuple[Noted, ...]
    #: Whether the one who looks sees to it.
    mine: bool


def look(
    setup: Setup, scope: StaffScope, wanted: Wanted, page: int, now: datetime, real_now: datetime
) -> TaskList:
    """Return one page of the list; that it was looked at is noted at real time."""
    page = min(max(page, 1), _LAST_PAGE)
    with setup.database.reading() as session:
        zone = people.clinic(session, scope.clinic_id).zone
        rows = stored.page(session, scope.clinic_id, wanted, PER_PAGE, (page - 1) * PER_PAGE)
        counts = stored.counts(session, scope.clinic_id, wanted)
    with setup.database.transaction() as session:
        note(session, scope, Seen("tasks-seen", subject="done" if wanted.done else None), real_now)
    lines = tuple(line(row, zone, now) for row in rows)
    return _list(lines, wanted, page, counts)


def look_at(setup: Setup, scope: StaffScope, task_id: int, now: datetime, real_now: datetime) -> TaskPage:
    """Return one task; raises NotFound, also for another clinic's."""
    with setup.database.reading() as session:
        zone = people.clinic(session, scope.clinic_id).zone
        row = stored.one(session, scope.clinic_id, task_id)
        noted = stored.notes(session, task_id)
    with setup.database.transaction() as session:
        note(session, scope, Seen("task-seen", row.task.patient_id, f"task {task_id}"), real_now)
    notes = tuple(Noted(who, to_wall(one.at, zone), one.text) for one, who in noted)
    return TaskPage(line(row, zone, now), notes, row.task.claimed_by == scope.staff_id)


def _list(
    lines: tuple[TaskLine, ...], wanted: Wanted, page: int, counts: Mapping[tuple[str, str], int]
) -> TaskList:
    of_kind = {pair: many for pair, many in counts.items() if wanted.kind in (None, pair[1])}
    of_urgency = {pair: many for pair, many in counts.items() if wanted.urgency in (None, pair[0])}
    kinds: dict[str, int] = {}
    for (_, kind), many in of_urgency.items():
        kinds[kind] = kinds.get(kind, 0) + many
    urgencies: dict[str, int] = {
        urgency: sum(many for (of, _), many in of_kind.items() if of == urgency) for urgency in TaskUrgency
    }
    many = sum(many for pair, many in of_kind.items() if pair in of_urgency)
    return TaskList(lines, wanted, page, urgencies, kinds, many)
