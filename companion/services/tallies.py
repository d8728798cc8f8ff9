"""
How texts fared today and over the last weeks, as figures for pictures.

Weeks begin on Monday by the clinic's clock. Two queries over the texts, and one for what waits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from companion.domain.clock_time import resolve
from companion.domain.vocabulary import NOT_UNDERSTOOD
from companion.records import OutboundState
from companion.storage import tallies

#: The present one among them.
_WEEKS = 6
_LOST = frozenset({OutboundState.UNDELIVERED, OutboundState.FAILED})
_CONFIRM = "confirm"


@dataclass(frozen=True)
class Week:
    #: Its Monday.
    day: date
    delivered: int
    lost: int
    #: Nothing is known yet, or nothing more will be.
    open: int
    #: Texts that asked whether the person comes, and texts that said so.
    asked: int
    coming: int

    @property
    def sent(self) -> int:
        return self.delivered + self.lost + self.open

    @property
    def share(self) -> int | None:
        """Whole percent of what was settled that arrived; None if nothing is settled."""
        settled = self.delivered + self.lost
        # Down, so that one that was lost is never rounded away.
        return self.delivered * 100 // settled if settled else None


@dataclass(frozen=True)
class DayTexts:
    delivered: int
    lost: int
    open: int
    to_go: int
    came: int
    unclear: int

    @property
    def sent(self) -> int:
        return self.delivered + self.lost + self.open


@dataclass(frozen=True)
class Tallies:
    #: Oldest first.
    weeks: tuple[Week, ...]
    today: DayTexts

    @property
    def most_sent(self) -> int:
        """The highest column of the picture; 1 at least."""
        return max(1, *(week.sent for week in self.weeks))

    @property
    def most_asked(self) -> int:
        return max(1, *(max(week.asked, week.coming) for week in self.weeks))


def read(session: Session, clinic_id: int, day: date, zone: str) -> Tallies:
    """Return the figures for the weeks up to `day`, and for that day."""
    mondays = [day - timedelta(days=day.weekday() + 7 * back) for back in range(_WEEKS)][::-1]
    # The day is a stretch of its own, behind that of its week.
    starts = [resolve(datetime.combine(each, time()), zone) for each in (*mondays, day)]
    end = resolve(datetime.combine(day + timedelta(days=1), time()), zone)
    went = tallies.went(session, clinic_id, starts)
    came = tallies.came(session, clinic_id, starts)
    waiting = tallies.to_go(session, clinic_id, end)
    weeks = tuple(_week(monday, number, went, came) for number, monday in enumerate(mondays))
    return Tallies(weeks, _today(went, came, waiting))


def _week(
    monday: date,
    number: int,
    went: Sequence[tuple[int, str, bool, int]],
    came: Sequence[tuple[int, str | None, int]],
) -> Week:
    stretches = {number, _WEEKS} if number == _WEEKS - 1 else {number}
    out = [row for row in went if row[0] in stretches]
    delivered, lost, open_ = _fates((state, many) for _, state, _, many in out)
    asked = sum(many for _, _, asks, many in out if asks)
    coming = sum(many for stretch, intent, many in came if stretch in stretches and intent == _CONFIRM)
    return Week(monday, delivered, lost, open_, asked, coming)


def _today(
    went: Sequence[tuple[int, str, bool, int]], came: Sequence[tuple[int, str | None, int]], waiting: int
) -> DayTexts:
    delivered, lost, open_ = _fates((state, many) for stretch, state, _, many in went if stretch == _WEEKS)
    of_today = [(intent, many) for stretch, intent, many in came if stretch == _WEEKS]
    unclear = sum(many for intent, many in of_today if intent in (None, NOT_UNDERSTOOD))
    return DayTexts(delivered, lost, open_, waiting, sum(many for _, many in of_today), unclear)


def _fates(states: Iterable[tuple[str, int]]) -> tuple[int, int, int]:
    """Return how many were delivered, were lost, and are neither."""
    counted = list(states)
    delivered = sum(many for state, many in counted if state == OutboundState.DELIVERED)
    lost = sum(many for state, many in counted if state in _LOST)
    return delivered, lost, sum(many for _, many in counted) - delivered - lost
