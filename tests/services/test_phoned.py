"""Somebody who is phoned gets no text unasked: each reminder is a call task on the morning of its day."""

import pytest

from companion.records import AppointmentState, Contact, OutboundState, TaskUrgency
from companion.services import changing, scheduling
from companion.services.changing import NewFacts
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_visit,
    kinds_of_tasks,
    outbox_of,
    plan_of,
    sweep,
    tasks_of,
    the_patient,
    waiting,
)
from tests.fakes import FakeTransport
from tests.services.test_booking import at, replan


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup, contact=Contact.CALL, welcome=True, phone="+442079460123")


def test_each_reminder_is_planned_for_the_morning_of_its_day(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)

    assert waiting(setup, patient) == [
        ("heads-up", "03-09 08:00"),
        ("confirm", "03-13 08:00"),
        ("evening-before", "03-15 08:00"),
    ]
    assert kinds_of_tasks(setup) == []


def test_when_due_it_is_a_task_in_the_words_of_the_text_and_nothing_is_sent(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    visit = a_visit(setup, patient).appointment.id

    sweep(setup, at("03-09 07:59"))
    assert tasks_of(setup) == []
    sweep(setup, at("03-09 08:00"))
    sweep(setup, at("03-09 08:01"))

    (task,) = tasks_of(setup)
    row = outbox_of(setup, patient)[0]
    assert (task.kind, task.urgency, task.note) == ("remind-by-call", TaskUrgency.TODAY, row.body)
    assert (task.patient_id, task.appointment_id, task.deadline) == (patient, visit, row.not_useful_after)
    assert (row.state, row.reason) == (OutboundState.SUPPRESSED, "by-phone")
    assert transport.handed == []


def test_planning_again_asks_for_no_second_call(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    sweep(setup, at("03-09 08:00"))

    replan(setup, patient, at("03-09 12:00"))
    sweep(setup, at("03-09 12:01"))

    assert len(tasks_of(setup)) == 1
    assert waiting(setup, patient) == [("confirm", "03-13 08:00"), ("evening-before", "03-15 08:00")]


def test_one_booked_on_the_day_before_is_a_call_at_once(setup: Setup, patient: int) -> None:
    a_visit(setup, patient, now=at("03-15 12:00"))

    sweep(setup, at("03-15 12:00"))

    assert kinds_of_tasks(setup) == [("remind-by-call", "today")]


def test_a_visit_that_moves_after_the_call_was_asked_for_is_an_urgent_call(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    booked = a_visit(setup, patient)
    sweep(setup, at("03-09 08:00"))

    scheduling.move(setup, booked.appointment.id or 0, at="2027-03-17T11:00", now=at("03-10 09:00"))
    sweep(setup, at("03-10 09:00"))

    assert kinds_of_tasks(setup)[-1] == ("correction-not-sent", "urgent")
    assert "17 March" in tasks_of(setup)[-1].note
    assert transport.handed == []


def test_a_visit_that_moves_before_any_call_needs_no_correction(setup: Setup, patient: int) -> None:
    booked = a_visit(setup, patient)

    scheduling.move(setup, booked.appointment.id or 0, at="2027-03-17T11:00", now=at("03-02 09:00"))
    sweep(setup, at("03-02 09:00"))

    assert tasks_of(setup) == []


def test_nobody_is_phoned_after_a_visit(setup: Setup, patient: int) -> None:
    booked = a_visit(setup, patient, at="2027-03-16T09:30", now=at("03-16 08:40"))
    tasks = len(tasks_of(setup))
    scheduling.mark(setup, booked.appointment.id or 0, AppointmentState.ATTENDED, at("03-16 12:00"))

    sweep(setup, at("03-17 10:00"))

    assert ("after-visit", "suppressed", "03-17 10:00") in plan_of(setup, patient)
    assert len(tasks_of(setup)) == tasks


def test_whoever_is_phoned_gets_no_welcome(setup: Setup, patient: int) -> None:
    assert outbox_of(setup, patient) == []


def test_a_change_to_texts_and_back_is_followed_by_the_plan(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    a_visit(setup, patient)

    changing.change(setup, patient, NewFacts(contact=Contact.TEXT), at("03-02 09:00"))
    assert waiting(setup, patient)[-1] == ("evening-before", "03-15 18:00")
    sweep(setup, at("03-09 10:00"))
    assert len(transport.handed) == 1

    changing.change(setup, patient, NewFacts(contact=Contact.CALL), at("03-10 09:00"))
    assert the_patient(setup, patient).contact == Contact.CALL
    assert waiting(setup, patient) == [("confirm", "03-13 08:00"), ("evening-before", "03-15 08:00")]


def test_a_welcome_that_waits_is_called_off_without_a_task(setup: Setup, transport: FakeTransport) -> None:
    a_clinic(setup)
    person = a_patient(setup, welcome=True, now=at("03-01 21:00"))

    changing.change(setup, person, NewFacts(contact=Contact.CALL), at("03-01 21:05"))
    sweep(setup, at("03-02 08:00"))
    sweep(setup, at("03-02 08:05"))

    assert {row.reason for row in outbox_of(setup, person)} == {"by-phone"}
    assert (transport.handed, tasks_of(setup)) == ([], [])
