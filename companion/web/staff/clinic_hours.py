"""When a clinic's office is open, and the days on which it stays shut."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.domain.office_hours import DAYS
from companion.errors import InvalidInput
from companion.records import Role
from companion.services import clinic_details as services
from companion.services.clinic_details import Office
from companion.web.staff import typed
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, now, real_now, scope

_NO_OFFICE = Office("", ("",) * len(DAYS))


def blueprint() -> Blueprint:
    pages = Blueprint("clinic_hours", __name__, url_prefix="/staff/clinic")
    admin = open_to(Role.CLINIC_ADMIN)

    @pages.get("/office")
    @admin
    def office() -> str:
        view = services.look(here().setup, scope(), now())
        return _office(view.office or _NO_OFFICE)

    @pages.post("/office")
    @admin
    def change_office() -> str | Response:
        given = Office(typed.words("number", 40), tuple(typed.words(day, 60) for day in DAYS))
        wrong = services.change_office(here().setup, scope(), given, now(), real_now())
        if wrong:
            return _office(given, wrong)
        flash(here().words["clinic-saved"])
        return redirect(url_for("clinic.clinic"))

    @pages.get("/closed-days")
    @admin
    def closed_days() -> str:
        return _closed()

    @pages.post("/closed-days")
    @admin
    def change_closed() -> str | Response:
        """Show what a day more or less would do to reminders, then store it."""
        shut = request.form.get("shut") != "no"
        day = typed.day(request.form.get("day", "")) or typed.day_of_parts("day")
        if day is None:
            return _closed(problem="day")
        if "save" in request.form:
            return _store(day, shut=shut)
        return _preview(day, shut=shut)

    return pages


def _preview(day: date, *, shut: bool) -> str | Response:
    view = services.look(here().setup, scope(), now())
    if view.office is None:
        return _closed()
    if not view.keeps_off:
        return _store(day, shut=shut)
    try:
        does = services.change_closed(here().setup, scope(), day, now(), real_now(), shut=shut, dry_run=True)
    except InvalidInput:
        return _closed(problem="too-many")
    return render_template("staff/clinic-closed-day.html", day=day, shut=shut, does=does)


def _store(day: date, *, shut: bool) -> str | Response:
    try:
        services.change_closed(here().setup, scope(), day, now(), real_now(), shut=shut)
    except InvalidInput:
        return _closed(problem="too-many")
    flash(here().words["closed-day-added"] if shut else here().words["closed-day-dropped"])
    return redirect(url_for("clinic_hours.closed_days"))


def _office(given: Office, wrong: frozenset[str] = frozenset()) -> str:
    return render_template("staff/clinic-office.html", typed=given, wrong=wrong, days=DAYS)


def _closed(problem: str = "") -> str:
    view = services.look(here().setup, scope(), now())
    return render_template("staff/clinic-closed-days.html", view=view, problem=problem, form=request.form)
