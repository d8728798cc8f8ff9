"""The numbers to mend."""

from flask import Blueprint, render_template, request

from companion.domain.numbers import Flaw
from companion.records import Role
from companion.services import numbers as services
from companion.web.staff.guard import open_to
from companion.web.staff.pointing import page_asked
from companion.web.staff.room import here, now, real_now, scope


def blueprint() -> Blueprint:
    pages = Blueprint("numbers", __name__, url_prefix="/staff")

    @pages.get("/numbers")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def numbers() -> str:
        asked = request.args.get("flaw", "")
        flaw = Flaw(asked) if asked in set(Flaw) else None
        view = services.look(here().setup, scope(), flaw, page_asked(), now(), real_now())
        return render_template("staff/numbers.html", view=view, flaws=tuple(Flaw))

    return pages
