"""Random cases for the planner, each around one clock change: visits, rules, what was sent, the moment."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from companion.domain.clock_time import resolve
from companion.domain.hospital_stay import Stay
from companion.domain.planning import Used, Visit
from companion.domain.reminder_rules import DAYS_OFF, OtherTiming, ReminderRules, Rule, Timing, problems
from companion.domain.vocabulary import APPOINTMENT_TYPES, READS_LIKE_A_REVIEW
from tests.planning.reference import reference_plan

#: By the hour and by half an hour, at midnight and after it, north and south, backwards over a winter that
#: counts as the exception, and for one month of the year.
ZONES = (
    "Europe/London",
    "Europe/Dublin",
    "Europe/Athens",
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",
    "America/Havana",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
)
YEARS = range(2026, 2031)


@dataclass(frozen=True)
class Case:
    visits: tuple[Visit, ...]
    rules: ReminderRules
    zone: str
    now: datetime
    used: tuple[Used, ...]
    stay: Stay | None = None


def clock_changes(zone: str) -> list[datetime]:
    """Return the last whole hour before each change of the zone's clocks in these years."""
    hour = timedelta(hours=1)
    moment, end = datetime(YEARS[0], 1, 1, tzinfo=UTC), datetime(YEARS[-1] + 1, 1, 1, tzinfo=UTC)
    changes = []
    while moment < end:
        if _offset(moment, zone) != _offset(moment + hour, zone):
            changes.append(moment)
        moment += hour
    return changes


def all_clock_changes() -> list[tuple[str, datetime]]:
    return [(zone, change) for zone in ZONES for change in clock_changes(zone)]


def cases(usual: ReminderRules, seed: int) -> Iterator[Case]:
    """Yield cases without end; each clock change has its turn before one has its second."""
    changes = all_clock_changes()
    for number in count():
        zone, change = changes[number % len(changes)]
        yield a_case(usual, Random(f"{seed}:{number}"), zone, change)


def a_case(usual: ReminderRules, random: Random, zone: str, change: datetime) -> Case:
    around = change.astimezone(ZoneInfo(zone)).date()
    rules = _rules(usual, random, around)
    now = resolve(_wall(random, around + timedelta(days=random.randint(-10, 4))), zone)
    visits = tuple(_visit(random, number, around, zone, now) for number in range(1, random.randint(1, 6) + 1))
    stay = _stay(random, around, zone)
    return Case(visits, rules, zone, now, _used(random, visits, rules, zone, now, stay), stay)


def _stay(random: Random, around: date, zone: str) -> Stay | None:
    """In hospital at some time around then: half of the people not, one in eight until said otherwise."""
    if random.random() < 0.5:
        return None
    begins = around + timedelta(days=random.randint(-14, 8))
    if random.random() < 0.25:
        return Stay(begins, None, zone)
    return Stay(begins, begins + timedelta(days=random.choice((0, 1, 2, 3, 5, 8, 13))), zone)


def _visit(random: Random, number: int, around: date, zone: str, now: datetime) -> Visit:
    wall = _wall(random, around + timedelta(days=random.randint(-4, 12)))
    # Now and then somebody is away from where they are treated.
    elsewhere = random.choice(ZONES) if random.random() < 0.15 else None
    at = resolve(wall, elsewhere or zone)
    kind = random.choice(APPOINTMENT_TYPES)
    visit = Visit(number, random.randint(1, 3), kind, wall, at, zone=elsewhere)
    if at <= now:
        return replace(visit, attended=True)
    if random.random() < 0.1:
        return replace(visit, cancelled=True, told=wall)
    if random.random() < 0.2:
        return replace(visit, told=wall + timedelta(minutes=random.randint(-5000, 5000)))
    return replace(visit, confirmed=random.random() < 0.3)


def _used(
    random: Random,
    visits: tuple[Visit, ...],
    rules: ReminderRules,
    zone: str,
    now: datetime,
    stay: Stay | None,
) -> tuple[Used, ...]:
    """Return what an earlier plan would have sent by now, and texts about other visits."""
    earlier = now - timedelta(minutes=random.randint(0, 9 * 24 * 60))
    used = []
    if random.random() < 0.5:
        untold = [replace(v, attended=False, told=None) for v in visits if not v.cancelled]
        used = [
            Used(text.key, text.goes, arrived=random.random() < 0.8)
            for text in reference_plan(untold, rules, zone, earlier, [], stay)
            if text.goes <= now and not text.held_back and not text.only_if_attended
        ]
    for number in range(random.choice((0, 0, 0, 1, 3, 5))):
        sent = now + timedelta(minutes=random.randint(-8 * 24 * 60, 0))
        used.append(Used(f"confirm:{90 + number}.1", sent, arrived=random.random() < 0.8))
    return tuple(used)


def _rules(usual: ReminderRules, random: Random, around: date) -> ReminderRules:
    if random.random() < 0.4:
        return usual
    closed = frozenset(around + timedelta(days=random.randint(-12, 12)) for _ in range(random.randint(0, 9)))
    kinds = _kinds(random)
    days, others = _days(random), _days(random)
    hours = random.choice(((8, 20), (8, 20), (9, 17), (11, 15)))
    rules = tuple(_rule(random, rule, days, others, kinds, hours) for rule in usual.rules)
    start, end = (f"{hour:02}:00" for hour in hours)
    week = random.choice((4, 4, 3, 1))
    found = replace(
        usual, rules=rules, closed=closed, sending_from=start, sending_until=end, pushes_per_week=week
    )
    assert problems(found) == (), "the trial's own premise"
    return found


def _rule(
    random: Random,
    rule: Rule,
    days: dict[str, int],
    others: dict[str, int],
    kinds: frozenset[str],
    hours: tuple[int, int],
) -> Rule:
    if rule.after_attended:
        return replace(rule, usual=Timing(-random.randint(1, 7), _at(random, hours)))
    off = random.random() < 0.1
    never = frozenset(APPOINTMENT_TYPES) if off else rule.never_for
    return replace(
        rule,
        usual=_timing(random, days[rule.id], hours),
        others=(OtherTiming(kinds - never, _timing(random, others[rule.id], hours)),),
        never_for=never,
        not_on=frozenset(one for one in DAYS_OFF if random.random() < 0.5),
    )


def _timing(random: Random, days_before: int, hours: tuple[int, int]) -> Timing:
    plain, text = random.choice(((False, None), (False, None), (True, None), (False, "push.minimal")))
    return Timing(days_before, _at(random, hours), plain, text)


def _kinds(random: Random) -> frozenset[str]:
    others = [kind for kind in APPOINTMENT_TYPES if kind not in READS_LIKE_A_REVIEW]
    return frozenset(random.sample(others, 4)) | (READS_LIKE_A_REVIEW if random.random() < 0.3 else set())


def _days(random: Random) -> dict[str, int]:
    evening, confirm, heads_up = sorted(random.sample(range(1, 15), 3))
    return {"heads-up": heads_up, "confirm": confirm, "evening-before": evening}


def _at(random: Random, hours: tuple[int, int]) -> str:
    return f"{random.randint(hours[0], hours[1] - 1):02}:{random.choice((0, 15, 30, 59)):02}"


def _wall(random: Random, day: date) -> datetime:
    """Mostly by day, often by night, where the clocks change."""
    hour = random.randint(0, 23) if random.random() < 0.5 else random.randint(7, 21)
    return datetime.combine(day, time(hour, random.choice((0, 1, 15, 30, 59))))


def _offset(moment: datetime, zone: str) -> timedelta | None:
    return moment.astimezone(ZoneInfo(zone)).utcoffset()
