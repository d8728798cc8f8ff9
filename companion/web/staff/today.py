"""The clinic's day: tasks by urgency, and who comes today and tomorrow."""

from flask import Blueprint, render_template

from companion.records import Role
from companion.services import first_steps
from companion.services import today as services
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, now, real_now, scope


def blueprint() -> Blueprint:
    pages = Blueprint("today", __name__, url_prefix="/staff")

    @pages.get("/")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def today() -> str:
        view = services.look(here().setup, scope(), now(), real_now())
        steps = first_steps.look(here().setup, scope(), now())
        return render_template("staff/today.html", view=view, kinds=here().kinds, steps=steps)

    return pages
