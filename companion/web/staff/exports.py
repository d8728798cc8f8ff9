"""A clinic's lists to take away: people, visits and tasks as CSV."""

from flask import Blueprint, Response, abort

from companion.records import Role
from companion.services import exporting
from companion.services.exporting import ListName
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, real_now, scope


def blueprint() -> Blueprint:
    pages = Blueprint("exports", __name__, url_prefix="/staff/export")

    # Not by a link: what opens links ahead of time must not take a list of people along.
    @pages.post("/<name>")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def export(name: str) -> Response:
        if name not in tuple(ListName):
            abort(404)
        chosen = ListName(name)
        return as_file(exporting.export(here().setup, scope(), chosen, real_now()), f"{chosen}.csv")

    return pages


def as_file(content: bytes, name: str) -> Response:
    """Return an answer that a browser saves and never shows."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="text/csv", headers=headers)
