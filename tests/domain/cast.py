"""Visits, plans and a small catalogue of its own words, so that a change of wording changes no test here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from companion.domain.catalogue import Catalogue, CopingLine, Question
from companion.domain.clock_time import parse_wall, resolve, to_wall, write_wall
from companion.domain.items import Item, Review, SupportLine
from companion.domain.planning import Planned, Visit, plan
from tests.people import LONDON

NEW_YORK = "America/New_York"
AUCKLAND = "Pacific/Auckland"
LORD_HOWE = "Australia/Lord_Howe"

#: From this day on everything that `signed` signed has to be looked at again.
SIGNED_UNTIL = date(2027, 6, 1)

PUSHES: Mapping[str, str] = {
    "push.minimal": "Visit {when}. VISIT?",
    "push.heads-up": "Soon: visit {when}.",
    "push.confirm": "Coming {when}? Ask:\n{questions}",
    "push.confirm-no-questions": "Coming {when}?",
    "push.evening-before": "Visit {when}. Ask:\n{questions}\n{support}",
    "push.evening-before-no-questions": "Visit {when}. {support}",
    "push.after-visit": "Afterwards. {support}",
    "push.correction": "Now {when}, not {old}.",
    "push.correction-minimal": "{when}, not {old}.",
    "push.correction-cancelled": "Not {old} after all.",
    "push.own-count": "You saved {count}.",
    "push.own-one": "You saved one.",
}


def item(item_id: str, text: str, **more: Any) -> Item:
    return Item(item_id, text, "project", "test.toml", **more)


def a_line(line_id: str, withhold_after: date) -> SupportLine:
    nations = frozenset({"england"})
    return SupportLine(
        line_id, line_id.title(), "116 123", "always", nations, "nhssm", None, withhold_after, True
    )


def signed(text: Item, until: date = SIGNED_UNTIL) -> Item:
    """Return the text with a signature under it that has to be renewed from that day on."""
    return replace(text, review=Review(text.version, "Dr Ade", "Consultant", date(2026, 12, 1), until))


def each_item(catalogue: Catalogue, change: Callable[[Item], Item]) -> Catalogue:
    """Return the catalogue with every text of it changed."""
    return replace(
        catalogue,
        treatments={
            t.id: replace(t, about=tuple(replace(a, item=change(a.item)) for a in t.about))
            for t in catalogue.treatments.values()
        },
        questions=tuple(replace(q, item=change(q.item)) for q in catalogue.questions),
        coping=tuple(replace(line, item=change(line.item)) for line in catalogue.coping),
        ready=tuple(replace(ready, item=change(ready.item)) for ready in catalogue.ready),
        topics=tuple(replace(topic, item=change(topic.item)) for topic in catalogue.topics),
        texts={key: change(text) for key, text in catalogue.texts.items()},
    )


def all_signed(catalogue: Catalogue, until: date = SIGNED_UNTIL) -> Catalogue:
    """Return the catalogue with every text signed on one day and so overdue on one day."""
    return each_item(catalogue, lambda text: signed(text, until))


def settled(catalogue: Catalogue) -> Catalogue:
    """Return the catalogue with everything signed until the end of the century, and no line to fall due."""
    return each_item(catalogue, lambda text: signed(replace(text, lines=()), date(2099, 1, 1)))


def a_question(question_id: str, **overrides: Any) -> Question:
    push = overrides.pop("push", f"And {question_id}?")
    given: dict[str, Any] = {
        "item": item(question_id, f"What about {question_id}?", push=push),
        "depth": "less",
        "treatments": frozenset(),
        "types": frozenset(),
        "stages": frozenset(),
        "rank": 10,
        **overrides,
    }
    return Question(**given)


def in_few_words(catalogue: Catalogue, *questions: Question) -> Catalogue:
    """Return the catalogue with the pushes above, one line of support, and these questions."""
    pushes = {push_id: item(push_id, text) for push_id, text in PUSHES.items()}
    support = (CopingLine(item("calm", "Breathe."), push=True), CopingLine(item("talk", "Talk."), push=False))
    return replace(catalogue, texts={**catalogue.texts, **pushes}, coping=support, questions=questions)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str = LONDON) -> datetime:
    """Return the instant at which the clock in `zone` shows `2027-03-29T09:30`."""
    return resolve(datetime.fromisoformat(text), zone)


def a_visit(wall: str, zone: str = LONDON, **overrides: Any) -> Visit:
    shown = parse_wall(wall)
    given: dict[str, Any] = {"id": 1, "version": 1, "type": "clinic-review", **overrides}
    return Visit(wall=shown, at=resolve(shown, zone), **given)


def a_plan(
    catalogue: Catalogue, now: str, *visits: Visit, zone: str = LONDON, **more: Any
) -> tuple[Planned, ...]:
    """Plan with the real rules; `now` is wall time in the zone."""
    return plan(visits, catalogue.reminders, zone, local(now, zone), **more)


def said(planned: Planned, zone: str = LONDON) -> tuple[str, str]:
    return planned.rule, write_wall(to_wall(planned.send_at, zone))


def a_step(rule: str, *visits: Visit) -> Planned:
    """Return one step as the planner would hand it over; its times do not matter to its words."""
    first = visits[0].at
    return Planned(rule, visits, first, first)
