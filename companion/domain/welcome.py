"""
The welcome: two texts, one after the other, once, when a person joins.

It is a push that names nobody, no visit and no treatment, so the rule that holds reminders to date and
time until a number has answered does not shorten it; a discreet person gets one shorter text. It stands
outside the caps: on the day of joining at most three unasked texts go, and a reminder never gives way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import SendingHours, resolve, to_wall
from companion.domain.composing import Composed
from companion.records import OutboundState as S

RULE = "welcome"
#: Ids of the texts, in their order.
PARTS = ("welcome", "welcome-2")
_DISCREET = "welcome.discreet"
#: A network may turn round two texts that are handed over together.
GAP = timedelta(minutes=1)

#: What became of the first part -> whether the second may go (True), waits (None) or never goes (False).
_AFTER_FIRST: Mapping[S, bool | None] = {
    S.PENDING: None,
    S.LEASED: None,
    S.UNKNOWN: True,
    S.ACCEPTED: True,
    S.SENT: True,
    S.DELIVERED: True,
    S.UNDELIVERED: False,
    S.FAILED: False,
    S.WITHDRAWN: False,
    S.SUPPRESSED: False,
    S.EXPIRED: False,
}


@dataclass(frozen=True)
class Moment:
    """When one part goes, in UTC, and from when on it is of no use."""

    send_at: datetime
    not_useful_after: datetime


def plan_key(part: str, patient_id: int) -> str:
    """Return what the database keeps unique, so that nobody is welcomed twice."""
    return f"{part}:{patient_id}"


def moments(hours: SendingHours, zone: str, now: datetime) -> tuple[Moment, ...]:
    """
    Return when each part goes: at once within sending hours, and both on one day.

    Of use until sending ends on the day after: later it would come among reminders, and explain nothing.
    """
    first = hours.next_moment(now, zone)
    last = first + GAP * (len(PARTS) - 1)
    if hours.next_moment(last, zone) > last:
        # Begun just before the day's end, the second part would come the next morning, alone.
        first = hours.next_moment(last, zone)
    next_day = to_wall(first, zone).date() + timedelta(days=1)
    ends = resolve(datetime.combine(next_day, hours.end), zone)
    return tuple(Moment(first + GAP * place, ends) for place in range(len(PARTS)))


def compose(part: str, catalogue: Catalogue, *, clinic: str, line: str, discreet: bool) -> Composed:
    """
    Return one part, fit for a lock screen; a discreet person's second part is withheld.

    Should a filled text say what must not stand on a lock screen, the discreet one goes in its place.
    """
    composed = Composed(catalogue.text(part).fill(clinic=clinic, line=line))
    if not discreet and catalogue.lock_screen.allows(composed.body):
        return composed
    reason = "discreet" if discreet else "lock-screen"
    if part != PARTS[0]:
        return Composed(composed.body, withheld=reason)
    return Composed(catalogue.text(_DISCREET).fill())


def may_follow(first: S) -> bool | None:
    """Say whether the second part may go after the first: yes, never, or None: not yet."""
    return _AFTER_FIRST[first]
