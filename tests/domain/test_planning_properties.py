"""What holds of every plan, whatever is booked, moved and sent already."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import resolve, to_wall
from companion.domain.planning import CORRECTION, Planned, Used, Visit, plan
from companion.domain.vocabulary import APPOINTMENT_TYPES
from tests.domain.cast import AUCKLAND, LORD_HOWE, NEW_YORK
from tests.people import LONDON

_ZONES = st.sampled_from([LONDON, NEW_YORK, AUCKLAND, LORD_HOWE, "UTC"])
#: Days around the clock changes of one zone or another, and an ordinary one.
_DAYS = st.sampled_from(
    [date(2027, 3, 10), date(2027, 3, 24), date(2027, 6, 1), date(2027, 9, 24), date(2027, 10, 27)]
)
_MINUTES = st.integers(0, 24 * 60 - 1)
_SLOW_IN_SUM = settings(max_examples=120, deadline=None)


@st.composite
def situations(draw: st.DrawFn) -> tuple[tuple[Visit, ...], str, datetime]:
    """Visits ahead (some told another time, confirmed or cancelled) and attended, seen from one moment."""
    zone, day = draw(_ZONES), draw(_DAYS)
    now = resolve(_at(day, draw(_MINUTES)), zone)
    visits = []
    for number in range(1, draw(st.integers(0, 6)) + 1):
        wall = _at(day + timedelta(days=draw(st.integers(-4, 12))), draw(_MINUTES))
        at = resolve(wall, zone)
        visit = Visit(number, draw(st.integers(1, 3)), draw(st.sampled_from(APPOINTMENT_TYPES)), wall, at)
        visits.append(_ahead(draw, visit) if at > now else replace(visit, attended=True))
    return tuple(visits), zone, now


def _ahead(draw: st.DrawFn, visit: Visit) -> Visit:
    if draw(st.integers(0, 4)) == 0:
        return replace(visit, cancelled=True, told=visit.wall)
    told = visit.wall + timedelta(hours=draw(st.integers(-50, 50)))
    was_told = draw(st.booleans()) and told != visit.wall
    return replace(visit, told=told if was_told else None, confirmed=draw(st.booleans()))


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(minutes // 60, minutes % 60))


def _goes(planned: Planned) -> bool:
    """Say whether it leaves: not held back, nor a correction that comes too late and becomes a call."""
    in_time = planned.send_at < planned.not_useful_after
    return in_time and not planned.withheld and not planned.if_attended


@given(situations())
@_SLOW_IN_SUM
def test_nothing_leaves_in_the_past_or_outside_hours_or_when_it_no_longer_helps(
    catalogue: Catalogue, found: tuple[tuple[Visit, ...], str, datetime]
) -> None:
    visits, zone, now = found
    for planned in plan(visits, catalogue.reminders, zone, now):
        assert planned.send_at >= now
        assert time(8) <= to_wall(planned.send_at, zone).time() < time(20)
        if planned.rule != CORRECTION:
            assert planned.send_at < planned.not_useful_after
        if planned.rule not in (CORRECTION, "after-visit"):
            assert planned.send_at < planned.visits[0].at - timedelta(hours=1)
            assert not any(visit.attended or visit.cancelled for visit in planned.visits)
        if planned.rule == "confirm":
            assert not any(visit.confirmed for visit in planned.visits)


@given(situations())
@_SLOW_IN_SUM
def test_a_plan_names_each_text_once_and_each_text_one_day(
    catalogue: Catalogue, found: tuple[tuple[Visit, ...], str, datetime]
) -> None:
    visits, zone, now = found
    planned = plan(visits, catalogue.reminders, zone, now)

    assert max(Counter(p.plan_key for p in planned).values(), default=0) <= 1
    for text in planned:
        assert len({visit.wall.date() for visit in text.visits}) == 1
        assert list(text.visits) == sorted(text.visits, key=lambda visit: (visit.wall, visit.id))
    assert [p.send_at for p in planned] == sorted(p.send_at for p in planned)


@given(situations(), st.randoms())
@_SLOW_IN_SUM
def test_the_same_visits_in_any_order_make_the_same_plan(
    catalogue: Catalogue, found: tuple[tuple[Visit, ...], str, datetime], random: object
) -> None:
    visits, zone, now = found
    shuffled = list(visits)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert plan(shuffled, catalogue.reminders, zone, now) == plan(visits, catalogue.reminders, zone, now)


@given(situations())
@_SLOW_IN_SUM
def test_the_caps_hold_for_all_but_corrections(
    catalogue: Catalogue, found: tuple[tuple[Visit, ...], str, datetime]
) -> None:
    visits, zone, now = found
    going = [p for p in plan(visits, catalogue.reminders, zone, now) if _goes(p)]
    days = [to_wall(p.send_at, zone).date() for p in going]
    ordinary = [day for text, day in zip(going, days, strict=True) if text.rule != CORRECTION]

    for day in ordinary:
        assert days.count(day) == 1, "nor beside a correction"
        assert sum(day <= other <= day + timedelta(days=6) for other in ordinary) <= 4


@given(situations())
@_SLOW_IN_SUM
def test_what_was_sent_is_not_planned_again_and_frees_nothing_withheld(
    catalogue: Catalogue, found: tuple[tuple[Visit, ...], str, datetime]
) -> None:
    visits, zone, now = found
    first = plan(visits, catalogue.reminders, zone, now)
    sent = [Used(p.plan_key, p.send_at) for p in first if _goes(p)]

    again = plan(visits, catalogue.reminders, zone, now, sent)

    assert not [p for p in again if _goes(p)]
    assert {p.plan_key for p in again} <= {p.plan_key for p in first if not _goes(p)}


@given(situations())
@settings(max_examples=80, deadline=None)
def test_living_through_a_plan_sends_no_text_twice_and_keeps_to_one_a_day(
    catalogue: Catalogue, found: tuple[tuple[Visit, ...], str, datetime]
) -> None:
    """Send what is next, let its time come, plan anew, and so on until nothing is left."""
    visits, zone, now = found
    sent: list[Used] = []
    for _ in range(80):
        still = [v for v in visits if v.at > now or v.attended]
        going = [p for p in plan(still, catalogue.reminders, zone, now, sent) if _goes(p)]
        if not going:
            break
        text = going[0]
        now = text.send_at
        sent.append(Used(text.plan_key, now))
        told = {visit.id for visit in text.visits}
        visits = tuple(replace(v, told=None) if v.id in told else v for v in visits)
        visits = tuple(v for v in visits if not (v.cancelled and v.id in told))
    else:
        raise AssertionError("a plan that never ends")

    assert len({u.plan_key for u in sent}) == len(sent)
    ordinary = [to_wall(u.send_at, zone).date() for u in sent if not u.plan_key.startswith(CORRECTION)]
    assert len(ordinary) == len(set(ordinary))
