"""The phone page in a real browser: by keyboard alone, live, narrow, and with JavaScript off."""

from datetime import UTC, datetime
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, Visiting
from tests.carrier.carrier_rig import (
    CLINIC,
    PATIENT,
    Carrier,
    FakeWorker,
    Hit,
    OurSide,
    Said,
    twiml,
    wait_for,
)

pytestmark = pytest.mark.xdist_group("browser")

_THANKS = twiml("<Message>Thank you. See you then.</Message>")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    pytest.fail(f"Tab does not reach {selector}")


def button(words: str) -> str:
    return f'button:has-text("{words}")'


def stay(page: Page) -> None:
    """Mark the page, so that a reload shows."""
    page.evaluate("window.stayed = true")


def stayed(page: Page) -> bool:
    return bool(page.evaluate("window.stayed === true"))


def press_enter(page: Page, text: str) -> None:
    page.locator("#body").focus()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def bodies(ours: OurSide) -> list[str]:
    return [hit.fields["Body"] for hit in ours.hits_on("/sms/inbound")]


def test_a_person_is_picked_and_texts_by_keyboard_alone_and_the_answer_appears_without_a_reload(
    visit: Visit, ours: OurSide
) -> None:
    page = visit.page
    ours.answer = lambda _hit: _THANKS
    tab_to(page, "#person")
    page.keyboard.type("Tom")
    tab_to(page, button("Show this phone"))
    page.keyboard.press("Enter")
    expect(page.locator("#phone-title")).to_have_text("Tom Reilly")
    stay(page)
    tab_to(page, "#body")
    page.keyboard.type("I am coming")
    page.keyboard.press("Enter")
    expect(page.locator(".text.person")).to_contain_text("I am coming")
    expect(page.locator(".text.clinic")).to_contain_text("Thank you. See you then.")
    assert stayed(page)
    assert bodies(ours) == ["I am coming"]


def test_after_enter_the_box_is_empty_and_keeps_the_focus(visit: Visit, ours: OurSide) -> None:
    body = visit.page.locator("#body")
    press_enter(visit.page, "first")
    expect(visit.page.locator(".text.person")).to_contain_text("Seen by the companion")
    expect(body).to_have_value("")
    expect(body).to_be_focused()
    visit.page.keyboard.type("second")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".text.person")).to_have_count(2)
    assert bodies(ours) == ["first", "second"]


def test_after_the_send_button_the_focus_is_back_in_the_empty_box(visit: Visit, ours: OurSide) -> None:
    visit.page.locator("#body").fill("by button")
    tab_to(visit.page, button("Send"))
    visit.page.keyboard.press("Space")
    expect(visit.page.locator(".text.person")).to_contain_text("by button")
    expect(visit.page.locator("#body")).to_have_value("")
    expect(visit.page.locator("#body")).to_be_focused()
    assert bodies(ours) == ["by button"]


def test_shift_and_enter_make_a_new_line_which_is_sent_as_one(visit: Visit, ours: OurSide) -> None:
    page = visit.page
    page.locator("#body").focus()
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    expect(page.locator("#body")).to_have_value("one\ntwo")
    assert bodies(ours) == []
    page.keyboard.press("Enter")
    expect(page.locator(".text.person .body")).to_have_text("one\ntwo", use_inner_text=True)
    assert bodies(ours) == ["one\ntwo"]


@pytest.mark.parametrize("event", ["isComposing", "repeat"], ids=["composing a word", "held down"])
def test_an_enter_that_was_not_pressed_to_send_does_not_send(visit: Visit, ours: OurSide, event: str) -> None:
    visit.page.locator("#body").fill("half a word")
    visit.page.locator("#body").dispatch_event("keydown", {"key": "Enter", event: True})
    expect(visit.page.locator("#body")).to_have_value("half a word")
    press_enter(visit.page, "")
    expect(visit.page.locator(".text.person")).to_have_count(1)
    assert bodies(ours) == ["half a word"]


def test_nothing_typed_is_not_sent_and_is_said(visit: Visit, ours: OurSide) -> None:
    press_enter(visit.page, "")
    expect(visit.page.locator("#compose-mistake")).to_have_text("Write something before you send it.")
    expect(visit.page.locator("#body")).to_be_focused()
    press_enter(visit.page, "something")
    expect(visit.page.locator(".text.person")).to_contain_text("something")
    expect(visit.page.locator("#compose-mistake")).to_have_text("")
    assert bodies(ours) == ["something"]


def test_what_is_typed_while_a_text_is_on_its_way_is_neither_sent_nor_lost(
    visit: Visit, ours: OurSide
) -> None:
    answered = Event()

    def slowly(_hit: Hit) -> Said:
        answered.wait(10)
        return _THANKS

    ours.answer = slowly
    press_enter(visit.page, "first")
    expect(visit.page.locator(".text.person")).to_contain_text("On its way to the companion")
    press_enter(visit.page, "second")
    answered.set()
    expect(visit.page.locator(".text.clinic")).to_contain_text("Thank you.")
    expect(visit.page.locator("#body")).to_have_value("second")
    assert bodies(ours) == ["first"]


def test_while_the_network_is_gone_that_is_said_and_a_text_comes_back_into_the_box(
    visit: Visit, ours: OurSide
) -> None:
    page, body = visit.page, visit.page.locator("#body")
    page.route("**/phone/**", lambda route: route.abort())
    expect(page.locator("#offline")).to_be_visible()
    press_enter(page, "precious words")
    expect(body).to_have_value("precious words")
    expect(body).to_be_focused()
    page.unroute("**/phone/**")
    page.keyboard.press("Enter")
    expect(page.locator(".text.person")).to_contain_text("precious words")
    expect(page.locator("#offline")).to_be_hidden()
    expect(body).to_have_value("")
    assert bodies(ours) == ["precious words"]


def test_a_text_of_ours_appears_by_itself_with_its_delivery_state(visit: Visit, demo: Carrier) -> None:
    stay(visit.page)
    texts, client = visit.page.locator(".text.clinic"), demo.client()
    expect(texts).to_have_count(0)
    demo.settled(client.messages.create(to=PATIENT, from_=CLINIC, body="Until tomorrow.").sid or "")
    demo.faults({"to": PATIENT, "fault": "undelivered", "code": 30003})
    client.messages.create(to=PATIENT, from_=CLINIC, body="Bring your list.")
    expect(texts.first).to_contain_text("Until tomorrow.")
    expect(texts.first.locator(".state")).to_have_text("08:00 Delivered")
    expect(texts.last).to_contain_text("Bring your list.")
    expect(texts.last.locator(".state")).to_have_text(
        "08:00 Not delivered: the phone is switched off or out of reach"
    )
    assert stayed(visit.page)


def test_the_clocks_buttons_work_by_keyboard_and_keep_the_focus(visiting: Visiting, demo: Carrier) -> None:
    with FakeWorker(demo, [datetime(2050, 7, 3, 14, 30, tzinfo=UTC)]):
        page = visiting().page
        face = page.locator("#clock-face")
        expect(face).to_contain_text("Next message: Sunday 3 July 2050, 10:30")
        stay(page)
        for name, shown in (
            ("1 hour", "Friday 1 July 2050 09:00"),
            ("To the next message", "Sunday 3 July 2050 10:30"),
        ):
            tab_to(page, button(name))
            page.keyboard.press("Enter")
            expect(face).to_contain_text(shown)
            expect(page.locator(button(name))).to_be_focused()
            wait_for(demo.jump_over)
        expect(face).to_contain_text("No message is waiting to be sent.")
    assert stayed(page)


def test_a_jump_under_way_is_said_until_the_clock_has_arrived(visit: Visit, demo: Carrier) -> None:
    state = visit.page.locator("#clock-state")
    with FakeWorker(demo, [datetime(2050, 7, 1, 13, tzinfo=UTC)]) as worker:
        worker.idle.set()
        visit.page.get_by_role("button", name="1 day").click()
        expect(state).to_contain_text("The clock is moving.")
        expect(visit.page.locator("#clock-face")).to_contain_text("Friday 1 July 2050 09:00")
        worker.idle.clear()
        expect(state).to_have_text("")
        expect(visit.page.locator("#clock-face")).to_contain_text("Saturday 2 July 2050 08:00")


def test_a_whole_visit_runs_without_an_error_and_asks_this_machine_alone(visit: Visit, ours: OurSide) -> None:
    ours.answer = lambda _hit: twiml("<Message>http://example.com/ &lt;img src=//example.com/x&gt;</Message>")
    press_enter(visit.page, "<script>window.broken = true</script>")
    expect(visit.page.locator(".text.clinic")).to_contain_text("<img src=//example.com/x>")
    visit.page.get_by_role("button", name="1 hour").click()
    expect(visit.page.locator("#clock-face")).to_contain_text("09:00")
    assert visit.page.evaluate("window.broken") is None
    assert (visit.console_errors, visit.script_errors) == ([], [])
    asked = {url.removeprefix(visit.base).split("?")[0] for url in visit.requests if url != "data:,"}
    assert asked == {
        "/phone/",
        "/phone/static/phone.css",
        "/phone/static/phone.js",
        "/phone/texts",
        "/phone/clock",
    }


@pytest.mark.parametrize("width", [1024, 375, 320])
def test_nothing_is_wider_than_the_screen(visiting: Visiting, demo: Carrier, width: int) -> None:
    demo.text("w" * 300)
    demo.client().messages.create(to=PATIENT, from_=CLINIC, body="https://example.com/" + "x" * 200)
    page = visiting(viewport={"width": width, "height": 800}).page
    expect(page.locator(".text")).to_have_count(2)
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide
    assert page.locator("#log").evaluate("log => log.scrollWidth <= log.clientWidth")


def test_with_javascript_off_forms_and_links_do_everything(
    visiting: Visiting, demo: Carrier, ours: OurSide
) -> None:
    page = visiting(java_script_enabled=False).page
    ours.answer = lambda _hit: _THANKS
    body = page.locator("#body")
    expect(body).to_have_accessible_description("The Send button sends. Enter starts a new line.")
    body.focus()
    page.keyboard.type("one")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/phone/?as=*")
    expect(page.locator(".text.person .body")).to_have_text("one\ntwo", use_inner_text=True)
    expect(page.locator(".text.clinic")).to_contain_text("Thank you. See you then.")
    page.reload()
    demo.client().messages.create(to=PATIENT, from_=CLINIC, body="One thing more.")
    page.get_by_role("link", name="Show new texts").click()
    expect(page.locator(".text.clinic").last).to_contain_text("One thing more.")
    page.get_by_role("button", name="1 hour").click()
    page.get_by_role("link", name="Show new texts").click()
    expect(page.locator("#clock-face")).to_contain_text("09:00")
    assert bodies(ours) == ["one\ntwo"]


def test_the_box_says_what_enter_does(visit: Visit) -> None:
    expect(visit.page.locator("#body")).to_have_accessible_description(
        "Enter sends. Shift+Enter starts a new line."
    )
    expect(visit.page.get_by_text("Shift+Enter starts a new line.")).to_be_visible()
