"""Once a transplant or CAR T-cells lie behind a person, lists and reminders ask what is asked then."""

from datetime import datetime

import pytest

from companion.records import Appointment, AppointmentState, CancelledBy
from companion.services import scheduling
from companion.services.setup import Setup
from tests.factories import a_clinic, a_patient, a_text, a_visit, outbox_of, sweep
from tests.fakes import MONDAY, FakeTransport
from tests.services.test_booking import at
from tests.services.test_conversations import bare, says

BEFORE, SINCE = at("03-09 12:00"), at("03-11 12:00")


@pytest.fixture
def patient(setup: Setup) -> int:
    """Someone whose transplant is on 10 March and whose review is on 30 March."""
    a_clinic(setup)
    person = a_patient(setup, treatment="sibling-donor")
    a_text(setup, "LIST")  # so that reminders may say more
    a_visit(setup, person, kind="transplant-day", at="2027-03-10T09:30")
    a_visit(setup, person, kind="clinic-review", at="2027-03-30T09:30")
    return person


def is_afterwards(setup: Setup, now: datetime) -> bool:
    """Say whether the first list holds a question that is only asked afterwards, and all of it fits then."""
    by_text = {question.item.text: question for question in setup.catalogue.questions}
    shown = [by_text[text].stages for text in bare(says(setup, "QUESTIONS", now))]
    assert len(shown) == 3
    return {"after"} in shown and all("after" in stages for stages in shown if stages)


def confirming(setup: Setup) -> str:
    """Return the text that asks whether the person comes to the review."""
    (body,) = (r.body for r in outbox_of(setup) if r.rule == "confirm" and r.send_at == at("03-27 10:00"))
    return body


def put(setup: Setup, appointment: int, state: AppointmentState) -> None:
    with setup.database.transaction() as session:
        session.get_one(Appointment, appointment).state = state


def test_a_list_asks_what_is_asked_before_and_then_what_is_asked_afterwards(
    setup: Setup, patient: int
) -> None:
    assert not is_afterwards(setup, BEFORE)
    assert is_afterwards(setup, SINCE)


def test_without_another_visit_a_list_still_asks_what_is_asked_afterwards(setup: Setup, patient: int) -> None:
    scheduling.cancel(setup, 2, by=CancelledBy.TOLD, now=MONDAY)

    assert is_afterwards(setup, SINCE)


@pytest.mark.parametrize("state", [AppointmentState.CANCELLED, AppointmentState.MISSED])
def test_a_transplant_that_did_not_take_place_lies_behind_nobody(
    setup: Setup, patient: int, state: AppointmentState
) -> None:
    put(setup, 1, state)

    assert not is_afterwards(setup, SINCE)


def test_with_more_treatment_ahead_nothing_is_behind_them_yet(setup: Setup, patient: int) -> None:
    a_visit(setup, patient, kind="infusion-start", at="2027-04-20T09:30")

    assert not is_afterwards(setup, SINCE)


def test_a_reminder_is_written_from_the_start_for_how_far_they_will_be(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    planned = confirming(setup)
    pushed = [q for q in setup.catalogue.questions if q.push and f". {q.push}" in planned]

    assert len(pushed) == 3
    assert all(not question.stages or "after" in question.stages for question in pushed)
    sweep(setup, at("03-27 10:00"))
    assert transport.bodies[-1] == planned


def test_a_reminder_that_waits_is_written_anew_when_the_transplant_is_called_off(
    setup: Setup, patient: int
) -> None:
    before = confirming(setup)

    scheduling.cancel(setup, 1, by=CancelledBy.TOLD, now=MONDAY)

    assert confirming(setup) != before
