"""A few of the trials on real processes: deaths, a random day, several workers, a database that is away."""

from collections import Counter
from collections.abc import Iterator

import pytest

from companion.services.steps import Step
from tests.chaos.processes_disk import run_trouble, troubles
from tests.chaos.processes_outcomes import OUTCOMES
from tests.chaos.processes_postgres import Server, postgres
from tests.chaos.processes_steps import run_step, summary_of
from tests.chaos.processes_storm import run_stack
from tests.chaos.processes_together import run_together

# One after the other: each has several processes of its own.
pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as running:
        yield running


@pytest.mark.parametrize(
    ("step", "database", "outcomes"),
    [
        (Step.CLAIM_COMMITTED, "sqlite", ("accepted",)),
        (Step.POST_ENDED, "postgresql", ("answer-dropped", "accepted")),
        (Step.REPORT_WRITTEN, "postgresql", ("duplicate-callbacks",)),
        (Step.TEXT_COMMITTED, "sqlite", ("accepted",)),
    ],
)
def test_a_process_that_dies_at_a_step_loses_and_doubles_nothing(
    step: Step, database: str, outcomes: tuple[str, ...], server: Server
) -> None:
    some = [outcome for outcome in OUTCOMES if outcome.name in outcomes]

    ran = run_step(step, database, server if database == "postgresql" else None, 1, seed=1, outcomes=some)

    assert list(ran.truth.failures) == []
    assert ran.deaths == Counter(outcomes)
    # What was not run is said, and is never taken for enough.
    summary = summary_of([ran], 1, 1, 0)
    assert (summary.trials, summary.asked > summary.trials, summary.passed) == (len(outcomes), True, False)


def test_a_random_day_loses_and_doubles_nothing() -> None:
    ran = run_stack(0, seed=3, schedules=1, database="postgresql")

    assert list(ran.truth.failures) == []
    assert ran.weather.kills
    assert ran.weather.restarts == 1


def test_three_workers_and_two_webs_on_a_server_that_restarts_lose_and_double_nothing(server: Server) -> None:
    ran = run_together(server, due=12, seed=1)

    assert list(ran.truth.failures) == []
    assert (ran.due, ran.said, ran.restarts) == (12, 12, 3)
    assert len(ran.truth.inbox) == 12


@pytest.mark.parametrize("named", ["full sqlite", "locked postgresql", "read-only postgresql"])
def test_a_database_that_takes_nothing_for_a_while_is_said_clearly_and_made_good(
    named: str, server: Server
) -> None:
    (trouble,) = (each for each in troubles(server) if f"{each.name} {each.database}" == named)

    ran = run_trouble(trouble, server, times=1)

    assert ran.unclear == ()
    assert list(ran.truth.failures) == []
    assert [message.body for message in ran.truth.inbox] == ["I have a fever"]
    assert [task.urgency for task in ran.truth.tasks if task.kind == "urgent"] == ["urgent"]
