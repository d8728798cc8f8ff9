"""A year of a small clinic: every text accounted for, and the same again from the same seed."""

import pytest

from tests.chaos import year
from tests.chaos.quiet import without_logs


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> None:
    without_logs()


def test_a_year_of_a_small_clinic_loses_nothing_and_is_the_same_again() -> None:
    tally = year.run(2, seed=4)

    assert (tally.lost, tally.doubled, tally.unsettled, tally.failures) == (0, 0, 0, [])
    assert tally.trials == tally.asked == 24
    assert "played twice: the same" in tally.said
