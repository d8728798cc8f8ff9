"""
The rules of reminders as values: which text goes how many days before which kind of visit, and at what time.

They come from templates/sms/en/reminders.toml; a clinic may have its own in place of some. `problems` says
what rules must never do, whoever wrote them.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise

from companion.domain.clock_time import SendingHours
from companion.domain.vocabulary import APPOINTMENT_TYPES, NEVER_AFTERWARDS, READS_LIKE_A_REVIEW, RULES
from companion.domain.wording import ASKING, PUSHES

WEEKENDS = "weekends"
CLOSED_DAYS = "closed-days"
#: Days that a rule may keep off.
DAYS_OFF = (WEEKENDS, CLOSED_DAYS)

#: Further back than this a text is no longer about the visit in anybody's mind.
_LONGEST_BEFORE = 30
_LONGEST_AFTER = 7
#: A clinic closed for longer than this is texted for all the same.
_AT_MOST_EARLIER = 14
_SATURDAY = 5

#: Nobody is texted outside these, whatever a clinic writes.
_WIDEST = SendingHours(time(8), time(20))
#: In fewer hours than this not everyone's texts could leave.
_LEAST_HOURS = 4
_MOST_A_DAY = 1
_MOST_A_WEEK = 4

#: What a text about a visit ahead says, and what more it may.
_DATE = "when"
_FILLED_BEFORE = frozenset({_DATE, "questions", "support"})
_FILLED_AFTERWARDS = frozenset({"support"})


@dataclass(frozen=True)
class Timing:
    """When one rule goes for one kind of visit, by the clock where the person lives."""

    #: Days before the visit; negative means after it.
    days_before: int
    #: `HH:MM` on that day.
    at: str
    #: It says date and time and nothing else.
    plain: bool = False
    #: The text of a reminder that goes in place of the rule's, by its id; None: the rule's.
    text: str | None = None


@dataclass(frozen=True)
class OtherTiming:
    """Kinds of visit for which a rule has another timing."""

    types: frozenset[str]
    timing: Timing


@dataclass(frozen=True)
class Rule:
    """One reminder rule."""

    id: str
    #: For every kind of visit that has no other.
    usual: Timing
    #: Whether it waits until staff mark the visit attended.
    after_attended: bool
    #: Appointment types it never goes to.
    never_for: frozenset[str]
    others: tuple[OtherTiming, ...] = ()
    #: Days it does not go on if it can go before them: `weekends`, `closed-days`.
    not_on: frozenset[str] = frozenset()

    def timing(self, kind: str) -> Timing | None:
        """Return when it goes for this kind of visit; None: never."""
        if kind in self.never_for:
            return None
        return next((other.timing for other in self.others if kind in other.types), self.usual)

    @property
    def timings(self) -> tuple[Timing, ...]:
        return (self.usual, *(other.timing for other in self.others))


@dataclass(frozen=True)
class ReminderRules:
    rules: tuple[Rule, ...]
    #: `HH:MM`; pushes leave from the first to before the second, local time.
    sending_from: str
    sending_until: str
    #: Nothing leaves in the last minutes before a visit.
    quiet_minutes_before_visit: int
    #: A correction that has not left this long before the visit becomes a phone call.
    correction_notice_minutes: int
    pushes_per_day: int
    pushes_per_week: int
    #: Days on which the clinic is shut.
    closed: frozenset[date] = frozenset()

    @property
    def hours(self) -> SendingHours:
        return SendingHours(time.fromisoformat(self.sending_from), time.fromisoformat(self.sending_until))

    @property
    def before(self) -> tuple[Rule, ...]:
        """The rules that go before a visit."""
        return tuple(rule for rule in self.rules if not rule.after_attended)

    @property
    def texts(self) -> frozenset[str]:
        """The texts that stand in for a rule's own."""
        return frozenset(timing.text for rule in self.rules for timing in rule.timings if timing.text)

    def tells(self, kind: str) -> bool:
        """Say whether any text goes before a visit of this kind."""
        return any(rule.timing(kind) for rule in self.before)

    def words(self, rule_id: str, kinds: Iterable[str]) -> tuple[bool, str | None]:
        """Return what `shared_words` does, of a text of this rule about visits of these kinds."""
        found = [rule.timing(kind) for rule in self.rules if rule.id == rule_id for kind in kinds]
        return shared_words(timing for timing in found if timing)

    def day_for(self, rule: Rule, day: date) -> date:
        """Return `day`, or the nearest before it that the rule does not keep off."""
        earlier = (day - timedelta(days=back) for back in range(_AT_MOST_EARLIER + 1))
        return next((one for one in earlier if not self._is_off(rule, one)), day)

    def _is_off(self, rule: Rule, day: date) -> bool:
        weekend = WEEKENDS in rule.not_on and day.weekday() >= _SATURDAY
        return weekend or (CLOSED_DAYS in rule.not_on and day in self.closed)


def shared_words(timings: Iterable[Timing]) -> tuple[bool, str | None]:
    """
    Return whether one text about all these visits is plain, and of which text it is made.

    Plain or other words only if they are those of each visit; else it is the rule's own text.
    """
    all_words = {(timing.plain, timing.text) for timing in timings}
    return all_words.pop() if len(all_words) == 1 else (False, None)


def problems(rules: ReminderRules) -> tuple[str, ...]:
    """Return everything that makes rules unfit, in words for whoever wrote them; nothing if they will do."""
    limits = tuple(_of_limits(rules))
    # Hours that cannot be are said once and not again of each rule.
    hours = _WIDEST if limits else rules.hours
    found = [f"{rule.id}: {problem}" for rule in rules.rules for problem in _of_rule(rule, hours)]
    return (*limits, *found, *_of_order(rules))


def _of_limits(rules: ReminderRules) -> Iterator[str]:
    """Hours may be narrower and caps lower than these, never the other way."""
    for name, most in (("pushes_per_day", _MOST_A_DAY), ("pushes_per_week", _MOST_A_WEEK)):
        if not 1 <= (cap := getattr(rules, name)) <= most:
            yield f"{name}: is {cap}; it must be from 1 to {most}"
    written = {"sending_from": rules.sending_from, "sending_until": rules.sending_until}
    read = {name: _clock(at) for name, at in written.items()}
    yield from (f"{name}: {written[name]!r} is not a time such as 08:00" for name in read if not read[name])
    start, end = read.values()
    if start and end and not _WIDEST.start <= start < end <= _WIDEST.end:
        yield f"sending_from: must lie before sending_until, and both from {_said(_WIDEST)}"
    elif start and end and end.hour * 60 + end.minute < start.hour * 60 + start.minute + _LEAST_HOURS * 60:
        yield f"sending_until: must lie at least {_LEAST_HOURS} hours after sending_from"


def _clock(text: str) -> time | None:
    """Read `08:00`; None for any other form."""
    try:
        at = time.fromisoformat(text)
    except ValueError:
        return None
    return at if text == at.strftime("%H:%M") else None


def _said(hours: SendingHours) -> str:
    return f"{hours.start:%H:%M} to {hours.end:%H:%M}"


def _of_rule(rule: Rule, hours: SendingHours) -> Iterator[str]:
    named = [kind for other in rule.others for kind in other.types]
    if unknown := ({*named, *rule.never_for} - {*APPOINTMENT_TYPES}):
        yield f"no such kind of visit: {_listed(unknown)}"
    if strange := rule.not_on - {*DAYS_OFF}:
        yield f"not_on knows {_listed(DAYS_OFF)}, not {_listed(strange)}"
    twice = {kind for kind in named if named.count(kind) > 1 or kind in rule.never_for}
    if twice:
        yield f"says more than one thing of {_listed(twice)}"
    for timing in rule.timings:
        yield from _of_timing(rule, timing, hours)
    yield from _of_afterwards(rule) if rule.after_attended else _of_likeness(rule)


def _of_timing(rule: Rule, timing: Timing, hours: SendingHours) -> Iterator[str]:
    least, most = (-_LONGEST_AFTER, -1) if rule.after_attended else (1, _LONGEST_BEFORE)
    if not least <= timing.days_before <= most:
        yield f"days_before is {timing.days_before}; it must be from {least} to {most}"
    yield from _of_text(rule, timing)
    at = _clock(timing.at)
    if at is None:
        yield f"{timing.at!r} is not a time such as 08:00"
    elif not hours.start <= at < hours.end:
        yield f"{timing.at} is not between {hours.start:%H:%M} and {hours.end:%H:%M}, when texts may leave"


def _of_text(rule: Rule, timing: Timing) -> Iterator[str]:
    """Only a reminder's text may stand in for another, and only one that is all true where it goes."""
    if timing.text is None:
        return
    if timing.plain:
        yield f"is plain, which is push.minimal; leave out plain or {timing.text}"
    if timing.text not in _usable(rule):
        yield f"cannot say {timing.text}; it may say {_listed(_usable(rule))}"


def _usable(rule: Rule) -> tuple[str, ...]:
    """Return the texts this rule can fill; before a visit they tell its date, and only confirm asks."""
    if rule.after_attended:
        return tuple(name for name, holds in PUSHES.items() if holds <= _FILLED_AFTERWARDS)
    dated = (name for name, holds in PUSHES.items() if _DATE in holds and holds <= _FILLED_BEFORE)
    return tuple(name for name in dated if rule.id == "confirm" or name not in ASKING)


def _of_afterwards(rule: Rule) -> Iterator[str]:
    if missing := NEVER_AFTERWARDS - rule.never_for:
        yield f"may never go after {_listed(missing)}"
    if rule.not_on:
        yield "goes after a visit and cannot be moved to before it; leave out not_on"
    if any(timing.plain for timing in rule.timings):
        yield "tells no date, so it cannot be plain"


def _of_likeness(rule: Rule) -> Iterator[str]:
    """On a lock screen these kinds must not be told apart, nor by the hour at which a text comes."""
    if len({rule.timing(kind) for kind in READS_LIKE_A_REVIEW}) > 1:
        yield f"must be the same for {_listed(READS_LIKE_A_REVIEW)}, or its time would give the kind away"


def _of_order(rules: ReminderRules) -> Iterator[str]:
    """Two steps of one visit on one day would be one text too many, and out of order they make no sense."""
    wrong: dict[str, list[str]] = {}
    before = sorted(rules.before, key=lambda rule: RULES.index(rule.id))
    for kind in APPOINTMENT_TYPES:
        steps = [(rule.id, timing) for rule in before if (timing := rule.timing(kind))]
        for (first, a), (second, b) in pairwise(steps):
            if a.days_before <= b.days_before:
                wrong.setdefault(f"{first} must go on a day before {second}", []).append(kind)
    yield from (f"{problem} (for {_listed(kinds)})" for problem, kinds in wrong.items())


def _listed(words: Collection[str]) -> str:
    return ", ".join(sorted(words))
