"""The pages for those who look after a clinic, in a browser: open to everybody, at both sizes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from companion.domain.staff import StaffScope
from companion.records import Role
from companion.services import clinic_details
from companion.services.clinic_details import Office
from companion.services.setup import Setup
from companion.settings import StaffSettings
from tests.browser.staff_site import Nurse, serving, working
from tests.factories import a_clinic, a_patient, a_visit, waiting
from tests.fakes import MONDAY, FrozenClock
from tests.people import OTHER_CLINIC
from tests.staff.rig import ON_SQLITE, PASSWORD, Person, Staff, code_now

pytestmark = ON_SQLITE


@pytest.fixture
def staff(setup: Setup, encryption_key: str) -> Staff:
    settings = StaffSettings("secret-of-the-test", (encryption_key,), https=False)
    a_clinic(setup)
    # As with a real provider: a clinic has to go live.
    return Staff(replace(setup, reaches_phones=True), FrozenClock(), FrozenClock(), settings)


@pytest.fixture
def admin(staff: Staff) -> Person:
    return staff.person(Role.CLINIC_ADMIN, 1)


@pytest.fixture
def base(staff: Staff) -> Iterator[str]:
    with serving(staff) as address:
        yield address


def sign_in(nurse: Nurse, person: Person) -> None:
    nurse.open("/staff/login")
    nurse.type("E-mail address", person.email)
    nurse.type("Password", PASSWORD)
    nurse.press("Continue")
    nurse.type("Code", code_now())
    nurse.press("Sign in")


def test_a_new_clinic_in_its_first_states(staff: Staff, base: str, browser: Browser, admin: Person) -> None:
    with working(browser, base) as nurse:
        sign_in(nurse, admin)
        expect(nurse.page.get_by_role("heading", name="Getting started")).to_be_visible()
        nurse.check()
        for path in ("clinic", "clinic/live", "clinic/closed-days", "team", "audit", "audit?patient=nobody"):
            nurse.open(f"/staff/{path}")
            nurse.check()
        for path, button in (("details", "Save"), ("office", "Save"), ("watch", "Save"), ("rate", "Save")):
            nurse.open(f"/staff/clinic/{path}")
            nurse.check()
            for field in nurse.page.locator("main input:is([type=text], [type=tel])").all():
                field.fill("nonsense?")
            nurse.press(button)
            expect(nurse.page.get_by_role("alert")).to_be_visible()
            nurse.check()
        nurse.open("/staff/team/invite")
        nurse.press("Invite")
        nurse.check()


def test_a_clinic_at_work(staff: Staff, base: str, browser: Browser, admin: Person) -> None:
    setup = replace(staff.setup, reaches_phones=False)
    scope = StaffScope(admin.id, 1, Role.CLINIC_ADMIN)
    office = Office("020 7946 0001", ("09:00-12:00, 13:00-17:00",) * 5 + ("", ""))
    clinic_details.change_office(setup, scope, office, MONDAY, MONDAY)
    amina = a_patient(setup)
    a_visit(setup, amina)
    colleague = staff.person(Role.NURSE, 1)
    staff.signed_in(colleague)
    with working(browser, base) as nurse:
        sign_in(nurse, admin)
        nurse.open("/staff/clinic/reminders")
        nurse.check()
        nurse.page.get_by_role("link", name="Change Asking if they are coming").click()
        nurse.check()
        nurse.type("Days before the visit", "4")
        nurse.page.get_by_label("Not on closed days").check()
        nurse.press("See what changes")
        expect(nurse.page.get_by_text("2 texts of 1 person change.")).to_be_visible()
        nurse.check()
        nurse.press("Save")
        expect(nurse.page.get_by_text("follow the new rules")).to_be_visible()
        assert ("confirm", "03-12 10:00") in waiting(setup, amina)
        nurse.open("/staff/clinic/reminders/limits")
        nurse.type("Until just before", "23:00")
        nurse.press("See what changes")
        nurse.check()
        nurse.open("/staff/clinic/closed-days")
        for label, typed in (("Day", "12"), ("Month", "3"), ("Year", "2027")):
            nurse.type(label, typed)
        nurse.press("Add")
        nurse.check()
        nurse.press("Save")
        nurse.check()
        nurse.open("/staff/clinic")
        nurse.check()
        nurse.open("/staff/team/2")
        nurse.check()
        for step in ("role", "remove", "reset"):
            nurse.open(f"/staff/team/2/{step}")
            nurse.check()
        nurse.press("Set up anew")
        nurse.check()
        nurse.open("/staff/audit")
        nurse.check()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_system_administrator_adds_a_clinic_and_its_first_administrator(
    staff: Staff, base: str, browser: Browser, scripts: bool
) -> None:
    a_clinic(staff.setup, name="Elm Street Team", number=OTHER_CLINIC)
    system = staff.person(Role.SYSTEM_ADMIN, None)
    with working(browser, base, java_script_enabled=scripts) as nurse:
        check = nurse.check if scripts else (lambda: None)
        sign_in(nurse, system)
        nurse.page.get_by_role("link", name="Clinics", exact=True).first.click()
        check()
        nurse.page.get_by_role("link", name="Add a clinic").click()
        nurse.press("Add the clinic")
        check()
        nurse.type("Number that texts", "+44 7700 900177")
        nurse.type("Name of the clinic", "Oak Lane Team")
        nurse.type("24-hour line", "020 7946 0111")
        nurse.page.get_by_label("Wales").check()
        nurse.press("Add the clinic")
        expect(nurse.page.get_by_text("Oak Lane Team", exact=True)).to_be_visible()
        nurse.page.get_by_role("link", name="Invite somebody to Oak Lane Team").click()
        check()
        nurse.type("Name", "Ada")
        nurse.type("E-mail address", "ada@hospital.example")
        nurse.page.get_by_label("Clinic administrator").check()
        nurse.press("Invite")
        expect(nurse.page.locator("code.letters")).to_contain_text("/staff/set-up/")
        check()
        nurse.open("/staff/team")
        expect(nurse.page.get_by_role("heading", name="Oak Lane Team")).to_be_visible()
        check()
        nurse.open("/staff/audit")
        expect(nurse.page.get_by_role("cell", name="Added a clinic")).to_be_visible()
        check()
