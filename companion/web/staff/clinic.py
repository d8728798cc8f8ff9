"""What a clinic is: its name, lines and watch, and the step of going live."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.domain.vocabulary import NATIONS
from companion.records import Role
from companion.services import clinic_details as services
from companion.services import clinic_reminders, first_steps
from companion.services.clinic_details import Details
from companion.services.clinics import FASTEST, LONGEST_WATCH, SHORTEST_WATCH, SLOWEST
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, now, real_now, scope
from companion.web.staff.typed import decimal, whole, words

_LIMITS = {"watch": (SHORTEST_WATCH, LONGEST_WATCH), "rate": (SLOWEST, FASTEST)}


def blueprint() -> Blueprint:
    pages = Blueprint("clinic", __name__, url_prefix="/staff/clinic")
    admin = open_to(Role.CLINIC_ADMIN)

    @pages.get("")
    @admin
    def clinic() -> str:
        view = services.look(here().setup, scope(), now())
        rules = clinic_reminders.look(here().setup, scope())
        needs_live = here().setup.reaches_phones
        return render_template("staff/clinic.html", view=view, rules=rules, needs_live=needs_live)

    @pages.get("/details")
    @admin
    def details() -> str:
        found = services.look(here().setup, scope(), now()).clinic
        return _details(Details(found.name, found.urgent_line, found.nation, found.zone))

    @pages.post("/details")
    @admin
    def change_details() -> str | Response:
        typed = typed_details()
        wrong = services.change_details(here().setup, scope(), typed, now(), real_now())
        return _details(typed, wrong) if wrong else _saved()

    _add_numbers(pages)
    _add_going_live(pages)
    return pages


def _add_numbers(pages: Blueprint) -> None:
    admin = open_to(Role.CLINIC_ADMIN)

    @pages.get("/watch")
    @admin
    def watch() -> str:
        return _number("watch", str(services.look(here().setup, scope(), now()).clinic.watch_days))

    @pages.post("/watch")
    @admin
    def change_watch() -> str | Response:
        typed = request.form.get("days", "")[:20]
        wrong = services.change_watch(here().setup, scope(), whole(typed), real_now())
        return _number("watch", typed, wrong) if wrong else _saved()

    @pages.get("/rate")
    @admin
    def rate() -> str:
        return _number("rate", f"{services.look(here().setup, scope(), now()).clinic.send_rate:g}")

    @pages.post("/rate")
    @admin
    def change_rate() -> str | Response:
        typed = request.form.get("rate", "")[:20]
        wrong = services.change_rate(here().setup, scope(), decimal(typed), real_now())
        return _number("rate", typed, wrong) if wrong else _saved()


def _add_going_live(pages: Blueprint) -> None:
    admin = open_to(Role.CLINIC_ADMIN)

    @pages.get("/live")
    @admin
    def live() -> str:
        return _live()

    @pages.post("/live")
    @admin
    def go_live() -> str | Response:
        if not first_steps.go_live(here().setup, scope(), now(), real_now()):
            return _live(refused=True)
        flash(here().words["clinic-live"])
        return redirect(url_for("clinic.clinic"))


def typed_details() -> Details:
    return Details(words("name"), words("line"), words("nation"), words("zone"))


def _details(typed: Details, wrong: frozenset[str] = frozenset()) -> str:
    return render_template("staff/clinic-details.html", typed=typed, wrong=wrong, nations=NATIONS)


def _number(which: str, typed: str, wrong: frozenset[str] = frozenset()) -> str:
    least, most = _LIMITS[which]
    page = f"staff/clinic-{which}.html"
    return render_template(page, typed=typed, wrong=wrong, least=f"{least:g}", most=f"{most:g}")


def _live(*, refused: bool = False) -> str:
    setup = here().setup
    view = services.look(setup, scope(), now())
    waiting = 0 if view.clinic.live_at else first_steps.open_texts(setup, scope(), now())
    return render_template("staff/clinic-live.html", view=view, waiting=waiting, refused=refused)


def _saved() -> Response:
    flash(here().words["clinic-saved"])
    return redirect(url_for("clinic.clinic"))
