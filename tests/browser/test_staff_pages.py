"""The staff's pages in a browser: the way in, by keyboard and without scripts too, open to everybody."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Browser, expect

from companion.records import Role
from companion.services.setup import Setup
from companion.settings import StaffSettings
from tests.browser.staff_site import NARROW, Nurse, serving, working
from tests.factories import a_clinic, a_patient, a_text, a_visit
from tests.fakes import FrozenClock
from tests.people import BO
from tests.staff.rig import CODES, ON_SQLITE, PASSWORD, Person, Staff, code_now

pytestmark = ON_SQLITE


@pytest.fixture
def staff(setup: Setup, encryption_key: str) -> Staff:
    settings = StaffSettings("secret-of-the-test", (encryption_key,), https=False)
    staff = Staff(setup, FrozenClock(), FrozenClock(), settings)
    a_clinic(setup)
    amina, bo = a_patient(setup), a_patient(setup, name="Bo", phone=BO)
    a_visit(setup, amina, at="2027-03-01T16:30")
    a_visit(setup, bo, at="2027-03-02T09:15", place="Day unit, level 3, north wing")
    a_text(setup, "I have a fever and feel shivery since last night, should I come in?")
    a_text(setup, "CALL ME", sender=BO)
    return staff


@pytest.fixture
def person(staff: Staff) -> Person:
    return staff.person(Role.CLINIC_ADMIN, 1)


@pytest.fixture
def base(staff: Staff) -> Iterator[str]:
    with serving(staff) as address:
        yield address


def sign_in(nurse: Nurse, person: Person) -> None:
    nurse.open("/staff/")
    nurse.type("E-mail address", person.email)
    nurse.type("Password", PASSWORD)
    nurse.press("Continue")
    nurse.type("Code", code_now())
    nurse.press("Sign in")
    expect(nurse.page.get_by_role("heading", level=1)).to_have_text("Monday 1 March")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_set_up_address_to_the_first_page(
    staff: Staff, base: str, browser: Browser, scripts: bool
) -> None:
    _, token = staff.invite(Role.NURSE, 1, "ada@hospital.example")
    with working(browser, base, java_script_enabled=scripts) as nurse:
        page = nurse.page
        nurse.open(f"/staff/set-up/{token}")
        nurse.type("New password", PASSWORD)
        nurse.type("New password again", PASSWORD)
        nurse.press("Save password")
        nurse.type("E-mail address", "ada@hospital.example")
        nurse.type("Password", PASSWORD)
        nurse.press("Continue")
        nurse.press("Show my set-up code")
        secret = page.locator("code.letters").inner_text()
        nurse.type("Code", TOTP(key=secret).generate(datetime.now(UTC)).token)
        nurse.press("Finish")
        nurse.press("Make my recovery codes")
        expect(page.locator("ul.codes li")).to_have_count(10)
        page.get_by_role("link", name="I have kept them").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("Monday 1 March")
        expect(page.get_by_role("heading", name="Urgent")).to_be_visible()
        nurse.press("Sign out")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        nurse.open("/staff/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_way_in_shuts_nobody_out(staff: Staff, base: str, browser: Browser) -> None:
    _, token = staff.invite(Role.NURSE, 1, "ada@hospital.example")
    with working(browser, base) as nurse:
        nurse.open(f"/staff/set-up/{token}")
        nurse.check()
        nurse.press("Save password")
        nurse.check()
        nurse.type("New password", PASSWORD)
        nurse.type("New password again", PASSWORD)
        nurse.press("Save password")
        nurse.check()
        nurse.press("Continue")
        nurse.check()
        nurse.type("E-mail address", "ada@hospital.example")
        nurse.type("Password", PASSWORD)
        nurse.press("Continue")
        nurse.check()
        nurse.press("Show my set-up code")
        nurse.check()
        nurse.type("Code", "000000")
        nurse.press("Finish")
        nurse.check()


def test_the_pages_inside_shut_nobody_out(staff: Staff, base: str, browser: Browser, person: Person) -> None:
    staff.signed_in(person)
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        for path in ("/staff/", "/staff/account", "/staff/password", "/staff/second-factor"):
            nurse.open(path)
            nurse.check()
        nurse.open("/staff/recovery-codes")
        nurse.check()
        nurse.press("Make new recovery codes")
        nurse.check()


def test_an_empty_day_shuts_nobody_out_and_says_what_will_stand_there(
    staff: Staff, base: str, browser: Browser, person: Person
) -> None:
    staff.visits_clock.forward(days=300)
    with staff.setup.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM task")
    with working(browser, base) as nurse:
        nurse.open("/staff/")
        nurse.type("E-mail address", person.email)
        nurse.type("Password", PASSWORD)
        nurse.press("Continue")
        nurse.check()
        nurse.page.get_by_role("link", name="Use a recovery code instead").click()
        nurse.check()
        nurse.type("Recovery code", CODES[0])
        nurse.press("Sign in")
        for words in ("Nothing to do.", "No visits today.", "No visits tomorrow.", "Texts are not leaving"):
            expect(nurse.page.get_by_text(words)).to_be_visible()
        nurse.check()


def test_the_day_shows_whom_to_call_and_who_comes(base: str, browser: Browser, person: Person) -> None:
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        urgent = nurse.page.locator(".row--urgent")
        tomorrow = nurse.page.locator(
            "section", has=nurse.page.get_by_role("heading", name="Visits tomorrow")
        )

        expect(urgent).to_contain_text("May be ill: call")
        expect(urgent).to_contain_text("I have a fever and feel shivery")
        expect(urgent.get_by_role("link", name="+1 202-555-0101")).to_have_attribute(
            "href", "tel:+12025550101"
        )
        expect(tomorrow.locator("li").filter(has_text="Bo")).to_contain_text("9:15am")
        expect(tomorrow.locator("li").filter(has_text="Bo")).to_contain_text("Has not said")


def test_all_of_it_works_by_keyboard_alone(base: str, browser: Browser, person: Person) -> None:
    with working(browser, base) as nurse:
        page, keys = nurse.page, nurse.page.keyboard
        nurse.open("/staff/login")
        keys.press("Tab")
        expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
        keys.press("Enter")
        keys.press("Tab")
        expect(page.get_by_label("E-mail address")).to_be_focused()
        keys.type(person.email)
        keys.press("Tab")
        keys.type(PASSWORD)
        keys.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Type the code from your app")
        for _ in range(3):
            keys.press("Tab")
        expect(page.get_by_label("Code", exact=True)).to_be_focused()
        keys.type(code_now())
        keys.press("Enter")

        expect(page.get_by_role("heading", level=1)).to_have_text("Monday 1 March")


def test_what_is_wrong_is_read_out_first_and_leads_to_its_field(base: str, browser: Browser) -> None:
    with working(browser, base) as nurse:
        nurse.open("/staff/login")
        nurse.press("Continue")

        expect(nurse.page.locator(".nhsuk-error-summary")).to_be_focused()
        expect(nurse.page).to_have_title("Problem: Sign in - Companion")
        nurse.page.get_by_role("link", name="Type your password.").click()
        expect(nurse.page.get_by_label("Password", exact=True)).to_be_focused()


def test_a_password_may_be_looked_at_while_it_is_typed(base: str, browser: Browser) -> None:
    with working(browser, base) as nurse:
        nurse.open("/staff/login")
        field = nurse.page.get_by_label("Password", exact=True)
        expect(field).to_have_attribute("type", "password")
        nurse.press("Show password")

        expect(field).to_have_attribute("type", "text")


@pytest.mark.parametrize("size", [NARROW, {"width": 320, "height": 640}], ids=["phone", "small phone"])
def test_the_way_out_is_in_sight_on_a_phone(
    base: str, browser: Browser, person: Person, size: dict[str, int]
) -> None:
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        nurse.page.set_viewport_size(size)  # type: ignore[arg-type]

        expect(nurse.page.get_by_role("button", name="Sign out")).to_be_in_viewport()
        assert nurse.page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_after_signing_out_the_way_back_shows_nothing(base: str, browser: Browser, person: Person) -> None:
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        nurse.press("Sign out")
        expect(nurse.page.get_by_role("heading", level=1)).to_have_text("Sign in")
        nurse.page.go_back()

        expect(nurse.page.get_by_role("heading", level=1)).to_have_text("Sign in")
