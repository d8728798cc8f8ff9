"""What came in, what was understood and what was answered."""

from flask import Blueprint, render_template, request

from companion.records import Role
from companion.services import incoming
from companion.web.staff.guard import open_to
from companion.web.staff.pointing import page_asked
from companion.web.staff.room import here, now, real_now, scope


def blueprint() -> Blueprint:
    pages = Blueprint("inbox", __name__, url_prefix="/staff")

    @pages.get("/inbox")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def inbox() -> str:
        view = incoming.look(here().setup, scope(), _span(), page_asked(), now(), real_now())
        return render_template("staff/inbox.html", view=view, spans=incoming.SPANS)

    return pages


def _span() -> int | None:
    """Return how many days back to look; the fewest unless it is said otherwise."""
    asked = request.args.get("days", "")
    return next((span for span in incoming.SPANS if asked == str(span or "all")), incoming.SPANS[0])
