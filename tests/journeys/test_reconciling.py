"""The real client and a carrier whose reports never reach us: everything is found out by asking."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from companion.carrier.config import CarrierConfig
from companion.carrier.server import running
from companion.records import OutboundKind
from companion.services import dispatch, reconciliation
from companion.services.setup import Setup
from companion.transports.local_carrier import LocalCarrier
from tests.factories import (
    a_clinic,
    a_patient,
    a_waiting_text,
    inbox_of,
    kinds_of_tasks,
    replies_of,
    tasks_of,
    the_row,
)
from tests.journeys.stack import until
from tests.people import ACCOUNT_SID, AMINA, AUTH_TOKEN, BO, CLINIC
from tests.transports.test_twilio import faults, taken, transport

#: Nothing listens there: our webhooks are down.
DOWN = "http://127.0.0.1:9"


@dataclass
class Worker:
    """A worker's ticks by the carrier's own clock."""

    setup: Setup
    carrier: str
    clock: LocalCarrier

    def tick(self) -> None:
        now = self.clock.now()
        dispatch.sweep(self.setup, now, self.clock.now)
        reconciliation.reconcile(self.setup, self.clock.now)

    def work(self, seconds: int, step: int = 20) -> None:
        """Tick for so long, as the carrier's clock goes."""
        for _ in range(0, seconds, step):
            self.tick()
            jump = requests.post(
                f"{self.carrier}/local/clock?wait=1", json={"advance_seconds": step}, timeout=10
            )
            jump.raise_for_status()
        self.tick()

    def text_by_hand(self, to: str, body: str) -> None:
        requests.post(
            f"{self.carrier}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json",
            data={"To": to, "From": CLINIC, "Body": body},
            auth=(ACCOUNT_SID, AUTH_TOKEN),
            timeout=10,
        ).raise_for_status()

    def sent(self) -> list[dict[str, Any]]:
        return [message for message in taken(self.carrier) if message["direction"] == "outbound-api"]

    def now(self) -> datetime:
        return self.clock.now()


@pytest.fixture
def worker(setup: Setup, templates: Path) -> Iterator[Worker]:
    config = CarrierConfig(ACCOUNT_SID, (AUTH_TOKEN,), f"{DOWN}/sms/inbound", templates, step_seconds=0.01)
    with running(config) as base:
        clock = LocalCarrier(base)
        client = transport(base, timeout_seconds=2)
        yield Worker(replace(setup, transport=client, public_url=DOWN), base, clock)


@pytest.fixture
def clinic(worker: Worker) -> int:
    return a_clinic(worker.setup, worker.now())


def a_safety_text(worker: Worker, clinic: int, **overrides: Any) -> int:
    return a_waiting_text(worker.setup, clinic, worker.now(), body="Call the line.", **overrides)


@pytest.mark.parametrize("fault", ["drop-answer", "fail-after"])
def test_an_answer_lost_after_the_text_was_taken_is_found_and_nothing_is_doubled(
    worker: Worker, clinic: int, fault: str
) -> None:
    faults(worker.carrier, {"to": AMINA, "fault": fault, "times": 1})
    row = a_safety_text(worker, clinic)

    worker.work(600)

    (message,) = worker.sent()
    found = the_row(worker.setup, row)
    assert (found.state, found.sid, found.attempts) == ("delivered", message["sid"], 1)
    assert tasks_of(worker.setup) == []


def test_a_text_that_was_never_taken_is_sent_once_more(worker: Worker, clinic: int) -> None:
    faults(worker.carrier, {"to": AMINA, "fault": "fail-before", "status": 500, "times": 1})
    row = a_safety_text(worker, clinic)

    worker.work(600)

    (message,) = worker.sent()
    found = the_row(worker.setup, row)
    assert (found.sid, found.attempts, found.resent) == (message["sid"], 2, True)
    assert tasks_of(worker.setup) == []


def test_a_text_that_is_never_taken_is_sent_no_third_time(worker: Worker, clinic: int) -> None:
    faults(worker.carrier, {"to": AMINA, "fault": "fail-before", "status": 503})
    row = a_safety_text(worker, clinic)

    worker.work(900)

    assert worker.sent() == []
    assert (the_row(worker.setup, row).state, the_row(worker.setup, row).attempts) == ("unknown", 2)
    assert kinds_of_tasks(worker.setup) == [("outcome-unknown", "today")]


def test_a_text_by_hand_blocks_the_second_try_and_is_a_nurses(worker: Worker, clinic: int) -> None:
    faults(worker.carrier, {"to": AMINA, "fault": "fail-before", "status": 500, "times": 1})
    row = a_safety_text(worker, clinic)
    worker.tick()
    worker.text_by_hand(AMINA, "Please phone us. Riverside")
    worker.text_by_hand(BO, "Somebody else's.")

    worker.work(600)

    assert len(worker.sent()) == 2
    assert (the_row(worker.setup, row).state, the_row(worker.setup, row).attempts) == ("unknown", 1)
    assert kinds_of_tasks(worker.setup) == [("other-text-there", "today")]


def test_a_text_without_any_report_is_known_to_have_failed_within_the_hour(
    worker: Worker, clinic: int
) -> None:
    faults(worker.carrier, {"to": AMINA, "fault": "undelivered", "code": 30005})
    row = a_safety_text(worker, clinic, kind=OutboundKind.SAFETY)
    worker.tick()
    until(lambda: worker.sent()[0]["status"] == "undelivered", "the network to give it up")

    worker.work(3700, step=600)

    assert (the_row(worker.setup, row).state, the_row(worker.setup, row).error_code) == ("undelivered", 30005)
    assert kinds_of_tasks(worker.setup) == [("safety-not-delivered", "urgent")]


def test_texts_that_came_while_our_web_was_down_are_fetched_once(worker: Worker, clinic: int) -> None:
    patient = a_patient(worker.setup, worker.now())
    for body in ("QUESTIONS", "I have a fever"):
        text = {"from": AMINA, "to": CLINIC, "body": body}
        requests.post(f"{worker.carrier}/local/texts", json=text, timeout=10)

    worker.work(3600, step=120)

    assert [(text.body, text.patient_id) for text in inbox_of(worker.setup)] == [
        ("QUESTIONS", patient),
        ("I have a fever", patient),
    ]
    assert kinds_of_tasks(worker.setup) == [("urgent", "urgent")]
    assert tasks_of(worker.setup)[0].note.startswith("CAME LATE.")
    bodies = [message["body"] for message in worker.sent()]
    assert sorted(bodies) == sorted(row.body for row in replies_of(worker.setup) if row.sid)
    assert len(bodies) == 2
