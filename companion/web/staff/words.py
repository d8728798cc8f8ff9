"""The texts as the clinic's patients get them: overview, search, each text, and what one person would get."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from companion.domain.languages import ENGLISH
from companion.domain.showing import Asked
from companion.domain.text_state import KINDS, STATES, Wanted
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.domain.word_difference import difference
from companion.errors import NotFound
from companion.records import Information, Role
from companion.services import words as services
from companion.services.words import Words
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, now, person

#: Who reads the texts; of these a reviewer is of no clinic.
READERS = (Role.NURSE, Role.CLINIC_ADMIN, Role.REVIEWER)
#: Where the cookie keeps what a person says they are, so that they type it once a day.
JOB = "job"
_ON_A_PAGE = 40
_LONGEST_SEARCH = 200

#: What is wrong with a form: the field's id, and the words.
Problems = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Ticked:
    """A form that came back: what is wrong with it, and what was ticked and typed."""

    problems: Problems = ()
    wordings: Collection[str] = ()
    job: str | None = None


def blueprint() -> Blueprint:
    pages = Blueprint("words", __name__, url_prefix="/staff/words")

    @pages.get("")
    @open_to(*READERS)
    def overview() -> str:
        found = looked_up()
        return render_template("staff/words.html", words=found, tallies=found.shelf.tallies())

    @pages.get("/texts")
    @open_to(*READERS)
    def texts() -> str:
        return texts_page()

    @pages.get("/text")
    @open_to(*READERS)
    def text() -> str | Response:
        if "id" not in request.args:
            return redirect(url_for("words.overview"))
        return text_page(request.args["id"])

    @pages.get("/person")
    @open_to(*READERS)
    def one_person() -> str:
        return _person_page()

    return pages


def looked_up(language: str | None = None) -> Words:
    """Return the texts in the language that is asked for; raises NotFound for none there is."""
    asked = language or request.values.get("language") or ENGLISH
    return services.look(here().setup, person().scope, asked, now())


def texts_page(form: Ticked | None = None) -> str:
    """Render the texts that the address asks for; `form` is what came back from signing or accepting."""
    found, wanted = looked_up(), _wanted()
    listed = found.shelf.find(wanted)
    pages = max(1, -(-len(listed) // _ON_A_PAGE))
    at = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "staff/words-texts.html",
        words=found,
        wanted=wanted,
        listed=listed[(at - 1) * _ON_A_PAGE : at * _ON_A_PAGE],
        total=len(listed),
        at=at,
        pages=pages,
        kinds=KINDS,
        states=[state for state in STATES if found.clinic or state not in ("open", "accepted", "own")],
        visits=APPOINTMENT_TYPES,
        asked=asked_for(),
        **said_again(form),
    )


def text_page(item_id: str, form: Ticked | None = None) -> str:
    """Render one text; raises NotFound."""
    found = looked_up()
    state = found.shelf.text(item_id)
    usual = found.usual_text(item_id)
    item = state.item
    return render_template(
        "staff/words-text.html",
        words=found,
        text=state,
        usual=usual,
        row=found.own.get(item_id),
        changed=difference(usual.item.text, item.text) if state.own else (),
        push_changed=difference(usual.item.push or "", item.push or "") if state.own else (),
        source=found.catalogue.sources.get(item.source),
        leads_to_it=found.shelf.words_for(item_id),
        **said_again(form),
    )


def said_again(form: Ticked | None) -> dict[str, object]:
    """Return what a page of ticks needs: problems, what was ticked, and what the person says they are."""
    form = form or Ticked()
    job = session.get(JOB, "") if form.job is None else form.job
    return {"problems": form.problems, "ticked": form.wordings, "job": job}


def _person_page() -> str:
    found = looked_up()
    treatment, visit = request.args.get("treatment") or None, request.args.get("visit") or None
    information = request.args.get("information") or Information.STANDARD
    if (visit and visit not in APPOINTMENT_TYPES) or information not in set(Information):
        raise NotFound.of("kind of visit or wish for information", (visit or information)[:60])
    asked = Asked(treatment, visit, information=Information(information).value)
    real, texts = services.what_a_person_gets(found, asked)
    return render_template(
        "staff/words-person.html",
        words=found,
        wanted=asked,
        visits=APPOINTMENT_TYPES,
        real=real,
        texts=texts,
    )


def asked_for() -> dict[str, str]:
    """Return what the address asks for, to go on asking for it."""
    keys = ("language", "kind", "treatment", "visit", "state", "q")
    return {key: request.args[key] for key in keys if request.args.get(key)}


def _wanted() -> Wanted:
    """Raises NotFound for a kind or a state there is not."""
    given = asked_for()
    kind, state = given.get("kind"), given.get("state")
    if kind not in (None, *KINDS) or state not in (None, *STATES):
        raise NotFound.of("kind of text", str(kind or state)[:60])
    words = given.get("q", "").replace("\0", "")[:_LONGEST_SEARCH]
    return Wanted(kind, given.get("treatment"), given.get("visit"), state, words)
