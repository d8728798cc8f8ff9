"""What people put their names to: a reviewer signs texts, a clinic accepts them and goes live."""

from dataclasses import dataclass

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
from companion.web.staff.words import JOB, Ticked, said_again, text_page, texts_page

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

    def again(self, problems: list[tuple[str, str]]) -> str:
        """Render the page it stands on, with what was ticked and typed."""
        form = Ticked(problems, self.wordings, self.job)
        if "live" in request.args:
            return _live_page(form)
        return text_page(request.args["id"], form) if "id" in request.args else texts_page(form)


def blueprint() -> Blueprint:
    pages = Blueprint("words_agreed", __name__, url_prefix="/staff/words")

    @pages.post("/sign")
    @open_to(Role.REVIEWER)
    def sign() -> str | Response:
        form = _form()
        if form.problems:
            return form.again(form.problems)
        reviewer = Reviewer(person().staff_id, person().name, form.job)
        try:
            signed = signing_off.sign(here().setup, reviewer, form.language, form.wordings, now(), real_now())
        except NotFound:
            raise
        except InvalidInput:
            return form.again([("texts", here().words["words-changed"])])
        session[JOB] = form.job
        return _done("texts-signed", len(signed))

    @pages.post("/sign/back")
    @open_to(Role.REVIEWER)
    def take_back() -> str | Response:
        form = _form()
        reviewer = Reviewer(person().staff_id, person().name, form.job)
        try:
            wording = form.wordings[0] if form.wordings else ""
            signing_off.take_back(here().setup, reviewer, form.language, wording, now(), real_now())
        except NotFound:
            raise
        except InvalidInput:
            return form.again([("texts", here().words["words-changed"])])
        return _done("signature-taken-back", 1)

    @pages.post("/accept")
    @open_to(Role.CLINIC_ADMIN)
    def accept() -> str | Response:
        form = _form()
        if form.problems:
            return form.again(form.problems)
        try:
            accepted = accepting.accept(
                here().setup,
                scope().clinic_id,
                form.language,
                form.wordings,
                person().name,
                form.job,
                now(),
                Author(scope(), real_now()),
            )
        except NotFound:
            raise
        except InvalidInput:
            return form.again([("texts", here().words["words-changed"])])
        session[JOB] = form.job
        return _done("texts-accepted", len(accepted))

    @pages.get("/live")
    @open_to(Role.NURSE, Role.CLINIC_ADMIN)
    def live() -> str:
        return _live_page()

    @pages.post("/live")
    @open_to(Role.CLINIC_ADMIN)
    def go() -> str | Response:
        try:
            going_live.go_live(here().setup, scope().clinic_id, now(), Author(scope(), real_now()))
        except NotFound:
            raise
        except InvalidInput:
            return _live_page(Ticked([("texts", here().words["not-live-yet"])]))
        flash(here().words["clinic-live"])
        return redirect(url_for("words_agreed.live"))

    return pages


def _form() -> _Form:
    job = " ".join(request.form.get("job", "").split())
    language = request.form.get("language") or ENGLISH
    return _Form(tuple(dict.fromkeys(request.form.getlist("text"))), language, job)


def _live_page(form: Ticked | None = None) -> str:
    view = look(here().setup, scope(), now())
    return render_template("staff/words-live.html", view=view, **said_again(form))


def _done(said: str, count: int) -> Response:
    """Say what was done, and go back to the page it was done on."""
    words = here().words[said if count != 1 or f"{said}-one" not in here().words else f"{said}-one"]
    flash(words.replace("{count}", str(count)))
    if "live" in request.args:
        return redirect(url_for("words_agreed.live"))
    page = "words.text" if "id" in request.args else "words.texts"
    return redirect(url_for(page, **request.args.to_dict()))
