"""Who works where: invited, given another role, set up anew and let go, by those who look after the staff."""

import re
from collections.abc import Callable

import pytest
from sqlmodel import col, select

from companion.domain.staff import SignedIn
from companion.errors import InvalidInput, NotFound
from companion.records import AuditEvent, Clinic, Role, StaffMembership, StaffUser
from companion.services import staff_accounts, staff_people, staff_sessions
from companion.services.setup import Setup
from companion.services.staff_accounts import NewStaff
from tests.factories import a_clinic, at_once, connect
from tests.fakes import MONDAY
from tests.people import OTHER_CLINIC
from tests.staff.rig import ON_SQLITE, PASSWORD, Browser, Person, Staff, csrf, words

_ADA = {"name": "Ada", "email": "ada@hospital.example", "role": "nurse"}


@pytest.fixture
def admin(staff: Staff, riverside: int) -> Person:
    return staff.person(Role.CLINIC_ADMIN, riverside)


@pytest.fixture
def nurse(staff: Staff, riverside: int) -> Person:
    return staff.person(Role.NURSE, riverside)


@pytest.fixture
def browser(staff: Staff, admin: Person) -> Browser:
    return staff.signed_in(admin)


@pytest.fixture
def system(staff: Staff) -> Browser:
    return staff.signed_in(staff.person(Role.SYSTEM_ADMIN, None))


def role_of(staff: Staff, person: Person) -> int:
    """Return the id of the person's role at their clinic."""
    with staff.setup.database.reading() as session:
        query = select(StaffMembership).where(
            StaffMembership.staff_id == person.id,
            col(StaffMembership.clinic_id).is_not_distinct_from(person.clinic),
        )
        return session.exec(query).one().id or 0


def roles(staff: Staff, staff_id: int) -> list[tuple[int | None, str]]:
    with staff.setup.database.reading() as session:
        query = select(StaffMembership).where(StaffMembership.staff_id == staff_id)
        return [(row.clinic_id, row.role) for row in session.exec(query).all()]


def noted(staff: Staff, action: str) -> list[tuple[int | None, int | None, str | None]]:
    with staff.setup.database.reading() as session:
        query = select(AuditEvent).where(AuditEvent.action == action).order_by(col(AuditEvent.id))
        return [(one.staff_id, one.clinic_id, one.subject) for one in session.exec(query).all()]


def set_up_address(page: str) -> str | None:
    found = re.search(r"https://companion\.example(/staff/set-up/[\w-]+)", page)
    return found[1] if found else None


@ON_SQLITE
def test_an_invitation_shows_an_address_once_at_which_they_set_themselves_up(
    staff: Staff, browser: Browser, admin: Person, riverside: int
) -> None:
    answer = browser.post("/staff/team/invite", _ADA)

    address = set_up_address(answer.text)
    assert address
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Choose a password" in words(staff.browser().get(address))
    page = words(browser.get("/staff/team"))
    assert "Ada Nurse, ada@hospital.example Invited" in page
    assert noted(staff, "staff-added")[-1] == (admin.id, riverside, f"person 2, nurse of {riverside}")
    again = browser.post("/staff/team/invite", _ADA)
    assert set_up_address(again.text) is None
    assert "has a role there already" in words(again)


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("email", "ada", "Give an e-mail address"),
        ("email", "", "Give an e-mail address"),
        ("name", "", "Give their name"),
        ("name", "N" * 61, "Give their name"),
        ("role", "", "Choose a role"),
        ("role", "system_admin", "Choose a role"),
    ],
)
def test_what_cannot_be_an_invitation_is_said_at_its_field(
    staff: Staff, browser: Browser, field: str, typed: str, told: str
) -> None:
    before = noted(staff, "staff-added")

    answer = browser.post("/staff/team/invite", {**_ADA, field: typed})

    assert words(answer).count(told) == 2
    assert 'value="Ada"' in answer.text or field == "name"
    assert noted(staff, "staff-added") == before


@ON_SQLITE
def test_nobody_is_invited_to_another_clinic(staff: Staff, browser: Browser, elm_street: int) -> None:
    browser.post("/staff/team/invite", {**_ADA, "clinic": str(elm_street)})

    with staff.setup.database.reading() as session:
        ada = staff_accounts.with_email(staff.setup, "ada@hospital.example")
        assert ada
        assert [row.clinic_id for row in session.exec(select(StaffMembership)).all()].count(elm_street) == 0


@ON_SQLITE
def test_an_address_sent_for_another_clinic_stays_the_only_one(
    staff: Staff, browser: Browser, riverside: int, elm_street: int
) -> None:
    _, token = staff.invite(Role.NURSE, elm_street, "ada@hospital.example")

    answer = browser.post("/staff/team/invite", _ADA)

    assert set_up_address(answer.text) is None
    assert "They have an account" in words(answer)
    assert staff_accounts.invited(staff.setup, token, staff.clock()) == "ada@hospital.example"


@ON_SQLITE
def test_another_role_holds_at_once_where_they_are_signed_in(
    staff: Staff, browser: Browser, admin: Person, nurse: Person, riverside: int
) -> None:
    theirs = staff.signed_in(nurse)
    assert theirs.get("/staff/team").status_code == 403

    browser.post(f"/staff/team/{role_of(staff, nurse)}/role", {"role": "clinic_admin"})

    assert theirs.get("/staff/team").status_code == 200
    told = f"person {nurse.id}, nurse to clinic_admin"
    assert noted(staff, "role-changed") == [(admin.id, riverside, told)]


@ON_SQLITE
def test_a_role_of_all_clinics_is_not_given_at_one(
    staff: Staff, browser: Browser, nurse: Person, riverside: int
) -> None:
    answer = browser.post(f"/staff/team/{role_of(staff, nurse)}/role", {"role": "system_admin"})

    assert "Choose a role" in words(answer)
    assert roles(staff, nurse.id) == [(riverside, "nurse")]


@ON_SQLITE
def test_a_role_taken_away_signs_them_out(
    staff: Staff, browser: Browser, admin: Person, nurse: Person, riverside: int
) -> None:
    theirs = staff.signed_in(nurse)

    browser.post(f"/staff/team/{role_of(staff, nurse)}/remove")

    assert theirs.get("/staff/account").status_code == 302
    assert nurse.email not in words(browser.get("/staff/team"))
    assert noted(staff, "role-taken") == [(admin.id, riverside, f"person {nurse.id}, nurse")]


@ON_SQLITE
def test_an_address_sent_works_no_more_once_the_role_is_gone(
    staff: Staff, browser: Browser, riverside: int
) -> None:
    ada, token = staff.invite(Role.NURSE, riverside, "ada@hospital.example")

    browser.post(f"/staff/team/{role_of(staff, ada)}/remove")

    assert staff_accounts.invited(staff.setup, token, staff.clock()) is None


@ON_SQLITE
def test_set_up_anew_they_choose_password_and_second_factor_again(
    staff: Staff, browser: Browser, admin: Person, nurse: Person, riverside: int
) -> None:
    theirs = staff.signed_in(nurse)

    answer = browser.post(f"/staff/team/{role_of(staff, nurse)}/reset")

    assert theirs.get("/staff/account").status_code == 302
    stored = staff_accounts.with_email(staff.setup, nurse.email)
    assert stored
    assert (stored.password, stored.tf_totp_secret, stored.mf_recovery_codes) == (None, None, None)
    assert "Choose a password" in words(staff.browser().get(set_up_address(answer.text) or ""))
    assert noted(staff, "staff-reset") == [(admin.id, riverside, f"person {nurse.id}")]


@ON_SQLITE
def test_who_works_elsewhere_too_is_set_up_anew_by_a_system_administrator_alone(
    staff: Staff, browser: Browser, system: Browser, nurse: Person, elm_street: int
) -> None:
    staff.invite(Role.CLINIC_ADMIN, elm_street, nurse.email)
    before = staff_accounts.with_email(staff.setup, nurse.email)
    path = f"/staff/team/{role_of(staff, nurse)}"

    page = browser.get(f"{path}/reset")
    refused = browser.client.post(f"{path}/reset", data={"csrf_token": csrf(page.text)})

    assert "Ask a system administrator" in words(page)
    assert set_up_address(refused.text) is None
    after = staff_accounts.with_email(staff.setup, nurse.email)
    assert before
    assert after
    assert after.password == before.password
    assert set_up_address(system.post(f"{path}/reset").text)


@ON_SQLITE
def test_their_sessions_are_seen_and_ended_one_by_one_or_all(
    staff: Staff, browser: Browser, admin: Person, nurse: Person, riverside: int
) -> None:
    one, two, three = (staff.signed_in(nurse) for _ in range(3))
    path = f"/staff/team/{role_of(staff, nurse)}"
    page = browser.get(path)
    assert page.text.count("Firefox") >= 3
    session = re.search(r'name="session" value="(\d+)"', page.text)
    assert session

    browser.post(path, {"session": session[1]})

    assert sum(one.get("/staff/account").status_code == 200 for one in (one, two, three)) == 2

    browser.post(path)

    assert sum(one.get("/staff/account").status_code == 200 for one in (one, two, three)) == 0
    assert browser.get("/staff/account").status_code == 200
    told = [f"person {nurse.id}, 1 ended", f"person {nurse.id}, 2 ended"]
    assert noted(staff, "sessions-ended") == [(admin.id, riverside, one) for one in told]


@ON_SQLITE
def test_a_session_at_another_clinic_is_neither_seen_nor_ended(
    staff: Staff, browser: Browser, nurse: Person, riverside: int, elm_street: int
) -> None:
    staff.invite(Role.NURSE, elm_street, nurse.email)
    theirs = staff.signed_in(nurse)
    theirs.post("/staff/account/clinic", {"clinic": str(elm_street)}, seen="/staff/account")
    path = f"/staff/team/{role_of(staff, nurse)}"

    page = browser.get(path)
    browser.client.post(path, data={"csrf_token": csrf(page.text)})

    assert "They are signed in nowhere for this clinic" in words(page)
    assert theirs.get("/staff/account").status_code == 200


@ON_SQLITE
@pytest.mark.parametrize("step", ["", "/role", "/remove", "/reset"])
def test_somebody_of_another_clinic_does_not_exist_here(
    staff: Staff, browser: Browser, elm_street: int, step: str
) -> None:
    other = staff.person(Role.NURSE, elm_street)
    path = f"/staff/team/{role_of(staff, other)}{step}"
    token = csrf(browser.get("/staff/account").text)

    assert browser.get(path).status_code == 404
    assert browser.client.post(path, data={"csrf_token": token, "role": "nurse"}).status_code == 404
    assert other.email not in browser.get("/staff/team").text
    assert roles(staff, other.id) == [(elm_street, "nurse")]


@ON_SQLITE
@pytest.mark.parametrize("step", ["", "/role", "/remove", "/reset"])
def test_nobody_changes_their_own_role(
    staff: Staff, browser: Browser, admin: Person, riverside: int, step: str
) -> None:
    path = f"/staff/team/{role_of(staff, admin)}{step}"
    token = csrf(browser.get("/staff/account").text)

    answer = browser.client.post(path, data={"csrf_token": token, "role": "nurse"})

    assert answer.status_code == 403
    assert roles(staff, admin.id) == [(riverside, "clinic_admin")]
    assert "This is you" in words(browser.get(f"/staff/team/{role_of(staff, admin)}"))


@ON_SQLITE
def test_an_id_that_no_database_holds_is_no_page(browser: Browser) -> None:
    assert browser.get("/staff/team/99999999999999").status_code == 404
    assert browser.get("/staff/team/77").status_code == 404


@ON_SQLITE
@pytest.mark.parametrize("step", ["role", "remove", "reset"])
def test_a_password_typed_long_ago_is_asked_for_again(
    staff: Staff, browser: Browser, nurse: Person, riverside: int, step: str
) -> None:
    path = f"/staff/team/{role_of(staff, nurse)}/{step}"
    token = csrf(browser.get(path).text)
    with browser.client.session_transaction() as cookie:
        cookie["fs_paa"] -= 15 * 60 + 1

    shown = browser.get(path)
    sent = browser.client.post(path, data={"csrf_token": token, "role": "clinic_admin"})

    for answer in (shown, sent):
        assert answer.status_code == 302
        assert answer.location == f"/staff/password-again?next={path}"
    assert "Nothing was changed yet" in words(browser.get(sent.location))
    assert roles(staff, nurse.id) == [(riverside, "nurse")]
    assert noted(staff, "staff-reset") == []


@ON_SQLITE
def test_after_the_password_it_goes_on_where_it_was(staff: Staff, browser: Browser, nurse: Person) -> None:
    path = f"/staff/team/{role_of(staff, nurse)}/role"
    with browser.client.session_transaction() as cookie:
        cookie["fs_paa"] -= 15 * 60 + 1
    asked = browser.get(path).location

    answer = browser.post(asked, {"password": PASSWORD})

    assert answer.location == path
    assert browser.get(path).status_code == 200


@ON_SQLITE
def test_a_password_typed_lately_is_enough(staff: Staff, browser: Browser, nurse: Person) -> None:
    with browser.client.session_transaction() as cookie:
        cookie["fs_paa"] -= 14 * 60

    assert browser.get(f"/staff/team/{role_of(staff, nurse)}/role").status_code == 200


@ON_SQLITE
def test_a_system_administrator_sees_the_staff_of_all_and_adds_a_clinic(
    staff: Staff, system: Browser, admin: Person, elm_street: int
) -> None:
    other = staff.person(Role.NURSE, elm_street)
    page = words(system.get("/staff/team"))
    assert admin.email in page
    assert other.email in page
    form = {
        "name": "Oak Lane Team",
        "number": "+44 7700 900177",
        "line": "020 7946 0111",
        "nation": "wales",
        "zone": "Europe/London",
    }

    assert system.post("/staff/clinics/add", form).location == "/staff/clinics"

    page = words(system.get("/staff/clinics"))
    assert (
        "Oak Lane Team Texts from +44 7700 900177. 24-hour line 020 7946 0111. 0 on the staff. Not live"
        in page
    )
    with staff.setup.database.reading() as session:
        oak = session.exec(select(Clinic).where(Clinic.name == "Oak Lane Team")).one()
    assert noted(staff, "clinic-added")[0][1] == oak.id
    invited = system.post("/staff/team/invite", {**_ADA, "role": "clinic_admin", "clinic": str(oak.id)})
    assert set_up_address(invited.text)


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("number", "12", "Give the number that texts"),
        ("number", "+12025550100", "Another clinic has that number"),
        ("line", "", "answered day and night"),
        ("name", "Leukaemia Unit", "tells nothing about the illness"),
    ],
)
def test_a_clinic_that_cannot_be_is_not_added(
    staff: Staff, system: Browser, riverside: int, field: str, typed: str, told: str
) -> None:
    form = {
        "name": "Oak Lane Team",
        "number": "+44 7700 900177",
        "line": "020 7946 0111",
        "nation": "wales",
        "zone": "Europe/London",
    }

    answer = system.post("/staff/clinics/add", {**form, field: typed})

    assert words(answer).count(told) == 2
    assert "Oak Lane" not in words(system.get("/staff/clinics"))


@ON_SQLITE
@pytest.mark.parametrize(("role", "clinic"), [("nurse", ""), ("system_admin", "1")])
def test_a_role_goes_with_where_it_is(
    staff: Staff, system: Browser, riverside: int, role: str, clinic: str
) -> None:
    answer = system.post("/staff/team/invite", {**_ADA, "role": role, "clinic": clinic})

    assert "a system administrator is of no clinic" in words(answer)
    assert staff_accounts.with_email(staff.setup, "ada@hospital.example") is None


@ON_SQLITE
def test_a_hostile_colleague_is_only_words(staff: Staff, browser: Browser, nurse: Person) -> None:
    hostile = "<script>alert(1)</script>" + "😀" * 5 + "N" * 150
    staff_accounts.change(staff.setup, nurse.id, {"name": hostile}, staff.clock())
    path = f"/staff/team/{role_of(staff, nurse)}"

    for page in ("/staff/team", path, f"{path}/role", f"{path}/remove", f"{path}/reset", "/staff/audit"):
        assert "<script>alert" not in browser.get(page).text
        assert "&lt;script&gt;alert(1)" in browser.get(page).text
    answer = browser.post("/staff/team/invite", {**_ADA, "name": hostile[:60], "role": ""})
    assert "<script>alert" not in answer.text


def _admins(setup: Setup) -> list[SignedIn]:
    clinic = a_clinic(setup, number=OTHER_CLINIC)
    found = []
    for name in ("ada", "bea"):
        new = NewStaff(f"{name}@hospital.example", Role.CLINIC_ADMIN, clinic)
        made = staff_accounts.add(setup, new, MONDAY)
        token = staff_sessions.open_session(setup, made.staff_id, "", MONDAY)
        person = staff_sessions.resume(setup, token, MONDAY)
        assert isinstance(person, SignedIn)
        found.append(person)
    return found


def test_of_two_who_take_each_others_role_one_remains(setup: Setup) -> None:
    ada, bea = _admins(setup)
    with setup.database.reading() as session:
        rows = {row.staff_id: row.id or 0 for row in session.exec(select(StaffMembership)).all()}
    connect(setup, 2)

    def take(by: SignedIn, of: SignedIn) -> Callable[[], bool]:
        def call() -> bool:
            try:
                staff_people.take_away(setup, by, rows[of.staff_id], MONDAY)
            except (NotFound, InvalidInput):
                return False
            return True

        return call

    assert sorted(at_once(take(ada, bea), take(bea, ada))) == [False, True]
    with setup.database.reading() as session:
        assert len(session.exec(select(StaffMembership)).all()) == 1
        assert len(session.exec(select(StaffUser)).all()) == 2
