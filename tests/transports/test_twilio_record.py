"""The real Twilio client reads the record of a carrier on this machine, or fails to."""

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from companion.carrier.config import CarrierConfig
from companion.carrier.server import running
from companion.domain.delivery import Accepted
from companion.domain.reconciliation import Seen
from companion.transports import twilio_record
from companion.transports.base import Gone, OutboundText, Page, Unavailable
from companion.transports.twilio import TwilioTransport
from tests.people import ACCOUNT_SID, AMINA, AUTH_TOKEN, BO, CLINIC
from tests.transports.test_twilio import NOBODY, answering, faults, transport


@pytest.fixture
def carrier(templates: Path) -> Iterator[str]:
    config = CarrierConfig(
        ACCOUNT_SID, (AUTH_TOKEN,), "http://127.0.0.1:9/sms/inbound", templates, step_seconds=0.01
    )
    with running(config) as base:
        yield base


def send(transport: TwilioTransport, body: str, to: str = AMINA) -> str:
    outcome = transport.send(OutboundText(to, CLINIC, body, NOBODY, None))
    assert isinstance(outcome, Accepted)
    return outcome.sid


def all_pages(transport: TwilioTransport, to: str) -> list[Page]:
    pages: list[Page] = []
    following: str | None = None
    while not pages or following:
        page = transport.list_texts(to, following)
        assert isinstance(page, Page)
        pages.append(page)
        following = page.following
    return pages


def test_the_texts_to_a_number_are_listed_newest_first(carrier: str) -> None:
    client = transport(carrier)
    began = datetime.now(UTC).replace(microsecond=0)
    sids = [send(client, f"text {number}") for number in range(3)]
    send(client, "to another", BO)

    (page,) = all_pages(client, AMINA)

    assert [text.sid for text in page.texts] == sids[::-1]
    newest = page.texts[0]
    assert (newest.to, newest.sender, newest.body) == (AMINA, CLINIC, "text 2")
    assert (newest.direction, newest.error_code, newest.media_count) == ("outbound-api", None, 0)
    assert began <= newest.created_at <= datetime.now(UTC)
    assert newest.status in ("queued", "sent", "delivered")


def test_the_texts_to_a_clinic_are_those_of_people(carrier: str) -> None:
    text = {"from": AMINA, "to": CLINIC, "body": "Hello", "media_url": "https://example.com/a.jpg"}
    requests.post(f"{carrier}/local/texts", json=text, timeout=10)

    (page,) = all_pages(transport(carrier), CLINIC)

    (seen,) = page.texts
    assert (seen.direction, seen.sender, seen.body, seen.media_count) == ("inbound", AMINA, "Hello", 1)


def test_a_long_list_is_read_page_by_page(carrier: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twilio_record, "PAGE_SIZE", 2)
    client = transport(carrier)
    sids = [send(client, f"text {number}") for number in range(5)]

    pages = all_pages(client, AMINA)

    assert [len(page.texts) for page in pages] == [2, 2, 1]
    assert [text.sid for page in pages for text in page.texts] == sids[::-1]


def test_a_number_nobody_wrote_to_has_an_empty_list(carrier: str) -> None:
    assert transport(carrier).list_texts(AMINA) == Page((), None)


def test_one_text_is_fetched_by_name_and_one_that_is_not_there_is_gone(carrier: str) -> None:
    client = transport(carrier)
    sid = send(client, "You have a visit.")

    found = client.fetch_text(sid)

    assert isinstance(found, Seen)
    assert (found.sid, found.body) == (sid, "You have a visit.")
    assert client.fetch_text("SM" + "0" * 32) == Gone()


def test_a_text_that_did_not_arrive_says_why(carrier: str) -> None:
    faults(carrier, {"to": "*", "fault": "undelivered", "code": 30005})
    client = transport(carrier)
    sid = send(client, "You have a visit.")

    deadline = datetime.now(UTC) + timedelta(seconds=20)
    while (found := client.fetch_text(sid)).status != "undelivered":  # type: ignore[union-attr]
        assert datetime.now(UTC) < deadline

    assert isinstance(found, Seen)
    assert found.error_code == 30005


@pytest.mark.parametrize(
    ("status", "body", "listed", "fetched"),
    [
        (429, b'{"code": 20429, "message": "slow", "status": 429}', "HTTP 429", "HTTP 429, code 20429"),
        (503, b"<html>away</html>", "HTTP 503", "HTTP 503, code 503"),
        (401, b'{"code": 20003, "message": "no", "status": 401}', "HTTP 401", "HTTP 401, code 20003"),
        (200, b"not JSON", "JSONDecodeError", "JSONDecodeError"),
        (200, b'{"messages": [{"sid": "SM1"}], "page": 0}', "ValueError", "ValueError"),
        (200, b'{"messages": [{"date_created": null}], "page": 0}', "ValueError", "ValueError"),
        (200, b"[]", "AttributeError", "AttributeError"),
    ],
    ids=["too many requests", "away", "wrong token", "no JSON", "no time", "no name", "another shape"],
)
def test_an_answer_that_is_none_is_not_taken_for_an_empty_list(
    status: int, body: bytes, listed: str, fetched: str
) -> None:
    with answering(status, body) as (base, _):
        client = transport(base)
        assert client.list_texts(AMINA) == Unavailable(listed)
        assert client.fetch_text("SM1") == Unavailable(fetched)


def test_where_nobody_listens_nothing_is_known() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    assert transport(f"http://127.0.0.1:{port}").list_texts(AMINA) == Unavailable("ConnectionError")
    assert transport(f"http://127.0.0.1:{port}").fetch_text("SM1") == Unavailable("ConnectionError")


def test_a_provider_that_hangs_is_given_up(templates: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = transport(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_seconds=0.2)

        assert client.list_texts(AMINA) == Unavailable("ReadTimeout")
        assert client.fetch_text("SM1") == Unavailable("ReadTimeout")


def test_a_page_that_follows_is_asked_for_at_our_base_address(carrier: str) -> None:
    """The link to it is the library's own, to Twilio; it must not leave this machine."""
    client = transport(carrier)
    send(client, "You have a visit.")
    link: dict[str, Any] = {"messages": [], "next_page_uri": "/2010-04-01/Accounts/AC1/Messages.json?Page=1"}
    with answering(200, json.dumps(link).encode()) as (base, _):
        page = transport(base).list_texts(AMINA)
        assert isinstance(page, Page)
        assert page.following is not None
        assert transport(base).list_texts(AMINA, page.following) == page
