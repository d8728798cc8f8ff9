"""What people type for a day and for a time of day."""

import re
from datetime import date, time

_TIME = re.compile(r"(\d{1,2})(?:[:.]?([0-5]\d))?\s*(am|pm)?", re.ASCII)
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
#: Between these a bare `2:30` may be the afternoon as well as the night.
_EITHER = range(1, 7)
_YEARS = range(2000, 2200)


def read_day(day: str, month: str, year: str) -> date | None:
    """Return the day three boxes name, the year with four digits; None if there is no such day."""
    typed = [part.strip() for part in (day, month, year)]
    if not all(_NUMBER.fullmatch(part) for part in typed):
        return None
    numbers = [int(part) for part in typed]
    try:
        return date(numbers[2], numbers[1], numbers[0]) if numbers[2] in _YEARS else None
    except ValueError:
        return None


def read_time(typed: str) -> time | None:
    """
    Return the time that `9:30am`, `2pm`, `14:00` or `9.30` names; None if it names none, or may name two.

    `2:30` alone may be the night or the afternoon; `02:30` and `2:30am` are the night.
    """
    found = _TIME.fullmatch(typed.strip().lower())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        return time(hour % 12 + (12 if half == "pm" else 0), minute) if 1 <= hour <= 12 else None
    bare = found[2] is None or (hour in _EITHER and not found[1].startswith("0"))
    return None if bare or hour > 23 else time(hour, minute)
