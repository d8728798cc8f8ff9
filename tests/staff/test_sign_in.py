"""The way in: password, second factor, recovery codes; and what stays shut on the way."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from passlib.totp import TOTP
from sqlmodel import select

from companion.records import AuditEvent, Role, StaffUser
from companion.services import staff_accounts
from companion.settings import StaffSettings
from companion.storage.keys import new_key
from tests.staff.rig import CODES, ON_SQLITE, PASSWORD, Browser, Person, Staff, code_now, csrf, words

pytestmark = ON_SQLITE

OPENED_LAST = ("/staff/", "/staff/account", "/staff/password", "/staff/recovery-codes", "/staff/start")


@pytest.fixture
def nurse(staff: Staff, riverside: int) -> Person:
    return staff.person(Role.NURSE, riverside)


def actions(staff: Staff) -> list[tuple[str, int | None]]:
    with staff.setup.database.reading() as session:
        found = session.exec(select(AuditEvent)).all()
    return [(event.action, event.staff_id) for event in found]


def test_password_and_code_open_the_first_page(staff: Staff, nurse: Person) -> None:
    browser = staff.browser()

    assert browser.sign_in(nurse).location.startswith("/staff/code")
    assert browser.give_code().location == "/staff/start"
    assert browser.get("/staff/start").location == "/staff/"
    assert browser.get("/staff/").status_code == 200
    assert ("signed-in", nurse.id) in actions(staff)


@pytest.mark.parametrize("path", OPENED_LAST)
def test_the_password_alone_opens_nothing(staff: Staff, nurse: Person, path: str) -> None:
    browser = staff.browser()
    browser.sign_in(nurse)

    assert browser.get(path).location.startswith("/staff/login")


def test_whoever_asked_for_a_page_gets_to_it_after_signing_in(staff: Staff, nurse: Person) -> None:
    browser = staff.browser()
    asked = browser.get("/staff/account").location
    first = browser.post(asked, {"email": nurse.email, "password": PASSWORD})

    last = browser.post(first.location, {"code": code_now()})

    assert last.location == "/staff/account"


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example",
        "//evil.example/staff/",
        "/\\evil.example",
        "/staff/\\..\\..",
        "/staff/\n/",
        "x",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(staff: Staff, nurse: Person, away: str) -> None:
    browser = staff.browser()
    token = csrf(browser.get("/staff/login").text)
    form = {"csrf_token": token, "email": nurse.email, "password": PASSWORD, "next": away}

    answer = browser.client.post("/staff/login", data=form, query_string={"next": away})

    assert answer.status_code in (200, 302)
    assert "evil" not in answer.headers.get("Location", "")


def test_a_new_person_chooses_a_password_then_sets_up_a_code_then_gets_recovery_codes(
    staff: Staff, riverside: int
) -> None:
    person, token = staff.invite(Role.NURSE, riverside)
    browser = staff.browser()

    chosen = browser.post(f"/staff/set-up/{token}", {"password": PASSWORD, "again": PASSWORD})
    assert chosen.location == "/staff/login"
    assert browser.sign_in(person).location == "/staff/second-factor"
    page = browser.post("/staff/second-factor", {"setup": "authenticator"})
    secret = page.text.partition('<code class="letters">')[2].partition("<")[0]
    form = {"csrf_token": csrf(page.text), "code": TOTP(key=secret).generate().token}
    assert browser.client.post("/staff/code", data=form).location == "/staff/start"
    assert browser.get("/staff/start").location == "/staff/recovery-codes"
    codes = browser.post("/staff/recovery-codes")
    assert codes.text.count("<li><code>") == 10
    assert browser.get("/staff/start").location == "/staff/"


def test_a_password_is_the_same_however_its_accents_are_written(staff: Staff, riverside: int) -> None:
    person, token = staff.invite(Role.NURSE, riverside)
    composed = "caf\u00e9 \ufb01sh \u00fcber dinner"
    apart = "cafe\u0301 fish u\u0308ber dinner"
    staff.browser().post(f"/staff/set-up/{token}", {"password": composed, "again": composed})

    assert staff.browser().sign_in(person, apart).location == "/staff/second-factor"


def test_a_code_opens_once(staff: Staff, nurse: Person) -> None:
    code = code_now()
    first, second = staff.browser(), staff.browser()
    for browser in (first, second):
        browser.sign_in(nurse)

    assert first.give_code(code).status_code == 302
    assert "each works once" in words(second.give_code(code))
    assert second.get("/staff/").status_code == 302


@pytest.mark.parametrize(
    ("later", "opens"),
    [(timedelta(0), True), (timedelta(minutes=2), False), (timedelta(minutes=-2), False)],
    ids=["now", "later", "earlier"],
)
def test_a_code_of_another_time_opens_nothing(
    staff: Staff, nurse: Person, later: timedelta, opens: bool
) -> None:
    browser = staff.browser()
    browser.sign_in(nurse)

    browser.give_code(code_now(later=later))

    assert (browser.get("/staff/account").status_code == 200) == opens


def test_a_code_may_be_typed_in_two_groups(staff: Staff, nurse: Person) -> None:
    browser = staff.browser()
    browser.sign_in(nurse)
    code = code_now()

    assert browser.give_code(f" {code[:3]} {code[3:]} ").status_code == 302


@pytest.mark.parametrize("typed", [CODES[0], CODES[0].upper(), CODES[0].replace("-", " "), "a1b2c3d4e5f6"])
def test_a_recovery_code_opens_once_however_it_is_typed(staff: Staff, nurse: Person, typed: str) -> None:
    first, second = staff.browser(), staff.browser()
    for browser in (first, second):
        browser.sign_in(nurse)

    assert first.post("/staff/recovery-code", {"code": typed}).status_code == 302
    assert first.get("/staff/").status_code == 200
    assert "not one of your unused" in words(second.post("/staff/recovery-code", {"code": typed}))
    assert second.get("/staff/").status_code == 302


@pytest.mark.parametrize("form", [{}, {"email": "x@y.example"}, {"password": PASSWORD}], ids=str)
def test_what_is_missing_is_named(staff: Staff, form: dict[str, str]) -> None:
    said = words(staff.browser().post("/staff/login", form))

    assert ("Type your e-mail address" in said) == ("email" not in form)
    assert ("Type your password" in said) == ("password" not in form)


def test_whether_there_is_such_an_account_is_told_to_nobody(staff: Staff, nurse: Person) -> None:
    def tried(email: str) -> str:
        answer = staff.browser().post("/staff/login", {"email": email, "password": "wrong, but long"})
        return answer.text.replace(email, "EMAIL").replace(csrf(answer.text), "TOKEN")

    assert tried(nurse.email) == tried("nobody@hospital.example")
    assert "do not go together" in tried(nurse.email)


def test_an_account_without_a_password_yet_is_like_none(staff: Staff, riverside: int) -> None:
    person, _ = staff.invite(Role.NURSE, riverside)

    assert "do not go together" in words(staff.browser().sign_in(person))


def test_an_inactive_person_stays_outside(staff: Staff, nurse: Person) -> None:
    inside = staff.signed_in(nurse)
    staff_accounts.change(staff.setup, nurse.id, {"active": False}, staff.clock())

    assert inside.get("/staff/").status_code == 302
    assert "do not go together" in words(staff.browser().sign_in(nurse))


def test_the_address_is_found_however_it_is_written(staff: Staff, nurse: Person) -> None:
    browser = staff.browser()
    form = {"email": f"  {nurse.email.upper()} ", "password": PASSWORD}

    assert browser.post("/staff/login", form).status_code == 302


def _another_secret(settings: StaffSettings) -> StaffSettings:
    return StaffSettings("another-secret", settings.encryption_keys, https=False)


def _another_key(settings: StaffSettings) -> StaffSettings:
    return StaffSettings(settings.secret_key, (new_key(), *settings.encryption_keys), https=False)


@pytest.mark.parametrize("change", [_another_secret, _another_key], ids=["secret key", "encryption key"])
def test_other_keys_lock_nobody_out(
    staff: Staff, nurse: Person, change: Callable[[StaffSettings], StaffSettings]
) -> None:
    staff.start(change(staff.settings))
    browser = staff.browser()
    browser.sign_in(nurse)

    assert browser.give_code().status_code == 302
    assert browser.get("/staff/").status_code == 200


def test_a_second_factor_set_up_under_an_older_key_may_be_finished(staff: Staff, riverside: int) -> None:
    person, token = staff.invite(Role.NURSE, riverside)
    browser = staff.browser()
    browser.post(f"/staff/set-up/{token}", {"password": PASSWORD, "again": PASSWORD})
    browser.sign_in(person)
    page = browser.post("/staff/second-factor", {"setup": "authenticator"})
    secret = page.text.partition('<code class="letters">')[2].partition("<")[0]
    kept = browser.client.get_cookie("companion")
    assert kept is not None

    staff.start(_another_key(staff.settings))
    later = staff.browser()
    later.client.set_cookie("companion", kept.value)
    form = {"csrf_token": csrf(page.text), "code": TOTP(key=secret).generate().token}

    assert later.client.post("/staff/code", data=form).location == "/staff/start"


def test_a_cookie_kept_from_before_the_second_factor_sets_up_no_other(staff: Staff, riverside: int) -> None:
    person, token = staff.invite(Role.NURSE, riverside)
    thief, owner = staff.browser(), staff.browser()
    owner.post(f"/staff/set-up/{token}", {"password": PASSWORD, "again": PASSWORD})

    def set_up(browser: Browser) -> dict[str, str]:
        browser.sign_in(person)
        page = browser.post("/staff/second-factor", {"setup": "authenticator"})
        secret = page.text.partition('<code class="letters">')[2].partition("<")[0]
        return {"csrf_token": csrf(page.text), "code": TOTP(key=secret).generate().token}

    stolen = set_up(thief)
    assert owner.client.post("/staff/code", data=set_up(owner)).location == "/staff/start"

    assert thief.client.post("/staff/code", data=stolen).location == "/staff/login"
    assert thief.get("/staff/account").status_code == 302


def test_the_way_between_password_and_code_is_open_for_a_quarter_of_an_hour(
    staff: Staff, nurse: Person
) -> None:
    browser = staff.browser()
    browser.sign_in(nurse)
    assert browser.get("/staff/code").status_code == 200
    staff.clock.forward(minutes=16)

    assert browser.get("/staff/code").location == "/staff/login"


@pytest.mark.parametrize("path", ["/staff/code", "/staff/recovery-code", "/staff/second-factor"])
def test_without_a_password_there_is_nothing_between(staff: Staff, path: str) -> None:
    assert staff.browser().get(path).location == "/staff/login"


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "at least 15 characters"),
        ("four plain words", "four plain word", "the same password twice"),
        ("nurse.1@hospital.example", "nurse.1@hospital.example", "not in your e-mail"),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_what_would(
    staff: Staff, riverside: int, password: str, again: str, said: str
) -> None:
    _, token = staff.invite(Role.NURSE, riverside)

    answer = staff.browser().post(f"/staff/set-up/{token}", {"password": password, "again": again})

    assert said in words(answer)
    assert password not in answer.text.replace("nurse.1@hospital.example</strong>", "").replace(
        'value="nurse.1@hospital.example"', ""
    )


def test_a_set_up_address_works_once(staff: Staff, riverside: int) -> None:
    _, token = staff.invite(Role.NURSE, riverside)
    form = {"password": PASSWORD, "again": PASSWORD}
    browser = staff.browser()
    browser.post(f"/staff/set-up/{token}", form)

    again = browser.get(f"/staff/set-up/{token}")

    assert again.status_code == 404
    assert "ask whoever sent it" in words(again)
    assert browser.post(f"/staff/set-up/{token}", form, seen="/staff/login").status_code == 404


@pytest.mark.parametrize(("hours", "status"), [(23.9, 200), (24, 404)])
def test_a_set_up_address_works_for_a_day(staff: Staff, riverside: int, hours: float, status: int) -> None:
    _, token = staff.invite(Role.NURSE, riverside)
    staff.clock.forward(hours=hours)

    assert staff.browser().get(f"/staff/set-up/{token}").status_code == status


def test_what_is_stored_is_no_secret_in_the_clear(staff: Staff, nurse: Person) -> None:
    with staff.setup.database.engine.connect() as connection:
        cells = " ".join(map(str, connection.exec_driver_sql("SELECT * FROM staff_user").one()))
    with staff.setup.database.reading() as session:
        stored = session.get_one(StaffUser, nurse.id)

    assert stored.password is not None
    assert stored.password.startswith("$argon2id$")
    secrets = (nurse.email, PASSWORD, "JBSWY3DP", *CODES)
    assert [secret for secret in secrets if secret in cells] == []
