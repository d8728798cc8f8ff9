"""The worker looks at the texts when it starts and once each day, and sends whatever comes of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from companion import settings
from companion.bootstrap import Companion as Built
from companion.bootstrap import build
from companion.domain.catalogue import Catalogue
from companion.storage import migration
from companion.worker import DailyLook, tick
from tests.cli.conftest import ADD_CLINIC, Companion
from tests.domain.cast import SIGNED_UNTIL, all_signed, settled
from tests.factories import a_waiting_text, kinds_of_tasks, with_texts
from tests.fakes import FakeTransport, FrozenClock

#: The first minute of the day on which everything becomes overdue.
DUE = datetime.combine(SIGNED_UNTIL, datetime.min.time(), UTC)
BOTH = [("safety-text-overdue", "urgent"), ("texts-overdue", "today")]


@pytest.fixture
def worker(clinic: Companion, catalogue: Catalogue, clock: FrozenClock) -> Iterator[Built]:
    clock.now = DUE
    built = build(settings.load(settings.environment()), transport=FakeTransport(), clock=clock)
    yield replace(built, setup=with_texts(built.setup, all_signed(settled(catalogue))))
    built.close()


def alarms(daily: DailyLook, now: datetime) -> int:
    """Return how many alarms a look at that moment put into the log."""
    with capture_logs() as lines:
        daily.look(now)
    return len(lines)


def test_each_day_is_looked_at_once_by_each_worker_and_told_once_in_all(
    worker: Built, clock: FrozenClock
) -> None:
    first, second = DailyLook(worker.setup), DailyLook(worker.setup)

    assert [alarms(first, DUE), alarms(first, clock.forward(hours=23, minutes=59))] == [1, 0]
    assert [alarms(second, clock.now), alarms(second, clock.now)] == [1, 0]
    assert [alarms(first, clock.forward(minutes=1)), alarms(first, clock.now)] == [1, 0]
    assert kinds_of_tasks(worker.setup) == BOTH


def test_a_tick_looks_at_its_own_time_and_sends_what_is_due(worker: Built) -> None:
    a_waiting_text(worker.setup, 1, DUE)
    looked: list[datetime] = []

    assert tick(worker, look=looked.append).sent == 1

    assert looked == [DUE]


def test_a_database_that_was_away_is_looked_at_by_the_next_tick_of_the_day(
    complete: Companion, catalogue: Catalogue
) -> None:
    built = build(settings.load(settings.environment()), transport=FakeTransport())
    setup = with_texts(built.setup, all_signed(settled(catalogue)))
    daily = DailyLook(setup)

    with capture_logs() as lines:
        daily.look(DUE)
    migration.upgrade(setup.database)
    complete.json(*ADD_CLINIC)
    daily.look(DUE)

    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("overdue texts not looked at", "error")
    ]
    assert kinds_of_tasks(setup) == BOTH
    built.close()
