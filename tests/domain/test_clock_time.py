"""Wall time and instants, above all on the two nights a year when they part."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import (
    SendingHours,
    check_zone,
    parse_instant,
    parse_wall,
    resolve,
    resolve_visit,
    to_wall,
    write_instant,
    write_wall,
)
from companion.errors import InvalidTime
from tests.people import LONDON

NEW_YORK = "America/New_York"
AUCKLAND = "Pacific/Auckland"
HOURS = SendingHours(time(8), time(20))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("local", "zone", "instant"),
    [
        pytest.param("2027-03-28T00:59", LONDON, "2027-03-28T00:59", id="London, before spring forward"),
        pytest.param("2027-03-28T01:30", LONDON, "2027-03-28T01:30", id="London, in the gap: moves to 2.30"),
        pytest.param("2027-03-28T02:00", LONDON, "2027-03-28T01:00", id="London, right after the gap"),
        pytest.param("2027-03-28T18:00", LONDON, "2027-03-28T17:00", id="London, that evening"),
        pytest.param("2027-03-27T18:00", LONDON, "2027-03-27T18:00", id="London, the evening before"),
        pytest.param("2027-10-31T00:59", LONDON, "2027-10-30T23:59", id="London, before fall back"),
        pytest.param("2027-10-31T01:30", LONDON, "2027-10-31T00:30", id="London, twice: the first"),
        pytest.param("2027-10-31T02:00", LONDON, "2027-10-31T02:00", id="London, right after the fold"),
        pytest.param("2027-10-31T18:00", LONDON, "2027-10-31T18:00", id="London, that evening in winter"),
        pytest.param("2027-03-14T02:30", NEW_YORK, "2027-03-14T07:30", id="New York, in the gap"),
        pytest.param("2027-11-07T01:30", NEW_YORK, "2027-11-07T05:30", id="New York, twice: the first"),
        pytest.param("2027-04-04T02:30", AUCKLAND, "2027-04-03T13:30", id="Auckland, twice: the first"),
        pytest.param("2027-09-26T02:30", AUCKLAND, "2027-09-25T14:30", id="Auckland, in the gap"),
    ],
)
def test_a_reminders_wall_time_resolves_by_rule(local: str, zone: str, instant: str) -> None:
    assert resolve(wall(local), zone) == utc(instant)


@pytest.mark.parametrize(
    ("local", "zone"),
    [
        pytest.param("2027-03-28T01:00", LONDON, id="London, first minute of the gap"),
        pytest.param("2027-03-28T01:30", LONDON, id="London, in the gap"),
        pytest.param("2027-03-28T01:59", LONDON, id="London, last minute of the gap"),
        pytest.param("2027-03-14T02:00", NEW_YORK, id="New York"),
        pytest.param("2027-09-26T02:59", AUCKLAND, id="Auckland"),
    ],
)
def test_a_visit_at_a_time_the_clocks_skip_is_refused(local: str, zone: str) -> None:
    with pytest.raises(InvalidTime, match=f"{local} does not exist in {zone}"):
        resolve_visit(wall(local), zone)


@pytest.mark.parametrize(
    ("local", "zone", "instant"),
    [
        pytest.param("2027-10-31T01:00", LONDON, "2027-10-31T00:00", id="London, first minute"),
        pytest.param("2027-10-31T01:30", LONDON, "2027-10-31T00:30", id="London"),
        pytest.param("2027-10-31T01:59", LONDON, "2027-10-31T00:59", id="London, last minute"),
        pytest.param("2027-11-07T01:30", NEW_YORK, "2027-11-07T05:30", id="New York"),
        pytest.param("2027-04-04T02:30", AUCKLAND, "2027-04-03T13:30", id="Auckland"),
    ],
)
def test_a_visit_at_a_time_that_comes_twice_takes_the_earlier_and_says_so(
    local: str, zone: str, instant: str
) -> None:
    visit = resolve_visit(wall(local), zone)

    assert visit.at == utc(instant)
    assert visit.twice
    assert (visit.wall, visit.zone) == (wall(local), zone)


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        ("2027-03-28T00:59", "2027-03-28T00:59"),
        ("2027-03-28T02:00", "2027-03-28T01:00"),
        ("2027-10-31T00:59", "2027-10-30T23:59"),
        ("2027-10-31T02:00", "2027-10-31T02:00"),
        ("2027-06-01T09:30", "2027-06-01T08:30"),
        ("2027-01-05T09:30", "2027-01-05T09:30"),
    ],
)
def test_an_ordinary_visit_time_comes_once(local: str, instant: str) -> None:
    visit = resolve_visit(wall(local), LONDON)

    assert visit.at == utc(instant)
    assert not visit.twice


@pytest.mark.parametrize(
    ("now", "zone", "leaves"),
    [
        pytest.param("2027-01-05T07:59:59", LONDON, "2027-01-05T08:00", id="London winter, a second early"),
        pytest.param("2027-01-05T08:00", LONDON, "2027-01-05T08:00", id="London winter, on the stroke"),
        pytest.param("2027-01-05T19:59:59", LONDON, "2027-01-05T19:59:59", id="London winter, last second"),
        pytest.param("2027-01-05T20:00", LONDON, "2027-01-06T08:00", id="London winter, eight is too late"),
        pytest.param("2027-06-01T06:59", LONDON, "2027-06-01T07:00", id="London summer, early"),
        pytest.param("2027-06-01T19:00", LONDON, "2027-06-02T07:00", id="London summer, eight is too late"),
        pytest.param("2027-03-27T21:00", LONDON, "2027-03-28T07:00", id="over the spring change"),
        pytest.param("2027-10-30T21:00", LONDON, "2027-10-31T08:00", id="over the autumn change"),
        pytest.param("2027-01-05T12:59", NEW_YORK, "2027-01-05T13:00", id="New York, early"),
        pytest.param("2027-01-06T00:59", NEW_YORK, "2027-01-06T00:59", id="New York, the evening before"),
        pytest.param("2027-01-06T01:00", NEW_YORK, "2027-01-06T13:00", id="New York, eight is too late"),
        pytest.param("2027-01-05T18:59", AUCKLAND, "2027-01-05T19:00", id="Auckland, early next day"),
        pytest.param("2027-01-06T06:59", AUCKLAND, "2027-01-06T06:59", id="Auckland, last minute"),
        pytest.param("2027-01-06T07:00", AUCKLAND, "2027-01-06T19:00", id="Auckland, eight is too late"),
        pytest.param("2026-12-31T20:00", LONDON, "2027-01-01T08:00", id="over the year's end"),
    ],
)
def test_a_push_waits_for_the_sending_hours_of_its_zone(now: str, zone: str, leaves: str) -> None:
    assert HOURS.next_moment(utc(now), zone) == utc(leaves)


@pytest.mark.parametrize(("start", "end"), [(time(20), time(8)), (time(8), time(8))])
def test_sending_hours_that_do_not_lie_in_one_day_are_refused(start: time, end: time) -> None:
    with pytest.raises(InvalidTime):
        SendingHours(start, end)


@pytest.mark.parametrize(
    ("walls", "said"),
    [
        pytest.param(["2027-03-30T09:30"], "Tuesday 30 March at 9:30am", id="morning"),
        pytest.param(["2027-03-30T09:00"], "Tuesday 30 March at 9am", id="on the hour"),
        pytest.param(["2027-03-30T09:05"], "Tuesday 30 March at 9:05am", id="five past"),
        pytest.param(["2027-03-30T14:15"], "Tuesday 30 March at 2:15pm", id="afternoon"),
        pytest.param(["2027-03-30T12:00"], "Tuesday 30 March at midday", id="midday"),
        pytest.param(["2027-03-30T12:30"], "Tuesday 30 March at 12:30pm", id="half past midday"),
        pytest.param(["2027-03-30T00:00"], "Tuesday 30 March at midnight", id="midnight"),
        pytest.param(["2027-03-30T00:10"], "Tuesday 30 March at 12:10am", id="ten past midnight"),
        pytest.param(["2027-03-30T23:59"], "Tuesday 30 March at 11:59pm", id="last minute"),
        pytest.param(["2028-02-29T09:30"], "Tuesday 29 February at 9:30am", id="leap day"),
        pytest.param(["2027-08-01T09:30"], "Sunday 1 August at 9:30am", id="first of a month"),
        pytest.param(
            ["2027-03-30T09:30", "2027-03-30T14:00"], "Tuesday 30 March at 9:30am and 2pm", id="two visits"
        ),
        pytest.param(
            ["2027-03-30T09:30", "2027-03-30T12:00", "2027-03-30T15:45"],
            "Tuesday 30 March at 9:30am and midday and 3:45pm",
            id="three visits",
        ),
        pytest.param(
            ["2027-03-30T09:30", "2027-03-30T09:30"], "Tuesday 30 March at 9:30am", id="two at one time"
        ),
    ],
)
def test_a_date_is_said_in_full(catalogue: Catalogue, walls: list[str], said: str) -> None:
    assert catalogue.dates.say(*(wall(w) for w in walls)) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2027-03-29",
        "2027-03-29 09:30",
        "2027-03-29T09:30:00",
        "2027-03-29T09:30Z",
        "2027-03-29T09:30+01:00",
        "2027-3-9T9:5",
        "2027-02-29T09:30",
        "2027-13-01T09:30",
        "2027-03-29T24:00",
        "2027-03-29T09:60",
        " 2027-03-29T09:30",
        "2027-03-29T09:30\n",
        "0027-03-29T09:30",
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "\u0662\u0660\u0662\u0667-03-29T09:30",
        "2027-03-29T09:30\x00",
    ],
    ids=repr,
)
def test_a_wall_time_in_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidTime, match="write it as 2027-03-29T09:30"):
        parse_wall(text)


def test_a_wall_time_is_read_to_the_minute_without_a_zone() -> None:
    assert parse_wall("2027-03-29T09:30") == wall("2027-03-29T09:30")
    assert parse_wall("2027-03-29T09:30").tzinfo is None
    assert write_wall(wall("2027-03-09T09:05")) == "2027-03-09T09:05"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2027-03-22T09:00:00Z", "2027-03-22T09:00"),
        ("2027-03-22T09:00:00+01:00", "2027-03-22T08:00"),
        ("2027-03-22T09:00:00-05:00", "2027-03-22T14:00"),
    ],
)
def test_an_instant_names_its_offset_and_becomes_utc(text: str, instant: str) -> None:
    assert parse_instant(text) == utc(instant)
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2027-03-22",
        "2027-03-22T09:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_an_instant_without_an_offset_or_beyond_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(InvalidTime, match="2027-03-22T09:00:00Z"):
        parse_instant(text)


def test_an_instant_is_written_in_utc_to_the_second() -> None:
    assert write_instant(parse_instant("2027-06-01T09:30:15.999+01:00")) == "2027-06-01T08:30:15Z"


@pytest.mark.parametrize("zone", [LONDON, NEW_YORK, AUCKLAND, "UTC", "Asia/Kathmandu"])
def test_an_iana_zone_is_taken(zone: str) -> None:
    assert check_zone(zone) == zone


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "London",
        "Europe",
        "BST",
        "europe/london",
        "../etc/passwd",
        "/etc/passwd",
        "a\x00b",
        "\ud800",
        "x" * 5000,
    ],
    ids=lambda zone: repr(zone[:20]),
)
def test_anything_else_is_no_zone(zone: str) -> None:
    with pytest.raises(InvalidTime, match="Europe/London"):
        check_zone(zone)


_ANY_WALL = st.datetimes(min_value=wall("2000-01-02"), max_value=wall("2199-12-30")).map(
    lambda found: found.replace(second=0, microsecond=0, fold=0)
)


@given(_ANY_WALL, st.sampled_from([LONDON, NEW_YORK, AUCKLAND, "Australia/Lord_Howe"]))
@settings(max_examples=200, deadline=None)
def test_a_wall_time_that_exists_comes_back_from_its_instant(local: datetime, zone: str) -> None:
    try:
        visit = resolve_visit(local, zone)
    except InvalidTime:
        assert to_wall(resolve(local, zone), zone) > local, "one in a gap moves forward, never back"
        return
    assert to_wall(visit.at, zone) == local
    assert parse_wall(write_wall(local)) == local


@given(_ANY_WALL, st.sampled_from([LONDON, NEW_YORK, AUCKLAND, "Australia/Lord_Howe"]))
@settings(max_examples=200, deadline=None)
def test_the_next_moment_is_never_past_and_always_within_hours(local: datetime, zone: str) -> None:
    now = local.replace(tzinfo=UTC)

    moment = HOURS.next_moment(now, zone)

    assert moment >= now
    assert time(8) <= to_wall(moment, zone).time() < time(20)
    assert HOURS.next_moment(moment, zone) == moment
