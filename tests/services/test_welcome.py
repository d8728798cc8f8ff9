"""The welcome in the outbox: planned once, sent in order, and called off when it may not go."""

from datetime import datetime, timedelta

import pytest

from companion.domain.delivery import AnswerLost, NotTaken, Refused
from companion.errors import StorageError
from companion.records import Clinic, OutboundMessage, Patient, PatientState
from companion.services import demo
from companion.services.demo import read_demo
from companion.services.enrolment import opt_out
from companion.services.setup import Setup
from companion.storage import people
from tests.conftest import ROOT
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    at_once,
    connect,
    kinds_of_tasks,
    outbox_of,
    put_state,
    sweep,
    tasks_of,
    waiting,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA, BO
from tests.services.test_booking import at

MINUTE = timedelta(minutes=1)
EVENING = at("03-01 21:00")


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


@pytest.fixture
def patient(setup: Setup, clinic: int) -> int:
    return a_patient(setup, welcome=True)


def parts(setup: Setup, patient: int | None = None) -> list[OutboundMessage]:
    rows = [row for row in outbox_of(setup, patient) if row.rule == "welcome"]
    return sorted(rows, key=lambda row: row.id or 0)


def states(setup: Setup, patient: int | None = None) -> list[tuple[str, str | None]]:
    return [(row.state, row.reason) for row in parts(setup, patient)]


def both(setup: Setup) -> list[str]:
    return [words_of(setup, "welcome"), words_of(setup, "welcome-2")]


def sweep_twice(setup: Setup, now: datetime) -> None:
    """Sweep when the first part is due and when the second is."""
    sweep(setup, now)
    sweep(setup, now + MINUTE)


def test_whoever_joins_is_welcomed_in_two_parts_one_after_the_other(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    sweep(setup, MONDAY)
    assert transport.bodies == both(setup)[:1]

    sweep(setup, MONDAY + MINUTE)
    assert transport.bodies == both(setup)
    assert {text.to for text in transport.handed} == {AMINA}
    assert kinds_of_tasks(setup) == []


def test_the_rows_are_pushes_of_no_visit_that_ask_and_tell_nothing(setup: Setup, patient: int) -> None:
    rows = parts(setup)

    assert [row.body for row in rows] == both(setup)
    assert {(row.kind, row.appointment_id, row.asks, row.state) for row in rows} == {
        ("push", None, False, "pending")
    }
    assert [row.tells for row in rows] == [{}, {}]
    assert [row.send_at for row in rows] == [MONDAY, MONDAY + MINUTE]


def test_whoever_was_welcomed_on_paper_gets_no_text(setup: Setup, clinic: int) -> None:
    a_patient(setup, welcome=False)

    assert outbox_of(setup) == []


def test_whoever_joins_at_night_is_welcomed_in_the_morning(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    a_patient(setup, EVENING, welcome=True)

    sweep_twice(setup, at("03-02 07:58"))
    assert transport.bodies == []
    sweep_twice(setup, at("03-02 08:00"))
    assert transport.bodies == both(setup)


def test_a_welcome_that_was_held_up_waits_for_the_morning_and_keeps_its_order(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    sweep_twice(setup, EVENING)
    assert transport.bodies == []

    sweep(setup, at("03-02 08:00"))
    assert transport.bodies == both(setup)[:1]
    sweep(setup, at("03-02 08:01"))
    assert transport.bodies == both(setup)


def test_the_words_are_those_of_the_moment_they_leave(
    setup: Setup, clinic: int, patient: int, transport: FakeTransport
) -> None:
    with setup.database.transaction() as session:
        session.get_one(Clinic, clinic).urgent_line = "020 7946 0999"

    sweep(setup, MONDAY)

    assert "020 7946 0999" in transport.bodies[0]
    assert parts(setup)[0].body == transport.bodies[0]


def test_a_discreet_person_gets_one_text_that_says_next_to_nothing(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    a_patient(setup, privacy="discreet", welcome=True)

    sweep_twice(setup, MONDAY)

    assert transport.bodies == [words_of(setup, "welcome.discreet")]
    assert states(setup) == [("accepted", None), ("suppressed", "discreet")]


def test_who_became_discreet_since_gets_the_discreet_text(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    with setup.database.transaction() as session:
        session.get_one(Patient, patient).privacy = "discreet"

    sweep_twice(setup, MONDAY)

    assert transport.bodies == [words_of(setup, "welcome.discreet")]
    assert states(setup) == [("accepted", None), ("suppressed", "discreet")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("STOP", "stopped"),
        ("wrong number", "wrong_number"),
        ("she has died", "held"),
        ("FEWER", "visit-reminders-only"),
    ],
)
def test_what_waits_is_called_off_by_a_text_that_ends_it(
    setup: Setup, clinic: int, transport: FakeTransport, text: str, reason: str
) -> None:
    a_patient(setup, EVENING, welcome=True)
    a_text(setup, text, EVENING)

    assert states(setup) == [("suppressed", reason)] * 2
    sweep_twice(setup, at("03-02 08:00"))
    assert [body for body in both(setup) if body in transport.bodies] == []


@pytest.mark.parametrize(
    ("state", "reasons"),
    [
        (PatientState.STOPPED, ["stopped"] * 2),
        (PatientState.HELD, ["held"] * 2),
        (PatientState.DECEASED, ["deceased"] * 2),
        (PatientState.FINISHED, ["finished"] * 2),
        (PatientState.WRONG_NUMBER, ["wrong_number"] * 2),
        (PatientState.PAUSED, ["visit-reminders-only", "first-part-not-sent"]),
    ],
)
def test_a_state_changed_behind_its_back_is_seen_before_it_leaves(
    setup: Setup, patient: int, transport: FakeTransport, state: PatientState, reasons: list[str]
) -> None:
    put_state(setup, patient, state)

    sweep_twice(setup, MONDAY)

    assert transport.bodies == []
    assert states(setup) == [("suppressed", reason) for reason in reasons]


def test_whoever_stops_after_the_first_part_gets_no_second_and_neither_again_later(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    sweep(setup, MONDAY)
    a_text(setup, "STOP", MONDAY)
    a_text(setup, "START", MONDAY)

    sweep_twice(setup, MONDAY + MINUTE)

    assert transport.bodies == both(setup)[:1]
    assert states(setup) == [("accepted", None), ("suppressed", "stopped")]


def test_while_the_first_part_cannot_be_handed_over_the_second_waits(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    transport.outcomes.extend([NotTaken("429"), NotTaken("429"), NotTaken("429")])

    now = MONDAY
    for _ in range(20):
        sweep(setup, now)
        now += timedelta(seconds=30)

    assert transport.bodies == [*both(setup)[:1] * 3, *both(setup)]


def test_the_second_part_never_goes_without_the_first(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    transport.outcomes.append(Refused("no such number", 21211))

    sweep_twice(setup, MONDAY)

    assert transport.bodies == both(setup)[:1]
    assert states(setup) == [("failed", "no such number"), ("suppressed", "first-part-not-sent")]
    assert kinds_of_tasks(setup) == [("number-cannot-be-texted", "today")]


def test_a_first_part_that_may_have_arrived_is_followed_by_the_second(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    transport.outcomes.append(AnswerLost("time-out"))

    sweep_twice(setup, MONDAY)

    assert transport.bodies == both(setup)
    assert states(setup) == [("unknown", "time-out"), ("accepted", None)]


def test_two_workers_never_hand_over_the_second_part_before_the_first(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    connect(setup, 2)
    later = MONDAY + MINUTE

    at_once(lambda: sweep(setup, later), lambda: sweep(setup, later))
    sweep(setup, later + MINUTE)

    assert transport.bodies == both(setup)


def test_a_welcome_nobody_could_send_in_time_is_one_routine_task(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    sweep(setup, at("03-02 20:00"))

    assert transport.bodies == []
    assert states(setup) == [("expired", "no-longer-useful")] * 2
    assert kinds_of_tasks(setup) == [("welcome-not-sent", "routine")]
    assert tasks_of(setup)[0].patient_id == patient


def test_a_welcome_that_is_just_in_time_goes(setup: Setup, patient: int, transport: FakeTransport) -> None:
    sweep(setup, at("03-02 19:58"))
    sweep(setup, at("03-02 19:59"))

    assert transport.bodies == both(setup)


@pytest.mark.parametrize("late", [False, True], ids=["on the day of joining", "the morning after"])
def test_a_reminder_of_the_same_day_goes_all_the_same(
    setup: Setup, clinic: int, transport: FakeTransport, *, late: bool
) -> None:
    joined = EVENING if late else MONDAY
    person = a_patient(setup, joined, welcome=True)
    a_visit(setup, person, joined, at="2027-03-04T09:30")

    sweep_twice(setup, at("03-02 08:00") if late else MONDAY)
    sweep(setup, at("03-02 10:00") if late else at("03-01 10:00"))

    reminders = [body for body in transport.bodies if body not in both(setup)]
    assert len(transport.bodies) == 3
    assert [body.startswith("You have a visit on Thursday 4 March") for body in reminders] == [True]


def test_the_welcome_takes_no_place_of_a_reminder_in_the_week(setup: Setup, clinic: int) -> None:
    plans = []
    for phone, welcome in ((AMINA, True), (BO, False)):
        person = a_patient(setup, phone=phone, welcome=welcome)
        sweep_twice(setup, MONDAY)
        for day in ("04", "05", "06", "07"):
            a_visit(setup, person, MONDAY + 2 * MINUTE, at=f"2027-03-{day}T09:30", kind="day-unit")
        plans.append(waiting(setup, person))

    assert plans[0] == plans[1]
    assert len(plans[0]) == 4


def test_booking_moving_and_texting_leave_a_waiting_welcome_as_it_is(setup: Setup, clinic: int) -> None:
    person = a_patient(setup, EVENING, welcome=True)
    before = [(row.id, row.state, row.send_at) for row in parts(setup)]
    booked = a_visit(setup, person, EVENING)
    a_text(setup, "QUESTIONS", EVENING)

    assert [(row.id, row.state, row.send_at) for row in parts(setup)] == before
    ids = {row.id for row in parts(setup)}
    assert ids.isdisjoint((*booked.difference.planned, *booked.difference.kept, *booked.difference.withdrawn))


def test_two_people_of_one_number_are_welcomed_once(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    second = a_patient(setup, name="Bo", welcome=True)

    sweep_twice(setup, MONDAY)

    assert transport.bodies == both(setup)
    assert states(setup, second) == [("suppressed", "number-welcomed-already")] * 2


def test_two_people_who_join_at_once_with_one_number_are_welcomed_once(setup: Setup, clinic: int) -> None:
    connect(setup, 2)

    at_once(lambda: a_patient(setup, welcome=True), lambda: a_patient(setup, name="Bo", welcome=True))

    assert sorted(state for state, _ in states(setup)) == ["pending"] * 2 + ["suppressed"] * 2


@pytest.mark.parametrize("state", [PatientState.FINISHED, PatientState.STOPPED, PatientState.DECEASED])
def test_a_number_whose_owner_is_texted_no_more_is_welcomed_again(
    setup: Setup, patient: int, state: PatientState
) -> None:
    sweep_twice(setup, MONDAY)
    put_state(setup, patient, state)

    second = a_patient(setup, name="Bo", welcome=True)

    assert states(setup, second) == [("pending", None)] * 2


def test_of_two_who_share_a_number_only_the_first_was_welcomed_on_paper(setup: Setup, clinic: int) -> None:
    a_patient(setup, welcome=False)
    second = a_patient(setup, name="Bo", welcome=True)

    assert states(setup, second) == [("pending", None)] * 2


def test_the_database_refuses_a_second_welcome(setup: Setup, patient: int) -> None:
    (first, _) = parts(setup)
    copy = OutboundMessage(**first.model_dump(exclude={"id", "token"}), token="another")

    with (
        pytest.raises(StorageError, match=r"IntegrityError|Violation"),
        setup.database.transaction() as session,
    ):
        session.add(copy)


def test_ok_after_the_welcome_still_answers_what_a_reminder_asked(setup: Setup, clinic: int) -> None:
    person = a_patient(setup, at("03-01 08:58"), welcome=True)
    a_text(setup, "QUESTIONS", at("03-01 08:58"))
    booked = a_visit(setup, person, at("03-01 08:58"), at="2027-03-03T09:30")
    sweep_twice(setup, at("03-01 08:58"))

    reply = a_text(setup, "OK", at("03-01 09:10"))

    assert booked.difference.planned
    assert reply is not None
    assert reply.body == words_of(setup, "confirm.done", when="Wednesday 3 March at 9:30am")


def test_next_after_a_list_means_more_although_the_welcome_came_between(setup: Setup, patient: int) -> None:
    sweep(setup, MONDAY)
    a_text(setup, "QUESTIONS", MONDAY + MINUTE / 2)
    sweep(setup, MONDAY + MINUTE)
    assert states(setup) == [("accepted", None)] * 2

    reply = a_text(setup, "NEXT", MONDAY + 2 * MINUTE)

    assert reply is not None
    assert "4. " in reply.body


def test_an_opt_out_at_the_carrier_calls_off_the_second_part(setup: Setup, patient: int) -> None:
    sweep(setup, MONDAY)

    with setup.database.transaction() as session:
        opt_out(session, setup, people.patient(session, patient), MONDAY)

    assert states(setup) == [("accepted", None), ("suppressed", "stopped")]


def test_the_people_of_the_demo_are_not_welcomed(setup: Setup) -> None:
    assert demo.seed(setup, read_demo(ROOT / "templates"), MONDAY)

    assert outbox_of(setup)
    assert parts(setup) == []
