"""
Which reminders go when. Pure: visits, rules and what was already sent in; a plan out.

A plan is always made for all of a person's visits at once, because visits share days, caps and texts.
Making it again with nothing changed gives the same plan.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from companion.domain.clock_time import SendingHours, resolve, to_wall
from companion.domain.hospital_stay import Stay
from companion.domain.planned import (
    CAPPED,
    CORRECTION,
    IN_HOSPITAL,
    ONE_A_DAY,
    WEEKLY_CAP,
    Planned,
    Used,
    Visit,
)
from companion.domain.reminder_rules import ReminderRules, Rule, Timing, shared_words

__all__ = ["CAPPED", "CORRECTION", "IN_HOSPITAL", "PRIORITY", "Planned", "Used", "Visit", "plan"]

#: When two would go on one day, the first in this order goes. What gives way is support (after a visit), then
#: what invites questions (a week ahead), then the date: whether they come before when it is.
PRIORITY = ("correction", "evening-before", "confirm", "heads-up", "after-visit")


def plan(
    visits: Sequence[Visit],
    rules: ReminderRules,
    zone: str,
    now: datetime,
    used: Iterable[Used] = (),
    stay: Stay | None = None,
) -> tuple[Planned, ...]:
    """
    Return every text that is to go from `now` on, soonest first, `withheld` ones among them.

    `zone` is the person's; instants are UTC. What `used` holds is not planned again; what of it may have
    arrived counts towards the caps. What falls into `stay` goes on the morning after it, if it still helps.
    """
    spent = {u.plan_key: u for u in used}
    arrived = {key: u.send_at for key, u in spent.items() if u.arrived}
    planner = _Planner(rules, zone, now, arrived, stay)
    found = [p for group in _by_day(visits) for p in planner.of_day(group)]
    unused = [p for p in found if p.plan_key not in spent]
    capped = _cap(unused, rules, zone, list(arrived.values()))
    return tuple(sorted(capped, key=lambda p: (p.send_at, p.plan_key)))


def _by_day(visits: Sequence[Visit]) -> list[tuple[Visit, ...]]:
    days: dict[tuple[date, int], list[Visit]] = defaultdict(list)
    for visit in sorted(visits, key=lambda v: (v.wall, v.id)):
        # A cancelled visit is told alone: what it says is not about the others of that day.
        days[(visit.wall.date(), visit.id if visit.cancelled else 0)].append(visit)
    return [tuple(group) for group in days.values()]


@dataclass(frozen=True)
class _Step:
    """One rule and the visits of a day it is for, with its wall time where the person lives."""

    rule: Rule
    visits: tuple[Visit, ...]
    wall: datetime
    plain: bool
    text: str | None


@dataclass(frozen=True)
class _Planner:
    rules: ReminderRules
    zone: str
    now: datetime
    #: Plan key of each text that may have arrived -> when it was due.
    arrived: dict[str, datetime]
    stay: Stay | None

    @property
    def hours(self) -> SendingHours:
        return self.rules.hours

    def of_day(self, visits: tuple[Visit, ...]) -> list[Planned]:
        """Plan one day's visits, which share their texts."""
        corrections = [c for visit in visits if visit.told for c in self._correction(visit)]
        if visits[0].cancelled:
            return corrections
        steps = [step for rule in self.rules.before if (step := self._step(rule, visits))]
        before = self._chain([self._planned(step) for step in self._spread(steps)])
        after = [
            self._after(rule, visit) for rule in self.rules.rules if rule.after_attended for visit in visits
        ]
        return corrections + self._on_time(before, covered=bool(corrections)) + [a for a in after if a]

    def _step(self, rule: Rule, visits: tuple[Visit, ...]) -> _Step | None:
        """Return the step for the visits of one day that share this rule's text: at their earliest time."""
        timed = [(v, t) for v in visits if (t := rule.timing(v.type)) and not v.attended]
        timed = [(v, t) for v, t in timed if not (rule.id == "confirm" and v.confirmed)]
        if not timed:
            return None
        wall = min(self._wall(visit, timing) for visit, timing in timed)
        plain, text = shared_words(t for _, t in timed)
        return _Step(rule, tuple(v for v, _ in timed), wall, plain, text)

    def _wall(self, visit: Visit, timing: Timing) -> datetime:
        """Return the wall time in the person's zone, whatever zone the visit is in."""
        day = to_wall(visit.at, self.zone).date() - timedelta(days=timing.days_before)
        return datetime.combine(day, time.fromisoformat(timing.at))

    def _spread(self, steps: list[_Step]) -> list[_Step]:
        """
        Move what falls on days off to before them, earliest step first.

        Two steps that would then go on one day do not: the one before goes the day before that.
        """
        spread: list[_Step] = []
        for step in sorted(steps, key=lambda s: s.wall, reverse=True):
            day = self.rules.day_for(step.rule, step.wall.date())
            if spread and day >= spread[0].wall.date():
                day = self.rules.day_for(step.rule, spread[0].wall.date() - timedelta(days=1))
            spread.insert(0, replace(step, wall=datetime.combine(day, step.wall.time())))
        return spread

    def _planned(self, step: _Step) -> Planned:
        # The first by the clock need not be the first in time: visits may be in different zones.
        first = min(visit.at for visit in step.visits)
        ends = first - timedelta(minutes=self.rules.quiet_minutes_before_visit)
        at = self._moment(step.wall)
        return Planned(step.rule.id, step.visits, at, ends, plain=step.plain, text=step.text)

    def _moment(self, wall: datetime) -> datetime:
        return self.hours.next_moment(resolve(wall, self.zone), self.zone)

    def _chain(self, steps: list[Planned]) -> list[Planned]:
        """Each step before a visit is useful until the time of the next one that goes."""
        chained: list[Planned] = []
        for step in reversed(steps):
            following = _first_going(chained)
            kept = self._out_of_stay(step, following, step.send_at)
            ends = min(step.not_useful_after, following.send_at) if following else step.not_useful_after
            chained.insert(0, replace(kept, not_useful_after=ends))
        return chained

    def _out_of_stay(self, step: Planned, following: Planned | None, own: datetime) -> Planned:
        """
        Move a text out of a stay in hospital to the morning after, at the time of day of `own`.

        There it gives way to the next step on the same day. What cannot go then is withheld.
        """
        if self.stay is None or not self.stay.holds(step.send_at):
            return step
        home = self.stay.morning_after(own, step.not_useful_after, self.hours)
        if home is None or (following and self._day(following.send_at) <= self._day(home)):
            return replace(step, withheld=IN_HOSPITAL)
        return replace(step, send_at=home, at_once=False)

    def _on_time(self, steps: list[Planned], *, covered: bool) -> list[Planned]:
        """Keep what lies ahead, and merge what was missed into one text that goes at once."""
        ahead = [s for s in steps if s.send_at > self.now and s.send_at < s.not_useful_after]
        late = [s for s in steps if s.send_at <= self.now]
        if late and not covered and not self._covers(late[-1]):
            caught_up = self._at_once(late[-1])
            if self._stands_before(caught_up, ahead):
                return [self._out_of_stay(caught_up, _first_going(ahead), late[-1].send_at), *ahead]
        return ahead

    def _covers(self, step: Planned) -> bool:
        """Say whether a text that may have arrived told these visits, as they are, at or after its time."""
        told = {
            visit_key
            for plan_key, sent_at in self.arrived.items()
            if sent_at >= step.send_at
            for visit_key in plan_key.split(":")[1].split("+")
        }
        return all(visit.key in told for visit in step.visits)

    def _at_once(self, step: Planned) -> Planned:
        moment = self.hours.next_moment(self.now, self.zone)
        return replace(step, send_at=moment, at_once=True, withheld=None)

    def _stands_before(self, caught_up: Planned, ahead: list[Planned]) -> bool:
        """A late text gives way to the next step when both would go on one day."""
        if caught_up.send_at >= caught_up.not_useful_after:
            return False
        return not ahead or self._day(ahead[0].send_at) > self._day(caught_up.send_at)

    def _day(self, instant: datetime) -> date:
        return to_wall(instant, self.zone).date()

    def _correction(self, visit: Visit) -> list[Planned]:
        assert visit.told is not None
        notice = timedelta(minutes=self.rules.correction_notice_minutes)
        old = resolve(visit.told, visit.zone or self.zone)
        # Both the old time and the new must still lie far enough ahead for the text to help.
        ends = (old if visit.cancelled else min(old, visit.at)) - notice
        return [
            Planned(CORRECTION, (visit,), self.hours.next_moment(self.now, self.zone), ends, at_once=True)
        ]

    def _after(self, rule: Rule, visit: Visit) -> Planned | None:
        timing = rule.timing(visit.type)
        if timing is None:
            return None
        own = self._moment(self._wall(visit, timing))
        end_of_next_day = to_wall(own, self.zone).date() + timedelta(days=1)
        ends = resolve(datetime.combine(end_of_next_day, self.hours.end), self.zone)
        step = Planned(rule.id, (visit,), own, ends, if_attended=not visit.attended)
        planned = self._out_of_stay(step, None, own)
        if planned.send_at <= self.now:
            planned = self._out_of_stay(self._at_once(step), None, planned.send_at)
        return planned if planned.send_at < ends else None


def _first_going(steps: Iterable[Planned]) -> Planned | None:
    return next((step for step in steps if not step.withheld), None)


def _cap(found: list[Planned], rules: ReminderRules, zone: str, sent: list[datetime]) -> list[Planned]:
    """Withhold what would go over the caps; corrections always go."""
    going = list(sent)
    decided: list[Planned] = []
    for planned in sorted(found, key=_turn):
        reason = planned.withheld
        if reason is None and planned.rule != CORRECTION:
            reason = _over_cap(planned.send_at, going, rules, zone)
        decided.append(replace(planned, withheld=reason))
        # A correction that comes too late does not leave, so it takes nobody's turn.
        leaves = planned.send_at < planned.not_useful_after
        if reason is None and leaves and not planned.if_attended:
            going.append(planned.send_at)
    return decided


def _turn(planned: Planned) -> tuple[int, datetime, datetime, str]:
    return PRIORITY.index(planned.rule), planned.send_at, planned.visits[0].at, planned.plan_key


def _over_cap(send_at: datetime, going: list[datetime], rules: ReminderRules, zone: str) -> str | None:
    day = to_wall(send_at, zone).date()
    days = [to_wall(other, zone).date() for other in going]
    if days.count(day) >= rules.pushes_per_day:
        return ONE_A_DAY
    # Any seven days that hold this one.
    for first in (day - timedelta(days=back) for back in range(7)):
        if sum(first <= other <= first + timedelta(days=6) for other in days) >= rules.pushes_per_week:
            return WEEKLY_CAP
    return None
