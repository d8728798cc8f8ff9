"""Trials are counted, whichever process ran them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tests.chaos.judging import Verdict
from tests.chaos.summary import Summary

Item = TypeVar("Item")


@dataclass(frozen=True)
class Part:
    """One process's share of a run."""

    number: int
    of_all: int

    def of(self, things: Sequence[Item]) -> list[Item]:
        return list(things[self.number :: self.of_all])


WHOLE = Part(0, 1)


@dataclass
class Tally:
    asked: int = 0
    trials: int = 0
    lost: int = 0
    doubled: int = 0
    unsettled: int = 0
    longest_unknown: float = 0
    #: The trial that had it.
    longest_in: str = ""
    failures: list[str] = field(default_factory=list)
    #: What cannot come about, by name.
    not_reached: list[str] = field(default_factory=list)
    #: What there is to say of the run besides.
    said: list[str] = field(default_factory=list)
    #: Anything else that is counted.
    counted: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, verdict: Verdict, longest_unknown: float) -> None:
        self.trials += 1
        self.lost += bool(verdict.lost)
        self.doubled += bool(verdict.doubled)
        self.unsettled += bool(verdict.unsettled)
        self._lengthen(longest_unknown, name)
        if verdict.all:
            self.failures.append(f"{name}: {verdict.all[0]}")

    def take_in(self, other: "Tally") -> None:
        self.asked += other.asked
        self.trials += other.trials
        self.lost += other.lost
        self.doubled += other.doubled
        self.unsettled += other.unsettled
        self._lengthen(other.longest_unknown, other.longest_in)
        self.failures += other.failures
        self.not_reached += other.not_reached
        self.said += other.said
        self.counted += other.counted

    def _lengthen(self, unknown: float, name: str) -> None:
        if unknown > self.longest_unknown:
            self.longest_unknown, self.longest_in = unknown, name

    def summary(self, kind: str, seconds: float, notes: tuple[str, ...]) -> Summary:
        return Summary(
            kind=kind,
            asked=self.asked,
            trials=self.trials,
            lost=self.lost,
            doubled=self.doubled,
            unsettled=self.unsettled,
            failures=tuple(self.failures),
            longest_unknown_seconds=self.longest_unknown,
            longest_in=self.longest_in,
            seconds=seconds,
            notes=notes,
        )
