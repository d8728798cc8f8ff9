"""
Real processes die by SIGKILL at each named step, with each thing the carrier may do, on both databases.

A trial is one person whose one text is the only thing under way when the process dies at the step; it
counts only if the failpoint's own file says that one died there.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count as counting
from pathlib import Path

from companion.records import CancelledBy, OutboundState
from companion.services import overview, scheduling
from companion.services.steps import Step
from tests.chaos.processes_outcomes import (
    OUTCOMES,
    TEXT_STEPS,
    TIMEOUT_SECONDS,
    CarrierOutcome,
    earlier_death,
    is_reachable,
    rules_for,
)
from tests.chaos.processes_people import add_clinic, be_within_hours, book, enrol, phone_of
from tests.chaos.processes_postgres import Server, postgres
from tests.chaos.processes_settling import truth_of, wait_until_settled
from tests.chaos.processes_stack import Installation, installation
from tests.chaos.processes_truth import Truth
from tests.chaos.summary import Summary
from tests.journeys.stack import until
from tests.people import CLINIC

#: Installations on trial at the same time.
STACKS = 5
#: Far longer than the carrier hangs.
_PATIENCE_SECONDS = 8
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Ran:
    """What came of one step on one database."""

    step: Step
    database: str
    #: Trials by outcome.
    deaths: Counter[str]
    #: SIGKILLs, those that only prepare a trial among them.
    kills: int
    truth: Truth
    longest_unknown: float


@dataclass
class Bench:
    """One installation whose processes die at one step."""

    place: Installation
    step: Step
    deaths_file: Path
    #: Processes that died of it.
    deaths: int = 0
    _numbers: Iterator[int] = field(default_factory=counting)

    def begin(self) -> None:
        add_clinic(self.place)
        self._arm()
        deadly = f"post-begun,post-ended,{self.step}"
        self.place.begin("web", "worker", COMPANION_FAILPOINT=f"{deadly}:{self.deaths_file}")

    def trial(self, outcome: CarrierOutcome) -> bool:
        """Take one person through it; return whether a process died at the step."""
        place, phone = self.place, phone_of(next(self._numbers))
        be_within_hours(place)
        place.stack.faults(*rules_for(self.step, outcome, phone))
        patient = enrol(place, phone)
        self._arm(self.step, earlier_death(self.step, outcome))
        if self.step in TEXT_STEPS:
            place.stack.text(phone, CLINIC, "QUESTIONS")
            wait_until_settled(place, patient)
        else:
            visit = book(place, patient)
            self._wait_for_the_first_try(patient)
            wait_until_settled(place, patient)
            scheduling.cancel(place.setup, visit, by=CancelledBy.TOLD, now=place.now())
        died = self._dies()
        self._arm()
        return died

    def _wait_for_the_first_try(self, patient: int) -> None:
        """Wait until a process died or the text was tried: it has to be on its way before time passes."""

        def tried() -> bool:
            rows = overview.outbox_rows(self.place.setup, patient)
            return any(row.attempts and row.state != OutboundState.LEASED for row in rows)

        until(lambda: self._deaths() or tried(), "the text to be tried")

    def _arm(self, *steps: Step | None) -> None:
        """Let a process die once at each of these steps, and at no other."""
        armed = {Step.POST_BEGUN, Step.POST_ENDED, self.step} - set(steps)
        self.deaths_file.write_text("".join(f"{step} -\n" for step in armed))

    def _dies(self) -> bool:
        """Say whether a process died at the step; a report may settle a text before its answer comes."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self.step not in (died := self._deaths()) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.deaths += len(died)
        return self.step in died

    def _deaths(self) -> list[str]:
        lines = [line.split() for line in self.deaths_file.read_text().splitlines()]
        return [name for name, pid in lines if pid != "-"]


def run_step(
    step: Step,
    database: str,
    server: Server | None,
    repetitions: int,
    seed: int,
    outcomes: Sequence[CarrierOutcome] = OUTCOMES,
) -> Ran:
    """Run all outcomes so many times each, in an order of the seed's."""
    order = [outcome for outcome in outcomes if is_reachable(step, outcome)] * repetitions
    random.Random(f"{seed} {step} {database}").shuffle(order)
    url = server.new_database() if server is not None else None
    with installation(url, COMPANION_HTTP_TIMEOUT=str(TIMEOUT_SECONDS)) as place:
        place.begin("carrier")
        bench = Bench(place, step, place.stack.folder / "deaths")
        bench.begin()
        deaths = Counter(outcome.name for outcome in order if bench.trial(outcome))
        place.forward(2 * 3600)
        truth = truth_of(place)
        return Ran(step, database, deaths, bench.deaths, truth, place.unknowns.longest_seconds)


def run(count: int, seed: int) -> Summary:
    """`count` repetitions of each step, outcome and database."""
    began = time.monotonic()
    with postgres() as server, ThreadPoolExecutor(STACKS) as pool:
        servers = {"sqlite": None, "postgresql": server}
        jobs = [
            pool.submit(run_step, step, database, servers[database], count, seed)
            for step in Step
            for database in DATABASES
        ]
        ran = [job.result() for job in jobs]
    return summary_of(ran, count, seed, time.monotonic() - began)


def summary_of(ran: Sequence[Ran], count: int, seed: int, seconds: float) -> Summary:
    wanted = [(each, outcome) for each in ran for outcome in OUTCOMES if is_reachable(each.step, outcome)]
    missing = [
        f"{each.step} x {outcome.name} on {each.database}: {each.deaths[outcome.name]} of {count}"
        for each, outcome in wanted
        if each.deaths[outcome.name] < count
    ]
    never = [f"{step} x {o.name}" for step in Step for o in OUTCOMES if not is_reachable(step, o)]
    failures = [
        f"seed {seed}, {each.step} on {each.database}: {failure}"
        for each in ran
        for failure in each.truth.failures
    ]
    return Summary(
        kind="processes",
        asked=len(wanted) * count,
        trials=sum(each.deaths.total() for each in ran),
        lost=sum(len(each.truth.lost) for each in ran),
        doubled=sum(len(each.truth.doubled) for each in ran),
        unsettled=sum(len(each.truth.unsettled) for each in ran),
        failures=tuple(failures),
        longest_unknown_seconds=max(each.longest_unknown for each in ran),
        seconds=seconds,
        notes=(
            f"{sum(each.kills for each in ran)} processes killed",
            *(f"not reached: {found}" for found in missing),
            f"never a step of: {', '.join(never)}",
        ),
    )
