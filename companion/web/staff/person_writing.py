"""A nurse writes a text to a person: write it, read it as it will arrive, send it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.domain.sms import GSM7_BASIC, GSM7_EXTENSION
from companion.errors import InvalidInput, NotFound
from companion.records import Role
from companion.services import by_hand as services
from companion.services.by_hand import Page, Written
from companion.web.staff.guard import open_to
from companion.web.staff.person import ADDRESS, note_strangers
from companion.web.staff.room import here, now, real_now, scope


def blueprint() -> Blueprint:
    pages = Blueprint("person_writing", __name__)
    note_strangers(pages)

    @pages.get(f"{ADDRESS}/text")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def write(patient: int) -> str:
        return _form(_look(patient), "")

    @pages.post(f"{ADDRESS}/text")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def go_on(patient: int) -> str | Response:
        step, text = request.form.get("step", "check"), request.form.get("text", "")
        page = _look(patient)
        if step == "fill":
            chosen = (t.body for t in page.templates if t.id == request.form.get("template"))
            return _form(page, next(chosen, text))
        if step == "edit" or page.barred:
            return _form(page, text)
        written = _write(patient, text, dry_run=step != "send")
        if written is None:
            return _form(_look(patient), text)
        if written.problem:
            return _form(page, text, _said(written))
        if step != "send":
            return _form(page, written.body, written=written)
        flash(_done(written))
        return redirect(url_for("person.show", patient=patient))

    return pages


def _look(patient: int) -> Page:
    return services.look(here().setup, scope(), patient, now())


def _write(patient: int, text: str, *, dry_run: bool) -> Written | None:
    """Return what was stored or would be; None if the person gets no texts any more."""
    form = request.form.get("form", "")
    try:
        return services.write(here().setup, scope(), patient, text, form, now(), real_now(), dry_run=dry_run)
    except NotFound:
        raise
    except InvalidInput:
        return None


def _form(page: Page, text: str, problem: str | None = None, written: Written | None = None) -> str:
    return render_template(
        "staff/person-text.html" if written is None else "staff/person-text-check.html",
        page=page,
        patient=page.patient,
        text=text,
        written=written,
        problems=[("text", problem)] if problem else [],
        # A page of its own makes a form of its own; one that comes back keeps what it was.
        form=request.form.get("form") or here().setup.new_token(),
        alphabet=tuple("".join(filter(str.isprintable, sorted(a))) for a in (GSM7_BASIC, GSM7_EXTENSION)),
    )


def _said(written: Written) -> str:
    problem = written.problem
    assert problem is not None
    return here().words[f"text-{problem.why}"].replace("{word}", problem.word)


def _done(written: Written) -> str:
    words = here().words
    if written.again:
        return words["text-again" if written.same else "text-other"]
    if written.leaves is None:
        return words["text-sent"]
    return words["text-planned"].replace("{when}", here().setup.catalogue.dates.say(written.leaves))
