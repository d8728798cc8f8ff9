"""One person's record: the conversation, the plan ahead, what colleagues know, and notes for them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.errors import NotFound
from companion.records import Role
from companion.services import auditing
from companion.services import person as services
from companion.web.staff.errors import problem_page
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, now, person_or_none, real_now, scope

#: No id is greater; the databases refuse to look for one that is.
ADDRESS = "/staff/people/<int(max=2147483647):patient>"


def blueprint() -> Blueprint:
    pages = Blueprint("person", __name__)
    note_strangers(pages)

    @pages.get(ADDRESS)
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def show(patient: int) -> str:
        return _page(patient)

    @pages.post(f"{ADDRESS}/notes")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def add_note(patient: int) -> str | Response:
        text, form = request.form.get("note", ""), request.form.get("form", "")
        if services.add_note(here().setup, scope(), patient, text, form, now(), real_now()):
            flash(here().words["note-added"])
            return redirect(url_for("person.show", patient=patient) + "#notes")
        problem = here().words["note-long" if text.strip() else "note-empty"]
        return _page(patient, note=text, problems=[("note", problem)])

    return pages


def note_strangers(pages: Blueprint) -> None:
    """Write down who asks for somebody who is not of their clinic; they learn only that there is no page."""

    @pages.errorhandler(NotFound)
    def unknown(_: NotFound) -> tuple[str, int]:
        auditing.note_refused(here().setup, person_or_none(), request.endpoint or "", real_now())
        return problem_page("404"), 404


def _page(patient: int, **given: object) -> str:
    everything = "all" in request.args
    view = services.look(here().setup, scope(), patient, now(), real_now(), all_texts=everything)
    return render_template(
        "staff/person.html", view=view, kinds=here().kinds, form=here().setup.new_token(), **given
    )
