"""What happens at the steps of a process: it dies there, or something else happens meanwhile."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from companion.services.steps import Step

#: At these no transaction is open, so that others can get in between.
OPEN = frozenset(
    {
        Step.CLAIM_COMMITTED,
        Step.POST_BEGUN,
        Step.POST_ENDED,
        Step.OUTCOME_COMMITTED,
        Step.LAPSE_COMMITTED,
        Step.QUESTION_COMMITTED,
        Step.QUESTION_ANSWERED,
        Step.VERDICT_COMMITTED,
        Step.REPORT_COMMITTED,
        Step.TEXT_COMMITTED,
    }
)


class Killed(BaseException):
    """The process is gone: nothing of it runs on, and what was not committed never was."""


@dataclass
class Interruptions:
    """Told of every step. Kills the process at those that are armed, and lets others in between."""

    #: Steps at which to die, in this order; each is used once.
    deaths: list[Step] = field(default_factory=list)
    #: Asked at each step; True kills.
    dies: Callable[[Step], bool] = lambda _: False
    #: Run at a step at which nothing is open; never within itself.
    meanwhile: Callable[[Step], None] = lambda _: None
    died_at: list[Step] = field(default_factory=list)
    seen: Counter[Step] = field(default_factory=Counter)
    _between: bool = False

    def __call__(self, step: Step) -> None:
        self.seen[step] += 1
        armed = bool(self.deaths) and self.deaths[0] is step
        if armed:
            self.deaths.pop(0)
        if armed or self.dies(step):
            self.died_at.append(step)
            raise Killed(step)
        if step in OPEN and not self._between:
            self._between = True
            try:
                self.meanwhile(step)
            finally:
                self._between = False
