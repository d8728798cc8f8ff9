"""Visits, plans and a small catalogue of its own words, so that a change of wording changes no test here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from companion.domain.catalogue import Catalogue, CopingLine, Question
from companion.domain.clock_time import parse_wall, resolve, to_wall, write_wall
from companion.domain.items import Item
from companion.domain.planning import Planned, Visit, plan
from tests.people import LONDON

NEW_YORK = "America/New_York"
AUCKLAND = "Pacific/Auckland"
LORD_HOWE = "Australia/Lord_Howe"

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
