"""What staff do with visits, as values: the same one is tried out first and carried out afterwards."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from companion.records.states import AppointmentState, CancelledBy

#: A course of treatment with visits on every working day for six weeks is thirty.
MOST_VISITS = 60


@dataclass(frozen=True)
class Book:
    """One visit of a person, or a series of them at several wall times in the person's zone."""

    patient_id: int
    kind: str
    walls: tuple[datetime, ...]
    place: str


@dataclass(frozen=True)
class Move:
    #: Visit id -> its new wall time, in the zone the visit has.
    to: Mapping[int, datetime]


@dataclass(frozen=True)
class Cancel:
    visits: tuple[int, ...]
    by: CancelledBy


@dataclass(frozen=True)
class Mark:
    """What became of visits: `attended` or `missed`."""

    states: Mapping[int, AppointmentState]


Act = Book | Move | Cancel | Mark


def visits_of(act: Act) -> frozenset[int]:
    """Return the visits there are already that the act is about."""
    match act:
        case Book():
            return frozenset()
        case Move(to):
            return frozenset(to)
        case Cancel(visits):
            return frozenset(visits)
        case Mark(states):
            return frozenset(states)


def series(first: date, weekdays: Collection[int], weeks: int) -> tuple[date, ...]:
    """
    Return each day of `weeks` weeks, counted from the first day on, that falls on one of these weekdays.

    Weekdays count from Monday, 0. With none of them it is the first day alone.
    """
    if not weekdays:
        return (first,)
    days = (first + timedelta(days=n) for n in range(7 * weeks))
    return tuple(day for day in days if day.weekday() in weekdays)
