"""Changing a person: say what, read what it does to their texts, save it."""

from collections.abc import Callable, Mapping
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.domain.clock_time import to_wall
from companion.errors import InvalidInput, NotFound
from companion.records import Patient, Role
from companion.services import number_check
from companion.services import person_changes as services
from companion.services.consent import ConsentMissing, NotReachedByTexts
from companion.services.enrolment import ReferenceTaken
from companion.services.hospital import stay_of
from companion.services.number_check import CheckedNumber
from companion.services.person_changes import ChangedSince, NameTaken, OnlyAnAdministrator, Outcome
from companion.web.staff import person_forms
from companion.web.staff.guard import open_to
from companion.web.staff.person import ADDRESS, note_strangers
from companion.web.staff.person_forms import KINDS, Asked, Read, Wrong
from companion.web.staff.room import here, now, person, real_now, scope

_ONE = f"{ADDRESS}/change/<any({', '.join(KINDS)}):what>"


def blueprint() -> Blueprint:
    pages = Blueprint("person_changing", __name__)
    note_strangers(pages)

    @pages.get(f"{ADDRESS}/change")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def choose(patient: int) -> str:
        found, _ = services.person_of(here().setup, scope(), patient)
        return render_template("staff/person-choose.html", patient=found, possible=_possible(found))

    @pages.get(_ONE)
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def ask(patient: int, what: str) -> str:
        return _form(what, patient)

    @pages.post(_ONE)
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def go_on(patient: int, what: str) -> str | Response:
        return _gone_on(patient, what)

    return pages


def _gone_on(patient: int, what: str) -> str | Response:
    """Check what was typed, show what it does, or save it."""
    if request.form.get("step") == "edit":
        return _form(what, patient)
    saving = request.form.get("step") == "save"
    found, _ = services.person_of(here().setup, scope(), patient)
    if what not in _possible(found):
        return _form(what, patient)
    shown = request.form.get("mark", "") if saving else None
    try:
        new = person_forms.read(what, _asked(found))
        outcome = _change(patient, new, shown)
    except Wrong as wrong:
        return _form(what, patient, (wrong.field, wrong.text))
    except ChangedSince:
        return _changed_since(what, patient)
    if not saving:
        return _check(what, found, outcome)
    flash(here().words["changed-nothing" if outcome.nothing else "changed"])
    return redirect(url_for("person.show", patient=patient))


def _change(patient: int, new: Read, shown: str | None) -> Outcome:
    """Without `shown` it is only tried. Raises Wrong for what the service refuses."""
    try:
        return services.change(here().setup, scope(), patient, new, now(), real_now(), shown=shown)
    except (NotFound, ChangedSince):
        raise
    except InvalidInput as error:
        field, word = _REFUSED.get(type(error), ("", "not-possible"))
        raise Wrong(field, here().words[word].replace("{problem}", str(error))) from None


def _changed_since(what: str, patient_id: int) -> str:
    """Show anew what it would do by now; nothing was saved."""
    found, _ = services.person_of(here().setup, scope(), patient_id)
    try:
        outcome = _change(patient_id, person_forms.read(what, _asked(found)), None)
    except Wrong as wrong:
        return _form(what, patient_id, (wrong.field, wrong.text))
    return _check(what, found, outcome, changed_since=True)


def _asked(patient: Patient) -> Asked:
    languages = here().setup.languages.choosable
    looks_up = _number_of(patient)
    return Asked(request.form, patient, person().name, _today(patient), here().words, looks_up, languages)


def _number_of(patient: Patient) -> Callable[[str], CheckedNumber]:
    setup = here().setup
    return lambda typed: number_check.look(setup, scope(), typed, patient.contact, real_now())


def _today(patient: Patient) -> date:
    return to_wall(now(), patient.zone).date()


def _possible(patient: Patient) -> tuple[str, ...]:
    stay = stay_of(patient)
    in_hospital = stay is not None and not stay.is_over(now())
    languages, admin = here().setup.languages.choosable, scope().role == Role.CLINIC_ADMIN
    return person_forms.possible(patient, languages, in_hospital=in_hospital, admin=admin)


def _form(what: str, patient_id: int, problem: tuple[str, str] | None = None) -> str:
    patient, others = services.person_of(here().setup, scope(), patient_id)
    if what not in _possible(patient):
        return render_template("staff/person-choose.html", patient=patient, possible=_possible(patient))
    return render_template(
        "staff/person-change.html",
        what=what,
        patient=patient,
        others=others,
        today=_today(patient),
        typed=request.form if request.method == "POST" else None,
        treatments=_treatments(),
        languages=here().setup.languages.choosable,
        agreed=services.has_agreed(here().setup, patient),
        problems=[problem] if problem else [],
    )


def _check(what: str, patient: Patient, outcome: Outcome, *, changed_since: bool = False) -> str:
    given = [(name, value) for name, value in request.form.items(multi=True) if name not in _OF_THE_PAGE]
    after = outcome.patient
    until = to_wall(after.paused_until, after.zone) if after.paused_until else None
    names = {t.id: t.name for t in here().setup.catalogue.treatments.values()}
    return render_template(
        "staff/person-change-check.html",
        what=what,
        patient=patient,
        outcome=outcome,
        given=given,
        names=names,
        paused_until=until,
        kinds=here().kinds,
        changed_since=changed_since,
    )


_OF_THE_PAGE = ("csrf_token", "step", "mark")
#: What the service refuses: the field to mend it in, and the words.
_REFUSED: Mapping[type[InvalidInput], tuple[str, str]] = {
    OnlyAnAdministrator: ("", "only-admin"),
    NameTaken: ("name", "name-taken"),
    ReferenceTaken: ("reference", "reference-taken"),
    NotReachedByTexts: ("contact", "contact-landline"),
    ConsentMissing: ("consent", "consent-missing"),
}


def _treatments() -> list[tuple[str, str, int]]:
    """Return id, name and depth of each treatment, those of one kind beneath it."""
    catalogue = here().setup.catalogue
    return [(t.id, t.name, len(catalogue.lineage(t.id)) - 1) for t in catalogue.treatments.values()]
