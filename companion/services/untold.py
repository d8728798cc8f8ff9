"""
Visits of which no text will tell, and people whom no text will ask: a nurse phones instead.

It happens to a visit booked late in the evening for early next morning, and when the caps leave no text
for it. What was handed over and failed, or came too late, has raised its own task. Of a visit that is told
late or not at all because the person is in hospital, the ward tells them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import write_wall
from companion.domain.composing import Composed
from companion.domain.hospital_stay import Stay
from companion.domain.planning import CAPPED, IN_HOSPITAL, Planned, Visit
from companion.domain.reminder_rules import ReminderRules
from companion.records import OutboundMessage, OutboundState, Patient
from companion.services import calls
from companion.storage import visits

#: A text that came too late leaves no trace with the person; its task is looked up.
_GONE = frozenset({OutboundState.WITHDRAWN, OutboundState.SUPPRESSED, OutboundState.EXPIRED})


@dataclass(frozen=True)
class Reach:
    """What reaches a person: their visits, the rows as they stand now, and the plan."""

    rules: ReminderRules
    seen: Sequence[Visit]
    #: Texts that may have arrived, oldest first, answers to VISIT among them.
    telling: Sequence[OutboundMessage]
    #: Their present number; what went to another they may not have read.
    to_hash: str
    rows: Sequence[OutboundMessage]
    wanted: Mapping[str, tuple[Planned, Composed]]
    #: A stay in hospital that is not over.
    stay: Stay | None = None

    def untold(self) -> Iterator[Visit]:
        """Yield the visits ahead that rules are for and that no text has told or stands for."""
        standing = {key for row in self._here() for key in _keys(row.plan_key)}
        standing |= {key for planned, _ in self._going() for key in _keys(planned.plan_key)}
        told = {
            visit_id: wall
            for row in self.telling
            if row.to_hash == self.to_hash
            for visit_id, wall in row.tells.items()
        }
        held = {v.key for p, _ in self.wanted.values() if p.withheld == IN_HOSPITAL for v in p.visits}
        for visit in self._ahead():
            known = told.get(str(visit.id)) == write_wall(visit.wall)
            silent = visit.key not in standing and not known and visit.key not in held
            if silent and self.rules.tells(visit.type):
                yield visit

    def unasked(self) -> Iterator[Visit]:
        """Yield the visits about which a text would have asked, had no cap held it back, and none does."""
        asking = {key for row in self._here() if row.asks for key in _keys(row.plan_key)}
        asking |= {key for p, composed in self._going() if composed.asks for key in _keys(p.plan_key)}
        capped = [p for p, composed in self.wanted.values() if composed.asks and p.withheld in CAPPED]
        yield from (v for v in self._ahead() if v.key not in asking and any(v in p.visits for p in capped))

    def _here(self) -> Iterator[OutboundMessage]:
        """Yield the rows that still go, or went, to the number the person has now."""
        return (row for row in self.rows if row.state not in _GONE and row.to_hash == self.to_hash)

    def _ahead(self) -> Iterator[Visit]:
        """Yield the visits ahead but for those within a stay in hospital."""
        ahead = (visit for visit in self.seen if not visit.attended and not visit.cancelled)
        return (visit for visit in ahead if self.stay is None or not self.stay.holds(visit.at))

    def _going(self) -> Iterator[tuple[Planned, Composed]]:
        return ((p, c) for p, c in self.wanted.values() if not p.withheld and not c.withheld)


def raise_for(session: Session, patient: Patient, reach: Reach, now: datetime) -> None:
    """Raise one task a visit and version; idempotent."""
    untold = [visit for visit in reach.untold() if not _is_known(session, reach.rows, visit)]
    for visit in untold:
        calls.raise_not_told(session, patient, visits.appointment(session, visit.id), now)
    for visit in reach.unasked():
        if visit not in untold:
            calls.raise_not_asked(session, patient, visits.appointment(session, visit.id), now)


def _is_known(session: Session, rows: Sequence[OutboundMessage], visit: Visit) -> bool:
    """Say whether a nurse has the task of a text about this visit that came too late."""
    late = [row for row in rows if row.state == OutboundState.EXPIRED and visit.key in _keys(row.plan_key)]
    return any(visits.has_task(session, calls.cause_of_unsent(row)) for row in late)


def _keys(plan_key: str | None) -> list[str]:
    return (plan_key or "").partition(":")[2].split("+")
