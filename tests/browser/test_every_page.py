"""Every page of the staff as each role that may see it, with something in it: whole and open to all."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from companion.domain.languages import ENGLISH
from companion.records import Patient, Role
from companion.services import staff_accounts
from companion.services.setup import Setup
from companion.settings import StaffSettings
from companion.web.staff import guard
from companion.web.staff.person_forms import KINDS, possible
from tests.browser.full_site import Contents, Demonstration, a_live_clinic, addresses, fill, let_in
from tests.browser.staff_site import NARROW, WIDE, Nurse, serving, working
from tests.factories import a_clinic, the_patient
from tests.fakes import FrozenClock
from tests.staff.rig import ON_SQLITE, PASSWORD, QUICK, Person, Staff

pytestmark = ON_SQLITE

#: Fetched, and no page: lists to keep, and the pages' own style and scripts.
FILES = {"audit.export", "imports.template", "static"}
#: Leads each role to its own first page.
ONWARD = "/staff/start"
#: What is typed where a form asks for it, by the field's name.
_TYPED = {
    "phone": "+44 7700 900177",
    "zone": "Asia/Kolkata",
    **{f"{day}-day": "2" for day in ("until", "begins", "day")},
    **{f"{day}-month": "3" for day in ("until", "begins", "day", "home")},
    **{f"{day}-year": "2027" for day in ("until", "begins", "day", "home")},
    "home-day": "9",
}


@pytest.fixture
def staff(setup: Setup, encryption_key: str) -> Staff:
    a_clinic(setup)
    settings = StaffSettings("secret-of-the-test", (encryption_key,), https=False)
    return Demonstration(setup, FrozenClock(), FrozenClock(), settings)


@pytest.fixture
def people(staff: Staff) -> dict[Role, Person]:
    """Somebody of each role; the administrator has made the clinic live."""
    at_work = {role: staff.person(role, 1) for role in (Role.NURSE, Role.CLINIC_ADMIN)}
    a_live_clinic(staff.setup, at_work[Role.CLINIC_ADMIN])
    return at_work | {role: staff.person(role, None) for role in (Role.SYSTEM_ADMIN, Role.REVIEWER)}


@pytest.fixture
def contents(staff: Staff, people: dict[Role, Person]) -> Contents:
    return fill(staff, people[Role.NURSE])


@pytest.fixture
def base(staff: Staff) -> Iterator[str]:
    with serving(staff) as address:
        yield address


def _endpoint(app: Flask, address: str) -> str:
    found: tuple[str, object] = app.url_map.bind("127.0.0.1").match(urlsplit(address).path)
    return found[0]


def _roles(app: Flask, address: str) -> frozenset[Role]:
    audience = guard.audience_of(app, _endpoint(app, address))
    assert audience is not None, f"{address} is nobody's"
    return audience.roles


def _pages(app: Flask, *, strangers: bool) -> set[str]:
    """Return the endpoints that somebody may look at and that a stranger may open, or may not."""
    asked = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    open_to = {endpoint: guard.audience_of(app, endpoint) for endpoint in asked - FILES}
    return {endpoint for endpoint, who in open_to.items() if who and who.strangers == strangers}


def _flaws(nurse: Nurse, status: int = 200) -> list[str]:
    """Return what is wrong with the page as it stands, for those who see or move less too, and on a phone."""
    page, found = nurse.page, _complaints(nurse, status)
    if not page.get_by_text("These people are made up").is_visible():
        found.append("does not say that it is a demonstration")
    found += nurse.shut_out()
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        if nurse.width() > size["width"]:
            found.append(f"is {nurse.width()} px wide on a screen of {size['width']}")
    return found


def _complaints(nurse: Nurse, status: int) -> list[str]:
    """Take what the browser complained of since last time; that a page is an error page is no complaint."""
    said = [*nurse.visit.console_errors, *nurse.visit.script_errors]
    nurse.visit.console_errors.clear()
    nurse.visit.script_errors.clear()
    return [line for line in said if status == 200 or f"status of {status}" not in line]


def _flaws_at(nurse: Nurse, address: str, status: int = 200) -> list[str]:
    answer = nurse.page.goto(f"{nurse.visit.base}{address}")
    assert answer is not None
    shown = urlsplit(nurse.page.url).path
    if answer.status != status or (address != ONWARD and shown != urlsplit(address).path):
        return [f"answered {answer.status} at {shown}"]
    return _flaws(nurse, status)


def _with_flaws(nurse: Nurse, addresses: Iterable[str]) -> dict[str, list[str]]:
    found = {address: _flaws_at(nurse, address) for address in addresses}
    return {address: flaws for address, flaws in found.items() if flaws}


def test_no_page_is_left_out(staff: Staff, contents: Contents) -> None:
    walked = {_endpoint(staff.app, address) for address in addresses(contents, 1)}

    assert _pages(staff.app, strangers=False) <= walked


@pytest.mark.parametrize("role", Role)
def test_every_page_of_a_role_shuts_nobody_out(
    staff: Staff, people: dict[Role, Person], contents: Contents, base: str, browser: Browser, role: Role
) -> None:
    colleague = people[Role.CLINIC_ADMIN if role == Role.NURSE else Role.NURSE]
    walked = [a for a in addresses(contents, colleague.id) if role in _roles(staff.app, a)]
    with working(browser, base) as nurse:
        let_in(nurse, staff, people[role])
        assert _with_flaws(nurse, walked) == {}


def test_the_way_in_shuts_nobody_out(
    staff: Staff, people: dict[Role, Person], base: str, browser: Browser
) -> None:
    _, token = staff.invite(Role.NURSE, 1, "ada@hospital.example")
    fresh, chosen = staff.invite(Role.NURSE, 1, "bea@hospital.example")
    staff_accounts.choose_password(staff.setup, chosen, QUICK.hash(PASSWORD), staff.clock())
    seen: dict[str, list[str]] = {}
    with working(browser, base) as nurse:

        def look() -> None:
            shown = urlsplit(nurse.page.url).path
            seen[_endpoint(staff.app, shown)] = _flaws(nurse)

        nurse.open(f"/staff/set-up/{token}")
        look()
        _first_step(nurse, fresh)
        look()
        nurse.page.context.clear_cookies()
        nurse.open("/staff/login")
        look()
        _first_step(nurse, people[Role.NURSE])
        look()
        nurse.page.get_by_role("link", name="Use a recovery code instead").click()
        look()
    assert seen == {page: [] for page in _pages(staff.app, strangers=True)}


def test_a_page_that_says_no_shuts_nobody_out(
    staff: Staff, people: dict[Role, Person], base: str, browser: Browser
) -> None:
    said = {
        "/staff/set-up/used": (404, "This address does not work any more"),
        "/staff/nowhere": (404, "There is no such page"),
        "/staff/people/987654": (404, "There is no such page"),
        "/staff/clinics": (403, "Not part of your role"),
        "/staff/tasks/done": (405, "There is no such page"),
    }
    with working(browser, base) as nurse:
        heading = nurse.page.get_by_role("heading", level=1)
        assert _flaws_at(nurse, "/staff/nowhere", 404) == []
        let_in(nurse, staff, people[Role.NURSE])
        for address, (status, words) in said.items():
            assert (address, _flaws_at(nurse, address, status)) == (address, [])
            expect(heading).to_have_text(words)

        nurse.open("/staff/enrol")
        nurse.page.locator("main [name=csrf_token]").evaluate("field => { field.value = 'of-yesterday' }")
        nurse.press("See what will be sent")
        expect(heading).to_have_text("This page was open too long")
        assert _flaws(nurse, 400) == []


def test_every_change_of_a_person_shuts_nobody_out(
    staff: Staff, people: dict[Role, Person], contents: Contents, base: str, browser: Browser
) -> None:
    with working(browser, base) as nurse:
        let_in(nurse, staff, people[Role.CLINIC_ADMIN])
        # With English alone nobody's language can be changed.
        for what in (kind for kind in KINDS if kind != "language"):
            person = _somebody_for(staff, contents, what)
            assert (what, _flaws_of_change(nurse, person, what)) == (what, [])


def test_what_is_wrong_with_a_page_is_found(
    staff: Staff, people: dict[Role, Person], base: str, browser: Browser
) -> None:
    with working(browser, base) as nurse:
        nurse.open("/staff/login")
        nurse.page.locator(".demo").evaluate("banner => banner.remove()")
        nurse.page.locator("main").evaluate("main => { main.append(document.createElement('input')) }")
        nurse.page.locator("main").evaluate("main => { main.style.minWidth = '1200px' }")
        nurse.page.evaluate("console.error('out of order')")

        complaint, unsaid, unnamed, phone, desk = _flaws(nurse)

    assert (complaint, unsaid) == ("out of order", "does not say that it is a demonstration")
    assert unnamed == "label: <input>"
    assert (phone.split()[-1], desk.split()[-1]) == ("375", "1024")


def _first_step(nurse: Nurse, person: Person) -> None:
    nurse.open("/staff/login")
    nurse.type("E-mail address", person.email)
    nurse.type("Password", PASSWORD)
    nurse.press("Continue")


def _somebody_for(staff: Staff, contents: Contents, what: str) -> int:
    """Return a person of whom this may be changed: those at home first, those in hospital last."""
    last = contents.in_hospital

    def may(person: int) -> bool:
        found: Patient = the_patient(staff.setup, person)
        return what in possible(found, (ENGLISH,), in_hospital=person == last, admin=True)

    return next(person for person in (*contents.by_state.values(), last) if may(person))


def _is_before_saving(nurse: Nurse) -> bool:
    return "Check before saving" in nurse.page.get_by_role("heading", level=1).inner_text()


def _answer(nurse: Nurse) -> None:
    """Fill in whatever the form asks for."""
    for field in nurse.page.locator("main input:is([type=text], [type=tel])").all():
        field.fill(_TYPED[field.get_attribute("name") or ""])
    for kind in ("radio", "checkbox"):
        boxes = nurse.page.locator(f"main input[type={kind}]")
        if boxes.count():
            boxes.last.check()


def _flaws_of_change(nurse: Nurse, person: int, what: str) -> list[str]:
    """Look at the form, at what it says to nothing typed, and at what stands before the last button."""
    page = nurse.page
    found = _flaws_at(nurse, f"/staff/people/{person}/change/{what}")
    nurse.press("See what changes")
    if page.get_by_role("alert").is_visible():
        found += _flaws(nurse)
    if not _is_before_saving(nurse):
        _answer(nurse)
        nurse.press("See what changes")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Check before saving")
    return found + _flaws(nurse)
