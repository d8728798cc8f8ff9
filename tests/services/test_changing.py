"""Staff change a person, and the plan follows in the same transaction; what did not change keeps its row."""

import pytest

from companion.errors import InvalidInput, InvalidPhoneNumber, InvalidTime, NotFound
from companion.records import Information, PatientState, Privacy
from companion.services import changing
from companion.services.changing import Changed, NewFacts
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    kinds_of_tasks,
    outbox_of,
    put_state,
    sweep,
    the_patient,
    the_row,
    waiting,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA, BO
from tests.services.test_booking import ALL_THREE, WHEN, at


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup)


def change(setup: Setup, patient: int, now: str = "03-01 09:00", **facts: object) -> Changed:
    return changing.change(setup, patient, NewFacts(**facts), at(now))  # type: ignore[arg-type]


def test_another_zone_moves_what_waits_and_leaves_the_visit_where_it_is(setup: Setup, patient: int) -> None:
    booking = a_visit(setup, patient)

    done = change(setup, patient, zone="America/New_York")

    # New York is on summer time from 14 March.
    assert waiting(setup, patient) == [
        ("heads-up", "03-09 15:00"),
        ("confirm", "03-13 15:00"),
        ("evening-before", "03-15 22:00"),
    ]
    assert (len(done.changes.planned), len(done.changes.withdrawn)) == (3, 3)
    assert booking.appointment.at == at("03-16 09:30")
    assert {row.body for row in outbox_of(setup)} == {words_of(setup, "push.minimal", when=WHEN)}


def test_the_same_facts_again_change_no_row(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    before = [row.model_dump() for row in outbox_of(setup)]

    change(
        setup, patient, zone="Europe/London", phone=AMINA, privacy=Privacy.NEUTRAL, state=PatientState.ACTIVE
    )

    assert [row.model_dump() for row in outbox_of(setup)] == before


def test_preferences_change_the_words_and_keep_the_rows(setup: Setup, patient: int) -> None:
    planned = a_visit(setup, patient).difference.planned
    a_text(setup, "LIST")
    said = [row.body for row in outbox_of(setup) if row.id in planned]

    done = change(setup, patient, privacy=Privacy.DISCREET, information=Information.LESS)

    assert the_patient(setup, patient).information == "less"
    assert (len(done.changes.kept), done.changes.planned, done.changes.withdrawn) == (3, (), ())
    bare = [the_row(setup, row).body for row in planned]
    assert bare == [words_of(setup, "push.minimal", when=WHEN)] * 3 != said


def test_what_waits_goes_to_a_new_number_and_says_little_until_that_answers(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    a_text(setup, "LIST")
    old = a_visit(setup, patient).difference.planned

    change(setup, patient, phone=BO)

    assert {the_row(setup, row).reason for row in old} == {"phone-changed"}
    assert waiting(setup, patient) == ALL_THREE
    sweep(setup, at("03-09 10:00"))
    assert [text.to for text in transport.handed] == [BO]
    assert transport.bodies == [words_of(setup, "push.minimal", when=WHEN)]


def test_the_welcome_that_waits_goes_to_the_new_number_too(setup: Setup, transport: FakeTransport) -> None:
    a_clinic(setup)
    patient = a_patient(setup, at("03-01 06:00"), welcome=True)

    change(setup, patient, "03-01 06:30", phone=BO)

    sweep(setup, at("03-01 08:00"))
    assert [text.to for text in transport.handed] == [BO]


def test_a_new_number_that_was_welcomed_already_is_not_welcomed_again(
    setup: Setup, transport: FakeTransport
) -> None:
    a_clinic(setup)
    a_patient(setup, at("03-01 06:00"), name="Bo", phone=BO, welcome=True)
    patient = a_patient(setup, at("03-01 06:00"), welcome=True)

    change(setup, patient, "03-01 06:30", phone=BO)

    assert {row.reason for row in outbox_of(setup, patient)} == {"number-welcomed-already"}


def test_what_went_to_the_old_number_has_not_told_the_new_one(setup: Setup, patient: int) -> None:
    a_visit(setup, patient, kind="blood-test")
    sweep(setup, at("03-15 18:00"))

    change(setup, patient, "03-16 08:40", phone=BO)

    assert kinds_of_tasks(setup) == [("visit-not-told", "today")]


@pytest.mark.parametrize(
    ("state", "tasks"),
    [
        (PatientState.STOPPED, [("opted-out-before-visit", "today")]),
        (PatientState.HELD, []),
        (PatientState.FINISHED, []),
        (PatientState.DECEASED, []),
    ],
)
def test_a_state_without_texts_suppresses_what_waits(
    setup: Setup, patient: int, state: PatientState, tasks: list[tuple[str, str]]
) -> None:
    planned = a_visit(setup, patient).difference.planned

    change(setup, patient, state=state)

    assert {(the_row(setup, row).state, the_row(setup, row).reason) for row in planned} == {
        ("suppressed", state.value)
    }
    assert kinds_of_tasks(setup) == tasks


def test_back_among_the_active_everything_ahead_is_planned_anew(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    change(setup, patient, state=PatientState.HELD)

    change(setup, patient, state=PatientState.ACTIVE)

    assert waiting(setup, patient) == ALL_THREE


def test_staff_cannot_bring_texts_back_to_someone_who_wants_none(setup: Setup, patient: int) -> None:
    put_state(setup, patient, PatientState.STOPPED)

    for state in (PatientState.ACTIVE, PatientState.PAUSED):
        with pytest.raises(InvalidInput, match="only they can change that"):
            change(setup, patient, state=state)

    assert the_patient(setup, patient).state == "stopped"


@pytest.mark.parametrize(
    ("facts", "error"),
    [({"phone": "12"}, InvalidPhoneNumber), ({"zone": "Mars/Base"}, InvalidTime)],
    ids=["phone", "zone"],
)
def test_a_value_that_cannot_be_changes_nothing(
    setup: Setup, patient: int, facts: dict[str, str], error: type[Exception]
) -> None:
    a_visit(setup, patient)
    before = [row.model_dump() for row in outbox_of(setup)]

    with pytest.raises(error):
        change(setup, patient, privacy=Privacy.DISCREET, **facts)

    assert [row.model_dump() for row in outbox_of(setup)] == before
    assert the_patient(setup, patient).privacy == "neutral"


def test_nobody_is_not_changed(setup: Setup, patient: int) -> None:
    with pytest.raises(NotFound, match="no patient 99"):
        change(setup, 99, privacy=Privacy.DISCREET)


def test_a_change_can_be_seen_before_it_is_kept(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    before = [row.model_dump() for row in outbox_of(setup)]

    facts = NewFacts(zone="America/New_York", phone=BO)
    done = changing.change(setup, patient, facts, MONDAY, dry_run=True)

    assert [line.local for line in done.changes.planned] == [
        "2027-03-09T10:00",
        "2027-03-13T10:00",
        "2027-03-15T18:00",
    ]
    assert [row.model_dump() for row in outbox_of(setup)] == before
    assert (the_patient(setup, patient).phone, the_patient(setup, patient).zone) == (AMINA, "Europe/London")
