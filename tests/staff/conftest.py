"""The staff's pages over either database, with two clinics."""

import pytest

from companion.services.setup import Setup
from companion.settings import StaffSettings
from tests.factories import a_clinic
from tests.fakes import FrozenClock
from tests.people import OTHER_CLINIC
from tests.staff.rig import Staff


@pytest.fixture
def settings(encryption_key: str) -> StaffSettings:
    return StaffSettings("secret-of-the-test", (encryption_key,), https=False)


@pytest.fixture
def staff(setup: Setup, clock: FrozenClock, settings: StaffSettings) -> Staff:
    return Staff(setup, FrozenClock(), clock, settings)


@pytest.fixture
def riverside(setup: Setup) -> int:
    return a_clinic(setup)


@pytest.fixture
def elm_street(setup: Setup, riverside: int) -> int:
    """Another clinic, which nobody of the first may see into."""
    return a_clinic(setup, name="Elm Street Team", number=OTHER_CLINIC)
