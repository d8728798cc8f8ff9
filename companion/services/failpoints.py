"""
A process that kills itself at a named step, so that trials see what a death there leaves behind.

Set by COMPANION_FAILPOINT, which is refused unless texts go to a carrier on this machine.
"""

import fcntl
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from companion.errors import InvalidInput
from companion.services.steps import Step

_HOW = "write STEP:FILE, STEP*3:FILE or STEP,STEP*2:FILE"


@dataclass(frozen=True)
class Failpoint:
    """How many deaths each step is to have over all processes, and the file that counts them."""

    deaths: Mapping[Step, int]
    #: One line a death, `STEP PID`; who empties it sets all deaths up anew.
    file: Path

    def reached(self, step: Step) -> None:
        """
        Write the death down and die by SIGKILL, unless the step has had its deaths.

        The file is locked until the process is gone, so that two threads or processes never die of one line.
        """
        if step not in self.deaths:
            return
        with self.file.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            had = sum(line.split()[:1] == [step.value.encode()] for line in file)
            if had < self.deaths[step]:
                file.write(f"{step} {os.getpid()}\n".encode())
                file.flush()
                os.kill(os.getpid(), signal.SIGKILL)


def read_failpoint(text: str) -> Failpoint:
    """Read `STEP[*COUNT][,STEP[*COUNT]...]:FILE`; raises InvalidInput for anything else."""
    steps, _, file = text.partition(":")
    if not file:
        raise InvalidInput(f"names no file; {_HOW}")
    return Failpoint(dict(_step(part) for part in steps.split(",")), Path(file))


def _step(text: str) -> tuple[Step, int]:
    name, star, count = text.strip().partition("*")
    if name not in tuple(Step):
        raise InvalidInput(f"names a step that there is not; choose of {', '.join(Step)}")
    if star and not (count.isdecimal() and 0 < int(count) < 10_000):
        raise InvalidInput(f"counts deaths with something else than a number; {_HOW}")
    return Step(name), int(count or 1)
