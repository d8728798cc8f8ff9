"""What a run of trials came to: one printed line, and whether it is good enough to pass."""

from dataclasses import dataclass

#: Failures kept for printing; all of them are counted.
_SHOWN = 5


@dataclass(frozen=True)
class Summary:
    kind: str
    #: Trials that were to run, and those that did; fewer is a failure and is never made to look like enough.
    asked: int
    trials: int
    #: Trials with a text that is nowhere: not sent, and nobody was told.
    lost: int
    #: Trials with a text the carrier took more than once.
    doubled: int
    #: Trials after which a text was still open, or that ended otherwise than they may.
    unsettled: int
    #: What went wrong, each with the seed that shows it again.
    failures: tuple[str, ...]
    #: Until it was settled, or a nurse had it.
    longest_unknown_seconds: float
    seconds: float
    notes: tuple[str, ...] = ()
    #: The trial in which it was so long, where that can be told.
    longest_in: str = ""

    @property
    def passed(self) -> bool:
        return self.trials >= self.asked and not (
            self.lost or self.doubled or self.unsettled or self.failures
        )

    def line(self) -> str:
        """Return the one line that is printed of it."""
        few = f" of {self.asked} asked for" if self.trials < self.asked else ""
        counted = f"{self.lost} lost, {self.doubled} doubled, {self.unsettled} unsettled"
        where = f" ({self.longest_in})" if self.longest_in else ""
        took = f"longest unknown {self.longest_unknown_seconds:.0f} s{where}, took {self.seconds:.0f} s"
        line = "; ".join([f"{self.kind}: {self.trials} trials{few}: {counted}", took, *self.notes])
        return "\n  ".join([line, *self.failures[:_SHOWN]])
