"""COMING, CANCEL and a death: what a text means for the visits ahead, and what a nurse is asked."""

import pytest

from companion.records import AppointmentState, PatientState
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    kinds_of_tasks,
    outbox_of,
    plan_of,
    replies_of,
    sweep,
    tasks_of,
    the_patient,
    the_visit,
    waiting,
    words_of,
)
from tests.fakes import MONDAY
from tests.people import AMINA, STRANGER
from tests.services.test_booking import WHEN, at


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup)


@pytest.fixture
def visit(setup: Setup, patient: int) -> int:
    return a_visit(setup, patient).appointment.id or 0


# ---- Coming ----


def test_coming_withdraws_the_request_to_say_so_and_is_seen_on_the_visit(
    setup: Setup, patient: int, visit: int
) -> None:
    a_text(setup, "COMING")

    assert the_visit(setup, visit).state == AppointmentState.CONFIRMED
    assert [(rule, state) for rule, state, _ in plan_of(setup, patient)] == [
        ("heads-up", "pending"),
        ("confirm", "withdrawn"),
        ("evening-before", "pending"),
    ]
    assert tasks_of(setup) == []


@pytest.mark.parametrize("word", ["COMING", "OK", "yes"])
def test_coming_answers_the_visit_that_was_asked_about_and_not_a_sooner_one(
    setup: Setup, patient: int, visit: int, word: str
) -> None:
    sooner = a_visit(setup, patient, kind="blood-test", at="2027-03-15T11:00").appointment.id or 0
    a_text(setup, "LIST")  # a number that has answered: the request asks
    sweep(setup, at("03-13 10:00"))

    said = a_text(setup, word, at("03-13 10:05"))

    assert said is not None
    assert said.body == words_of(setup, "confirm.done", when=WHEN)
    assert the_visit(setup, visit).state == AppointmentState.CONFIRMED
    assert the_visit(setup, sooner).state == AppointmentState.BOOKED


@pytest.mark.parametrize("asked", [False, True], ids=["unasked", "asked by one text"])
@pytest.mark.parametrize(
    ("word", "item", "state"),
    [
        ("COMING", "confirm.done", AppointmentState.CONFIRMED),
        ("CANT COME", "change.passed-on", AppointmentState.CHANGE_ASKED),
    ],
)
def test_two_visits_of_one_day_are_answered_together(
    setup: Setup, patient: int, visit: int, word: str, item: str, state: AppointmentState, *, asked: bool
) -> None:
    same_day = a_visit(setup, patient, at="2027-03-16T14:00").appointment.id or 0
    later = a_visit(setup, patient, at="2027-03-30T09:30").appointment.id or 0
    a_text(setup, "LIST")
    now = at("03-13 10:05") if asked else MONDAY
    sweep(setup, at("03-13 10:00") if asked else MONDAY)

    said = a_text(setup, word if asked else f"{word} 16 March", now)

    assert said is not None
    assert said.body == words_of(setup, item, when=f"{WHEN} and 2pm")
    assert [the_visit(setup, v).state for v in (visit, same_day, later)] == [state, state, "booked"]
    confirms = [row for row in outbox_of(setup, patient) if row.rule == "confirm" and row.state == "pending"]
    about_that_day = [row for row in confirms if str(visit) in row.tells]
    assert bool(about_that_day) == (word == "CANT COME" and not asked)


def test_a_visit_that_is_moved_after_coming_is_asked_about_again(
    setup: Setup, patient: int, visit: int
) -> None:
    from companion.services import scheduling

    a_text(setup, "COMING")

    scheduling.move(setup, visit, at="2027-03-23T09:30", now=MONDAY)

    assert the_visit(setup, visit).state == AppointmentState.BOOKED
    assert "confirm" in [rule for rule, _ in waiting(setup, patient)]


# ---- Cancel ----


@pytest.mark.parametrize("word", ["CANCEL", "cancel ", "Cancel."])
def test_cancel_stops_texts_and_asks_a_nurse_whether_the_visit_was_meant(
    setup: Setup, patient: int, visit: int, word: str
) -> None:
    a_visit(setup, patient, at="2027-03-30T09:30")

    a_text(setup, word)

    assert the_patient(setup, patient).state == PatientState.STOPPED
    assert the_visit(setup, visit).state == AppointmentState.BOOKED
    (task,) = tasks_of(setup)
    assert (task.kind, task.urgency) == ("may-have-meant-visit", "today")
    assert (task.patient_id, task.appointment_id) == (patient, visit)
    assert f"{WHEN} (" in task.note


def test_cancel_is_answered_by_the_carrier_alone(setup: Setup, patient: int, visit: int) -> None:
    assert a_text(setup, "CANCEL") is None
    assert replies_of(setup) == []


def test_cancel_keeps_what_was_said_of_the_visit(setup: Setup, patient: int, visit: int) -> None:
    a_text(setup, "COMING")

    a_text(setup, "CANCEL")

    assert the_visit(setup, visit).state == AppointmentState.CONFIRMED


def test_cancel_without_a_visit_ahead_is_nobodys_task(setup: Setup, patient: int, visit: int) -> None:
    a_text(setup, "CANCEL", at("03-16 10:00"))

    assert the_patient(setup, patient).state == PatientState.STOPPED
    assert tasks_of(setup) == []


def test_cancel_after_a_stop_may_still_mean_the_visit(setup: Setup, patient: int, visit: int) -> None:
    a_text(setup, "STOP")

    a_text(setup, "CANCEL")
    a_text(setup, "CANCEL")

    assert kinds_of_tasks(setup) == [("opted-out-before-visit", "today"), ("may-have-meant-visit", "today")]


def test_another_word_for_stop_does_not_mean_the_visit(setup: Setup, patient: int, visit: int) -> None:
    a_text(setup, "END")

    assert kinds_of_tasks(setup) == [("opted-out-before-visit", "today")]


def test_on_a_shared_phone_a_nurse_is_asked_about_each_of_them(
    setup: Setup, patient: int, visit: int
) -> None:
    bo = a_patient(setup, name="Bo", phone=AMINA)
    a_visit(setup, bo, at="2027-03-30T09:30")

    a_text(setup, "CANCEL")

    assert [(task.kind, task.patient_id) for task in tasks_of(setup)] == [
        ("may-have-meant-visit", patient),
        ("may-have-meant-visit", bo),
    ]


# ---- A death ----


def test_a_death_asks_who_died_and_lists_the_visits_ahead(setup: Setup, patient: int, visit: int) -> None:
    a_visit(setup, patient, kind="results", at="2027-03-30T14:00")
    results = setup.catalogue.text("kind.results").text
    review = setup.catalogue.text("kind.clinic-review").text

    a_text(setup, "my husband died this morning")

    (task,) = tasks_of(setup)
    assert (task.kind, task.urgency, task.patient_id) == ("bereavement", "today", patient)
    assert task.note == (
        "Amina: my husband died this morning\n"
        f"Who died? Visits ahead: {WHEN} ({review}); Tuesday 30 March at 2pm ({results})."
    )


def test_on_a_shared_phone_the_visits_say_whose_they_are(setup: Setup, patient: int, visit: int) -> None:
    bo = a_patient(setup, name="Bo", phone=AMINA)
    a_visit(setup, bo, at="2027-03-30T14:00")

    a_text(setup, "my wife died")

    (task,) = tasks_of(setup)
    assert f"Amina, {WHEN} (" in task.note
    assert "Bo, Tuesday 30 March at 2pm (" in task.note


def test_a_strangers_death_is_put_before_a_nurse_with_nothing_of_anybody(
    setup: Setup, patient: int, visit: int
) -> None:
    a_text(setup, "my husband died", sender=STRANGER)

    assert [task.note for task in tasks_of(setup)] == [f"{STRANGER}: my husband died"]


def test_a_death_is_one_task_a_day_and_its_sorrow_is_said_once(setup: Setup, patient: int) -> None:
    said = [a_text(setup, "he died", at(f"03-01 {hour}:00")) for hour in (10, 12, 23)]
    a_text(setup, "he died", at("03-02 00:00"))

    assert [reply is not None for reply in said] == [True, False, False]
    assert kinds_of_tasks(setup) == [("bereavement", "today")] * 2


def test_a_red_flag_beside_a_death_makes_the_task_of_that_day_urgent(setup: Setup, patient: int) -> None:
    a_text(setup, "he died")

    said = a_text(setup, "he died, and now i have a fever")

    # The sorrow is said; a sign may now be the writer's own.
    assert said is not None
    assert said.body == words_of(setup, "urgent")
    assert kinds_of_tasks(setup) == [("bereavement", "urgent"), ("urgent", "urgent")]


def test_an_urgent_task_is_not_made_less_by_a_later_text(setup: Setup, patient: int) -> None:
    a_text(setup, "he died, he had a fever")
    a_text(setup, "he died")

    assert kinds_of_tasks(setup) == [("bereavement", "urgent")]
