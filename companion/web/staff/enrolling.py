"""Enrol somebody: one page, the texts as they will be sent, then the card."""

from collections.abc import Mapping
from zoneinfo import available_timezones

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.records import Role
from companion.services import cards, joining, number_check
from companion.services.joining import NotJoined
from companion.services.number_check import CheckedNumber
from companion.web.staff import enrol_form
from companion.web.staff.enrol_form import Typed
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, now, person, real_now, scope

#: As much of a colleague's name as the record of a consent holds.
_LONGEST_NAME = 120


def blueprint() -> Blueprint:
    pages = Blueprint("enrolling", __name__, url_prefix="/staff")

    @pages.get("/enrol")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def enrol() -> str:
        return _form(Typed(zone=person().place.zone), None, {})

    @pages.post("/enrol")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def enrolled() -> str | Response:
        """Check the number, show what would be sent, go back to change something, or enrol."""
        typed, action = enrol_form.read(request.form), request.form.get("action")
        if action in ("preview", "save"):
            return _joined(typed, keep=action == "save")
        if action not in ("check", "change"):
            abort(400)
        return _form(typed, _checked(typed) if typed.phone else None, {})

    @pages.post("/enrol/number")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def number() -> str:
        """What is known of a number while it is typed; a part of the page."""
        typed = enrol_form.read(request.form)
        checked = _checked(typed) if typed.phone else None
        return render_template("staff/enrol-number.html", checked=checked, typed=typed)

    @pages.get("/people/<int:patient_id>/card")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def card(patient_id: int) -> str:
        shown = cards.card(here().setup, scope(), patient_id, real_now())
        return render_template("staff/card.html", card=shown)

    return pages


def _joined(typed: Typed, *, keep: bool) -> str | Response:
    setup = here().setup
    checked = _checked(typed)
    problems = enrol_form.problems(typed, setup.catalogue, setup.languages, checked.problem)
    if problems:
        return _form(typed, checked, problems)
    new = enrol_form.new_patient(typed, _consent_by(typed.how))
    done = joining.join(setup, scope(), new, now(), real_now(), shared=bool(typed.shared), keep=keep)
    if isinstance(done, NotJoined):
        return _form(typed, checked, done.problems)
    if keep:
        flash(here().words["enrolled"])
        return redirect(url_for("enrolling.card", patient_id=done.patient_id))
    told = {"treatments": setup.catalogue.treatments, "consent_by": new.consent_by}
    return render_template("staff/enrol-check.html", typed=typed, new=new, done=done, **told)


def _form(typed: Typed, checked: CheckedNumber | None, problems: Mapping[str, str]) -> str:
    languages = here().setup.languages
    return render_template(
        "staff/enrol.html",
        typed=typed,
        checked=checked,
        wrong=problems,
        tree=enrol_form.tree(languages.english),
        languages=languages.choosable,
        zones=sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")),
    )


def _checked(typed: Typed) -> CheckedNumber:
    return number_check.look(here().setup, scope(), typed.phone, typed.contact, real_now())


def _consent_by(how: str) -> str:
    """Return what the record says of the consent: who took it, and how."""
    words = here().words
    ways = {
        "in-person": words["consent-in-person"],
        "by-phone": words["consent-by-phone"],
        "in-writing": words["consent-in-writing"],
    }
    return f"{person().name[:_LONGEST_NAME]}, {ways[how]}"
