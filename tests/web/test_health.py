"""Whether the process lives, and whether texts can come and go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from companion.bootstrap import Companion
from companion.services import overview
from companion.services.setup import Setup
from companion.storage import migration
from companion.storage.database import Database, open_database
from companion.storage.keys import FernetRing
from companion.transports.webhooks import SignatureCheck
from companion.web import create_app
from tests.factories import a_clinic, a_waiting_text
from tests.fakes import MONDAY, FrozenClock
from tests.people import ACCOUNT_SID, AUTH_TOKEN


def test_a_process_that_answers_is_alive(client: FlaskClient) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"alive": True})


@pytest.mark.parametrize(
    ("since", "status", "ready"),
    [
        (timedelta(), 200, True),
        (timedelta(seconds=59), 200, True),
        (timedelta(minutes=1), 503, False),
        (timedelta(days=1), 503, False),
    ],
    ids=["just now", "59 seconds ago", "a minute ago", "yesterday"],
)
def test_ready_means_that_the_worker_has_swept_lately(
    setup: Setup, client: FlaskClient, since: timedelta, status: int, ready: bool
) -> None:
    overview.beat(setup, MONDAY - since)

    answer = client.get("/readyz")

    assert answer.status_code == status
    assert answer.json == {
        "ready": ready,
        "database": True,
        "migrations": True,
        "worker_last_tick": (MONDAY - since).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "oldest_due": None,
    }


def test_without_a_worker_nothing_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {
        "ready": False,
        "database": True,
        "migrations": True,
        "worker_last_tick": None,
        "oldest_due": None,
    }


def test_the_oldest_text_that_is_due_is_told(setup: Setup, client: FlaskClient) -> None:
    overview.beat(setup, MONDAY)
    clinic = a_clinic(setup)
    a_waiting_text(setup, clinic, MONDAY - timedelta(minutes=5))
    a_waiting_text(setup, clinic, MONDAY - timedelta(minutes=2))
    a_waiting_text(setup, clinic, MONDAY + timedelta(minutes=2))

    assert client.get("/readyz").json["oldest_due"] == "2027-03-01T08:55:00Z"


def test_a_database_that_is_not_migrated_is_not_ready(
    setup: Setup, client: FlaskClient, database: Database
) -> None:
    migration.downgrade(database, "base")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert (answer.json["database"], answer.json["migrations"], answer.json["ready"]) == (True, False, False)
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "away",
    [
        lambda folder: "postgresql://nobody@127.0.0.1:9/none",
        lambda folder: f"sqlite:///{folder / 'not-a-database.db'}",
    ],
    ids=["postgresql not there", "a file that is no database"],
)
def test_a_database_that_is_away_is_told_and_breaks_nothing(
    catalogue, setup: Setup, clock: FrozenClock, tmp_path: Path, away: Callable[[Path], str]
) -> None:
    (tmp_path / "not-a-database.db").write_bytes(b"nonsense " * 1000)
    broken = open_database(away(tmp_path), FernetRing(()))
    companion = Companion(
        replace(setup, database=broken), SignatureCheck("https://x", ACCOUNT_SID, (AUTH_TOKEN,)), clock, None
    )
    client = create_app(companion, "secret").test_client()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {
        "ready": False,
        "database": False,
        "migrations": False,
        "worker_last_tick": None,
        "oldest_due": None,
    }
    assert client.get("/healthz").status_code == 200
    broken.close()


def test_a_beat_is_written_at_most_every_few_seconds(setup: Setup) -> None:
    seen = []
    for seconds in (0, 1, 4, 5, 6, 11):
        overview.beat(setup, MONDAY + timedelta(seconds=seconds))
        seen.append(overview.readiness(setup, MONDAY).worker_last_tick)

    assert [(tick - MONDAY).total_seconds() for tick in seen if tick] == [0, 0, 0, 5, 5, 11]


def test_a_beat_of_a_clock_that_was_set_back_is_written(setup: Setup) -> None:
    overview.beat(setup, MONDAY + timedelta(days=2))

    overview.beat(setup, MONDAY)

    assert overview.readiness(setup, MONDAY).worker_last_tick == MONDAY
