"""The demonstration's clock: it only goes forward, and stops wherever the worker has something due."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any, Self

import pytest
from carrier_rig import CLINIC, PATIENT, Carrier, OurSide, wait_for

from companion.carrier.clock import CarrierClock
from companion.carrier.instants import from_iso, to_iso
from companion.errors import InvalidTransition


def now_of(carrier: Carrier) -> datetime:
    return from_iso(carrier.local("GET", "clock").json()["now"])


def iso(instant: datetime) -> str:
    return to_iso(instant)


def report(carrier: Carrier, as_of: datetime, next_due: datetime | None) -> None:
    body = {"as_of": iso(as_of), "next_due": None if next_due is None else iso(next_due)}
    assert carrier.local("PUT", "sweep", body).status_code == 200


class FakeWorker:
    """Sweeps every few milliseconds by the carrier's clock and notes when each due thing was dealt with."""

    def __init__(self, carrier: Carrier, due: list[datetime]) -> None:
        self.dealt_with: list[tuple[datetime, datetime]] = []
        self._carrier = carrier
        self._due = sorted(due)
        self._stopped = False
        self._thread = Thread(target=self._work)

    def __enter__(self) -> Self:
        report(self._carrier, now_of(self._carrier), self._due[0] if self._due else None)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped = True
        self._thread.join()

    def _work(self) -> None:
        while not self._stopped:
            now = now_of(self._carrier)
            while self._due and self._due[0] <= now:
                self.dealt_with.append((self._due.pop(0), now))
            report(self._carrier, now, self._due[0] if self._due else None)


def test_the_clock_starts_at_the_real_time(carrier: Carrier) -> None:
    clock = carrier.local("GET", "clock").json()
    assert abs(from_iso(clock["now"]) - datetime.now(UTC)) < timedelta(seconds=5)
    assert (clock["offset_seconds"], clock["jumping"]) == (0.0, False)
    assert clock.keys() == {"now", "offset_seconds", "jumping"}


def test_a_jump_without_any_worker_goes_straight_there(carrier: Carrier) -> None:
    before = now_of(carrier)
    answer = carrier.local("POST", "clock", {"advance_seconds": 86400.5}, wait="1")
    assert answer.status_code == 200
    assert timedelta(seconds=86400) < now_of(carrier) - before < timedelta(seconds=86410)
    assert answer.json()["offset_seconds"] == pytest.approx(86400.5, abs=1)


def test_a_jump_to_an_instant_arrives_exactly(carrier: Carrier) -> None:
    target = datetime(2050, 3, 28, 0, 59, 59, tzinfo=UTC)
    carrier.local("POST", "clock", {"to": "2050-03-28T00:59:59Z"}, wait="1")
    assert timedelta(0) <= now_of(carrier) - target < timedelta(seconds=5)


def test_without_wait_the_answer_comes_at_once(carrier: Carrier) -> None:
    answer = carrier.local("POST", "clock", {"advance_seconds": 3600})
    assert answer.status_code == 202
    wait_for(lambda: carrier.local("GET", "clock").json()["offset_seconds"] > 3500)
    wait_for(lambda: not carrier.local("GET", "clock").json()["jumping"])


def test_a_jump_stops_at_every_due_instant_until_it_was_dealt_with(carrier: Carrier) -> None:
    start = now_of(carrier)
    due = [start + timedelta(hours=hours) for hours in (1, 5, 5.01, 30)]
    with FakeWorker(carrier, due) as worker:
        answer = carrier.local("POST", "clock", {"advance_seconds": 86400}, wait="1").json()
    assert "problem" not in answer
    assert [instant for instant, _ in worker.dealt_with] == due[:3]
    assert all(at - instant < timedelta(seconds=20) for instant, at in worker.dealt_with)
    assert now_of(carrier) - start >= timedelta(days=1)


def test_what_a_sweep_makes_due_on_the_way_is_stopped_for_too(carrier: Carrier) -> None:
    start = now_of(carrier)
    first, second = start + timedelta(hours=1), start + timedelta(hours=2)
    report(carrier, start, first)
    jump = Thread(target=lambda: carrier.local("POST", "clock", {"advance_seconds": 10800}, wait="1"))
    jump.start()
    wait_for(lambda: now_of(carrier) >= first)
    report(carrier, now_of(carrier), second)
    wait_for(lambda: now_of(carrier) >= second)
    assert now_of(carrier) < second + timedelta(seconds=10)
    report(carrier, now_of(carrier), None)
    jump.join()
    assert now_of(carrier) >= start + timedelta(hours=3)


@pytest.mark.parametrize("late", [None, "old", "still due"], ids=["no report", "an old report", "still due"])
def test_a_jump_gives_up_where_the_worker_does_not_deal_with_it(impatient: Carrier, late: str | None) -> None:
    start = now_of(impatient)
    due = start + timedelta(hours=1)
    report(impatient, start, due)
    jump = Thread(target=lambda: impatient.local("POST", "clock", {"advance_seconds": 86400}, wait="1"))
    jump.start()
    wait_for(lambda: now_of(impatient) >= due)
    if late == "old":
        report(impatient, due - timedelta(seconds=1), None)
    if late == "still due":
        report(impatient, now_of(impatient), due)
    jump.join()
    clock = impatient.local("GET", "clock").json()
    assert clock["jumping"] is False
    assert iso(due) in clock["problem"]
    assert due <= now_of(impatient) < due + timedelta(minutes=1)


def test_the_next_jump_clears_the_problem(impatient: Carrier) -> None:
    start = now_of(impatient)
    report(impatient, start, start + timedelta(hours=1))
    assert "problem" in impatient.local("POST", "clock", {"advance_seconds": 7200}, wait="1").json()
    report(impatient, now_of(impatient), None)
    assert "problem" not in impatient.local("POST", "clock", {"advance_seconds": 7200}, wait="1").json()


def test_to_next_goes_to_what_is_due_next(carrier: Carrier) -> None:
    due = now_of(carrier) + timedelta(days=2)
    report(carrier, now_of(carrier), due)
    carrier.local("POST", "clock", {"to_next": True}, wait="1")
    assert timedelta(0) <= now_of(carrier) - due < timedelta(seconds=5)


@pytest.mark.parametrize("reported", [False, True], ids=["no report", "nothing due"])
def test_to_next_with_nothing_due_is_refused(carrier: Carrier, reported: bool) -> None:
    if reported:
        report(carrier, now_of(carrier), None)
    answer = carrier.local("POST", "clock", {"to_next": True})
    assert (answer.status_code, "nothing" in answer.json()["error"]) == (409, True)


def test_two_jumps_at_once_are_refused(carrier: Carrier) -> None:
    start = now_of(carrier)
    report(carrier, start, start + timedelta(hours=1))
    assert carrier.local("POST", "clock", {"advance_seconds": 7200}).status_code == 202
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
