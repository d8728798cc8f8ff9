"""The Message resource through Twilio's own client: create, fetch, redact, cancel, delete, refusals."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from requests.auth import HTTPBasicAuth
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.carrier.carrier_rig import (
    ACCOUNT,
    API_KEY,
    CLINIC,
    NEXT_TOKEN,
    PATIENT,
    TOKEN,
    Carrier,
    OurSide,
    wait_for,
)

SERVICE = "MG" + "a" * 32


def refusal(client: Client, **fields: Any) -> tuple[int, int | None]:
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(**fields)
    return caught.value.status, caught.value.code


def test_a_created_text_is_queued_with_twilios_fields(client: Client) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    text = client.messages.create(to="+1 (202) 555-0123", from_=CLINIC, body="Your visit is on 3 May.")
    assert re.fullmatch("SM[0-9a-f]{32}", text.sid or "")
    assert (text.status, text.direction, text.to, text.from_) == ("queued", "outbound-api", PATIENT, CLINIC)
    assert (text.num_segments, text.num_media, text.price, text.date_sent) == ("1", "0", None, None)
    assert (text.account_sid, text.error_code, text.error_message) == (ACCOUNT, None, None)
    assert text.uri == f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{text.sid}.json"
    assert text.subresource_uris == {"media": text.uri.replace(".json", "/Media.json")}
    assert text.date_created is not None
    assert before <= text.date_created <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("body", "segments"),
    [("a" * 160, "1"), ("a" * 161, "2"), ("😀" * 35, "1"), ("😀" * 36, "2"), ("a" * 1600, "11")],
    ids=["160 plain", "161 plain", "35 emoji", "36 emoji", "longest"],
)
def test_segments_are_counted_as_they_are_billed(client: Client, body: str, segments: str) -> None:
    assert client.messages.create(to=PATIENT, from_=CLINIC, body=body).num_segments == segments


def test_a_text_ends_delivered_with_the_date_it_was_sent(carrier: Carrier, client: Client) -> None:
    sid = client.messages.create(to=PATIENT, from_=CLINIC, body="hello").sid or ""
    history = carrier.settled(sid)["history"]
    assert [status for status, _ in history] == ["queued", "sent", "delivered"]
    text = client.messages(sid).fetch()
    assert text.status == "delivered"
    assert text.date_sent is not None
    assert text.date_updated is not None


def test_a_messaging_service_accepts_first_and_chooses_the_sender_when_it_sends(
    carrier: Carrier, client: Client
) -> None:
    carrier.local("PUT", "numbers", [{"name": "Elm Street", "phone": CLINIC}])
    text = client.messages.create(to=PATIENT, messaging_service_sid=SERVICE, body="hello")
    assert (text.status, text.from_, text.num_segments) == ("accepted", None, "0")
    carrier.settled(text.sid or "")
    sent = client.messages(text.sid or "").fetch()
    assert (sent.from_, sent.num_segments, sent.messaging_service_sid) == (CLINIC, "1", SERVICE)


def test_fields_the_carrier_does_not_know_are_let_through(carrier: Carrier) -> None:
    fields = {
        "To": PATIENT,
        "From": CLINIC,
        "Body": "hello",
        "ValidityPeriod": "3600",
        "SmartEncoded": "true",
        "ProvideFeedback": "true",
        "RiskCheck": "disable",
        "SomethingNew": "1",
    }
    url = f"{carrier.base}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert requests.post(url, data=fields, auth=(ACCOUNT, TOKEN), timeout=10).status_code == 201


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"to": "", "from_": CLINIC, "body": "x"}, (400, 21604)),
        ({"to": PATIENT, "body": "x"}, (400, 21603)),
        ({"to": PATIENT, "from_": CLINIC}, (400, 21602)),
        ({"to": PATIENT, "from_": CLINIC, "body": ""}, (400, 21602)),
        ({"to": PATIENT, "from_": CLINIC, "body": "a" * 1601}, (400, 21617)),
        ({"to": "12", "from_": CLINIC, "body": "x"}, (400, 21211)),
        ({"to": "+1202555", "from_": CLINIC, "body": "x"}, (400, 21211)),
        ({"to": "whatsapp:+12025550123", "from_": CLINIC, "body": "x"}, (400, 21211)),
        ({"to": PATIENT, "from_": "not/a/sender", "body": "x"}, (400, 21212)),
        ({"to": PATIENT, "from_": PATIENT, "body": "x"}, (400, 21266)),
        ({"to": PATIENT, "messaging_service_sid": "MG1", "body": "x"}, (404, 21701)),
        ({"to": PATIENT, "from_": CLINIC, "body": "x", "status_callback": "nowhere"}, (400, 21609)),
        ({"to": PATIENT, "from_": CLINIC, "body": "x", "status_callback": "http://["}, (400, 21609)),
    ],
    ids=[
        "no To",
        "no sender",
        "no body",
        "empty body",
        "1601 characters",
        "To too short",
        "To incomplete",
        "To of another channel",
        "odd From",
        "From is To",
        "no such service",
        "callback not an address",
        "callback broken",
    ],
)
def test_a_create_that_cannot_be_used_is_refused_as_twilio_refuses_it(
    carrier: Carrier, client: Client, fields: dict[str, str], expected: tuple[int, int]
) -> None:
    assert refusal(client, **fields) == expected
    assert carrier.ledger()["messages"] == []


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"fault": "reject", "code": 21211}, (400, 21211)),
        ({"fault": "reject", "code": 21614}, (400, 21614)),
        ({"fault": "reject", "code": 21611}, (400, 21611)),
        ({"fault": "reject", "code": 21610}, (400, 21610)),
        ({"fault": "fail-before", "status": 429}, (429, 20429)),
        ({"fault": "fail-before"}, (500, 20500)),
        ({"fault": "fail-before", "status": 503}, (503, 20503)),
        ({"fault": "fail-before", "status": 500, "code": 20503}, (500, 20503)),
    ],
    ids=["invalid", "not mobile", "queue full", "blocked", "too many", "500", "503", "own code"],
)
def test_a_refusal_set_as_a_fault_accepts_nothing(
    carrier: Carrier, client: Client, rule: dict[str, object], expected: tuple[int, int]
) -> None:
    carrier.faults({"to": PATIENT, **rule})
    assert refusal(client, to=PATIENT, from_=CLINIC, body="x") == expected
    assert carrier.ledger()["messages"] == []


def test_an_error_body_has_twilios_four_fields(carrier: Carrier) -> None:
    url = f"{carrier.base}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    answer = requests.post(url, data={"To": PATIENT}, auth=(ACCOUNT, TOKEN), timeout=10)
    body = answer.json()
    assert body.keys() == {"code", "message", "more_info", "status"}
    assert (body["code"], body["status"], answer.status_code) == (21603, 400, 400)
    assert body["more_info"].endswith("/21603")


@pytest.mark.parametrize(
    ("user", "secret"),
    [(ACCOUNT, TOKEN), (ACCOUNT, NEXT_TOKEN), API_KEY],
    ids=["token", "next token", "API key"],
)
def test_every_configured_credential_is_let_in(carrier: Carrier, user: str, secret: str) -> None:
    assert carrier.client(user, secret).messages.list() == []


@pytest.mark.parametrize(
    ("user", "secret"),
    [(ACCOUNT, "wrong"), (API_KEY[0], TOKEN), ("AC" + "9" * 32, TOKEN), (ACCOUNT, "é"), (ACCOUNT, "")],
    ids=["wrong token", "token of another", "other account", "not ASCII", "no token"],
)
def test_a_wrong_credential_is_401_with_20003(carrier: Carrier, user: str, secret: str) -> None:
    url = f"{carrier.base}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    answer = requests.get(url, auth=HTTPBasicAuth(user.encode(), secret.encode()), timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_no_credential_at_all_is_401_for_creating_too(carrier: Carrier) -> None:
    url = f"{carrier.base}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    answer = requests.post(url, data={"To": PATIENT, "From": CLINIC, "Body": "x"}, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    assert carrier.ledger()["messages"] == []


def test_another_account_is_not_found(carrier: Carrier) -> None:
    stranger = carrier.client(account="AC" + "9" * 32)
    with pytest.raises(TwilioRestException) as caught:
        stranger.messages.create(to=PATIENT, from_=CLINIC, body="x")
    assert (caught.value.status, caught.value.code) == (404, 20404)


@pytest.mark.parametrize("path", ["Messages/SM" + "f" * 32 + ".json", "Calls.json"], ids=["text", "resource"])
def test_what_is_not_there_is_20404(carrier: Carrier, path: str) -> None:
    url = f"{carrier.base}/2010-04-01/Accounts/{ACCOUNT}/{path}"
    answer = requests.get(url, auth=(ACCOUNT, TOKEN), timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_a_settled_text_can_be_redacted_but_the_phone_keeps_it(carrier: Carrier, client: Client) -> None:
    sid = client.messages.create(to=PATIENT, from_=CLINIC, body="private words").sid or ""
    carrier.settled(sid)
    assert client.messages(sid).update(body="").body == ""
    assert client.messages(sid).fetch().body == ""
    assert carrier.truth(sid)["body"] == "private words"


def test_a_text_on_its_way_can_be_neither_redacted_nor_deleted(carrier: Carrier, client: Client) -> None:
    carrier.local("PUT", "numbers", [{"name": "Elm Street", "phone": CLINIC}])
    later = datetime.now(UTC) + timedelta(hours=1)
    sid = (
        client.messages.create(
            to=PATIENT, messaging_service_sid=SERVICE, body="words", schedule_type="fixed", send_at=later
        ).sid
        or ""
    )
    for attempt in (lambda: client.messages(sid).update(body=""), client.messages(sid).delete):
        with pytest.raises(TwilioRestException) as caught:
            attempt()
        assert (caught.value.status, caught.value.code) == (409, 20009)
    assert client.messages(sid).fetch().body == "words"


@pytest.mark.parametrize(
    "fields",
    [{"Body": "other"}, {}, {"Body": "", "Status": "canceled"}, {"Status": "sent"}],
    ids=["new body", "nothing", "both", "another status"],
)
def test_an_update_that_is_neither_redaction_nor_cancelling_is_30400(
    carrier: Carrier, client: Client, fields: dict[str, str]
) -> None:
    sid = client.messages.create(to=PATIENT, from_=CLINIC, body="words").sid or ""
    carrier.settled(sid)
    url = f"{carrier.base}/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json"
    answer = requests.post(url, data=fields, auth=(ACCOUNT, TOKEN), timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (400, 30400)
    assert client.messages(sid).fetch().body == "words"


def test_a_text_that_is_not_scheduled_cannot_be_canceled(carrier: Carrier, client: Client) -> None:
    sid = client.messages.create(to=PATIENT, from_=CLINIC, body="words").sid or ""
    with pytest.raises(TwilioRestException) as caught:
        client.messages(sid).update(status="canceled")
    assert (caught.value.status, caught.value.code) == (409, 30409)
    assert carrier.settled(sid)["status"] == "delivered"


def test_a_deleted_text_is_gone_from_the_api_and_stays_in_the_ledger(
    carrier: Carrier, client: Client
) -> None:
    sid = client.messages.create(to=PATIENT, from_=CLINIC, body="words").sid or ""
    carrier.settled(sid)
    assert client.messages(sid).delete()
    with pytest.raises(TwilioRestException) as caught:
        client.messages(sid).fetch()
    assert caught.value.code == 20404
    assert client.messages.list() == []
    assert carrier.truth(sid)["deleted"] is True


def schedule(client: Client, seconds: float) -> str:
    send_at = datetime.now(UTC) + timedelta(seconds=seconds)
    text = client.messages.create(
        to=PATIENT, messaging_service_sid=SERVICE, body="later", schedule_type="fixed", send_at=send_at
    )
    assert text.status == "scheduled"
    return text.sid or ""


def test_a_scheduled_text_goes_when_the_carriers_clock_gets_there(
    carrier: Carrier, client: Client, ours: OurSide
) -> None:
    sid = schedule(client, 3600)
    carrier.local("POST", "clock", {"advance_seconds": 3500}, wait="1")
    assert carrier.truth(sid)["status"] == "scheduled"
    carrier.local("POST", "clock", {"advance_seconds": 200}, wait="1")
    statuses = [status for status, _ in carrier.settled(sid)["history"]]
    assert statuses == ["scheduled", "accepted", "sent", "delivered"]


def test_a_canceled_scheduled_text_never_goes(carrier: Carrier, client: Client) -> None:
    canceled, control = schedule(client, 3600), schedule(client, 3600)
    assert client.messages(canceled).update(status="canceled").status == "canceled"
    carrier.local("POST", "clock", {"advance_seconds": 4000}, wait="1")
    carrier.settled(control)
    assert carrier.truth(canceled)["status"] == "canceled"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"from_": CLINIC, "send_at": datetime(2050, 1, 1, tzinfo=UTC)}, 35118),
        ({"messaging_service_sid": SERVICE}, 35111),
        ({"messaging_service_sid": SERVICE, "send_at": datetime(2050, 1, 1, tzinfo=UTC)}, 35115),
        ({"messaging_service_sid": SERVICE, "send_at": datetime(2020, 1, 1, tzinfo=UTC)}, 35115),
    ],
    ids=["without a service", "without a time", "too far", "past"],
)
def test_a_schedule_outside_the_rules_is_refused(client: Client, fields: dict[str, Any], code: int) -> None:
    assert refusal(client, to=PATIENT, body="x", schedule_type="fixed", **fields) == (400, code)


def test_texts_created_at_once_all_arrive(carrier: Carrier, client: Client) -> None:
    sids = {client.messages.create(to=PATIENT, from_=CLINIC, body=f"text {n}").sid for n in range(40)}
    wait_for(lambda: all(text["status"] == "delivered" for text in carrier.ledger()["messages"]))
    assert {text["sid"] for text in carrier.ledger()["messages"]} == sids
