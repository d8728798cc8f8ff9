"""
A clinic's rules of reminders, changed one at a time from a form, and stored only as they were seen before.

What a change does is found by making it and taking it back. When it is stored, it has to do the same: if
somebody changed the rules meanwhile, or texts left, it is shown once more instead.
"""

import hashlib
import json
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from companion.domain.reminder_rules import ReminderRules, Rule
from companion.domain.staff import StaffScope
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.errors import ContentError
from companion.records import Clinic
from companion.services import clinic_rules
from companion.services.auditing import Seen, note
from companion.services.clinic_rules import RulesChange
from companion.services.rules_in_use import rules_of
from companion.services.setup import Setup
from companion.storage import people


@dataclass(frozen=True)
class RuleChange:
    """What a form says of one rule."""

    id: str
    #: Negative means after the visit.
    days_before: int
    at: str
    plain: bool = False
    not_on: tuple[str, ...] = ()
    #: It goes to nobody.
    off: bool = False


@dataclass(frozen=True)
class LimitsChange:
    sending_from: str
    sending_until: str
    pushes_per_week: int


@dataclass(frozen=True)
class Usual:
    """The clinic's own rules are given up."""


Change = RuleChange | LimitsChange | Usual


@dataclass(frozen=True)
class Foreseen:
    does: RulesChange
    #: Comes back when the change is to be stored.
    mark: str
    #: It was stored and not only shown.
    stored: bool


@dataclass(frozen=True)
class RulesView:
    rules: ReminderRules
    usual: ReminderRules
    #: The clinic has rules of its own.
    own: bool


def look(setup: Setup, scope: StaffScope) -> RulesView:
    with setup.database.reading() as session:
        clinic = people.clinic(session, scope.clinic_id)
    usual = rules_of(setup, Clinic(**{**clinic.model_dump(), "rules": None}))
    return RulesView(rules_of(setup, clinic), usual, clinic.rules is not None)


def foresee(setup: Setup, scope: StaffScope, change: Change, now: datetime) -> Foreseen:
    """Return what the change would do; nothing is stored. Raises ContentError for rules that are unfit."""
    with setup.database.transaction(keep=False) as session:
        clinic = people.clinic_to_change(session, scope.clinic_id)
        before = clinic.rules
        done = clinic_rules.put_rules(session, setup, clinic, _merged(before, change), now)
    return Foreseen(done, _mark(before, change, done), stored=False)


def store(
    setup: Setup, scope: StaffScope, change: Change, mark: str, now: datetime, real_now: datetime
) -> Foreseen:
    """Make the change if it does what `mark` was given out for; else return what it would do now."""
    try:
        return _stored(setup, scope, change, mark, now, real_now)
    except _Otherwise as otherwise:
        return otherwise.found


class _Otherwise(Exception):
    """The change would not do what was seen; nothing of it is kept."""

    def __init__(self, found: Foreseen) -> None:
        super().__init__()
        self.found = found


def _stored(
    setup: Setup, scope: StaffScope, change: Change, mark: str, now: datetime, real_now: datetime
) -> Foreseen:
    with setup.database.transaction() as session:
        clinic = people.clinic_to_change(session, scope.clinic_id)
        before = clinic.rules
        done = clinic_rules.put_rules(session, setup, clinic, _merged(before, change), now)
        found = _mark(before, change, done)
        if found != mark:
            raise _Otherwise(Foreseen(done, found, stored=False))
        told = f"{_said(change)}: {done.planned} planned, {done.withdrawn} withdrawn"
        note(session, scope, Seen("rules-changed", subject=told), real_now)
    return Foreseen(done, mark, stored=True)


def _merged(stored: dict[str, Any] | None, change: Change) -> dict[str, Any] | None:
    """Return the clinic's own rules with the change; what the form does not speak of stays as it was."""
    if isinstance(change, Usual):
        return None
    values = deepcopy(stored or {})
    if isinstance(change, LimitsChange):
        return {**values, **vars(change)}
    rules: list[dict[str, Any]] = values.get("rule", [])
    known = next((rule for rule in rules if rule.get("id") == change.id), {})
    kept: dict[str, Any] = {key: known[key] for key in ("text", "never_for", "other") if key in known}
    new: dict[str, Any] = {"id": change.id, **kept}
    new |= {"days_before": change.days_before, "at": change.at, "plain": change.plain}
    new |= {"not_on": list(change.not_on)}
    if change.plain:
        # What says date and time alone says nothing else.
        new.pop("text", None)
    if change.off:
        new["off"] = True
    return {**values, "rule": [*(rule for rule in rules if rule.get("id") != change.id), new]}


def _mark(before: dict[str, Any] | None, change: Change, done: RulesChange) -> str:
    seen = [before, _said(change), repr(change), done.planned, done.withdrawn, done.changed]
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:24]


def _said(change: Change) -> str:
    if isinstance(change, RuleChange):
        return change.id
    return "hours and caps" if isinstance(change, LimitsChange) else "usual rules"


def is_sent(rule: Rule) -> bool:
    """Say whether the rule goes for any kind of visit."""
    return any(rule.timing(kind) for kind in APPOINTMENT_TYPES)


def problems_of(error: ContentError) -> list[str]:
    """Return what is wrong with the rules, one thing each, without where they are written."""
    return str(error).removeprefix("rules: rule: ").split("; ")
