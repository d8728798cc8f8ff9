"""A session lives on the server: it ends there by time, by its owner, and when a role is taken away."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from companion.records import Role, StaffMembership, StaffSession
from companion.services import staff_accounts
from tests.staff.rig import ON_SQLITE, PASSWORD, Browser, Person, Staff, csrf, words


@pytest.fixture
def nurse(staff: Staff, riverside: int) -> Person:
    return staff.person(Role.NURSE, riverside)


def is_open(browser: Browser) -> bool:
    return browser.get("/staff/account").status_code == 200


def ends(staff: Staff) -> list[str | None]:
    with staff.setup.database.reading() as session:
        rows = session.exec(select(StaffSession).order_by(StaffSession.id)).all()  # type: ignore[arg-type]
    return [row.ended_why for row in rows]


def test_unused_for_twenty_minutes_it_is_over_and_says_so(staff: Staff, nurse: Person) -> None:
    browser = staff.signed_in(nurse)
    staff.clock.forward(minutes=19)
    assert is_open(browser)
    staff.clock.forward(minutes=19)
    assert is_open(browser)
    staff.clock.forward(minutes=20)

    answer = browser.get("/staff/account")

    assert answer.location.startswith("/staff/login")
    assert "nobody used this page for 20 minutes" in words(browser.get(answer.location))
    assert ends(staff) == ["idle"]


def test_after_twelve_hours_it_is_over_though_it_was_used(staff: Staff, nurse: Person) -> None:
    browser = staff.signed_in(nurse)
    for _ in range(12 * 4 - 1):
        staff.clock.forward(minutes=15)
        assert is_open(browser)
    staff.clock.forward(minutes=15)

    assert not is_open(browser)
    assert ends(staff) == ["old"]


def test_the_demos_clock_ends_no_session(staff: Staff, nurse: Person) -> None:
    browser = staff.signed_in(nurse)
    staff.visits_clock.forward(days=30)

    assert is_open(browser)


@ON_SQLITE
def test_signing_out_ends_it_for_a_kept_cookie_too(staff: Staff, nurse: Person) -> None:
    browser, thief = staff.signed_in(nurse), staff.browser()
    cookie = browser.client.get_cookie("companion")
    assert cookie is not None
    thief.client.set_cookie("companion", cookie.value)
    assert is_open(thief)

    assert browser.post("/staff/logout", seen="/staff/account").location == "/staff/login"

    assert not is_open(browser)
    assert not is_open(thief)
    assert ends(staff) == ["signed-out"]


@ON_SQLITE
def test_a_link_signs_nobody_out(staff: Staff, nurse: Person) -> None:
    browser = staff.signed_in(nurse)

    assert browser.get("/staff/logout").status_code == 405
    assert is_open(browser)


def test_signing_out_everywhere_else_leaves_this_one(staff: Staff, nurse: Person) -> None:
    here, there, elsewhere = (staff.signed_in(nurse) for _ in range(3))
    colleague = staff.signed_in(staff.person(Role.NURSE, nurse.clinic, "other@hospital.example"))

    here.post("/staff/account/sessions/end", seen="/staff/account")

    assert [is_open(browser) for browser in (here, there, elsewhere, colleague)] == [True, False, False, True]


@ON_SQLITE
def test_one_session_is_ended_by_itself(staff: Staff, nurse: Person) -> None:
    here, there, elsewhere = (staff.signed_in(nurse) for _ in range(3))

    here.post("/staff/account/sessions/end", {"session": "2"}, seen="/staff/account")

    assert [is_open(browser) for browser in (here, there, elsewhere)] == [True, False, True]


@ON_SQLITE
def test_nobody_ends_a_colleagues_session(staff: Staff, nurse: Person) -> None:
    colleague = staff.signed_in(staff.person(Role.NURSE, nurse.clinic, "other@hospital.example"))
    here = staff.signed_in(nurse)

    here.post("/staff/account/sessions/end", {"session": "1"}, seen="/staff/account")

    assert is_open(colleague)
    assert "nothing to sign out" in words(here.get("/staff/account"))


@ON_SQLITE
def test_sessions_are_listed_while_they_open_something(staff: Staff, nurse: Person) -> None:
    staff.signed_in(nurse)
    staff.clock.forward(minutes=25)
    here = staff.signed_in(nurse)

    said = words(here.get("/staff/account"))

    assert said.count("last used") == 1
    assert "This one" in said


@ON_SQLITE
def test_another_password_signs_out_everywhere_else(staff: Staff, nurse: Person) -> None:
    here, there = staff.signed_in(nurse), staff.signed_in(nurse)
    new = "entirely other words"
    form = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}

    assert here.post("/staff/password", form).location == "/staff/account"

    assert is_open(here)
    assert not is_open(there)
    assert "do not go together" in words(staff.browser().sign_in(nurse))
    assert staff.browser().sign_in(nurse, new).status_code == 302


@ON_SQLITE
@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"password": "not the one I have"}, "not your password"),
        ({"new_password_confirm": "entirely other word"}, "the same both times"),
        ({"new_password": "short", "new_password_confirm": "short"}, "at least 15 characters"),
        ({"new_password": PASSWORD, "new_password_confirm": PASSWORD}, "not the one you have"),
    ],
    ids=["wrong", "unlike", "short", "same"],
)
def test_a_password_is_changed_only_for_a_good_one_by_its_owner(
    staff: Staff, nurse: Person, form: dict[str, str], said: str
) -> None:
    new = "entirely other words"
    whole = {"password": PASSWORD, "new_password": new, "new_password_confirm": new, **form}

    assert said in words(staff.signed_in(nurse).post("/staff/password", whole))
    assert staff.browser().sign_in(nurse).status_code == 302


def _take_role(staff: Staff, nurse: Person) -> None:
    with staff.setup.database.transaction() as session:
        session.delete(session.exec(select(StaffMembership)).one())


def _make_inactive(staff: Staff, nurse: Person) -> None:
    staff_accounts.change(staff.setup, nurse.id, {"active": False}, staff.clock())


def _reset(staff: Staff, nurse: Person) -> None:
    staff_accounts.reset(staff.setup, nurse.email, staff.clock())


@pytest.mark.parametrize("take", [_take_role, _make_inactive, _reset])
def test_what_is_taken_away_is_gone_at_the_next_page(
    staff: Staff, nurse: Person, take: Callable[[Staff, Person], None]
) -> None:
    browser = staff.signed_in(nurse)
    assert is_open(browser)

    take(staff, nurse)

    assert not is_open(browser)


@ON_SQLITE
@pytest.mark.parametrize("path", ["/staff/second-factor", "/staff/recovery-codes"])
def test_what_one_signs_in_with_is_changed_only_after_the_password_once_more(
    staff: Staff, nurse: Person, path: str
) -> None:
    browser = staff.signed_in(nurse)
    with browser.client.session_transaction() as cookie:
        cookie["fs_paa"] = 0.0

    asked = browser.get(path)
    assert asked.location.startswith("/staff/password-again")
    assert "not your password" in words(browser.post(asked.location, {"password": "wrong, but long"}))
    back = browser.post(asked.location, {"password": PASSWORD})

    assert back.location.endswith(path)
    assert browser.get(path).status_code == 200


@ON_SQLITE
def test_a_second_factor_is_changed_with_a_code_of_the_new_one(staff: Staff, nurse: Person) -> None:
    from passlib.totp import TOTP

    browser = staff.signed_in(nurse)
    page = browser.post("/staff/second-factor", {"setup": "authenticator"})
    secret = page.text.partition('<code class="letters">')[2].partition("<")[0]
    action = page.text.partition("<main")[2].rpartition('<form action="')[2].partition('"')[0]

    form = {"csrf_token": csrf(page.text), "code": TOTP(key=secret).generate().token}
    assert browser.client.post(action, data=form).location == "/staff/account"

    later = staff.browser()
    later.sign_in(nurse)
    assert "does not work" in words(later.give_code())


@ON_SQLITE
def test_who_works_at_two_clinics_chooses_one(staff: Staff, riverside: int, elm_street: int) -> None:
    person = staff.person(Role.NURSE, riverside)
    staff.invite(Role.NURSE, elm_street, person.email)
    browser = staff.signed_in(person)
    assert "Riverside Team" in browser.get("/staff/").text

    browser.post("/staff/account/clinic", {"clinic": str(elm_street)}, seen="/staff/account")

    assert "Elm Street Team" in browser.get("/staff/").text.partition("<main")[0]


@ON_SQLITE
@pytest.mark.parametrize("clinic", ["2", "99", "", "one"])
def test_nobody_chooses_a_clinic_that_is_not_theirs(
    staff: Staff, nurse: Person, elm_street: int, clinic: str
) -> None:
    browser = staff.signed_in(nurse)

    answer = browser.post("/staff/account/clinic", {"clinic": clinic}, seen="/staff/account")

    assert answer.status_code == 404
    assert "Riverside Team" in browser.get("/staff/account").text
