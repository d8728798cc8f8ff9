"""What came of the trials of one kind, as the one line that is printed of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    """`trials` is what was run, whatever was asked for."""

    kind: str
    asked: int
    trials: int
    #: Texts that neither arrived nor were put before a person.
    lost: int
    #: Texts the carrier accepted beyond one for a row.
    doubled: int
    #: Rows that time did not settle, or that say something else than the carrier.
    unsettled: int
    #: One sentence each, with the seed that repeats it.
    failures: tuple[str, ...]
    #: By the carrier's clock.
    longest_unknown_seconds: float
    #: Of real time.
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.failures and not (self.lost or self.doubled or self.unsettled) and self.is_whole

    @property
    def is_whole(self) -> bool:
        """Whether as many ran as were asked for."""
        return self.trials >= self.asked

    def line(self) -> str:
        ran = f"{self.trials} trials" if self.is_whole else f"{self.trials} of {self.asked} trials"
        parts = (
            f"{self.kind}: {ran}, {self.lost} lost, {self.doubled} doubled, {self.unsettled} unsettled",
            f"{len(self.failures)} failed" if self.failures else "",
            f"longest unknown {self.longest_unknown_seconds:.0f} s",
            f"{self.seconds:.0f} s",
            *self.notes,
        )
        return "; ".join(part for part in parts if part)
