"""Which reminders go when: the rules in three zones, late bookings, shared days, caps, corrections."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import parse_wall
from companion.domain.planning import Planned, Used, Visit
from companion.domain.vocabulary import APPOINTMENT_TYPES
from tests.domain.cast import AUCKLAND, NEW_YORK, a_plan, a_visit, local, said, utc
from tests.people import LONDON

_EARLY = "2027-01-04T09:00"
_EVENING_ONLY = {"blood-test", "day-unit", "total-body-irradiation", "lumbar-puncture"}
_NO_AFTER_VISIT = {"results", "conditioning-admission", "transplant-day", "car-t-infusion", "infusion-start"}


def sent(plan: tuple[Planned, ...], zone: str = LONDON) -> list[tuple[str, str]]:
    """Return rule and local time of what goes for certain."""
    return [said(p, zone) for p in plan if not p.withheld and not p.if_attended]


def used(*plan: Planned) -> list[Used]:
    return [Used(p.plan_key, p.send_at) for p in plan]


def moved(wall: str, told: str, **overrides: object) -> Visit:
    return a_visit(wall, told=parse_wall(told), version=2, **overrides)


@pytest.mark.parametrize(
    ("zone", "wall", "times", "useful_until"),
    [
        pytest.param(
            LONDON,
            "2027-03-30T09:30",
            ["2027-03-23T10:00", "2027-03-27T10:00", "2027-03-29T17:00", "2027-03-31T09:00"],
            ["2027-03-27T10:00", "2027-03-29T17:00", "2027-03-30T07:30", "2027-04-01T19:00"],
            id="London, over the spring change",
        ),
        pytest.param(
            LONDON,
            "2027-11-02T09:30",
            ["2027-10-26T09:00", "2027-10-30T09:00", "2027-11-01T18:00", "2027-11-03T10:00"],
            ["2027-10-30T09:00", "2027-11-01T18:00", "2027-11-02T08:30", "2027-11-04T20:00"],
            id="London, over the autumn change",
        ),
        pytest.param(
            NEW_YORK,
            "2027-03-16T09:30",
            ["2027-03-09T15:00", "2027-03-13T15:00", "2027-03-15T22:00", "2027-03-17T14:00"],
            ["2027-03-13T15:00", "2027-03-15T22:00", "2027-03-16T12:30", "2027-03-19T00:00"],
            id="New York, over the spring change",
        ),
        pytest.param(
            AUCKLAND,
            "2027-04-06T09:30",
            ["2027-03-29T21:00", "2027-04-02T21:00", "2027-04-05T06:00", "2027-04-06T22:00"],
            ["2027-04-02T21:00", "2027-04-05T06:00", "2027-04-05T20:30", "2027-04-08T08:00"],
            id="Auckland, over the autumn change",
        ),
        pytest.param(
            LONDON,
            "2027-10-31T01:30",
            ["2027-10-24T09:00", "2027-10-28T09:00", "2027-10-30T17:00", "2027-11-01T10:00"],
            ["2027-10-28T09:00", "2027-10-30T17:00", "2027-10-30T23:30", "2027-11-02T20:00"],
            id="London, a visit in the hour that comes twice",
        ),
    ],
)
def test_each_rule_has_its_wall_time_in_the_persons_zone(
    catalogue: Catalogue, zone: str, wall: str, times: list[str], useful_until: list[str]
) -> None:
    plan = a_plan(catalogue, _EARLY, a_visit(wall, zone), zone=zone)

    assert [p.rule for p in plan] == ["heads-up", "confirm", "evening-before", "after-visit"]
    assert [p.send_at for p in plan] == [utc(t) for t in times]
    assert [p.not_useful_after for p in plan] == [utc(t) for t in useful_until]
    assert [p.if_attended for p in plan] == [False, False, False, True]
    assert not any(p.at_once or p.withheld for p in plan)
    assert [p.plan_key for p in plan] == [
        "heads-up:1.1", "confirm:1.1", "evening-before:1.1", "after-visit:1.1"
    ]  # fmt: skip


@pytest.mark.parametrize("kind", APPOINTMENT_TYPES)
def test_each_kind_of_visit_gets_the_rules_it_may_have(catalogue: Catalogue, kind: str) -> None:
    rules = [p.rule for p in a_plan(catalogue, _EARLY, a_visit("2027-03-30T09:30", type=kind))]

    expected = ["evening-before"] if kind in _EVENING_ONLY else ["heads-up", "confirm", "evening-before"]
    if kind not in _EVENING_ONLY | _NO_AFTER_VISIT:
        expected.append("after-visit")
    assert rules == expected


@pytest.mark.parametrize(
    ("booked", "goes"),
    [
        pytest.param(
            "2027-03-23T09:59",
            [
                ("heads-up", "2027-03-23T10:00"),
                ("confirm", "2027-03-27T10:00"),
                ("evening-before", "2027-03-29T18:00"),
            ],
            id="a minute before the first",
        ),
        pytest.param(
            "2027-03-24T12:00",
            [
                ("heads-up", "2027-03-24T12:00"),
                ("confirm", "2027-03-27T10:00"),
                ("evening-before", "2027-03-29T18:00"),
            ],
            id="6 days before",
        ),
        pytest.param(
            "2027-03-24T21:00",
            [
                ("heads-up", "2027-03-25T08:00"),
                ("confirm", "2027-03-27T10:00"),
                ("evening-before", "2027-03-29T18:00"),
            ],
            id="6 days before, at night: next morning",
        ),
        pytest.param(
            "2027-03-27T07:00",
            [("confirm", "2027-03-27T10:00"), ("evening-before", "2027-03-29T18:00")],
            id="the day of the next step: that step alone",
        ),
        pytest.param(
            "2027-03-26T21:00",
            [("confirm", "2027-03-27T10:00"), ("evening-before", "2027-03-29T18:00")],
            id="the night before the next step: that step alone",
        ),
        pytest.param(
            "2027-03-28T12:00",
            [("confirm", "2027-03-28T12:00"), ("evening-before", "2027-03-29T18:00")],
            id="2 days before: one text for both that were missed",
        ),
        pytest.param(
            "2027-03-29T12:00",
            [("evening-before", "2027-03-29T18:00")],
            id="the day before: the evening's text is near enough",
        ),
        pytest.param(
            "2027-03-29T18:00",
            [("evening-before", "2027-03-29T18:00")],
            id="on the stroke of the evening's text",
        ),
        pytest.param("2027-03-29T19:30", [("evening-before", "2027-03-29T19:30")], id="the same evening"),
        pytest.param("2027-03-29T20:00", [("evening-before", "2027-03-30T08:00")], id="the same night"),
        pytest.param("2027-03-30T08:00", [("evening-before", "2027-03-30T08:00")], id="90 minutes before"),
        pytest.param("2027-03-30T08:29", [("evening-before", "2027-03-30T08:29")], id="61 minutes before"),
        pytest.param("2027-03-30T08:30", [], id="60 minutes before: nothing in the last hour"),
        pytest.param("2027-03-30T09:00", [], id="30 minutes before"),
    ],
)
def test_a_late_booking_merges_what_was_missed_into_one_text(
    catalogue: Catalogue, booked: str, goes: list[tuple[str, str]]
) -> None:
    plan = a_plan(catalogue, booked, a_visit("2027-03-30T09:30"))

    assert sent(plan) == goes
    assert [p.at_once for p in plan if said(p)[1] == booked] in ([], [True])


def test_a_visit_too_early_for_a_text_that_morning_gets_none_if_booked_at_night(catalogue: Catalogue) -> None:
    assert sent(a_plan(catalogue, "2027-03-29T21:00", a_visit("2027-03-30T08:45"))) == []


def test_a_blood_test_booked_late_still_gets_its_one_text(catalogue: Catalogue) -> None:
    visit = a_visit("2027-03-30T09:30", type="blood-test")

    assert sent(a_plan(catalogue, "2027-03-27T12:00", visit)) == [("evening-before", "2027-03-29T18:00")]
    assert sent(a_plan(catalogue, "2027-03-29T19:00", visit)) == [("evening-before", "2027-03-29T19:00")]


def test_two_visits_on_one_day_share_their_texts(catalogue: Catalogue) -> None:
    morning, afternoon = a_visit("2027-03-30T09:30"), a_visit("2027-03-30T14:00", id=2)

    plan = a_plan(catalogue, _EARLY, afternoon, morning)

    shared = [p for p in plan if p.rule != "after-visit"]
    assert [p.rule for p in shared] == ["heads-up", "confirm", "evening-before"]
    assert all(p.visits == (morning, afternoon) for p in shared)
    assert shared[-1].not_useful_after == local("2027-03-30T08:30"), "an hour before the first"
    after = [p for p in plan if p.rule == "after-visit"]
    assert [p.plan_key for p in after] == ["after-visit:1.1", "after-visit:2.1"]
    assert [p.withheld for p in after] == [None, None], "what may never come about takes nobody's turn"


def test_a_shared_text_tells_only_the_visits_its_rule_is_for(catalogue: Catalogue) -> None:
    blood, review = a_visit("2027-03-30T08:30", type="blood-test"), a_visit("2027-03-30T14:00", id=2)

    plan = a_plan(catalogue, _EARLY, blood, review)

    assert {p.rule: [v.id for v in p.visits] for p in plan} == {
        "heads-up": [2],
        "confirm": [2],
        "evening-before": [1, 2],
        "after-visit": [2],
    }


def test_a_second_visit_booked_for_a_day_already_told_is_told_with_it_at_once(catalogue: Catalogue) -> None:
    first, second = a_visit("2027-03-30T09:30"), a_visit("2027-03-30T14:00", id=2)
    (heads_up, *_) = a_plan(catalogue, _EARLY, first)

    plan = a_plan(catalogue, "2027-03-25T12:00", first, second, used=used(heads_up))

    assert sent(plan)[0] == ("heads-up", "2027-03-25T12:00")
    assert [v.id for v in plan[0].visits] == [1, 2]


def test_a_visit_that_is_confirmed_is_not_asked_about_again(catalogue: Catalogue) -> None:
    visit = a_visit("2027-03-30T09:30", confirmed=True)

    assert [p.rule for p in a_plan(catalogue, _EARLY, visit)] == ["heads-up", "evening-before", "after-visit"]


def test_someone_who_confirms_a_late_text_is_not_texted_again_for_what_it_said(catalogue: Catalogue) -> None:
    visit = a_visit("2027-03-30T09:30")
    (confirm, *_) = a_plan(catalogue, "2027-03-28T12:00", visit)

    plan = a_plan(catalogue, "2027-03-28T12:05", replace(visit, confirmed=True), used=used(confirm))

    assert sent(plan) == [("evening-before", "2027-03-29T18:00")]


def test_what_was_used_is_never_planned_again(catalogue: Catalogue) -> None:
    visit = a_visit("2027-03-30T09:30")
    first = a_plan(catalogue, _EARLY, visit)
    heads_up, confirm, evening, _ = first

    after_one = a_plan(catalogue, "2027-03-23T10:00", visit, used=used(heads_up))
    after_two = a_plan(catalogue, "2027-03-27T10:05", visit, used=used(heads_up, confirm))
    after_all = a_plan(catalogue, "2027-03-29T18:01", visit, used=used(heads_up, confirm, evening))

    assert sent(after_one) == [said(confirm), said(evening)]
    assert sent(after_two) == [said(evening)]
    assert sent(after_all) == []


def test_what_never_left_is_not_planned_again_but_neither_counts_nor_tells(catalogue: Catalogue) -> None:
    visit = a_visit("2027-03-30T09:30")
    (heads_up, confirm, *_) = a_plan(catalogue, _EARLY, visit)
    expired = Used(confirm.plan_key, confirm.send_at, arrived=False)
    that_evening = Used("heads-up:9.1", local("2027-03-29T10:00"), arrived=False)

    plan = a_plan(catalogue, "2027-03-28T12:00", visit, used=[*used(heads_up), expired, that_evening])

    assert sent(plan) == [("evening-before", "2027-03-29T18:00")]


def test_a_step_the_worker_came_late_for_still_goes(catalogue: Catalogue) -> None:
    visit = a_visit("2027-03-30T09:30")
    (heads_up, *_) = a_plan(catalogue, _EARLY, visit)

    plan = a_plan(catalogue, "2027-03-27T10:05", visit, used=used(heads_up))

    assert sent(plan)[0] == ("confirm", "2027-03-27T10:05")


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        pytest.param("2027-03-30T12:00", ("after-visit", "2027-03-31T10:00"), id="marked the same day"),
        pytest.param(
            "2027-03-31T15:00", ("after-visit", "2027-03-31T15:00"), id="marked a day later: at once"
        ),
        pytest.param(
            "2027-03-31T22:00", ("after-visit", "2027-04-01T08:00"), id="marked at night: in the morning"
        ),
        pytest.param("2027-04-01T19:59", ("after-visit", "2027-04-01T19:59"), id="the last minute it helps"),
        pytest.param("2027-04-01T20:00", None, id="two days later is too late"),
        pytest.param("2027-05-01T09:00", None, id="a month later is too late"),
    ],
)
def test_after_a_visit_a_text_goes_once_staff_mark_it_attended(
    catalogue: Catalogue, now: str, goes: tuple[str, str] | None
) -> None:
    plan = a_plan(catalogue, now, a_visit("2027-03-30T09:30", attended=True))

    assert sent(plan) == ([goes] if goes else [])


def test_a_late_text_after_a_visit_keeps_its_row_when_planned_again(catalogue: Catalogue) -> None:
    visit = a_visit("2027-03-30T09:30", attended=True)

    assert [p.at_once for p in a_plan(catalogue, "2027-03-31T15:00", visit)] == [True]
    assert [p.at_once for p in a_plan(catalogue, "2027-03-30T15:00", visit)] == [False]


def test_two_attended_visits_of_one_day_get_one_text_after(catalogue: Catalogue) -> None:
    visits = [a_visit(f"2027-03-30T{hour}:30", id=n, attended=True) for n, hour in ((1, "09"), (2, "14"))]

    plan = a_plan(catalogue, "2027-03-30T20:00", *visits)

    assert sent(plan) == [("after-visit", "2027-03-31T10:00")]
    assert [p.withheld for p in plan] == [None, "one-a-day"]


def test_on_one_day_the_nearer_visit_goes_first(catalogue: Catalogue) -> None:
    """The evening before one visit is the day of asking about a second, and 7 days before a third."""
    tuesday = a_visit("2027-03-16T09:30")
    thursday = a_visit("2027-03-18T09:30", id=2)
    next_monday = a_visit("2027-03-22T09:30", id=3)

    plan = a_plan(catalogue, _EARLY, next_monday, thursday, tuesday)

    on_monday = {p.rule: p.withheld for p in plan if said(p)[1].startswith("2027-03-15")}
    assert on_monday == {"heads-up": "one-a-day", "confirm": "one-a-day", "evening-before": None}


def test_four_a_week_and_the_evening_before_outranks_the_rest(catalogue: Catalogue) -> None:
    visits = [a_visit(f"2027-03-{day}T09:30", id=day) for day in range(20, 25)]

    plan = a_plan(catalogue, _EARLY, *visits)

    assert sent(plan) == [
        ("heads-up", "2027-03-13T10:00"),
        ("heads-up", "2027-03-14T10:00"),
        ("heads-up", "2027-03-15T10:00"),
        ("evening-before", "2027-03-19T18:00"),
        ("evening-before", "2027-03-20T18:00"),
        ("evening-before", "2027-03-21T18:00"),
        ("evening-before", "2027-03-22T18:00"),
    ]
    last = next(p for p in plan if p.plan_key == "evening-before:24.1")
    assert last.withheld == "weekly-cap"


def test_what_was_sent_that_day_counts(catalogue: Catalogue) -> None:
    visit = a_visit("2027-03-30T09:30")
    that_day = [Used("heads-up:9.1", local("2027-03-29T10:00"))]

    plan = a_plan(catalogue, "2027-03-29T11:00", visit, used=that_day)

    assert [p.withheld for p in plan if p.rule == "evening-before"] == ["one-a-day"]


@pytest.mark.parametrize(
    ("days", "withheld"),
    [
        pytest.param((23, 24, 25, 26), "weekly-cap", id="four in the six days before"),
        pytest.param((22, 24, 25, 26), None, id="one of the four a day too long ago"),
        pytest.param((24, 25, 26), None, id="three"),
    ],
)
def test_any_seven_days_hold_four_at_most(
    catalogue: Catalogue, days: tuple[int, ...], withheld: str | None
) -> None:
    sent_already = [Used(f"confirm:{day}.1", local(f"2027-03-{day}T10:00")) for day in days]

    plan = a_plan(catalogue, "2027-03-29T11:00", a_visit("2027-03-30T09:30"), used=sent_already)

    assert [p.withheld for p in plan if p.rule == "evening-before"] == [withheld]


def test_the_day_of_a_cap_is_the_persons_own(catalogue: Catalogue) -> None:
    """18:00 in Auckland on the 5th is the 5th there, and early on the 5th in UTC; 10:00 is still the 4th."""
    visit = a_visit("2027-04-06T09:30", AUCKLAND)
    that_morning = [Used("heads-up:9.1", utc("2027-04-04T22:00"))]

    plan = a_plan(catalogue, "2027-04-05T11:00", visit, zone=AUCKLAND, used=that_morning)

    assert [p.withheld for p in plan if p.rule == "evening-before"] == ["one-a-day"]


@pytest.mark.parametrize(
    ("now", "leaves", "in_time"),
    [
        pytest.param("2027-03-29T12:00", "2027-03-29T12:00", True, id="in hours: at once"),
        pytest.param("2027-03-29T19:55", "2027-03-29T19:55", True, id="five minutes before closing: at once"),
        pytest.param(
            "2027-03-29T21:00", "2027-03-30T08:00", False, id="at night: too late for 10:00, so a phone task"
        ),
        pytest.param("2027-03-29T06:00", "2027-03-29T08:00", True, id="before hours: at eight"),
        pytest.param("2027-03-30T07:30", "2027-03-30T08:00", False, id="that morning: too late"),
    ],
)
def test_a_visit_that_was_told_and_moves_is_corrected_as_soon_as_may_be(
    catalogue: Catalogue, now: str, leaves: str, *, in_time: bool
) -> None:
    """Tuesday at 10:00 was told; it is now Wednesday at 14:00."""
    visit = moved("2027-03-31T14:00", "2027-03-30T10:00")

    correction = a_plan(catalogue, now, visit)[0]

    assert said(correction) == ("correction", leaves)
    assert correction.plan_key == "correction:1.2"
    assert correction.at_once
    assert correction.not_useful_after == local("2027-03-30T07:00"), "three hours before the old time"
    assert (correction.send_at < correction.not_useful_after) is in_time


def test_a_visit_moved_nearer_must_be_corrected_before_the_new_time(catalogue: Catalogue) -> None:
    correction = a_plan(catalogue, "2027-03-29T12:00", moved("2027-03-30T10:00", "2027-03-31T14:00"))[0]

    assert correction.not_useful_after == local("2027-03-30T07:00")


def test_the_correction_takes_the_place_of_what_was_missed(catalogue: Catalogue) -> None:
    visit = moved("2027-03-31T14:00", "2027-03-30T10:00")

    plan = a_plan(catalogue, "2027-03-29T12:00", visit)

    assert sent(plan) == [("correction", "2027-03-29T12:00"), ("evening-before", "2027-03-30T18:00")]


def test_once_corrected_only_the_steps_ahead_remain(catalogue: Catalogue) -> None:
    visit = moved("2027-03-31T14:00", "2027-03-30T10:00")
    (correction, *_) = a_plan(catalogue, "2027-03-29T12:00", visit)

    plan = a_plan(catalogue, "2027-03-29T12:10", replace(visit, told=None), used=used(correction))

    assert sent(plan) == [("evening-before", "2027-03-30T18:00")]


def test_a_second_move_is_corrected_again(catalogue: Catalogue) -> None:
    visit = moved("2027-03-31T14:00", "2027-03-30T10:00")
    (first, *_) = a_plan(catalogue, "2027-03-22T12:00", visit)
    again = replace(a_visit("2027-04-01T09:00", told=visit.wall), version=3)

    plan = a_plan(catalogue, "2027-03-22T15:00", again, used=used(first))

    assert [p.plan_key for p in plan if p.rule == "correction"] == ["correction:1.3"]
    assert plan[0].withheld is None, "corrections always go, even two on one day"


def test_a_correction_counts_as_the_one_text_of_its_day(catalogue: Catalogue) -> None:
    visit = moved("2027-03-30T15:00", "2027-03-30T10:00")

    plan = a_plan(catalogue, "2027-03-29T12:00", visit)

    assert sent(plan) == [("correction", "2027-03-29T12:00")]
    assert [p.withheld for p in plan if p.rule == "evening-before"] == ["one-a-day"]


def test_corrections_go_over_every_cap(catalogue: Catalogue) -> None:
    visits = [moved(f"2027-04-{n:02}T14:00", f"2027-04-{n:02}T10:00", id=n) for n in range(5, 11)]

    plan = a_plan(catalogue, "2027-03-29T12:00", *visits)

    assert [p.withheld for p in plan if p.rule == "correction"] == [None] * 6


def test_a_visit_cancelled_by_text_gets_that_text_and_no_other(catalogue: Catalogue) -> None:
    off = moved("2027-03-30T10:00", "2027-03-30T10:00", cancelled=True)
    same_day = a_visit("2027-03-30T15:00", id=2)

    plan = a_plan(catalogue, "2027-03-22T12:00", off, same_day)

    assert [p.rule for p in plan if off in p.visits] == ["correction"]
    assert plan[0].not_useful_after == local("2027-03-30T07:00")
    assert all(p.visits == (same_day,) for p in plan[1:])
    assert plan[1:], "the other visit of that day keeps its own texts"


def test_a_visit_nobody_was_told_of_moves_in_silence(catalogue: Catalogue) -> None:
    plan = a_plan(catalogue, _EARLY, a_visit("2027-03-31T14:00", version=2))

    assert [p.rule for p in plan] == ["heads-up", "confirm", "evening-before", "after-visit"]
    assert {p.plan_key.split(":")[1] for p in plan} == {"1.2"}


def test_without_visits_there_is_nothing_to_say(catalogue: Catalogue) -> None:
    assert a_plan(catalogue, _EARLY) == ()


@pytest.fixture(params=["UTC", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu"])
def machine_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_the_machines_own_zone_changes_nothing(catalogue: Catalogue, machine_zone: str) -> None:
    assert time.tzname, machine_zone
    london = a_plan(catalogue, "2027-03-28T12:00", a_visit("2027-03-30T09:30"))
    auckland = a_plan(catalogue, _EARLY, a_visit("2027-04-06T09:30", AUCKLAND), zone=AUCKLAND)

    assert [p.send_at for p in london] == [
        utc("2027-03-28T11:00"), utc("2027-03-29T17:00"), utc("2027-03-31T09:00")
    ]  # fmt: skip
    assert [p.send_at for p in auckland] == [
        utc("2027-03-29T21:00"), utc("2027-04-02T21:00"), utc("2027-04-05T06:00"), utc("2027-04-06T22:00")
    ]  # fmt: skip
