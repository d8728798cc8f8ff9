"""The kinds of trial on real processes; each takes how many and a seed, and returns what came of them."""

from collections.abc import Callable, Mapping

from tests.chaos import processes_disk, processes_steps, processes_storm, processes_together
from tests.chaos.summary import Summary

#: How many of each a whole run has: repetitions, schedules, texts due, times.
COUNTS = {"processes": 5, "storm": 200, "together": 300, "disk": 5}

KINDS: Mapping[str, Callable[[int, int], Summary]] = {
    "processes": processes_steps.run,
    "storm": processes_storm.run,
    "together": processes_together.run,
    "disk": processes_disk.run,
}
