"""Tasks, inbox and numbers in a browser; Today at one glance; open to everybody, with and without scripts."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from companion.records import AppointmentState, OutboundKind, OutboundState, Role, TaskUrgency
from companion.services import overview
from companion.services.setup import Setup
from companion.settings import StaffSettings
from tests.browser.staff_site import Nurse, serving, working
from tests.factories import a_clinic, a_patient, a_text, a_visit, a_waiting_text, sweep, the_visit
from tests.fakes import MONDAY, FrozenClock
from tests.people import BO, CHEN
from tests.staff.rig import ON_SQLITE, PASSWORD, Person, Staff, code_now
from tests.staff_tasks import a_task

pytestmark = ON_SQLITE

#: Of an ordinary day: who comes when, and whether they said so.
_TODAY = (("Amina", "10:30", "confirmed"), ("Bo", "14:00", "booked"), ("Chen", "15:30", "confirmed"))
_TOMORROW = (("Amina", "09:15", "booked"), ("Bo", "11:00", "confirmed"))


@pytest.fixture
def staff(setup: Setup, encryption_key: str) -> Staff:
    """An ordinary day: a few visits, two tasks, weeks in which nearly everything arrived."""
    settings = StaffSettings("secret-of-the-test", (encryption_key,), https=False)
    staff = Staff(setup, FrozenClock(), FrozenClock(), settings)
    clinic = a_clinic(setup)
    people = {"Amina": a_patient(setup), "Bo": a_patient(setup, name="Bo", phone=BO)}
    people["Chen"] = a_patient(setup, name="Chen", phone=CHEN)
    for day, visits in (("2027-03-01", _TODAY), ("2027-03-02", _TOMORROW)):
        for who, at, state in visits:
            booked = a_visit(setup, people[who], MONDAY - timedelta(days=9), at=f"{day}T{at}")
            with setup.database.transaction() as session:
                row = the_visit(setup, booked.appointment.id or 0)
                row.state = AppointmentState(state)
                session.merge(row)
    for days in range(9, 0, -1):
        # At half past six in the evening, when what was due on that day has been.
        sweep(setup, MONDAY - timedelta(days=days) + timedelta(hours=9, minutes=30))
    for week in range(6):
        for n in range(9 - week):
            at = MONDAY - timedelta(days=7 * week, minutes=n)
            lost = n == 3 and week % 2
            state = OutboundState.UNDELIVERED if lost else OutboundState.DELIVERED
            given = {"kind": OutboundKind.PUSH, "handed_at": at, "asks": n < 4}
            a_waiting_text(setup, clinic, at, state=state, **given)
    a_text(setup, "I have a fever and feel shivery since last night, should I come in?")
    a_text(setup, "zxq")
    a_task(setup, clinic, patient_id=people["Bo"], note="Bo: CALL ME")
    overview.beat(setup, MONDAY)
    return staff


@pytest.fixture
def person(staff: Staff) -> Person:
    return staff.person(Role.NURSE, 1)


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


def test_an_ordinary_day_is_seen_at_one_glance(base: str, browser: Browser, person: Person) -> None:
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        nurse.open("/staff/")

        expect(nurse.page.get_by_role("img", name="Texts that arrived in the last 6 weeks")).to_be_visible()
        bottom = "document.querySelector('main').lastElementChild.getBoundingClientRect().bottom"
        assert nurse.page.evaluate(bottom) <= 768
        nurse.check()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_an_urgent_text_to_what_was_done(
    base: str, browser: Browser, person: Person, scripts: bool
) -> None:
    with working(browser, base, java_script_enabled=scripts) as nurse:
        page = nurse.page
        sign_in(nurse, person)
        page.locator(".row--urgent").get_by_role("button").click()
        expect(page.locator(".row--urgent")).to_contain_text("sees to it")
        page.get_by_role("link", name="May be ill: call").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("May be ill: call")
        nurse.type("Add a note", "Rang, no answer.")
        nurse.press("Keep the note")
        expect(page.locator(".noted")).to_contain_text("Rang, no answer.")
        nurse.type("What was done (if there is something to say)", "Comes in now.")
        nurse.press("It is done")
        expect(page.get_by_role("heading", level=1)).to_contain_text("To do")
        expect(page.get_by_role("link", name="May be ill: call")).to_have_count(0)
        page.get_by_role("link", name="Done", exact=True).click()
        page.get_by_role("link", name="May be ill: call").click()
        expect(page.locator(".noted")).to_contain_text("Comes in now.")


def test_several_routine_ones_are_ticked_by_keyboard(
    staff: Staff, base: str, browser: Browser, person: Person
) -> None:
    for _ in range(2):
        a_task(staff.setup, 1, urgency=TaskUrgency.ROUTINE, kind="welcome-not-sent", note="")
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        nurse.open("/staff/tasks?urgency=routine")
        boxes = nurse.page.get_by_role("checkbox")
        expect(boxes).to_have_count(2)
        for box in boxes.all():
            box.focus()
            nurse.page.keyboard.press("Space")
        nurse.press("Mark the ticked ones as done")
        expect(nurse.page.get_by_role("status")).to_have_text("Marked as done: 2.")


def test_the_pages_one_works_through_shut_nobody_out(
    staff: Staff, base: str, browser: Browser, person: Person
) -> None:
    a_task(staff.setup, 1, urgency=TaskUrgency.ROUTINE, kind="welcome-not-sent", note="")
    landline = a_task(staff.setup, 1, patient_id=1, kind="landline", note="A visit on 16 March")
    with working(browser, base) as nurse:
        sign_in(nurse, person)
        for path in (
            "/staff/tasks",
            "/staff/tasks?done=1",
            f"/staff/tasks/{landline}",
            "/staff/inbox",
            "/staff/numbers",
            "/staff/numbers?flaw=missing",
        ):
            nurse.open(path)
            nurse.check()
        nurse.open(f"/staff/tasks/{landline}")
        nurse.press("Keep the note")
        expect(nurse.page.locator(".nhsuk-error-summary")).to_be_focused()
        nurse.check()
