"""Visits in a browser: booked with and without scripts, the day's list, and the question sheet on paper."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from companion.records import OutboundState, Role
from companion.services.setup import Setup
from companion.settings import StaffSettings
from tests.browser.staff_site import NARROW, WIDE, Nurse, serving, working
from tests.browser.test_staff_pages import sign_in
from tests.factories import a_clinic, a_patient, a_text, a_visit, outbox_of, the_visit
from tests.fakes import FrozenClock
from tests.people import BO, CHEN
from tests.staff.rig import ON_SQLITE, Person, Staff

pytestmark = ON_SQLITE


@pytest.fixture
def staff(setup: Setup, encryption_key: str) -> Staff:
    settings = StaffSettings("secret-of-the-test", (encryption_key,), https=False)
    staff = Staff(setup, FrozenClock(), FrozenClock(), settings)
    a_clinic(setup)
    amina = a_patient(setup, treatment="blinatumomab")
    bo, chen = a_patient(setup, name="Bo", phone=BO), a_patient(setup, name="Chen", phone=CHEN)
    a_text(setup, "ASK Can my sister stay with me during the infusion?")
    a_text(setup, "ASK Who do I call at night?")
    a_visit(setup, amina, at="2027-03-16T09:30", place="Day unit, level 3")
    a_visit(setup, bo, at="2027-03-16T10:15")
    a_visit(setup, chen, at="2027-03-16T14:00", kind="blood-test")
    a_visit(setup, bo, at="2027-03-01T09:05")
    return staff


@pytest.fixture
def person(staff: Staff) -> Person:
    return staff.person(Role.NURSE, 1)


@pytest.fixture
def base(staff: Staff) -> Iterator[str]:
    with serving(staff) as address:
        yield address


def fill_day(nurse: Nurse, day: str, month: str, year: str) -> None:
    for label, value in (("Day", day), ("Month", month), ("Year", year)):
        nurse.type(label, value)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_series_is_booked_and_each_text_read_before(
    staff: Staff, base: str, browser: Browser, person: Person, scripts: bool
) -> None:
    with working(browser, base, java_script_enabled=scripts) as nurse:
        page = nurse.page
        sign_in(nurse, person)
        nurse.open("/staff/people/1/visits/new")
        nurse.press("See what will be sent")
        expect(page.get_by_role("alert")).to_contain_text("Choose what the visit is for.")
        page.get_by_label("What for").select_option("day-unit")
        fill_day(nurse, "22", "3", "2027")
        nurse.type("What time", "11am")
        nurse.type("Where", "Day unit")
        page.get_by_text("Book a series").click()
        page.get_by_label("Monday").check()
        page.get_by_label("Thursday").check()
        nurse.type("For how many weeks", "2")
        nurse.press("See what will be sent")
        expect(page.get_by_role("heading", level=1)).to_have_text("Before you book")
        bodies = page.locator(".visit-text:not(.visit-text--gone) .visit-text__body").all_text_contents()
        nurse.press("Book 4 visits")
        expect(page.get_by_role("status")).to_have_text("The visits are booked.")

    waiting = [
        row.body
        for row in outbox_of(staff.setup, 1)
        if row.state == OutboundState.PENDING and row.kind == "push"
    ]
    assert sorted(bodies) == sorted(waiting)


def test_the_pages_shut_nobody_out(staff: Staff, base: str, browser: Browser, person: Person) -> None:
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        paths = ("visits", "visits?day=2027-03-16", "visits?day=2027-04-16", "visits/1", "visits/1/sheet")
        for path in (*paths, "visits/1/move", "visits/1/cancel", "visits/4/move", "people/1/visits/new"):
            nurse.open(f"/staff/{path}")
            nurse.check()
        nurse.open("/staff/visits/list/cancel?day=2027-03-16")
        nurse.check()
        nurse.press("See what will be sent")
        nurse.check()
        nurse.page.get_by_label("By text").check()
        nurse.press("See what will be sent")
        expect(nurse.page.get_by_role("heading", level=1)).to_have_text("Before you cancel")
        nurse.check()
        nurse.open("/staff/visits/list/move?day=2027-03-16")
        nurse.check()
        fill_day(nurse, "17", "3", "2027")
        nurse.press("See what will be sent")
        nurse.check()
        nurse.press("Move 3 visits")
        nurse.check()
    assert the_visit(staff.setup, 3).wall == "2027-03-17T14:00"


def test_a_visit_is_moved_by_keyboard_alone(
    staff: Staff, base: str, browser: Browser, person: Person
) -> None:
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        nurse.open("/staff/visits/1/move")
        keys = nurse.page.keyboard
        nurse.page.locator("#day").focus()
        for key in ("18", "3", "2027", "2:15pm"):
            keys.press("Control+A")
            keys.type(key)
            keys.press("Tab")
        keys.press("Enter")
        expect(nurse.page.get_by_role("heading", level=1)).to_have_text("Before you move")
        nurse.page.get_by_role("button", name="Move this visit").focus()
        keys.press("Enter")
        expect(nurse.page.get_by_role("status")).to_have_text("The visit is moved.")
    assert the_visit(staff.setup, 1).wall == "2027-03-18T14:15"


def test_the_sheet_on_paper_has_room_for_answers_and_nothing_to_press(
    staff: Staff, base: str, browser: Browser, person: Person
) -> None:
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        nurse.open("/staff/visits/1/sheet")
        page = nurse.page
        expect(page.locator(".answer").first).to_be_hidden()
        page.emulate_media(media="print")
        expect(page.locator(".answer").first).to_be_visible()
        expect(page.get_by_role("button", name="Save what is ticked")).to_be_hidden()
        expect(page.get_by_role("navigation")).to_be_hidden()
        expect(page.get_by_text("please go through these questions together")).to_be_visible()
        # Chromium's own print to PDF: what a nurse keeps as a file is this page.
        paper = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_is_ticked_on_the_sheet_changes_the_list(
    base: str, browser: Browser, person: Person, scripts: bool
) -> None:
    with working(browser, base, java_script_enabled=scripts) as nurse:
        page = nurse.page
        sign_in(nurse, person)
        nurse.open("/staff/visits/1/sheet")
        suggested = page.locator(".asked__text").nth(2).inner_text()
        for question, said in (("Question 1", "Answered"), ("Question 2", "Later"), ("Question 3", "Later")):
            page.get_by_role("group", name=question, exact=True).get_by_label(said).check()
        nurse.press("Save what is ticked")
        expect(page.get_by_role("status")).to_contain_text("saved")
        nurse.open("/staff/people/1")
        questions = page.locator("section", has=page.locator("#questions"))

        expect(questions.locator("ol > li")).to_have_text(["Who do I call at night?", suggested])
        expect(questions.locator("ul > li")).to_have_text(["Can my sister stay with me during the infusion?"])


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_day_is_marked_by_touch(
    staff: Staff, base: str, browser: Browser, person: Person, size: dict[str, int]
) -> None:
    staff.visits_clock.forward(hours=3)
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        nurse.page.set_viewport_size(size)  # type: ignore[arg-type]
        nurse.open("/staff/visits")
        nurse.page.get_by_label("Did not come").check()
        nurse.press("Check what is marked")
        nurse.press("Save")
        expect(nurse.page.get_by_role("status")).to_have_text("What you marked is saved.")
    assert the_visit(staff.setup, 4).state == "missed"
