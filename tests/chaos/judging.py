"""
What must hold after any trial, whatever happened in it: our outbox held against the carrier's ledger.

Nothing lost: every row that was due ended in a state the ledger agrees with, or a nurse has a task of it.
Nothing doubled: no row's text was taken twice. Nothing at a wrong time.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from companion.domain.clock_time import to_wall
from companion.domain.planning import CORRECTION
from companion.domain.welcome import RULE as WELCOME
from companion.records import OutboundKind, OutboundMessage, OutboundState
from companion.services.rules_in_use import rules_of
from tests.chaos.network import Held, Network
from tests.chaos.stored import Stored, stored_in
from tests.chaos.world import World

#: From the check to the carrier's taking it: a slow worker, the wait for an answer, a clock that is off.
ON_THE_WAY = timedelta(seconds=75)
#: A worker's clock may be ahead of the true time by this much.
AHEAD = timedelta(seconds=30)
#: At the end of a trial what was due this long ago has had its turn.
_TURN = timedelta(minutes=10)

_TAKEN = frozenset(
    {OutboundState.ACCEPTED, OutboundState.SENT, OutboundState.DELIVERED, OutboundState.UNDELIVERED}
)
_NEVER_LEFT = frozenset({OutboundState.EXPIRED, OutboundState.SUPPRESSED, OutboundState.WITHDRAWN})
#: A nurse must hear of these, unless it was only an answer.
_FAILED = frozenset({OutboundState.FAILED, OutboundState.UNDELIVERED, OutboundState.EXPIRED})


@dataclass(frozen=True)
class Verdict:
    """What is wrong after a trial; all empty when nothing is."""

    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    unsettled: tuple[str, ...]
    #: Sent at a time, or as often, as it must not be.
    wrong: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return self.lost + self.doubled + self.unsettled + self.wrong


def judge(world: World) -> Verdict:
    """Judge what the trial left; time has to have gone on until everything could be settled."""
    court = _Court(world, world.network, stored_in(world.setup), _by_token(world.network))
    return Verdict(
        lost=tuple(court.lost()),
        doubled=(*court.doubled(), *court.answered_twice()),
        unsettled=tuple(court.unsettled()),
        wrong=(*court.mistimed(), *court.too_many()),
    )


def _by_token(network: Network) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = defaultdict(list)
    for text in network.ledger:
        # What the carrier made and refused in one, because the person had opted out, never was on its way.
        if text.token is not None and text.status != "failed":
            found[text.token].append(text)
    return found


@dataclass(frozen=True)
class _Court:
    world: World
    network: Network
    stored: Stored
    taken: dict[str, list[Held]]

    def lost(self) -> Iterator[str]:
        """Yield texts that did not go, or that we only think went, and of which nobody knows."""
        for row in self.stored.outbox:
            taken = self.taken.get(row.token, [])
            if row.state in _TAKEN and not taken:
                yield f"{_name(row)} is {row.state}, and the carrier has none"
            if row.state == OutboundState.PENDING and row.send_at <= self.world.clock.now - _TURN:
                yield f"{_name(row)} was due at {row.send_at:%d %b %H:%M} and still waits"
            if row.state in _FAILED and row.kind != OutboundKind.REPLY and not self.stored.is_told(row):
                yield f"{_name(row)} is {row.state}, and nobody was told"
        taken_in = {text.sid for text in self.stored.inbox}
        for text in self.network.ledger:
            if text.direction == "inbound" and text.sid not in taken_in:
                yield f"the text {text.sid[-4:]} of {text.at:%d %b %H:%M} was never taken"

    def doubled(self) -> Iterator[str]:
        for row in self.stored.outbox:
            if len(taken := self.taken.get(row.token, [])) > 1:
                times = ", ".join(f"{text.at:%d %b %H:%M:%S}" for text in taken)
                yield f"{_name(row)} was taken {len(taken)} times: {times}"

    def answered_twice(self) -> Iterator[str]:
        """All that answers one text is made at one moment."""
        made: dict[int, set[datetime]] = defaultdict(set)
        for row in self.stored.outbox:
            if row.inbound_id is not None:
                made[row.inbound_id].add(row.created_at)
        yield from (f"text {text} was answered {len(at)} times" for text, at in made.items() if len(at) > 1)

    def unsettled(self) -> Iterator[str]:
        for row in self.stored.outbox:
            taken = self.taken.get(row.token, [])
            if row.state == OutboundState.LEASED:
                yield f"{_name(row)} is leased for ever"
            if row.state == OutboundState.UNKNOWN and not self.stored.is_told(row):
                yield f"{_name(row)} is unknown, and nobody was told"
            if row.state in _NEVER_LEFT | {OutboundState.FAILED, OutboundState.PENDING} and taken:
                yield f"{_name(row)} is {row.state}, and the carrier took it at {taken[0].at:%d %b %H:%M:%S}"
            if row.state in _TAKEN and taken and row.state != taken[0].status:
                yield f"{_name(row)} is {row.state}, at the carrier {taken[0].status}"

    def mistimed(self) -> Iterator[str]:
        """Yield what the carrier took at a time at which it must not have left."""
        for row in self.stored.outbox:
            for text in self.taken.get(row.token, []):
                ends = row.not_useful_after
                if row.kind == OutboundKind.PUSH and not self._within_hours(row, text.at):
                    yield f"{_name(row)} left outside sending hours: {text.at:%d %b %H:%M:%S}"
                if text.at < row.send_at - AHEAD:
                    yield f"{_name(row)} left before its time: {text.at:%d %b %H:%M:%S}"
                if row.kind == OutboundKind.PUSH and ends and text.at >= ends + ON_THE_WAY:
                    yield f"{_name(row)} left when it was of no use: {text.at:%d %b %H:%M:%S}"

    def too_many(self) -> Iterator[str]:
        """Yield the days on which a person got more than one reminder, corrections aside."""
        per_day: Counter[tuple[int | None, date]] = Counter()
        for row in self.stored.outbox:
            if row.kind != OutboundKind.PUSH or row.rule in (CORRECTION, WELCOME):
                continue
            for text in self.taken.get(row.token, []):
                if text.status != "undelivered":
                    per_day[row.patient_id, self._wall(row, text.at).date()] += 1
        for (patient, day), number in per_day.items():
            if number > 1:
                yield f"patient {patient} got {number} reminders on {day}"

    def _wall(self, row: OutboundMessage, at: datetime) -> datetime:
        return to_wall(at, self.stored.patients[row.patient_id or 0].zone)

    def _within_hours(self, row: OutboundMessage, at: datetime) -> bool:
        zone = self.stored.patients[row.patient_id or 0].zone
        hours = rules_of(self.world.setup, self.stored.clinics[row.clinic_id]).hours
        claimed = (at + off for off in (timedelta(0), -ON_THE_WAY, AHEAD))
        return any(hours.next_moment(when, zone) == when for when in claimed)


def _name(row: OutboundMessage) -> str:
    return f"row {row.id} ({row.rule or row.kind})"
