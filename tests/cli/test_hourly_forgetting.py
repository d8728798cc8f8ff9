"""The worker's own sweeps forget what went with lapsed offers, also after the database was away."""

from structlog.testing import capture_logs

from companion import settings
from companion.bootstrap import build
from companion.storage import migration, people
from companion.worker.hourly import HourlyForgetting
from tests.cli.conftest import ADD_CLINIC, Companion
from tests.fakes import MONDAY, FakeTransport


def test_a_database_that_was_away_is_tried_again_by_the_next_tick_of_the_hour(complete: Companion) -> None:
    built = build(settings.load(settings.environment()), transport=FakeTransport())
    hourly = HourlyForgetting(built.setup)

    with capture_logs() as lines:
        hourly.forget(MONDAY)
    migration.upgrade(built.setup.database)
    complete.json(*ADD_CLINIC)
    with built.setup.database.transaction() as session:
        row = people.conversation(session, 1, "a")
        row.offer, row.offered, row.offered_at = "free-text", "words", MONDAY.replace(year=2026)
        row.waiting, row.waiting_at = "words", MONDAY.replace(year=2026)
    hourly.forget(MONDAY)

    assert [(line["event"], line["log_level"]) for line in lines] == [("offers not forgotten", "error")]
    with built.setup.database.transaction() as session:
        row = people.conversation(session, 1, "a")
        assert (row.offer, row.offered, row.waiting) == (None, None, None)
    built.close()
