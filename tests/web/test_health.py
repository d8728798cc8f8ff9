"""Whether the process lives, and whether texts can come and go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from companion.bootstrap import Companion
from companion.services import overview
from companion.services.setup import Setup
from companion.storage import heartbeats, migration
from companion.storage.database import Database, open_database
from companion.storage.keys import FernetRing
from companion.transports.webhooks import SignatureCheck
from companion.web import create_app
from tests.factories import a_clinic, a_waiting_text, at_once, connect
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
        "oldest_due_seconds": None,
        "workers": [],
        "late": False,
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
        "oldest_due_seconds": None,
        "workers": [],
        "late": False,
    }


def test_the_oldest_text_that_is_due_is_told(setup: Setup, client: FlaskClient) -> None:
    overview.beat(setup, MONDAY)
    clinic = a_clinic(setup)
    a_waiting_text(setup, clinic, MONDAY - timedelta(minutes=5))
    a_waiting_text(setup, clinic, MONDAY - timedelta(minutes=2))
    a_waiting_text(setup, clinic, MONDAY + timedelta(minutes=2))

    answer = client.get("/readyz").json
    assert (answer["oldest_due"], answer["oldest_due_seconds"]) == ("2027-03-01T08:55:00Z", 300)


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
        "oldest_due_seconds": None,
        "workers": [],
        "late": False,
    }
    assert client.get("/healthz").status_code == 200
    broken.close()


LATER = timedelta(minutes=2)


@pytest.mark.parametrize(
    ("waited", "given", "late"),
    [
        (timedelta(minutes=4, seconds=59), {}, False),
        (timedelta(minutes=5), {}, True),
        (timedelta(minutes=6), {"not_useful_after": MONDAY + timedelta(seconds=1)}, True),
        (timedelta(minutes=6), {"not_useful_after": MONDAY}, False),
        (timedelta(minutes=6), {"try_after": MONDAY + LATER}, True),
        (timedelta(minutes=6), {"state": "accepted"}, False),
        (-timedelta(minutes=1), {}, False),
    ],
    ids=["under five minutes", "five", "useful a second more", "useless", "put off", "taken", "not due yet"],
)
def test_a_text_that_could_still_leave_is_late_after_five_minutes(
    setup: Setup, client: FlaskClient, waited: timedelta, given: dict[str, object], late: bool
) -> None:
    overview.beat(setup, MONDAY)
    a_waiting_text(setup, a_clinic(setup), MONDAY - waited, **given)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json["late"]) == (200, late)


def test_a_useless_text_hides_no_late_one(setup: Setup, client: FlaskClient) -> None:
    clinic = a_clinic(setup)
    a_waiting_text(setup, clinic, MONDAY - timedelta(days=2), not_useful_after=MONDAY - timedelta(days=1))
    a_waiting_text(setup, clinic, MONDAY - timedelta(minutes=6))

    assert client.get("/readyz").json["late"]


def silent(setup: Setup, now: datetime) -> dict[str, bool]:
    return {worker.name: worker.silent for worker in overview.readiness(setup, now).workers}


def test_of_three_workers_the_one_that_stops_is_seen_within_a_minute(
    setup: Setup, client: FlaskClient
) -> None:
    for worker in ("worker:a", "worker:b", "worker:c"):
        overview.beat(setup, MONDAY - timedelta(minutes=1), worker)
    for worker in ("worker:a", "worker:c"):
        overview.beat(setup, MONDAY - timedelta(seconds=3), worker)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json["ready"]) == (200, True)
    assert answer.json["worker_last_tick"] == "2027-03-01T08:59:57Z"
    assert answer.json["workers"] == [
        {"name": "worker:a", "last_tick": "2027-03-01T08:59:57Z", "silent": False},
        {"name": "worker:b", "last_tick": "2027-03-01T08:59:00Z", "silent": True},
        {"name": "worker:c", "last_tick": "2027-03-01T08:59:57Z", "silent": False},
    ]


def test_nothing_is_ready_once_all_workers_are_silent(setup: Setup, client: FlaskClient) -> None:
    for worker in ("worker:a", "worker:b"):
        overview.beat(setup, MONDAY - timedelta(minutes=1), worker)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json["ready"]) == (503, False)
    assert [worker["silent"] for worker in answer.json["workers"]] == [True, True]


def test_a_worker_that_ends_in_good_order_is_not_missed(setup: Setup) -> None:
    for worker in ("worker:a", "worker:b"):
        overview.beat(setup, MONDAY, worker)

    overview.leave(setup, "worker:a")
    overview.leave(setup, "worker:a")

    assert silent(setup, MONDAY + LATER) == {"worker:b": True}


@pytest.mark.parametrize(
    ("silence", "kept"),
    [
        (timedelta(days=1), True),
        (timedelta(days=1, seconds=1), False),
        (-timedelta(days=1, seconds=1), False),
    ],
    ids=["a day", "longer", "of a clock that was set back"],
)
def test_a_living_worker_forgets_those_that_were_silent_for_a_day(
    setup: Setup, silence: timedelta, kept: bool
) -> None:
    overview.beat(setup, MONDAY - silence, "worker:old")

    overview.beat(setup, MONDAY, "worker:new")

    assert ("worker:old" in silent(setup, MONDAY)) == kept
    assert not silent(setup, MONDAY)["worker:new"]


def test_without_a_living_worker_none_is_forgotten(setup: Setup) -> None:
    overview.beat(setup, MONDAY, "worker:a")

    assert silent(setup, MONDAY + timedelta(days=9)) == {"worker:a": True}


def test_a_worker_that_comes_back_is_not_forgotten_by_one_that_saw_it_silent(setup: Setup) -> None:
    overview.beat(setup, MONDAY - timedelta(days=2), "worker:a")
    overview.beat(setup, MONDAY, "worker:a")

    with setup.database.transaction() as session:
        heartbeats.forget(session, {"worker:a": MONDAY - timedelta(days=2)})

    assert silent(setup, MONDAY) == {"worker:a": False}


def test_whoever_sweeps_once_is_heard_and_never_missed(setup: Setup) -> None:
    overview.beat(setup, MONDAY)

    assert overview.readiness(setup, MONDAY).ready
    assert overview.readiness(setup, MONDAY + LATER).workers == ()


def test_many_workers_may_beat_for_the_first_time_at_once(setup: Setup) -> None:
    connect(setup, 4)

    at_once(*[lambda: overview.beat(setup, MONDAY) for _ in range(4)])

    assert overview.readiness(setup, MONDAY).worker_last_tick == MONDAY


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


def test_a_beat_far_ahead_of_a_clock_that_was_set_back_shows_no_living_worker(setup: Setup) -> None:
    overview.beat(setup, MONDAY + timedelta(hours=1), "worker:a")

    found = overview.readiness(setup, MONDAY)

    assert not found.ready
    assert silent(setup, MONDAY) == {"worker:a": True}
