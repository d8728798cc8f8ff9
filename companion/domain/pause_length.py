"""
Until which day somebody wants fewer texts: `pause for 2 weeks`, `hold for a month`, `pause until 3 may`.

Pure: the words are data (pauses.toml), the day it is comes in. Whatever is not plainly a time, has passed,
or lies more than half a year ahead is none: then fewer texts go until the person says RESUME.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from companion.records import Patient, PatientState

_MOST_MONTHS = 6
#: `PLEASE PAUSE TEXTS 2 WEEKS`: without FOR, a time counts if it ends the text so few words after its start.
_WORDS_BEFORE = 3


@dataclass(frozen=True)
class PauseWords:
    """The words a time is said with; all are normalised as `understanding.normalise` does."""

    #: Stand before a length of time: FOR.
    lasting: tuple[str, ...]
    #: Stand before a day: UNTIL.
    until: tuple[str, ...]
    #: Stand before a time that is no length: IN 2 WEEKS.
    other: tuple[str, ...]
    #: May follow a time without changing it.
    manners: tuple[str, ...]
    #: May stand between UNTIL and the parts of a day: THE, OF.
    links: tuple[str, ...]
    #: Behind a number: 3RD.
    ordinals: tuple[str, ...]
    days: tuple[str, ...]
    weeks: tuple[str, ...]
    fortnights: tuple[str, ...]
    months: tuple[str, ...]
    #: A COUPLE OF -> 2.
    numbers: Mapping[str, int]
    #: JANUARY, JAN -> 1.
    month_names: Mapping[str, int]
    #: MONDAY, MON -> 1.
    weekday_names: Mapping[str, int]


def pause_until(said: str, words: PauseWords, today: date) -> date | None:
    """
    Return the first day with all texts again, or None if the words name no time that counts.

    `said` is normalised.
    """
    found = _day_named(said, words, today) or _after_length(said, words, today)
    if found is None or not today < found <= _months_on(today, _MOST_MONTHS):
        return None
    return found


def is_paused(patient: Patient, at: datetime) -> bool:
    """Say whether the person gets visit reminders only at this instant; a time that is over needs nobody."""
    if patient.state != PatientState.PAUSED:
        return False
    return patient.paused_until is None or at < patient.paused_until


def _after_length(said: str, words: PauseWords, today: date) -> date | None:
    match = _length(said, words)
    if match is None:
        return None
    how_many = words.numbers.get(match["number"]) or int(match["number"])
    if match["unit"] in words.months:
        return _months_on(today, how_many) if how_many <= _MOST_MONTHS else None
    days = 1 if match["unit"] in words.days else 7 if match["unit"] in words.weeks else 14
    return today + timedelta(days=how_many * days)


def _length(said: str, words: PauseWords) -> re.Match[str] | None:
    unit = _any((*words.days, *words.weeks, *words.fortnights, *words.months))
    length = rf"(?P<number>\d{{1,3}}|{_any(words.numbers)}) (?P<unit>{unit})"
    match = re.search(rf"\b(?:{_any(words.lasting)}) {length}\b", said)
    if match:
        return match
    before = rf"(?P<before>(?:(?!(?:{_any(words.other)})\b)\S+ ){{0,{_WORDS_BEFORE}}}?)"
    match = re.search(rf"^{before}{length}(?: (?:{_any(words.manners)}))*$", said)
    if match and not match["number"].isdecimal() and len(match["before"].split()) > 1:
        # `Two texts a week` is no time to wait for; `PAUSE A WEEK` is.
        return None
    return match


def _day_named(said: str, words: PauseWords, today: date) -> date | None:
    link = rf"(?:(?:{_any(words.links)}) )*"
    before = rf"\b(?:{_any(words.until)}) {link}"
    month = rf"(?P<month>{_any(words.month_names)})"
    day = rf"(?P<day>\d{{1,2}})(?:{_any(words.ordinals)})?"
    year = r"(?: (?P<year>20\d\d))?\b"
    in_figures = r"(?P<day>\d{1,2}) (?P<month>\d{1,2})"
    first_of = rf"(?P<day>){month}"
    for written in (f"{day} {link}{month}", f"{month} {link}{day}", in_figures, first_of):
        if match := re.search(before + written + year, said):
            number = words.month_names.get(match["month"]) or int(match["month"])
            return _date(match["year"], number, int(match["day"] or 1), today)
    weekday = re.search(rf"{before}({_any(words.weekday_names)})\b", said)
    return _weekday_after(words.weekday_names[weekday[1]], today) if weekday else None


def _date(year: str | None, month: int, day: int, today: date) -> date | None:
    """Return the day, without a year the next that comes; None for one that is not in the calendar."""
    try:
        found = date(int(year) if year else today.year, month, day)
        return found if year or found > today else found.replace(year=today.year + 1)
    except ValueError:
        return None


def _weekday_after(weekday: int, today: date) -> date:
    return today + timedelta(days=(weekday - today.isoweekday() - 1) % 7 + 1)


def _months_on(day: date, months: int) -> date:
    """Return the same day so many months on, or the last of that month where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


def _any(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first: A COUPLE OF before A."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
