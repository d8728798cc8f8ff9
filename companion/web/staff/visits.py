"""The clinic's visits of a day, one visit by itself, and the booking of new ones for a person."""

from datetime import timedelta

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.records import Role
from companion.services import visit_days
from companion.services.visit_days import Booked
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, now, real_now, scope
from companion.web.staff.visit_forms import Typed, booking_of, day_asked
from companion.web.staff.visit_showing import Asked, answer


def blueprint() -> Blueprint:
    pages = Blueprint("visits", __name__, url_prefix="/staff")

    @pages.get("/visits")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def day() -> str:
        return day_page(Typed(), request.args.get("day"))

    @pages.get("/visits/<int:visit_id>")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def visit(visit_id: int) -> str:
        found = visit_days.one(here().setup, scope(), visit_id, now(), real_now())
        return render_template("staff/visit.html", visit=found)

    @pages.get("/people/<int:patient_id>/visits/new")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def new(patient_id: int) -> str:
        return _form(_whom(patient_id), Typed())

    @pages.post("/people/<int:patient_id>/visits/new")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def book(patient_id: int) -> str | Response:
        whom, typed = _whom(patient_id), Typed()
        return answer(typed, lambda: _booking(patient_id, typed), url_for("visits.day")) or _form(whom, typed)

    return pages


def _booking(patient_id: int, typed: Typed) -> Asked | None:
    act = booking_of(typed, patient_id)
    if act is None:
        return None
    if not act.walls:
        typed.wrong("weekday-0", "visit-no-days")
        return None
    done = "visit-booked" if len(act.walls) == 1 else "visits-booked"
    first = url_for("visits.day", day=act.walls[0].date().isoformat())
    return Asked(act, "day", done, "book", request.path, first)


def day_page(typed: Typed, asked: str | None) -> str:
    """Return the page of a day, with what is wrong with what was typed on it."""
    wanted = day_asked(asked)
    if asked and wanted is None:
        typed.wrong("jump", "visit-no-such-day")
    found = visit_days.look(here().setup, scope(), wanted, now(), real_now())
    one = timedelta(days=1)
    return render_template(
        "staff/visits.html",
        view=found,
        typed=typed,
        problems=typed.problems,
        previous=found.day - one,
        next=found.day + one,
    )


def _whom(patient_id: int) -> Booked:
    return visit_days.whom(here().setup, scope(), patient_id, now(), real_now())


def _form(whom: Booked, typed: Typed) -> str:
    return render_template(
        "staff/visit-new.html", whom=whom, typed=typed, problems=typed.problems, types=APPOINTMENT_TYPES
    )
