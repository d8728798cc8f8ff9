"""A nurse without a mouse: enrolled, booked and seen to with Tab, arrows, Space and Enter alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from companion.records import Role
from companion.services.setup import Setup
from companion.settings import StaffSettings
from tests.browser.full_site import let_in
from tests.browser.staff_site import serving, working
from tests.factories import a_clinic, a_patient, a_text, tasks_of, the_patient, the_visit
from tests.fakes import FrozenClock
from tests.people import AMINA, BO
from tests.staff.rig import ON_SQLITE, Staff

pytestmark = ON_SQLITE

#: More stops than any of the pages has: the place looked for cannot be reached.
_FURTHEST = 120


@pytest.fixture
def staff(setup: Setup, encryption_key: str) -> Staff:
    settings = StaffSettings("secret-of-the-test", (encryption_key,), https=False)
    a_clinic(setup)
    a_patient(setup, name="Bo", phone=BO)
    a_text(setup, "I have a fever", sender=BO)
    return Staff(setup, FrozenClock(), FrozenClock(), settings)


@pytest.fixture
def base(staff: Staff) -> Iterator[str]:
    with serving(staff) as address:
        yield address


@dataclass(frozen=True)
class Keys:
    """Hands that have nothing but keys."""

    page: Page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def to(self, place: Locator) -> None:
        """Go on with Tab until the place has the focus and is in sight."""
        expect(place).to_be_attached()
        for _ in range(_FURTHEST):
            self.press("Tab")
            if _is_focused(place):
                expect(place).to_be_in_viewport()
                return
        pytest.fail(f"Tab never leads to {place}")

    def type(self, label: str, words: str) -> None:
        self.to(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(words)

    def follow(self, role: str, name: str) -> None:
        """Press Return on a link or button."""
        self.to(self.page.get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]
        self.press("Enter")

    def pick_next(self, label: str) -> None:
        """Take the first of a list that stands on nothing yet."""
        choice = self.page.get_by_label(label, exact=True)
        self.to(choice)
        self.press("ArrowDown")
        expect(choice).not_to_have_value("")

    def choose(self, label: str) -> None:
        """Tick a box or the first of several; Tab stops at a group of them once."""
        box = self.page.get_by_label(label, exact=True)
        self.to(box)
        self.press("Space")
        expect(box).to_be_checked()


def _is_focused(place: Locator) -> bool:
    focused: bool = place.evaluate("place => place === document.activeElement")
    return focused


def _enrol(keys: Keys) -> None:
    keys.follow("link", "Enrol")
    keys.type("Name they like to be called", "Amina")
    keys.type("Phone number", AMINA)
    expect(keys.page.locator("#number-check")).to_contain_text("is a mobile number")
    keys.choose("One is chosen")
    keys.pick_next("The treatment they are to have")
    keys.choose("They were told this and have agreed")
    keys.choose("In person")
    keys.press("ArrowDown")
    expect(keys.page.get_by_label("By phone", exact=True)).to_be_checked()
    keys.follow("button", "See what will be sent")
    keys.follow("button", "Enrol Amina")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Card for Amina")


def _book(keys: Keys) -> None:
    keys.follow("link", "Go to their page")
    keys.follow("link", "Book a visit")
    keys.pick_next("What for")
    when = (("Day", "16"), ("Month", "3"), ("Year", "2027"), ("What time", "9:30am"))
    for label, words in (*when, ("Where", "Day unit, level 3")):
        keys.type(label, words)
    keys.follow("button", "See what will be sent")
    keys.follow("button", "Book this visit")
    expect(keys.page.get_by_role("status")).to_have_text("The visit is booked.")


def _see_to_it(keys: Keys) -> None:
    page = keys.page
    keys.follow("link", "Today")
    keys.to(page.locator(".row--urgent").get_by_role("button"))
    keys.press("Enter")
    expect(page.locator(".row--urgent")).to_contain_text("sees to it")
    keys.follow("link", "May be ill: call")
    keys.type("What was done (if there is something to say)", "Comes in now.")
    keys.follow("button", "It is done")
    expect(page.get_by_role("heading", level=1)).to_contain_text("To do")


def test_enrolled_booked_and_seen_to_with_keys_alone(staff: Staff, base: str, browser: Browser) -> None:
    with working(browser, base) as nurse:
        let_in(nurse, staff, staff.person(Role.NURSE, 1))
        nurse.open("/staff/")
        keys = Keys(nurse.page)
        _enrol(keys)
        _book(keys)
        _see_to_it(keys)

    enrolled = the_patient(staff.setup, 2)
    assert (enrolled.name, enrolled.phone, bool(enrolled.treatment)) == ("Amina", AMINA, True)
    assert the_visit(staff.setup, 1).wall == "2027-03-16T09:30"
    assert [(task.kind, task.done_at is not None) for task in tasks_of(staff.setup)] == [("urgent", True)]
