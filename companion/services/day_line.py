"""A day's visits along a line, as figures for a picture: where each stands, and where now is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

#: A day at a clinic; longer where a visit lies outside.
_OPENS, _CLOSES = 8, 18
#: Marks nearer than this would hide each other; one goes above the other.
_NEAR = 0.018
#: So many are told apart.
_HIGHEST = 4


@dataclass(frozen=True)
class Mark:
    #: From 0 at the beginning of the line to 1 at its end.
    at: float
    #: 0 stands on the line, the next above it.
    level: int
    #: The visit's state.
    state: str


@dataclass(frozen=True)
class DayLine:
    #: Full hours, from the beginning of the line to its end.
    hours: tuple[int, ...]
    marks: tuple[Mark, ...]
    #: Where now is; None outside the line.
    now: float | None

    def place(self, hour: int) -> float:
        return (hour - self.hours[0]) / (len(self.hours) - 1)


def day_line(visits: Sequence[tuple[datetime, str]], clock: datetime) -> DayLine:
    """Lay a day's visits, wall time and state, along a line; `clock` is what the clinic's clock shows."""
    first = min(_OPENS, *(wall.hour for wall, _ in visits), _OPENS)
    last = max(_CLOSES, *(wall.hour + 1 for wall, _ in visits), _CLOSES)
    marks: list[Mark] = []
    for wall, state in sorted(visits, key=lambda visit: visit[0]):
        at = _share(wall, first, last)
        level = sum(abs(mark.at - at) < _NEAR for mark in marks)
        marks.append(Mark(at, min(level, _HIGHEST - 1), state))
    now = _share(clock, first, last)
    return DayLine(tuple(range(first, last + 1)), tuple(marks), now if 0 <= now <= 1 else None)


def _share(wall: datetime, first: int, last: int) -> float:
    return (wall.hour + wall.minute / 60 - first) / (last - first)
