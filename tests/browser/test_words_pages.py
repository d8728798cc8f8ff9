"""The pages of texts in a browser: open to everybody, and own words checked while they are typed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from companion.records import Role
from companion.services.setup import Setup
from companion.settings import StaffSettings
from tests.browser.staff_site import Nurse, serving, working
from tests.factories import a_clinic
from tests.fakes import FrozenClock
from tests.staff.rig import ON_SQLITE, PASSWORD, Person, Staff, code_now

pytestmark = ON_SQLITE

READY = "ready.bone-marrow-test"


@pytest.fixture
def staff(setup: Setup, encryption_key: str) -> Staff:
    settings = StaffSettings("secret-of-the-test", (encryption_key,), https=False)
    staff = Staff(setup, FrozenClock(), FrozenClock(), settings)
    a_clinic(setup)
    return staff


@pytest.fixture
def base(staff: Staff) -> Iterator[str]:
    with serving(staff) as address:
        yield address


def sign_in(nurse: Nurse, person: Person) -> None:
    nurse.open("/staff/login?next=/staff/words")
    nurse.type("E-mail address", person.email)
    nurse.type("Password", PASSWORD)
    nurse.press("Continue")
    nurse.type("Code", code_now())
    nurse.press("Sign in")
    expect(nurse.page.get_by_role("heading", level=1)).to_have_text("Words")


def test_the_pages_of_texts_shut_no_administrator_out(staff: Staff, base: str, browser: Browser) -> None:
    with working(browser, base) as nurse:
        sign_in(nurse, staff.person(Role.CLINIC_ADMIN, 1))
        nurse.check()
        for path in (
            "texts?kind=ready",
            "texts?q=nobody-says-this",
            f"text?id={READY}",
            "person?treatment=blinatumomab&visit=bone-marrow-test",
            f"own?id={READY}",
            "own?id=q.cure",
            "live",
        ):
            nurse.open(f"/staff/words/{path}")
            nurse.check()
        nurse.open("/staff/words/texts?kind=ready")
        nurse.press("Accept these texts")
        expect(nurse.page.locator(".nhsuk-error-summary")).to_be_focused()
        nurse.check()


def test_a_reviewer_reads_ticks_and_signs(staff: Staff, base: str, browser: Browser) -> None:
    with working(browser, base) as nurse:
        page = nurse.page
        sign_in(nurse, staff.person(Role.REVIEWER, None))
        page.get_by_role("link", name="Getting ready for a visit").click()
        page.get_by_label(f"I have read {READY}", exact=True).check()
        nurse.press("Sign these texts")
        expect(page.get_by_label(f"I have read {READY}", exact=True)).to_be_checked()
        nurse.check()
        nurse.type("What you are", "Consultant haematologist")
        nurse.press("Sign these texts")
        expect(page.get_by_role("status")).to_have_text("1 text is signed.")
        page.get_by_role("link", name=READY, exact=True).click()
        expect(page.get_by_text("Consultant haematologist, on Monday 1 March 2027")).to_be_visible()
        nurse.check()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_own_words_are_checked_and_saved(staff: Staff, base: str, browser: Browser, scripts: bool) -> None:
    with working(browser, base, java_script_enabled=scripts) as nurse:
        page = nurse.page
        sign_in(nurse, staff.person(Role.CLINIC_ADMIN, 1))
        nurse.open(f"/staff/words/own?id={READY}")
        nurse.type("Our words", "Don’t come to door 3. " * 20)
        if not scripts:
            nurse.press("Check them")
        found = page.locator("#words-found")
        expect(found).to_contain_text("write it with plain letters", timeout=30_000)
        expect(found).to_contain_text("segments with long values")
        expect(page.get_by_role("heading", name="things to mend")).to_be_visible()
        if scripts:
            nurse.check()
        nurse.type("Our words", "Come to door 4. Call {line} to ask.")
        if not scripts:
            nurse.press("Check them")
        expect(page.get_by_role("heading", name="These words can be saved")).to_be_visible(timeout=30_000)
        expect(found).to_be_empty()
        expect(page.locator("#checked .sms").first).to_have_text("Come to door 4. Call 020 7946 0000 to ask.")
        nurse.press("Save our words")
        expect(page.get_by_role("heading", level=1)).to_have_text(READY, timeout=30_000)
        expect(page.locator(".sms").first).to_have_text("Come to door 4. Call 020 7946 0000 to ask.")
        nurse.press("Take our own words back")
        expect(page.get_by_role("status")).to_contain_text("The usual words stand again")
