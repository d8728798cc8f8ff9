"""
Who may open which page. Every page says so itself, and one that does not is open to nobody.

The pages of the sign-in library cannot say it; they are listed here, and those not listed do not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, abort, flash, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from companion.domain.staff import SignedIn
from companion.records import Role
from companion.services import auditing, staff_sessions
from companion.web.staff.room import here, real_now

View = TypeVar("View", bound=Callable[..., object])

#: Where the cookie keeps the token of the session.
TOKEN = "staff"  # noqa: S105 - a key, no secret
_AUDIENCE = "companion_audience"
_LARGEST = "companion_largest_body"


@dataclass(frozen=True)
class Audience:
    roles: frozenset[Role]
    strangers: bool = False


STRANGERS = Audience(frozenset(Role), strangers=True)
ALL_STAFF = Audience(frozenset(Role))

_OF_THE_LIBRARY = {
    "static": STRANGERS,
    "security.login": STRANGERS,
    "security.logout": STRANGERS,
    # Between the password and the second factor nobody is signed in; the library checks that state.
    "security.two_factor_setup": STRANGERS,
    "security.two_factor_token_validation": STRANGERS,
    "security.mf_recovery": STRANGERS,
    "security.two_factor_setup_validate": ALL_STAFF,
    "security.verify": ALL_STAFF,
    "security.change_password": ALL_STAFF,
    "security.mf_recovery_codes": ALL_STAFF,
}


def open_to(*roles: Role) -> Callable[[View], View]:
    """Let these roles open the page, and nobody else."""
    return _marked(Audience(frozenset(roles)))


def open_to_strangers(view: View) -> View:
    """Let anybody open the page: it shows and changes nothing that is not theirs."""
    return _marked(STRANGERS)(view)


def open_to_all_staff(view: View) -> View:
    return _marked(ALL_STAFF)(view)


def takes_files(largest: int) -> Callable[[View], View]:
    """Let a page take a body of up to so many bytes, from those it is open to."""

    def mark(view: View) -> View:
        setattr(view, _LARGEST, largest)
        return view

    return mark


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    """Return for whom a page is; None: for nobody."""
    found = getattr(app.view_functions[endpoint], _AUDIENCE, None)
    return found if isinstance(found, Audience) else _OF_THE_LIBRARY.get(endpoint)


def guard(app: Flask) -> None:
    """Check every request before anything else of the application sees it."""

    @app.before_request
    def check() -> Response | None:
        if request.endpoint is None:
            g.person = _who()
            return None  # there is no such page, which the router says itself
        audience = audience_of(app, request.endpoint)
        if audience is None or request.is_json:
            abort(404)
        if request.endpoint == "static":
            return None
        g.person = _who()
        if audience.strangers:
            return None
        if g.person is None:
            return _to_sign_in()
        if g.person.role not in audience.roles:
            auditing.note_refused(here().setup, g.person, request.endpoint, real_now())
            abort(403)
        _make_room(app.view_functions[request.endpoint])
        return None


def _make_room(view: object) -> None:
    """Let the page's body be as large as it says; before the form is read, and never for a stranger."""
    largest = getattr(view, _LARGEST, None)
    if largest is not None:
        request.max_content_length = largest


def _who() -> SignedIn | None:
    """Return who is behind the cookie; a cookie that opens nothing any more is emptied."""
    token = session.get(TOKEN)
    found = staff_sessions.resume(here().setup, token, real_now()) if isinstance(token, str) else None
    if isinstance(found, SignedIn):
        return found
    if token is not None or "_user_id" in session:
        session.clear()
        flash(here().words[f"over-{found}" if found else "over-elsewhere"])
    return None


def _to_sign_in() -> Response:
    """Ask to sign in, and come back here afterwards if nothing was being changed."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("security.login", next=back))


def _marked(audience: Audience) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _AUDIENCE, audience)
        return view

    return mark
