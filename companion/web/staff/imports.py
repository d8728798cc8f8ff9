"""A file of people and visits: what it would do, then all of it at once, then how far its texts are."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.catalogue.import_words import ImportWords, load_import_words
from companion.domain.clock_time import parse_wall
from companion.domain.import_lines import COLUMNS
from companion.domain.importing import Decision
from companion.domain.sheets import MOST_ROWS, NOTE, Finding, write_sheet
from companion.domain.vocabulary import APPOINTMENT_TYPES, TREATMENTS
from companion.records import Role
from companion.services import import_runs
from companion.services.import_runs import Applied, Waiting
from companion.web.staff.exports import as_file
from companion.web.staff.guard import open_to, takes_files
from companion.web.staff.room import here, now, real_now, scope

_LARGEST_FILE = 8 * 1024 * 1024
#: More are not mended at a sitting; the rest shows when these are.
_MOST_LISTED = 100
#: How often the page asks how far the texts are.
_SECONDS = 4


def blueprint() -> Blueprint:
    pages = Blueprint("imports", __name__, url_prefix="/staff/import")
    _add_sending(pages)
    _add_one_import(pages)
    return pages


def _add_sending(pages: Blueprint) -> None:
    @pages.get("/")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def start() -> str:
        return _start(None)

    @pages.get("/template.csv")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def template() -> Response:
        notes = load_import_words(here().setup.templates).note.values()
        return as_file(write_sheet(COLUMNS, [(NOTE + note,) for note in notes]), "import.csv")

    @pages.post("/")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    @takes_files(_LARGEST_FILE)
    def check() -> str | Response:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            return _start("no-file")
        found = import_runs.stage(here().setup, scope(), sent.read(), now(), real_now())
        if isinstance(found, Decision):
            return _start(None, found)
        return redirect(url_for("imports.look", run=found))


def _add_one_import(pages: Blueprint) -> None:
    @pages.get("/<int:run>")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def look(run: int) -> Response:
        found = import_runs.look(here().setup, scope(), run, now(), real_now())
        return _waiting(found) if isinstance(found, Waiting) else _applied(found)

    @pages.post("/<int:run>")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def apply(run: int) -> Response:
        done = import_runs.apply(here().setup, scope(), run, now(), real_now())
        if done.run_id is not None:
            flash(here().words["import-applied"])
        # What stands against it by now is shown there.
        return redirect(url_for("imports.look", run=run))


def _start(problem: str | None, decision: Decision | None = None) -> str:
    words = load_import_words(here().setup.templates)
    findings = _listed(words, decision.problems) if decision else ()
    return render_template(
        "staff/import.html",
        problem=problem,
        findings=findings,
        count=len(decision.problems) if decision else 0,
        past=import_runs.past(here().setup, scope()),
        columns=[(name, words.column[name], words.takes[name]) for name in COLUMNS],
        kinds=APPOINTMENT_TYPES,
        treatments=TREATMENTS,
        rows=MOST_ROWS,
        largest=_LARGEST_FILE // (1024 * 1024),
    )


def _waiting(found: Waiting) -> Response:
    words = load_import_words(here().setup.templates)
    page = render_template(
        "staff/import-check.html",
        view=found,
        counts=found.decision.counts(),
        findings=_listed(words, found.decision.problems),
        remarks=_listed(words, found.decision.remarks),
        task_kinds=here().kinds,
        wall=parse_wall,
    )
    return make_response(page)


def _applied(found: Applied) -> Response:
    answer = make_response(render_template("staff/import-done.html", view=found))
    if found.left and found.going_on:
        # The browser asks again by itself, without a script.
        answer.headers["Refresh"] = str(_SECONDS)
    return answer


def _listed(words: ImportWords, findings: list[Finding]) -> list[tuple[int, str, str]]:
    """Return row, column and sentence of each, as many as are of use."""
    return [(one.row, words.heading(one), words.say(one)) for one in findings[:_MOST_LISTED]]
