"""What the carrier does by itself when a lone word is one of its own: stop, start and help."""

import tomllib

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from companion.carrier.keywords import keyword_kind
from tests.carrier.carrier_rig import (
    CLINIC,
    OTHER_CLINIC,
    OTHER_PATIENT,
    PATIENT,
    TEMPLATES,
    Carrier,
    OurSide,
    twiml,
)

WORDING = tomllib.loads((TEMPLATES / "pages" / "phone" / "network.toml").read_text("utf-8"))


def is_blocked(client: Client, to: str = PATIENT, sender: str = CLINIC) -> bool:
    try:
        client.messages.create(to=to, from_=sender, body="are you there?")
    except TwilioRestException as error:
        if (error.status, error.code) == (400, 21610):
            return True
        raise
    return False


def network_says(carrier: Carrier) -> list[str]:
    return [text["body"] for text in carrier.ledger()["messages"] if text["direction"] == "network"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *[
            (word, "stop")
            for word in ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]
        ],
        *[(word, "start") for word in ["START", "YES", "UNSTOP"]],
        *[(word, "help") for word in ["HELP", "INFO"]],
        ("stop", "stop"),
        ("  Stop \n", "stop"),
        ("\tyEs", "start"),
        ("STOP PLEASE", None),
        ("please stop", None),
        ("STOP.", None),
        ("opt out", None),
        ("stopp", None),
        ("ſtop", None),
        ("ＳＴＯＰ", None),
        ("", None),
        ("start again", None),
        ("helpful", None),
    ],
)
def test_only_a_lone_word_is_the_carriers(text: str, kind: str | None) -> None:
    assert keyword_kind(text) == kind


def test_a_lone_stop_blocks_until_start(carrier: Carrier, client: Client) -> None:
    carrier.text(" stop ")
    assert is_blocked(client)
    carrier.text("thanks")
    assert is_blocked(client)
    carrier.text("Start")
    assert not is_blocked(client)


def test_stop_please_blocks_nothing(carrier: Carrier, client: Client) -> None:
    carrier.text("STOP PLEASE")
    assert not is_blocked(client)
    assert network_says(carrier) == []


def test_a_block_is_for_one_pair_of_numbers(carrier: Carrier, client: Client) -> None:
    carrier.text("STOP")
    assert is_blocked(client)
    assert not is_blocked(client, sender=OTHER_CLINIC)
    assert not is_blocked(client, to=OTHER_PATIENT)


def test_a_service_is_blocked_by_the_number_it_would_send_from(carrier: Carrier, client: Client) -> None:
    carrier.local("PUT", "numbers", [{"name": "Elm Street", "phone": CLINIC}])
    carrier.text("STOP")
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=PATIENT, messaging_service_sid="MG" + "a" * 32, body="x")
    assert caught.value.code == 21610


def test_stop_and_start_are_answered_only_when_they_change_something(carrier: Carrier) -> None:
    for word in ["START", "STOP", "CANCEL", "UNSTOP", "YES"]:
        carrier.text(word)
    assert network_says(carrier) == [WORDING["stop"], WORDING["start"]]


def test_help_is_always_answered(carrier: Carrier) -> None:
    carrier.text("help")
    carrier.text("INFO")
    assert network_says(carrier) == [WORDING["help"]] * 2


@pytest.mark.parametrize("word", ["STOP", "START", "HELP"])
def test_we_are_told_of_the_carriers_words_too(carrier: Carrier, ours: OurSide, word: str) -> None:
    carrier.text(word)
    assert [hit.fields["Body"] for hit in ours.hits] == [word]


def test_a_reply_to_stop_is_not_accepted_and_we_are_told_why(carrier: Carrier, ours: OurSide) -> None:
    attributes = f'action="{ours.base}/sms/action" {ours.callback_attribute}'
    ours.answer = lambda _hit: twiml(f"<Message {attributes}>Sorry to see you go.</Message>")
    sid = carrier.text("STOP")["replies"][0]["sid"]
    truth = carrier.truth(sid)
    assert (truth["status"], truth["error_code"]) == ("failed", 21610)
    for path in ("/sms/action", "/sms/status"):
        [hit] = ours.hits_on(path)
        told = (hit.fields["MessageSid"], hit.fields["MessageStatus"], hit.fields["ErrorCode"])
        assert told == (sid, "failed", "21610")


def test_a_reply_to_start_is_delivered(carrier: Carrier, ours: OurSide) -> None:
    carrier.text("STOP")
    ours.answer = lambda _hit: twiml("<Message>Welcome back.</Message>")
    sid = carrier.text("START")["replies"][0]["sid"]
    assert carrier.settled(sid)["status"] == "delivered"
