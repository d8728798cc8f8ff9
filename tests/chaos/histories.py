"""
One random history: what people and staff do, what breaks, and what happens in the middle of what.

Drawn as it goes, from dice that its seed alone decides.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from companion.domain.clock_time import to_wall, write_wall
from companion.errors import InvalidInput, InvalidTime, NotFound
from companion.records import CancelledBy, Information, PatientState, Privacy
from companion.services import changing, clinics, enrolment, scheduling
from companion.services.changing import NewFacts
from companion.services.enrolment import NewPatient
from companion.services.steps import Step
from tests.chaos.world import World, set_clock_of

_ZONES = ("Europe/London", "Europe/London", "America/New_York", "Australia/Lord_Howe")
_KINDS = ("clinic-review", "clinic-review", "blood-test", "results", "treatment-choice", "day-unit")
_SAID = ("COMING", "CANT COME", "VISIT", "STOP", "START", "I have a fever", "hello", "FEWER", "QUESTIONS")
_STATES = (PatientState.PAUSED, PatientState.ACTIVE, PatientState.HELD, PatientState.FINISHED)
#: A worker that is slower than this between its claim and the end of its lease would be stopped by nobody.
_SLOWEST = timedelta(seconds=40)
#: Codes with which a provider refuses an account or a sending number.
_NOT_OURS = (20003, 21606, 30002)
#: Refused as it should be: a time that has passed or does not exist, a visit that is over.
_REFUSALS = (InvalidInput, InvalidTime, NotFound)


@dataclass(frozen=True)
class Temper:
    """How rough a history is."""

    mishaps: float
    reports: float
    undelivered: float
    #: Chance of dying at each step.
    deaths: float
    #: Chance that something happens in the middle of each open step.
    between: float
    outages: int


def draw_temper(dice: random.Random) -> Temper:
    return Temper(
        mishaps=dice.choice((0.0, 0.1, 0.4)),
        reports=dice.choice((0.0, 0.2, 0.6)),
        undelivered=dice.choice((0.0, 0.0, 0.1)),
        deaths=dice.choice((0.0, 0.01, 0.05)),
        between=dice.choice((0.0, 0.1, 0.3)),
        outages=dice.choice((0, 1, 2)),
    )


@dataclass(frozen=True)
class Person:
    id: int
    phone: str
    #: The clinic's number.
    clinic: str
    zone: str


@dataclass
class History:
    world: World
    dice: random.Random
    temper: Temper
    #: Until when things break.
    ends: datetime
    story: list[str] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    #: Appointments and whose they are.
    visits: list[tuple[int, Person]] = field(default_factory=list)
    _claimed_at: datetime | None = None

    def play(self) -> None:
        """Let it all happen; afterwards everything runs again."""
        self._begin()
        self.world.steps.dies, self.world.steps.meanwhile = self._dies, self._meanwhile
        for when, happens in sorted(self._drawn(), key=lambda drawn: drawn[0]):
            self.world.run_until(when)
            happens()
        self.world.run_until(self.ends)
        self.world.steps.dies, self.world.steps.meanwhile = lambda _: False, lambda _: None
        for place in range(len(self.world.workers)):
            set_clock_of(self.world, place, timedelta(0))

    def _begin(self) -> None:
        opened = [self._open_clinic(number) for number in range(self.dice.choice((1, 1, 2)))]
        for _ in range(self.dice.randint(2, 3)):
            self._enrol(*self.dice.choice(opened))
        for _ in range(self.dice.randint(2, 3)):
            self.book()

    def _open_clinic(self, number: int) -> tuple[int, str]:
        phone = f"+1202555010{number}"
        clinic = clinics.add_clinic(
            self.world.setup,
            name=f"Riverside {number}",
            number=phone,
            line="020 7946 0000",
            zone=self.dice.choice(_ZONES),
            now=self.now,
        )
        return clinic.id or 0, phone

    def _enrol(self, clinic: int, number: str) -> None:
        new = NewPatient(
            name=self.dice.choice(("Amina", "Bo", "Chen")),
            # Two may share a phone.
            phone=f"+447700900{self.dice.randint(100, 104)}",
            consent_by="Nurse Okafor",
            clinic=clinic,
            privacy=self.dice.choice((Privacy.NEUTRAL, Privacy.DISCREET)),
            welcome=self.dice.random() < 0.3,
        )
        person = enrolment.enrol(self.world.setup, new, self.now)
        self.people.append(Person(person.id or 0, person.phone, number, person.zone))

    def _drawn(self) -> list[tuple[datetime, Callable[[], None]]]:
        """Return what people and staff will do and what will break, and when."""
        weighed = {self.move: 4, self.book: 3, self.cancel: 2, self.say: 2, self.change: 1, self.skew: 1}
        happens = self.dice.choices(list(weighed), list(weighed.values()), k=self.dice.randint(2, 6))
        happens += [self.outage] * self.temper.outages
        length = (self.ends - self.now).total_seconds()
        return [(self.now + timedelta(seconds=self.dice.uniform(0, length)), one) for one in happens]

    @property
    def now(self) -> datetime:
        return self.world.clock.now

    def book(self) -> None:
        person = self.dice.choice(self.people)
        kind, at = self.dice.choice(_KINDS), self._some_day(person)
        try:
            booked = scheduling.book(
                self.world.setup, patient_id=person.id, kind=kind, at=at, place="Level 2", now=self.now
            )
        except _REFUSALS:
            return
        self.visits.append((booked.appointment.id or 0, person))
        self._tell(f"visit {booked.appointment.id} of person {person.id}, {kind}, is booked for {at}")

    def move(self) -> None:
        for visit, person in self._a_visit():
            at = self._some_day(person)
            try:
                scheduling.move(self.world.setup, visit, at=at, now=self.now)
            except _REFUSALS:
                return
            self._tell(f"visit {visit} is moved to {at}")

    def cancel(self) -> None:
        for visit, _ in self._a_visit():
            by = self.dice.choice(list(CancelledBy))
            try:
                scheduling.cancel(self.world.setup, visit, by=by, now=self.now)
            except _REFUSALS:
                return
            self._tell(f"visit {visit} is cancelled by {by}")

    def say(self) -> None:
        person, words = self.dice.choice(self.people), self.dice.choice(_SAID)
        self._tell(f"person {person.id} texts {words}")
        self.world.network.text(person.phone, person.clinic, words)

    def change(self) -> None:
        person = self.dice.choice(self.people)
        new = self.dice.choice(
            (
                NewFacts(state=self.dice.choice(_STATES)),
                NewFacts(information=self.dice.choice(list(Information))),
                NewFacts(privacy=self.dice.choice(list(Privacy))),
            )
        )
        try:
            changing.change(self.world.setup, person.id, new, self.now)
        except _REFUSALS:
            return
        self._tell(f"person {person.id} is changed: {new}")

    def skew(self) -> None:
        place, off_by = self.dice.randrange(len(self.world.workers)), self.dice.randint(-20, 20)
        set_clock_of(self.world, place, timedelta(seconds=off_by))
        self._tell(f"the clock of worker {place} is off by {off_by} s")

    def outage(self) -> None:
        longest = self.dice.choice((600, 14_400, 172_800))
        until = min(self.now + timedelta(seconds=self.dice.uniform(30, longest)), self.ends)
        away = self.dice.choice(("provider", "our account", "web", "workers", "all of ours"))
        if away == "provider":
            self.world.network.away_until = until
        if away == "our account":
            self.world.network.refuses_us = (self.dice.choice(_NOT_OURS), until)
        if away in ("web", "all of ours"):
            self.world.web_down_until = until
        if away in ("workers", "all of ours"):
            for worker in self.world.workers:
                worker.down_until = until
        self._tell(f"away until {until:%d %b %H:%M}: {away}")

    def _a_visit(self) -> list[tuple[int, Person]]:
        return [self.dice.choice(self.visits)] if self.visits else []

    def _some_day(self, person: Person) -> str:
        wall = to_wall(self.now, person.zone) + timedelta(days=self.dice.choice((0, 1, 2, 4, 8, 9)))
        return write_wall(wall.replace(hour=self.dice.randint(7, 18), minute=self.dice.choice((0, 30))))

    def _dies(self, step: Step) -> bool:
        if self.dice.random() >= self.temper.deaths:
            return False
        self._tell(f"a process dies at {step}")
        return True

    def _meanwhile(self, step: Step) -> None:
        """In the middle of a worker's work, or the web's, somebody else does something."""
        if step is Step.CLAIM_COMMITTED or self._claimed_at is None:
            self._claimed_at = self.now
        if self.dice.random() >= self.temper.between or self.now - self._claimed_at > _SLOWEST:
            return
        happens = self.dice.choice(
            (self._other_worker, self._other_worker, self._is_slow, self.move, self.cancel, self.say)
        )
        self._tell(f"meanwhile, at {step}:")
        if step is Step.CLAIM_COMMITTED and happens == self._is_slow:
            happens = self._sleeps
        happens()

    def _other_worker(self) -> None:
        self._tell("  another worker looks")
        self.world.other_worker()

    def _is_slow(self) -> None:
        how_long = self.dice.randint(1, 25)
        self._tell(f"  {how_long} s go by")
        self.world.clock.forward(timedelta(seconds=how_long))

    def _sleeps(self) -> None:
        """The machine of the one that has claimed sleeps, and others go on."""
        minutes = self.dice.randint(1, 8)
        self._tell(f"  its machine sleeps for {minutes} minutes")
        for _ in range(4 * minutes):
            self.world.clock.forward(timedelta(seconds=15))
            self.world.network.go_on()
            self.world.other_worker()

    def _tell(self, what: str) -> None:
        self.story.append(f"{self.now:%d %b %H:%M:%S} {what}")
