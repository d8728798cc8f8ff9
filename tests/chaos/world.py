"""
A whole deployment in one process, with its people and its carrier: real services, a real database, and a
clock that only moves when told. The same seed always gives the same history.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from companion.bootstrap import Companion
from companion.catalogue import load_catalogue
from companion.domain.catalogue import Catalogue
from companion.domain.languages import ENGLISH, Languages
from companion.errors import StorageError
from companion.services import dispatch, inbound, receipts, reconciliation
from companion.services.dispatch import Sweep
from companion.services.inbound import IncomingText, WebhookReply
from companion.services.receipts import Report
from companion.services.setup import Setup
from companion.storage import asking
from companion.storage.database import Database
from companion.storage.keys import Hasher
from companion.transports.webhooks import SignatureCheck
from tests.chaos import watch
from tests.chaos.databases import empty
from tests.chaos.fates import FateOf, all_well
from tests.chaos.interruptions import Interruptions, Killed
from tests.chaos.network import Network
from tests.chaos.virtual_time import NEVER, VirtualClock, calls_in_turn

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
_TICK = timedelta(seconds=5)
#: The longest pause between two looks at what is due when the last found nothing to do.
_IDLE = timedelta(minutes=2)
#: A worker looks at least this often, for what people sent while the web was away.
_RARELY = timedelta(days=5)
_INBOX = timedelta(minutes=5)
#: While the provider is away, workers ask it no more often than this, so that days of it pass quickly.
_AWAY = timedelta(minutes=20)


@dataclass
class Worker:
    """A worker process. One that died is started again."""

    companion: Companion
    #: It does not run before this.
    down_until: datetime


@dataclass
class World:
    setup: Setup
    clock: VirtualClock
    network: Network
    steps: Interruptions
    dice: random.Random
    workers: list[Worker]
    #: The web answers nothing before this.
    web_down_until: datetime
    #: How long a process that died takes to be back.
    restart: Callable[[], timedelta]
    #: Texts of people that the web did not take, as far as is known.
    missed: set[str] = field(default_factory=set)
    #: When each row that is `unknown` was first seen so.
    unknown_since: dict[int, datetime] = field(default_factory=dict)
    longest_unknown: timedelta = timedelta(0)
    _next_tick: datetime = NEVER
    _pause: timedelta = _TICK

    def run_until(self, when: datetime) -> None:
        """Let time go by: texts leave, reports come, and whatever died comes back."""
        self.look_at_plan()
        while (at := min(self._next_tick, self.network.next_event)) <= when:
            self.clock.to(at)
            self.network.go_on()
            if self.clock.now >= self._next_tick:
                self.tick()
            else:
                self._note_unknown()
        self.clock.to(when)

    def tick(self, worker: Worker | None = None) -> None:
        """Have one of the workers that are alive look once."""
        alive = [w for w in self.workers if w.down_until <= self.clock.now]
        worker = worker or (self.dice.choice(alive) if alive else None)
        if worker is not None:
            self._run(worker)
        self._note_unknown()
        self.look_at_plan()

    def other_worker(self) -> None:
        """Have any worker that is alive look, in the middle of whatever another does."""
        alive = [w for w in self.workers if w.down_until <= self.clock.now]
        if alive:
            self._run(self.dice.choice(alive))

    def look_at_plan(self) -> None:
        """Find out when a worker next has something to do."""
        now = self.clock.now
        instants = [*watch.next_instants(self.setup), now + _RARELY]
        if self._misses_texts():
            instants.append(now + _INBOX)
        due = min(instant for instant in instants if instant is not None)
        # What is due and cannot go is looked at less and less often.
        self._pause = min(self._pause * 2, _IDLE) if due <= now else _TICK
        if self.network.away:
            self._pause = _AWAY
        back = min(worker.down_until for worker in self.workers)
        self._next_tick = max(due, now + self._pause, back)

    def take_report(self, report: Report) -> bool:
        """Stand for the web: return False if it could not be reached or died on it."""
        if self.clock.now < self.web_down_until:
            return False
        try:
            receipts.take_report(self.setup, report, self.clock.now)
        except Killed:
            return False
        return True

    def take_text(self, incoming: IncomingText) -> WebhookReply | bool | None:
        """Stand for the web: return False if it could not be reached or died on it."""
        self.missed.add(incoming.sid)
        if self.clock.now < self.web_down_until:
            return False
        try:
            answer = inbound.receive(self.setup, incoming, self.clock.now)
        except Killed:
            return False
        self.missed.discard(incoming.sid)
        return answer

    def _run(self, worker: Worker) -> None:
        try:
            done = _look(worker)
        except Killed:
            worker.down_until = self.clock.now + self.restart()
            # Whoever takes its place has nothing of what it held.
            worker.companion = replace(worker.companion, setup=replace(worker.companion.setup))
        except StorageError:
            worker.down_until = self.clock.now + _TICK
        else:
            if done.sent or done.lapsed:
                self._pause = _TICK
        self.clock.wait_for_all()

    def _misses_texts(self) -> bool:
        if self.missed:
            with self.setup.database.reading() as session:
                self.missed -= asking.known_texts(session, self.missed)
        return bool(self.missed)

    def _note_unknown(self) -> None:
        if not (self.steps.died_at or self.network.was_unclear):
            return
        unknown, now = watch.unknown(self.setup), self.clock.now
        for row_id in unknown - self.unknown_since.keys():
            self.unknown_since[row_id] = now
        for row_id in self.unknown_since.keys() - unknown:
            self.longest_unknown = max(self.longest_unknown, now - self.unknown_since.pop(row_id))


def _look(worker: Worker) -> Sweep:
    """Do what a worker does at each tick, without its heartbeat: that is most of what an idle tick costs."""
    setup, clock = worker.companion.setup, worker.companion.clock
    done = dispatch.sweep(setup, clock(), clock)
    reconciliation.reconcile(setup, clock)
    return done


@dataclass(frozen=True)
class Ground:
    """What trials share: a database and the words."""

    database: Database
    catalogue: Catalogue

    @contextmanager
    def world(
        self,
        seed: str,
        start: datetime,
        fate_of: FateOf = all_well,
        *,
        workers: int = 1,
        twiml: bool = True,
    ) -> Iterator[World]:
        """Yield a world of its own: everything of the one before is forgotten."""
        empty(self.database)
        clock = VirtualClock(start)
        world = _build(self, seed, clock, fate_of, workers, twiml)
        with calls_in_turn(clock):
            yield world


def ground(database: Database) -> Ground:
    return Ground(database, load_catalogue(TEMPLATES))


def _build(
    found: Ground, seed: str, clock: VirtualClock, fate_of: FateOf, workers: int, twiml: bool
) -> World:
    steps, dice, tokens = Interruptions(), random.Random(f"{seed}:world"), count(1)
    network = Network(clock, fate_of, lambda report: world.take_report(report), lambda t: world.take_text(t))
    setup = Setup(
        database=found.database,
        languages=Languages({ENGLISH: found.catalogue}),
        templates=TEMPLATES,
        hasher=Hasher("hash-key-of-the-trials"),
        transport=network,
        new_token=lambda: f"{next(tokens):022d}",
        public_url="https://companion.example",
        replies_as_twiml=twiml,
        reached=steps,
    )
    world = World(
        setup=setup,
        clock=clock,
        network=network,
        steps=steps,
        dice=dice,
        workers=[_worker(setup, clock, timedelta(0)) for _ in range(workers)],
        web_down_until=clock.now,
        restart=lambda: timedelta(seconds=dice.randint(1, 90)),
    )
    return world


def _worker(setup: Setup, clock: VirtualClock, off_by: timedelta) -> Worker:
    companion = Companion(setup, SignatureCheck("", "", ()), clock.off_by(off_by), None)
    return Worker(companion, clock.now)


def set_clock_of(world: World, place: int, off_by: timedelta) -> None:
    """Let a worker's own clock be wrong from now on."""
    worker = world.workers[place]
    worker.companion = replace(worker.companion, clock=world.clock.off_by(off_by))
