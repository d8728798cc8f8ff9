"""Importing in a browser: a file with errors, mended, looked at and stored, by everybody at both sizes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from companion.records import Role
from companion.services import owed_plans
from companion.services.setup import Setup
from companion.settings import StaffSettings
from companion.storage import heartbeats
from tests.browser.staff_site import Nurse, serving, working
from tests.factories import a_clinic
from tests.fakes import FrozenClock
from tests.people import AMINA, BO
from tests.staff.rig import ON_SQLITE, PASSWORD, Staff, code_now

pytestmark = [ON_SQLITE, pytest.mark.xdist_group("browser")]

HEAD = "patient_reference,name,phone,consent_by,visit_reference,visit_type,visit_at,place\n"
AMINAS = f"H1,Amina,{AMINA},Nurse Okafor,V1,clinic-review,2027-03-16 09:30,Level 2\n"
BOS = f"H2,Bo,{BO},Nurse Okafor,V2,results,2027-03-17 11:00,Level 3\n"
UNKNOWN = "H9,,,,V9,results,2027-03-17 12:00,Level 3\n"
WRONG = BOS.replace("results", "surgery").replace("2027-03-17", "17/03/2027").replace(BO, "12345")


@pytest.fixture
def staff(setup: Setup, encryption_key: str) -> Staff:
    settings = StaffSettings("secret-of-the-test", (encryption_key,), https=False)
    a_clinic(setup)
    return Staff(setup, FrozenClock(), FrozenClock(), settings)


@pytest.fixture
def base(staff: Staff) -> Iterator[str]:
    with serving(staff) as address:
        yield address


def send(nurse: Nurse, content: str) -> None:
    file = {"name": "nightly.csv", "mimeType": "text/csv", "buffer": content.encode()}
    nurse.page.get_by_label("CSV file").set_input_files(file)  # type: ignore[arg-type]
    nurse.press("Check the file")


def sign_in(staff: Staff, nurse: Nurse) -> None:
    person = staff.person(Role.NURSE, 1)
    nurse.open("/staff/import/")
    nurse.type("E-mail address", person.email)
    nurse.type("Password", PASSWORD)
    nurse.press("Continue")
    nurse.type("Code", code_now())
    nurse.press("Sign in")
    expect(nurse.page.get_by_role("heading", level=1)).to_have_text("Lists of people and visits")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_file_with_errors_is_mended_looked_at_and_stored(
    staff: Staff, base: str, browser: Browser, scripts: bool
) -> None:
    with working(browser, base, java_script_enabled=scripts) as nurse:
        page = nurse.page
        sign_in(staff, nurse)
        send(nurse, HEAD + AMINAS + WRONG)
        expect(
            page.get_by_role("link", name="Nothing was stored. The file has 3 problems to mend")
        ).to_be_visible()
        expect(page.locator(".rows--findings li")).to_have_count(3)

        send(nurse, HEAD + AMINAS + BOS + UNKNOWN)
        expect(page.get_by_text("2 people enrolled, 2 visits booked.")).to_be_visible()
        expect(page.locator(".foreseen")).to_have_count(2)
        nurse.press("Store all of it")
        expect(page.get_by_text("Texts planned for 0 of 2 people")).to_be_visible()

        owed_plans.make(staff.setup, staff.visits_clock(), 10)
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Import finished")


def test_every_state_shuts_nobody_out(staff: Staff, base: str, browser: Browser) -> None:
    with working(browser, base) as nurse:
        sign_in(staff, nurse)
        nurse.check()
        nurse.page.get_by_text("What stands in each column").click()
        nurse.check()
        nurse.press("Check the file")
        nurse.check()
        send(nurse, HEAD + AMINAS.replace("Amina", "N" * 200) + WRONG)
        nurse.check()
        send(nurse, HEAD + AMINAS.replace("Amina", "N" * 200) + BOS + UNKNOWN)
        nurse.check()
        nurse.press("Store all of it")
        nurse.check()
        with staff.setup.database.transaction() as session:
            heartbeats.note(session, "worker", staff.visits_clock())
        nurse.page.reload()
        nurse.check()


def test_the_page_looks_again_by_itself_until_all_is_planned(
    staff: Staff, base: str, browser: Browser
) -> None:
    with working(browser, base, java_script_enabled=False) as nurse:
        sign_in(staff, nurse)
        with staff.setup.database.transaction() as session:
            heartbeats.note(session, "worker", staff.visits_clock())
        send(nurse, HEAD + AMINAS)
        nurse.press("Store all of it")
        owed_plans.make(staff.setup, staff.visits_clock(), 10)

        expect(nurse.page.get_by_role("heading", level=1)).to_have_text("Import finished", timeout=15_000)
