"""A process dies at each step, with each thing the carrier may do: a short form, on both databases."""

from collections.abc import Iterator

import pytest

from companion.services.steps import Step
from tests.chaos import steps
from tests.chaos.databases import a_database
from tests.chaos.fates import OUTCOMES, Answer, Reports
from tests.chaos.quiet import without_logs
from tests.chaos.steps import Trial, play
from tests.chaos.tally import Part, Tally
from tests.chaos.world import Ground, ground


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def here(request: pytest.FixtureRequest) -> Iterator[Ground]:
    without_logs()
    with a_database(request.param) as database:
        yield ground(database)


@pytest.mark.parametrize(("place", "step"), list(enumerate(Step)), ids=str)
def test_a_death_at_this_step_loses_and_doubles_nothing(here: Ground, place: int, step: Step) -> None:
    """With some of what the carrier may do: on SQLite three steps in a row have had it all."""
    database = here.database.engine.dialect.name
    every, reached = (3 if database == "sqlite" else 6), 0
    for outcome in list(OUTCOMES)[place % every :: every]:
        ended = play(here, Trial(step, outcome, database, 7, 0))
        assert ended.verdict.all == (), outcome
        reached += ended.reached

    assert reached >= 1


def test_a_trial_always_ends_the_same(here: Ground) -> None:
    trial = Trial(Step.POST_ENDED, Answer.HANG_TAKEN.value, "any", 3, 5)

    assert play(here, trial) == play(here, trial)


def test_what_cannot_come_about_is_named_and_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing reports on a text whose reports never come, so nobody can die of a report on it."""
    impossible = ("sqlite", Step.REPORT_WRITTEN, Reports.NEVER.value)
    monkeypatch.setattr(steps, "pairs", lambda: [impossible])

    tally = steps.run(1, seed=1, part=Part(0, 1))

    assert (tally.asked, tally.trials) == (0, 0)
    assert tally.not_reached == ["report-written/no-callbacks/sqlite"]
    assert "report-written/no-callbacks" in steps.notes(tally)[0]


def test_each_step_is_tried_with_each_outcome_on_both_databases() -> None:
    assert len(set(steps.pairs())) == 2 * len(Step) * len(OUTCOMES) == 2 * 16 * 12
    assert Tally().asked == 0
