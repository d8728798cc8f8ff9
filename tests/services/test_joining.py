"""Staff enrol somebody of their clinic: a look ahead keeps nothing, and two at once do not both pass."""

import pytest

from companion.domain.staff import StaffScope
from companion.records import Role
from companion.services import joining, staff_accounts
from companion.services.enrolment import NewPatient
from companion.services.joining import Joined, NotJoined
from companion.services.setup import Setup
from companion.services.staff_accounts import NewStaff
from tests.factories import a_clinic, at_once, connect, outbox_of
from tests.fakes import MONDAY
from tests.people import AMINA


@pytest.fixture
def scope(setup: Setup) -> StaffScope:
    clinic = a_clinic(setup)
    invited = staff_accounts.add(setup, NewStaff("ada@hospital.example", Role.NURSE, clinic), MONDAY)
    return StaffScope(invited.staff_id, clinic, Role.NURSE)


def enrol(setup: Setup, scope: StaffScope, name: str, *, keep: bool = True) -> Joined | NotJoined:
    return joining.join(
        setup, scope, NewPatient(name, AMINA, "Ada, said in person"), MONDAY, MONDAY, keep=keep
    )


def test_a_look_ahead_says_what_enrolling_then_stores_and_keeps_nothing(
    setup: Setup, scope: StaffScope
) -> None:
    ahead = enrol(setup, scope, "Amina", keep=False)
    assert outbox_of(setup) == []
    done = enrol(setup, scope, "Amina")

    assert isinstance(ahead, Joined)
    assert isinstance(done, Joined)
    assert (ahead.patient_id, ahead.texts, ahead.segments) == (None, done.texts, done.segments)
    assert [text.body for text in done.texts] == [row.body for row in outbox_of(setup)]


def test_of_two_enrolled_at_once_with_one_number_the_second_is_asked_about_it(
    setup: Setup, scope: StaffScope
) -> None:
    connect(setup, 2)

    both = at_once(lambda: enrol(setup, scope, "Amina"), lambda: enrol(setup, scope, "Bo"))

    assert sorted(type(one).__name__ for one in both) == ["Joined", "NotJoined"]
    assert [one.problems for one in both if isinstance(one, NotJoined)] == [{"phone": "number-shared"}]
