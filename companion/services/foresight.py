"""What a change does to a person's texts and tasks, told so that it can be read before it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import parse_wall, to_wall, write_wall
from companion.domain.sms import count_segments
from companion.records import OutboundMessage, OutboundState, Patient
from companion.storage import outbox, visits


@dataclass(frozen=True)
class Line:
    """One text of the plan."""

    rule: str
    send_at: datetime
    #: The same by the clock where the person lives.
    local: str
    body: str
    #: Why it will not be sent, or is not sent any more.
    reason: str | None

    @property
    def wall(self) -> datetime:
        """Return `local` as a time to be said in words."""
        return parse_wall(self.local)

    @property
    def segments(self) -> int:
        return count_segments(self.body)


@dataclass(frozen=True)
class Changes:
    planned: tuple[Line, ...]
    kept: tuple[Line, ...]
    withdrawn: tuple[Line, ...]
    #: What would have gone but does not, with its reason.
    held_back: tuple[Line, ...]
    #: Kind and urgency of each task for a nurse.
    tasks: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Before:
    """How things stood: the state of each reminder, and the tasks there were."""

    states: Mapping[int, str]
    tasks: frozenset[int]


def snapshot(session: Session, patient: Patient) -> Before:
    rows = outbox.pushes_of(session, patient.id or 0)
    tasks = visits.tasks(session, patient.id)
    return Before({row.id or 0: row.state for row in rows}, frozenset(task.id or 0 for task in tasks))


def changes(session: Session, patient: Patient, before: Before) -> Changes:
    """Return what has changed in this session since then."""
    session.flush()
    rows = outbox.pushes_of(session, patient.id or 0)
    waited = {key for key, state in before.states.items() if state == OutboundState.PENDING}
    new = [row for row in rows if row.id not in before.states]
    waits = [row for row in rows if row.state == OutboundState.PENDING]
    return Changes(
        planned=tuple(_line(row, patient) for row in waits if row.id not in waited),
        kept=tuple(_line(row, patient) for row in waits if row.id in waited),
        withdrawn=tuple(_line(row, patient) for row in rows if row.id in waited and row not in waits),
        held_back=tuple(_line(row, patient) for row in new if row.state != OutboundState.PENDING),
        tasks=tuple(
            (task.kind, task.urgency)
            for task in visits.tasks(session, patient.id)
            if task.id not in before.tasks
        ),
    )


def _line(row: OutboundMessage, patient: Patient) -> Line:
    local = write_wall(to_wall(row.send_at, patient.zone))
    return Line(row.rule or "", row.send_at, local, row.body, row.reason)
