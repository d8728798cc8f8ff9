"""
One journey through every real part: a nurse's browser, the web, the worker, Twilio's client, a network.

What a nurse read before saving is compared with what the network holds, letter for letter.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests
from passlib.totp import TOTP
from playwright.sync_api import Browser, Locator, expect

from tests.browser.staff_site import Nurse, working
from tests.journeys.stack import Stack, stack_in, until
from tests.people import AMINA, CLINIC, LINE, LONDON
from tests.staff.rig import ON_SQLITE, PASSWORD, code_now

pytestmark = ON_SQLITE

_NURSE = "ada@hospital.example"
_FEVER = "I have a fever"


@pytest.fixture
def stack(tmp_path: Path, database_url: str) -> Iterator[Stack]:
    """Carrier, web and worker as processes of their own, and a clinic."""
    with stack_in(tmp_path, database_url) as stack:
        for part in ("carrier", "web", "worker"):
            stack.start(part)
        clinic = ("--name", "Riverside Team", "--number", CLINIC, "--line", LINE, "--tz", LONDON)
        stack.run("clinic", "add", *clinic)
        yield stack


def _password(nurse: Nurse) -> None:
    nurse.type("E-mail address", _NURSE)
    nurse.type("Password", PASSWORD)
    nurse.press("Continue")


def _set_up(nurse: Nurse, address: str) -> str:
    """Go through the one-time address; return the secret that the nurse's app keeps."""
    nurse.page.goto(address)
    nurse.type("New password", PASSWORD)
    nurse.type("New password again", PASSWORD)
    nurse.press("Save password")
    _password(nurse)
    nurse.press("Show my set-up code")
    secret = nurse.page.locator("code.letters").inner_text()
    nurse.type("Code", TOTP(key=secret).generate(datetime.now(UTC)).token)
    nurse.press("Finish")
    nurse.press("Make my recovery codes")
    nurse.press("Sign out")
    return secret


def _sign_in(nurse: Nurse, secret: str) -> None:
    nurse.open("/staff/")
    _password(nurse)
    # The code before was used up when the app was set up; the app shows the next one soon.
    nurse.type("Code", code_now(secret, timedelta(seconds=30)))
    nurse.press("Sign in")
    expect(nurse.page.get_by_role("status").first).to_have_text("You are signed in.")


def _urgent(nurse: Nurse) -> Locator:
    """Her task alone: wording that falls due raises urgent tasks too, whenever the journey is made."""
    return nurse.page.locator(".row--urgent").filter(has_text=_FEVER)


def _enrol(nurse: Nurse) -> list[str]:
    """Enrol Amina; return the texts that the page said would be sent."""
    nurse.page.get_by_role("link", name="Enrol").click()
    nurse.type("Name they like to be called", "Amina")
    nurse.type("Phone number", AMINA)
    for label in ("One is chosen", "They were told this and have agreed", "In person"):
        nurse.page.get_by_label(label, exact=True).check()
    nurse.page.get_by_label("The treatment they are to have").select_option("car-t-cell-therapy")
    nurse.press("See what will be sent")
    shown = nurse.page.locator(".text:not(.text--not) .text__body").all_inner_texts()
    nurse.press("Enrol Amina")
    expect(nurse.page.get_by_role("heading", level=1)).to_have_text("Card for Amina")
    return shown


def _book(nurse: Nurse, day: date) -> list[str]:
    """Book a visit for her; return the texts that the page said would be sent."""
    nurse.page.get_by_role("link", name="Go to their page").click()
    nurse.page.get_by_role("link", name="Book a visit").click()
    nurse.page.get_by_label("What for").select_option("clinic-review")
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        nurse.type(label, str(value))
    nurse.type("What time", "9:30am")
    nurse.type("Where", "Day unit, level 3")
    nurse.press("See what will be sent")
    shown = nurse.page.locator(".visit-text:not(.visit-text--gone) .visit-text__body").all_inner_texts()
    nurse.press("Book this visit")
    expect(nurse.page.get_by_role("status")).to_contain_text("is booked")
    return shown


def _see_to_it(nurse: Nurse) -> None:
    """Claim the urgent task, note something, and say what was done."""
    page = nurse.page
    urgent = _urgent(nurse)
    urgent.get_by_role("button", name="I'll see to it").click()
    expect(urgent).to_contain_text("sees to it")
    urgent.get_by_role("link", name="May be ill: call").click()
    nurse.type("Add a note", "Rang, no answer.")
    nurse.press("Keep the note")
    expect(page.locator(".noted")).to_contain_text("Rang, no answer.")
    nurse.type("What was done (if there is something to say)", "Comes in now.")
    nurse.press("It is done")
    expect(page.get_by_role("heading", level=1)).to_contain_text("To do")


def _last_reminder(stack: Stack) -> str:
    return max(str(row["send_at"]) for row in stack.run("outbox", "--patient", "1") if row["rule"])


def test_from_enrolling_somebody_to_their_urgent_text_seen_to(stack: Stack, browser: Browser) -> None:
    (invited,) = stack.run("staff", "add", _NURSE, "--role", "nurse", "--name", "Ada")
    day = (stack.now().astimezone(ZoneInfo(LONDON)) + timedelta(days=9)).date()
    with working(browser, stack.web) as nurse:
        _sign_in(nurse, _set_up(nurse, invited["set_up"]))
        welcome, reminders = _enrol(nurse), _book(nurse, day)
        assert (len(welcome), len(reminders)) == (2, 3)
        assert all(f"{day:%A} {day.day} {day:%B} at 9:30am" in text for text in reminders)

        stack.forward(to=_last_reminder(stack))
        shown = welcome + reminders
        until(lambda: len(stack.received(AMINA)) >= len(shown), "the last reminder")
        assert [body.encode() for body in stack.received(AMINA)] == [body.encode() for body in shown]

        forged = {"From": AMINA, "To": CLINIC, "Body": _FEVER, "MessageSid": "SM" + "0" * 32}
        assert requests.post(f"{stack.web}/sms/inbound", data=forged, timeout=10).status_code == 403
        nurse.open("/staff/")
        expect(_urgent(nurse)).to_have_count(0)

        answered = stack.text(AMINA, CLINIC, _FEVER)
        assert answered["webhook_status"] == 200
        assert LINE in answered["replies"][0]["body"]
        nurse.open("/staff/")
        _see_to_it(nurse)

        nurse.page.get_by_role("link", name="Today", exact=True).click()
        expect(nurse.page.get_by_role("heading", name="Visits today")).to_be_visible()
        expect(nurse.page.locator("main")).not_to_contain_text(_FEVER)
