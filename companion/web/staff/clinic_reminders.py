"""When a clinic's reminders go: a rule, or the hours and caps; what changes is seen before it is stored."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.domain.reminder_rules import DAYS_OFF, Rule
from companion.domain.vocabulary import RULES
from companion.errors import ContentError
from companion.records import Role
from companion.services import clinic_reminders as services
from companion.services.clinic_reminders import Change, LimitsChange, RuleChange, Usual
from companion.web.staff import typed
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, now, real_now, scope

_LIMITS, _USUAL = "limits", "usual"
#: What `reminder_rules.problems` says, the first that is in it: at which field it is mended, and how.
_PROBLEMS = (
    ("pushes_per_week", ("week", "number")),
    ("sending_from: must lie", ("from", "order")),
    ("sending_until: must lie", ("until", "later")),
    ("sending_until", ("until", "clock")),
    ("sending_from", ("from", "clock")),
    ("days_before is", ("days", "number")),
    ("must go on a day before", ("days", "order")),
    ("is not between", ("at", "hours")),
    ("is not a time", ("at", "hours")),
)


def blueprint() -> Blueprint:
    pages = Blueprint("clinic_reminders", __name__, url_prefix="/staff/clinic/reminders")
    admin = open_to(Role.CLINIC_ADMIN)

    @pages.get("")
    @admin
    def reminders() -> str:
        return render_template("staff/reminders.html", view=services.look(here().setup, scope()))

    @pages.get("/<which>")
    @admin
    def form(which: str) -> str:
        return _form(which, _as_stored(which))

    @pages.post("/<which>")
    @admin
    def change(which: str) -> str | Response:
        given = _fields()
        meant = _read(which, given)
        if isinstance(meant, dict):
            return _form(which, given, meant)
        try:
            return _do(which, meant, given)
        except ContentError as error:
            return _form(which, given, _at_fields(services.problems_of(error)))

    return pages


def _do(which: str, meant: Change, given: dict[str, str]) -> str | Response:
    """Show what it would do; store it once that was seen."""
    setup = here().setup
    mark = request.form.get("save", "")
    if "again" in request.form:
        return _form(which, given)
    if mark:
        found = services.store(setup, scope(), meant, mark, now(), real_now())
    else:
        found = services.foresee(setup, scope(), meant, now())
    if not found.stored:
        return render_template(
            "staff/reminders-preview.html", which=which, found=found, given=given, meant=meant, otherwise=mark
        )
    flash(here().words["reminders-saved"])
    return redirect(url_for("clinic_reminders.reminders"))


def _read(which: str, given: dict[str, str]) -> Change | dict[str, str]:
    """Return what the form means, or what is wrong by field."""
    if which == _USUAL:
        return Usual()
    if which == _LIMITS:
        week = typed.whole(given.get("week", ""))
        if week is None:
            return {"week": "number"}
        return LimitsChange(given.get("from", ""), given.get("until", ""), week)
    return _read_rule(which, given)


def _read_rule(which: str, given: dict[str, str]) -> Change | dict[str, str]:
    rule = _rule(which)
    off = given.get("send") == "no"
    if off:
        # What is typed beside it need not be right, and stays as it was.
        usual = rule.usual
        return RuleChange(
            which, usual.days_before, usual.at, usual.plain, tuple(sorted(rule.not_on)), off=True
        )
    days = typed.whole(given.get("days", ""))
    if days is None:
        return {"days": "number"}
    after = rule.after_attended
    not_on = () if after else tuple(day for day in DAYS_OFF if given.get(day))
    plain = not after and bool(given.get("plain"))
    return RuleChange(which, -days if after else days, given.get("at", ""), plain, not_on)


def _at_fields(problems: list[str]) -> dict[str, str]:
    """Return which field each problem is of and what kind it is; under no field, what none of it is."""
    found: dict[str, str] = {}
    for problem in problems:
        field, kind = next((to for part, to in _PROBLEMS if part in problem), ("", problem))
        found.setdefault(field, kind)
    return found


def _rule(which: str) -> Rule:
    if which not in RULES:
        abort(404)
    return next(rule for rule in services.look(here().setup, scope()).rules.rules if rule.id == which)


def _as_stored(which: str) -> dict[str, str]:
    """Return the form as the rules that hold now fill it."""
    rules = services.look(here().setup, scope()).rules
    if which == _USUAL:
        return {}
    if which == _LIMITS:
        week = str(rules.pushes_per_week)
        return {"from": rules.sending_from, "until": rules.sending_until, "week": week}
    rule = _rule(which)
    stored = {"send": "yes" if services.is_sent(rule) else "no", "at": rule.usual.at}
    stored["days"] = str(abs(rule.usual.days_before))
    stored |= {"plain": "yes"} if rule.usual.plain else {}
    return stored | {day: "yes" for day in DAYS_OFF if day in rule.not_on}


def _fields() -> dict[str, str]:
    names = ("send", "days", "at", "plain", *DAYS_OFF, "from", "until", "week")
    return {name: request.form[name].strip()[:40] for name in names if name in request.form}


def _form(which: str, given: dict[str, str], wrong: dict[str, str] | None = None) -> str:
    view = services.look(here().setup, scope())
    rule = next((rule for rule in view.rules.rules if rule.id == which), None)
    page = {_LIMITS: "staff/reminders-limits.html", _USUAL: "staff/reminders-usual.html"}.get(which)
    return render_template(
        page or "staff/reminders-rule.html", view=view, rule=rule, typed=given, wrong=wrong or {}
    )
