"""A picture or a recording, which nobody looks at, is never taken for the word beside it alone."""

from datetime import timedelta

import pytest

from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    kinds_of_tasks,
    replies_of,
    sweep,
    the_patient,
    the_visit,
    words_of,
)
from tests.fakes import MONDAY

WORDS = ["", "thanks", "ok", "👍", "1"]


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup)


def treated(setup: Setup, patient: int) -> None:
    a_visit(setup, patient, kind="car-t-infusion", at="2027-03-01T12:00")
    sweep(setup, MONDAY)


@pytest.mark.parametrize("body", WORDS)
def test_a_picture_with_a_word_gets_the_text_that_says_whom_to_call(
    setup: Setup, patient: int, body: str
) -> None:
    said = a_text(setup, body, media_count=1)

    assert said is not None
    assert said.body == words_of(setup, "not-understood")


@pytest.mark.parametrize("body", WORDS)
def test_a_picture_soon_after_an_infusion_is_a_nurses(setup: Setup, patient: int, body: str) -> None:
    treated(setup, patient)

    said = a_text(setup, body, MONDAY + timedelta(days=3), media_count=1)

    assert said is not None
    assert said.body == words_of(setup, "not-understood.watched")
    assert kinds_of_tasks(setup) == [("muddled-after-infusion", "urgent")]


def test_a_digit_beside_a_picture_answers_no_offer(setup: Setup, patient: int) -> None:
    a_text(setup, "LESS")

    a_text(setup, "1", media_count=1)

    assert the_patient(setup, patient).information == "standard"


def test_a_command_beside_a_picture_is_done_and_after_an_infusion_the_picture_is_a_nurses_too(
    setup: Setup, patient: int
) -> None:
    treated(setup, patient)
    visit = a_visit(setup, patient).appointment.id or 0

    a_text(setup, "COMING", MONDAY + timedelta(days=3), media_count=1)

    assert the_visit(setup, visit).state == "confirmed"
    assert words_of(setup, "not-understood.watched") in [row.body for row in replies_of(setup)]
    assert kinds_of_tasks(setup) == [("muddled-after-infusion", "urgent")]


@pytest.mark.parametrize(
    ("body", "item"),
    [
        ("chest pain", "urgent"),
        ("i want to die", "distress"),
        ("he has died", "bereavement"),
        ("stop texting me", "stopped"),
        ("sorry, wrong number", "wrong-number"),
    ],
)
def test_what_counts_most_is_heeded_beside_a_picture_as_alone(
    setup: Setup, patient: int, body: str, item: str
) -> None:
    treated(setup, patient)

    said = a_text(setup, body, MONDAY + timedelta(days=3), media_count=1)

    assert said is not None
    assert said.body == words_of(setup, item)
