"""
When a clinic's office is open: weekly hours by the clock on its wall, and days on which it stays shut.

Hours are written `mon-fri 09:00-17:00; sat 09:00-12:00; closed 2027-03-26`.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from companion.domain.clock_time import to_wall
from companion.errors import InvalidInput

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = len(DAYS)
_CLOSED = "closed"
_DAY = re.compile(rf"({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))?")
_HOURS = re.compile(r"([0-2]\d:[0-5]\d)-([0-2]\d:[0-5]\d)")


@dataclass(frozen=True, order=True)
class Spell:
    """One stretch of one weekday: open from the first time to before the second."""

    #: Monday is 0.
    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class Opening:
    """Open now and until `wall`, or shut now and open again at `wall`; by the clock on the clinic's wall."""

    now: bool
    wall: datetime


@dataclass(frozen=True)
class Office:
    """What a person is told of a clinic's office at one moment."""

    #: As it is to be read.
    number: str
    opening: Opening


@dataclass(frozen=True)
class OfficeHours:
    #: In order; none overlaps or touches another.
    spells: tuple[Spell, ...]
    #: Days on which the office does not open, whatever weekday they are.
    closed: frozenset[date] = frozenset()

    def opening(self, instant: datetime, zone: str) -> Opening:
        """Return when it closes if it is open at this instant, else when it opens next; `zone` is its own."""
        wall = to_wall(instant, zone)
        opens, closes = next(spell for spell in self._from(wall.date()) if wall < spell[1])
        return Opening(now=True, wall=closes) if opens <= wall else Opening(now=False, wall=opens)

    def _from(self, first: date) -> Iterator[tuple[datetime, datetime]]:
        # Each closed day takes away at most one day with hours, so one of so many weeks has one.
        days = (first + timedelta(days=n) for n in range((len(self.closed) + 2) * _WEEK))
        for day in days:
            for spell in self.spells:
                if day.weekday() == spell.weekday and day not in self.closed:
                    yield datetime.combine(day, spell.opens), datetime.combine(day, spell.closes)


def parse_office_hours(text: str) -> OfficeHours:
    """
    Read `mon-fri 09:00-17:00; sat 09:00-12:00; closed 2027-03-26`; capitals and further spaces do no harm.

    Several days or times of one part have commas between them. Raises InvalidInput naming the part that
    cannot be read, for hours that overlap, and for an office that is never open.
    """
    spells: list[Spell] = []
    closed: set[date] = set()
    for part in filter(None, (part.strip() for part in text.lower().split(";"))):
        days, _, rest = part.partition(" ")
        if days == _CLOSED:
            closed.update(_date(day, part) for day in _listed(rest))
        else:
            spells += _spells(part)
    spells.sort()
    if not spells:
        raise InvalidInput("The office hours name no day; write them as mon-fri 09:00-17:00.")
    if any(a.weekday == b.weekday and b.opens <= a.closes for a, b in pairwise(spells)):
        raise InvalidInput("The office hours give one day hours that overlap or touch; write them as one.")
    return OfficeHours(tuple(spells), frozenset(closed))


def read_days(hours: OfficeHours) -> tuple[str, ...]:
    """Return the hours of each day, Monday first, as they are written: `09:00-12:00, 13:00-17:00`."""
    return tuple(
        ", ".join(
            f"{spell.opens:%H:%M}-{spell.closes:%H:%M}" for spell in hours.spells if spell.weekday == weekday
        )
        for weekday in range(_WEEK)
    )


def write_office_hours(days: Sequence[str], closed: Collection[date]) -> str:
    """Return hours, as `read_days` gives them, and closed days as one text; days alike stand together."""
    groups: dict[str, list[str]] = {}
    for day, written in zip(DAYS, days, strict=True):
        if plain := ", ".join(part.strip() for part in written.split(",") if part.strip()):
            groups.setdefault(plain, []).append(day)
    parts = [f"{','.join(names)} {written}" for written, names in groups.items()]
    shut = [f"{_CLOSED} {', '.join(day.isoformat() for day in sorted(closed))}"] if closed else []
    return "; ".join([*parts, *shut])


def _spells(part: str) -> Iterator[Spell]:
    times = _HOURS.search(part)
    if times is None:
        raise _unreadable(part)
    weekdays = [day for written in _listed(part[: times.start()]) for day in _weekdays(written, part)]
    for written in _listed(part[times.start() :]):
        opens, closes = _times(written, part)
        yield from (Spell(weekday, opens, closes) for weekday in dict.fromkeys(weekdays))


def _listed(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",")]


def _weekdays(written: str, part: str) -> list[int]:
    match = _DAY.fullmatch(written)
    if match is None:
        raise _unreadable(part)
    first = DAYS.index(match[1])
    last = DAYS.index(match[2] or match[1])
    # `sat-mon` goes over the end of the week.
    return [(first + n) % _WEEK for n in range((last - first) % _WEEK + 1)]


def _times(written: str, part: str) -> tuple[time, time]:
    match = _HOURS.fullmatch(written)
    if match is None:
        raise _unreadable(part)
    try:
        opens, closes = (time.fromisoformat(match[n]) for n in (1, 2))
    except ValueError as error:
        raise _unreadable(part) from error
    if not opens < closes:
        raise InvalidInput(f"The office hours {part!r} must open before they close, on the same day.")
    return opens, closes


def _date(written: str, part: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise _unreadable(part) from error


def _unreadable(part: str) -> InvalidInput:
    return InvalidInput(
        f"The office hours {part!r} cannot be read; write them as mon-fri 09:00-17:00, "
        "with a semicolon before others and `closed 2027-03-26` for a day it stays shut."
    )
