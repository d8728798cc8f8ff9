"""
A few weeks of one person, at random: booked, moved, cancelled, swept late, numbers and states changed.

After each step every visit ahead has been told, will be told, or is in front of a nurse, and planning
again changes nothing.
"""

from datetime import datetime, timedelta
from random import Random

import pytest

from companion.domain.clock_time import write_wall
from companion.domain.delivery import MAY_HAVE_ARRIVED, AnswerLost, NotTaken, Refused
from companion.domain.planning import IN_HOSPITAL
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.errors import InvalidInput
from companion.records import Appointment, AppointmentState, CancelledBy, Information, PatientState, Privacy
from companion.services import changing, clinic_rules, homecoming, scheduling
from companion.services.changing import NewFacts
from companion.services.hospital import Admission, Homecoming, stay_of
from companion.services.plans import Difference
from companion.services.setup import Setup
from companion.storage import visits
from tests.factories import a_clinic, a_patient, a_text, a_visit, outbox_of, sweep, tasks_of, the_patient
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA, BO
from tests.services.test_booking import replan
from tests.services.test_clinic_rules import FOUR_DAYS, OFF_DAYS, PLAIN

_STEPS = 40
_TEXTED = ("active", "paused")


class Weeks:
    """What happens to one person, a step at a time, drawn from a seed."""

    def __init__(self, setup: Setup, transport: FakeTransport, seed: int) -> None:
        self.setup, self.transport, self.random = setup, transport, Random(seed)
        self.now: datetime = MONDAY
        self.clinic = a_clinic(setup)
        self.patient = a_patient(setup)

    def step(self) -> str:
        ways = [self.book, self.book, self.move, self.cancel, self.wait, self.wait, self.text, self.rule]
        way = self.random.choice([*ways, self.fact, self.mark, self.ward])
        try:
            way()
        except InvalidInput:
            return f"{way.__name__} was refused"
        return way.__name__

    def book(self) -> None:
        kind = self.random.choice(APPOINTMENT_TYPES)
        a_visit(self.setup, self.patient, self.now, kind=kind, at=self._some_time())

    def move(self) -> None:
        scheduling.move(self.setup, self._some_visit(), at=self._some_time(), now=self.now)

    def cancel(self) -> None:
        by = self.random.choice(list(CancelledBy))
        scheduling.cancel(self.setup, self._some_visit(), by=by, now=self.now)

    def mark(self) -> None:
        state = self.random.choice((AppointmentState.ATTENDED, AppointmentState.MISSED))
        scheduling.mark(self.setup, self._some_visit(), state, self.now)

    def wait(self) -> None:
        """Let time pass, in one leap or with the worker awake."""
        until = self.now + timedelta(minutes=self.random.randint(1, 4 * 24 * 60))
        if self.random.random() < 0.2:
            outcomes = [AnswerLost("timeout"), NotTaken("busy"), Refused("no such number", 21211)]
            self.transport.outcomes.append(self.random.choice(outcomes))
        while self.random.random() < 0.9 and self.now < until:
            self.now = min(until, self.now + timedelta(hours=2))
            sweep(self.setup, self.now)
        self.now = max(until, self.now)
        homecoming.plan_anew(self.setup, self.now)
        sweep(self.setup, self.now)

    def text(self) -> None:
        words = self.random.choice(["VISIT", "COMING", "hello", "FEWER", "RESUME", "STOP", "START", "LIST"])
        phone = the_patient(self.setup, self.patient).phone
        a_text(self.setup, words, self.now, sender=phone)

    def rule(self) -> None:
        written = self.random.choice([None, FOUR_DAYS, OFF_DAYS, PLAIN])
        clinic_rules.set_rules(self.setup, self.clinic, written, self.now)

    def fact(self) -> None:
        new = self.random.choice(
            [
                NewFacts(phone=self.random.choice([AMINA, BO])),
                NewFacts(zone=self.random.choice(["Europe/London", "America/New_York", "Pacific/Auckland"])),
                NewFacts(privacy=self.random.choice(list(Privacy))),
                NewFacts(information=self.random.choice(list(Information))),
                NewFacts(state=self.random.choice([PatientState.ACTIVE, PatientState.HELD])),
            ]
        )
        changing.change(self.setup, self.patient, new, self.now)

    def ward(self) -> None:
        """In hospital for some days, or until said otherwise; or home."""
        begins = (self.now + timedelta(days=self.random.randint(-1, 3))).date()
        home = begins + timedelta(days=self.random.randint(1, 8))
        admitted: list[Admission | Homecoming] = [Admission(begins, home), Admission(begins)]
        stay = self.random.choice([*admitted, Homecoming(), Homecoming()])
        changing.change(self.setup, self.patient, NewFacts(stay=stay), self.now)

    def _some_time(self) -> str:
        wall = self.now.replace(minute=0) + timedelta(hours=self.random.randint(1, 16 * 24))
        return write_wall(wall.replace(tzinfo=None))

    def _some_visit(self) -> int:
        return self.random.choice([a.id or 0 for a in self.visits()] or [99])

    def visits(self) -> list[Appointment]:
        with self.setup.database.reading() as session:
            return list(visits.appointments_of(session, self.patient))

    def in_silence(self) -> list[int]:
        """Return the visits ahead of which nobody tells, though no ward does."""
        if the_patient(self.setup, self.patient).state not in _TEXTED:
            return []
        rows = outbox_of(self.setup, self.patient)
        told: dict[str, str] = {}
        for row in (row for row in rows if row.state in MAY_HAVE_ARRIVED):
            told.update(row.tells)
        known = {task.appointment_id for task in tasks_of(self.setup)}
        known |= {int(i) for row in rows if row.state == "pending" for i in row.tells}
        ahead = [a for a in self.visits() if a.at > self.now and a.state in ("booked", "confirmed")]
        stay = stay_of(the_patient(self.setup, self.patient))
        if stay is not None and not stay.is_over(self.now):
            known |= {int(i) for row in rows if row.reason == IN_HOSPITAL for i in row.tells}
            ahead = [a for a in ahead if not stay.holds(a.at)]
        return [a.id or 0 for a in ahead if told.get(str(a.id)) != a.wall and a.id not in known]


@pytest.mark.parametrize("seed", range(6))
def test_no_visit_is_left_to_silence_and_planning_again_changes_nothing(
    setup: Setup, transport: FakeTransport, seed: int
) -> None:
    weeks = Weeks(setup, transport, seed)
    done = []
    for _ in range(_STEPS):
        done.append(weeks.step())
        if done[-1] == "wait":
            replan(setup, weeks.patient, weeks.now)  # time alone plans nothing
        again = replan(setup, weeks.patient, weeks.now)
        assert again == Difference((), again.kept, ()), done
        assert weeks.in_silence() == [], done

    assert {"book", "wait"} <= set(done)
    handed = [row.plan_key for row in outbox_of(setup) if row.attempts and row.plan_key]
    assert len(handed) == len(set(handed)), "no line of a plan is handed over twice as two rows"
