"""When something fails after a text was understood: danger, stops and deaths are heeded all the same."""

from datetime import timedelta

import pytest

from companion.services.setup import Setup
from companion.storage import people
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    inbox_of,
    kinds_of_tasks,
    outbox_of,
    replies_of,
    sweep,
    tasks_of,
    the_patient,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA


@pytest.fixture
def patient(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> int:
    a_clinic(setup)
    patient = a_patient(setup)
    a_visit(setup, patient)
    monkeypatch.setattr("companion.services.inbound.respond", lambda *_: 1 / 0)
    return patient


@pytest.mark.parametrize(
    ("body", "state", "item", "kind"),
    [
        ("please stop texting me", "stopped", "stopped", "text-not-answered"),
        ("sorry, wrong number", "wrong_number", "wrong-number", "text-not-answered"),
        ("my husband died this morning", "held", "bereavement", "bereavement"),
        ("i want to die", "active", "distress", "distress"),
        ("chest pain", "active", "urgent", "urgent"),
        ("the blue is on the chair", "active", "not-understood", "text-not-answered"),
    ],
)
def test_what_cannot_be_answered_is_heeded_from_the_text_alone(
    setup: Setup, patient: int, body: str, state: str, item: str, kind: str
) -> None:
    said = a_text(setup, body)

    assert said is not None
    assert said.body == words_of(setup, item)
    assert the_patient(setup, patient).state == state
    assert kinds_of_tasks(setup) == [(kind, "urgent")]
    assert inbox_of(setup)[0].patient_id == tasks_of(setup)[0].patient_id == patient


def test_nothing_unasked_leaves_after_a_stop_that_could_not_be_answered(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    a_text(setup, "please stop texting me")

    sweep(setup, max(row.send_at for row in outbox_of(setup, patient) if row.kind == "push"))

    assert transport.bodies == []


def test_danger_a_minute_after_another_failed_text_gets_its_text_and_its_task(
    setup: Setup, patient: int
) -> None:
    bodies = ["hello", "i want to die", "chest pain", "chest pain"]

    said = [a_text(setup, body, MONDAY + timedelta(minutes=n)) for n, body in enumerate(bodies)]

    items = ("not-understood", "distress", "urgent", "urgent")
    assert [reply.body if reply else None for reply in said] == [words_of(setup, item) for item in items]
    assert [kind for kind, _ in kinds_of_tasks(setup)] == ["text-not-answered", "distress", "urgent"]


def test_two_kinds_of_danger_and_a_stop_are_all_said(setup: Setup, patient: int) -> None:
    a_text(setup, "stop texting me. I have a fever and I want to die")

    assert [row.body for row in replies_of(setup)] == [
        words_of(setup, item) for item in ("distress", "urgent", "stopped")
    ]
    assert the_patient(setup, patient).state == "stopped"


def test_a_stop_that_cannot_be_stored_either_stands_in_the_task(
    setup: Setup, patient: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "put_state_of_phone", lambda *_: 1 / 0)

    said = a_text(setup, "please stop texting me")

    assert said is not None
    assert said.body == words_of(setup, "not-understood")
    assert tasks_of(setup)[0].note.endswith(setup.task_words.not_stopped)


def test_where_understanding_fails_too_the_text_is_answered_and_a_nurse_told(
    setup: Setup, patient: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("inbound", "falling_back"):
        monkeypatch.setattr(f"companion.services.{module}.hear", lambda *_: 1 / 0)

    said = a_text(setup, "chest pain")

    assert said is not None
    assert said.body == words_of(setup, "not-understood")
    assert kinds_of_tasks(setup) == [("text-not-answered", "urgent")]


def test_a_failed_text_of_two_who_share_a_phone_is_of_neither(setup: Setup, patient: int) -> None:
    bo = a_patient(setup, name="Bo", phone=AMINA)

    a_text(setup, "please stop texting me")

    assert inbox_of(setup)[0].patient_id is None
    assert {the_patient(setup, person).state for person in (patient, bo)} == {"stopped"}


def test_a_lone_stop_is_left_to_the_carrier_to_answer(setup: Setup, patient: int) -> None:
    assert a_text(setup, "STOP") is None
    assert the_patient(setup, patient).state == "stopped"
