"""The kinds of trials there are, and how each is run: in several processes, or in one that starts its own."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from tests.chaos import processes, schedules, steps, year
from tests.chaos.quiet import without_logs
from tests.chaos.summary import Summary
from tests.chaos.tally import Part, Tally

#: Count, seed and number of processes in; what came of it out.
Run = Callable[[int, int, int], Summary]


@dataclass(frozen=True)
class Kind:
    #: How many are run unless it is said.
    usual: int
    run: Run


def in_parts(
    name: str, play: Callable[[int, int, Part], Tally], notes: Callable[[Tally], tuple[str, ...]]
) -> Run:
    """Return what runs a kind whose trials may be divided among processes."""

    def run(count: int, seed: int, jobs: int) -> Summary:
        begun, tally = time.monotonic(), Tally()
        parts = [Part(number, jobs) for number in range(jobs)]
        with ProcessPoolExecutor(jobs, get_context("spawn"), without_logs) as pool:
            for done in pool.map(partial(play, count, seed), parts):
                tally.take_in(done)
        return tally.summary(name, time.monotonic() - begun, notes(tally))

    return run


def in_one(run: Callable[[int, int], Summary]) -> Run:
    """Return what runs a kind that starts processes of its own."""
    return lambda count, seed, _: run(count, seed)


KINDS: Mapping[str, Kind] = {
    "steps": Kind(100, in_parts("steps", steps.run, steps.notes)),
    "schedules": Kind(10_000, in_parts("schedules", schedules.run, schedules.notes)),
    "year": Kind(500, in_parts("year", year.run, year.notes)),
    **{name: Kind(processes.COUNTS[name], in_one(run)) for name, run in processes.KINDS.items()},
}
