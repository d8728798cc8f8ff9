"""
Random days on real processes: people come and go, the carrier fails, processes and databases are killed.

A trial is one schedule drawn from its seed, with people of its own. Several follow each other on one
installation, and what one kills the next may still feel; at the end the ledger is held against the outbox.
The seed repeats what is done, not the instants at which the machine does it.
"""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from companion.errors import CompanionError, StorageError
from companion.records import CancelledBy
from companion.services import scheduling
from tests.chaos.processes_outcomes import OUTCOMES, RARER, TIMEOUT_SECONDS
from tests.chaos.processes_people import add_clinic, be_within_hours, book, enrol, phone_of, wall
from tests.chaos.processes_postgres import Server, postgres
from tests.chaos.processes_settling import settle_all, truth_of
from tests.chaos.processes_stack import Installation, installation
from tests.chaos.processes_truth import Truth
from tests.chaos.summary import Summary
from tests.people import CLINIC

#: Schedules that follow each other on one installation, and installations at the same time.
PER_STACK = 20
STACKS = 2
_PEOPLE = 3
_DEEDS = 12
_WORKERS = ("worker-1", "worker-2")
_SAID = (
    "QUESTIONS",
    "VISIT",
    "COMING",
    "STOP",
    "START",
    "I have a fever",
    "CANT COME",
    "LIST",
    "MORE",
    "FEWER",
)


@dataclass
class Weather:
    """One installation and what was done to it."""

    place: Installation
    server: Server | None
    restarts: int = 0
    kills: int = 0
    #: Bookings and the like that the database could not take just then; staff were told so.
    refused: int = 0

    def kill_something(self, dice: random.Random) -> None:
        """SIGKILL a worker, one of the processes that answer webhooks, or the whole web."""
        victim = dice.choice((*_WORKERS, *_WORKERS, "answering", "answering", "web"))
        if victim == "answering":
            pids = self.place.web_workers()
            if pids:
                with suppress(ProcessLookupError):
                    os.kill(dice.choice(pids), signal.SIGKILL)
                    self.kills += 1
        else:
            self.kills += self.place.kill(victim)

    def restart_database(self) -> None:
        if self.server is not None:
            self.server.restart()
            self.restarts += 1


@dataclass
class Schedule:
    """What happens to three people, drawn from one seed."""

    weather: Weather
    dice: random.Random
    phones: tuple[str, ...]
    people: list[int] = field(default_factory=list)
    visits: list[int] = field(default_factory=list)
    #: Texts of theirs, to have the network repeat one.
    said: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def place(self) -> Installation:
        return self.weather.place

    def run(self) -> None:
        be_within_hours(self.place)
        self.place.stack.faults(*self._faults())
        for phone in self.phones:
            self._staff(lambda phone=phone: self.people.append(enrol(self.place, phone)))
        for deed in self._deeds():
            deed()
            time.sleep(self.dice.random() * 0.25)

    def _faults(self) -> list[dict[str, Any]]:
        """Each person's texts meet one or two of the things that a carrier may do, some of the time."""
        found = []
        for phone in self.phones:
            for outcome in self.dice.sample((*OUTCOMES, *RARER), 2):
                rate = self.dice.choice((0.5, 1.0))
                found += [{**rule, "to": phone, "rate": rate} for rule in outcome.rules]
        return found

    def _deeds(self) -> list[Callable[[], None]]:
        """At least one visit, one kill and, where there is a server, one restart; the rest is chance."""
        usual = (
            self._book,
            self._book,
            self._move,
            self._cancel,
            self._text,
            self._text,
            self._repeat,
            self._wait,
        )
        rare = (self._kill, self._kill, self.weather.restart_database)
        some = [self.dice.choice((*usual, *rare[:2])) for _ in range(_DEEDS)]
        some.insert(self.dice.randrange(len(some)), rare[2])
        some.insert(self.dice.randrange(len(some)), self._kill)
        return [self._book, *some]

    def _staff(self, deed: Callable[[], object]) -> None:
        try:
            deed()
        except StorageError:
            self.weather.refused += 1
        except CompanionError:
            return  # a visit that is cancelled already, a person who wants no texts

    def _book(self) -> None:
        if self.people:
            patient, days = self.dice.choice(self.people), self.dice.choice((2, 4, 5, 6, 8))
            self._staff(lambda: self.visits.append(book(self.place, patient, days)))

    def _move(self) -> None:
        if self.visits:
            visit, days = self.dice.choice(self.visits), self.dice.choice((3, 5, 9))
            at = wall(self.place, days)
            self._staff(lambda: scheduling.move(self.place.setup, visit, at=at, now=self.place.now()))

    def _cancel(self) -> None:
        if self.visits:
            visit, by = self.dice.choice(self.visits), self.dice.choice(tuple(CancelledBy))
            self._staff(lambda: scheduling.cancel(self.place.setup, visit, by=by, now=self.place.now()))

    def _text(self) -> None:
        phone, body = self.dice.choice(self.phones), self.dice.choice(_SAID)
        self.said.append((self._say(phone, body), phone, body))

    def _repeat(self) -> None:
        if self.said:
            sid, phone, body = self.dice.choice(self.said)
            self._say(phone, body, sid=sid)

    def _say(self, phone: str, body: str, **more: str) -> str:
        return str(self.place.stack.text(phone, CLINIC, body, **more)["sid"])

    def _kill(self) -> None:
        time.sleep(self.dice.random() * 0.4)
        self.weather.kill_something(self.dice)

    def _wait(self) -> None:
        self.place.forward(self.dice.choice((20, 61, 61, 130, 900)))


@dataclass(frozen=True)
class Ran:
    schedules: int
    weather: Weather
    truth: Truth
    longest_unknown: float
    where: str


def run_stack(number: int, seed: int, schedules: int, database: str) -> Ran:
    """Run so many schedules after each other on one installation, then let time settle what is left."""
    with _server(database) as server:
        url = server.new_database() if server is not None else None
        with installation(url, COMPANION_HTTP_TIMEOUT=str(TIMEOUT_SECONDS)) as place:
            place.begin("carrier")
            add_clinic(place)
            place.begin("web", *_WORKERS)
            weather = Weather(place, server)
            for at in range(schedules):
                phones = tuple(phone_of(at * _PEOPLE + one) for one in range(_PEOPLE))
                Schedule(weather, random.Random(f"{seed} {number} {at}"), phones).run()
            place.stack.faults()
            settle_all(place)
            # Every reminder that was planned falls due; nothing is left but what a nurse has.
            place.forward(12 * 24 * 3600)
            settle_all(place)
            where = f"seed {seed}, installation {number} on {database}"
            return Ran(schedules, weather, truth_of(place), place.unknowns.longest_seconds, where)


@contextmanager
def _server(database: str) -> Iterator[Server | None]:
    if database == "sqlite":
        yield None
        return
    with postgres() as server:
        yield server


def run(count: int, seed: int) -> Summary:
    """`count` schedules, half of them on each database."""
    began = time.monotonic()
    sizes = [min(PER_STACK, count - at) for at in range(0, count, PER_STACK)]
    with ThreadPoolExecutor(STACKS) as pool:
        jobs = [
            pool.submit(run_stack, number, seed, size, ("postgresql", "sqlite")[number % 2])
            for number, size in enumerate(sizes)
        ]
        ran = [job.result() for job in jobs]
    return summary_of(ran, count, time.monotonic() - began)


def summary_of(ran: list[Ran], count: int, seconds: float) -> Summary:
    total = {
        name: sum(getattr(each.weather, name) for each in ran) for name in ("kills", "restarts", "refused")
    }
    texts = sum(len(each.truth.ledger) for each in ran)
    return Summary(
        kind="storm",
        asked=count,
        trials=sum(each.schedules for each in ran),
        lost=sum(len(each.truth.lost) for each in ran),
        doubled=sum(len(each.truth.doubled) for each in ran),
        unsettled=sum(len(each.truth.unsettled) for each in ran),
        failures=tuple(f"{each.where}: {failure}" for each in ran for failure in each.truth.failures),
        longest_unknown_seconds=max(each.longest_unknown for each in ran),
        seconds=seconds,
        notes=(
            f"{total['kills']} processes killed",
            f"{total['restarts']} database restarts",
            f"{texts} texts",
            f"{total['refused']} deeds of staff refused meanwhile",
        ),
    )
