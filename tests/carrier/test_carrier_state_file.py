"""A carrier started again with the same state file goes on where it was."""

import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from companion.carrier.config import CarrierConfig
from companion.carrier.server import running
from companion.errors import InvalidInput
from tests.carrier.carrier_rig import (
    CLINIC,
    PATIENT,
    Carrier,
    FakeWorker,
    OurSide,
    Said,
    saved_state,
    twiml,
    wait_for,
)

PEOPLE = [{"name": "Maya", "phone": PATIENT, "note": "demo", "zone": "America/New_York"}]
NUMBERS = [{"name": "Elm Street", "phone": CLINIC}]


def busy_hour(carrier: Carrier, ours: OurSide) -> None:
    """Have something of everything happen."""
    carrier.local("PUT", "people", PEOPLE)
    carrier.local("PUT", "numbers", NUMBERS)
    ours.answer = lambda _hit: twiml(f"<Message {ours.callback_attribute}>Noted.</Message>")
    carrier.settled(carrier.text("coming 😀\x00")["replies"][0]["sid"])
    ours.answer = lambda _hit: Said(status=500)
    carrier.text("STOP")
    with FakeWorker(carrier):
        carrier.jump(advance_seconds=7200)


def everything(carrier: Carrier) -> dict[str, Any]:
    return {name: carrier.local("GET", name).json() for name in ("ledger", "people", "numbers")}


def test_everything_survives_a_restart(state_config: CarrierConfig, ours: OurSide) -> None:
    with running(state_config) as base:
        busy_hour(Carrier(base, state_config), ours)
        before = everything(Carrier(base, state_config))
    with running(state_config) as base:
        carrier = Carrier(base, state_config)
        assert everything(carrier) == before
        assert carrier.local("GET", "clock").json()["offset_seconds"] == pytest.approx(7200, abs=5)
        with pytest.raises(TwilioRestException) as caught:
            carrier.client().messages.create(to=PATIENT, from_=CLINIC, body="x")
        assert caught.value.code == 21610
        assert len(carrier.client().messages.list()) == 3


def test_a_worker_known_before_a_restart_is_waited_for_after_it(state_config: CarrierConfig) -> None:
    hasty = replace(state_config, sweep_patience_seconds=0.3)
    with running(hasty) as base:
        carrier = Carrier(base, hasty)
        with FakeWorker(carrier):
            carrier.jump(advance_seconds=7200)
    with running(hasty) as base:
        clock = Carrier(base, hasty).jump(advance_seconds=7200)
        assert clock["offset_seconds"] == pytest.approx(7200, abs=5)
        assert "did not report" in clock["problem"]


def test_a_text_on_its_way_at_a_stop_is_delivered_after_the_restart(
    state_config: CarrierConfig, ours: OurSide
) -> None:
    slow = replace(state_config, step_seconds=60)
    with running(slow) as base:
        text = (
            Carrier(base, slow)
            .client()
            .messages.create(to=PATIENT, from_=CLINIC, body="hello", status_callback=ours.status_url)
        )
    with running(state_config) as base:
        assert Carrier(base, state_config).settled(text.sid or "")["status"] == "delivered"
        wait_for(lambda: ours.statuses(text.sid or "") == ["sent", "delivered"])


def test_an_accepted_text_is_on_disk_before_the_answer(state_config: CarrierConfig) -> None:
    slow = replace(state_config, step_seconds=60)
    with running(slow) as base:
        for number in range(3):
            Carrier(base, slow).client().messages.create(to=PATIENT, from_=CLINIC, body=f"text {number}")
            assert len(saved_state(slow)["messages"]) == number + 1


def test_a_delivery_is_on_disk_soon_after(state_config: CarrierConfig) -> None:
    with running(state_config) as base:
        carrier = Carrier(base, state_config)
        carrier.client().messages.create(to=PATIENT, from_=CLINIC, body="hello")
        wait_for(lambda: saved_state(state_config)["messages"][0]["status"] == "delivered")


def test_the_file_is_for_its_owner_only(state_config: CarrierConfig) -> None:
    with running(state_config) as base:
        Carrier(base, state_config).text("hello")
    assert state_config.state_file is not None
    assert stat.S_IMODE(state_config.state_file.stat().st_mode) == 0o600
    assert [path.name for path in state_config.state_file.parent.iterdir()] == ["carrier.json"]


def test_reading_alone_writes_nothing(state_config: CarrierConfig) -> None:
    with running(state_config) as base:
        everything(Carrier(base, state_config))
    assert state_config.state_file is not None
    assert not state_config.state_file.exists()


def test_without_a_state_file_nothing_is_remembered(config: CarrierConfig) -> None:
    with running(config) as base:
        Carrier(base, config).text("hello")
    with running(config) as base:
        assert Carrier(base, config).ledger() == {"messages": [], "alerts": []}


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", '{"version": 99}', '{"version": 1}', "\x00"],
    ids=["empty", "no version", "a list", "another version", "nothing in it", "not text"],
)
def test_a_file_that_is_not_ours_is_refused_and_left_alone(state_config: CarrierConfig, content: str) -> None:
    path = state_config.state_file
    assert path is not None
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(InvalidInput, match="move it away"), running(state_config):
        pass
    assert path.read_text() == content


def test_a_leftover_of_an_interrupted_write_is_no_obstacle(state_config: CarrierConfig) -> None:
    path = state_config.state_file
    assert path is not None
    path.parent.mkdir()
    Path(f"{path}.new").write_text("half of a")
    with running(state_config) as base:
        Carrier(base, state_config).text("hello")
    assert len(json.loads(path.read_text())["messages"]) == 1
