"""Who may open which page: every page, as every role and as a stranger."""

import re
from itertools import product

import pytest
from flask import Flask
from sqlmodel import select

from companion.records import AuditEvent, Role
from companion.web.staff import guard
from companion.web.staff.person_forms import KINDS
from tests.staff.rig import ON_SQLITE, Staff, words

pytestmark = ON_SQLITE

_AT_WORK = {Role.NURSE, Role.CLINIC_ADMIN}
_ADMIN = {Role.CLINIC_ADMIN}
_SYSTEM = {Role.SYSTEM_ADMIN}
_ADMINS = _ADMIN | _SYSTEM
_ALL = set(Role)
_READERS = {*_AT_WORK, Role.REVIEWER}
#: Every page there is, and which roles open it; written out, so that a new page has to be thought about here.
PAGES = {
    ("GET", "/staff/"): _AT_WORK,
    ("GET", "/staff/tasks"): _AT_WORK,
    ("POST", "/staff/tasks/done"): _AT_WORK,
    ("GET", "/staff/tasks/<int(max=2147483647):task_id>"): _AT_WORK,
    ("POST", "/staff/tasks/<int(max=2147483647):task_id>/claim"): _AT_WORK,
    ("POST", "/staff/tasks/<int(max=2147483647):task_id>/release"): _AT_WORK,
    ("POST", "/staff/tasks/<int(max=2147483647):task_id>/note"): _AT_WORK,
    ("POST", "/staff/tasks/<int(max=2147483647):task_id>/done"): _AT_WORK,
    ("POST", "/staff/tasks/<int(max=2147483647):task_id>/reopen"): _AT_WORK,
    ("GET", "/staff/inbox"): _AT_WORK,
    ("GET", "/staff/numbers"): _AT_WORK,
    ("GET", "/staff/start"): _ALL,
    ("GET", "/staff/account"): _ALL,
    ("POST", "/staff/account/sessions/end"): _ALL,
    ("POST", "/staff/account/clinic"): _ALL,
    ("GET", "/staff/password"): _ALL,
    ("POST", "/staff/password"): _ALL,
    ("GET", "/staff/password-again"): _ALL,
    ("POST", "/staff/password-again"): _ALL,
    ("GET", "/staff/recovery-codes"): _ALL,
    ("POST", "/staff/recovery-codes"): _ALL,
    ("POST", "/staff/second-factor/<token>"): _ALL,
    ("GET", "/staff/words"): _READERS,
    ("GET", "/staff/words/texts"): _READERS,
    ("GET", "/staff/words/text"): _READERS,
    ("GET", "/staff/words/person"): _READERS,
    ("GET", "/staff/words/live"): _AT_WORK,
    ("POST", "/staff/words/live"): {Role.CLINIC_ADMIN},
    ("POST", "/staff/words/accept"): {Role.CLINIC_ADMIN},
    ("POST", "/staff/words/sign"): {Role.REVIEWER},
    ("POST", "/staff/words/sign/back"): {Role.REVIEWER},
    ("GET", "/staff/words/own"): {Role.CLINIC_ADMIN},
    ("POST", "/staff/words/own"): {Role.CLINIC_ADMIN},
    ("POST", "/staff/words/own/check"): {Role.CLINIC_ADMIN},
    ("POST", "/staff/words/own/drop"): {Role.CLINIC_ADMIN},
    ("GET", "/staff/clinic"): _ADMIN,
    **{
        (method, f"/staff/clinic/{page}"): _ADMIN
        for method in ("GET", "POST")
        for page in ("details", "office", "closed-days", "watch", "rate", "live", "reminders/<which>")
    },
    ("GET", "/staff/clinic/reminders"): _ADMIN,
    ("GET", "/staff/clinics"): _SYSTEM,
    ("GET", "/staff/clinics/add"): _SYSTEM,
    ("POST", "/staff/clinics/add"): _SYSTEM,
    ("GET", "/staff/team"): _ADMINS,
    **{
        (method, f"/staff/team/{page}"): _ADMINS
        for method in ("GET", "POST")
        for page in ("invite", "<int:member>", *(f"<int:member>/{to}" for to in ("role", "remove", "reset")))
    },
    ("GET", "/staff/audit"): _ADMINS,
    ("GET", "/staff/audit.csv"): _ADMINS,
    ("GET", "/staff/find"): _AT_WORK,
    ("POST", "/staff/find"): _AT_WORK,
    ("GET", "/staff/enrol"): _AT_WORK,
    ("POST", "/staff/enrol"): _AT_WORK,
    ("POST", "/staff/enrol/number"): _AT_WORK,
    ("GET", "/staff/people/<int:patient_id>/card"): _AT_WORK,
    ("GET", "/staff/people/<int(max=2147483647):patient>"): _AT_WORK,
    ("POST", "/staff/people/<int(max=2147483647):patient>/notes"): _AT_WORK,
    ("GET", "/staff/people/<int(max=2147483647):patient>/text"): _AT_WORK,
    ("POST", "/staff/people/<int(max=2147483647):patient>/text"): _AT_WORK,
    ("GET", "/staff/people/<int(max=2147483647):patient>/change"): _AT_WORK,
    ("GET", f"/staff/people/<int(max=2147483647):patient>/change/<any({', '.join(KINDS)}):what>"): _AT_WORK,
    ("POST", f"/staff/people/<int(max=2147483647):patient>/change/<any({', '.join(KINDS)}):what>"): _AT_WORK,
    ("GET", "/staff/visits"): _AT_WORK,
    ("GET", "/staff/visits/<int:visit_id>"): _AT_WORK,
    ("GET", "/staff/people/<int:patient_id>/visits/new"): _AT_WORK,
    ("POST", "/staff/people/<int:patient_id>/visits/new"): _AT_WORK,
    ("GET", "/staff/visits/<int:visit_id>/move"): _AT_WORK,
    ("POST", "/staff/visits/<int:visit_id>/move"): _AT_WORK,
    ("GET", "/staff/visits/<int:visit_id>/cancel"): _AT_WORK,
    ("POST", "/staff/visits/<int:visit_id>/cancel"): _AT_WORK,
    ("GET", "/staff/visits/list/move"): _AT_WORK,
    ("POST", "/staff/visits/list/move"): _AT_WORK,
    ("GET", "/staff/visits/list/cancel"): _AT_WORK,
    ("POST", "/staff/visits/list/cancel"): _AT_WORK,
    ("POST", "/staff/visits/mark"): _AT_WORK,
    ("GET", "/staff/visits/<int:visit_id>/sheet"): _AT_WORK,
    ("POST", "/staff/visits/<int:visit_id>/sheet"): _AT_WORK,
    ("GET", "/staff/import/"): _AT_WORK,
    ("POST", "/staff/import/"): _AT_WORK,
    ("GET", "/staff/import/template.csv"): _AT_WORK,
    ("GET", "/staff/import/<int:run>"): _AT_WORK,
    ("POST", "/staff/import/<int:run>"): _AT_WORK,
    ("POST", "/staff/export/<name>"): _AT_WORK,
}
#: Pages a stranger opens: they are the way in, and show nothing of anybody.
WAY_IN = {
    ("GET", "/staff/login"),
    ("POST", "/staff/login"),
    ("POST", "/staff/logout"),
    ("GET", "/staff/code"),
    ("POST", "/staff/code"),
    ("GET", "/staff/recovery-code"),
    ("POST", "/staff/recovery-code"),
    ("GET", "/staff/second-factor"),
    ("POST", "/staff/second-factor"),
    ("GET", "/staff/set-up/<token>"),
    ("POST", "/staff/set-up/<token>"),
    ("GET", "/staff/static/<path:filename>"),
}
#: Pages the sign-in library brings along and nobody has.
NOBODYS = {("GET", "/staff/tf-rescue"), ("POST", "/staff/tf-rescue"), ("GET", "/staff/tf-select")}


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def _address(rule: str) -> str:
    """Return an address that the rule matches and that names nothing there is."""
    rule = re.sub(r"<int[^>]*>", "987654", rule)
    rule = re.sub(r"<any\(([^,)]+)[^>]*>", r"\1", rule)
    return re.sub(r"<[^>]+>", "x", rule)


def _asked(staff: Staff, method: str, rule: str, role: Role | None, clinic: int) -> int:
    """Ask for a page and return the status; 302 is the way to the sign-in page."""
    if role is None:
        browser = staff.browser()
    else:
        of = clinic if role in _AT_WORK else None
        browser = staff.signed_in(staff.person(role, of))
    answer = browser.client.open(_address(rule), method=method)
    if answer.status_code == 302 and not answer.location.startswith("/staff/login"):
        return 200
    return answer.status_code


def test_the_list_of_pages_is_whole(staff: Staff) -> None:
    left = routes(staff.app) - set(PAGES) - WAY_IN
    nobodys = {
        (method, rule.rule)
        for rule in staff.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if guard.audience_of(staff.app, rule.endpoint) is None
    }

    assert set(PAGES) | WAY_IN <= routes(staff.app)
    assert left == nobodys
    assert nobodys >= NOBODYS


@pytest.mark.parametrize(
    ("page", "role"), list(product(PAGES, Role)), ids=lambda v: " ".join(v) if isinstance(v, tuple) else v
)
def test_a_page_opens_for_its_roles_and_for_no_other(
    staff: Staff, riverside: int, page: tuple[str, str], role: Role
) -> None:
    status = _asked(staff, *page, role, riverside)

    if role in PAGES[page]:
        # A form that came without its token is refused, but only after the role was looked at; what a page
        # that names something would be about does not exist.
        found = 404 if "<" in page[1] else 200
        assert status == (found if page[0] == "GET" else 400)
    else:
        assert status == 403


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_a_stranger_is_asked_to_sign_in_everywhere(
    staff: Staff, riverside: int, page: tuple[str, str]
) -> None:
    assert _asked(staff, *page, None, riverside) == 302


def test_what_the_library_brings_along_is_nobodys(staff: Staff, riverside: int) -> None:
    browser = staff.signed_in(staff.person(Role.CLINIC_ADMIN, riverside))
    left = routes(staff.app) - set(PAGES) - WAY_IN

    asked = {
        (method, rule): browser.client.open(_address(rule), method=method).status_code
        for method, rule in left
    }

    assert len(asked) >= 3
    assert set(asked.values()) == {404}


def test_a_page_that_does_not_say_whom_it_is_for_is_nobodys(staff: Staff, riverside: int) -> None:
    browser = staff.signed_in(staff.person(Role.CLINIC_ADMIN, riverside))
    staff.app.view_functions["today.today"] = lambda: "shown"

    assert browser.get("/staff/").status_code == 404


def test_a_refusal_says_whom_to_ask_and_is_written_down(staff: Staff) -> None:
    reviewer = staff.person(Role.REVIEWER, None)

    answer = staff.signed_in(reviewer).get("/staff/")

    assert "change your role" in words(answer)
    with staff.setup.database.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "refused")).one()
    assert (event.staff_id, event.subject) == (reviewer.id, "today.today")


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.NURSE, "/staff/"),
        (Role.CLINIC_ADMIN, "/staff/"),
        (Role.SYSTEM_ADMIN, "/staff/account"),
        (Role.REVIEWER, "/staff/words"),
    ],
)
def test_everybody_starts_at_a_page_of_theirs(staff: Staff, riverside: int, role: Role, first: str) -> None:
    browser = staff.signed_in(staff.person(role, riverside if role in _AT_WORK else None))

    assert browser.get("/staff/start").location == first
    assert browser.get(first).status_code == 200


def test_a_token_in_the_address_or_a_header_signs_nobody_in(staff: Staff, riverside: int) -> None:
    person = staff.person(Role.NURSE, riverside)
    with staff.app.test_request_context():
        from companion.web.staff.accounts import StaffAccounts

        account = StaffAccounts().find_user(email=person.email)
        assert account is not None
        token = str(account.get_auth_token())
    client = staff.browser().client

    assert client.get("/staff/account", headers={"Authentication-Token": token}).status_code == 302
    assert client.get("/staff/account", query_string={"auth_token": token}).status_code == 302


def test_signing_in_by_json_is_not_offered(staff: Staff, riverside: int) -> None:
    person = staff.person(Role.NURSE, riverside)

    answer = staff.browser().client.post("/staff/login", json={"email": person.email, "password": "x"})

    assert answer.status_code == 404
