"""
Which days a text names: `thursday`, `11 march`, `the 11th`, `11/3`. Pure; the words are data (pauses.toml).

Any one visit is then asked whether its day is among them, so no year and no "next" has to be guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from companion.domain.pause_length import PauseWords
from companion.domain.understanding import normalise

_FIGURES = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/\d{2,4})?(?![\d/])")


@dataclass(frozen=True)
class NamedDays:
    #: Month and day of the month; no month where only the day was said.
    dates: frozenset[tuple[int | None, int]]
    #: Monday is 1; beside a date they tell nothing more.
    weekdays: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.dates or self.weekdays)

    def fit(self, day: date) -> bool:
        if self.dates:
            return bool(self.dates & {(day.month, day.day), (None, day.day)})
        return day.isoweekday() in self.weekdays


def named_days(text: str, words: PauseWords) -> NamedDays:
    """Return the days the text names; none of them need be in the calendar."""
    dates = {(int(month), int(day)) for day, month in _FIGURES.findall(text) if int(month) <= 12}
    said = normalise(_FIGURES.sub(" ", text))
    found: set[tuple[int | None, int]] = {*dates}
    for pattern in _patterns(words):
        for match in pattern.finditer(said):
            found.add((words.month_names.get(match.groupdict().get("month") or ""), int(match["day"])))
        # What was read once is not read as part of another date too.
        said = pattern.sub(" ", said)
    weekdays = re.findall(rf"\b(?:{_any(words.weekday_names)})\b", said)
    return NamedDays(frozenset(found), frozenset(words.weekday_names[name] for name in weekdays))


def _patterns(words: PauseWords) -> tuple[re.Pattern[str], ...]:
    month, ordinal = rf"(?P<month>{_any(words.month_names)})", rf"(?:{_any(words.ordinals)})"
    day, link = r"\b(?P<day>\d{1,2})", rf"(?:(?:{_any(words.links)}) )*"
    written = (
        rf"{day}{ordinal}? {link}{month}\b",
        rf"\b{month} {link}{day}{ordinal}?\b",
        rf"{day}{ordinal}\b",
    )
    return tuple(re.compile(pattern) for pattern in written)


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
