"""The planner plans what the slow, obvious one plans at every clock change, in any zone of the machine."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest

from companion.domain.catalogue import Catalogue
from tests.planning import trials
from tests.planning.cases import ZONES, Case, all_clock_changes, cases, clock_changes
from tests.planning.trials import expected_of, lines_of

_SHORT = 3000


def test_some_thousand_cases_at_every_clock_change_agree(catalogue: Catalogue) -> None:
    found = trials.run(catalogue.reminders, _SHORT, seed=20270301)

    assert found.different == ()
    assert found.cases == _SHORT > 20 * len(all_clock_changes())
    assert found.texts > 4 * _SHORT
    assert found.held_back > _SHORT


def test_each_of_the_twelve_zones_changes_its_clocks_in_these_years() -> None:
    assert len(set(ZONES)) == 12
    assert all(len(clock_changes(zone)) >= 9 for zone in ZONES)


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_minutes_before_visit": 61},
        {"correction_notice_minutes": 240},
        {"pushes_per_day": 2},
        {"pushes_per_week": 5},
        {"sending_until": "19:59"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_planner_that_is_wrong_by_a_little_is_found(
    catalogue: Catalogue, wrong: dict[str, int | str]
) -> None:
    drawn = list(islice(cases(catalogue.reminders, 5), 400))
    spoilt = [replace(case, rules=replace(case.rules, **wrong)) for case in drawn]  # type: ignore[arg-type]

    assert any(lines_of(s) != expected_of(case) for s, case in zip(spoilt, drawn, strict=True))


def _printed(zone: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.planning.trials", "--cases", "300", "--seed", "9"],
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


def test_the_machines_own_zone_changes_no_plan() -> None:
    in_utc, *elsewhere = (_printed(zone) for zone in ("UTC", "Pacific/Auckland", "America/St_Johns"))

    assert elsewhere == [in_utc, in_utc]
    assert in_utc.startswith("planning: 300 cases, ")
    assert in_utc.endswith(": none differ\n")
    assert in_utc.count("\n") == 1


def test_a_case_that_differs_is_shown_and_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def four_cases(*_: object) -> Iterator[Case]:
        return iter(drawn)

    drawn = list(islice(cases(trials.usual_rules(), 3), 4))
    monkeypatch.setattr(trials, "cases", four_cases)
    monkeypatch.setattr(trials, "expected_of", lambda case: ["nothing"])

    assert trials.main(["--cases", "4"]) == 1
    assert ": 4 differ\ncase 1:0: " in capsys.readouterr().out
