"""A person's own account: how they sign in, where they are signed in, and for which clinic they work."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.records import Role
from companion.services import staff_sessions
from companion.web.staff.guard import open_to_all_staff
from companion.web.staff.room import here, person, real_now

_AT_WORK = (Role.NURSE, Role.CLINIC_ADMIN)
_ELSEWHERE = {Role.REVIEWER: "words.overview"}


def blueprint() -> Blueprint:
    pages = Blueprint("account", __name__, url_prefix="/staff")

    @pages.get("/start")
    @open_to_all_staff
    def start() -> Response:
        """Where one arrives after signing in."""
        if not person().recovery_codes:
            return redirect(url_for("security.mf_recovery_codes"))
        first = (
            "today.today" if person().role in _AT_WORK else _ELSEWHERE.get(person().role, "account.account")
        )
        return redirect(url_for(first))

    @pages.get("/account")
    @open_to_all_staff
    def account() -> str:
        sessions = staff_sessions.sessions_of(here().setup, person(), real_now())
        return render_template("staff/account.html", sessions=sessions)

    @pages.post("/account/sessions/end")
    @open_to_all_staff
    def end_sessions() -> Response:
        """End one session of one's own, or all others."""
        only = request.form.get("session", type=int)
        ended = staff_sessions.sign_out_others(here().setup, person(), real_now(), only=only)
        words = here().words
        flash(words["sessions-ended"] if ended else words["no-sessions-ended"])
        return redirect(url_for("account.account"))

    @pages.post("/account/clinic")
    @open_to_all_staff
    def choose_clinic() -> Response:
        clinic = request.form.get("clinic", type=int)
        if clinic is None or not staff_sessions.work_at(here().setup, person(), clinic, real_now()):
            abort(404)
        return redirect(url_for("account.start"))

    return pages
