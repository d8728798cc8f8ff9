"""Visits moved, cancelled and marked: one of them, or the whole list of a day."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.domain.visit_acts import Cancel, Mark, Move
from companion.records import Role
from companion.services import visit_days
from companion.services.visit_days import Day, DayVisit
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, now, real_now, scope
from companion.web.staff.visit_forms import Typed, chosen, day_asked, day_of, states_of, time_of, way_of
from companion.web.staff.visit_showing import Asked, answer
from companion.web.staff.visits import day_page


def blueprint() -> Blueprint:
    pages = Blueprint("visit_changing", __name__, url_prefix="/staff/visits")
    _of_one(pages)
    _of_a_day(pages)

    @pages.post("/mark")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def mark() -> str | Response:
        """Mark visits of one day, each as it is said or all that nothing was said of."""
        typed = Typed()
        view = _day(typed["of-day"])
        page = answer(typed, lambda: _marking(view, typed), _day_url(view))
        return page or day_page(typed, view.day.isoformat())

    return pages


def _of_one(pages: Blueprint) -> None:
    @pages.route("/<int:visit_id>/move", methods=["GET", "POST"])
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def move(visit_id: int) -> str | Response:
        visit, typed = _visit(visit_id), Typed()
        page = answer(typed, lambda: _moving(visit, typed), _visit_url(visit))
        return page or _page("visit-move.html", visit, typed)

    @pages.route("/<int:visit_id>/cancel", methods=["GET", "POST"])
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def cancel(visit_id: int) -> str | Response:
        visit, typed = _visit(visit_id), Typed()
        page = answer(typed, lambda: _cancelling(visit, typed), _visit_url(visit))
        return page or _page("visit-cancel.html", visit, typed)


def _of_a_day(pages: Blueprint) -> None:
    @pages.route("/list/move", methods=["GET", "POST"])
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def move_list() -> str | Response:
        """Move a day's visits to another day; each keeps its time."""
        view, typed = _day(request.args.get("day")), Typed()
        page = answer(typed, lambda: _moving_list(view, typed), _day_url(view))
        return page or _list_page("visits-move.html", view, typed)

    @pages.route("/list/cancel", methods=["GET", "POST"])
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def cancel_list() -> str | Response:
        view, typed = _day(request.args.get("day")), Typed()
        page = answer(typed, lambda: _cancelling_list(view, typed), _day_url(view))
        return page or _list_page("visits-cancel.html", view, typed)


def _marking(view: Day, typed: Typed) -> Asked | None:
    states = states_of(typed, {visit.id: visit.state for visit in view.markable})
    if not states:
        typed.wrong("marks", "visit-none-marked")
        return None
    return Asked(Mark(states), "marks", "visits-marked", "mark", request.path, _day_url(view))


def _moving(visit: DayVisit, typed: Typed) -> Asked | None:
    day, clock = day_of(typed), time_of(typed)
    if day is None or clock is None:
        return None
    act = Move({visit.id: datetime.combine(day, clock)})
    return Asked(act, "day", "visit-moved", "move", request.path, _visit_url(visit))


def _cancelling(visit: DayVisit, typed: Typed) -> Asked | None:
    by = way_of(typed)
    if by is None:
        return None
    act = Cancel((visit.id,), by)
    return Asked(act, "by-told", "visit-cancelled", "cancel", request.path, _visit_url(visit))


def _moving_list(view: Day, typed: Typed) -> Asked | None:
    visits, day = _ticked(typed, view), day_of(typed)
    if not visits or day is None:
        return None
    act = Move({visit.id: datetime.combine(day, visit.wall.time()) for visit in visits})
    return Asked(act, "day", "visits-moved", "move", _again(view), _day_url(view))


def _cancelling_list(view: Day, typed: Typed) -> Asked | None:
    visits, by = _ticked(typed, view), way_of(typed)
    if not visits or by is None:
        return None
    act = Cancel(tuple(visit.id for visit in visits), by)
    return Asked(act, "by-told", "visits-cancelled", "cancel", _again(view), _day_url(view))


def _ticked(typed: Typed, view: Day) -> Sequence[DayVisit]:
    # What is over by now may have been ticked while it was not: it is refused by name, not left out.
    every = {visit.id: visit for visit in (*view.visits, *view.cancelled)}
    return [every[visit_id] for visit_id in chosen(typed, list(every))]


def _visit(visit_id: int) -> DayVisit:
    return visit_days.one(here().setup, scope(), visit_id, now(), real_now())


def _day(asked: str | None) -> Day:
    return visit_days.look(here().setup, scope(), day_asked(asked), now(), real_now())


def _visit_url(visit: DayVisit) -> str:
    return url_for("visits.visit", visit_id=visit.id)


def _day_url(view: Day) -> str:
    return url_for("visits.day", day=view.day.isoformat())


def _again(view: Day) -> str:
    return f"{request.path}?day={view.day.isoformat()}"


def _page(template: str, visit: DayVisit, typed: Typed) -> str:
    return render_template(f"staff/{template}", visit=visit, typed=typed, problems=typed.problems)


def _list_page(template: str, view: Day, typed: Typed) -> str:
    return render_template(f"staff/{template}", view=view, typed=typed, problems=typed.problems)
