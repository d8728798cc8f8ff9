"""A day's visits along a line: from eight to six, longer if need be, and none hides another."""

from datetime import datetime

import pytest

from companion.services.day_line import day_line


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2027-03-01T{clock}")


def test_an_empty_day_is_a_clinics_day_long() -> None:
    line = day_line([], at("09:00"))

    assert (line.hours[0], line.hours[-1], line.marks, line.now) == (8, 18, (), pytest.approx(0.1))


def test_visits_stand_where_their_time_is() -> None:
    line = day_line(
        [(at("18:00"), "booked"), (at("08:00"), "confirmed"), (at("10:30"), "booked")], at("09:00")
    )

    # The visit at six lies to the end of an hour of its own.
    assert line.hours[-1] == 19
    assert [round(mark.at * 11, 2) for mark in line.marks] == [0, 2.5, 10]
    assert [mark.state for mark in line.marks] == ["confirmed", "booked", "booked"]
    assert [line.place(hour) * 11 for hour in (8, 19)] == [0, 11]


@pytest.mark.parametrize(("clock", "shown"), [("05:59", False), ("06:00", True), ("23:30", True)])
def test_the_line_holds_the_earliest_and_the_latest_visit(clock: str, shown: bool) -> None:
    line = day_line([(at("06:15"), "booked"), (at("23:59"), "booked")], at(clock))

    assert (line.hours[0], line.hours[-1]) == (6, 24)
    assert all(0 <= mark.at <= 1 for mark in line.marks)
    assert (line.now is not None) == shown


def test_visits_at_one_time_stand_above_each_other_up_to_a_height() -> None:
    line = day_line([(at("09:00"), "booked")] * 6, at("09:00"))

    assert [mark.level for mark in line.marks] == [0, 1, 2, 3, 3, 3]
