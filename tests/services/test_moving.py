"""Moving and cancelling: what is withdrawn and planned anew, and who is told of it, once and rightly."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from companion.domain.delivery import AnswerLost, Refused
from companion.errors import InvalidInput, InvalidTime, NotFound
from companion.records import AppointmentState, CancelledBy, OutboundKind, OutboundMessage
from companion.services import scheduling
from companion.services.plans import Difference
from companion.services.scheduling import Booking
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    kinds_of_tasks,
    outbox_of,
    plan_of,
    sweep,
    tasks_of,
    the_row,
    the_visit,
    waiting,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.services.test_booking import at

OLD = "Tuesday 16 March at 9:30am"


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup)


@pytest.fixture
def visit(setup: Setup, patient: int) -> int:
    """Tuesday 16 March at 9:30; heads-up on the 9th, confirm on the 13th, evening before on the 15th."""
    return a_visit(setup, patient).appointment.id or 0


def move(setup: Setup, visit: int, to: str, now: datetime) -> Booking:
    return scheduling.move(setup, visit, at=f"2027-{to.replace(' ', 'T')}", now=now)


def cancel(setup: Setup, visit: int, by: CancelledBy, now: datetime) -> Booking:
    return scheduling.cancel(setup, visit, by=by, now=now)


def corrections(setup: Setup, state: str | None = None) -> list[OutboundMessage]:
    rows = [row for row in outbox_of(setup) if row.rule == "correction"]
    return [row for row in rows if state is None or row.state == state]


def corrected(setup: Setup) -> list[str]:
    """Return the bodies of the corrections that left."""
    return [row.body for row in corrections(setup, "accepted")]


def new_date(setup: Setup, when: str, old: str = OLD) -> str:
    """Return the correction to a number that has not answered yet, which asks nothing."""
    return words_of(setup, "push.correction-minimal", when=when, old=old)


def cancelled(setup: Setup, old: str = OLD) -> str:
    return words_of(setup, "push.correction-cancelled", old=old)


def told(setup: Setup) -> datetime:
    """Send the heads-up, so that the person knows the time; return a time of the next day."""
    sweep(setup, at("03-09 10:00"))
    return at("03-10 12:00")


def all_told(setup: Setup) -> None:
    """Send everything that comes before the visit, each at its time."""
    for due in ("03-09 10:00", "03-13 10:00", "03-15 18:00"):
        sweep(setup, at(due))


def test_moving_before_anything_was_told_plans_anew_and_corrects_nothing(
    setup: Setup, patient: int, visit: int
) -> None:
    before = tuple(row.id or 0 for row in outbox_of(setup))

    booking = move(setup, visit, "03-18 14:00", MONDAY)

    assert (booking.difference.kept, booking.difference.withdrawn) == ((), before)
    assert waiting(setup, patient) == [
        ("heads-up", "03-11 10:00"),
        ("confirm", "03-15 10:00"),
        ("evening-before", "03-17 18:00"),
    ]
    assert corrections(setup) == []
    assert {the_row(setup, row).reason for row in before} == {"plan-changed"}
    assert (booking.appointment.wall, booking.appointment.version) == ("2027-03-18T14:00", 2)


def test_moving_after_the_time_was_told_sends_one_correction_at_once(
    setup: Setup, patient: int, visit: int, transport: FakeTransport
) -> None:
    now = told(setup)

    booking = move(setup, visit, "03-18 14:00", now)

    (row,) = corrections(setup)
    assert row.id in booking.difference.planned
    assert len(booking.difference.withdrawn) == 2  # the confirm and the evening before of the old time
    sweep(setup, now)
    assert transport.bodies[1:] == [new_date(setup, "Thursday 18 March at 2pm")]
    assert waiting(setup, patient) == [
        ("heads-up", "03-11 10:00"),
        ("confirm", "03-15 10:00"),
        ("evening-before", "03-17 18:00"),
    ]


def test_a_correction_that_left_is_not_sent_again_by_planning_again(
    setup: Setup, patient: int, visit: int, transport: FakeTransport
) -> None:
    now = told(setup)
    move(setup, visit, "03-18 14:00", now)
    sweep(setup, now)

    a_text(setup, "thanks", now)
    a_visit(setup, patient, now=now, at="2027-05-04T09:30")
    sweep(setup, now)

    assert transport.bodies[1:] == [new_date(setup, "Thursday 18 March at 2pm")]


@pytest.mark.parametrize(
    ("outcome", "corrected"),
    [(AnswerLost("timeout"), True), (Refused("no such number", 21211), False)],
    ids=["answer lost", "refused"],
)
def test_a_time_that_may_have_arrived_is_corrected_and_one_that_cannot_have_is_not(
    setup: Setup, visit: int, transport: FakeTransport, outcome: AnswerLost | Refused, corrected: bool
) -> None:
    transport.outcomes.append(outcome)

    move(setup, visit, "03-18 14:00", told(setup))

    assert bool(corrections(setup)) is corrected


def test_a_time_told_in_answer_to_visit_counts_as_told(setup: Setup, visit: int) -> None:
    a_text(setup, "VISIT")

    move(setup, visit, "03-18 14:00", MONDAY)

    (row,) = corrections(setup, "pending")
    assert row.body == words_of(setup, "push.correction", when="Thursday 18 March at 2pm", old=OLD)
    assert row.asks


def test_moved_twice_before_the_correction_left_it_names_the_date_last_told(
    setup: Setup, visit: int, transport: FakeTransport
) -> None:
    now = told(setup)
    move(setup, visit, "03-18 14:00", now)

    move(setup, visit, "03-19 11:15", now)

    assert [row.state for row in corrections(setup)] == ["withdrawn", "pending"]
    sweep(setup, now)
    assert transport.bodies[1:] == [new_date(setup, "Friday 19 March at 11:15am")]


def test_moved_twice_with_each_correction_sent_the_second_names_the_first(
    setup: Setup, visit: int, transport: FakeTransport
) -> None:
    now = told(setup)
    move(setup, visit, "03-18 14:00", now)
    sweep(setup, now)

    move(setup, visit, "03-19 11:15", now)
    sweep(setup, now)

    assert transport.bodies[-1] == new_date(setup, "Friday 19 March at 11:15am", "Thursday 18 March at 2pm")


def test_moved_back_before_the_correction_left_nothing_is_corrected(
    setup: Setup, visit: int, transport: FakeTransport
) -> None:
    now = told(setup)
    move(setup, visit, "03-18 14:00", now)

    booking = move(setup, visit, "03-16 09:30", now)

    assert corrections(setup, "pending") == []
    assert booking.appointment.version == 3
    sweep(setup, now)
    assert len(transport.handed) == 1


def test_moved_back_and_forth_the_last_correction_is_never_taken_for_sent(
    setup: Setup, visit: int, transport: FakeTransport
) -> None:
    now = told(setup)
    for to in ("03-18 14:00", "03-19 11:15", "03-18 14:00"):
        move(setup, visit, to, now)
        sweep(setup, now)

    assert transport.bodies[-1] == new_date(setup, "Thursday 18 March at 2pm", "Friday 19 March at 11:15am")
    assert len(corrected(setup)) == 3


def test_moved_back_after_the_correction_left_is_corrected_too(
    setup: Setup, visit: int, transport: FakeTransport
) -> None:
    now = told(setup)
    move(setup, visit, "03-18 14:00", now)
    sweep(setup, now)

    move(setup, visit, "03-16 09:30", now)
    sweep(setup, now)

    assert transport.bodies[-1] == new_date(setup, OLD, "Thursday 18 March at 2pm")


def test_moving_to_where_it_stands_changes_nothing(setup: Setup, patient: int, visit: int) -> None:
    rows = tuple(row.id or 0 for row in outbox_of(setup))

    booking = move(setup, visit, "03-16 09:30", MONDAY)

    assert booking.difference == Difference((), rows, ())
    assert booking.appointment.version == 1


def test_moving_asks_a_person_who_had_said_they_come_again(setup: Setup, patient: int, visit: int) -> None:
    a_text(setup, "COMING")
    assert the_visit(setup, visit).state == AppointmentState.CONFIRMED
    assert "confirm" not in [rule for rule, _ in waiting(setup, patient)]

    move(setup, visit, "03-18 14:00", MONDAY)

    assert the_visit(setup, visit).state == AppointmentState.BOOKED
    assert "confirm" in [rule for rule, _ in waiting(setup, patient)]


def test_moved_in_the_last_minutes_of_the_evening_the_correction_still_leaves(
    setup: Setup, visit: int, transport: FakeTransport
) -> None:
    all_told(setup)
    now = at("03-15 19:55")

    move(setup, visit, "03-17 14:00", now)
    sweep(setup, now)

    assert transport.bodies[-1] == new_date(setup, "Wednesday 17 March at 2pm")
    assert tasks_of(setup) == []


def test_a_correction_that_missed_the_evening_becomes_an_urgent_task_at_once(
    setup: Setup, visit: int, transport: FakeTransport
) -> None:
    """It may not leave before 8:00, which is too late for 9:30: somebody has to phone now."""
    all_told(setup)
    move(setup, visit, "03-17 14:00", at("03-15 19:59"))

    sweep(setup, at("03-15 20:00"))

    (row,) = corrections(setup)
    assert (row.state, row.reason) == ("expired", "no-longer-useful")
    assert kinds_of_tasks(setup) == [("correction-not-sent", "urgent")]
    assert len(transport.handed) == 3


def test_moved_too_late_at_night_for_a_text_it_is_an_urgent_task(setup: Setup, visit: int) -> None:
    all_told(setup)

    booking = move(setup, visit, "03-17 14:00", at("03-15 21:00"))

    (row,) = corrections(setup)
    assert (row.state, row.reason) == ("expired", "too-late")
    assert row.id not in booking.difference.planned
    (task,) = tasks_of(setup)
    assert (task.kind, task.urgency, task.patient_id, task.appointment_id) == (
        "correction-not-sent",
        "urgent",
        1,
        visit,
    )
    assert task.deadline == at("03-16 06:30")
    assert task.note == new_date(setup, "Wednesday 17 March at 2pm")


def test_moved_at_night_with_time_enough_the_correction_leaves_in_the_morning(
    setup: Setup, visit: int, transport: FakeTransport
) -> None:
    told(setup)
    sweep(setup, at("03-13 10:00"))

    move(setup, visit, "03-17 14:00", at("03-14 21:00"))

    assert [row.send_at for row in corrections(setup, "pending")] == [at("03-15 08:00")]
    assert tasks_of(setup) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda setup, visit: move(setup, visit, "03-28 01:30", MONDAY), "does not exist"),
        (lambda setup, visit: move(setup, visit, "02-28 09:30", MONDAY), "has passed"),
        (lambda setup, visit: move(setup, visit, "soon", MONDAY), "is not a time"),
    ],
    ids=["skipped hour", "past", "no time"],
)
def test_a_move_that_cannot_be_changes_nothing(
    setup: Setup, visit: int, change: Callable[[Setup, int], object], says: str
) -> None:
    before = [row.model_dump() for row in outbox_of(setup)]

    with pytest.raises((InvalidInput, InvalidTime), match=says):
        change(setup, visit)

    assert [row.model_dump() for row in outbox_of(setup)] == before
    assert the_visit(setup, visit).wall == "2027-03-16T09:30"


def test_an_unknown_visit_is_neither_moved_nor_cancelled(setup: Setup, patient: int) -> None:
    with pytest.raises(NotFound, match="no appointment 99"):
        move(setup, 99, "03-18 14:00", MONDAY)
    with pytest.raises(NotFound, match="no appointment 99"):
        cancel(setup, 99, CancelledBy.TOLD, MONDAY)


@pytest.mark.parametrize("over", ["cancelled", "passed"])
def test_a_visit_that_is_over_is_neither_moved_nor_cancelled(setup: Setup, visit: int, over: str) -> None:
    now = MONDAY if over == "cancelled" else at("03-16 09:30")
    if over == "cancelled":
        cancel(setup, visit, CancelledBy.TOLD, now)

    with pytest.raises(InvalidInput, match="over or cancelled"):
        move(setup, visit, "03-18 14:00", now)
    with pytest.raises(InvalidInput, match="over or cancelled"):
        cancel(setup, visit, CancelledBy.TEXT, now)


@pytest.mark.parametrize(
    ("by", "tasks", "pushes"),
    [
        (CancelledBy.TOLD, [], []),
        (CancelledBy.CALL, [("call-cancelled", "today")], []),
        (CancelledBy.TEXT, [], [("correction", "pending", "03-10 12:00")]),
    ],
)
def test_a_cancelled_visit_reaches_the_person_in_the_way_that_was_chosen(
    setup: Setup,
    patient: int,
    visit: int,
    by: CancelledBy,
    tasks: list[tuple[str, str]],
    pushes: list[tuple[str, str, str]],
) -> None:
    now = told(setup)

    booking = cancel(setup, visit, by, now)

    assert kinds_of_tasks(setup) == tasks
    assert [row for row in plan_of(setup, patient) if row[1] == "pending"] == pushes
    assert len(booking.difference.planned) == len(pushes)
    assert len(booking.difference.withdrawn) == 2
    assert the_visit(setup, visit).state == AppointmentState.CANCELLED


def test_a_cancellation_by_text_names_the_visit(setup: Setup, visit: int, transport: FakeTransport) -> None:
    now = told(setup)
    cancel(setup, visit, CancelledBy.TEXT, now)

    sweep(setup, now)

    assert transport.bodies[-1] == cancelled(setup)


def test_a_cancellation_by_text_goes_out_even_if_only_a_letter_told_the_time(
    setup: Setup, visit: int, transport: FakeTransport
) -> None:
    cancel(setup, visit, CancelledBy.TEXT, MONDAY)

    sweep(setup, MONDAY)

    assert transport.bodies == [cancelled(setup)]


def test_a_cancellation_by_text_goes_out_after_a_move_was_corrected(
    setup: Setup, visit: int, transport: FakeTransport
) -> None:
    now = told(setup)
    move(setup, visit, "03-18 14:00", now)
    sweep(setup, now)

    cancel(setup, visit, CancelledBy.TEXT, now)
    sweep(setup, now)

    assert transport.bodies[-1] == cancelled(setup, "Thursday 18 March at 2pm")


def test_a_cancellation_names_the_date_the_person_knows_when_a_move_was_not_told_yet(
    setup: Setup, visit: int, transport: FakeTransport
) -> None:
    now = told(setup)
    move(setup, visit, "03-18 14:00", now)

    cancel(setup, visit, CancelledBy.TEXT, now)
    sweep(setup, now)

    assert transport.bodies[1:] == [cancelled(setup)]


def test_a_cancellation_too_late_for_a_text_is_an_urgent_task(setup: Setup, visit: int) -> None:
    all_told(setup)

    cancel(setup, visit, CancelledBy.TEXT, at("03-15 21:00"))

    (row,) = corrections(setup)
    assert row.state == "expired"
    assert kinds_of_tasks(setup) == [("correction-not-sent", "urgent")]


def test_a_cancellation_to_be_told_by_call_says_when_at_the_latest(setup: Setup, visit: int) -> None:
    cancel(setup, visit, CancelledBy.CALL, MONDAY)

    (task,) = tasks_of(setup)
    assert (task.deadline, task.note) == (at("03-16 09:30"), "Amina: 2027-03-16T09:30")


def test_cancelling_one_of_two_visits_on_a_day_leaves_the_others_reminders_right(
    setup: Setup, patient: int, visit: int
) -> None:
    a_visit(setup, patient, kind="blood-test", at="2027-03-16T14:00")

    cancel(setup, visit, CancelledBy.TOLD, MONDAY)

    rows = [row for row in outbox_of(setup) if row.state == "pending"]
    assert [(row.rule, row.tells) for row in rows] == [("evening-before", {"2": "2027-03-16T14:00"})]


def test_moving_one_of_two_visits_on_a_day_corrects_that_one_alone(
    setup: Setup, patient: int, visit: int, transport: FakeTransport
) -> None:
    a_visit(setup, patient, kind="clinic-review", at="2027-03-16T14:00")
    now = told(setup)

    move(setup, visit, "03-18 11:00", now)
    sweep(setup, now)

    assert corrected(setup) == [new_date(setup, "Thursday 18 March at 11am")]


def test_moving_one_persons_visit_leaves_anothers_rows_alone(setup: Setup, patient: int, visit: int) -> None:
    bo = a_patient(setup, name="Bo", phone="+12025550102")
    a_visit(setup, bo)
    before = [row.model_dump() for row in outbox_of(setup, bo)]

    move(setup, visit, "03-18 14:00", MONDAY)

    assert [row.model_dump() for row in outbox_of(setup, bo)] == before


def test_everything_a_move_does_is_kept_in_the_outbox_with_its_reason(
    setup: Setup, patient: int, visit: int
) -> None:
    move(setup, visit, "03-18 14:00", told(setup))

    assert plan_of(setup, patient) == [
        ("heads-up", "accepted", "03-09 10:00"),
        ("correction", "pending", "03-10 12:00"),
        ("heads-up", "pending", "03-11 10:00"),
        ("confirm", "withdrawn", "03-13 10:00"),
        ("confirm", "pending", "03-15 10:00"),
        ("evening-before", "withdrawn", "03-15 18:00"),
        ("evening-before", "pending", "03-17 18:00"),
    ]
    assert datetime(2027, 3, 18, 14, 0, tzinfo=UTC) == the_visit(setup, visit).at
    assert {row.kind for row in outbox_of(setup)} == {OutboundKind.PUSH}
