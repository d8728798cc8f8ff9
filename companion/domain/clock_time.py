"""
Wall-clock time in a person's zone, and back.

A wall time can be missing (clocks go forward) or exist twice (clocks go back). Python accepts both in
silence, so every conversion here is deliberate; see PEP 495 on `fold`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from companion.errors import InvalidTime

#: Outside these a date is a slip of the pen, and near the ends of the calendar a zone cannot be applied.
_YEARS = range(2000, 2200)


@dataclass(frozen=True)
class SendingHours:
    """Local wall time in which reminders may leave: from the first, to before the second."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise InvalidTime("Sending hours must start before they end, on the same day.")

    def next_moment(self, instant: datetime, zone: str) -> datetime:
        """Return `instant` if it lies within the hours, else the next opening, in UTC."""
        wall = to_wall(instant, zone)
        if wall.time() < self.start:
            return resolve(datetime.combine(wall.date(), self.start), zone)
        if wall.time() >= self.end:
            return self.next_day(instant, zone)
        return instant

    def next_day(self, instant: datetime, zone: str) -> datetime:
        """Return the opening of the day that follows, in UTC."""
        day = to_wall(instant, zone).date() + timedelta(days=1)
        return resolve(datetime.combine(day, self.start), zone)


@dataclass(frozen=True)
class VisitTime:
    wall: datetime
    zone: str
    at: datetime
    #: The clock shows this time twice that day; `at` is the earlier of the two.
    twice: bool


def check_zone(zone: str) -> str:
    """Return `zone` if it is an IANA time zone; raises InvalidTime otherwise."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidTime(f"{zone!r} is not a time zone; write one like Europe/London.") from error
    return zone


def parse_wall(text: str) -> datetime:
    """Read `2027-03-29T09:30`, to the minute, without a zone; raises InvalidTime for any other form."""
    try:
        wall = datetime.strptime(text, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - a wall time has no zone
    except ValueError as error:
        raise InvalidTime(f"{text!r} is not a time; write it as 2027-03-29T09:30.") from error
    # strptime also takes `2027-3-9T9:5` and the digits of other scripts.
    if wall.year not in _YEARS or write_wall(wall) != text:
        raise InvalidTime(f"{text!r} is not a time; write it as 2027-03-29T09:30.")
    return wall


def parse_day(text: str) -> date:
    """Read `2027-03-29`; raises InvalidTime for any other form."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidTime(f"{text!r} is not a day; write it as 2027-03-29.") from error
    # It also takes `20270329` and `2027-W13-1`.
    if day.year not in _YEARS or day.isoformat() != text:
        raise InvalidTime(f"{text!r} is not a day; write it as 2027-03-29.")
    return day


def write_wall(wall: datetime) -> str:
    return wall.strftime("%Y-%m-%dT%H:%M")


def to_wall(instant: datetime, zone: str) -> datetime:
    """Return what the clock on the wall shows, without a zone."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def resolve(wall: datetime, zone: str) -> datetime:
    """
    Return the UTC instant of a *reminder's* wall time.

    A time that does not exist moves forward by the length of the gap; one that exists twice is the
    first of the two.
    """
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def resolve_visit(wall: datetime, zone: str) -> VisitTime:
    """
    Return the instant of a *visit's* wall time.

    Raises InvalidTime for one the clocks skip: nobody can come at it, so it is a mistake to mend.
    """
    first = resolve(wall, zone)
    if to_wall(first, zone) != wall:
        raise InvalidTime(
            f"{write_wall(wall)} does not exist in {zone}: the clocks go forward then. "
            "Check the letter and give the right time."
        )
    second = wall.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    return VisitTime(wall, zone, first, twice=second != first)


def parse_instant(text: str) -> datetime:
    """Read an instant that names its offset, for example `2027-03-22T09:00:00Z`, as UTC."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidTime(f"{text!r} is not an instant; write it as 2027-03-22T09:00:00Z.") from error
    if instant.year not in _YEARS:
        raise InvalidTime(f"{text!r} is too far away; write it as 2027-03-22T09:00:00Z.")
    if instant.tzinfo is None:
        raise InvalidTime(f"{text!r} has no offset; write it as 2027-03-22T09:00:00Z.")
    return instant.astimezone(UTC)


def write_instant(instant: datetime) -> str:
    """Write UTC to the second with a `Z`, as every JSON answer does."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class DateWords:
    """How a date and time are said; the words come from the catalogue."""

    #: Monday first.
    weekdays: tuple[str, ...]
    #: January first.
    months: tuple[str, ...]
    am: str
    pm: str
    midday: str
    midnight: str
    at: str
    also: str

    def say(self, *walls: datetime) -> str:
        """Return `Tuesday 30 March at 9:30am`; further times must be on the same day and follow."""
        times = f" {self.also} ".join(dict.fromkeys(self.time(wall) for wall in walls))
        return f"{self.day(walls[0])} {self.at} {times}"

    def day(self, day: date) -> str:
        """Return `Tuesday 30 March`."""
        return f"{self.weekdays[day.weekday()]} {day.day} {self.months[day.month - 1]}"

    def time(self, wall: datetime) -> str:
        """Return `9:30am`."""
        if wall.minute == 0 and wall.hour in (0, 12):
            return self.midday if wall.hour else self.midnight
        half = self.am if wall.hour < 12 else self.pm
        minutes = f":{wall.minute:02}" if wall.minute else ""
        return f"{wall.hour % 12 or 12}{minutes}{half}"
