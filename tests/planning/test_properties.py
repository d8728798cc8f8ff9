"""What holds of every plan under any rules of a clinic, at any clock change, whatever was sent before."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import resolve, to_wall
from companion.domain.hospital_stay import Stay
from companion.domain.planning import CORRECTION, IN_HOSPITAL, Planned, Used, Visit, plan
from companion.domain.reminder_rules import CLOSED_DAYS, WEEKENDS, problems
from tests.planning.cases import Case, a_case, all_clock_changes

_CHANGES = all_clock_changes()
_MANY = settings(max_examples=150, deadline=None)
_randoms = st.randoms(use_true_random=False)
_changes = st.sampled_from(_CHANGES)


def _drawn(catalogue: Catalogue, random: Random, change: tuple[str, datetime]) -> Case:
    return a_case(catalogue.reminders, random, *change)


def _plan_of(case: Case) -> tuple[Planned, ...]:
    return plan(case.visits, case.rules, case.zone, case.now, case.used, case.stay)


def _keys(planned: Planned) -> list[str]:
    return [f"{planned.rule} {visit.key}" for visit in planned.visits]


@given(_randoms, _changes)
@_MANY
def test_nothing_leaves_outside_hours_in_the_past_or_when_it_is_of_no_use(
    catalogue: Catalogue, random: Random, change: tuple[str, datetime]
) -> None:
    case = _drawn(catalogue, random, change)
    for planned in _plan_of(case):
        at = to_wall(planned.send_at, case.zone)
        assert case.rules.hours.start <= at.time() < case.rules.hours.end
        assert planned.send_at >= case.now
        if planned.rule != CORRECTION:
            assert planned.send_at < planned.not_useful_after
        if planned.rule == "after-visit":
            assert planned.send_at > planned.visits[0].at
        elif planned.rule != CORRECTION:
            assert planned.send_at < min(v.at for v in planned.visits) - timedelta(hours=1)


@given(_randoms, _changes)
@_MANY
def test_no_visit_has_two_texts_of_one_rule_and_nothing_sent_is_planned_again(
    catalogue: Catalogue, random: Random, change: tuple[str, datetime]
) -> None:
    case = _drawn(catalogue, random, change)
    planned = _plan_of(case)

    told = Counter(key for text in planned for key in _keys(text))
    assert max(told.values(), default=0) <= 1
    assert not {text.plan_key for text in planned} & {one.plan_key for one in case.used}


@given(_randoms, _changes)
@_MANY
def test_planning_is_idempotent_and_what_went_changes_nothing_that_waits(
    catalogue: Catalogue, random: Random, change: tuple[str, datetime]
) -> None:
    case = _drawn(catalogue, random, change)
    planned = _plan_of(case)
    going = [p for p in planned if not p.withheld and not p.if_attended and p.send_at < p.not_useful_after]
    sent = [Used(p.plan_key, p.send_at) for p in going]

    assert _plan_of(case) == planned
    after = plan(case.visits, case.rules, case.zone, case.now, [*case.used, *sent], case.stay)
    assert not [p for p in after if not p.withheld and not p.if_attended and p.rule != CORRECTION]


@given(_randoms, _changes)
@_MANY
def test_nothing_goes_to_somebody_in_hospital_but_a_correction(
    catalogue: Catalogue, random: Random, change: tuple[str, datetime]
) -> None:
    case = _drawn(catalogue, random, change)
    stay = case.stay
    for planned in _plan_of(case):
        held = stay is not None and stay.holds(planned.send_at) and planned.rule != CORRECTION
        assert (planned.withheld == IN_HOSPITAL) == held


@given(_randoms, _changes)
@_MANY
def test_a_stay_that_holds_no_day_changes_nothing(
    catalogue: Catalogue, random: Random, change: tuple[str, datetime]
) -> None:
    case = _drawn(catalogue, random, change)
    empty = Stay(change[1].date(), change[1].date(), case.zone)

    assert _plan_of(replace(case, stay=empty)) == _plan_of(replace(case, stay=None))


@given(_randoms, _changes, st.integers(1, 30 * 24 * 60))
@_MANY
def test_a_visit_that_moves_later_is_never_told_earlier(
    catalogue: Catalogue, random: Random, change: tuple[str, datetime], minutes: int
) -> None:
    case = _drawn(catalogue, random, change)
    ahead = [visit for visit in case.visits if visit.at > case.now and visit.zone is None]
    for visit in ahead:
        alone = replace(visit, told=None, cancelled=False)
        later = _moved(alone, minutes, case.zone)
        before = _times(alone, case)
        for rule, at in _times(later, case).items():
            assert at >= before.get(rule, at)


def _moved(visit: Visit, minutes: int, zone: str) -> Visit:
    wall = visit.wall + timedelta(minutes=minutes)
    return replace(visit, wall=wall, at=max(resolve(wall, zone), visit.at))


def _times(visit: Visit, case: Case) -> dict[str, datetime]:
    return {p.rule: p.send_at for p in plan([visit], case.rules, case.zone, case.now)}


@given(_randoms, _changes)
@_MANY
def test_what_goes_in_its_own_time_goes_on_no_day_off(
    catalogue: Catalogue, random: Random, change: tuple[str, datetime]
) -> None:
    """Nine closed days and the weekends among them leave a day free within two weeks."""
    case = _drawn(catalogue, random, change)
    rules = {rule.id: rule for rule in case.rules.rules}
    for planned in _plan_of(case):
        moved = case.stay is not None and to_wall(planned.send_at, case.zone).date() == case.stay.home
        if not planned.at_once and not moved:
            off = rules[planned.rule].not_on
            day = to_wall(planned.send_at, case.zone).date()
            assert WEEKENDS not in off or day.weekday() < 5
            assert CLOSED_DAYS not in off or day not in case.rules.closed


@given(_randoms, _changes)
@_MANY
def test_two_steps_of_one_visit_never_go_on_one_day(
    catalogue: Catalogue, random: Random, change: tuple[str, datetime]
) -> None:
    case = _drawn(catalogue, random, change)
    assert problems(case.rules) == ()
    for visit in case.visits:
        if visit.at > case.now:
            alone = replace(visit, told=None, cancelled=False)
            # A lower cap a week would hold the third of them back.
            planned = plan([alone], replace(case.rules, pushes_per_week=4), case.zone, case.now)
            days = [to_wall(p.send_at, case.zone).date() for p in planned]
            assert len(set(days)) == len(days)
            assert {p.withheld for p in planned} <= {None}
