"""Who works at the clinic, or anywhere: invited, given another role, set up anew, signed out, let go."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.errors import InvalidInput, NotFound
from companion.records import Role
from companion.services import clinic_list, staff_accounts
from companion.services import staff_people as services
from companion.services.staff_accounts import SET_UP_WITHIN, NewStaff
from companion.services.staff_people import MemberView
from companion.web.staff.guard import open_to
from companion.web.staff.lately import password_lately
from companion.web.staff.room import here, person, real_now
from companion.web.staff.typed import LARGEST, whole, words

_LONGEST_EMAIL, _LONGEST_NAME = 254, 60


def blueprint() -> Blueprint:
    pages = Blueprint("team", __name__, url_prefix="/staff/team")
    admins = open_to(Role.CLINIC_ADMIN, Role.SYSTEM_ADMIN)

    @pages.get("")
    @admins
    def team() -> str:
        found = services.list_members(here().setup, person(), real_now())
        return render_template("staff/team.html", members=found)

    @pages.get("/invite")
    @admins
    @password_lately
    def invite_form() -> str:
        return _invite_form({"clinic": request.args.get("clinic", "")})

    @pages.post("/invite")
    @admins
    @password_lately
    def invite() -> str:
        return _invite()

    @pages.get("/<int:member>")
    @admins
    def one(member: int) -> str:
        return render_template("staff/member.html", view=_look(member))

    @pages.post("/<int:member>")
    @admins
    def sign_out(member: int) -> Response:
        """End one session of theirs, or all."""
        view = _look_at_other(member)
        only = whole(request.form.get("session", "")) if "session" in request.form else None
        services.end_sessions(here().setup, person(), view.member.id, real_now(), only=only)
        flash(here().words["sessions-ended"])
        return redirect(url_for("team.one", member=member))

    _add_questions(pages)
    _add_roles(pages)
    return pages


def _add_questions(pages: Blueprint) -> None:
    """Add the pages that ask before something is done."""

    def asking(step: str) -> None:
        @pages.get(f"/<int:member>/{step}", endpoint=f"ask_{step}")
        @open_to(Role.CLINIC_ADMIN, Role.SYSTEM_ADMIN)
        @password_lately
        def ask(member: int) -> str:
            return _step(step, _look_at_other(member))

    for step in ("role", "remove", "reset"):
        asking(step)


def _add_roles(pages: Blueprint) -> None:
    admins = open_to(Role.CLINIC_ADMIN, Role.SYSTEM_ADMIN)

    @pages.post("/<int:member>/role")
    @admins
    @password_lately
    def change_role(member: int) -> str | Response:
        view = _look_at_other(member)
        role = _role(request.form.get("role", ""), view.member.clinic_id)
        if role is None:
            return _step("role", view, "role")
        services.change_role(here().setup, person(), view.member.id, role, real_now())
        flash(here().words["role-changed"])
        return redirect(url_for("team.one", member=member))

    @pages.post("/<int:member>/remove")
    @admins
    @password_lately
    def take_away(member: int) -> Response:
        view = _look_at_other(member)
        services.take_away(here().setup, person(), view.member.id, real_now())
        flash(here().words["role-taken"])
        return redirect(url_for("team.team"))

    @pages.post("/<int:member>/reset")
    @admins
    @password_lately
    def reset(member: int) -> str:
        view = _look_at_other(member)
        if view.elsewhere:
            return _step("reset", view)
        token = services.set_up_anew(here().setup, person(), view.member.id, real_now())
        return _address(view.member.email, token)


def _look(member: int) -> MemberView:
    if member > LARGEST:
        abort(404)
    return services.look(here().setup, person(), member, real_now())


def _look_at_other(member: int) -> MemberView:
    """Return what is to be changed; nobody changes their own role here."""
    view = _look(member)
    if view.member.you:
        abort(403)
    return view


def _step(step: str, view: MemberView, problem: str = "") -> str:
    return render_template(f"staff/member-{step}.html", view=view, problem=problem)


def _role(written: str, clinic_id: int | None) -> Role | None:
    return next((role for role in services.roles_at(clinic_id) if role == written), None)


def _invite() -> str:
    given = {
        "email": words("email", _LONGEST_EMAIL),
        "name": words("name", _LONGEST_NAME),
        "role": request.form.get("role", ""),
        "clinic": request.form.get("clinic", ""),
    }
    clinic_id = person().place.clinic_id
    if clinic_id is None:
        clinic_id = whole(given["clinic"])
    role = _role(given["role"], clinic_id)
    wrong = _wrong(given, role)
    if wrong or role is None:
        return _invite_form(given, wrong)
    new = NewStaff(given["email"], role, clinic_id, given["name"])
    try:
        invited = services.invite(here().setup, person(), new, real_now())
    except NotFound:
        abort(404)
    except InvalidInput:
        return _invite_form(given, {"email": "there-already"})
    return _address(given["email"], invited.token)


def _wrong(given: dict[str, str], role: Role | None) -> dict[str, str]:
    wrong: dict[str, str] = {}
    try:
        staff_accounts.checked_email(given["email"])
    except InvalidInput:
        wrong["email"] = "address"
    if not given["name"] or len(given["name"]) > _LONGEST_NAME:
        wrong["name"] = "name"
    if role is None:
        wrong["role"] = "role"
    return wrong


def _invite_form(given: dict[str, str], wrong: dict[str, str] | None = None) -> str:
    everywhere = person().place.clinic_id is None
    clinics = clinic_list.look(here().setup) if everywhere else ()
    at_clinic, beyond = services.ROLES_AT_A_CLINIC, services.ROLES_BEYOND_CLINICS
    roles = tuple(dict.fromkeys((*at_clinic, *beyond))) if everywhere else at_clinic
    return render_template(
        "staff/invite.html",
        typed=given,
        wrong=wrong or {},
        roles=roles,
        clinics=clinics,
        everywhere=everywhere,
    )


def _address(email: str, token: str | None) -> str:
    """
    Show the one-time address.

    In the answer itself, and not after a redirect: it is a secret, is stored nowhere and so stands in no
    cookie. Sent again, the form is refused.
    """
    address = f"{here().setup.public_url}/staff/set-up/{token}" if token else None
    until = real_now() + SET_UP_WITHIN
    return render_template("staff/invited.html", email=email, address=address, until=until)
