"""Guessing gets slow; the person whose account it is does not notice."""

from datetime import timedelta

import pytest

from companion.records import Role
from companion.services import braking
from companion.services.braking import Try
from companion.services.setup import Setup
from tests.factories import at_once, connect
from tests.fakes import MONDAY
from tests.staff.rig import ON_SQLITE, Person, Staff, words

GUESS = Try("password", "nurse@hospital.example", "address 192.0.2.1")


@pytest.fixture
def nurse(staff: Staff, riverside: int) -> Person:
    return staff.person(Role.NURSE, riverside)


def test_the_sixth_try_in_a_row_waits(setup: Setup) -> None:
    waits = [braking.enter(setup, GUESS, MONDAY).total_seconds() for _ in range(7)]

    assert waits == [0, 0, 0, 0, 0, 1, 1]


def test_the_pause_grows_with_each_try_that_counts(setup: Setup) -> None:
    now, waits = MONDAY, []
    for _ in range(20):
        wait = braking.enter(setup, GUESS, now)
        waits.append(int(wait.total_seconds()))
        now += wait

    assert [wait for wait in waits if wait] == [1, 2, 4, 8, 16, 32, 64, 128]


def test_an_hour_without_a_try_forgets_all(setup: Setup) -> None:
    for _ in range(6):
        braking.enter(setup, GUESS, MONDAY)
    later = MONDAY + timedelta(hours=1)

    assert [braking.enter(setup, GUESS, later).total_seconds() for _ in range(5)] == [0] * 5


def test_the_right_one_forgets_what_was_wrong_before(setup: Setup) -> None:
    for _ in range(4):
        braking.enter(setup, GUESS, MONDAY)
    braking.passed(setup, GUESS, MONDAY)

    assert [braking.enter(setup, GUESS, MONDAY).total_seconds() for _ in range(5)] == [0] * 5


@pytest.mark.parametrize(
    "other",
    [
        Try("password", GUESS.account, "address 192.0.2.2"),
        Try("password", "other@hospital.example", GUESS.place),
        Try("code", GUESS.account, GUESS.place),
    ],
    ids=["from elsewhere", "for another", "at another step"],
)
def test_a_guesser_slows_nobody_else(setup: Setup, other: Try) -> None:
    for _ in range(6):
        braking.enter(setup, GUESS, MONDAY)

    assert braking.enter(setup, GUESS, MONDAY)
    assert not braking.enter(setup, other, MONDAY)


def test_the_account_counts_however_it_is_written(setup: Setup) -> None:
    for account in ("nurse@hospital.example", "NURSE@hospital.example ", " Nurse@Hospital.Example") * 2:
        wait = braking.enter(setup, Try("password", account, GUESS.place), MONDAY)

    assert wait == timedelta(seconds=1)


def test_of_many_tries_at_once_only_the_first_few_are_looked_at(setup: Setup) -> None:
    connect(setup, 8)

    waits = at_once(*[lambda: braking.enter(setup, GUESS, MONDAY)] * 8)

    assert sorted(bool(wait) for wait in waits) == [False] * 5 + [True] * 3


@ON_SQLITE
def test_a_guesser_is_told_to_wait_and_the_right_password_does_not_help_meanwhile(
    staff: Staff, nurse: Person
) -> None:
    guesser = staff.browser()
    for _ in range(5):
        assert "do not go together" in words(guesser.sign_in(nurse, "a guess, and another"))

    assert "Wait 2 seconds" in words(guesser.sign_in(nurse))
    staff.clock.forward(seconds=1)
    assert guesser.sign_in(nurse).status_code == 302


@ON_SQLITE
def test_an_account_that_is_not_there_is_slowed_alike(staff: Staff, nurse: Person) -> None:
    guesser = staff.browser()
    stranger = Person(0, "nobody@hospital.example", Role.NURSE, None)
    for _ in range(5):
        guesser.sign_in(stranger)

    assert "Wait 2 seconds" in words(guesser.sign_in(stranger))


@ON_SQLITE
def test_a_browser_that_signed_in_before_is_not_slowed_by_a_guesser_at_the_same_address(
    staff: Staff, nurse: Person
) -> None:
    own = staff.browser()
    own.sign_in(nurse)
    own.give_code()
    own.post("/staff/logout", seen="/staff/account")
    guesser = staff.browser()
    for _ in range(9):
        guesser.sign_in(nurse, "a guess, and another")
    assert "Wait" in words(guesser.sign_in(nurse))

    assert own.sign_in(nurse).location.startswith("/staff/code")


@ON_SQLITE
def test_a_browser_known_for_one_account_guesses_at_another_no_faster(staff: Staff, nurse: Person) -> None:
    own = staff.browser()
    own.sign_in(nurse)
    own.give_code()
    own.post("/staff/logout", seen="/staff/account")
    colleague = staff.person(Role.NURSE, nurse.clinic, "other@hospital.example")
    for _ in range(5):
        own.sign_in(colleague, "a guess, and another")

    assert "Wait" in words(own.sign_in(colleague))
    assert "Wait" in words(staff.browser().sign_in(colleague))


@ON_SQLITE
@pytest.mark.parametrize("step", ["code", "recovery-code"])
def test_codes_are_slow_to_guess_too(staff: Staff, nurse: Person, step: str) -> None:
    guesser = staff.browser()
    guesser.sign_in(nurse)
    for _ in range(5):
        guesser.post(f"/staff/{step}", {"code": "000000"})

    assert "Wait 2 seconds" in words(guesser.post(f"/staff/{step}", {"code": "000000"}))


@ON_SQLITE
def test_nothing_typed_is_no_try(staff: Staff, nurse: Person) -> None:
    browser = staff.browser()
    for _ in range(9):
        browser.post("/staff/login", {"email": nurse.email})

    assert browser.sign_in(nurse).status_code == 302


@ON_SQLITE
def test_a_long_pause_is_said_in_minutes(staff: Staff, nurse: Person) -> None:
    guesser = staff.browser()
    for _ in range(16):
        guesser.sign_in(nurse, "a guess, and another")
        staff.clock.forward(minutes=15)
    guesser.sign_in(nurse, "a guess, and another")

    assert "Wait 15 minutes" in words(guesser.sign_in(nurse))
