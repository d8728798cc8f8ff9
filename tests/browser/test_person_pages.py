"""One person's pages in a browser: open to everybody, and the parts of a text counted as they are typed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from companion.domain.by_hand import tidied
from companion.domain.sms import count_segments
from companion.records import OutboundKind, OutboundState, Role
from companion.services.setup import Setup
from companion.settings import StaffSettings
from tests.browser.staff_site import Nurse, serving, working
from tests.browser.test_staff_pages import sign_in
from tests.factories import a_clinic, a_patient, a_text, a_visit, outbox_of, sweep
from tests.fakes import MONDAY, FrozenClock
from tests.staff.rig import ON_SQLITE, Person, Staff

pytestmark = ON_SQLITE


@pytest.fixture
def staff(setup: Setup, encryption_key: str) -> Staff:
    settings = StaffSettings("secret-of-the-test", (encryption_key,), https=False)
    staff = Staff(setup, FrozenClock(), FrozenClock(), settings)
    a_clinic(setup)
    amina = a_patient(setup, treatment="blinatumomab", reference="RW-1", weighing=("donor",))
    a_visit(setup, amina, at="2027-03-03T16:30", place="Level 2, north wing")
    a_visit(setup, amina, at="2027-03-16T09:30", kind="infusion-start")
    sweep(setup, MONDAY - timedelta(minutes=20))
    a_text(setup, "VISIT", MONDAY - timedelta(minutes=15))
    a_text(setup, "ASK Can my sister come with me?", MONDAY - timedelta(minutes=9))
    a_text(setup, "CALL ME", MONDAY - timedelta(minutes=4))
    with setup.database.transaction() as session:
        for row, state in zip(
            outbox_of(setup, amina)[:3], ("delivered", "undelivered", "unknown"), strict=False
        ):
            stored = session.merge(row)
            stored.state, stored.handed_at = OutboundState(state), row.handed_at or MONDAY
    return staff


@pytest.fixture
def person(staff: Staff) -> Person:
    return staff.person(Role.CLINIC_ADMIN, 1)


@pytest.fixture
def base(staff: Staff) -> Iterator[str]:
    with serving(staff) as address:
        yield address


def test_every_page_of_a_person_is_open_to_everybody(person: Person, base: str, browser: Browser) -> None:
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        for path in ("", "/change", "/text"):
            nurse.open(f"/staff/people/1{path}")
            nurse.check()
        for what in ("number", "treatment", "privacy", "zone", "pause", "hospital", "deceased"):
            nurse.open(f"/staff/people/1/change/{what}")
            nurse.check()
        nurse.press("See what changes")
        nurse.check()
        nurse.page.get_by_label("I have made sure").check()
        nurse.press("See what changes")
        expect(nurse.page.get_by_role("heading", level=1)).to_contain_text("Check before saving")
        nurse.check()


TYPED = (
    "Please call us.",
    "a" * 160,
    "a" * 161,
    "a" * 306,
    "a" * 307,
    "{" * 80 + "a",
    "\u2018Quoted\u2019 \u2013 and\u2026",
    "Well done \U0001f44d",
    "\u4f60" * 70,
    "\u4f60" * 71,
    "\U0001f44d" * 33 + "a" + "\U0001f44d" * 33,
    "caf\u00e9 na\u00efve \u0161koda",
    "two  spaces\n\n and lines  ",
    "see\u200b you\u202e soon",
)


def test_parts_are_counted_while_typing_as_they_are_when_sent(
    person: Person, base: str, browser: Browser
) -> None:
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        nurse.open("/staff/people/1/text")
        counted = {}
        for text in TYPED:
            nurse.type("Text", text)
            counted[text] = int((nurse.page.locator("#count").text_content() or "").split()[0])

        assert counted == {text: count_segments(tidied(text)) for text in TYPED}
        nurse.check()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_text_is_written_read_and_sent(
    staff: Staff, person: Person, base: str, browser: Browser, scripts: bool
) -> None:
    with working(browser, base, java_script_enabled=scripts) as nurse:
        sign_in(nurse, person)
        nurse.open("/staff/people/1")
        nurse.page.get_by_role("link", name="Write a text").click()
        nurse.type("Text", "Your blood results")
        nurse.press("Read it before sending")
        expect(nurse.page.get_by_role("alert")).to_contain_text("must not stand on a locked phone")
        nurse.type("Text", "Your letter\u2019s ready.\nPlease call us.")
        nurse.press("Read it before sending")
        shown = nurse.page.locator(".bubble").inner_text()
        if scripts:
            nurse.check()
        nurse.press("Send this text")
        expect(nurse.page.get_by_role("status").first).to_contain_text("Your text is on its way.")

    (row,) = [row for row in outbox_of(staff.setup) if row.kind == OutboundKind.MANUAL]
    assert row.body == shown == "Your letter's ready.\nPlease call us."


def test_a_change_goes_back_with_what_was_typed(person: Person, base: str, browser: Browser) -> None:
    with working(browser, base, java_script_enabled=False) as nurse:
        sign_in(nurse, person)
        nurse.open("/staff/people/1/change/hospital")
        _day(nurse, "First day in hospital", "2", "3", "2027")
        nurse.press("See what changes")
        expect(nurse.page.get_by_text("From Tuesday 2 March until you say otherwise")).to_be_visible()
        nurse.press("Go back")
        first = nurse.page.get_by_role("group", name="First day in hospital")
        expect(first.get_by_label("Day", exact=True)).to_have_value("2")
        nurse.press("See what changes")
        nurse.press("Save")

        expect(nurse.page.get_by_text("Goes into hospital on Tuesday 2 March")).to_be_visible()


def _day(nurse: Nurse, group: str, *numbers: str) -> None:
    fields = nurse.page.get_by_role("group", name=group)
    for label, number in zip(("Day", "Month", "Year"), numbers, strict=True):
        fields.get_by_label(label, exact=True).fill(number)
