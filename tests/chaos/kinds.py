"""The kinds of trials there are, and how each is run in several processes."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from tests.chaos import schedules, steps, year
from tests.chaos.quiet import without_logs
from tests.chaos.summary import Summary
from tests.chaos.tally import Part, Tally


@dataclass(frozen=True)
class Kind:
    """One kind of trials: how many by default, and what plays a part of them."""

    usual: int
    play: Callable[[int, int, Part], Tally]
    notes: Callable[[Tally], tuple[str, ...]]

    def run(self, name: str, count: int, seed: int, jobs: int) -> Summary:
        begun = time.monotonic()
        parts = [Part(number, jobs) for number in range(jobs)]
        tally = Tally()
        with ProcessPoolExecutor(jobs, get_context("spawn"), without_logs) as pool:
            for done in pool.map(partial(self.play, count, seed), parts):
                tally.take_in(done)
        return tally.summary(name, time.monotonic() - begun, self.notes(tally))


KINDS: Mapping[str, Kind] = {
    "steps": Kind(100, steps.run, steps.notes),
    "schedules": Kind(10_000, schedules.run, schedules.notes),
    "year": Kind(500, year.run, year.notes),
}
