"""When an office is open and when it opens next, by the clock on its own wall."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.clock_time import parse_wall
from companion.domain.office_hours import (
    OfficeHours,
    Opening,
    Spell,
    parse_office_hours,
    read_days,
    write_office_hours,
)
from companion.errors import InvalidInput
from tests.domain.cast import AUCKLAND, local
from tests.people import LONDON

WEEKDAYS = "mon-fri 09:00-17:00"


@pytest.mark.parametrize(
    ("hours", "now", "open_now", "wall"),
    [
        pytest.param(WEEKDAYS, "2027-03-01T09:00", True, "2027-03-01T17:00", id="the minute it opens"),
        pytest.param(
            WEEKDAYS, "2027-03-01T16:59", True, "2027-03-01T17:00", id="the minute before it closes"
        ),
        pytest.param(WEEKDAYS, "2027-03-01T08:59", False, "2027-03-01T09:00", id="before it opens"),
        pytest.param(WEEKDAYS, "2027-03-01T17:00", False, "2027-03-02T09:00", id="the minute it closes"),
        pytest.param(WEEKDAYS, "2027-03-05T17:00", False, "2027-03-08T09:00", id="a Friday evening"),
        pytest.param(
            WEEKDAYS,
            "2027-03-26T18:00",
            False,
            "2027-03-29T09:00",
            id="over the change of clocks",
        ),
        pytest.param(
            f"{WEEKDAYS}; closed 2027-03-26, 2027-03-29",
            "2027-03-25T18:00",
            False,
            "2027-03-30T09:00",
            id="Easter, when it stays shut",
        ),
        pytest.param(
            f"{WEEKDAYS}; closed 2027-03-26",
            "2027-03-26T12:00",
            False,
            "2027-03-29T09:00",
            id="on a closed day",
        ),
        pytest.param(
            "mon-thu 09:00-12:30, 13:30-17:00; fri 09:00-13:00",
            "2027-03-01T12:45",
            False,
            "2027-03-01T13:30",
            id="at lunch",
        ),
        pytest.param(
            "mon-thu 09:00-12:30,13:30-17:00; fri 09:00-13:00",
            "2027-03-05T12:45",
            True,
            "2027-03-05T13:00",
            id="a short Friday",
        ),
        pytest.param(
            "sat-mon 10:00-12:00", "2027-03-01T12:00", False, "2027-03-06T10:00", id="over the week's end"
        ),
        pytest.param("wed 10:00-12:00", "2027-03-03T12:00", False, "2027-03-10T10:00", id="once a week"),
        pytest.param(
            "Tue, Thu 10:00-12:00",
            "2027-03-02T12:00",
            False,
            "2027-03-04T10:00",
            id="days listed",
        ),
        pytest.param(
            "mon 10:00-12:00; closed 2027-03-08, 2027-03-15, 2027-03-22, 2027-03-29",
            "2027-03-01T12:00",
            False,
            "2027-04-05T10:00",
            id="four weeks closed",
        ),
    ],
)
def test_an_office_says_until_when_it_is_open_or_when_it_opens(
    hours: str, now: str, open_now: bool, wall: str
) -> None:
    found = parse_office_hours(hours).opening(local(now), LONDON)

    assert found == Opening(open_now, parse_wall(wall))


def test_the_clock_is_the_clinics() -> None:
    """Monday evening in London is Tuesday morning in Auckland."""
    now = datetime(2027, 3, 1, 20, 30, tzinfo=UTC)

    assert parse_office_hours(WEEKDAYS).opening(now, AUCKLAND) == Opening(
        True, parse_wall("2027-03-02T17:00")
    )
    assert parse_office_hours(WEEKDAYS).opening(now, LONDON) == Opening(False, parse_wall("2027-03-02T09:00"))


def test_hours_are_read_whatever_their_capitals_and_spaces() -> None:
    assert parse_office_hours(" Mon-Tue  09:00-17:00 ;  closed  2027-03-01 ") == OfficeHours(
        (Spell(0, time(9), time(17)), Spell(1, time(9), time(17))), frozenset({date(2027, 3, 1)})
    )


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        ("", "name no day"),
        ("closed 2027-03-01", "name no day"),
        ("mon-fri", "cannot be read"),
        ("mon-fri 9-5", "cannot be read"),
        ("mon-fri 9:00-17:00", "cannot be read"),
        ("mon-fri 09:00-25:00", "cannot be read"),
        ("09:00-17:00", "cannot be read"),
        ("monday 09:00-17:00", "cannot be read"),
        ("mon-fri 09:00-17:00 or so", "cannot be read"),
        ("mon-fri 09:00-17:00; closed easter", "cannot be read"),
        ("mon-fri 09:00-17:00; closed", "cannot be read"),
        ("mon 17:00-09:00", "must open before they close"),
        ("mon 09:00-09:00", "must open before they close"),
        ("mon-fri 09:00-17:00; fri 16:00-18:00", "overlap or touch"),
        ("mon 09:00-12:00, 12:00-17:00", "overlap or touch"),
    ],
)
def test_hours_that_cannot_be_right_are_refused(hours: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        parse_office_hours(hours)


@given(
    days=st.sets(st.sampled_from(["mon", "wed", "sat"]), min_size=1),
    now=st.datetimes(parse_wall("2026-01-01T00:00"), parse_wall("2028-01-01T00:00"), timezones=st.just(UTC)),
)
def test_what_is_said_lies_ahead_and_on_a_day_with_hours(days: set[str], now: datetime) -> None:
    hours = parse_office_hours(f"{', '.join(days)} 09:00-17:00")

    found = hours.opening(now, LONDON)

    assert local(found.wall.isoformat()) > now
    assert found.wall.weekday() in {spell.weekday for spell in hours.spells}
    assert found.wall.time() == (time(17) if found.now else time(9))


@pytest.mark.parametrize(
    "text",
    [
        "mon,tue,wed,thu,fri 09:00-17:00",
        "mon,wed 09:00-12:00, 13:00-17:00; sat 10:00-11:00",
        "sun 00:00-23:59; closed 2027-03-26, 2027-12-25",
    ],
)
def test_hours_taken_apart_by_day_are_put_together_as_they_were(text: str) -> None:
    hours = parse_office_hours(text)

    assert write_office_hours(read_days(hours), hours.closed) == text
    assert parse_office_hours(write_office_hours(read_days(hours), hours.closed)) == hours
