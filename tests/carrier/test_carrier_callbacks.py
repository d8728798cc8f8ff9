"""Status callbacks, and the faults that bend answers, deliveries and callbacks."""

import random
import time
from dataclasses import replace

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from companion.carrier.config import CarrierConfig
from companion.carrier.faults import FaultTable, parse_rules
from companion.carrier.server import running
from tests.carrier.carrier_rig import (
    ACCOUNT,
    CLINIC,
    OTHER_PATIENT,
    PATIENT,
    TOKEN,
    Carrier,
    OurSide,
    RebasedHttpClient,
    twiml,
    wait_for,
)


def send(client: Client, ours: OurSide, to: str = PATIENT) -> str:
    text = client.messages.create(to=to, from_=CLINIC, body="hello", status_callback=ours.status_url)
    return text.sid or ""


def test_sent_then_delivered_are_reported_and_the_first_status_is_not(
    carrier: Carrier, client: Client, ours: OurSide
) -> None:
    sid = send(client, ours)
    wait_for(lambda: len(ours.hits) == 2)
    first = ours.hits[0].fields
    assert first == {
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": "sent",
        "SmsStatus": "sent",
        "To": PATIENT,
        "From": CLINIC,
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
    }
    assert ours.statuses(sid) == ["sent", "delivered"]
    wait_for(lambda: carrier.truth(sid)["callbacks"] == {"attempted": 2, "succeeded": 2})


def test_a_callback_is_signed_over_its_whole_url(client: Client, ours: OurSide) -> None:
    send(client, ours)
    wait_for(lambda: len(ours.hits) == 2)
    for hit in ours.hits:
        assert hit.url == ours.status_url
        signature = hit.headers["X-Twilio-Signature"]
        assert RequestValidator(TOKEN).validate(hit.url, hit.fields, signature)
        assert not RequestValidator(TOKEN).validate(hit.url + "0", hit.fields, signature)
        assert hit.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_text_without_a_callback_address_makes_none(
    carrier: Carrier, client: Client, ours: OurSide
) -> None:
    sid = client.messages.create(to=PATIENT, from_=CLINIC, body="x").sid or ""
    carrier.settled(sid)
    assert ours.hits == []


def test_callbacks_are_tried_twice_and_dropped_while_we_are_down(carrier: Carrier, client: Client) -> None:
    text = client.messages.create(
        to=PATIENT, from_=CLINIC, body="x", status_callback="http://127.0.0.1:1/sms/status"
    )
    wait_for(lambda: carrier.truth(text.sid or "")["callbacks"] == {"attempted": 4, "succeeded": 0})
    assert carrier.settled(text.sid or "")["status"] == "delivered"


@pytest.mark.parametrize(("given", "code"), [({}, "30003"), ({"code": 30005}, "30005")], ids=["usual", "own"])
def test_an_undelivered_text_reports_its_code(
    carrier: Carrier, client: Client, ours: OurSide, given: dict[str, object], code: str
) -> None:
    carrier.faults({"to": PATIENT, "fault": "undelivered", **given})
    sid = send(client, ours)
    wait_for(lambda: ours.statuses(sid) == ["sent", "undelivered"])
    assert [hit.fields.get("ErrorCode") for hit in ours.hits] == [None, code]
    text = client.messages(sid).fetch()
    assert (text.status, str(text.error_code)) == ("undelivered", code)
    assert text.error_message


def test_duplicate_callbacks_come_twice(carrier: Carrier, client: Client, ours: OurSide) -> None:
    carrier.faults({"to": PATIENT, "fault": "duplicate-callbacks"})
    sid = send(client, ours)
    wait_for(lambda: ours.statuses(sid) == ["sent", "sent", "delivered", "delivered"])


def test_reordered_callbacks_say_delivered_before_sent(
    carrier: Carrier, client: Client, ours: OurSide
) -> None:
    carrier.faults({"to": PATIENT, "fault": "reorder-callbacks"})
    sid = send(client, ours)
    wait_for(lambda: ours.statuses(sid) == ["delivered", "sent"])


def test_no_callbacks_leaves_us_in_the_dark(carrier: Carrier, client: Client, ours: OurSide) -> None:
    carrier.faults({"to": PATIENT, "fault": "no-callbacks"})
    sid, control = send(client, ours), send(client, ours, OTHER_PATIENT)
    carrier.settled(sid)
    wait_for(lambda: ours.statuses(control) == ["sent", "delivered"])
    assert ours.statuses(sid) == []


def test_an_early_callback_comes_before_the_answer(carrier: Carrier, client: Client, ours: OurSide) -> None:
    carrier.faults({"to": PATIENT, "fault": "early-callback"})
    for number in range(3):
        text = client.messages.create(to=PATIENT, from_=CLINIC, body="x", status_callback=ours.status_url)
        assert "sent" in ours.statuses(text.sid or ""), number
        assert text.status == "queued"
        wait_for(lambda sid=text.sid: ours.statuses(sid) == ["sent", "delivered"])


def test_a_delayed_answer_makes_a_client_time_out_on_an_accepted_text(carrier: Carrier) -> None:
    carrier.faults({"to": PATIENT, "fault": "delay", "seconds": 0.4})
    impatient = RebasedHttpClient(carrier.base)
    impatient.timeout = 0.1
    with pytest.raises(requests.Timeout):
        Client(ACCOUNT, TOKEN, http_client=impatient).messages.create(to=PATIENT, from_=CLINIC, body="x")
    [text] = carrier.ledger()["messages"]
    assert carrier.settled(text["sid"])["status"] == "delivered"


def test_a_delayed_answer_still_comes(carrier: Carrier, client: Client) -> None:
    carrier.faults({"to": PATIENT, "fault": "delay", "seconds": 0.1})
    start = time.monotonic()
    sid = client.messages.create(to=PATIENT, from_=CLINIC, body="x").sid
    assert time.monotonic() - start >= 0.1
    assert carrier.truth(sid or "")["body"] == "x"


def test_a_dropped_answer_breaks_the_connection_of_an_accepted_text(carrier: Carrier, client: Client) -> None:
    carrier.faults({"to": PATIENT, "fault": "drop-answer", "times": 1})
    with pytest.raises(requests.ConnectionError):
        client.messages.create(to=PATIENT, from_=CLINIC, body="lost answer")
    [text] = carrier.ledger()["messages"]
    assert carrier.settled(text["sid"])["status"] == "delivered"
    assert [listed.body for listed in client.messages.list()] == ["lost answer"]


def test_failing_after_acceptance_is_a_500_for_a_text_that_arrives(carrier: Carrier, client: Client) -> None:
    carrier.faults({"to": PATIENT, "fault": "fail-after"})
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=PATIENT, from_=CLINIC, body="x")
    assert (caught.value.status, caught.value.code) == (500, 20500)
    [text] = carrier.ledger()["messages"]
    assert carrier.settled(text["sid"])["status"] == "delivered"


def test_a_rule_is_spent_after_its_times(carrier: Carrier, client: Client) -> None:
    carrier.faults({"to": "*", "fault": "fail-before", "times": 2})
    for _ in range(2):
        with pytest.raises(TwilioRestException):
            client.messages.create(to=PATIENT, from_=CLINIC, body="x")
    assert client.messages.create(to=PATIENT, from_=CLINIC, body="x").sid
    assert carrier.local("GET", "faults").json()[0]["used"] == 2


def test_a_rule_for_one_number_leaves_the_others_alone(
    carrier: Carrier, client: Client, ours: OurSide
) -> None:
    carrier.faults({"to": "+1 (202) 555-0123", "fault": "reject", "code": 21614})
    assert carrier.settled(send(client, ours, OTHER_PATIENT))["status"] == "delivered"
    with pytest.raises(TwilioRestException):
        send(client, ours)


def test_replies_are_rejected_and_lost_by_the_same_rules(carrier: Carrier, ours: OurSide) -> None:
    ours.answer = lambda _hit: twiml(f"<Message {ours.callback_attribute}>Noted.</Message>")
    carrier.faults(
        {"to": PATIENT, "fault": "reject", "code": 21614, "times": 1}, {"to": "*", "fault": "undelivered"}
    )
    rejected = carrier.text("one")["replies"][0]["sid"]
    lost = carrier.text("two")["replies"][0]["sid"]
    assert (carrier.truth(rejected)["status"], carrier.truth(rejected)["error_code"]) == ("failed", 21614)
    assert (carrier.settled(lost)["status"], carrier.truth(lost)["error_code"]) == ("undelivered", 30003)
    wait_for(lambda: ours.statuses(lost) == ["sent", "undelivered"])


@pytest.mark.parametrize(
    "rules",
    [
        [{"to": "*", "fault": "delay"}, {"to": "*", "fault": "explode"}],
        [{"to": "nobody", "fault": "delay"}],
        [{"to": "*"}],
        [{"to": "*", "fault": "delay", "colour": "red"}],
        [{"to": "*", "fault": "delay", "rate": 1.5}],
        [{"to": "*", "fault": "delay", "rate": "half"}],
        [{"to": "*", "fault": "delay", "times": 0}],
        [{"to": "*", "fault": "delay", "times": True}],
        [{"to": "*", "fault": "delay", "seconds": -1}],
        [{"to": "*", "fault": "fail-before", "status": 200}],
        [{"to": "*", "fault": "reject", "code": 5}],
        {"to": "*", "fault": "delay"},
        ["delay"],
        [{"to": "*", "fault": ["delay"]}],
    ],
    ids=[
        "unknown fault",
        "odd number",
        "no fault",
        "unknown field",
        "rate over one",
        "rate in words",
        "no times",
        "times true",
        "negative delay",
        "success as failure",
        "odd code",
        "no list",
        "no object",
        "fault a list",
    ],
)
def test_a_list_with_one_bad_rule_changes_nothing(carrier: Carrier, rules: object) -> None:
    carrier.faults({"to": PATIENT, "fault": "no-callbacks"})
    before = carrier.local("GET", "faults").json()
    answer = carrier.local("PUT", "faults", rules)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert carrier.local("GET", "faults").json() == before


def test_rules_read_back_can_be_set_again(carrier: Carrier) -> None:
    carrier.faults({"to": "*", "fault": "delay", "rate": 0.5, "times": 3, "seconds": 2})
    read = carrier.local("GET", "faults").json()
    assert carrier.local("PUT", "faults", read).json() == read


def hits_of(table: FaultTable, draws: int = 200) -> list[bool]:
    return [table.draw(PATIENT, "reject") is not None for _ in range(draws)]


def test_the_dice_of_a_rate_are_repeatable_by_their_seed() -> None:
    table = FaultTable(random.Random())
    rules = parse_rules([{"to": "*", "fault": "reject", "rate": 0.3}])
    table.set_rules(rules, seed=7)
    first = hits_of(table)
    assert 30 <= sum(first) <= 90
    table.set_rules(rules, seed=7)
    assert hits_of(table) == first
    table.set_rules(rules, seed=8)
    assert hits_of(table) != first


@pytest.mark.parametrize(("rate", "hit"), [(0, 0), (1, 200)], ids=["never", "always"])
def test_the_ends_of_a_rate_are_certain(rate: int, hit: int) -> None:
    table = FaultTable(random.Random(1))
    table.set_rules(parse_rules([{"to": "*", "fault": "reject", "rate": rate}]))
    assert sum(hits_of(table)) == hit


def test_a_seed_that_is_no_number_is_refused(carrier: Carrier) -> None:
    assert carrier.local("PUT", "faults", [], seed="dice").status_code == 400


def test_no_callback_is_made_once_the_carrier_has_stopped(config: CarrierConfig, ours: OurSide) -> None:
    slow = replace(config, step_seconds=0.2)
    with running(slow) as base:
        send(Carrier(base, slow).client(), ours)
    assert ours.hits == []
