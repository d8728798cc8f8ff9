"""What is measured is what is meant: texts that are due at any hour, and every one accounted for."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bench.catching_up import measure as measure_catching_up
from bench.people import evening_zone
from bench.today import Clinic, browser, measure, stored
from tests.fakes import MONDAY
from tests.staff.rig import words


@pytest.mark.parametrize("hour", range(24))
def test_at_any_hour_it_is_evening_somewhere(hour: int) -> None:
    now = MONDAY.replace(hour=hour, minute=37)

    assert now.astimezone(ZoneInfo(evening_zone(now))).hour == 18


def test_after_a_weekend_every_text_is_accounted_for_and_nobody_gets_two(tmp_path: Path) -> None:
    found = measure_catching_up(20, tmp_path)

    assert found.due >= 20
    assert sum(found.states.values()) == found.due
    assert set(found.states) <= {"accepted", "expired"}
    assert found.states["accepted"] > 0
    assert found.states["expired"] > 0
    assert (found.in_a_day, found.twice) == (1, 0)
    assert found.tasks > 0
    assert timedelta() <= found.today <= found.whole


def test_the_day_that_is_measured_is_the_page_of_a_clinic_that_holds_what_is_said(tmp_path: Path) -> None:
    size = Clinic(patients=20, visits=400, messages=50, tasks=6)

    nurse = browser(tmp_path, size)

    assert stored(nurse) == size
    page = words(nurse.get("/staff/"))
    assert "To do 6" in page
    assert "Visits today 2" in page
    assert len(measure([nurse], times=2)) == 1
