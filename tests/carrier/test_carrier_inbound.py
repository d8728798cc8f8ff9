"""A person texts us: the signed webhook, TwiML replies with action and statusCallback, and our failures."""

from collections.abc import Callable

import pytest
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.messaging_response import MessagingResponse

from tests.carrier.carrier_rig import (
    ACCOUNT,
    CLINIC,
    NEXT_TOKEN,
    OTHER_PATIENT,
    PATIENT,
    TOKEN,
    Carrier,
    Hit,
    OurSide,
    Said,
    twiml,
    wait_for,
)


def signed_with(hit: Hit, token: str) -> bool:
    return bool(RequestValidator(token).validate(hit.url, hit.fields, hit.headers["X-Twilio-Signature"]))


@pytest.mark.parametrize(
    "body",
    [
        "coming",
        "",
        "Ça va très bien, merci € {x}",
        "😀👍🏽",
        "\u202eright to left\u202c مرحبا",
        "a\x00b",
        "a=b&c=d+e%20f",
        "line one\nline two",
        "x" * 1600,
    ],
    ids=["plain", "empty", "accents", "emoji", "right to left", "NUL", "form marks", "two lines", "longest"],
)
def test_an_incoming_text_reaches_us_unchanged_and_signed(carrier: Carrier, ours: OurSide, body: str) -> None:
    receipt = carrier.text(body)
    [hit] = ours.hits
    assert hit.fields["Body"] == body
    assert signed_with(hit, TOKEN)
    assert not signed_with(hit, NEXT_TOKEN)
    assert receipt["webhook_status"] == 200
    assert receipt["alert"] is None


def test_an_incoming_text_carries_twilios_fields(carrier: Carrier, ours: OurSide) -> None:
    sid = carrier.text("hello")["sid"]
    assert ours.hits[0].path == "/sms/inbound"
    assert ours.hits[0].fields == {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "SmsStatus": "received",
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": PATIENT,
        "To": CLINIC,
        "Body": "hello",
        "NumMedia": "0",
        "NumSegments": "1",
    }


def test_a_photo_comes_as_media_with_its_type(carrier: Carrier, ours: OurSide) -> None:
    sid = carrier.text("", media_url="http://127.0.0.1:9/rash.png")["sid"]
    fields = ours.hits[0].fields
    assert sid.startswith("MM")
    assert (fields["NumMedia"], fields["MediaContentType0"]) == ("1", "image/png")
    assert fields["MediaUrl0"] == "http://127.0.0.1:9/rash.png"


def test_a_reply_becomes_a_text_to_whoever_wrote(carrier: Carrier, ours: OurSide, client: Client) -> None:
    ours.answer = lambda _hit: twiml("<Message>Thank you &amp; see you on 3 May.</Message>")
    receipt = carrier.text("coming")
    [reply] = receipt["replies"]
    assert reply["body"] == "Thank you & see you on 3 May."
    assert carrier.settled(reply["sid"])["status"] == "delivered"
    text = client.messages(reply["sid"]).fetch()
    assert (text.direction, text.from_, text.to) == ("outbound-reply", CLINIC, PATIENT)


def test_twilios_own_twiml_is_understood_with_several_messages(carrier: Carrier, ours: OurSide) -> None:
    answer = MessagingResponse()
    answer.message("one <two>")
    answer.message().body("nested & three")
    answer.message("to somebody else", to=OTHER_PATIENT)
    ours.answer = lambda _hit: Said(body=str(answer))
    receipt = carrier.text("list")
    assert [reply["body"] for reply in receipt["replies"]] == [
        "one <two>",
        "nested & three",
        "to somebody else",
    ]
    assert carrier.truth(receipt["replies"][2]["sid"])["to"] == OTHER_PATIENT


def test_action_is_told_once_and_then_the_status_callback(carrier: Carrier, ours: OurSide) -> None:
    action = f'action="{ours.base}/sms/action?token=t"'
    ours.answer = lambda _hit: twiml(f"<Message {action} {ours.callback_attribute}>Noted.</Message>")
    sid = carrier.text("coming")["replies"][0]["sid"]
    wait_for(lambda: ours.statuses(sid) == ["sent", "delivered"])
    [told] = ours.hits_on("/sms/action")
    assert (told.fields["MessageSid"], told.fields["MessageStatus"]) == (sid, "queued")
    assert (told.fields["To"], told.fields["From"], told.fields["AccountSid"]) == (PATIENT, CLINIC, ACCOUNT)
    assert "ErrorCode" not in told.fields
    assert all(signed_with(hit, TOKEN) for hit in ours.hits)
    wait_for(lambda: carrier.truth(sid)["callbacks"] == {"attempted": 3, "succeeded": 3})


@pytest.mark.parametrize(
    ("answer", "code", "reason"),
    [
        (Said(status=500), 11200, "status"),
        (Said(status=404), 11200, "status"),
        (Said(status=302), 11200, "status"),
        (Said(body="<Response><Message>half"), 12100, "document"),
        (Said(body="<Other/>"), 12100, "document"),
        (Said(body="just words"), 12100, "document"),
        (
            Said(body='<!DOCTYPE r [<!ENTITY a "b">]><Response><Message>&a;</Message></Response>'),
            12100,
            "document",
        ),
        (Said(content_type="application/json", body='{"a": 1}'), 12300, "content-type"),
        (Said(body=f"<Response><Message>{'x' * 70_000}</Message></Response>"), 11200, "size"),
        (twiml("<Dial>+12025550188</Dial>"), 12200, "verb"),
        (twiml("<Message>  </Message>"), 14103, "body"),
    ],
    ids=[
        "500",
        "404",
        "redirect",
        "half XML",
        "other XML",
        "no XML",
        "entities",
        "JSON",
        "far too long",
        "unknown verb",
        "empty message",
    ],
)
def test_a_bad_answer_raises_an_alert_and_sends_nothing(
    carrier: Carrier, ours: OurSide, answer: Said, code: int, reason: str
) -> None:
    ours.answer = lambda _hit: answer
    receipt = carrier.text("hello")
    assert receipt["replies"] == []
    assert (receipt["alert"]["code"], receipt["alert"]["reason"]) == (code, reason)
    assert carrier.ledger()["alerts"] == [receipt["alert"]]
    assert [text["direction"] for text in carrier.ledger()["messages"]] == ["inbound"]


@pytest.mark.parametrize(
    "answer",
    [Said(), Said(body=""), Said(status=204, body=""), Said(content_type="text/html; charset=utf-8")],
    ids=["empty response", "nothing", "no content", "as HTML"],
)
def test_answering_with_nothing_is_no_trouble(carrier: Carrier, ours: OurSide, answer: Said) -> None:
    ours.answer = lambda _hit: answer
    receipt = carrier.text("hello")
    assert (receipt["replies"], receipt["alert"]) == ([], None)


def test_plain_text_is_taken_as_one_message(carrier: Carrier, ours: OurSide) -> None:
    ours.answer = lambda _hit: Said(content_type="text/plain", body="as it is <b>")
    assert [reply["body"] for reply in carrier.text("hello")["replies"]] == ["as it is <b>"]


@pytest.mark.parametrize(
    ("message", "code"),
    [('<Message to="12">hello</Message>', 21211), (f"<Message>{'x' * 1601}</Message>", 21617)],
    ids=["no such number", "too long"],
)
def test_a_reply_that_cannot_be_sent_is_recorded_as_failed(
    carrier: Carrier, ours: OurSide, message: str, code: int
) -> None:
    ours.answer = lambda _hit: twiml(message.replace("<Message", f"<Message {ours.callback_attribute}", 1))
    sid = carrier.text("hello")["replies"][0]["sid"]
    truth = carrier.truth(sid)
    assert (truth["status"], truth["error_code"]) == ("failed", code)
    assert [hit.fields.get("ErrorCode") for hit in ours.hits_on("/sms/status")] == [str(code)]


def test_when_nobody_answers_the_text_is_tried_twice_and_an_alert_stays(
    carrier: Carrier, ours: OurSide
) -> None:
    ours.answer = cut_off(ours, times=2)
    receipt = carrier.text("hello")
    assert (receipt["webhook_status"], receipt["alert"]["reason"]) == (None, "connection")
    assert len({hit.fields["MessageSid"] for hit in ours.hits}) == 1
    assert len(ours.hits) == 2


def test_a_retry_after_a_lost_connection_has_the_same_sid_and_its_answer_counts(
    carrier: Carrier, ours: OurSide
) -> None:
    ours.answer = cut_off(ours, times=1, then=twiml("<Message>Noted.</Message>"))
    receipt = carrier.text("hello")
    assert [reply["body"] for reply in receipt["replies"]] == ["Noted."]
    first, second = ours.hits
    assert first.fields == second.fields
    assert first.headers["I-Twilio-Idempotency-Token"] == second.headers["I-Twilio-Idempotency-Token"]


def test_a_repeated_sid_calls_us_again_but_sends_nothing_twice(carrier: Carrier, ours: OurSide) -> None:
    ours.answer = lambda _hit: twiml("<Message>Noted.</Message>")
    first = carrier.text("hello")
    again = carrier.text("hello", sid=first["sid"])
    assert again == first
    assert [hit.fields["MessageSid"] for hit in ours.hits] == [first["sid"]] * 2
    assert [text["direction"] for text in carrier.ledger()["messages"]] == ["inbound", "outbound-reply"]


def test_a_repeat_of_an_unanswered_text_is_acted_on(carrier: Carrier, ours: OurSide) -> None:
    ours.answer = lambda _hit: Said(status=503)
    first = carrier.text("HELP")
    ours.answer = lambda _hit: twiml("<Message>Noted.</Message>")
    again = carrier.text("HELP", sid=first["sid"])
    assert [reply["body"] for reply in again["replies"]] == ["Noted."]
    directions = [text["direction"] for text in carrier.ledger()["messages"]]
    assert directions == ["inbound", "network", "outbound-reply"]


def test_a_sid_of_ones_own_is_kept(carrier: Carrier, ours: OurSide) -> None:
    sid = "SM" + "c" * 32
    assert carrier.text("hello", sid=sid)["sid"] == sid
    assert ours.hits[0].fields["MessageSid"] == sid


def test_a_repeat_with_other_words_is_refused(carrier: Carrier) -> None:
    sid = carrier.text("hello")["sid"]
    other = {"from": PATIENT, "to": CLINIC, "body": "something else", "sid": sid}
    assert carrier.local("POST", "texts", other).status_code == 409


def cut_off(ours: OurSide, times: int, then: Said | None = None) -> Callable[[Hit], Said]:
    """Return an answer that breaks the connection the first `times` times."""

    def answer(_hit: Hit) -> Said:
        if len(ours.hits) <= times:
            raise ConnectionAbortedError
        return then or Said()

    return answer
