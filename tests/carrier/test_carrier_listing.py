"""Listing through Twilio's own client: filters, order, and pages that stay put while texts arrive."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from twilio.rest import Client

from tests.carrier.carrier_rig import (
    ACCOUNT,
    CLINIC,
    OTHER_CLINIC,
    OTHER_PATIENT,
    PATIENT,
    TOKEN,
    Carrier,
    wait_for,
)


def listed(carrier: Carrier, path: str = "", **params: str) -> requests.Response:
    url = f"{carrier.base}{path or f'/2010-04-01/Accounts/{ACCOUNT}/Messages.json'}"
    return requests.get(url, params=params, auth=(ACCOUNT, TOKEN), timeout=10)


def page_bodies(page: dict[str, Any]) -> list[str]:
    return [message["body"] for message in page["messages"]]


def send(client: Client, count: int, to: str = PATIENT) -> None:
    for number in range(count):
        client.messages.create(to=to, from_=CLINIC, body=f"text {number}")


def test_more_than_a_hundred_texts_are_listed_newest_first_over_several_pages(client: Client) -> None:
    send(client, 120)
    bodies = [text.body for text in client.messages.list(page_size=50)]
    assert bodies == [f"text {number}" for number in reversed(range(120))]


def test_a_limit_stops_the_listing(client: Client) -> None:
    send(client, 12)
    assert [text.body for text in client.messages.list(limit=3)] == ["text 11", "text 10", "text 9"]


def test_a_page_says_where_it_lies_and_links_to_its_neighbours(carrier: Carrier, client: Client) -> None:
    send(client, 5)
    first = listed(carrier, To=PATIENT, PageSize="2").json()
    assert (first["page"], first["page_size"], first["start"], first["end"]) == (0, 2, 0, 1)
    assert first["previous_page_uri"] is None
    second = listed(carrier, first["next_page_uri"]).json()
    assert page_bodies(second) == ["text 2", "text 1"]
    assert (second["page"], second["start"], second["end"]) == (1, 2, 3)
    last = listed(carrier, second["next_page_uri"]).json()
    assert (page_bodies(last), last["next_page_uri"]) == (["text 0"], None)
    assert page_bodies(listed(carrier, last["previous_page_uri"]).json()) == ["text 2", "text 1"]
    back = listed(carrier, second["previous_page_uri"]).json()
    assert (page_bodies(back), back["previous_page_uri"]) == (["text 4", "text 3"], None)
    assert page_bodies(listed(carrier, last["first_page_uri"]).json()) == ["text 4", "text 3"]


def test_links_keep_the_filters(carrier: Carrier, client: Client) -> None:
    send(client, 3)
    wait_for(lambda: all(text["status"] == "delivered" for text in carrier.ledger()["messages"]))
    page = listed(carrier, To=PATIENT, PageSize="1", **{"DateSent>": "2020-01-01"}).json()
    query = parse_qs(urlsplit(page["next_page_uri"]).query)
    assert (query["To"], query["DateSent>"], query["Page"]) == ([PATIENT], ["2020-01-01"], ["1"])


def test_texts_that_arrive_meanwhile_do_not_shift_the_next_page(carrier: Carrier, client: Client) -> None:
    send(client, 4)
    first = listed(carrier, PageSize="2").json()
    send(client, 3)
    assert page_bodies(listed(carrier, first["next_page_uri"]).json()) == ["text 1", "text 0"]


def test_a_page_token_still_works_after_its_text_was_deleted(carrier: Carrier, client: Client) -> None:
    send(client, 3)
    wait_for(lambda: all(text["status"] == "delivered" for text in carrier.ledger()["messages"]))
    first = listed(carrier, PageSize="1").json()
    client.messages(first["messages"][0]["sid"]).delete()
    assert page_bodies(listed(carrier, first["next_page_uri"]).json()) == ["text 1"]


def test_a_page_number_alone_skips_whole_pages(carrier: Carrier, client: Client) -> None:
    send(client, 5)
    page = listed(carrier, PageSize="2", Page="1").json()
    assert (page_bodies(page), page["start"]) == (["text 2", "text 1"], 2)


def test_an_empty_list_has_twilios_shape(carrier: Carrier) -> None:
    page = listed(carrier).json()
    assert page["messages"] == []
    assert (page["page_size"], page["start"], page["end"], page["next_page_uri"]) == (50, 0, 0, None)


def test_lists_filter_by_both_ends(client: Client) -> None:
    client.messages.create(to=PATIENT, from_=CLINIC, body="one")
    client.messages.create(to=OTHER_PATIENT, from_=CLINIC, body="two")
    client.messages.create(to=PATIENT, from_=OTHER_CLINIC, body="three")
    assert [text.body for text in client.messages.list(to=PATIENT)] == ["three", "one"]
    assert [text.body for text in client.messages.list(to=PATIENT, from_=CLINIC)] == ["one"]
    assert client.messages.list(to="+12025550199") == []


def test_inbound_texts_are_listed_and_the_networks_own_words_are_not(
    carrier: Carrier, client: Client
) -> None:
    carrier.text("HELP")
    [text] = client.messages.list()
    assert (text.direction, text.status, text.body) == ("inbound", "received", "HELP")
    assert (text.from_, text.to) == (PATIENT, CLINIC)
    assert [text.body for text in client.messages.list(to=CLINIC)] == ["HELP"]


def test_date_filters_are_inclusive_and_go_by_the_carriers_clock(carrier: Carrier, client: Client) -> None:
    today = datetime.now(UTC).date()
    carrier.text("today")
    carrier.local("POST", "clock", {"advance_seconds": 3 * 86400}, wait="1")
    carrier.text("later")
    later = today + timedelta(days=3)

    def bodies(**filters: str) -> list[str]:
        return page_bodies(listed(carrier, **filters).json())

    assert bodies(DateSent=f"{today}") == ["today"]
    assert [text.body for text in client.messages.list(date_sent=today)] == ["today"]
    assert bodies(**{"DateSent>": f"{later}"}) == ["later"]
    assert bodies(**{"DateSent<": f"{today}"}) == ["today"]
    assert bodies(**{"DateSent<": f"{later}", "DateSent>": f"{today}"}) == ["later", "today"]
    assert bodies(**{"DateSent>": f"{later + timedelta(days=1)}"}) == []


@pytest.mark.parametrize(
    "form",
    ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S.000", "%a, %d %b %Y %H:%M:%S +0000"],
    ids=["ISO", "with a space", "RFC 2822"],
)
def test_a_timestamp_bounds_to_the_second(carrier: Carrier, client: Client, form: str) -> None:
    sid = carrier.text("now")["sid"]
    sent = client.messages(sid).fetch().date_sent
    assert sent is not None
    second = timedelta(seconds=1)
    for name, moment, kept in [
        ("DateSent>", sent, 1),
        ("DateSent<", sent, 1),
        ("DateSent>", sent + second, 0),
        ("DateSent<", sent - second, 0),
    ]:
        page = listed(carrier, **{name: moment.strftime(form)}).json()
        assert len(page["messages"]) == kept, (name, moment)


def test_a_text_not_sent_yet_has_no_date_to_match(carrier: Carrier, client: Client) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    client.messages.create(
        to=PATIENT, messaging_service_sid="MG" + "a" * 32, body="x", schedule_type="fixed", send_at=later
    )
    assert client.messages.list(date_sent_after=date(2020, 1, 1)) == []
    assert len(client.messages.list()) == 1


def test_an_enormous_page_size_is_cut_to_a_thousand(carrier: Carrier) -> None:
    assert listed(carrier, PageSize="5000").json()["page_size"] == 1000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PageSize", "0"),
        ("PageSize", "many"),
        ("Page", "-1"),
        ("PageToken", "nonsense"),
        ("PageToken", "PASM" + "0" * 32),
        ("DateSent>", "yesterday"),
        ("DateSent", "2026-13-01"),
    ],
    ids=[
        "no size",
        "size in words",
        "page before the first",
        "token",
        "token of nothing",
        "date",
        "month 13",
    ],
)
def test_a_parameter_that_cannot_be_read_is_a_bad_request(carrier: Carrier, name: str, value: str) -> None:
    answer = listed(carrier, **{name: value})
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def test_no_two_listed_texts_share_a_sid_while_texts_keep_coming(carrier: Carrier, client: Client) -> None:
    send(client, 30)
    seen: list[str] = []
    page = listed(carrier, PageSize="7").json()
    while True:
        seen += [message["sid"] for message in page["messages"]]
        if page["next_page_uri"] is None:
            break
        carrier.text("and another")
        page = listed(carrier, page["next_page_uri"]).json()
    assert len(seen) == len(set(seen)) == 30
    created = [carrier.truth(sid)["created_at"] for sid in seen]
    assert all(newer >= older for newer, older in pairwise(created))
