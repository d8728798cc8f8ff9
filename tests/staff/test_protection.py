"""What protects the pages: headers, cookies and tokens in forms; and pages for what goes wrong."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import structlog
from sqlmodel import Session

from companion.errors import NotFound, StorageError
from companion.records import Role
from companion.web.staff.guard import open_to_strangers
from tests.staff.rig import ON_SQLITE, PASSWORD, Person, Staff, words

pytestmark = ON_SQLITE


@pytest.fixture
def nurse(staff: Staff, riverside: int) -> Person:
    return staff.person(Role.NURSE, riverside)


@pytest.mark.parametrize(
    "path",
    ["/staff/login", "/staff/nothing", "/staff/", "/staff/static/companion.css", "/staff/static/none.css"],
)
def test_every_answer_forbids_what_it_does_not_need(staff: Staff, path: str) -> None:
    with staff.browser().get(path) as answer:
        headers = answer.headers

    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("path", ["/staff/login", "/staff/", "/staff/nothing", "/staff/static/none.css"])
def test_no_page_is_kept_by_a_browser_or_on_the_way(staff: Staff, path: str) -> None:
    assert staff.browser().get(path).headers["Cache-Control"] == "no-store"


def test_a_file_of_the_layout_is_kept_for_good_under_an_address_of_its_own(staff: Staff) -> None:
    browser = staff.browser()
    page = browser.get("/staff/login").text
    address = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]

    with browser.get(address) as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert {"Set-Cookie", "Vary"}.isdisjoint(answer.headers.keys())
    assert "?v=" in address


def test_by_https_cookies_are_bound_to_this_host_and_browsers_to_https(staff: Staff, nurse: Person) -> None:
    staff.start(replace(staff.settings, https=True))
    client = staff.app.test_client()
    https = {"base_url": "https://companion.example"}
    answer = client.get("/staff/login", **https)
    token = answer.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"csrf_token": token, "email": nurse.email, "password": PASSWORD}
    signed = client.post("/staff/login", data=form, **https)

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    (cookie,) = signed.headers.getlist("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-companion=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} == set(attributes)


def test_on_this_machine_cookies_go_without_https(staff: Staff, nurse: Person) -> None:
    browser = staff.browser()
    browser.sign_in(nurse)

    for cookie in browser.give_code().headers.getlist("Set-Cookie"):
        assert cookie.startswith(("companion=", "companion-known="))
        assert "Secure" not in cookie
        assert "HttpOnly" in cookie


@pytest.mark.parametrize("token", [{}, {"csrf_token": ""}, {"csrf_token": "made-up"}], ids=str)
@pytest.mark.parametrize("path", ["/staff/account/sessions/end", "/staff/logout", "/staff/recovery-codes"])
def test_a_form_from_elsewhere_changes_nothing_and_the_page_says_what_to_do(
    staff: Staff, nurse: Person, path: str, token: dict[str, str]
) -> None:
    other, browser = staff.signed_in(nurse), staff.signed_in(nurse)

    answer = browser.client.post(path, data=token)

    assert answer.status_code == 400
    assert "Open the page again" in words(answer)
    assert other.get("/staff/account").status_code == 200
    assert browser.get("/staff/account").status_code == 200
    assert "2 unused" in words(browser.get("/staff/account"))


def _raise(error: Exception) -> Callable[[], str]:
    @open_to_strangers
    def view() -> str:
        raise error

    return view


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (RuntimeError("Amina Okafor +12025550101"), 500, "Something went wrong here"),
        (StorageError(), 503, "The records cannot be reached"),
        (NotFound.of("patient", 7), 404, "There is no such page"),
    ],
    ids=["broken", "no database", "no such id"],
)
def test_what_goes_wrong_is_said_without_what_it_was_about(
    staff: Staff, error: Exception, status: int, said: str
) -> None:
    staff.app.testing = False
    staff.app.view_functions["security.login"] = _raise(error)

    with structlog.testing.capture_logs() as logged:
        answer = staff.browser().get("/staff/login")

    assert answer.status_code == status
    assert said in words(answer)
    assert "Amina" not in answer.text + str(logged)
    assert [entry["event"] for entry in logged] == ["staff.page-failed"] * (status >= 500)


def test_without_a_database_the_page_still_says_so(
    staff: Staff, nurse: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = staff.signed_in(nurse)
    staff.app.testing = False

    def fail(*_: object, **__: object) -> None:
        raise StorageError

    monkeypatch.setattr(Session, "exec", fail)

    answer = browser.get("/staff/")

    assert answer.status_code == 503
    assert "Try once more" in words(answer)


@pytest.mark.parametrize("path", ["/staff/nothing", "/staff/set-up/", "/staff/../etc/passwd"])
def test_a_page_that_is_not_there_says_so_to_whoever_asks(staff: Staff, nurse: Person, path: str) -> None:
    assert "There is no such page" in words(staff.browser().get(path))
    signed_in = staff.signed_in(nurse).get(path)
    assert signed_in.status_code == 404
    assert "Sign out" in signed_in.text


def test_what_is_too_large_is_refused_unread(staff: Staff, nurse: Person) -> None:
    answer = staff.signed_in(nurse).client.post("/staff/account/clinic", data={"clinic": "1" * 300_000})

    assert answer.status_code == 413
    assert "smaller file" in words(answer)


def test_the_forwarded_address_counts_only_where_a_proxy_is_named(staff: Staff, nurse: Person) -> None:
    def blocked_from_elsewhere() -> bool:
        answers = []
        for n in range(7):
            client = staff.app.test_client()
            token = (
                client.get("/staff/login").text.partition('name="csrf_token" value="')[2].partition('"')[0]
            )
            form = {"csrf_token": token, "email": nurse.email, "password": "a guess, and another"}
            headers = {"X-Forwarded-For": f"192.0.2.{n}"}
            answers.append(words(client.post("/staff/login", data=form, headers=headers)))
        return "Wait" in answers[-1]

    assert blocked_from_elsewhere()
    staff.start(replace(staff.settings, proxies=1))
    assert not blocked_from_elsewhere()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/healthz", 200), ("/sms/inbound", 405), ("/staffs", 404), ("/staff", 308), ("/staff/login", 200)],
)
def test_one_address_serves_webhooks_health_and_staff(staff: Staff, path: str, status: int) -> None:
    assert staff.site().test_client().get(path).status_code == status


def test_webhooks_carry_nothing_of_the_staffs_pages(staff: Staff) -> None:
    answer = staff.site().test_client().get("/healthz")

    assert "Set-Cookie" not in answer.headers
    assert staff.site().extensions == {}
    assert [rule.rule for rule in staff.site().url_map.iter_rules() if "staff" in rule.rule] == []


def test_passwords_cost_a_guesser_what_argon2id_is_to_cost(staff: Staff) -> None:
    from companion.web.staff import create_staff_app

    app = create_staff_app(staff._companion(), staff.settings)
    made = app.extensions["security"].pwd_context.hash("x")

    assert made.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
