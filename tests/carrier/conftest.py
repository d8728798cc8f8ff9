"""Fixtures: a running carrier, the real Twilio client pointed at it, and our side as the network sees it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from twilio.rest import Client

from companion.carrier.config import CarrierConfig
from companion.carrier.server import running
from tests.carrier.carrier_rig import Carrier, OurSide, config_for, serving_our_side


@pytest.fixture
def ours() -> Iterator[OurSide]:
    with serving_our_side() as side:
        yield side


@pytest.fixture
def config(ours: OurSide) -> CarrierConfig:
    return config_for(ours.inbound_url)


@pytest.fixture
def carrier(config: CarrierConfig) -> Iterator[Carrier]:
    with running(config) as base:
        yield Carrier(base, config)


@pytest.fixture
def impatient(config: CarrierConfig) -> Iterator[Carrier]:
    """A carrier whose clock waits for the worker only a moment."""
    hasty = replace(config, sweep_patience_seconds=0.3)
    with running(hasty) as base:
        yield Carrier(base, hasty)


@pytest.fixture
def client(carrier: Carrier) -> Client:
    return carrier.client()


@pytest.fixture
def state_config(config: CarrierConfig, tmp_path: Path) -> CarrierConfig:
    return replace(config, state_file=tmp_path / "var" / "carrier.json")
