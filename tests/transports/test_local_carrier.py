"""Talking to the carrier on this machine: the demo's clock, its people, and a carrier that is not there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from companion.carrier.config import CarrierConfig
from companion.carrier.server import running
from companion.transports.local_carrier import LocalCarrier
from tests.people import ACCOUNT_SID, AUTH_TOKEN, CLINIC
from tests.transports.test_twilio import answering

NEAR = timedelta(seconds=30)


@pytest.fixture
def carrier(templates: Path) -> Iterator[str]:
    config = CarrierConfig(ACCOUNT_SID, (AUTH_TOKEN,), "http://127.0.0.1:9/sms/inbound", templates)
    with running(config) as base:
        yield base


def two_days_on(carrier: str) -> LocalCarrier:
    """Move the demo's clock two days on; the worker's report says that nothing waits on the way."""
    local = LocalCarrier(carrier)
    local.report_sweep(datetime.now(UTC) + timedelta(days=30), None)
    jump = {"advance_seconds": 2 * 24 * 3600}
    requests.post(f"{carrier}/local/clock?wait=1", json=jump, timeout=60).raise_for_status()
    return local


def test_without_a_jump_the_demos_time_is_real_time(carrier: str) -> None:
    assert abs(LocalCarrier(carrier).now() - datetime.now(UTC)) < NEAR


def test_after_a_jump_the_demos_time_is_that_much_later(carrier: str) -> None:
    local = two_days_on(carrier)

    assert abs(local.now() - datetime.now(UTC) - timedelta(days=2)) < NEAR
    assert local.now().tzinfo is UTC


def test_while_the_carrier_is_away_the_last_time_it_told_goes_on(templates: Path) -> None:
    config = CarrierConfig(ACCOUNT_SID, (AUTH_TOKEN,), "http://127.0.0.1:9/sms/inbound", templates)
    with running(config) as base:
        local = two_days_on(base)
        local.now()

    assert abs(local.now() - datetime.now(UTC) - timedelta(days=2)) < NEAR


def test_numbers_and_people_reach_the_phone_page(carrier: str) -> None:
    person = {"name": "Amina", "phone": "+12025550101", "note": "a visit", "zone": "Europe/London"}

    LocalCarrier(carrier).introduce([{"name": "Riverside Team", "phone": CLINIC}], [person])

    assert requests.get(f"{carrier}/local/people", timeout=10).json() == [person]
    assert requests.get(f"{carrier}/local/numbers", timeout=10).json() == [
        {"name": "Riverside Team", "phone": CLINIC}
    ]


def test_a_carrier_that_is_not_there_stops_nobody() -> None:
    local = LocalCarrier("http://127.0.0.1:9")

    local.introduce([], [])
    local.report_sweep(datetime.now(UTC), None)
    assert abs(local.now() - datetime.now(UTC)) < NEAR


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, b""), (500, b""), (200, b"not JSON"), (200, b"{}"), (200, b'{"now": "soon"}'), (200, b"[]")],
    ids=["no such address", "broken", "no JSON", "no time", "no instant", "a list"],
)
def test_a_server_that_has_no_demo_clock_leaves_time_as_it_is(status: int, body: bytes) -> None:
    with answering(status, body) as (base, _):
        local = LocalCarrier(base)

        assert abs(local.now() - datetime.now(UTC)) < NEAR
        assert abs(local.now() - datetime.now(UTC)) < NEAR
