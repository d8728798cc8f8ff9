"""Every clinic, and another one: for the system administrator, who sees no patient."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from companion.domain.vocabulary import NATIONS
from companion.records import Role
from companion.services import clinic_list as services
from companion.services.clinic_details import Details
from companion.web.staff.clinic import typed_details
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, now, person, real_now
from companion.web.staff.typed import words


def blueprint() -> Blueprint:
    pages = Blueprint("clinic_list", __name__, url_prefix="/staff/clinics")
    admin = open_to(Role.SYSTEM_ADMIN)

    @pages.get("")
    @admin
    def clinics() -> str:
        return render_template("staff/clinics.html", clinics=services.look(here().setup))

    @pages.get("/add")
    @admin
    def form() -> str:
        return _form(Details("", "", NATIONS[0], here().setup.zone), "")

    @pages.post("/add")
    @admin
    def add() -> str | Response:
        typed, number = typed_details(), words("number", 40)
        wrong = services.add(here().setup, person(), typed, number, now(), real_now())
        if wrong:
            return _form(typed, number, wrong)
        flash(here().words["clinic-added"])
        return redirect(url_for("clinic_list.clinics"))

    return pages


def _form(typed: Details, number: str, wrong: frozenset[str] = frozenset()) -> str:
    return render_template("staff/clinic-add.html", typed=typed, number=number, wrong=wrong, nations=NATIONS)
