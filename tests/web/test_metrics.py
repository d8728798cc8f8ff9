"""What Prometheus is told, and who may ask."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from companion.bootstrap import Companion
from companion.records import OutboundKind, Sender, TaskUrgency
from companion.services import overview
from companion.services.setup import Setup
from companion.storage import migration
from companion.storage.database import Database, open_database
from companion.storage.keys import FernetRing
from companion.transports.webhooks import SignatureCheck
from companion.web import create_app
from tests.factories import a_clinic, a_patient, a_text, a_waiting_text, tasks_of
from tests.fakes import MONDAY, FrozenClock
from tests.people import ACCOUNT_SID, AMINA, AUTH_TOKEN, CLINIC, LINE

_TOKEN = "token-of-the-test"


def told(client: FlaskClient) -> dict[str, float]:
    """Return every sample as Prometheus' own parser reads it."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    return {
        f"{sample.name}{sorted(sample.labels.values()) or ''}": sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_where_there_is_nothing_every_figure_is_nought(client: FlaskClient) -> None:
    states = ("pending", "leased", "unknown", "accepted", "sent")

    found = told(client)

    assert set(found) == {
        "companion_oldest_due_age_seconds",
        "companion_outbox_unknown_oldest_age_seconds",
        "companion_inbound_messages",
        *(
            f"companion_outbox_messages{sorted((state, kind.value))}"
            for state in states
            for kind in OutboundKind
        ),
        *(f"companion_tasks_open{[urgency.value]}" for urgency in TaskUrgency),
    }
    assert set(found.values()) == {0}


def test_each_running_worker_has_its_age(setup: Setup, client: FlaskClient) -> None:
    overview.beat(setup, MONDAY - timedelta(seconds=90), "worker:a")
    overview.beat(setup, MONDAY - timedelta(seconds=2.5), "worker:b")
    overview.beat(setup, MONDAY)

    ages = {name: age for name, age in told(client).items() if "tick_age" in name}

    assert ages == {
        "companion_worker_last_tick_age_seconds['worker:a']": 90,
        "companion_worker_last_tick_age_seconds['worker:b']": 2.5,
    }


def test_the_oldest_text_that_is_due_has_its_age(setup: Setup, client: FlaskClient) -> None:
    clinic = a_clinic(setup)
    a_waiting_text(setup, clinic, MONDAY - timedelta(minutes=7))
    a_waiting_text(setup, clinic, MONDAY + timedelta(minutes=7))

    assert told(client)["companion_oldest_due_age_seconds"] == 420


def test_texts_under_way_are_counted_by_state_and_kind(setup: Setup, client: FlaskClient) -> None:
    clinic, soon = a_clinic(setup), MONDAY + timedelta(hours=1)
    for many, given in (
        (3, {"state": "pending", "kind": "push"}),
        (2, {"state": "pending", "kind": "reply"}),
        (1, {"state": "pending", "kind": "safety"}),
        (2, {"state": "leased", "kind": "push", "lease_until": soon}),
        (1, {"state": "unknown", "kind": "safety", "ask_at": soon}),
        (4, {"state": "accepted", "kind": "push", "ask_at": soon}),
        (1, {"state": "sent", "kind": "reply", "ask_at": soon}),
        # Nobody waits for these any more.
        (1, {"state": "unknown", "kind": "push"}),
        (1, {"state": "delivered", "kind": "push"}),
        (1, {"state": "withdrawn", "kind": "push"}),
    ):
        for _ in range(many):
            a_waiting_text(setup, clinic, **given)

    found = {name: many for name, many in told(client).items() if "outbox_messages" in name and many}

    assert found == {
        "companion_outbox_messages['pending', 'push']": 3,
        "companion_outbox_messages['pending', 'reply']": 2,
        "companion_outbox_messages['pending', 'safety']": 1,
        "companion_outbox_messages['leased', 'push']": 2,
        "companion_outbox_messages['safety', 'unknown']": 1,
        "companion_outbox_messages['accepted', 'push']": 4,
        "companion_outbox_messages['reply', 'sent']": 1,
    }


def test_the_longest_lost_text_has_its_age(setup: Setup, client: FlaskClient) -> None:
    clinic, asked = a_clinic(setup), {"state": "unknown", "ask_at": MONDAY}
    a_waiting_text(setup, clinic, **asked, handed_at=MONDAY - timedelta(minutes=3))
    a_waiting_text(setup, clinic, **asked, handed_at=MONDAY - timedelta(minutes=2))
    # A nurse has it: it may stay so for ever, and nobody is to be called for it again.
    a_waiting_text(setup, clinic, state="unknown", handed_at=MONDAY - timedelta(days=3))
    a_waiting_text(setup, clinic, state="accepted", ask_at=MONDAY, handed_at=MONDAY - timedelta(hours=1))

    assert told(client)["companion_outbox_unknown_oldest_age_seconds"] == 180


def test_tasks_and_texts_from_people_are_counted(setup: Setup, client: FlaskClient) -> None:
    a_clinic(setup)
    a_patient(setup)
    a_text(setup, "I have a fever")
    a_text(setup, "QUESTIONS")

    found = told(client)

    urgencies = [task.urgency for task in tasks_of(setup)]
    assert "urgent" in urgencies
    assert found["companion_inbound_messages"] == 2
    for urgency in TaskUrgency:
        assert found[f"companion_tasks_open{[urgency.value]}"] == urgencies.count(urgency)


def test_a_clinic_whose_number_is_halted_is_told_by_its_id(setup: Setup, client: FlaskClient) -> None:
    well, ill = a_clinic(setup), a_clinic(setup, number="+12025550199")
    with setup.database.transaction() as session:
        session.get_one(Sender, ill).halted_at = MONDAY

    found = told(client)

    assert found[f"companion_clinic_halted['{well}']"] == 0
    assert found[f"companion_clinic_halted['{ill}']"] == 1


def test_no_figure_tells_of_a_person_or_names_a_clinic(setup: Setup, client: FlaskClient) -> None:
    a_clinic(setup, name="Riverside Team")
    a_patient(setup, name="Amina")
    a_text(setup, "CALL ME I have a fever")

    text = client.get("/metrics").text

    for said in ("Amina", "Riverside", "fever", AMINA, CLINIC, LINE, AMINA[-6:]):
        assert said not in text


def test_whichever_process_is_asked_tells_the_same(
    setup: Setup, client: FlaskClient, clock: FrozenClock
) -> None:
    signatures = SignatureCheck("https://x", ACCOUNT_SID, (AUTH_TOKEN,))
    other = create_app(Companion(setup, signatures, clock, None), "secret").test_client()
    a_waiting_text(setup, a_clinic(setup))

    assert told(client) == told(other)
    assert told(client) == told(client)


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("127.1.2.3", {}, 200),
        ("::1", {}, 200),
        ("::ffff:127.0.0.1", {}, 200),
        ("192.0.2.7", {}, 403),
        ("::ffff:192.0.2.7", {}, 403),
        ("10.0.0.3", {}, 403),
        ("", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 403),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 403),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 403),
        ("192.0.2.7", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("192.0.2.7", {"Authorization": "Bearer "}, 403),
    ],
)
def test_without_a_token_the_figures_are_for_this_machine_alone(
    client: FlaskClient, address: str, headers: dict[str, str], status: int
) -> None:
    answer = client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})

    assert answer.status_code == status
    assert ("companion_" in answer.text) == (status == 200)


@pytest.mark.parametrize(
    ("address", "shown", "status"),
    [
        ("192.0.2.7", f"Bearer {_TOKEN}", 200),
        ("127.0.0.1", f"Bearer {_TOKEN}", 200),
        ("127.0.0.1", None, 403),
        ("127.0.0.1", f"Bearer {_TOKEN}x", 403),
        ("127.0.0.1", _TOKEN, 403),
        ("127.0.0.1", "Bearer ", 403),
        ("127.0.0.1", "Bearer t\xf6ken", 403),
    ],
    ids=["right", "right, from here", "none", "too long", "bare", "empty", "not ASCII"],
)
def test_with_a_token_the_figures_are_for_whoever_shows_it(
    setup: Setup, clock: FrozenClock, address: str, shown: str | None, status: int
) -> None:
    signatures = SignatureCheck("https://x", ACCOUNT_SID, (AUTH_TOKEN,))
    app = create_app(Companion(setup, signatures, clock, None), "secret", _TOKEN)
    headers = {"Authorization": shown} if shown is not None else {}

    answer = app.test_client().get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})

    assert answer.status_code == status


def test_a_database_that_is_away_fails_the_scrape(setup: Setup, clock: FrozenClock) -> None:
    away = open_database("postgresql://nobody@127.0.0.1:9/none", FernetRing(()))
    signatures = SignatureCheck("https://x", ACCOUNT_SID, (AUTH_TOKEN,))
    client = create_app(Companion(replace(setup, database=away), signatures, clock, None), "s").test_client()

    answer = client.get("/metrics")

    away.close()
    assert (answer.status_code, answer.text) == (503, "The database did not answer.\n")


def test_a_database_that_is_not_migrated_fails_the_scrape(client: FlaskClient, database: Database) -> None:
    migration.downgrade(database, "base")

    assert client.get("/metrics").status_code == 503
