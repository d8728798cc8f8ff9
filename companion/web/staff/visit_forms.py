"""What is typed about visits, read; each problem is said at its field, in the words of words.toml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from flask import request

from companion.domain.clock_time import DateWords, parse_day
from companion.domain.typed_time import read_day, read_time
from companion.domain.visit_acts import MOST_VISITS, Book, series
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.errors import InvalidTime
from companion.records import AppointmentState, CancelledBy
from companion.services.visit_changes import Outcome
from companion.services.visit_facts import LONGEST_PLACE
from companion.web.staff.room import here

#: What a page shows of itself again; the rest of a form is the page's own.
_NOT_TYPED = frozenset({"csrf_token", "step", "form", "mark"})
_MOST_WEEKS = 26


@dataclass
class Typed:
    """One form as it came, and what is wrong with it: field and sentence."""

    problems: list[tuple[str, str]] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return request.form.get(name, "").strip()

    def all_of(self, name: str) -> list[str]:
        return request.form.getlist(name)

    def again(self) -> list[tuple[str, str]]:
        """Return every field to be sent once more."""
        return [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_TYPED]

    def wrong(self, name: str, words: str, **values: str) -> None:
        self.problems.append((name, _said(words, values)))

    def at(self, name: str) -> str:
        """Return what is wrong with one field, or nothing."""
        return next((said for where, said in self.problems if where == name), "")

    @property
    def step(self) -> str:
        return self["step"]


def day_of(typed: Typed) -> date | None:
    found = read_day(typed["day"], typed["month"], typed["year"])
    if found is None:
        typed.wrong("day", "visit-day")
    return found


def time_of(typed: Typed) -> time | None:
    found = read_time(typed["time"])
    if found is None:
        typed.wrong("time", "visit-time" if typed["time"] else "visit-time-none")
    return found


def booking_of(typed: Typed, patient_id: int) -> Book | None:
    """Return what is to be booked; None if something is wrong."""
    kind, place = typed["kind"], " ".join(typed["place"].split())
    if kind not in APPOINTMENT_TYPES:
        typed.wrong("kind", "visit-kind")
    day, clock = day_of(typed), time_of(typed)
    if not place:
        typed.wrong("place", "visit-place")
    elif len(place) > LONGEST_PLACE:
        typed.wrong("place", "visit-place-long", most=str(LONGEST_PLACE))
    days = _days(typed, day)
    if typed.problems or clock is None:
        return None
    return Book(patient_id, kind, tuple(datetime.combine(one, clock) for one in days), place)


def _days(typed: Typed, first: date | None) -> Sequence[date]:
    weekdays = {int(found) for found in typed.all_of("weekday") if found in "0123456" and len(found) == 1}
    weeks = typed["weeks"]
    if weeks and not weekdays:
        typed.wrong("weekday-0", "visit-weekdays")
    if not weekdays:
        return (first,) if first else ()
    if not (weeks.isascii() and weeks.isdecimal() and 1 <= int(weeks[:4]) <= _MOST_WEEKS):
        typed.wrong("weeks", "visit-weeks", most=str(_MOST_WEEKS))
        return ()
    days = series(first, weekdays, int(weeks)) if first else ()
    if len(days) > MOST_VISITS:
        typed.wrong("weeks", "visit-too-many", count=str(len(days)), most=str(MOST_VISITS))
    return days


def chosen(typed: Typed, offered: Sequence[int]) -> list[int]:
    """Return the visits that are ticked, of those the page offered."""
    ticked = {int(found) for found in typed.all_of("visit") if found.isascii() and found.isdecimal()}
    found = [visit for visit in offered if visit in ticked]
    if not found:
        typed.wrong("visits", "visit-none-chosen")
    return found


def way_of(typed: Typed) -> CancelledBy | None:
    try:
        return CancelledBy(typed["by"])
    except ValueError:
        typed.wrong("by-told", "visit-by")
        return None


def states_of(typed: Typed, offered: Mapping[int, str]) -> dict[int, AppointmentState]:
    """
    Return what each visit is marked as, of those offered with their present states.

    `everybody` marks those nothing was said of yet, unless their own line says otherwise.
    """
    words = {"attended": AppointmentState.ATTENDED, "missed": AppointmentState.MISSED}
    found = {visit: words[said] for visit in offered if (said := typed[f"state-{visit}"]) in words}
    if typed["everybody"] == "attended":
        unsaid = (visit for visit, state in offered.items() if state not in words)
        found = dict.fromkeys(unsaid, AppointmentState.ATTENDED) | found
    return {visit: state for visit, state in found.items() if state != offered[visit]}


def day_asked(given: str | None) -> date | None:
    """Return the day an address names; None for none, and for what is no day."""
    try:
        return parse_day(given) if given else None
    except InvalidTime:
        return None


def say_problems(typed: Typed, outcome: Outcome, name: str, dates: DateWords) -> None:
    """Add what is wrong with visits, each named by its time, to the problems of the form."""
    for problem in outcome.problems:
        wall = problem.wall
        when = f"{dates.day(wall)} {wall.year} {dates.at} {dates.time(wall)}"
        typed.wrong(name, f"visit-{problem.wrong}", when=when, who=problem.who)


def _said(words: str, values: Mapping[str, str]) -> str:
    said = here().words[words]
    for name, value in values.items():
        said = said.replace(f"{{{name}}}", value)
    return said
