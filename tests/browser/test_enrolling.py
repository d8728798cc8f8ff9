"""Finding and enrolling in a browser: with scripts and without, open to everybody, as shown so sent."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from companion.records import Contact, Role
from companion.services.setup import Setup
from companion.settings import StaffSettings
from tests.browser.staff_site import Nurse, serving, working
from tests.browser.test_staff_pages import sign_in
from tests.factories import a_clinic, a_patient, a_visit, sweep
from tests.fakes import FakeTransport, FrozenClock
from tests.people import BO
from tests.staff.rig import ON_SQLITE, Person, Staff

pytestmark = ON_SQLITE


@pytest.fixture
def staff(setup: Setup, encryption_key: str) -> Staff:
    settings = StaffSettings("secret-of-the-test", (encryption_key,), https=False)
    staff = Staff(setup, FrozenClock(), FrozenClock(), settings)
    a_clinic(setup)
    a_visit(setup, a_patient(setup, name="Bo", phone=BO, reference="RV-1", contact=Contact.CALL))
    return staff


@pytest.fixture
def person(staff: Staff) -> Person:
    return staff.person(Role.NURSE, 1)


@pytest.fixture
def base(staff: Staff) -> Iterator[str]:
    with serving(staff) as address:
        yield address


def choose(nurse: Nurse, *labels: str) -> None:
    for label in labels:
        nurse.page.get_by_label(label, exact=True).check()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_is_shown_before_enrolling_is_what_leaves(
    staff: Staff, base: str, browser: Browser, person: Person, transport: FakeTransport, scripts: bool
) -> None:
    with working(browser, base, java_script_enabled=scripts) as nurse:
        sign_in(nurse, person)
        nurse.page.get_by_role("link", name="Enrol").click()
        nurse.type("Name they like to be called", "Amina")
        nurse.type("Phone number", "202 555 0102")
        if not scripts:
            nurse.press("Check number")
        expect(nurse.page.locator("#number-check")).to_contain_text("Bo has this number already.")
        nurse.type("Phone number", "202 555 0101")
        if not scripts:
            nurse.press("Check number")
        expect(nurse.page.locator("#number-check")).to_contain_text("+1 202-555-0101 is a mobile number.")
        choose(nurse, "One is chosen")
        nurse.page.get_by_label("The treatment they are to have").select_option("blinatumomab")
        choose(nurse, "They were told this and have agreed", "In person")
        nurse.press("See what will be sent")
        shown = nurse.page.locator(".text__body").all_inner_texts()
        nurse.press("Enrol Amina")
        expect(nurse.page.get_by_role("heading", level=1)).to_have_text("Card for Amina")

    for minutes in (0, 1, 2):
        sweep(staff.setup, staff.visits_clock() + timedelta(minutes=minutes))
    assert len(shown) == 2
    assert [text.body for text in transport.handed] == shown


def test_these_pages_shut_nobody_out(base: str, browser: Browser, person: Person) -> None:
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        nurse.open("/staff/find")
        nurse.check()
        nurse.press("Find")
        nurse.check()
        nurse.type("Name, phone number or hospital reference", "bo")
        nurse.press("Find")
        nurse.check()
        nurse.open("/staff/people/1/card")
        nurse.check()
        nurse.open("/staff/enrol")
        nurse.check()
        nurse.press("See what will be sent")
        nurse.check()
        nurse.type("Name they like to be called", "W" * 190)
        nurse.type("Phone number", "2025550102")
        choose(nurse, "They are still choosing", "They were told this and have agreed", "By phone")
        choose(nurse, "They share this phone, and know that each can read the other's texts")
        nurse.check()
        nurse.press("See what will be sent")
        nurse.check()


def test_the_card_is_all_that_is_printed(base: str, browser: Browser, person: Person) -> None:
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        nurse.open("/staff/people/1/card")
        expect(nurse.page.get_by_role("button", name="Print the card")).to_be_visible()
        nurse.page.emulate_media(media="print")

        expect(nurse.page.get_by_role("heading", level=1)).not_to_be_visible()
        expect(nurse.page.get_by_label("The card")).to_be_visible()
