"""No visit is left of which nobody tells: what no text can reach in time is put before a nurse."""

import pytest

from companion.records import AppointmentState, OutboundMessage
from companion.services import scheduling
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    kinds_of_tasks,
    outbox_of,
    sweep,
    tasks_of,
    waiting,
)
from tests.fakes import MONDAY, FakeTransport
from tests.services.test_booking import at, replan


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup)


def phoned(setup: Setup) -> list[tuple[str, int | None]]:
    return [(task.kind, task.appointment_id) for task in tasks_of(setup)]


@pytest.mark.parametrize(
    ("booked", "told"),
    [
        pytest.param("03-15 19:59", True, id="one minute before closing: a text at once"),
        pytest.param("03-15 20:00", False, id="at closing: 8:00 is too late for 8:45"),
        pytest.param("03-15 23:30", False, id="late in the evening"),
        pytest.param("03-16 07:00", False, id="early that morning"),
        pytest.param("03-16 08:00", False, id="in the last hour"),
    ],
)
def test_a_visit_booked_too_late_for_a_text_is_phoned_about_the_same_day(
    setup: Setup, patient: int, booked: str, *, told: bool
) -> None:
    a_visit(setup, patient, at="2027-03-16T08:45", now=at(booked))

    assert bool(waiting(setup, patient)) is told
    assert kinds_of_tasks(setup) == ([] if told else [("visit-not-told", "today")])
    assert [task.deadline for task in tasks_of(setup)] == ([] if told else [at("03-16 08:45")])
    assert [task.note for task in tasks_of(setup)] == ([] if told else ["Amina: 2027-03-16T08:45"])


def test_planning_again_raises_no_second_task(setup: Setup, patient: int) -> None:
    a_visit(setup, patient, at="2027-03-16T08:45", now=at("03-15 21:00"))

    replan(setup, patient, at("03-15 21:05"))
    a_text(setup, "thanks", at("03-15 21:06"))

    assert phoned(setup) == [("visit-not-told", 1)]


def test_a_visit_the_person_has_read_of_by_texting_visit_needs_no_call(setup: Setup, patient: int) -> None:
    """The text of the next morning is gone, and it is too late for another; but VISIT was answered."""
    a_visit(setup, patient, at="2027-03-16T14:00", now=at("03-15 20:30"))
    a_text(setup, "VISIT", at("03-15 20:31"))
    with setup.database.transaction() as session:
        (push,) = (row for row in outbox_of(setup) if row.rule)
        session.get_one(OutboundMessage, push.id).state = "withdrawn"

    replan(setup, patient, at("03-16 13:30"))

    assert phoned(setup) == []


def test_a_visit_moved_at_night_to_where_no_text_reaches_is_phoned_about(setup: Setup, patient: int) -> None:
    booking = a_visit(setup, patient, at="2027-03-16T14:00", now=at("03-15 20:30"))
    assert phoned(setup) == []

    scheduling.move(setup, booking.appointment.id or 0, at="2027-03-16T08:30", now=at("03-15 20:40"))

    assert phoned(setup) == [("visit-not-told", 1)]


def test_the_visit_the_caps_leave_no_text_for_is_phoned_about(setup: Setup, patient: int) -> None:
    for day in range(16, 21):
        a_visit(setup, patient, kind="blood-test", at=f"2027-03-{day}T09:30")

    assert phoned(setup) == [("visit-not-told", 5)]


def test_a_question_that_gave_way_to_a_cap_is_put_before_a_nurse_once(setup: Setup, patient: int) -> None:
    """The second visit's confirm falls on the evening before the first; its heads-up and evening still go."""
    a_text(setup, "LIST")
    a_visit(setup, patient)

    second = a_visit(setup, patient, at="2027-03-18T09:30")
    replan(setup, patient)

    held = [row for row in outbox_of(setup) if row.state == "suppressed"]
    assert [(row.rule, row.reason, row.asks) for row in held] == [("confirm", "one-a-day", True)]
    assert kinds_of_tasks(setup) == [("coming-not-asked", "routine")]
    assert second.changes.tasks == (("coming-not-asked", "routine"),)


def test_of_someone_who_is_never_asked_nobody_asks_instead(setup: Setup, patient: int) -> None:
    """Until their number has answered, a text says date and time and asks nothing."""
    a_visit(setup, patient)

    a_visit(setup, patient, at="2027-03-18T09:30")

    assert phoned(setup) == []


def test_a_text_that_came_too_late_has_its_one_task(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    a_visit(setup, patient, kind="blood-test")

    sweep(setup, at("03-16 09:00"))
    replan(setup, patient, at("03-16 09:01"))

    assert transport.handed == []
    assert phoned(setup) == [("reminder-not-sent", 1)]


def test_a_step_whose_successor_was_then_lost_to_a_cap_leaves_a_task(setup: Setup, patient: int) -> None:
    """The heads-up came too late without a task, as the evening's text would still go; then it did not."""
    a_visit(setup, patient)
    for row in outbox_of(setup):
        late = {"heads-up": "expired", "confirm": "withdrawn", "evening-before": "suppressed"}
        with setup.database.transaction() as session:
            stored = session.get_one(OutboundMessage, row.id)
            stored.state = late[row.rule or ""]
            stored.reason = "one-a-day" if stored.state == "suppressed" else None

    replan(setup, patient, at("03-16 08:40"))

    assert phoned(setup) == [("visit-not-told", 1)]


def test_a_visit_marked_attended_is_followed_up_and_nothing_else_goes(setup: Setup, patient: int) -> None:
    a_text(setup, "LIST")
    visit = a_visit(setup, patient).appointment.id or 0
    sweep(setup, at("03-15 18:00"))

    scheduling.mark(setup, visit, AppointmentState.ATTENDED, at("03-16 12:00"))

    assert waiting(setup, patient) == [("after-visit", "03-17 10:00")]
    scheduling.mark(setup, visit, AppointmentState.MISSED, at("03-16 13:00"))
    assert waiting(setup, patient) == []


@pytest.mark.parametrize(
    ("state", "now", "says"),
    [
        (AppointmentState.ATTENDED, "03-16 09:29", "lies ahead"),
        (AppointmentState.BOOKED, "03-16 12:00", "cannot be marked booked"),
        (AppointmentState.CANCELLED, "03-16 12:00", "cannot be marked cancelled"),
    ],
)
def test_a_visit_is_marked_only_for_what_has_happened(
    setup: Setup, patient: int, state: AppointmentState, now: str, says: str
) -> None:
    visit = a_visit(setup, patient).appointment.id or 0

    with pytest.raises(Exception, match=says):
        scheduling.mark(setup, visit, state, at(now))


def test_of_someone_who_wants_no_texts_none_is_missed(setup: Setup, patient: int) -> None:
    a_text(setup, "STOP", MONDAY)

    a_visit(setup, patient, at="2027-03-16T08:45", now=at("03-15 21:00"))

    assert phoned(setup) == []
