"""Random histories: a few, and that each can be told again."""

from collections.abc import Iterator

import pytest

from tests.chaos import schedules
from tests.chaos.databases import a_database
from tests.chaos.quiet import without_logs
from tests.chaos.schedules import play
from tests.chaos.world import Ground, ground


@pytest.fixture(scope="module")
def here() -> Iterator[Ground]:
    without_logs()
    with a_database("sqlite") as database:
        yield ground(database)


def test_some_histories_lose_double_and_forget_nothing(here: Ground) -> None:
    played = [play(here, seed) for seed in range(1, 16)]

    assert [seed for seed, one in enumerate(played, start=1) if one.verdict.all] == []
    assert sum(one.texts for one in played) > 60
    assert sum(one.deaths for one in played) > 8


def test_the_same_seed_tells_the_same_history(here: Ground) -> None:
    first = play(here, 11)

    assert first.story
    assert play(here, 11) == first
    assert play(here, 12).story != first.story


def test_histories_are_played_on_both_databases() -> None:
    tally = schedules.run(2, seed=9)

    assert (tally.asked, tally.trials, tally.failures) == (2, 2, [])
    assert (tally.counted["sqlite"], tally.counted["postgresql"]) == (1, 1)
