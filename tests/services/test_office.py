"""What somebody is told who asks for something: what was passed on, when the office opens, and its number."""

import pytest

from companion.errors import InvalidInput, NotFound
from companion.records import AppointmentState
from companion.services import clinics
from companion.services.setup import Setup
from tests.factories import a_clinic, a_patient, a_text, a_visit, kinds_of_tasks, the_visit, words_of
from tests.fakes import MONDAY
from tests.people import LONDON
from tests.services.test_booking import WHEN, at

OFFICE = {"office": "020 7946 0001", "office_hours": "mon-fri 09:00-17:00; closed 2027-03-26, 2027-03-29"}
OPEN = "The office is open now, until 5pm: call 020 7946 0001."


def shut_until(when: str) -> str:
    return f"The office opens on {when}: call 020 7946 0001."


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup, **OFFICE)
    return a_patient(setup)


def says(setup: Setup, body: str, now: str) -> str | None:
    reply = a_text(setup, body, at(now))
    return reply.body if reply else None


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("03-01 16:59", OPEN),
        ("03-01 17:00", shut_until("Tuesday 2 March at 9am")),
        ("03-05 20:00", shut_until("Monday 8 March at 9am")),
        ("03-25 20:00", shut_until("Tuesday 30 March at 9am")),
        # British Summer Time since the 28th: 8:00 UTC is 9am.
        ("03-30 08:00", OPEN),
    ],
)
def test_who_asks_for_a_call_hears_when_the_office_opens_and_its_number(
    setup: Setup, patient: int, now: str, opening: str
) -> None:
    said = says(setup, "CALL ME", now)

    assert said == words_of(setup, "call-me.passed-on.office", opening=opening)
    assert kinds_of_tasks(setup) == [("call-me", "today")]


def test_who_cannot_come_hears_it_too_and_nothing_is_rebooked(setup: Setup, patient: int) -> None:
    visit = a_visit(setup, patient).appointment.id or 0

    said = says(setup, "CANT COME", "03-01 09:00")

    assert said == words_of(setup, "change.passed-on.office", when=WHEN, opening=OPEN)
    assert the_visit(setup, visit).state == AppointmentState.CHANGE_ASKED
    assert the_visit(setup, visit).wall == "2027-03-16T09:30"
    assert kinds_of_tasks(setup) == [("change", "today")]


def test_without_a_visit_it_is_passed_on_all_the_same(setup: Setup, patient: int) -> None:
    assert says(setup, "CANT COME", "03-01 09:00") == words_of(setup, "change.none.office", opening=OPEN)


def test_who_wants_no_treatment_and_says_tell_hears_it_too(setup: Setup, patient: int) -> None:
    says(setup, "NONE", "03-01 09:00")

    said = says(setup, "TELL", "03-01 09:01")

    assert said == words_of(setup, "tell.passed-on.office", opening=OPEN)


@pytest.mark.parametrize(("body", "item"), [("CALL ME", "call-me.passed-on"), ("CANT COME", "change.none")])
def test_a_clinic_without_an_office_names_its_urgent_line(setup: Setup, body: str, item: str) -> None:
    a_clinic(setup)
    a_patient(setup)

    assert says(setup, body, "03-01 09:00") == words_of(setup, item)


def test_the_office_keeps_the_clinics_time_and_not_the_persons(setup: Setup) -> None:
    a_clinic(setup, zone="America/New_York", **OFFICE)
    a_patient(setup, zone=LONDON)

    assert says(setup, "CALL ME", "03-01 13:59") == words_of(
        setup, "call-me.passed-on.office", opening=shut_until("Monday 1 March at 9am")
    )
    assert says(setup, "CALL ME", "03-01 14:00") == words_of(setup, "call-me.passed-on.office", opening=OPEN)


def test_an_office_is_set_later_changed_and_taken_away(setup: Setup) -> None:
    clinic = a_clinic(setup)
    a_patient(setup)

    clinics.set_office(setup, clinic, "020 7946 0001", "MON-FRI  09:00-17:00", MONDAY)
    assert says(setup, "CALL ME", "03-01 09:00") == words_of(setup, "call-me.passed-on.office", opening=OPEN)
    clinics.set_office(setup, clinic, None, None, MONDAY)
    assert says(setup, "CALL ME", "03-01 09:00") == words_of(setup, "call-me.passed-on")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"office": "020 7946 0001"}, "together"),
        ({"office_hours": "mon-fri 09:00-17:00"}, "together"),
        ({"office": "call us", "office_hours": "mon-fri 09:00-17:00"}, "digits and spaces"),
        ({"office": "020 7946 0001", "office_hours": "weekdays"}, "cannot be read"),
        ({"office": "020 7946 0001", "office_hours": "mon 09:00-17:00;" * 40}, "at most 400"),
    ],
)
def test_half_an_office_or_one_that_cannot_be_read_is_refused(
    setup: Setup, given: dict[str, str], says: str
) -> None:
    with pytest.raises(InvalidInput, match=says):
        a_clinic(setup, **given)


def test_a_clinic_there_is_not_gets_no_office(setup: Setup) -> None:
    with pytest.raises(NotFound):
        clinics.set_office(setup, 9, None, None, MONDAY)
