"""Visit reminders only, for a time or until RESUME; and LESS and FULL on what is planned already."""

import pytest

from companion.records import PatientState
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    outbox_of,
    sweep,
    the_patient,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA
from tests.services.test_booking import at, replan

EVENING = "03-15 18:00"


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    person = a_patient(setup)
    a_text(setup, "LIST", MONDAY)  # a number that has answered: reminders say more
    a_visit(setup, person)
    return person


def bodies(setup: Setup, patient: int) -> dict[str | None, str]:
    """Return the waiting reminders by rule."""
    return {row.rule: row.body for row in outbox_of(setup, patient) if row.state == "pending"}


def test_a_pause_for_a_time_says_until_when_and_ends_by_itself(setup: Setup, patient: int) -> None:
    full = bodies(setup, patient)

    said = a_text(setup, "PAUSE for 2 weeks")

    assert said is not None
    assert said.body == words_of(setup, "fewer.until", until="Monday 15 March")
    assert the_patient(setup, patient).state == PatientState.PAUSED
    assert the_patient(setup, patient).paused_until == at("03-15 00:00")
    waiting = bodies(setup, patient)
    assert waiting["confirm"] != full["confirm"], "on the 13th it is still on"
    assert waiting["evening-before"] == full["evening-before"], "on the 15th it is over"


def test_once_over_the_next_change_puts_the_state_back(setup: Setup, patient: int) -> None:
    a_text(setup, "PAUSE for 2 weeks")

    replan(setup, patient, at("03-14 23:59"))
    assert the_patient(setup, patient).state == PatientState.PAUSED
    replan(setup, patient, at("03-15 00:00"))

    assert the_patient(setup, patient).state == PatientState.ACTIVE
    assert the_patient(setup, patient).paused_until is None


def test_what_leaves_after_it_says_everything_though_nobody_did_anything(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    full = bodies(setup, patient)["evening-before"]
    a_text(setup, "PAUSE for 2 weeks")

    sweep(setup, at("03-09 10:00"))
    sweep(setup, at("03-13 10:00"))
    sweep(setup, at(EVENING))

    assert transport.bodies[-1] == full
    assert "1. " not in transport.bodies[-2], "the confirm request went without questions"


def test_a_pause_is_by_the_clock_where_the_person_lives(setup: Setup) -> None:
    a_clinic(setup)
    person = a_patient(setup, zone="America/New_York")

    a_text(setup, "PAUSE 1 WEEK")

    assert the_patient(setup, person).paused_until == at("03-08 05:00")


@pytest.mark.parametrize("word", ["RESUME", "STOP"])
def test_resume_and_stop_end_a_pause_and_its_time(setup: Setup, patient: int, word: str) -> None:
    full = bodies(setup, patient)
    a_text(setup, "PAUSE for 2 weeks")

    a_text(setup, word)
    a_text(setup, "START")

    assert the_patient(setup, patient).paused_until is None
    assert the_patient(setup, patient).state == PatientState.ACTIVE
    assert bodies(setup, patient) == full


def test_a_pause_without_a_time_ends_one_with_a_time(setup: Setup, patient: int) -> None:
    a_text(setup, "PAUSE for 2 weeks")

    said = a_text(setup, "FEWER")

    assert said is not None
    assert said.body == words_of(setup, "fewer.done")
    assert the_patient(setup, patient).paused_until is None
    assert the_patient(setup, patient).state == PatientState.PAUSED


def test_a_stopped_person_is_told_so_whatever_time_they_name(setup: Setup, patient: int) -> None:
    a_text(setup, "STOP")

    said = a_text(setup, "PAUSE for 2 weeks")

    assert said is not None
    assert said.body == words_of(setup, "stopped")
    assert the_patient(setup, patient).paused_until is None


@pytest.mark.parametrize(
    ("words", "item", "information"),
    [(("FULL",), "full.done", "full"), (("LESS", "1"), "less.done", "less")],
)
def test_how_much_to_know_changes_what_is_planned_in_the_same_transaction(
    setup: Setup, words: tuple[str, ...], item: str, information: str
) -> None:
    a_clinic(setup)
    other = "full" if information == "less" else "less"
    person = a_patient(setup, treatment="chemotherapy", information=other)
    a_text(setup, "LIST")
    a_visit(setup, person, kind="bone-marrow-test")
    before = {row.id: row.body for row in outbox_of(setup, person) if row.state == "pending"}
    same = a_patient(setup, phone="+12025550102", treatment="chemotherapy", information=information)
    a_text(setup, "LIST", sender="+12025550102")
    a_visit(setup, same, kind="bone-marrow-test")

    said = [a_text(setup, word) for word in words][-1]

    assert said is not None
    assert said.body == words_of(setup, item)
    after = {row.id: row.body for row in outbox_of(setup, person) if row.state == "pending"}
    assert after.keys() == before.keys(), "each keeps its row"
    assert after != before
    assert bodies(setup, person) == bodies(setup, same), "as if they had always wanted it so"
    assert the_patient(setup, person).phone == AMINA
