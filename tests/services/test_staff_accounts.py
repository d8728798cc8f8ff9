"""People on the staff: of two requests at once one wins, and nobody is there twice."""

import pytest
from sqlmodel import select

from companion.errors import InvalidInput
from companion.records import AuditEvent, Role, StaffMembership, StaffUser
from companion.services import staff_accounts, staff_sessions
from companion.services.setup import Setup
from companion.services.staff_accounts import NewStaff
from tests.factories import a_clinic, at_once, connect
from tests.fakes import MONDAY

NURSE = NewStaff("nurse@hospital.example", Role.NURSE)


@pytest.fixture
def person(setup: Setup) -> int:
    a_clinic(setup)
    made = staff_accounts.add(setup, NURSE, MONDAY)
    staff_accounts.change(setup, made.staff_id, {"mf_recovery_codes": '["a-b", "c-d"]'}, MONDAY)
    return made.staff_id


def test_of_two_with_the_same_code_one_gets_in(setup: Setup, person: int) -> None:
    connect(setup, 4)

    assert sorted(at_once(*[lambda: staff_accounts.take_code(setup, person, 7)] * 4)) == [False] * 3 + [True]


@pytest.mark.parametrize(("counter", "taken"), [(6, False), (7, False), (8, True)])
def test_a_code_from_before_the_last_one_is_not_taken(
    setup: Setup, person: int, counter: int, taken: bool
) -> None:
    assert staff_accounts.take_code(setup, person, 7)

    assert staff_accounts.take_code(setup, person, counter) == taken


def test_of_two_with_the_same_recovery_code_one_gets_in(setup: Setup, person: int) -> None:
    connect(setup, 4)

    taken = at_once(*[lambda: staff_accounts.take_recovery_code(setup, person, "a-b", MONDAY)] * 4)

    assert sorted(taken) == [False] * 3 + [True]
    assert staff_accounts.take_recovery_code(setup, person, "c-d", MONDAY)


def test_of_two_who_follow_the_same_address_one_chooses_the_password(setup: Setup) -> None:
    a_clinic(setup)
    token = staff_accounts.add(setup, NURSE, MONDAY).token or ""
    connect(setup, 2)

    chosen = at_once(
        *[lambda word=word: staff_accounts.choose_password(setup, token, word, MONDAY) for word in ("a", "b")]
    )

    assert sorted(chosen) == [False, True]


def test_an_address_is_of_one_person_however_it_is_written(setup: Setup, person: int) -> None:
    with pytest.raises(InvalidInput, match="has a role there already"):
        staff_accounts.add(setup, NewStaff(" NURSE@hospital.example", Role.REVIEWER, 1), MONDAY)
    with setup.database.reading() as session:
        assert len(session.exec(select(StaffUser)).all()) == 1


def test_a_role_beyond_clinics_is_held_once(setup: Setup) -> None:
    boss = NewStaff("boss@hospital.example", Role.SYSTEM_ADMIN)
    staff_accounts.add(setup, boss, MONDAY)

    with pytest.raises(InvalidInput, match="has a role there already"):
        staff_accounts.add(setup, boss, MONDAY)
    with setup.database.reading() as session:
        assert len(session.exec(select(StaffMembership)).all()) == 1


def test_a_session_nobody_has_opens_nothing(setup: Setup, person: int) -> None:
    token = staff_sessions.open_session(setup, person, "Firefox", MONDAY)

    assert staff_sessions.resume(setup, token, MONDAY) is not None
    assert staff_sessions.resume(setup, token + "x", MONDAY) is None
    assert staff_sessions.resume(setup, "", MONDAY) is None


def test_signing_out_twice_is_written_down_once(setup: Setup, person: int) -> None:
    token = staff_sessions.open_session(setup, person, "Firefox", MONDAY)

    staff_sessions.sign_out(setup, token, MONDAY)
    staff_sessions.sign_out(setup, token, MONDAY)

    with setup.database.reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "signed-out")).all()
    assert [event.subject for event in events] == ["session 1, signed-out"]
