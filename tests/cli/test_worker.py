"""The worker: one tick sweeps, beats and reports; a signal ends it when what it claimed is recorded."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import pytest
import requests
from sqlmodel import select

from companion import settings
from companion.bootstrap import Companion as Built
from companion.bootstrap import build
from companion.carrier.config import CarrierConfig
from companion.carrier.server import running
from companion.domain.delivery import Accepted, Outcome
from companion.errors import StorageError
from companion.records import Heartbeat
from companion.services import dispatch, overview
from companion.transports.base import OutboundText
from companion.worker import tick
from tests.cli.conftest import Companion
from tests.factories import a_waiting_text, outbox_of
from tests.fakes import FakeTransport
from tests.pager import a_pager
from tests.people import ACCOUNT_SID, AMINA, AUTH_TOKEN
from tests.staff_tasks import a_task, the_task


@pytest.fixture
def carrier(clinic: Companion, templates: Path) -> Iterator[str]:
    """A carrier on this machine, to which the settings point."""
    config = CarrierConfig(
        ACCOUNT_SID,
        (AUTH_TOKEN,),
        "http://127.0.0.1:9/sms/inbound",
        templates,
        step_seconds=0.01,
        sweep_patience_seconds=20,
    )
    with running(config) as base:
        clinic.set(TWILIO_API_URL=base, PUBLIC_URL="http://127.0.0.1:9")
        yield base


@pytest.fixture
def built(carrier: str) -> Iterator[Built]:
    companion = build(settings.load(settings.environment()))
    yield companion
    companion.close()


def beats(built: Built) -> dict[str, datetime]:
    """Return when each worker last ticked, by name."""
    with built.setup.database.reading() as session:
        return {row.name: row.at for row in session.exec(select(Heartbeat)).all()}


def received(carrier: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = requests.get(
        f"{carrier}/local/ledger", params={"phone": AMINA}, timeout=10
    ).json()["messages"]
    return found


def until(found: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + 30
    while not (answer := found()):
        assert time.monotonic() < deadline, f"waited too long for {what}"
        time.sleep(0.02)
    return answer


def tick_until(built: Built, later: timedelta) -> int:
    """Tick, as a worker does, until the demo's clock is that much ahead; return how many texts were sent."""
    sent = []

    def there() -> bool:
        sent.append(tick(built).sent)
        return built.clock() > datetime.now(UTC) + later

    until(there, "the jump")
    return sum(sent) + tick(built).sent


def test_a_tick_sends_what_is_due_and_beats(built: Built, carrier: str) -> None:
    now = datetime.now(UTC)
    a_waiting_text(built.setup, 1, now - timedelta(minutes=1), body="due")
    a_waiting_text(built.setup, 1, now + timedelta(hours=1), body="not due")

    done = tick(built)

    assert (done.sent, done.lapsed) == (1, 0)
    assert [message["body"] for message in received(carrier)] == ["due"]
    assert [row.state for row in outbox_of(built.setup)] == ["accepted", "pending"]
    assert now <= beats(built)["worker"] <= datetime.now(UTC)


def test_a_tick_tells_the_local_carrier_what_is_due_next(built: Built, carrier: str) -> None:
    def jump() -> int:
        return requests.post(f"{carrier}/local/clock", json={"to_next": True}, timeout=10).status_code

    assert jump() == 409
    a_waiting_text(built.setup, 1, datetime.now(UTC) + timedelta(hours=1))

    tick(built)

    assert jump() == 202
    tick_until(built, timedelta(minutes=59))


def test_after_a_jump_a_tick_sends_what_came_due_meanwhile(built: Built, carrier: str) -> None:
    a_waiting_text(built.setup, 1, datetime.now(UTC) + timedelta(days=3), body="in three days")
    tick(built)
    requests.post(f"{carrier}/local/clock", json={"to_next": True}, timeout=10).raise_for_status()

    assert tick_until(built, timedelta(days=2)) == 1
    assert [message["body"] for message in received(carrier)] == ["in three days"]


def test_worker_once_sweeps_once_and_ends(clinic: Companion, built: Built, carrier: str) -> None:
    a_waiting_text(built.setup, 1, datetime.now(UTC) - timedelta(minutes=1))

    ran = clinic.run("worker", "--once")

    assert (ran.status, ran.out) == (0, "1 sent, 0 settled\n")
    assert clinic.run("worker", "--once").out == "0 sent, 0 settled\n"
    assert len(received(carrier)) == 1


def test_once_the_end_is_asked_for_nothing_more_is_claimed(clinic: Companion, carrier: str) -> None:
    """The first batch is under way when the end is asked for: it is recorded, and the second never begun."""
    ending = Event()

    class Ending(FakeTransport):
        def send(self, text: OutboundText) -> Outcome:
            ending.set()
            return Accepted(f"SM-{text.callback_url}", "queued")

    built = build(settings.load(settings.environment()), transport=Ending())
    for _ in range(dispatch.BATCH + 4):
        a_waiting_text(built.setup, 1, datetime.now(UTC) - timedelta(minutes=1))

    done = tick(built, ending)

    states = [row.state for row in outbox_of(built.setup)]
    built.close()
    assert done.sent == dispatch.BATCH
    assert (states.count("accepted"), states.count("pending")) == (dispatch.BATCH, 4)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_worker_cleanly(built: Built, carrier: str, number: signal.Signals) -> None:
    a_waiting_text(built.setup, 1, datetime.now(UTC) - timedelta(minutes=1))
    worker = subprocess.Popen(
        [sys.executable, "-m", "companion", "worker"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        (name,) = until(lambda: beats(built), "the worker's first tick")
        worker.send_signal(number)
        out, err = worker.communicate(timeout=30)
    finally:
        worker.kill()
        worker.wait()

    assert (worker.returncode, out) == (0, "")
    assert beats(built) == {}
    assert name in err
    assert "worker started" in err
    assert "worker stopped" in err
    assert "Traceback" not in err
    assert AMINA not in err
    assert [row.state for row in outbox_of(built.setup)] == ["accepted"]
    assert len(received(carrier)) == 1


def test_each_worker_beats_under_a_name_of_its_own_and_one_that_is_killed_is_missed(
    built: Built, carrier: str
) -> None:
    workers = [
        subprocess.Popen([sys.executable, "-m", "companion", "worker"], stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    try:
        found = until(lambda: len(beats(built)) == 2 and beats(built), "both workers' first tick")
        workers[0].kill()
        workers[1].terminate()
        ended = [worker.wait(30) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()

    (killed,) = beats(built)
    assert ended == [-signal.SIGKILL, 0]
    assert killed in found
    assert all(name.startswith("worker:") for name in found)
    assert overview.readiness(built.setup, datetime.now(UTC) + timedelta(minutes=1)).workers[0].silent


def test_a_long_sweep_beats_while_it_goes_on(clinic: Companion, carrier: str) -> None:
    """The provider is slow: when the second batch is under way, the worker has been seen to live."""
    now, turn = [datetime.now(UTC)], Lock()
    seen: list[bool] = []

    class Slow(FakeTransport):
        def send(self, text: OutboundText) -> Outcome:
            with turn:
                seen.append(overview.readiness(built.setup, now[0]).ready)
                now[0] += timedelta(seconds=15) / dispatch.BATCH
            return Accepted(f"SM-{text.callback_url}", "queued")

    built = build(settings.load(settings.environment()), transport=Slow(), clock=lambda: now[0])
    for _ in range(2 * dispatch.BATCH):
        a_waiting_text(built.setup, 1, now[0] - timedelta(minutes=1))

    tick(built, worker="worker:a")

    (last,) = beats(built).values()
    built.close()
    assert seen == [False] * dispatch.BATCH + [True] * dispatch.BATCH
    assert now[0] - last < timedelta(seconds=5)


def test_a_worker_whose_sweeps_fail_does_not_beat(
    built: Built, carrier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StorageError("away")

    monkeypatch.setattr(dispatch, "sweep", fail)

    with pytest.raises(StorageError):
        tick(built, worker="worker:a")

    assert beats(built) == {}


def test_two_workers_at_once_send_everything_once(clinic: Companion, built: Built, carrier: str) -> None:
    for number in range(20):
        a_waiting_text(built.setup, 1, datetime.now(UTC) - timedelta(minutes=1), body=f"text {number}")
    other = build(settings.load(settings.environment()))

    threads = [Thread(target=tick, args=(one,)) for one in (built, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()

    assert sorted(message["body"] for message in received(carrier)) == sorted(
        f"text {number}" for number in range(20)
    )
    assert {row.state for row in outbox_of(built.setup)} == {"accepted"}


def test_a_worker_rings_for_urgent_tasks_and_texts_do_not_wait_for_it(
    clinic: Companion, carrier: str
) -> None:
    with a_pager() as pager:
        clinic.set(COMPANION_ALERT_URL=pager.url)
        built = build(settings.load(settings.environment()))
        task = a_task(built.setup, 1, urgency="urgent", created_at=datetime.now(UTC))
        pager.may_answer.clear()
        worker = subprocess.Popen((sys.executable, "-m", "companion", "worker"))
        try:
            assert pager.came.wait(60), "it did not ring"
            a_waiting_text(built.setup, 1, datetime.now(UTC), body="while it rings")
            until(lambda: received(carrier), "a text while the address does not answer")
            assert the_task(built.setup, task).rung_at is None
            pager.may_answer.set()
            until(lambda: the_task(built.setup, task).rung_at, "the ring to be written down")
        finally:
            pager.may_answer.set()
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0
        built.close()
    assert pager.tasks[0] == task


def test_worker_once_rings_too(clinic: Companion, carrier: str) -> None:
    with a_pager() as pager:
        clinic.set(COMPANION_ALERT_URL=pager.url)
        built = build(settings.load(settings.environment()))
        task = a_task(built.setup, 1, urgency="urgent", created_at=datetime.now(UTC))

        ran = clinic.run("worker", "--once")

        assert ran.status == 0
        assert the_task(built.setup, task).rung_at is not None
        built.close()
    assert pager.tasks == [task]
