"""Who is answered at all, and how often: strangers, shared phones, machines, short codes."""

from datetime import timedelta

import pytest

from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    inbox_of,
    kinds_of_tasks,
    replies_of,
    tasks_of,
    the_patient,
    waiting,
    words_of,
)
from tests.fakes import MONDAY
from tests.people import AMINA, OTHER_CLINIC, STRANGER


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup)


def test_an_unknown_number_is_told_once_a_day_that_it_is_unknown(setup: Setup, patient: int) -> None:
    times = [timedelta(), timedelta(hours=1), timedelta(hours=23, minutes=59), timedelta(hours=24)]

    said = [a_text(setup, "QUESTIONS", MONDAY + after, sender=STRANGER) for after in times]

    unknown = words_of(setup, "unknown-number")
    assert [reply.body if reply else None for reply in said] == [unknown, None, None, unknown]


@pytest.mark.parametrize(
    "body", ["QUESTIONS", "CART", "VISIT", "STOP texting me", "wrong number", "COPING", "HELP", "1", "START"]
)
def test_an_unknown_number_never_learns_whether_anyone_is_enrolled(
    setup: Setup, patient: int, body: str
) -> None:
    said = a_text(setup, body, sender=STRANGER)

    assert said is None or said.body == words_of(setup, "unknown-number")
    assert tasks_of(setup) == []


def test_an_unknown_number_with_a_red_flag_is_answered_though_it_was_told_today(
    setup: Setup, patient: int
) -> None:
    a_text(setup, "hello", sender=STRANGER)

    said = a_text(setup, "I have a fever", sender=STRANGER)

    assert said is not None
    assert said.body == words_of(setup, "urgent")


def test_a_patient_of_one_clinic_is_unknown_to_another(setup: Setup, patient: int) -> None:
    a_clinic(setup, name="Hillside Team", number=OTHER_CLINIC)

    said = a_text(setup, "VISIT", to=OTHER_CLINIC)

    assert said is not None
    assert said.body == words_of(setup, "unknown-number")
    assert inbox_of(setup)[0].patient_id is None


@pytest.mark.parametrize("body", ["QUESTIONS", "VISIT", "LIST", "COMING", "ASK why?", "FULL"])
def test_a_phone_of_four_people_is_told_that_we_cannot_tell_who_texts(
    setup: Setup, patient: int, body: str
) -> None:
    for name in ("Bo", "Chen", "Dara"):
        a_patient(setup, name=name, phone=AMINA, treatment="imatinib")
    a_visit(setup, patient)

    said = a_text(setup, body)

    assert said is not None
    assert said.body == words_of(setup, "shared-number")
    assert the_patient(setup, patient).information == "standard"
    assert inbox_of(setup)[0].patient_id is None


def test_two_machines_that_answer_each_other_are_cut_off(setup: Setup, patient: int) -> None:
    said = [a_text(setup, "hello", MONDAY + timedelta(minutes=n)) for n in range(30)]

    assert [reply is not None for reply in said] == [True] * 20 + [False] * 10
    held = [row for row in replies_of(setup) if row.state == "suppressed"]
    assert {row.reason for row in held} == {"loop-guard"}
    assert len(held) == 10
    assert len(inbox_of(setup)) == 30


def test_an_hour_later_a_number_that_was_cut_off_is_answered_again(setup: Setup, patient: int) -> None:
    for _ in range(21):
        a_text(setup, "hello")

    assert a_text(setup, "hello", MONDAY + timedelta(minutes=59, seconds=59)) is None
    assert a_text(setup, "hello", MONDAY + timedelta(hours=1)) is not None


def test_a_number_that_was_cut_off_still_gets_safety(setup: Setup, patient: int) -> None:
    for _ in range(25):
        a_text(setup, "hello")

    said = a_text(setup, "I have a fever")

    assert said is not None
    assert said.body == words_of(setup, "urgent")
    assert kinds_of_tasks(setup) == [("urgent", "urgent")]


def test_what_a_number_that_was_cut_off_asks_for_is_still_done(setup: Setup, patient: int) -> None:
    for _ in range(25):
        a_text(setup, "hello")

    a_text(setup, "stop texting me")

    assert the_patient(setup, patient).state == "stopped"


def test_one_numbers_loop_does_not_silence_another(setup: Setup, patient: int) -> None:
    a_patient(setup, name="Bo", phone="+12025550102")
    for _ in range(25):
        a_text(setup, "hello")

    assert a_text(setup, "hello", sender="+12025550102") is not None


@pytest.mark.parametrize("sender", ["NHSnoreply", "85258", "Royal Mail"], ids=["name", "short code", "words"])
@pytest.mark.parametrize("body", ["hello", "I have a fever"])
def test_a_sender_that_cannot_be_answered_is_kept_and_not_answered(
    setup: Setup, patient: int, sender: str, body: str
) -> None:
    assert a_text(setup, body, sender=sender) is None

    assert [(text.sender, text.body) for text in inbox_of(setup)] == [(sender, body)]
    assert replies_of(setup) == []


def test_a_strangers_text_changes_nobodys_plan(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    before = waiting(setup, patient)

    for body in ("STOP", "CANT COME", "wrong number", "he has died"):
        a_text(setup, body, sender=STRANGER)

    assert waiting(setup, patient) == before
    assert the_patient(setup, patient).state == "active"
