"""The control under /local/: who is on the network, people's texts, the ledger, and who may use it."""

import pytest
import requests

from tests.carrier.carrier_rig import ACCOUNT, CLINIC, OTHER_PATIENT, PATIENT, TOKEN, Carrier, OurSide


def test_people_and_numbers_are_kept_in_one_form(carrier: Carrier) -> None:
    people = [
        {"name": " Maya ", "phone": "+1 202-555-0123"},
        {"name": "Tom", "phone": OTHER_PATIENT, "note": "n"},
    ]
    assert carrier.local("PUT", "people", people).status_code == 200
    assert carrier.local("GET", "people").json() == [
        {"name": "Maya", "phone": PATIENT, "note": "", "zone": "Europe/London"},
        {"name": "Tom", "phone": OTHER_PATIENT, "note": "n", "zone": "Europe/London"},
    ]
    carrier.local("PUT", "numbers", [{"name": "Elm Street", "phone": CLINIC}])
    assert carrier.local("GET", "numbers").json() == [{"name": "Elm Street", "phone": CLINIC}]


@pytest.mark.parametrize(
    "people",
    [
        {},
        [{"name": "Maya"}],
        [{"name": "", "phone": PATIENT}],
        [{"name": "Maya", "phone": "12"}],
        [{"name": 5, "phone": PATIENT}],
        [{"name": "Maya", "phone": PATIENT, "zone": "Mars/Olympus"}],
        [{"name": "Maya", "phone": PATIENT, "zone": "../../etc/passwd"}],
        [{"name": "Maya", "phone": PATIENT, "age": "40"}],
        ["Maya"],
    ],
    ids=["object", "no phone", "no name", "bad phone", "number", "zone", "path as zone", "extra", "text"],
)
def test_a_bad_list_of_people_changes_nothing(carrier: Carrier, people: object) -> None:
    carrier.local("PUT", "people", [{"name": "Tom", "phone": OTHER_PATIENT}])
    answer = carrier.local("PUT", "people", people)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    assert [person["name"] for person in carrier.local("GET", "people").json()] == ["Tom"]


@pytest.mark.parametrize(
    "change",
    [
        {"from": "12"},
        {"from": None},
        {"to": "nowhere"},
        {"body": None},
        {"body": 5},
        {"body": "x" * 1601},
        {"sid": "SM1"},
        {"media_url": "cat.png"},
        {"colour": "red"},
    ],
    ids=["from", "no from", "to", "no body", "number as body", "too long", "sid", "media", "extra"],
)
def test_a_text_that_cannot_be_used_is_refused(
    carrier: Carrier, ours: OurSide, change: dict[str, object]
) -> None:
    text = {"from": PATIENT, "to": CLINIC, "body": "hello"} | change
    answer = carrier.local("POST", "texts", text)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert (ours.hits, carrier.ledger()["messages"]) == ([], [])


def test_half_a_character_is_replaced_and_not_passed_on(carrier: Carrier, ours: OurSide) -> None:
    url = f"{carrier.base}/local/texts"
    body = '{"from": "%s", "to": "%s", "body": "a\\ud83d b"}' % (PATIENT, CLINIC)  # noqa: UP031 - has braces
    assert requests.post(url, data=body, timeout=10).status_code == 200
    assert ours.hits[0].fields["Body"] == "a\ufffd b"


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"\xff"], ids=["nothing", "half", "null", "no text"])
def test_a_body_that_is_no_json_is_refused(carrier: Carrier, body: bytes) -> None:
    answer = requests.post(f"{carrier.base}/local/texts", data=body, timeout=10)
    assert (answer.status_code, answer.json().keys()) == (400, {"error"})


def test_the_ledger_holds_everything_in_order_and_by_phone(carrier: Carrier) -> None:
    carrier.text("HELP")
    carrier.text("hello", sender=OTHER_PATIENT)
    sent = carrier.client().messages.create(to=PATIENT, from_=CLINIC, body="your visit").sid or ""
    carrier.settled(sent)
    texts = carrier.ledger()["messages"]
    assert [text["direction"] for text in texts] == ["inbound", "network", "inbound", "outbound-api"]
    assert [text["created_at"] for text in texts] == sorted(text["created_at"] for text in texts)
    assert [text["from"] for text in carrier.ledger(phone=OTHER_PATIENT)["messages"]] == [OTHER_PATIENT]
    truth = carrier.truth(sent)
    assert [status for status, _ in truth["history"]] == ["queued", "sent", "delivered"]
    assert (truth["from"], truth["to"], truth["body"]) == (CLINIC, PATIENT, "your visit")


def test_a_ledger_of_no_phone_is_refused(carrier: Carrier) -> None:
    assert carrier.local("GET", "ledger", phone="nobody").status_code == 400


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"Host": "evil.example"}, 403),
        ("GET", {"Host": "127.0.0.1.evil.example"}, 403),
        ("GET", {"Host": "[::1"}, 403),
        ("PUT", {"Origin": "http://evil.example"}, 403),
        ("PUT", {"Origin": "null"}, 403),
        ("PUT", {"Origin": "http://["}, 403),
        ("PUT", {"Origin": "http://127.0.0.1:1"}, 403),
        ("GET", {"Host": "localhost:1234"}, 200),
        ("GET", {"Origin": "http://evil.example"}, 200),
        ("PUT", {}, 200),
    ],
    ids=[
        "a foreign name",
        "a name like ours",
        "broken name",
        "foreign page",
        "page without origin",
        "broken origin",
        "other port",
        "localhost",
        "reading",
        "no browser",
    ],
)
def test_a_page_from_elsewhere_can_change_nothing(
    carrier: Carrier, method: str, headers: dict[str, str], status: int
) -> None:
    answer = requests.request(method, f"{carrier.base}/local/people", data="[]", headers=headers, timeout=10)
    assert answer.status_code == status


def test_the_api_too_answers_only_by_a_loopback_name(carrier: Carrier) -> None:
    url = f"{carrier.base}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    answer = requests.get(url, auth=(ACCOUNT, TOKEN), headers={"Host": "evil.example"}, timeout=10)
    assert answer.status_code == 403
