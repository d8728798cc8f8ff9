"""How long a session lasts, when the next try counts, and what a password is."""

from datetime import timedelta

import pytest

from companion.domain.staff import end_of_session, password_problem, pause_after
from tests.fakes import MONDAY

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("opened", "seen", "over"),
    [
        (timedelta(0), timedelta(0), None),
        (20 * _MINUTE, 20 * _MINUTE - timedelta(seconds=1), None),
        (20 * _MINUTE, 20 * _MINUTE, "idle"),
        (12 * _HOUR - timedelta(seconds=1), _MINUTE, None),
        (12 * _HOUR, _MINUTE, "old"),
        (13 * _HOUR, _HOUR, "old"),
    ],
    ids=["just opened", "nearly idle", "idle", "nearly a shift", "a shift", "both"],
)
def test_a_session_ends_when_nobody_uses_it_and_when_it_is_old(
    opened: timedelta, seen: timedelta, over: str | None
) -> None:
    assert end_of_session(MONDAY - opened, MONDAY - seen, MONDAY) == over


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (10, 32), (14, 512), (15, 900), (16, 900), (1_000_000, 900)],
)
def test_each_failure_after_the_fourth_doubles_the_pause_up_to_a_quarter_of_an_hour(
    failures: int, seconds: int
) -> None:
    assert pause_after(failures) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("a1b2c3d4e5f6g7", "short"),
        ("a1b2c3d4e5f6g7h", None),
        ("four plain words kept", None),
        ("    spaces   count     too", None),
        ("пароль из четырёх слов", None),
        ("ab" * 100, "few-letters"),
        ("abcde" * 40, None),
        ("abcde" * 40 + "a", "long"),
        ("aaaaaaaaaaaaaaa", "few-letters"),
        ("AaBbAaBbAaBbAaBb", "few-letters"),
        ("ada.okafor@hospital.example", "own-address"),
        ("Ada.Okafor2027!", "own-address"),
        ("hospital.example1", "own-address"),
        ("ada.okafor likes tea and toast", None),
    ],
)
def test_length_makes_a_password_and_no_rule_of_characters(password: str, problem: str | None) -> None:
    assert password_problem(password, "ada.okafor@hospital.example") == problem


def test_a_short_part_of_an_address_may_be_in_any_word() -> None:
    assert password_problem("bobbing up and down", "bob@x.example") is None
