"""The one-time address a new person on the staff is sent: they choose a password, then a second factor."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_security import hash_password
from werkzeug.wrappers import Response

from companion.services import staff_accounts
from companion.web.staff.forms import FirstPasswordForm
from companion.web.staff.guard import open_to_strangers
from companion.web.staff.room import here, real_now


def blueprint() -> Blueprint:
    pages = Blueprint("setting_up", __name__, url_prefix="/staff")

    @pages.get("/set-up/<token>")
    @open_to_strangers
    def show(token: str) -> tuple[str, int] | str:
        email = staff_accounts.invited(here().setup, token, real_now())
        if email is None:
            return _not_any_more()
        return _page(FirstPasswordForm(), email)

    @pages.post("/set-up/<token>")
    @open_to_strangers
    def choose(token: str) -> tuple[str, int] | str | Response:
        email = staff_accounts.invited(here().setup, token, real_now())
        if email is None:
            return _not_any_more()
        form = FirstPasswordForm()
        # In one form of Unicode, as it is compared when they sign in.
        passwords = current_app.extensions["security"].password_util
        password = passwords.normalize(form.password.data or "")
        problem = form.problem(password, email)
        if problem:
            return _page(form, email, problem)
        # Hashed before any transaction is open: it takes long on purpose.
        hashed = hash_password(password)
        if not staff_accounts.choose_password(here().setup, token, hashed, real_now()):
            return _not_any_more()
        flash(here().words["password-chosen"])
        return redirect(url_for("security.login"))

    return pages


def _page(form: FirstPasswordForm, email: str, problem: str | None = None) -> str:
    return render_template("staff/set-up.html", form=form, email=email, problem=problem)


def _not_any_more() -> tuple[str, int]:
    return render_template("staff/problem.html", problem="set-up"), 404
