"""
A year in the life of a clinic: `year`.

Five hundred people and six thousand visits, moved, cancelled, booked late and confirmed by text, through
both clock changes and three outages: the provider for twenty minutes, the workers for a night, and all of
ours for a weekend. Every text is accounted for; the same seed gives the same ledger to the letter.
"""

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from companion.domain.clock_time import write_wall
from companion.errors import InvalidInput, InvalidTime, NotFound
from companion.records import AppointmentState, CancelledBy, OutboundState
from companion.services import clinics, enrolment, scheduling
from companion.services.enrolment import NewPatient
from tests.chaos.databases import a_database
from tests.chaos.fates import Mishaps
from tests.chaos.judging import judge
from tests.chaos.stored import stored_in
from tests.chaos.tally import WHOLE, Part, Tally
from tests.chaos.virtual_time import NEVER
from tests.chaos.world import Ground, World, ground
from tests.people import CLINIC, LINE, LONDON

#: A Monday; the clocks change on 28 March and 31 October.
_FIRST_DAY = date(2027, 1, 4)
_DAYS = 364
_VISITS_EACH = 12
_MOVED, _CANCELLED, _LATE, _CONFIRMS = 0.10, 0.08, 0.07, 0.35
#: Runs of no more people than this are played twice, and have to be the same.
_TWICE = 50
#: Kinds of visits as often as they come.
_KINDS = {
    "blood-test": 5,
    "clinic-review": 4,
    "day-unit": 3,
    "lumbar-puncture": 1,
    "bone-marrow-test": 1,
    "results": 1,
    "treatment-choice": 1,
    "infusion-start": 1,
    "counselling": 1,
    "transplant-day": 0.2,
}
_TREATMENTS = ("blinatumomab", "inotuzumab", "flag-ida", "ponatinib", None)
_REFUSALS = (InvalidInput, InvalidTime, NotFound)
_HOURS = 3

_Event = tuple[datetime, int, Callable[[], None]]


@dataclass(frozen=True)
class Told:
    """What a year came to."""

    wrong: tuple[str, ...]
    lost: int
    doubled: int
    unsettled: int
    visits: int
    #: Texts by their last state.
    states: Counter[str]
    expired_with_task: int
    longest_unknown: float
    #: Reminders that waited at the end of the weekend, how many went, and when the last of them did.
    caught_up: str
    #: Over the carrier's whole ledger.
    digest: str


@dataclass
class Year:
    world: World
    dice: random.Random
    #: Person's id and number.
    people: list[tuple[int, str]] = field(default_factory=list)
    visits: int = 0
    caught_up: str = ""
    _events: list[_Event] = field(default_factory=list)
    #: Reminders that were due when the weekend was over, and when that was.
    _backlog: frozenset[int | None] = frozenset()
    _weekend_over: datetime = NEVER

    def play(self, people: int) -> None:
        self._enrol(people)
        for _ in range(people * _VISITS_EACH):
            self._plan_visit()
        self._plan_outages()
        for when, _, happens in sorted(self._events, key=lambda event: event[:2]):
            self.world.run_until(when)
            happens()
        self.world.run_until(_noon(_DAYS + 30))

    def _enrol(self, people: int) -> None:
        now = self.world.clock.now
        clinics.add_clinic(
            self.world.setup, name="Riverside Team", number=CLINIC, line=LINE, zone=LONDON, now=now
        )
        for number in range(people):
            new = NewPatient(
                name=f"Person {number}",
                phone=f"+447700900{number % 1000:03d}",
                consent_by="Nurse Okafor",
                treatment=self.dice.choice(_TREATMENTS),
                welcome=self.dice.random() < 0.5,
            )
            person = enrolment.enrol(self.world.setup, new, now)
            self.people.append((person.id or 0, person.phone))

    def _plan_visit(self) -> None:
        """Draw one visit and what becomes of it; it is booked when its time has come."""
        dice, (person, phone) = self.dice, self.dice.choice(self.people)
        day = dice.randint(2, _DAYS)
        notice = 0.2 + dice.random() if dice.random() < _LATE else dice.uniform(4, 28)
        at = time(dice.randint(8, 16), dice.choice((0, 30)))
        wall = datetime.combine(_FIRST_DAY + timedelta(days=day), at)
        booked_at = max(_noon(0), wall.replace(tzinfo=UTC) - timedelta(days=notice))
        visit = _Visit(self, person, phone, _draw(dice, _KINDS), wall)
        self._at(booked_at, visit.book)

        def some_time() -> datetime:
            return booked_at + (wall.replace(tzinfo=UTC) - booked_at) * dice.uniform(0.05, 0.95)

        fate = dice.random()
        if fate < _MOVED:
            later = wall + timedelta(days=dice.randint(1, 10), hours=dice.randint(-1, 1))
            self._at(some_time(), lambda: visit.move(later))
        elif fate < _MOVED + _CANCELLED:
            self._at(some_time(), lambda: visit.cancel(dice.choice(list(CancelledBy))))
        if dice.random() < _CONFIRMS:
            self._at(wall.replace(tzinfo=UTC) - timedelta(days=2, hours=dice.uniform(0, 20)), visit.confirm)
        self._at(wall.replace(tzinfo=UTC) + timedelta(hours=12, days=10 if fate < _MOVED else 0), visit.mark)

    def _plan_outages(self) -> None:
        network, world = self.world.network, self.world

        def provider() -> None:
            network.away_until = world.clock.now + timedelta(minutes=20)

        def workers(hours: float) -> None:
            for worker in world.workers:
                worker.down_until = world.clock.now + timedelta(hours=hours)

        def weekend() -> None:
            workers(64)
            world.web_down_until = world.clock.now + timedelta(hours=64)

        self._at(_noon(50) - timedelta(hours=2, minutes=5), provider)
        self._at(_noon(120) + timedelta(hours=5), lambda: workers(14))
        # A Friday in September, from five in the afternoon to nine on Monday morning.
        friday = _noon(249) + timedelta(hours=4)
        self._at(friday, weekend)
        self._at(friday + timedelta(hours=64) - timedelta(seconds=1), self._note_backlog)
        self._at(friday + timedelta(hours=68), self._note_caught_up)

    def _note_backlog(self) -> None:
        self._weekend_over = self.world.clock.now
        due = [row for row in stored_in(self.world.setup).outbox if self._is_due(row.state, row.send_at)]
        self._backlog = frozenset(row.id for row in due)

    def _is_due(self, state: str, send_at: datetime) -> bool:
        return state == OutboundState.PENDING and send_at <= self.world.clock.now

    def _note_caught_up(self) -> None:
        rows = [row for row in stored_in(self.world.setup).outbox if row.id in self._backlog]
        went = [row.handed_at - self._weekend_over for row in rows if row.handed_at is not None]
        states = _listed(Counter(row.state for row in rows))
        last = max((how_long.total_seconds() for how_long in went), default=0.0)
        self.caught_up = f"after the weekend {len(rows)} were due: {states}; the last went after {last:.0f} s"

    def _at(self, when: datetime, happens: Callable[[], None]) -> None:
        self._events.append((when, len(self._events), happens))


@dataclass
class _Visit:
    year: Year
    person: int
    phone: str
    kind: str
    wall: datetime
    id: int | None = None

    def book(self) -> None:
        """Book it, an hour later where the person has the same visit then already."""
        for _ in range(_HOURS):
            try:
                booked = scheduling.book(
                    self._world.setup,
                    patient_id=self.person,
                    kind=self.kind,
                    at=write_wall(self.wall),
                    place="Level 2",
                    now=self._world.clock.now,
                )
            except _REFUSALS:
                self.wall += timedelta(hours=1)
            else:
                self.id = booked.appointment.id
                self.year.visits += 1
                return

    def move(self, wall: datetime) -> None:
        if self.id is not None:
            self._unless_over(
                lambda: scheduling.move(
                    self._world.setup, self.id or 0, at=write_wall(wall), now=self._world.clock.now
                )
            )

    def cancel(self, by: CancelledBy) -> None:
        if self.id is not None:
            self._unless_over(
                lambda: scheduling.cancel(self._world.setup, self.id or 0, by=by, now=self._world.clock.now)
            )

    def confirm(self) -> None:
        if self.id is not None:
            self._world.network.text(self.phone, CLINIC, "COMING")

    def mark(self) -> None:
        if self.id is not None:
            self._unless_over(
                lambda: scheduling.mark(
                    self._world.setup, self.id or 0, AppointmentState.ATTENDED, self._world.clock.now
                )
            )

    @property
    def _world(self) -> World:
        return self.year.world

    def _unless_over(self, call: Callable[[], object]) -> None:
        try:
            call()
        except _REFUSALS:
            return


def play(found: Ground, people: int, seed: int) -> Told:
    """Play a year; the same seed is always the same year."""
    name = f"year:{seed}"
    mishaps = Mishaps(name, answers=0.02, reports=0.03, undelivered=0.01)
    with found.world(name, _noon(0), mishaps, workers=2) as world:
        year = Year(world, random.Random(name))
        year.play(people)
        verdict, stored = judge(world), stored_in(world.setup)
        expired = [row for row in stored.outbox if row.state == OutboundState.EXPIRED]
        return Told(
            wrong=verdict.all,
            lost=len(verdict.lost),
            doubled=len(verdict.doubled),
            unsettled=len(verdict.unsettled),
            visits=year.visits,
            states=Counter(row.state for row in stored.outbox),
            expired_with_task=sum(stored.is_told(row) for row in expired),
            longest_unknown=world.longest_unknown.total_seconds(),
            caught_up=year.caught_up,
            digest=_digest(world),
        )


def _digest(world: World) -> str:
    found = hashlib.sha256()
    for text in world.network.ledger:
        line = (text.sid, text.sender, text.to, text.body, text.direction, text.at.isoformat(), text.status)
        found.update("\0".join(line).encode())
    return found.hexdigest()[:16]


def run(people: int, seed: int, part: Part = WHOLE) -> Tally:
    """Play the year of so many people; a year is one history and is not divided."""
    tally = Tally()
    if part.number > 0:
        return tally
    with a_database("sqlite") as opened:
        found = ground(opened)
        told = play(found, people, seed)
        tally.asked, tally.trials = people * _VISITS_EACH, told.visits
        tally.lost, tally.doubled, tally.unsettled = told.lost, told.doubled, told.unsettled
        tally.longest_unknown = told.longest_unknown
        tally.failures += [f"--seed {seed}: {what}" for what in told.wrong]
        tally.said += _said(told, people)
        if people <= _TWICE:
            again = play(found, people, seed).digest
            tally.said.append(f"played twice: {'the same' if again == told.digest else 'DIFFERENT'}")
            if again != told.digest:
                tally.failures.append(f"--seed {seed}: the second time the ledger was {again}")
    return tally


def _said(told: Told, people: int) -> list[str]:
    return [
        f"{people} people, {told.visits} visits, ledger {told.digest}",
        f"{told.states.total()} texts: {_listed(told.states)}",
        f"{told.expired_with_task} of the expired with a nurse or followed by another text",
        told.caught_up,
    ]


def _listed(states: Counter[str]) -> str:
    return ", ".join(f"{number} {state}" for state, number in sorted(states.items()))


def notes(tally: Tally) -> tuple[str, ...]:
    return tuple(tally.said)


def _noon(day: int) -> datetime:
    return datetime.combine(_FIRST_DAY + timedelta(days=day), time(12), UTC)


def _draw(dice: random.Random, weighed: dict[str, float]) -> str:
    return dice.choices(list(weighed), list(weighed.values()))[0]
