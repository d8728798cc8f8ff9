"""What is typed for a day and a time, and the days of a series."""

from datetime import date, time

import pytest

from companion.domain.typed_time import read_day, read_time
from companion.domain.visit_acts import series


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9:30am", time(9, 30)),
        ("9.30 AM", time(9, 30)),
        ("2pm", time(14, 0)),
        ("12am", time(0, 0)),
        ("12pm", time(12, 0)),
        ("14:00", time(14, 0)),
        ("1400", time(14, 0)),
        ("0:00", time(0, 0)),
        ("7:05", time(7, 5)),
        ("02:30", time(2, 30)),
        ("2:30am", time(2, 30)),
        ("23:59", time(23, 59)),
    ],
)
def test_a_time_is_read_however_it_is_written(typed: str, read: time) -> None:
    assert read_time(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "9",
        "14",
        "24:00",
        "9:60",
        "13pm",
        "0am",
        "half nine",
        "9:5",
        "9:30:00",
        "٩:٣٠",
        "2:30",
        "6:59",
        "1:00",
    ],
)
def test_what_names_no_time_or_may_name_two_is_not_guessed(typed: str) -> None:
    assert read_time(typed) is None


@pytest.mark.parametrize(
    ("boxes", "read"),
    [
        (("16", "3", "2027"), date(2027, 3, 16)),
        ((" 06 ", "03", "2027"), date(2027, 3, 6)),
        (("29", "2", "2028"), date(2028, 2, 29)),
        (("29", "2", "2027"), None),
        (("16", "13", "2027"), None),
        (("16", "3", "27"), None),
        (("16", "March", "2027"), None),
        (("", "3", "2027"), None),
        (("-1", "3", "2027"), None),
        (("16", "3", "2200"), None),
    ],
)
def test_a_day_is_read_from_its_boxes(boxes: tuple[str, str, str], read: date | None) -> None:
    assert read_day(*boxes) == read


def test_every_monday_and_thursday_for_six_weeks_is_twelve_days() -> None:
    days = series(date(2027, 3, 8), {0, 3}, 6)

    assert len(days) == 12
    assert (days[0], days[1], days[-1]) == (date(2027, 3, 8), date(2027, 3, 11), date(2027, 4, 15))


def test_weeks_are_counted_from_the_first_day_and_not_from_monday() -> None:
    assert series(date(2027, 3, 10), {0, 3}, 1) == (date(2027, 3, 11), date(2027, 3, 15))


def test_without_weekdays_it_is_the_one_day() -> None:
    assert series(date(2027, 3, 10), set(), 6) == (date(2027, 3, 10),)
