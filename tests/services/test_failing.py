"""A text that was taken and then lost: another goes in its place if that may help, or a nurse learns why."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from companion.domain.delivery import Refused
from companion.errors import StorageError
from companion.records import OutboundKind, OutboundMessage, PatientState
from companion.services import changing, scheduling
from companion.services.changing import NewFacts
from companion.services.receipts import Report, take_report
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    a_waiting_text,
    at_once,
    connect,
    kinds_of_tasks,
    outbox_of,
    replies_of,
    sweep,
    tasks_of,
    the_patient,
    the_row,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA, BO
from tests.services.test_booking import at, replan

OUT_OF_REACH, NOT_IN_USE = 30003, 30005
#: The heads-up of the visit goes then.
SENT = at("03-09 10:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def patient(setup: Setup) -> int:
    """Someone with a visit on 16 March at 9:30 and three reminders planned for it."""
    a_clinic(setup)
    person = a_patient(setup)
    a_visit(setup, person)
    return person


def fail(setup: Setup, row: int, code: int | None, now: datetime, status: str = "undelivered") -> None:
    known = the_row(setup, row)
    take_report(setup, Report(known.token, known.sid or "SM1", status, code), now)


def in_place_of(setup: Setup, row: int) -> list[OutboundMessage]:
    with setup.database.reading() as session:
        return list(session.exec(select(OutboundMessage).where(OutboundMessage.retry_of == row)).all())


def goes_again(setup: Setup, row: int) -> OutboundMessage:
    (found,) = in_place_of(setup, row)
    return found


def the_heads_up(setup: Setup) -> int:
    """Send the first reminder; return its row."""
    sweep(setup, SENT)
    return outbox_of(setup)[0].id or 0


def lost_once(setup: Setup, code: int = OUT_OF_REACH) -> OutboundMessage:
    """Lose the first reminder a minute after it went; return the row that goes in its place."""
    row = the_heads_up(setup)
    fail(setup, row, code, SENT + MINUTE)
    return goes_again(setup, row)


def test_a_handset_out_of_reach_gets_a_second_text_half_an_hour_later_and_a_third_two_hours_after(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    first = the_row(setup, the_heads_up(setup))
    fail(setup, first.id or 0, OUT_OF_REACH, SENT + MINUTE)
    second = goes_again(setup, first.id or 0)
    assert (second.state, second.tries, second.attempts, second.sid) == ("pending", 2, 0, None)
    assert (second.rule, second.plan_key, second.tells) == (first.rule, first.plan_key, first.tells)
    assert 30 * MINUTE <= second.send_at - (SENT + MINUTE) <= 37.5 * MINUTE
    assert second.token != first.token

    assert sweep(setup, second.send_at - timedelta(microseconds=1)).sent == 0
    assert sweep(setup, second.send_at).sent == 1
    failed_again = second.send_at + MINUTE
    fail(setup, second.id or 0, OUT_OF_REACH, failed_again)
    third = goes_again(setup, second.id or 0)
    assert third.tries == 3
    assert 120 * MINUTE <= third.send_at - failed_again <= 150 * MINUTE
    assert tasks_of(setup) == []

    assert sweep(setup, third.send_at).sent == 1
    fail(setup, third.id or 0, OUT_OF_REACH, third.send_at + MINUTE)
    assert in_place_of(setup, third.id or 0) == []
    assert kinds_of_tasks(setup) == [("not-delivered", "today")]
    assert tasks_of(setup)[0].note == first.body
    assert transport.bodies == [first.body] * 3


def test_what_failed_together_does_not_come_back_together(setup: Setup, patient: int) -> None:
    a_visit(setup, a_patient(setup, name="Bo", phone=BO))
    sweep(setup, SENT)
    went = [row for row in outbox_of(setup) if row.state == "accepted"]
    for row in went:
        fail(setup, row.id or 0, OUT_OF_REACH, SENT + MINUTE)

    assert len(went) == len({goes_again(setup, row.id or 0).send_at for row in went}) == 2


@pytest.mark.parametrize(("failed", "again"), [("03-16 07:50", True), ("03-16 08:00", False)])
def test_no_text_goes_in_its_place_once_it_would_be_of_no_use(setup: Setup, failed: str, again: bool) -> None:
    """The visit is at 9:30, so nothing leaves from 8:30 on."""
    a_clinic(setup)
    a_visit(setup, a_patient(setup), kind="blood-test")
    sweep(setup, at("03-15 18:00"))

    fail(setup, 1, OUT_OF_REACH, at(failed))

    assert bool(in_place_of(setup, 1)) is again
    assert kinds_of_tasks(setup) == ([] if again else [("not-delivered", "today")])


def test_what_goes_in_its_place_keeps_to_sending_hours(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    row = the_heads_up(setup)
    fail(setup, row, OUT_OF_REACH, at("03-09 19:50"))
    second = goes_again(setup, row)

    assert sweep(setup, second.send_at).sent == 0
    assert the_row(setup, second.id or 0).send_at == at("03-10 08:00")
    assert sweep(setup, at("03-10 08:00")).sent == 1


def test_a_number_that_may_not_be_in_use_is_tried_once_more_and_then_a_nurse_is_told(
    setup: Setup, patient: int
) -> None:
    second = lost_once(setup, NOT_IN_USE)
    assert tasks_of(setup) == []

    sweep(setup, second.send_at)
    fail(setup, second.id or 0, NOT_IN_USE, second.send_at + MINUTE)

    assert in_place_of(setup, second.id or 0) == []
    assert kinds_of_tasks(setup) == [("number-not-in-use", "today")]


def test_the_last_code_says_what_a_nurse_is_told(setup: Setup, patient: int) -> None:
    second = lost_once(setup, OUT_OF_REACH)
    sweep(setup, second.send_at)

    fail(setup, second.id or 0, NOT_IN_USE, second.send_at + MINUTE)

    assert kinds_of_tasks(setup) == [("number-not-in-use", "today")]


@pytest.mark.parametrize("code", [30006, 21614, 21635])
def test_a_landline_is_one_task_a_visit_though_three_reminders_fail(
    setup: Setup, patient: int, code: int
) -> None:
    for due in ("03-09 10:00", "03-13 10:00", "03-15 18:00"):
        sweep(setup, at(due))
        (went,) = [row for row in outbox_of(setup) if row.state == "accepted"]
        fail(setup, went.id or 0, code, at(due) + MINUTE)

    assert [row.state for row in outbox_of(setup)] == ["undelivered"] * 3
    assert kinds_of_tasks(setup) == [("landline", "today")]


def test_a_landline_is_a_task_of_its_own_for_another_visit(setup: Setup, transport: FakeTransport) -> None:
    a_clinic(setup)
    person = a_patient(setup)
    for day in ("2027-03-16T09:30", "2027-03-24T09:30"):
        a_visit(setup, person, kind="blood-test", at=day)
    transport.outcomes.extend([Refused("HTTP 400", 21614)] * 2)

    for due in ("03-15 18:00", "03-23 18:00"):
        sweep(setup, at(due))

    assert [(task.kind, task.appointment_id) for task in tasks_of(setup)] == [
        ("landline", 1),
        ("landline", 2),
    ]


def test_who_opted_out_at_the_carrier_is_stopped_and_a_nurse_is_told(setup: Setup, patient: int) -> None:
    row = the_heads_up(setup)

    fail(setup, row, 21610, SENT + MINUTE)

    assert the_patient(setup, patient).state == PatientState.STOPPED
    assert in_place_of(setup, row) == []
    assert kinds_of_tasks(setup) == [
        ("opted-out-at-the-carrier", "today"),
        ("opted-out-before-visit", "today"),
    ]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (30007, "filtered-on-its-way"),
        (30004, "blocked-by-the-carrier"),
        (21612, "number-cannot-be-texted"),
        (30036, "not-delivered"),
        (None, "not-delivered"),
        (99999, "not-delivered"),
    ],
)
def test_what_would_not_arrive_either_is_not_sent(
    setup: Setup, patient: int, code: int | None, kind: str
) -> None:
    row = the_heads_up(setup)

    fail(setup, row, code, SENT + MINUTE)

    assert in_place_of(setup, row) == []
    assert kinds_of_tasks(setup) == [(kind, "today")]


@pytest.mark.parametrize(
    ("kind", "tasks"),
    [(OutboundKind.SAFETY, [("safety-not-delivered", "urgent")]), (OutboundKind.REPLY, [])],
)
def test_a_safety_text_is_a_phone_call_at_once_and_an_answer_is_let_go(
    setup: Setup, kind: OutboundKind, tasks: list[tuple[str, str]]
) -> None:
    row = a_waiting_text(setup, a_clinic(setup), kind=kind)
    sweep(setup, MONDAY)

    fail(setup, row, OUT_OF_REACH, MONDAY + MINUTE)

    assert in_place_of(setup, row) == []
    assert kinds_of_tasks(setup) == tasks


def test_a_welcome_is_not_sent_again(setup: Setup) -> None:
    a_clinic(setup)
    a_patient(setup, welcome=True)
    sweep(setup, MONDAY)
    (first,) = [row for row in outbox_of(setup) if row.state == "accepted"]

    fail(setup, first.id or 0, OUT_OF_REACH, MONDAY + MINUTE)

    assert first.rule == "welcome"
    assert in_place_of(setup, first.id or 0) == []
    assert kinds_of_tasks(setup) == [("not-delivered", "today")]


@pytest.fixture
def correction(setup: Setup, patient: int) -> OutboundMessage:
    """The text that says the visit is an hour later than the first reminder said."""
    sweep(setup, SENT)
    scheduling.move(setup, 1, at="2027-03-16T10:30", now=SENT + MINUTE)
    sweep(setup, SENT + MINUTE)
    (found,) = [row for row in outbox_of(setup) if row.rule == "correction"]
    assert found.state == "accepted"
    return found


def test_a_lost_correction_is_an_urgent_call_at_once_and_goes_again_all_the_same(
    setup: Setup, correction: OutboundMessage, transport: FakeTransport
) -> None:
    now, row = SENT + 2 * MINUTE, correction
    for _ in range(3):
        fail(setup, row.id or 0, OUT_OF_REACH, now)
        assert kinds_of_tasks(setup) == [("not-delivered", "urgent")]
        if row.tries < 3:
            row = goes_again(setup, row.id or 0)
            now = row.send_at
            assert sweep(setup, now).sent == 1

    assert transport.bodies[1:] == [correction.body] * 3
    assert in_place_of(setup, row.id or 0) == []


@pytest.mark.parametrize("arrives", [True, False], ids=["answer arrives", "answer is lost too"])
def test_a_lost_correction_goes_again_unless_the_answer_to_coming_told_the_new_time(
    setup: Setup, correction: OutboundMessage, transport: FakeTransport, arrives: bool
) -> None:
    """What they are coming to may be the time that is wrong."""
    fail(setup, correction.id or 0, OUT_OF_REACH, SENT + 2 * MINUTE)
    second = goes_again(setup, correction.id or 0)
    a_text(setup, "COMING", SENT + 3 * MINUTE)
    (answer,) = replies_of(setup)
    assert "10:30am" in answer.body
    fail(setup, answer.id or 0, OUT_OF_REACH, SENT + 4 * MINUTE, "delivered" if arrives else "undelivered")

    sweep(setup, second.send_at)

    found = the_row(setup, second.id or 0)
    assert (found.state, found.reason) == (("suppressed", "told-already") if arrives else ("accepted", None))


def test_a_repeated_report_makes_no_second_row(setup: Setup, patient: int) -> None:
    row = the_heads_up(setup)

    for status in ("undelivered", "undelivered", "failed", "sent", "undelivered"):
        fail(setup, row, OUT_OF_REACH, SENT + MINUTE, status)

    assert len(in_place_of(setup, row)) == 1
    assert tasks_of(setup) == []


def test_two_reports_at_once_make_one_row(setup: Setup, patient: int) -> None:
    row = the_heads_up(setup)
    connect(setup, 4)

    at_once(
        *[
            lambda status=status: fail(setup, row, OUT_OF_REACH, SENT + MINUTE, status)  # type: ignore[misc]
            for status in ("undelivered", "failed", "undelivered", "failed")
        ]
    )

    assert len(in_place_of(setup, row)) == 1


def test_the_database_holds_one_row_in_the_place_of_another(setup: Setup, patient: int) -> None:
    second = lost_once(setup)

    with pytest.raises(StorageError, match=r"UniqueViolation|IntegrityError"):
        a_waiting_text(setup, 1, retry_of=second.retry_of, kind=OutboundKind.PUSH)


def test_a_visit_that_is_moved_meanwhile_withdraws_what_waits(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    second = lost_once(setup)

    scheduling.move(setup, 1, at="2027-03-16T10:30", now=SENT + 2 * MINUTE)
    sweep(setup, second.send_at)

    assert (the_row(setup, second.id or 0).state, the_row(setup, second.id or 0).reason) == (
        "withdrawn",
        "plan-changed",
    )
    # The first text was lost, so nobody has to be told that it is wrong: the new date is a reminder's.
    assert [body for body in transport.bodies if "10:30am" in body] == [
        words_of(setup, "push.minimal", when="Tuesday 16 March at 10:30am")
    ]


def test_planning_again_with_nothing_changed_keeps_what_waits(setup: Setup, patient: int) -> None:
    second = lost_once(setup)
    before = [row.model_dump() for row in outbox_of(setup)]

    done = replan(setup, patient, SENT + 2 * MINUTE)

    assert [row.model_dump() for row in outbox_of(setup)] == before
    assert second.id in done.kept
    assert (done.planned, done.withdrawn) == ((), ())


def test_what_waits_goes_to_the_new_number(setup: Setup, patient: int, transport: FakeTransport) -> None:
    second = lost_once(setup, NOT_IN_USE)

    changing.change(setup, patient, NewFacts(phone=BO), SENT + 2 * MINUTE)
    sweep(setup, second.send_at)

    assert [text.to for text in transport.handed] == [AMINA, BO]
    assert the_row(setup, second.id or 0).to_hash == setup.hasher.phone(BO)


def test_who_stops_texts_meanwhile_gets_no_second(setup: Setup, patient: int) -> None:
    second = lost_once(setup)

    a_text(setup, "STOP", SENT + 2 * MINUTE)
    sweep(setup, second.send_at)

    assert (the_row(setup, second.id or 0).state, the_row(setup, second.id or 0).reason) == (
        "suppressed",
        "stopped",
    )


@pytest.mark.parametrize("known", [True, False], ids=["asked", "told the date alone"])
def test_who_has_said_they_are_coming_is_not_asked_again(
    setup: Setup, patient: int, transport: FakeTransport, known: bool
) -> None:
    """A number that never texted gets a date alone; its COMING would make the second text ask."""
    if known:
        a_text(setup, "VISIT", at("03-12 10:00"))
    sweep(setup, at("03-13 10:00"))
    (confirm,) = [row for row in outbox_of(setup) if row.rule == "confirm"]
    assert confirm.asks is known
    fail(setup, confirm.id or 0, OUT_OF_REACH, at("03-13 10:01"))
    second = goes_again(setup, confirm.id or 0)

    a_text(setup, "COMING", at("03-13 10:10"))

    assert sweep(setup, second.send_at).sent == 0
    assert the_row(setup, second.id or 0).state == "withdrawn"
