"""
Which of a person's late reminders goes today. Pure.

A plan keeps the caps for the days it was made for; after an outage several texts may be waiting that were
meant for different days. What gives way goes the next morning if it is of use then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from companion.domain.clock_time import to_wall
from companion.domain.planning import CORRECTION, PRIORITY
from companion.domain.reminder_rules import ReminderRules


@dataclass(frozen=True, order=True)
class Turn:
    """One reminder's place among those of the same person."""

    rank: int
    send_at: datetime
    row_id: int

    @classmethod
    def of(cls, rule: str, send_at: datetime, row_id: int) -> "Turn":
        return cls(PRIORITY.index(rule), send_at, row_id)


def waits_its_turn(
    mine: Turn,
    gone: Iterable[datetime],
    waiting: Iterable[Turn],
    rules: ReminderRules,
    zone: str,
    now: datetime,
) -> bool:
    """
    Say whether a reminder has to wait for another day.

    `gone` is when reminders went that may have arrived; `waiting` are the others that are due by the end
    of this day. A correction never waits.
    """
    if mine.rank == PRIORITY.index(CORRECTION):
        return False
    today = to_wall(now, zone).date()
    days = [to_wall(instant, zone).date() for instant in gone]
    before_me = sum(other < mine for other in waiting)
    if days.count(today) + before_me >= rules.pushes_per_day:
        return True
    return sum(_is_this_week(day, today) for day in days) >= rules.pushes_per_week


def _is_this_week(day: date, today: date) -> bool:
    return today - timedelta(days=6) <= day <= today
