"""Pages that change what somebody may do: the password once more, if it was typed a while ago."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import flash, redirect, request, url_for
from flask_security.utils import check_and_update_authn_fresh
from werkzeug.wrappers import Response

from companion.web.staff.room import here

_LATELY = timedelta(minutes=15)


def password_lately(view: Callable[..., Any]) -> Callable[..., Any]:
    """
    Ask for the password before the page opens, unless it was typed in the last 15 minutes, and come back.

    Stands under `open_to`, over a page whose form goes to its own address. What the form held is lost; the
    page asks before it shows the form, so that this is rare.
    """

    @wraps(view)
    def checked(**given: Any) -> Any:
        if check_and_update_authn_fresh(_LATELY, timedelta(0)):
            return view(**given)
        return _ask()

    return checked


def _ask() -> Response:
    if request.method == "POST":
        flash(here().words["password-first"])
    return redirect(url_for("security.verify", next=request.path))
