"""The demonstration's clock: it only goes forward, and stops wherever the worker has something due."""

from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest

from companion.carrier.clock import CarrierClock
from companion.carrier.instants import from_iso, to_iso
from companion.carrier.sweep import SweepBoard, SweepReport
from companion.errors import InvalidTransition
from tests.carrier.carrier_rig import CLINIC, PATIENT, Carrier, FakeWorker, OurSide, wait_for

HOUR = timedelta(hours=1)
DAY_SECONDS = 86400
#: What real time may have added by the time a test looks.
SOON = timedelta(seconds=20)


def test_the_clock_starts_at_the_real_time(carrier: Carrier) -> None:
    clock = carrier.local("GET", "clock").json()
    assert abs(from_iso(clock["now"]) - datetime.now(UTC)) < timedelta(seconds=5)
    assert (clock["offset_seconds"], clock["jumping"]) == (0.0, False)
    assert clock.keys() == {"now", "offset_seconds", "jumping"}


def test_a_jump_goes_straight_there_while_no_worker_has_ever_reported(carrier: Carrier) -> None:
    before = carrier.now()
    clock = carrier.jump(advance_seconds=86400.5)
    assert timedelta(seconds=86400) < from_iso(clock["now"]) - before < timedelta(seconds=86410)
    assert clock["offset_seconds"] == pytest.approx(86400.5, abs=1)
    assert "problem" not in clock


def test_a_jump_to_an_instant_arrives_exactly(carrier: Carrier) -> None:
    target = datetime(2050, 3, 28, 0, 59, 59, tzinfo=UTC)
    carrier.local("POST", "clock", {"to": "2050-03-28T00:59:59Z"}, wait="1")
    assert timedelta(0) <= carrier.now() - target < timedelta(seconds=5)


def test_without_wait_the_answer_comes_at_once(carrier: Carrier) -> None:
    answer = carrier.local("POST", "clock", {"advance_seconds": 3600})
    assert answer.status_code == 202
    wait_for(lambda: carrier.local("GET", "clock").json()["offset_seconds"] > 3500)
    wait_for(lambda: not carrier.local("GET", "clock").json()["jumping"])


def test_a_jump_stops_at_every_due_instant_until_it_was_dealt_with(carrier: Carrier) -> None:
    start = carrier.now()
    due = [start + timedelta(hours=hours) for hours in (1, 5, 5.01, 30)]
    with FakeWorker(carrier, list(due)) as worker:
        clock = carrier.jump(advance_seconds=DAY_SECONDS)
    assert "problem" not in clock
    assert [instant for instant, _ in worker.dealt_with] == due[:3]
    assert all(at - instant < SOON for instant, at in worker.dealt_with)
    assert from_iso(clock["now"]) - start >= timedelta(days=1)


def test_what_a_sweep_makes_due_on_the_way_is_stopped_for_too(carrier: Carrier) -> None:
    start = carrier.now()
    first, second = start + HOUR, start + 2 * HOUR
    with FakeWorker(carrier, [first], follow_ups={first: second}) as worker:
        clock = carrier.jump(advance_seconds=10800)
    assert [instant for instant, _ in worker.dealt_with] == [first, second]
    assert all(at - instant < SOON for instant, at in worker.dealt_with)
    assert from_iso(clock["now"]) >= start + 3 * HOUR


def test_what_was_booked_after_the_last_report_is_not_passed_over(carrier: Carrier) -> None:
    start = carrier.now()
    booked = start + HOUR
    carrier.report(start, None)
    worker = FakeWorker(carrier, [booked])
    carrier.begin_jump(advance_seconds=DAY_SECONDS)
    with worker:
        wait_for(carrier.jump_over)
    assert [instant for instant, _ in worker.dealt_with] == [booked]
    assert worker.dealt_with[0][1] - booked < SOON
    assert carrier.now() - start >= timedelta(days=1)


def test_a_jump_does_not_begin_on_a_report_of_the_past(impatient: Carrier) -> None:
    impatient.report(impatient.now(), None)
    clock = impatient.jump(advance_seconds=DAY_SECONDS)
    assert (clock["offset_seconds"], clock["jumping"]) == (0.0, False)
    assert "did not report" in clock["problem"]


def test_what_is_due_when_a_jump_starts_is_dealt_with_before_the_clock_moves(carrier: Carrier) -> None:
    start = carrier.now()
    with FakeWorker(carrier, [start]) as worker:
        worker.due.append(late := carrier.now())
        carrier.jump(advance_seconds=DAY_SECONDS)
    assert [instant for instant, _ in worker.dealt_with] == [start, late]
    assert worker.dealt_with[1][1] - late < SOON


def test_what_is_due_exactly_at_the_target_is_dealt_with_before_the_jump_is_over(carrier: Carrier) -> None:
    target = carrier.now() + HOUR
    with FakeWorker(carrier, [target]) as worker:
        worker.idle.set()
        carrier.begin_jump(to=to_iso(target))
        wait_for(lambda: carrier.now() >= target)
        assert not carrier.jump_over()
        assert worker.dealt_with == []
        worker.idle.clear()
        wait_for(carrier.jump_over)
        assert [instant for instant, _ in worker.dealt_with] == [target]
    assert "problem" not in carrier.clock()


@pytest.mark.parametrize("fault", ["no report", "an old report", "still due"])
def test_a_jump_gives_up_where_the_worker_does_not_deal_with_it(impatient: Carrier, fault: str) -> None:
    due = impatient.now() + HOUR
    worker = FakeWorker(impatient, [due])
    if fault == "no report":
        worker.quiet_from = due
    if fault == "an old report":
        worker.stuck_at = due - timedelta(seconds=1)
    if fault == "still due":
        worker.idle.set()
        worker.quiet_from = due + timedelta(seconds=0.1)
    with worker:
        clock = impatient.jump(advance_seconds=DAY_SECONDS)
    assert clock["jumping"] is False
    assert to_iso(due) in clock["problem"]
    assert due <= from_iso(clock["now"]) < due + timedelta(minutes=1)


def test_the_next_jump_clears_the_problem(impatient: Carrier) -> None:
    impatient.report(impatient.now(), None)
    assert "problem" in impatient.jump(advance_seconds=7200)
    with FakeWorker(impatient):
        assert "problem" not in impatient.jump(advance_seconds=7200)


def test_a_worker_that_goes_on_reporting_the_same_thing_due_is_not_waited_for_without_end() -> None:
    board, stop = SweepBoard(), Event()
    due = datetime(2050, 1, 1, tzinfo=UTC)

    def go_on() -> None:
        while not stop.wait(0.002):
            board.report(SweepReport(due + HOUR, due))

    worker = Thread(target=go_on)
    worker.start()
    covered: list[bool] = []
    waiting = Thread(target=lambda: covered.append(board.wait_until_covered(due, 0.02)))
    waiting.start()
    waiting.join(10)
    stop.set()
    worker.join()
    assert covered == [False]


def test_to_next_goes_to_what_is_due_next(carrier: Carrier) -> None:
    due = carrier.now() + timedelta(days=2)
    with FakeWorker(carrier, [due]) as worker:
        clock = carrier.jump(to_next=True)
    assert timedelta(0) <= from_iso(clock["now"]) - due < SOON
    assert [instant for instant, _ in worker.dealt_with] == [due]


def test_to_next_waits_for_what_is_due_already(carrier: Carrier) -> None:
    worker = FakeWorker(carrier, [carrier.now()])
    worker.idle.set()
    with worker:
        carrier.begin_jump(to_next=True)
        worker.idle.clear()
        wait_for(carrier.jump_over)
        assert len(worker.dealt_with) == 1
    assert carrier.clock()["offset_seconds"] == 0


@pytest.mark.parametrize("reported", [False, True], ids=["no report", "nothing due"])
def test_to_next_with_nothing_due_is_refused(carrier: Carrier, reported: bool) -> None:
    if reported:
        carrier.report(carrier.now(), None)
    answer = carrier.local("POST", "clock", {"to_next": True})
    assert (answer.status_code, "nothing" in answer.json()["error"]) == (409, True)


def test_two_jumps_at_once_are_refused(carrier: Carrier) -> None:
    start = carrier.now()
    carrier.report(start, start + HOUR)
    carrier.begin_jump(advance_seconds=7200)
    second = carrier.local("POST", "clock", {"advance_seconds": 60})
    assert (second.status_code, "already" in second.json()["error"]) == (409, True)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"advance_seconds": -1}, 409),
        ({"to": "2020-01-01T00:00:00Z"}, 409),
        ({"to": "2050-01-01T00:00:00"}, 400),
        ({"to": "soon"}, 400),
        ({"to": 12}, 400),
        ({"advance_seconds": "60"}, 400),
        ({"advance_seconds": True}, 400),
        ({"advance_seconds": 1e18}, 400),
        ({"advance_seconds": None}, 400),
        ({"to_next": False}, 400),
        ({}, 400),
        ({"advance_seconds": 1, "to_next": True}, 400),
        ([], 400),
        ("later", 400),
    ],
    ids=[
        "backwards",
        "into the past",
        "without zone",
        "in words",
        "a number",
        "seconds as text",
        "seconds true",
        "beyond the calendar",
        "null",
        "not to next",
        "nothing",
        "two at once",
        "list",
        "text",
    ],
)
def test_a_move_that_makes_no_sense_changes_nothing(carrier: Carrier, body: object, status: int) -> None:
    answer = carrier.local("POST", "clock", body)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert carrier.local("GET", "clock").json()["offset_seconds"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"as_of": "2050-01-01T00:00:00Z"},
        {"as_of": "now", "next_due": None},
        {"as_of": None, "next_due": None},
    ],
    ids=["nothing", "half", "in words", "null"],
)
def test_a_sweep_report_that_cannot_be_read_is_refused(carrier: Carrier, body: dict[str, Any]) -> None:
    assert carrier.local("PUT", "sweep", body).status_code == 400


def test_texts_carry_the_carriers_time(carrier: Carrier, ours: OurSide) -> None:
    carrier.local("POST", "clock", {"to": "2050-06-01T12:00:00Z"}, wait="1")
    sid = carrier.text("hello")["sid"]
    assert carrier.truth(sid)["created_at"].startswith("2050-06-01T12:00")
    text = carrier.client().messages(sid).fetch()
    assert text.date_created is not None
    assert text.date_created.year == 2050
    sent = carrier.client().messages.create(to=PATIENT, from_=CLINIC, body="x")
    assert carrier.settled(sent.sid or "")["history"][-1][1].startswith("2050-06-01T12:00")


def test_the_clock_itself_refuses_to_go_back() -> None:
    fixed = datetime(2030, 1, 1, tzinfo=UTC)
    clock = CarrierClock(real=lambda: fixed)
    clock.move_to(fixed + timedelta(hours=1))
    with pytest.raises(InvalidTransition):
        clock.move_to(fixed)
    assert clock.now() == fixed + timedelta(hours=1)
