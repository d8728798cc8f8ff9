"""The staff's pages for a test: people with a password and a second factor, and browsers to sign in with."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from werkzeug.test import TestResponse

from companion.bootstrap import Companion
from companion.records import Role
from companion.services import staff_accounts, staff_sessions
from companion.services.setup import Setup
from companion.services.staff_accounts import NewStaff
from companion.settings import StaffSettings
from companion.transports.webhooks import SignatureCheck
from companion.web import create_site
from companion.web.staff import create_staff_app
from tests.compiling_once import PagesOnce
from tests.fakes import FrozenClock
from tests.people import ACCOUNT_SID, AUTH_TOKEN

PASSWORD = "four plain words kept"
#: Costs next to nothing to make and to check.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
QUICK_OPTIONS = {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
PAGES = PagesOnce()
#: For tests of pages, where nothing hangs on which database it is.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CODES = ("a1b2-c3d4-e5f6", "0f1e-2d3c-4b5a")


@dataclass
class Person:
    id: int
    email: str
    role: Role
    clinic: int | None


@dataclass
class Staff:
    """One installation with its staff."""

    setup: Setup
    #: Real time, as sessions go by it.
    clock: FrozenClock
    #: The demo's time, as visits go by it.
    visits_clock: FrozenClock
    settings: StaffSettings
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.start(self.settings)

    def start(self, settings: StaffSettings) -> None:
        """Start the pages, or start them anew with other settings."""
        self.settings = settings
        self.app = create_staff_app(self._companion(), settings)
        self.app.testing = True
        self.app.jinja_env.bytecode_cache = PAGES
        # Passwords are slow to check on purpose; here they need not be.
        self.app.extensions["security"].pwd_context.update(**QUICK_OPTIONS)

    def site(self) -> Flask:
        site = create_site(self._companion(), self.settings)
        site.testing = True
        return site

    def _companion(self) -> Companion:
        signatures = SignatureCheck("https://companion.example", ACCOUNT_SID, (AUTH_TOKEN,))
        return Companion(self.setup, signatures, self.visits_clock, None, self.clock)

    def invite(self, role: Role, clinic: int | None, email: str | None = None) -> tuple[Person, str]:
        email = email or f"{role}.{clinic or 0}@hospital.example"
        invited = staff_accounts.add(self.setup, NewStaff(email, role, clinic), self.clock())
        return Person(invited.staff_id, email, role, clinic), invited.token or ""

    def person(self, role: Role, clinic: int | None, email: str | None = None) -> Person:
        """Return somebody who has set up password, second factor and recovery codes."""
        made, token = self.invite(role, clinic, email)
        staff_accounts.choose_password(self.setup, token, QUICK.hash(PASSWORD), self.clock())
        factors = {
            "tf_primary_method": "authenticator",
            "tf_totp_secret": f'{{"key":"{SECRET}","type":"totp","v":1}}',
            "mf_recovery_codes": '["' + '", "'.join(CODES) + '"]',
        }
        staff_accounts.change(self.setup, made.id, factors, self.clock())
        return made

    def browser(self) -> "Browser":
        return Browser(self, self.app.test_client())

    def signed_in(self, person: Person) -> "Browser":
        """Return a browser with an open session of the person, past the pages of signing in."""
        browser = self.browser()
        with self.setup.database.reading() as session:
            stored = session.get_one(staff_accounts.StaffUser, person.id)
        token = staff_sessions.open_session(self.setup, person.id, "Firefox on a ward", self.clock())
        with browser.client.session_transaction() as cookie:
            cookie.update(staff=token, _user_id=stored.fs_uniquifier, _fresh=True)
            cookie["fs_paa"] = datetime.now(UTC).timestamp()
        return browser


@dataclass
class Browser:
    staff: Staff
    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, form: dict[str, str] | None = None, *, seen: str | None = None) -> TestResponse:
        """Send a form with the token of the page it stands on, `seen` or the same address."""
        token = csrf(self.client.get(seen or path).text)
        return self.client.post(path, data={"csrf_token": token, **(form or {})})

    def sign_in(self, person: Person, password: str = PASSWORD) -> TestResponse:
        """Go through the first step."""
        form = {"email": person.email, "password": password}
        return self.post("/staff/login", form)

    def give_code(self, code: str | None = None) -> TestResponse:
        """Go through the second step."""
        return self.post("/staff/code", {"code": code or code_now()})


def code_now(secret: str = SECRET, later: timedelta = timedelta(0)) -> str:
    """Return what an authenticator app shows; the pages read the real clock for it."""
    made: str = TOTP(key=secret).generate(datetime.now(UTC) + later).token
    return made


def csrf(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]


def words(answer: TestResponse) -> str:
    """Return the main part of a page as it is read."""
    main = answer.text.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())
