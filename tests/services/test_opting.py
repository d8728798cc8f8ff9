"""Stopping, starting, and having fewer texts: what waits is given up with its reason, and planned anew."""

from datetime import timedelta

import pytest

from companion.records import OutboundMessage, PatientState
from companion.services import scheduling
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    kinds_of_tasks,
    outbox_of,
    put_state,
    replies_of,
    sweep,
    tasks_of,
    the_patient,
    waiting,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA
from tests.services.test_booking import ALL_THREE, at


@pytest.fixture
def patient(setup: Setup) -> int:
    """Someone with a visit on 16 March and three reminders planned for it."""
    a_clinic(setup)
    person = a_patient(setup)
    a_visit(setup, person)
    return person


def pushes(setup: Setup) -> list[OutboundMessage]:
    return [row for row in outbox_of(setup) if row.kind == "push"]


@pytest.mark.parametrize("word", ["STOP", "stop", " Stop ", "UNSUBSCRIBE", "END", "QUIT", "STOPALL"])
def test_a_lone_stop_word_stops_everything_and_is_answered_by_the_carrier_alone(
    setup: Setup, patient: int, word: str
) -> None:
    assert a_text(setup, word) is None

    assert the_patient(setup, patient).state == PatientState.STOPPED
    assert replies_of(setup) == []
    assert [(row.state, row.reason) for row in pushes(setup)] == [("suppressed", "stopped")] * 3
    assert kinds_of_tasks(setup) == [("opted-out-before-visit", "today")]


@pytest.mark.parametrize("body", ["Please stop texting me", "STOP!", "Stop. ", "hi stop"])
def test_stopping_said_as_the_carrier_does_not_know_it_is_confirmed_by_us(
    setup: Setup, patient: int, body: str
) -> None:
    said = a_text(setup, body)

    assert said is not None
    assert said.body == words_of(setup, "stopped")
    assert the_patient(setup, patient).state == PatientState.STOPPED


def test_stopping_with_no_visit_ahead_is_nobodys_task(setup: Setup, patient: int) -> None:
    a_text(setup, "STOP", at("03-16 12:00"))

    assert tasks_of(setup) == []


def test_after_a_stop_nothing_unasked_leaves(setup: Setup, patient: int, transport: FakeTransport) -> None:
    a_text(setup, "STOP")

    for due in ("03-09 10:00", "03-13 10:00", "03-15 18:00"):
        sweep(setup, at(due))

    assert transport.handed == []


def test_a_visit_booked_after_a_stop_is_planned_for_nobody(setup: Setup, patient: int) -> None:
    a_text(setup, "STOP")

    assert a_visit(setup, patient, at="2027-05-04T09:30").difference.planned == ()


@pytest.mark.parametrize("word", ["START", "YES", "unstop"])
def test_starting_again_plans_anew_what_is_still_ahead(setup: Setup, patient: int, word: str) -> None:
    stopped = {row.id for row in pushes(setup)}
    a_text(setup, "STOP")

    assert a_text(setup, word) is None

    assert the_patient(setup, patient).state == PatientState.ACTIVE
    assert waiting(setup, patient) == ALL_THREE
    anew = {row.id for row in pushes(setup) if row.state == "pending"}
    assert anew.isdisjoint(stopped)
    assert len(pushes(setup)) == 6


def test_starting_again_plans_nothing_for_a_visit_that_has_passed(setup: Setup, patient: int) -> None:
    a_text(setup, "STOP")

    a_text(setup, "START", at("03-16 12:00"))

    assert waiting(setup, patient) == []


def test_starting_again_late_merges_what_was_missed(setup: Setup, patient: int) -> None:
    a_text(setup, "STOP")

    a_text(setup, "START", at("03-14 12:00"))

    assert waiting(setup, patient) == [("confirm", "03-14 12:00"), ("evening-before", "03-15 18:00")]


def test_what_was_sent_before_a_stop_is_not_sent_again_after_a_start(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    sweep(setup, at("03-09 10:00"))
    a_text(setup, "STOP", at("03-09 11:00"))
    a_text(setup, "START", at("03-09 12:00"))

    sweep(setup, at("03-09 12:00"))

    assert len(transport.handed) == 1
    assert waiting(setup, patient) == ALL_THREE[1:]


def test_stopping_and_starting_many_times_ends_where_it_began(setup: Setup, patient: int) -> None:
    for _ in range(4):
        a_text(setup, "STOP")
        a_text(setup, "START")

    assert waiting(setup, patient) == ALL_THREE


def test_a_move_while_stopped_is_corrected_after_a_start(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    sweep(setup, at("03-09 10:00"))
    a_text(setup, "STOP", at("03-09 11:00"))
    scheduling.move(setup, 1, at="2027-03-18T14:00", now=at("03-10 09:00"))
    assert waiting(setup, patient) == []

    a_text(setup, "START", at("03-10 12:00"))

    assert waiting(setup, patient)[0] == ("correction", "03-10 12:00")


@pytest.mark.parametrize(
    "state",
    [PatientState.HELD, PatientState.WRONG_NUMBER, PatientState.DECEASED, PatientState.FINISHED],
)
def test_start_revives_nobody_whom_only_staff_may(setup: Setup, patient: int, state: PatientState) -> None:
    put_state(setup, patient, state)

    a_text(setup, "START")

    assert the_patient(setup, patient).state == state
    assert [row.state for row in pushes(setup) if row.state == "pending"] == []


def test_stop_on_a_shared_phone_stops_both(setup: Setup, patient: int) -> None:
    bo = a_patient(setup, name="Bo", phone=AMINA)
    a_visit(setup, bo)

    a_text(setup, "STOP")
    assert [the_patient(setup, p).state for p in (patient, bo)] == ["stopped", "stopped"]

    a_text(setup, "START")
    assert [the_patient(setup, p).state for p in (patient, bo)] == ["active", "active"]


def test_a_stopped_person_who_asks_is_still_answered(setup: Setup, patient: int) -> None:
    a_text(setup, "stop texting me")

    said = a_text(setup, "LIST", MONDAY + timedelta(minutes=1))

    assert said is not None
    assert said.body == words_of(setup, "list.empty")


def test_fewer_never_undoes_a_stop(setup: Setup, patient: int) -> None:
    a_text(setup, "STOP")

    for body in ("FEWER", "RESUME"):
        a_text(setup, body)

    assert the_patient(setup, patient).state == PatientState.STOPPED
    assert waiting(setup, patient) == []
