"""The carrier of the trials and the shipped one do the same with a text, fault by fault."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from companion.carrier.server import running
from companion.services.inbound import IncomingText, WebhookReply
from companion.services.receipts import Report
from companion.transports.base import OutboundText, Page
from companion.transports.twilio import TwilioAccount, TwilioTransport
from tests.carrier.carrier_rig import ACCOUNT, TOKEN, Carrier, OurSide, config_for, serving_our_side, wait_for
from tests.chaos.fates import OUTCOMES, Answer, Fate, Reports
from tests.chaos.network import Network
from tests.chaos.virtual_time import VirtualClock
from tests.people import AMINA, BO, CLINIC

_NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
#: Each outcome as the shipped carrier is told of it. It has no way to wait and then take nothing.
_RULES: dict[str, dict[str, object] | None] = {
    Answer.ACCEPTED.value: None,
    Answer.REFUSED.value: {"fault": "reject", "code": 21211},
    Answer.LOST.value: {"fault": "drop-answer"},
    Answer.FAIL_BEFORE.value: {"fault": "fail-before"},
    Answer.FAIL_AFTER.value: {"fault": "fail-after"},
    Answer.TOO_MANY.value: {"fault": "fail-before", "status": 429, "code": 20429},
    Answer.HANG_TAKEN.value: {"fault": "delay", "seconds": 1.5},
    Reports.TWICE.value: {"fault": "duplicate-callbacks"},
    Reports.EARLY.value: {"fault": "early-callback"},
    Reports.REVERSED.value: {"fault": "reorder-callbacks"},
    Reports.NEVER.value: {"fault": "no-callbacks"},
}
_PHONES = (f"+447700900{number:03d}" for number in count(100))


@dataclass
class Seen:
    """What one text came to, as our side sees it."""

    outcome: str
    listed: list[tuple[str, str]] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def ours() -> Iterator[OurSide]:
    with serving_our_side() as side:
        yield side


@pytest.fixture(scope="module")
def shipped(ours: OurSide) -> Iterator[Carrier]:
    config = config_for(ours.inbound_url)
    with running(config) as base:
        yield Carrier(base, config)


def _at_shipped(carrier: Carrier, ours: OurSide, rule: dict[str, object] | None, to: str) -> Seen:
    carrier.faults(*([{"to": to, **rule}] if rule else []))
    transport = TwilioTransport(TwilioAccount(ACCOUNT, TOKEN, api_url=carrier.base), 0.7)

    def reported() -> list[str]:
        return [hit.fields["MessageStatus"] for hit in ours.hits_on("/sms/status") if hit.fields["To"] == to]

    def listed() -> list[tuple[str, str]]:
        page = transport.list_texts(to)
        assert isinstance(page, Page)
        return [(text.direction, text.status) for text in page.texts]

    outcome = transport.send(OutboundText(to, CLINIC, "You have a visit.", ours.status_url, 600))
    seen = Seen(type(outcome).__name__)
    if rule == _RULES[Reports.EARLY.value]:
        assert reported() != []
    course = (carrier.ledger(phone=to)["messages"] or [{}])[0]
    if course:
        carrier.settled(course["sid"])
        wanted = {"duplicate-callbacks": 4, "no-callbacks": 0}.get(str((rule or {}).get("fault")), 2)
        wait_for(lambda: len(reported()) >= wanted)
    seen.listed, seen.reported = listed(), reported()
    return seen


def _at_ours(fate: Fate, to: str) -> Seen:
    clock, reported = VirtualClock(_NOW), list[str]()

    def report(said: Report) -> bool:
        reported.append(said.status)
        return True

    network = Network(clock, lambda _: fate, report, _nobody)
    url = "https://companion.example/sms/status?token=t"
    outcome = network.send(OutboundText(to, CLINIC, "You have a visit.", url, 600))
    seen = Seen(type(outcome).__name__)
    assert bool(reported) == (fate.reports is Reports.EARLY)
    clock.forward(timedelta(minutes=10))
    network.go_on()
    page = network.list_texts(to)
    assert isinstance(page, Page)
    seen.listed, seen.reported = [(text.direction, text.status) for text in page.texts], reported
    return seen


def _nobody(_: IncomingText) -> WebhookReply | bool | None:
    return None


@pytest.mark.parametrize("outcome", _RULES)
def test_both_carriers_do_the_same(shipped: Carrier, ours: OurSide, outcome: str) -> None:
    to = next(_PHONES)

    assert _at_ours(OUTCOMES[outcome], to) == _at_shipped(shipped, ours, _RULES[outcome], to)


def test_every_outcome_is_held_against_the_shipped_carrier_that_it_can_be_told_of() -> None:
    assert set(OUTCOMES) - set(_RULES) == {Answer.HANG_UNTAKEN.value}


def _world(fate: Fate) -> tuple[Network, list[IncomingText]]:
    taken: list[IncomingText] = []

    def deliver(text: IncomingText) -> WebhookReply | bool | None:
        taken.append(text)
        return False if len(taken) == 1 else WebhookReply("Saved.", "https://companion.example/s?token=r")

    return Network(VirtualClock(_NOW), lambda _: fate, lambda _: True, deliver), taken


def test_a_webhook_that_met_nobody_is_tried_once_more_and_its_answer_is_a_text() -> None:
    network, taken = _world(Fate())

    network.text(AMINA, CLINIC, "hello")

    assert [text.sid for text in taken] == [network.ledger[0].sid] * 2
    assert [(text.direction, text.to, text.token) for text in network.ledger] == [
        ("inbound", CLINIC, None),
        ("outbound-reply", AMINA, "r"),
    ]


def test_after_a_lone_stop_nothing_is_taken_to_that_person_until_a_start() -> None:
    network, _ = _world(Fate())
    text = OutboundText(AMINA, CLINIC, "Hello", "https://companion.example/s?token=a", None)
    to_bo = OutboundText(BO, CLINIC, "Hello", "https://companion.example/s?token=b", None)

    network.text(AMINA, CLINIC, " stop ")
    answers = [type(network.send(one)).__name__ for one in (text, to_bo)]
    network.text(AMINA, CLINIC, "START")

    assert answers == ["Refused", "Accepted"]
    assert type(network.send(text)).__name__ == "Accepted"
    assert next(held.status for held in network.ledger if held.direction == "outbound-reply") == "failed"


def test_a_list_lags_behind_and_comes_in_pages() -> None:
    network, _ = _world(Fate(listed_after=timedelta(seconds=30)))
    network.page_size = 2
    for token in "abc":
        network.send(OutboundText(AMINA, CLINIC, token, f"https://companion.example/s?token={token}", None))

    assert network.list_texts(AMINA) == Page((), None)
    network.clock.forward(timedelta(seconds=30))
    first = network.list_texts(AMINA)
    assert isinstance(first, Page)
    second = network.list_texts(AMINA, first.following)
    assert isinstance(second, Page)
    assert [[text.body for text in page.texts] for page in (first, second)] == [["c", "b"], ["a"]]
    assert second.following is None
