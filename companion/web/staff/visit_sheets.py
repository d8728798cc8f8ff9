"""The question sheet of a visit: printed, gone through, and ticked afterwards."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.records import Role
from companion.services import sheets
from companion.services.sheets import Tick
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, now, real_now, scope

_SORTS = ("own-", "suggested-")


def blueprint() -> Blueprint:
    pages = Blueprint("visit_sheets", __name__, url_prefix="/staff/visits")

    @pages.get("/<int:visit_id>/sheet")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def sheet(visit_id: int) -> str:
        found = sheets.look(here().setup, scope(), visit_id, now(), real_now())
        return render_template("staff/visit-sheet.html", sheet=found)

    @pages.post("/<int:visit_id>/sheet")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def tick(visit_id: int) -> Response:
        words = set(Tick)
        given = {
            name: Tick(said)
            for name, said in request.form.items()
            if name.startswith(_SORTS) and said in words
        }
        changed = sheets.tick(here().setup, scope(), visit_id, given, now(), real_now())
        flash(here().words["sheet-ticked" if changed else "sheet-not-ticked"])
        return redirect(url_for("visit_sheets.sheet", visit_id=visit_id))

    return pages
