"""The phone page as a browser without scripts uses it: links, forms, redirects, words for what went wrong."""

import html
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.carrier.carrier_rig import (
    CLINIC,
    OTHER_CLINIC,
    OTHER_PATIENT,
    PATIENT,
    TEMPLATES,
    Carrier,
    FakeWorker,
    OurSide,
    Said,
    twiml,
    wait_for,
)

PEOPLE = [
    {"name": "Maya Okafor", "phone": PATIENT, "note": "in New York", "zone": "America/New_York"},
    {"name": "Tom Reilly", "phone": OTHER_PATIENT},
]
NUMBERS = [{"name": "Elm Street Clinic", "phone": CLINIC}, {"name": "Harbour Unit", "phone": OTHER_CLINIC}]


@pytest.fixture
def demo(carrier: Carrier) -> Carrier:
    carrier.local("PUT", "people", PEOPLE)
    carrier.local("PUT", "numbers", NUMBERS)
    carrier.local("POST", "clock", {"to": "2050-07-01T12:00:00Z"}, wait="1")
    return carrier


def look(carrier: Carrier, **choice: str) -> str:
    answer = requests.get(f"{carrier.base}/phone/", params=choice, timeout=10)
    assert answer.status_code == 200
    return answer.text


def words(page: str) -> str:
    """Return the page as it is read: no tags, single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def post(carrier: Carrier, path: str, **fields: str) -> requests.Response:
    fields = {"as": PATIENT, "number": CLINIC} | fields
    return requests.post(f"{carrier.base}/phone/{path}", data=fields, timeout=30, allow_redirects=False)


def test_the_root_leads_to_the_phone(carrier: Carrier) -> None:
    answer = requests.get(f"{carrier.base}/", timeout=10)
    assert urlsplit(answer.url).path == "/phone/"
    assert "No text here reaches a real phone." in words(answer.text)


def test_an_empty_network_says_how_to_begin(carrier: Carrier) -> None:
    page = words(look(carrier))
    assert "There are no demonstration people yet. Type any number to be that phone." in page
    assert "Choose a person or type a number to see their texts." in page


def test_without_a_choice_it_is_the_first_persons_phone(demo: Carrier) -> None:
    page = look(demo)
    assert re.search(r'<h2 id="phone-title">Maya Okafor</h2>', page)
    assert "texting with Elm Street Clinic (+12025550100)" in words(page)
    assert "No texts yet." in words(page)


@pytest.mark.parametrize("link", ["%2B447700900456", "+447700900456"], ids=["escaped", "bare plus"])
def test_a_link_opens_one_persons_phone(demo: Carrier, link: str) -> None:
    page = requests.get(f"{demo.base}/phone/?as={link}", timeout=10).text
    assert '<h2 id="phone-title">Tom Reilly</h2>' in page


def test_a_number_nobody_has_is_a_phone_too(demo: Carrier) -> None:
    page = look(demo, **{"as": "+1 202 555 0199"})
    assert '<h2 id="phone-title">+12025550199</h2>' in page


def test_a_bad_number_is_said_on_the_page_and_kept(demo: Carrier) -> None:
    answer = requests.get(f"{demo.base}/phone/", params={"as": '0770"><b>'}, timeout=10)
    assert answer.status_code == 400
    assert "That is not a whole phone number." in words(answer.text)
    assert 'value="0770&#34;&gt;&lt;b&gt;"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<b>" not in answer.text


def test_a_text_is_sent_by_a_plain_form_and_answered_by_a_redirect(demo: Carrier, ours: OurSide) -> None:
    ours.answer = lambda _hit: twiml("<Message>Thank you, Maya.</Message>")
    answer = post(demo, "texts", body="coming\r\nsoon")
    assert answer.status_code == 303
    assert ours.hits[0].fields["Body"] == "coming\nsoon"
    target = urlsplit(answer.headers["Location"])
    assert parse_qs(target.query) == {"as": [PATIENT], "number": [CLINIC]}
    wait_for(lambda: "Delivered" in look(demo))
    page = requests.get(f"{demo.base}{answer.headers['Location']}", timeout=10).text
    read = words(page)
    assert read.index("coming soon") < read.index("Thank you, Maya.")
    assert "08:00 Seen by the companion" in read
    assert "Friday 1 July 2050" in read
    assert "Show new texts" in read


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"body": "  \n"}, "Write something before you send it."),
        ({"body": "x" * 1601}, "That is too long for one text."),
        ({"as": "0770", "body": "my words"}, "That is not a whole phone number."),
    ],
    ids=["empty", "too long", "bad number"],
)
def test_a_mistake_loses_nothing_that_was_typed(
    demo: Carrier, ours: OurSide, fields: dict[str, str], said: str
) -> None:
    answer = post(demo, "texts", **fields)
    assert answer.status_code == 400
    assert said in words(answer.text)
    assert fields["body"].strip() in answer.text
    assert ours.hits == []


def test_without_a_clinic_there_is_nobody_to_text(carrier: Carrier) -> None:
    answer = post(carrier, "texts", number="", body="hello")
    assert answer.status_code == 400
    assert "There is no clinic to text yet." in words(answer.text)


def test_a_number_that_texted_the_phone_can_be_answered(carrier: Carrier) -> None:
    carrier.client().messages.create(to=PATIENT, from_=OTHER_CLINIC, body="hello from us")
    page = words(look(carrier, **{"as": PATIENT}))
    assert f"texting with {OTHER_CLINIC}" in page
    assert "hello from us" in page


def test_conversations_with_two_clinics_are_kept_apart(demo: Carrier) -> None:
    client = demo.client()
    client.messages.create(to=PATIENT, from_=CLINIC, body="from Elm Street")
    client.messages.create(to=PATIENT, from_=OTHER_CLINIC, body="from Harbour")
    client.messages.create(to=OTHER_PATIENT, from_=CLINIC, body="for Tom")
    page = words(look(demo, **{"as": PATIENT, "number": OTHER_CLINIC}))
    assert "from Harbour" in page
    assert "from Elm Street" not in page
    assert "for Tom" not in page


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7 * 7 }}{% raw %}",
        "</textarea><b>bold</b>",
        "\u202eevil\u202c 😀 \x00 end",
        "w" * 1600,
    ],
    ids=["script", "image", "template", "tags", "right to left", "one long word"],
)
def test_hostile_words_are_shown_as_words(demo: Carrier, body: str) -> None:
    demo.text(body)
    demo.local(
        "PUT", "people", [{"name": body[:80].replace("\x00", ""), "phone": PATIENT, "note": body[:50]}]
    )
    page = look(demo)
    assert html.escape(body, quote=True).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") in page
    assert "<script>alert" not in page
    assert "<img" not in page


def test_what_was_typed_is_escaped_when_it_comes_back(demo: Carrier) -> None:
    answer = post(demo, "texts", body="</textarea><script>alert(1)</script>" + "x" * 1600)
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("code", "said"),
    [(30003, "the phone is switched off or out of reach"), (30099, "the network gave no reason")],
    ids=["known", "unknown"],
)
def test_an_undelivered_text_says_why(demo: Carrier, code: int, said: str) -> None:
    demo.faults({"to": PATIENT, "fault": "undelivered", "code": code})
    demo.settled(demo.client().messages.create(to=PATIENT, from_=CLINIC, body="lost").sid or "")
    assert f"Not delivered: {said}" in words(look(demo))


def test_a_blocked_phone_says_how_to_unblock_it(demo: Carrier) -> None:
    said = "The network is blocking texts to this phone. Text START to allow them."
    assert said not in words(look(demo))
    post(demo, "texts", body="STOP")
    assert said in words(look(demo))
    assert said not in words(look(demo, **{"as": PATIENT, "number": OTHER_CLINIC}))
    post(demo, "texts", body="START")
    assert said not in words(look(demo))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Said(status=500), "The companion did not answer: it reported an error (500)."),
        (Said(body="<oops"), "The companion answered, but its answer could not be read."),
        (
            Said(content_type="image/png"),
            "The companion answered, but its answer was not of a kind the network",
        ),
    ],
    ids=["500", "unreadable", "wrong kind"],
)
def test_trouble_is_told_in_words(demo: Carrier, ours: OurSide, answer: Said, said: str) -> None:
    assert "None. The companion has answered every text." in words(look(demo))
    ours.answer = lambda _hit: answer
    assert post(demo, "texts", body="hello").status_code == 303
    page = words(look(demo))
    assert said in page
    assert "Friday 1 July 2050, 08:00" in page


def test_an_unanswered_text_is_marked(demo: Carrier, ours: OurSide) -> None:
    ours.answer = lambda _hit: Said(status=503)
    post(demo, "texts", body="hello")
    assert "Not seen: the companion did not answer" in words(look(demo))


def test_a_photo_is_shown_as_one_and_never_fetched(demo: Carrier) -> None:
    demo.text("", media_url="http://127.0.0.1:1/rash.png")
    page = look(demo)
    assert '<p class="photo">Photo</p>' in page
    assert "rash.png" not in page


def test_the_clock_is_shown_in_the_phones_own_zone(demo: Carrier) -> None:
    assert "Friday 1 July 2050 08:00 Time in New York" in words(look(demo))
    assert "Friday 1 July 2050 13:00 Time in London" in words(look(demo, **{"as": OTHER_PATIENT}))


@pytest.mark.parametrize(
    ("step", "shown"),
    [("hour", "1 July 2050 09:00"), ("day", "2 July 2050 08:00"), ("next", "4 July 2050 06:00")],
)
def test_the_clocks_buttons_move_it(demo: Carrier, step: str, shown: str) -> None:
    with FakeWorker(demo, [datetime(2050, 7, 4, 10, tzinfo=UTC)]):
        assert "Next message: Monday 4 July 2050, 06:00" in words(look(demo))
        assert post(demo, "clock", forward=step).status_code == 303
        wait_for(lambda: f"{shown} Time in New York" in words(look(demo)))


def test_moving_to_the_next_message_without_one_is_said(demo: Carrier) -> None:
    answer = post(demo, "clock", forward="next")
    assert answer.status_code == 400
    assert "Nothing is waiting to be sent" in words(answer.text)


def test_an_unknown_step_is_refused(demo: Carrier) -> None:
    assert post(demo, "clock", forward="year").status_code == 400


def test_a_moving_clock_says_so_and_takes_no_second_jump(demo: Carrier) -> None:
    demo.local("PUT", "sweep", {"as_of": "2050-07-01T12:00:00Z", "next_due": "2050-07-01T13:00:00Z"})
    post(demo, "clock", forward="day")
    assert "The clock is moving." in words(look(demo))
    assert "The clock is already moving." in words(post(demo, "clock", forward="day").text)


def test_a_clock_that_stopped_early_says_so(impatient: Carrier) -> None:
    impatient.local("PUT", "sweep", {"as_of": "2050-07-01T12:00:00Z", "next_due": "2050-07-01T13:00:00Z"})
    impatient.local("POST", "clock", {"to": "2051-01-01T00:00:00Z"}, wait="1")
    assert "The clock stopped early" in words(look(impatient))


def test_the_page_asks_nothing_of_other_hosts_and_has_no_inline_code(demo: Carrier) -> None:
    answer = requests.get(f"{demo.base}/phone/", timeout=10)
    policy = answer.headers["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert part in policy.split("; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    sources = re.findall(r'(?:src|href|action)="([^"]+)"', answer.text)
    assert {source.split("?")[0] for source in sources} == {
        "data:,",
        "/phone/",
        "/phone/texts",
        "/phone/clock",
        "/phone/static/phone.css",
        "/phone/static/phone.js",
    }
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>", answer.text)
    for name, kind in (("phone.css", "text/css"), ("phone.js", "javascript")):
        file = requests.get(f"{demo.base}/phone/static/{name}", timeout=10)
        assert kind in file.headers["Content-Type"]
        assert "http:" not in file.text
        assert "https:" not in file.text


def test_every_field_has_a_label_and_every_status_is_announced(demo: Carrier) -> None:
    page = look(demo)
    labelled = set(re.findall(r'<label for="([^"]+)"', page))
    fields = re.findall(r"<(?:select|textarea|input)\b[^>]*>", page)
    shown = [field for field in fields if 'type="hidden"' not in field]
    assert {re.search(r'id="([^"]+)"', field)[1] for field in shown} == labelled  # type: ignore[index]
    described = {name for names in re.findall(r'aria-describedby="([^"]+)"', page) for name in names.split()}
    assert described == {"typed-hint", "compose-mistake", "body-hint"}
    assert described <= set(re.findall(r'\sid="([^"]+)"', page))
    assert 'role="log" aria-live="polite"' in page
    assert page.count("<h1>") == 1


def test_only_the_latest_texts_are_shown_of_a_long_conversation(demo: Carrier) -> None:
    client = demo.client()
    for number in range(205):
        client.messages.create(to=PATIENT, from_=CLINIC, body=f"text number {number};")
    page = words(look(demo))
    assert "Earlier texts are not shown." in page
    assert "text number 204;" in page
    assert "text number 5;" in page
    assert "text number 4;" not in page


def test_the_words_of_every_error_code_and_reason_are_in_the_templates() -> None:
    said = (TEMPLATES / "pages" / "phone" / "words.html").read_text("utf-8")
    for word in (
        "21211",
        "21610",
        "21614",
        "30003",
        "30005",
        "connection",
        "timeout",
        "document",
        "verb",
        "size",
    ):
        assert word in said
