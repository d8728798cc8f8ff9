"""Find somebody of the clinic. What is looked for is posted, so that no name stands in an address."""

from flask import Blueprint, render_template, request

from companion.records import Role
from companion.services import finding as services
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, now, real_now, scope


def blueprint() -> Blueprint:
    pages = Blueprint("finding", __name__, url_prefix="/staff")

    @pages.get("/find")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def find() -> str:
        return render_template("staff/find.html", typed="", found=None)

    @pages.post("/find")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def found() -> str:
        typed = request.form.get("q", "")
        found = services.find(here().setup, scope(), typed, now(), real_now())
        return render_template("staff/find.html", typed=typed, found=found)

    return pages
