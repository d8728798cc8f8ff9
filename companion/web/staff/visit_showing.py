"""
An act with visits between its form and its being saved: what it does is shown, and only that is saved.

What is shown comes from the services' own trial; here it is only put in order.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from companion.domain.clock_time import parse_wall
from companion.domain.visit_acts import Act
from companion.services import visit_changes
from companion.services.foresight import Changes, Line
from companion.services.visit_changes import NotSaved, OfPerson, Outcome, SentForm
from companion.web.staff.room import here, now, real_now, scope
from companion.web.staff.visit_forms import Typed, say_problems

_SHORTEST_TOKEN, _LONGEST_TOKEN = 20, 64


@dataclass(frozen=True)
class Text:
    """One text as a page shows it."""

    rule: str
    #: By the clock where the person lives.
    when: datetime
    #: Its time is now: it leaves as soon as it is saved.
    at_once: bool
    body: str
    segments: int
    reason: str | None


@dataclass(frozen=True)
class Shown:
    """What becomes of one person's texts."""

    person: OfPerson
    new: tuple[Text, ...]
    #: The waiting text and the one in its place.
    moved: tuple[tuple[Text, Text], ...]
    withdrawn: tuple[Text, ...]
    kept: tuple[Text, ...]
    held_back: tuple[Text, ...]

    @property
    def is_silent(self) -> bool:
        return not (self.new or self.moved or self.withdrawn or self.held_back)


@dataclass(frozen=True)
class Asked:
    """One page's act: what it is, and the field its problems stand at."""

    act: Act
    field: str
    #: Key of the sentence that says it is done.
    done: str
    #: Of the page that shows it: `book`, `move`, `cancel` or `mark`.
    sort: str
    action: str
    #: Where one goes on once it is saved.
    after: str


def answer(typed: Typed, ask: Callable[[], Asked | None], back: str) -> str | Response | None:
    """
    Save what is asked for, or show what it would do; None where the form is to be shown.

    `ask` reads the form, and returns None for one that something is wrong with. One that was saved before may
    read wrong by now, because it was saved: it leads to `back`.
    """
    if request.method != "POST" or typed.step == "change":
        return None
    if typed.step == "save" and visit_changes.was_saved(here().setup, _sent(typed)):
        flash(here().words["visit-saved-already"])
        return redirect(back)
    asked = ask()
    return _act_on(asked, typed) if asked else None


def _act_on(asked: Asked, typed: Typed) -> str | Response | None:
    changed = False
    if typed.step == "save":
        saved = visit_changes.carry_out(here().setup, scope(), asked.act, _sent(typed), now(), real_now())
        if saved != NotSaved.CHANGED:
            flash(here().words[asked.done if isinstance(saved, Outcome) else "visit-saved-already"])
            return redirect(asked.after)
        changed = True
    outcome = visit_changes.foresee(here().setup, scope(), asked.act, now(), real_now())
    if outcome.problems:
        say_problems(typed, outcome, asked.field, here().setup.catalogue.dates)
        return None
    return render_template("staff/visit-preview.html", **_context(asked, typed, outcome, changed=changed))


def _context(asked: Asked, typed: Typed, outcome: Outcome, *, changed: bool) -> dict[str, Any]:
    people = [shown(person, now()) for person in outcome.people]
    return {
        "sort": asked.sort,
        "action": asked.action,
        "people": people,
        "visits": sum(len(each.person.visits) for each in people),
        "counts": {
            "new": sum(len(each.new) for each in people),
            "moved": sum(len(each.moved) for each in people),
            "withdrawn": sum(len(each.withdrawn) for each in people),
            "tasks": sum(len(each.person.changes.tasks) for each in people),
        },
        "changed": changed,
        "fields": typed.again(),
        "form": here().setup.new_token(),
        "mark": outcome.mark,
        "kinds": here().kinds,
    }


def shown(person: OfPerson, at: datetime) -> Shown:
    changes = person.changes

    def text(line: Line) -> Text:
        when = parse_wall(line.local)
        return Text(line.rule, when, line.send_at <= at, line.body, line.segments, line.reason)

    moved = _moved(changes)
    gone, come = {id(old) for old, _ in moved}, {id(new) for _, new in moved}
    return Shown(
        person=person,
        new=tuple(text(line) for line in changes.planned if id(line) not in come),
        moved=tuple((text(old), text(new)) for old, new in moved),
        withdrawn=tuple(text(line) for line in changes.withdrawn if id(line) not in gone),
        kept=tuple(map(text, changes.kept)),
        held_back=tuple(map(text, changes.held_back)),
    )


def _moved(changes: Changes) -> list[tuple[Line, Line]]:
    """Pair what is withdrawn with what comes in its place, where it is the only one of its rule."""
    withdrawn = Counter(line.rule for line in changes.withdrawn)
    planned = Counter(line.rule for line in changes.planned)
    return [
        (old, new)
        for old in changes.withdrawn
        for new in changes.planned
        if old.rule == new.rule and withdrawn[old.rule] == planned[new.rule] == 1
    ]


def _sent(typed: Typed) -> SentForm:
    token = typed["form"]
    if not _SHORTEST_TOKEN <= len(token) <= _LONGEST_TOKEN:
        abort(400)
    return SentForm(token, typed["mark"])
