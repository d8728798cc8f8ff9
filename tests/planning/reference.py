"""
A planner that is slow and obvious: what the rules say in plain words, done step by step on plain lists.

It shares no code with the planner but the nouns that go in. It is held against it on random cases.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from companion.domain.hospital_stay import Stay
from companion.domain.planning import Used, Visit
from companion.domain.reminder_rules import ReminderRules, Rule

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@dataclass
class Text:
    """One text of the plan."""

    rule: str
    visits: list[Visit]
    goes: datetime
    until: datetime
    at_once: bool = False
    only_if_attended: bool = False
    held_back: str | None = None
    plain: bool = False
    words: str | None = None

    @property
    def key(self) -> str:
        return self.rule + ":" + "+".join(f"{v.id}.{v.version}" for v in self.visits)


def reference_plan(
    visits: list[Visit],
    rules: ReminderRules,
    zone: str,
    now: datetime,
    used: list[Used],
    stay: Stay | None = None,
) -> list[Text]:
    texts = [_correction(visit, rules, zone, now) for visit in visits if visit.told is not None]
    for day in sorted({visit.wall.date() for visit in visits}):
        of_day = [v for v in visits if v.wall.date() == day and not v.cancelled]
        of_day.sort(key=lambda v: (v.wall, v.id))
        if of_day:
            texts += _before(of_day, rules, zone, now, used, stay)
            texts += _afterwards(of_day, rules, zone, now, stay)
    had_their_turn = {one.plan_key for one in used}
    texts = [text for text in texts if text.key not in had_their_turn]
    _hold_back(texts, rules, zone, used)
    return sorted(texts, key=lambda text: (text.goes, text.key))


def _before(
    of_day: list[Visit],
    rules: ReminderRules,
    zone: str,
    now: datetime,
    used: list[Used],
    stay: Stay | None,
) -> list[Text]:
    steps = _steps(of_day, rules, zone)
    _wait_for_home(steps, rules, zone, stay)
    ahead = [s for s in steps if s.goes > now and s.goes < s.until]
    missed = [s for s in steps if s.goes <= now]
    being_corrected = any(v.told is not None for v in of_day)
    if not missed or being_corrected:
        return ahead
    newest = missed[-1]
    if all(_told_since(visit, newest.goes, used) for visit in newest.visits):
        return ahead
    own = newest.goes
    newest.goes, newest.at_once, newest.held_back = _first_minute_open(now, rules, zone), True, None
    if newest.goes >= newest.until:
        return ahead
    if ahead and _local(ahead[0].goes, zone).date() <= _local(newest.goes, zone).date():
        return ahead
    if _in_hospital(newest.goes, zone, stay):
        home = _at_home(own, newest.until, rules, zone, stay)
        others = [_local(s.goes, zone).date() for s in ahead if s.held_back is None]
        if home is None or (others and min(others) <= _local(home, zone).date()):
            newest.held_back = "in-hospital"
        else:
            newest.goes, newest.at_once = home, False
    return [newest, *ahead]


def _wait_for_home(steps: list[Text], rules: ReminderRules, zone: str, stay: Stay | None) -> None:
    """What would go while the person is in hospital goes on the day home, one text at the most."""
    for number in reversed(range(len(steps))):
        step = steps[number]
        later = [s for s in steps[number + 1 :] if s.held_back is None]
        if _in_hospital(step.goes, zone, stay):
            home = _at_home(step.goes, step.until, rules, zone, stay)
            taken = bool(later) and home is not None and _same_day_or_before(later[0].goes, home, zone)
            if home is None or taken:
                step.held_back = "in-hospital"
            else:
                step.goes = home
        if later and later[0].goes < step.until:
            step.until = later[0].goes


def _same_day_or_before(one: datetime, other: datetime, zone: str) -> bool:
    return _local(one, zone).date() <= _local(other, zone).date()


def _in_hospital(moment: datetime, zone: str, stay: Stay | None) -> bool:
    if stay is None:
        return False
    today = _local(moment, zone).date()
    return today >= stay.begins and not (stay.home is not None and today >= stay.home)


def _at_home(
    own: datetime, until: datetime, rules: ReminderRules, zone: str, stay: Stay | None
) -> datetime | None:
    """At its own time of day on the day home; if that is too late, when sending hours begin."""
    if stay is None or stay.home is None:
        return None
    its_time = _first_minute_open(
        _instant(datetime.combine(stay.home, _local(own, zone).time()), zone), rules, zone
    )
    first_thing = _first_minute_open(_instant(_clock(stay.home, rules.sending_from), zone), rules, zone)
    useful = [moment for moment in (its_time, first_thing) if moment < until]
    return useful[0] if useful else None


def _steps(of_day: list[Visit], rules: ReminderRules, zone: str) -> list[Text]:
    """The texts before the visits of one day, in time, none late, none merged."""
    found = [one for rule in rules.rules if not rule.after_attended for one in _step(rule, of_day, zone)]
    texts: list[Text] = []
    next_day: date | None = None
    # From the one nearest the visit back to the first.
    for wall, rule, told in sorted(found, key=lambda one: one[0], reverse=True):
        day = _off_days_off(wall.date(), rule.not_on, rules)
        if next_day is not None and not day < next_day:
            day = _off_days_off(next_day - _DAY, rule.not_on, rules)
        next_day = day
        goes = _first_minute_open(_instant(datetime.combine(day, wall.time()), zone), rules, zone)
        until = min(visit.at for visit in told) - rules.quiet_minutes_before_visit * _MINUTE
        texts.insert(0, Text(rule.id, told, goes, until))
        _give_words(texts[0], rule)
    return texts


def _give_words(text: Text, rule: Rule) -> None:
    """Words of their own if they are those of every visit; else the rule's."""
    timings = [timing for visit in text.visits if (timing := rule.timing(visit.type)) is not None]
    first = timings[0]
    if all(t.plain == first.plain and t.text == first.text for t in timings):
        text.plain, text.words = first.plain, first.text


def _step(rule: Rule, of_day: list[Visit], zone: str) -> list[tuple[datetime, Rule, list[Visit]]]:
    """What this rule says of these visits: the earliest of its times, or nothing at all."""
    walls, told = [], []
    for visit in of_day:
        timing = rule.timing(visit.type)
        if timing is None or visit.attended or (rule.id == "confirm" and visit.confirmed):
            continue
        walls.append(_clock(_local(visit.at, zone).date() - timing.days_before * _DAY, timing.at))
        told.append(visit)
    return [(min(walls), rule, told)] if told else []


def _off_days_off(day: date, not_on: frozenset[str], rules: ReminderRules) -> date:
    tried = day
    for _ in range(15):
        weekend = tried.strftime("%a") in ("Sat", "Sun") and "weekends" in not_on
        shut = tried in rules.closed and "closed-days" in not_on
        if not weekend and not shut:
            return tried
        tried = tried - _DAY
    return day


def _told_since(visit: Visit, moment: datetime, used: list[Used]) -> bool:
    for one in used:
        names = one.plan_key.split(":")[1].split("+")
        if one.arrived and one.send_at >= moment and f"{visit.id}.{visit.version}" in names:
            return True
    return False


def _correction(visit: Visit, rules: ReminderRules, zone: str, now: datetime) -> Text:
    assert visit.told is not None
    earliest = _instant(visit.told, visit.zone or zone)
    if not visit.cancelled and visit.at < earliest:
        earliest = visit.at
    until = earliest - rules.correction_notice_minutes * _MINUTE
    return Text("correction", [visit], _first_minute_open(now, rules, zone), until, at_once=True)


def _afterwards(
    of_day: list[Visit], rules: ReminderRules, zone: str, now: datetime, stay: Stay | None
) -> list[Text]:
    texts = []
    for rule in rules.rules:
        for visit in of_day:
            timing = rule.timing(visit.type) if rule.after_attended else None
            if timing is None:
                continue
            day = _local(visit.at, zone).date() - timing.days_before * _DAY
            goes = _first_minute_open(_instant(_clock(day, timing.at), zone), rules, zone)
            last_day = _local(goes, zone).date() + _DAY
            until = _instant(_clock(last_day, rules.sending_until), zone)
            text = Text(rule.id, [visit], goes, until, only_if_attended=not visit.attended)
            _wait_for_home([text], rules, zone, stay)
            if text.goes <= now:
                own, text.goes = text.goes, _first_minute_open(now, rules, zone)
                text.at_once, text.held_back = True, None
                if _in_hospital(text.goes, zone, stay):
                    home = _at_home(own, until, rules, zone, stay)
                    text.held_back = "in-hospital" if home is None else None
                    text.goes, text.at_once = home or text.goes, home is None
            if text.goes < until:
                texts.append(text)
    return texts


def _hold_back(texts: list[Text], rules: ReminderRules, zone: str, used: list[Used]) -> None:
    """Let texts give way: one a day, four in any seven days; corrections to none."""
    taken = [_local(one.send_at, zone).date() for one in used if one.arrived]
    in_turn: list[Text] = []
    for rule in ("correction", "evening-before", "confirm", "heads-up", "after-visit"):
        of_rule = [text for text in texts if text.rule == rule]
        of_rule.sort(key=lambda text: (text.goes, text.visits[0].at, text.key))
        in_turn += of_rule
    for text in in_turn:
        day = _local(text.goes, zone).date()
        if text.rule != "correction" and text.held_back is None:
            if len([other for other in taken if other == day]) >= rules.pushes_per_day:
                text.held_back = "one-a-day"
            elif _fullest_week(taken, day) >= rules.pushes_per_week:
                text.held_back = "weekly-cap"
        if text.held_back is None and not text.only_if_attended and text.goes < text.until:
            taken.append(day)


def _fullest_week(taken: list[date], day: date) -> int:
    """The most texts in any seven days that hold this one."""
    most = 0
    for start in range(-6, 1):
        week = [day + (start + n) * _DAY for n in range(7)]
        most = max(most, len([other for other in taken if other in week]))
    return most


def _first_minute_open(moment: datetime, rules: ReminderRules, zone: str) -> datetime:
    while not rules.sending_from <= _local(moment, zone).strftime("%H:%M") < rules.sending_until:
        moment = moment + _MINUTE
    return moment


def _clock(day: date, at: str) -> datetime:
    return datetime.combine(day, time(int(at[:2]), int(at[3:])))


def _local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


@lru_cache(maxsize=100_000)
def _instant(wall: datetime, zone: str) -> datetime:
    """The first instant at which the clock shows this; if it never does, that much after the clocks jump."""
    around = [wall.replace(tzinfo=UTC) + hours * timedelta(hours=1) for hours in (-40, 40)]
    before, after = (moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in around)
    shown = []
    for offset in (before, after):
        assert offset is not None
        moment = wall.replace(tzinfo=UTC) - offset
        if _local(moment, zone) == wall:
            shown.append(moment)
    if shown:
        return min(shown)
    assert before is not None
    return wall.replace(tzinfo=UTC) - before
