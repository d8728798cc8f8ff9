"""
The rows of the outbox that stand for a person's plan: a new plan applied to them.

What did not change keeps its row. What changed is withdrawn with a reason and planned anew, so that the
outbox tells the whole story.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import write_wall
from companion.domain.composing import Composed
from companion.domain.planning import Planned
from companion.records import OutboundKind, OutboundMessage, OutboundState, Patient, PatientState
from companion.services import calls
from companion.services.setup import Setup
from companion.storage import outbox

TEXTED = frozenset({PatientState.ACTIVE, PatientState.PAUSED})


@dataclass(frozen=True)
class Difference:
    """What a change did to the outbox: row ids."""

    planned: tuple[int, ...]
    kept: tuple[int, ...]
    withdrawn: tuple[int, ...]


@dataclass(frozen=True)
class PlannedRows:
    """Applies a plan to the rows that stand."""

    session: Session
    setup: Setup
    patient: Patient
    #: Visits that are as they were planned for: id and version.
    standing: frozenset[str]
    now: datetime
    #: Why a waiting text whose words change is withdrawn and another put in its place; None: it takes them.
    rewritten: str | None = None

    def apply(
        self, rows: Sequence[OutboundMessage], wanted: Mapping[str, tuple[Planned, Composed]]
    ) -> Difference:
        kept: dict[str, int] = {}
        stay, withdrawn = list[int](), list[int]()
        for row in rows:
            key = row.plan_key or ""
            if row.retry_of is not None and self._stands(row):
                self._readdress(row)
                stay.append(_id(row))
            elif key in wanted and self._same(row, *wanted[key]):
                kept[key] = _id(row)
            elif row.state == OutboundState.PENDING:
                self._give_up(row)
                withdrawn.append(_id(row))
        self.session.flush()  # frees the plan keys before they are used again
        planned = [self._insert(p, c) for key, (p, c) in wanted.items() if key not in kept]
        waiting = {_id(row) for row in rows if row.state == OutboundState.PENDING}
        return Difference(
            tuple(row_id for row_id, waits in planned if waits),
            tuple(row_id for row_id in (*kept.values(), *stay) if row_id in waiting),
            tuple(withdrawn),
        )

    def _stands(self, row: OutboundMessage) -> bool:
        """Say whether what goes in place of a lost text is about visits as they are."""
        keys = (row.plan_key or "").partition(":")[2].split("+")
        texted = self.patient.state in TEXTED
        late = row.not_useful_after is not None and row.not_useful_after <= self.now
        return row.state == OutboundState.PENDING and texted and not late and self.standing.issuperset(keys)

    def _readdress(self, row: OutboundMessage) -> None:
        """Send it to the person's present number: its line of the plan is used up, so no other would go."""
        row.phone, row.to_hash = self.patient.phone, self.patient.phone_hash
        self.session.add(row)

    def _same(self, row: OutboundMessage, planned: Planned, composed: Composed) -> bool:
        """Say whether the row stands for this line of the plan; a waiting one takes its newest wording."""
        reason = planned.withheld or composed.withheld
        if row.state == OutboundState.SUPPRESSED:
            return reason is not None and row.reason == reason
        if row.state != OutboundState.PENDING or reason is not None:
            return False
        if row.to_hash != self.patient.phone_hash:
            return False
        # One that goes at once keeps the moment it was first due, but does not wait for a later one.
        if row.send_at != planned.send_at and not (planned.at_once and row.send_at < planned.send_at):
            return False
        if self.rewritten is not None and row.body != composed.body:
            return False
        row.body, row.segments, row.asks = composed.body, composed.segments, composed.asks
        row.not_useful_after = planned.not_useful_after
        self.session.add(row)
        return True

    def _give_up(self, row: OutboundMessage) -> None:
        self.session.add(row)
        if self.patient.state not in TEXTED:
            outbox.move(row, OutboundState.SUPPRESSED, self.patient.state)
        elif self._overdue(row):
            # Overdue, not changed: it did not leave in time, and someone has to know.
            outbox.move(row, OutboundState.EXPIRED, "no-longer-useful")
            calls.raise_unsent(self.session, row, self.now)
        else:
            outbox.move(row, OutboundState.WITHDRAWN, self._why(row))

    def _why(self, row: OutboundMessage) -> str:
        if row.to_hash != self.patient.phone_hash:
            return "phone-changed"
        return self.rewritten or "plan-changed"

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


def _id(row: Patient | OutboundMessage) -> int:
    assert row.id is not None
    return row.id
