"""What happens besides when somebody signs in or out: our own session begins, or ends."""

from typing import Any

from flask import Flask, abort, redirect, request, session, url_for
from flask_login import user_logged_out
from flask_security import user_authenticated
from werkzeug.wrappers import Response

from companion.services import staff_accounts, staff_sessions
from companion.web.staff import known_browsers
from companion.web.staff.guard import TOKEN
from companion.web.staff.room import here, real_now

_SETTING_UP = ("setup_from_login", "validating_profile")
_BETWEEN = (
    "security.two_factor_setup",
    "security.two_factor_token_validation",
    "security.mf_recovery",
)
_STARTED = "half_way_at"
#: Between the password and the code nobody needs longer.
_HALF_WAY_SECONDS = 15 * 60


def watch(app: Flask) -> None:
    """Follow the library's signals for this application."""

    def came(_: Flask, user: Any, authn_via: list[str] | None = None, **__: Any) -> None:
        setup, now = here().setup, real_now()
        if "change" in (authn_via or ()):
            staff_sessions.end_all(setup, user.id, "password", now)
        browser = request.headers.get("User-Agent", "")
        session[TOKEN] = staff_sessions.open_session(setup, user.id, browser, now)
        session.pop(_STARTED, None)
        known_browsers.remember(user.email)

    def went(_: Flask, **__: Any) -> None:
        token = session.pop(TOKEN, None)
        if isinstance(token, str):
            staff_sessions.sign_out(here().setup, token, real_now())
        session.clear()

    user_authenticated.connect(came, sender=app)
    user_logged_out.connect(went, sender=app)
    # Signals hold what is connected only weakly.
    app.extensions["companion-coming-and-going"] = (came, went)


def check_half_way(app: Flask) -> None:
    """
    Hold the state between password and second factor to its time and purpose.

    The library keeps it in the signed cookie without an end. A kept cookie from before the second factor was
    set up must not set up another one later.
    """

    @app.before_request
    def check() -> Response | None:
        if request.endpoint not in _BETWEEN or TOKEN in session:
            return None
        if "tf_user_id" not in session:
            return redirect(url_for("security.login"))
        started = session.setdefault(_STARTED, real_now().timestamp())
        late = real_now().timestamp() - started > _HALF_WAY_SECONDS
        if late or (session.get("tf_state") in _SETTING_UP and _is_set_up(session["tf_user_id"])):
            session.clear()
            return redirect(url_for("security.login"))
        return None


def _is_set_up(uniquifier: str) -> bool:
    found = staff_accounts.with_uniquifier(here().setup, uniquifier)
    if found is None:
        abort(403)
    return found.tf_primary_method is not None
