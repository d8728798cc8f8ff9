"""What is to do: the list, one task, and what becomes of it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.domain.staff_notes import LONGEST_NOTE, note_problem
from companion.domain.task_filters import Wanted
from companion.records import Role, TaskUrgency
from companion.services import task_lists, task_work
from companion.services.task_work import Moment
from companion.web.staff.guard import open_to
from companion.web.staff.pointing import LARGEST_ID, of_this_clinic, page_asked
from companion.web.staff.room import here, now, real_now, scope

_AT_WORK = (Role.NURSE, Role.CLINIC_ADMIN)
_ONE = "/tasks/<int(max=2147483647):task_id>"


def blueprint() -> Blueprint:
    pages = Blueprint("tasks", __name__, url_prefix="/staff")

    @pages.get("/tasks")
    @open_to(*_AT_WORK)
    def tasks() -> str:
        view = task_lists.look(here().setup, scope(), _wanted(), page_asked(), now(), real_now())
        asked = {name: value for name, value in request.args.items() if name != "page"}
        return render_template("staff/tasks.html", view=view, kinds=here().kinds, asked=asked)

    @pages.post("/tasks/done")
    @open_to(*_AT_WORK)
    def finish_several() -> Response:
        ids = [task for task in request.form.getlist("task", type=int) if 0 < task <= LARGEST_ID]
        _say_several(task_work.finish_several(here().setup, scope(), ids, _at()), chosen=bool(ids))
        return redirect(url_for("tasks.tasks", **_kept()))

    @pages.get(_ONE)
    @open_to(*_AT_WORK)
    @of_this_clinic
    def task(task_id: int) -> str:
        return _page(task_id)

    _add_claims(pages)
    _add_outcomes(pages)
    return pages


def _add_claims(pages: Blueprint) -> None:
    @pages.post(f"{_ONE}/claim")
    @open_to(*_AT_WORK)
    @of_this_clinic
    def claim(task_id: int) -> Response:
        seen = request.form.get("seen", type=int)
        faster = task_work.claim(here().setup, scope(), task_id, seen, _at())
        words = here().words
        flash(words["task-taken"].replace("{who}", faster) if faster else words["task-claimed"])
        return redirect(_back(task_id))

    @pages.post(f"{_ONE}/release")
    @open_to(*_AT_WORK)
    @of_this_clinic
    def release(task_id: int) -> Response:
        task_work.release(here().setup, scope(), task_id, _at())
        flash(here().words["task-released"])
        return redirect(_back(task_id))


def _add_outcomes(pages: Blueprint) -> None:
    @pages.post(f"{_ONE}/note")
    @open_to(*_AT_WORK)
    @of_this_clinic
    def add_note(task_id: int) -> Response | str:
        text = request.form.get("note", "")
        if problem := note_problem(text):
            return _page(task_id, "note", problem, text)
        task_work.add_note(here().setup, scope(), task_id, text, _at())
        flash(here().words["task-noted"])
        return redirect(_back(task_id))

    @pages.post(f"{_ONE}/done")
    @open_to(*_AT_WORK)
    @of_this_clinic
    def finish(task_id: int) -> Response | str:
        text = request.form.get("outcome", "")
        if note_problem(text) == "long":
            return _page(task_id, "outcome", "long", text)
        faster = task_work.finish(here().setup, scope(), task_id, text, _at())
        words = here().words
        flash(words["task-done-by"].replace("{who}", faster) if faster else words["task-done"])
        return redirect(url_for("tasks.tasks"))

    @pages.post(f"{_ONE}/reopen")
    @open_to(*_AT_WORK)
    @of_this_clinic
    def reopen(task_id: int) -> Response:
        task_work.reopen(here().setup, scope(), task_id, _at())
        flash(here().words["task-reopened"])
        return redirect(_back(task_id))


def _page(task_id: int, field: str = "", problem: str = "", typed: str = "") -> str:
    """Return a task's page, with what is wrong with what was typed into `field`."""
    view = task_lists.look_at(here().setup, scope(), task_id, now(), real_now())
    given: dict[str, Any] = {"problem_field": field, "problem": problem, "typed": typed}
    return render_template("staff/task.html", view=view, kinds=here().kinds, longest=LONGEST_NOTE, **given)


def _at() -> Moment:
    return Moment(now(), real_now())


def _wanted() -> Wanted:
    """Return what is asked for in the address; what it may not ask for is not asked for."""
    urgency, kind = request.args.get("urgency", ""), request.args.get("kind", "")
    return Wanted(
        urgency=TaskUrgency(urgency) if urgency in set(TaskUrgency) else None,
        kind=kind if kind in here().kinds else None,
        claimed_by=scope().staff_id if "mine" in request.args else None,
        done="done" in request.args,
    )


def _kept() -> dict[str, Any]:
    """Return the filters of the list that a form was on."""
    return {name: request.form[name] for name in ("urgency", "kind", "mine") if request.form.get(name)}


def _back(task_id: int) -> str:
    if request.form.get("back") == "today":
        return url_for("today.today")
    return url_for("tasks.task", task_id=task_id)


def _say_several(closed: int | None, *, chosen: bool) -> None:
    words = here().words
    if not chosen:
        flash(words["tasks-none-chosen"])
    elif closed is None:
        flash(words["tasks-not-closed"])
    else:
        flash(words["tasks-closed"].replace("{count}", str(closed)))
