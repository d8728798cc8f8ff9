"""The provider's two webhooks: who is believed, what is stored, and what is answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from companion.carrier.signature import sign
from companion.records import DeliveryEvent, OutboundState
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_visit,
    at_once,
    connect,
    inbox_of,
    kinds_of_tasks,
    outbox_of,
    replies_of,
    sweep,
    tasks_of,
    the_patient,
    the_row,
    waiting,
    words_of,
)
from tests.fakes import MONDAY, FrozenClock
from tests.people import ACCOUNT_SID, AMINA, AUTH_TOKEN, CLINIC, STRANGER
from tests.services.test_booking import at
from tests.web.conftest import PUBLIC, Post

INBOUND = "/sms/inbound"
FORM = {
    "AccountSid": ACCOUNT_SID,
    "ApiVersion": "2010-04-01",
    "Body": "CALL ME",
    "From": AMINA,
    "FromCountry": "US",
    "MessageSid": "SM1",
    "NumMedia": "0",
    "NumSegments": "1",
    "SmsMessageSid": "SM1",
    "To": CLINIC,
}


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup)


def said(xml: str) -> list[str]:
    """Return the texts that a TwiML answer sends."""
    return ["".join(message.itertext()) for message in ET.fromstring(xml)]


def test_more_after_visit_brings_getting_ready_and_a_repeated_webhook_the_same_text(
    setup: Setup, patient: int, post: Post
) -> None:
    a_visit(setup, patient, kind="lumbar-puncture")
    _, last = (r.item.text for r in setup.catalogue.ready if "lumbar-puncture" in r.types)
    words = iter(["VISIT", "MORE", "MORE", "MORE"])
    forms = [{**FORM, "Body": word, "MessageSid": f"SM{n}"} for n, word in enumerate(words)]

    answers = [said(post(INBOUND, form).text) for form in (forms[0], forms[1], forms[1], forms[2])]

    assert answers[1:] == [[last], [last], [words_of(setup, "visit.no-more")]]


@dataclass(frozen=True)
class Case:
    """One request and all that comes of it; `form` is what differs from an ordinary text."""

    form: dict[str, str | None] = field(default_factory=dict)
    signature: str | None = None
    token: str = "token-of-the-test"
    status: int = 200
    stored: int = 1
    #: Catalogue id of the answer.
    answer: str | None = "call-me.passed-on"
    tasks: tuple[str, ...] = ("call-me",)


CASES = {
    "a good request": Case(),
    "signed with the older token": Case(token="older-token"),
    "a wrong signature": Case(signature="AAAA", status=403, stored=0, answer=None, tasks=()),
    "no signature": Case(signature="", status=403, stored=0, answer=None, tasks=()),
    "signed with a foreign token": Case(token="foreign", status=403, stored=0, answer=None, tasks=()),
    "another account, rightly signed": Case(
        {"AccountSid": "AC" + "f" * 32}, status=403, stored=0, answer=None, tasks=()
    ),
    "fields nobody knows": Case({"NewField": "1", "OptOutType": ""}),
    "no body": Case({"Body": None}, answer="not-understood", tasks=()),
    "an empty body": Case({"Body": ""}, answer="not-understood", tasks=()),
    "a picture": Case(
        {"Body": "", "NumMedia": "1", "MediaUrl0": "https://example.com/p.jpg"},
        answer="not-understood",
        tasks=(),
    ),
    "a red flag": Case({"Body": "I have a fever"}, answer="urgent", tasks=("urgent",)),
    "a stranger": Case({"From": STRANGER}, answer="unknown-number", tasks=()),
    "a stranger with a red flag": Case(
        {"From": STRANGER, "Body": "fever"}, answer="urgent", tasks=("urgent",)
    ),
    "a sender with a name": Case({"From": "NHSnoreply"}, answer=None, tasks=()),
    "a short code": Case({"From": "85258"}, answer=None, tasks=()),
    "to a number that is no clinic's": Case({"To": "+12025550177"}, answer=None, tasks=()),
    "to nobody": Case({"To": None}, answer=None, tasks=()),
    "a lone stop": Case({"Body": "STOP"}, answer=None, tasks=()),
    "thanks": Case({"Body": "thank you"}, answer=None, tasks=()),
    "nothing readable in the media count": Case({"NumMedia": "many"}),
    "no message id": Case({"MessageSid": None}, status=400, stored=0, answer=None, tasks=()),
    "a message id without end": Case({"MessageSid": "S" * 65}, status=400, stored=0, answer=None, tasks=()),
    "no sender": Case({"From": None}, status=400, stored=0, answer=None, tasks=()),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_text_that_arrives(setup: Setup, patient: int, post: Post, case: Case) -> None:
    form = {name: value for name, value in {**FORM, **case.form}.items() if value is not None}

    answer = post(INBOUND, form, token=case.token, signature=case.signature)

    assert answer.status_code == case.status
    assert len(inbox_of(setup)) == case.stored
    assert [kind for kind, _ in kinds_of_tasks(setup)] == list(case.tasks)
    if case.status == 200:
        assert answer.content_type == "text/xml; charset=utf-8"
        assert said(answer.text) == ([words_of(setup, case.answer)] if case.answer else [])
    if case.stored == 0:
        assert replies_of(setup) == []


def test_the_answer_reports_to_the_rows_own_address(setup: Setup, patient: int, post: Post) -> None:
    (message,) = ET.fromstring(post(INBOUND, FORM).text)

    address = f"{PUBLIC}/sms/status?token={replies_of(setup)[0].token}"
    assert message.attrib == {"action": address, "method": "POST", "statusCallback": address}


def test_the_host_a_request_claims_to_come_for_decides_nothing(
    setup: Setup, patient: int, post: Post
) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}

    answer = post(INBOUND, FORM, headers=headers)

    assert answer.status_code == 200
    assert "evil.example" not in answer.text


def test_a_signature_for_the_host_a_request_claims_is_refused(
    setup: Setup, patient: int, client: FlaskClient
) -> None:
    forged = sign("https://evil.example" + INBOUND, FORM, AUTH_TOKEN)
    answer = client.post(INBOUND, data=FORM, headers={"X-Twilio-Signature": forged, "Host": "evil.example"})

    assert answer.status_code == 403
    assert inbox_of(setup) == []


def test_a_refused_request_is_told_nothing(setup: Setup, patient: int, post: Post) -> None:
    answer = post(INBOUND, FORM, signature="AAAA")

    assert "token-of-the-test" not in answer.text
    assert AMINA not in answer.text


@pytest.mark.parametrize("way", ["one after another", "at once"])
def test_the_same_text_five_times_has_one_effect_and_one_answer(
    setup: Setup, patient: int, post: Post, way: str
) -> None:
    connect(setup, 5)
    calls: list[Callable[[], str]] = [lambda: post(INBOUND, FORM).text] * 5

    answers = at_once(*calls) if way == "at once" else [call() for call in calls]

    assert {tuple(said(answer)) for answer in answers} == {(words_of(setup, "call-me.passed-on"),)}
    assert len(set(answers)) == 1
    assert (len(inbox_of(setup)), len(replies_of(setup)), len(tasks_of(setup))) == (1, 1, 1)


def test_a_picture_is_counted_and_nothing_of_it_is_kept(setup: Setup, patient: int, post: Post) -> None:
    url = "https://api.twilio.com/media/ME123"
    post(
        INBOUND,
        {**FORM, "Body": "look", "NumMedia": "1", "MediaUrl0": url, "MediaContentType0": "image/jpeg"},
    )

    (text,) = inbox_of(setup)
    assert (text.media_count, text.body) == (1, "look")
    assert url not in str(text.model_dump())


def test_a_sender_is_found_however_the_number_is_written(setup: Setup, patient: int, post: Post) -> None:
    post(INBOUND, {**FORM, "From": "+1 (202) 555-0101", "To": "+1 202 555 0100"})

    assert inbox_of(setup)[0].patient_id == patient


@pytest.mark.parametrize("body", ["a\x00b", "😀 مرحبا", "x" * 1600, "line\nline", "&<>\"'"])
def test_any_body_comes_through_the_form_unchanged(setup: Setup, patient: int, post: Post, body: str) -> None:
    assert post(INBOUND, {**FORM, "Body": body}).status_code == 200

    assert inbox_of(setup)[0].body == body


def test_a_body_that_is_not_utf8_is_kept_as_far_as_it_can_be_read(
    setup: Setup, patient: int, client: FlaskClient
) -> None:
    """It cannot be signed rightly, so it is refused and nothing breaks."""
    answer = client.post(
        INBOUND,
        data=b"MessageSid=SM1&From=%2B12025550101&Body=%ff%fe",
        headers={"X-Twilio-Signature": "AAAA", "Content-Type": "application/x-www-form-urlencoded"},
    )

    assert answer.status_code == 403


def test_a_request_larger_than_any_text_is_refused_unread(setup: Setup, patient: int, post: Post) -> None:
    assert post(INBOUND, {**FORM, "Body": "x" * 70_000}).status_code == 413
    assert inbox_of(setup) == []


@pytest.mark.parametrize("path", [INBOUND, "/sms/status"])
@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_a_post_is_taken(client: FlaskClient, path: str, method: str) -> None:
    assert getattr(client, method)(path).status_code == 405


def test_an_address_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    assert client.post("/sms/other").status_code == 404
    assert client.get("/").status_code == 404


# ---- Delivery reports ----


def report(post: Post, token: str, status: str, sid: str = "SM9", **more: str) -> int:
    form = {"AccountSid": ACCOUNT_SID, "MessageSid": sid, "MessageStatus": status, **more}
    answer = post(f"/sms/status?token={token}", form)
    assert answer.content_type == "text/xml; charset=utf-8"
    assert said(answer.text) == []
    return answer.status_code


@pytest.fixture
def sent(setup: Setup, patient: int) -> int:
    a_visit(setup, patient)
    sweep(setup, at("03-09 10:00"))
    return outbox_of(setup)[0].id or 0


def test_a_report_moves_the_text_its_token_names(setup: Setup, sent: int, post: Post) -> None:
    token = the_row(setup, sent).token

    assert [report(post, token, status) for status in ("sent", "delivered", "delivered")] == [200] * 3

    assert the_row(setup, sent).state == OutboundState.DELIVERED


def test_a_failed_report_keeps_its_code_and_raises_a_task(setup: Setup, sent: int, post: Post) -> None:
    report(post, the_row(setup, sent).token, "undelivered", ErrorCode="30036")

    assert (the_row(setup, sent).state, the_row(setup, sent).error_code) == ("undelivered", 30036)
    assert kinds_of_tasks(setup) == [("not-delivered", "today")]


def test_a_report_of_an_opt_out_stops_the_person(setup: Setup, sent: int, patient: int, post: Post) -> None:
    report(post, the_row(setup, sent).token, "failed", ErrorCode="21610")

    assert the_patient(setup, patient).state == "stopped"
    assert waiting(setup, patient) == []


@pytest.mark.parametrize("token", ["", "guessed", "a" * 500, "%00", "' OR 1=1 --"])
def test_a_report_for_a_token_nobody_knows_is_taken_and_changes_nothing(
    setup: Setup, sent: int, post: Post, token: str
) -> None:
    assert report(post, token, "delivered") == 200

    assert the_row(setup, sent).state == OutboundState.ACCEPTED
    with setup.database.reading() as session:
        assert session.exec(select(DeliveryEvent)).all() == []


@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_a_report_that_is_not_signed_changes_nothing(
    setup: Setup, sent: int, post: Post, signature: str
) -> None:
    form = {"AccountSid": ACCOUNT_SID, "MessageSid": "SM9", "MessageStatus": "delivered"}
    path = f"/sms/status?token={the_row(setup, sent).token}"

    assert post(path, form, signature=signature).status_code == 403
    assert the_row(setup, sent).state == OutboundState.ACCEPTED


def test_a_report_signed_for_one_token_does_not_pass_for_another(
    setup: Setup, sent: int, client: FlaskClient
) -> None:
    form = {"AccountSid": ACCOUNT_SID, "MessageSid": "SM9", "MessageStatus": "delivered"}
    signature = sign(f"{PUBLIC}/sms/status?token=other", form, AUTH_TOKEN)
    answer = client.post(
        f"/sms/status?token={the_row(setup, sent).token}",
        data=form,
        headers={"X-Twilio-Signature": signature},
    )

    assert answer.status_code == 403
    assert the_row(setup, sent).state == OutboundState.ACCEPTED


def test_a_report_with_nothing_in_it_is_taken(setup: Setup, sent: int, post: Post) -> None:
    answer = post(f"/sms/status?token={the_row(setup, sent).token}", {"AccountSid": ACCOUNT_SID})

    assert answer.status_code == 200
    assert the_row(setup, sent).state == OutboundState.ACCEPTED


def test_the_answer_a_webhook_gave_is_settled_by_its_report(
    setup: Setup, patient: int, post: Post, clock: FrozenClock
) -> None:
    post(INBOUND, FORM)
    (row,) = replies_of(setup)

    report(post, row.token, "sent", sid="SM77")
    clock.forward(minutes=5)
    sweep(setup, clock.now)

    found = replies_of(setup)[0]
    assert (found.state, found.sid) == ("sent", "SM77")


def test_the_answer_a_webhook_gave_is_unknown_when_no_report_comes(
    setup: Setup, patient: int, post: Post
) -> None:
    post(INBOUND, FORM)

    sweep(setup, MONDAY + timedelta(minutes=5))

    (row,) = replies_of(setup)
    assert row.state == OutboundState.UNKNOWN
    assert row.ask_at is not None, "the provider is asked about it"
