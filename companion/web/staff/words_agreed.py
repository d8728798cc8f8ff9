"""What people put their names to: a reviewer signs texts, a clinic accepts them and goes live."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from companion.domain.languages import ENGLISH
from companion.errors import InvalidInput, NotFound
from companion.records import Role
from companion.services import accepting, going_live, signing_off
from companion.services.auditing import Author
from companion.services.going_live_page import look
from companion.services.signing_off import Reviewer
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, now, person, real_now, scope
from companion.web.staff.words import JOB, Ticked, asked_for, said_again, text_page, texts_page

_LONGEST_JOB = 60


@dataclass(frozen=True)
class _Form:
    """What was ticked, in which language, and what the person says they are."""

    wordings: tuple[str, ...]
    language: str
    job: str

    @property
    def problems(self) -> list[tuple[str, str]]:
        said = here().words
        found = [] if self.wordings else [("texts", said["no-text-ticked"])]
        if not self.job or len(self.job) > _LONGEST_JOB or not self.job.isprintable():
            found.append(("job", said["no-job"]))
        return found

    @property
    def reviewer(self) -> Reviewer:
        return Reviewer(person().staff_id, person().name, self.job)

    def again(self, problems: list[tuple[str, str]]) -> str:
        """Render the page it stands on, with what was ticked and typed."""
        form = Ticked(problems, self.wordings, self.job)
        if "live" in request.args:
            return _live_page(form)
        return text_page(request.args["id"], form) if "id" in request.args else texts_page(form)


def blueprint() -> Blueprint:
    pages = Blueprint("words_agreed", __name__, url_prefix="/staff/words")
    pages.post("/sign")(sign)
    pages.post("/sign/back")(take_back)
    pages.post("/accept")(accept)
    pages.get("/live")(live)
    pages.post("/live")(go)
    return pages


@open_to(Role.REVIEWER)
def sign() -> str | Response:
    form = _form()

    def act() -> int:
        setup, reviewer = here().setup, form.reviewer
        return len(signing_off.sign(setup, reviewer, form.language, form.wordings, now(), real_now()))

    return _agreed(form, form.problems, act, "texts-signed")


@open_to(Role.REVIEWER)
def take_back() -> str | Response:
    form = _form()
    problems = [problem for problem in form.problems if problem[0] != "job"]

    def act() -> int:
        setup, wording = here().setup, form.wordings[0]
        signing_off.take_back(setup, form.reviewer, form.language, wording, now(), real_now())
        return 1

    return _agreed(form, problems, act, "signature-taken-back")


@open_to(Role.CLINIC_ADMIN)
def accept() -> str | Response:
    form = _form()

    def act() -> int:
        return len(
            accepting.accept(
                here().setup,
                scope().clinic_id,
                form.language,
                form.wordings,
                person().name,
                form.job,
                now(),
                Author(scope(), real_now()),
            )
        )

    return _agreed(form, form.problems, act, "texts-accepted")


@open_to(Role.NURSE, Role.CLINIC_ADMIN)
def live() -> str:
    return _live_page()


@open_to(Role.CLINIC_ADMIN)
def go() -> str | Response:
    try:
        going_live.go_live(here().setup, scope().clinic_id, now(), Author(scope(), real_now()))
    except InvalidInput:
        return _live_page(Ticked([("texts", here().words["not-live-yet"])]))
    flash(here().words["clinic-live"])
    return redirect(url_for("words_agreed.live"))


def _form() -> _Form:
    job = " ".join(request.form.get("job", "").split())
    language = request.form.get("language") or ENGLISH
    return _Form(tuple(dict.fromkeys(request.form.getlist("text"))), language, job)


def _live_page(form: Ticked | None = None) -> str:
    view = look(here().setup, scope(), now())
    return render_template("staff/words-live.html", view=view, **said_again(form))


def _agreed(
    form: _Form, problems: list[tuple[str, str]], act: Callable[[], int], said: str
) -> str | Response:
    """Do it, say so and go back to the page it was done on; or show that page with what is wrong."""
    if problems:
        return form.again(problems)
    try:
        count = act()
    except NotFound:
        raise
    except InvalidInput:
        return form.again([("texts", here().words["words-changed"])])
    if form.job:
        session[JOB] = form.job
    one = f"{said}-one"
    words = here().words[one if count == 1 and one in here().words else said]
    flash(words.replace("{count}", str(count)))
    return _back(form.language)


def _back(language: str) -> Response:
    if "live" in request.args:
        return redirect(url_for("words_agreed.live"))
    if "id" in request.args:
        return redirect(url_for("words.text", id=request.args["id"], language=language))
    values: dict[str, Any] = {**asked_for(), "page": request.args.get("page", 1, type=int)}
    return redirect(url_for("words.texts", **values))
