"""A clinic's own words in place of a text: written, checked while they are typed, stored, and taken back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from companion.domain.languages import ENGLISH
from companion.domain.local_wording import OwnWording
from companion.errors import InvalidInput, NotFound
from companion.records import Role
from companion.services import own_words, rewording
from companion.services.auditing import Author
from companion.services.own_words import Checked, Desk
from companion.services.rewording import WordsRefused
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, now, person, real_now, scope

#: What the script that checks while one types asks with; without it the whole page comes back.
_PART = "X-Companion-Part"
_LONGEST = 2000


def blueprint() -> Blueprint:
    pages = Blueprint("words_own", __name__, url_prefix="/staff/words/own")
    pages.get("")(form)
    pages.post("")(save)
    pages.post("/check")(check)
    pages.post("/drop")(drop)
    return pages


@open_to(Role.CLINIC_ADMIN)
def form() -> str | Response:
    if "id" not in request.args:
        return redirect(url_for("words.overview"))
    at = _desk()
    return _page(at, at.written)


@open_to(Role.CLINIC_ADMIN)
def check() -> str:
    at = _desk()
    typed = _typed(at)
    checked = own_words.check(here().setup, scope(), at, typed, now())
    if _PART in request.headers:
        return render_template("staff/words-checked.html", checked=checked, words=at.words)
    return _page(at, typed, checked)


@open_to(Role.CLINIC_ADMIN)
def save() -> str | Response:
    at = _desk()
    typed = _typed(at)
    if typed == at.written:
        return _page(at, typed, problem=here().words["words-unchanged"])
    try:
        _store(at, typed)
    except NotFound:
        raise
    except WordsRefused as refused:
        checked = own_words.check(here().setup, scope(), at, typed, now(), refused.troubles)
        return _page(at, typed, checked)
    except InvalidInput:
        # They do not fit at all, or somebody changed another text just now.
        checked = own_words.check(here().setup, scope(), at, typed, now())
        problem = None if checked.troubles else here().words["words-changed-meanwhile"]
        return _page(at, typed, checked, problem)
    flash(here().words["own-words-saved"])
    return _to_text(at)


@open_to(Role.CLINIC_ADMIN)
def drop() -> Response:
    at = _desk()
    author = Author(scope(), real_now())
    item_id, language = at.usual.item.id, at.words.language
    rewording.drop_wording(here().setup, scope().clinic_id, language, item_id, now(), author)
    flash(here().words["own-words-dropped"])
    return _to_text(at)


def _store(at: Desk, typed: OwnWording) -> None:
    rewording.set_wording(
        here().setup,
        scope().clinic_id,
        at.words.language,
        typed.item_id,
        typed.text,
        typed.push,
        person().name,
        now(),
        Author(scope(), real_now()),
    )


def _desk() -> Desk:
    """Raises NotFound for a text or a language there is not."""
    language = request.values.get("language") or ENGLISH
    return own_words.desk(here().setup, scope(), language, request.values.get("id", ""), now())


def _typed(at: Desk) -> OwnWording:
    push = _lines(request.form.get("push", "")) if at.has_push else ""
    return OwnWording(at.usual.item.id, _lines(request.form.get("words", "")), push or None)


def _lines(typed: str) -> str:
    """A browser sends lines with a carriage return, which a phone would be sent as well."""
    return typed.replace("\r\n", "\n").replace("\r", "\n").strip()[:_LONGEST]


def _page(at: Desk, typed: OwnWording, checked: Checked | None = None, problem: str | None = None) -> str:
    return render_template(
        "staff/words-own.html", desk=at, words=at.words, typed=typed, checked=checked, problem=problem
    )


def _to_text(at: Desk) -> Response:
    return redirect(url_for("words.text", id=at.usual.item.id, language=at.words.language))
