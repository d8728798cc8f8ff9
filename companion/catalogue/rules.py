"""Reads the rules of reminders, a clinic's own among them, and how dates are said on a lock screen."""

import json
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from companion.catalogue.tables import Table, tables
from companion.domain.clock_time import DateWords
from companion.domain.privacy import LockScreen
from companion.domain.reminder_rules import OtherTiming, ReminderRules, Rule, Timing, problems
from companion.domain.vocabulary import APPOINTMENT_TYPES, RULES
from companion.errors import ContentError

#: What a refusal calls the rules a clinic wrote.
_OWN = "rules"


def read_lock_screen(file: Table) -> LockScreen:
    words = LockScreen(file.words("not_on_a_lock_screen"))
    file.finish()
    return words


def read_rules(file: Table) -> ReminderRules:
    file.take("push", list)
    rules = tuple(_rule(table) for table in tables(file, "rule"))
    found = ReminderRules(
        rules,
        file.take("sending_from", str),
        file.take("sending_until", str),
        file.take("quiet_minutes_before_visit", int),
        file.take("correction_notice_minutes", int),
        file.take("pushes_per_day", int),
        file.take("pushes_per_week", int),
    )
    file.finish()
    return found


def _rule(table: Table) -> Rule:
    return Rule(
        table.take("id", str),
        _timing(table),
        table.take("after_attended", bool),
        frozenset(table.words("never_for")),
        _others(table),
        frozenset(table.words("not_on", [])),
    )


def _timing(table: Table) -> Timing:
    return Timing(
        table.take("days_before", int),
        table.take("at", str),
        table.take("plain", bool, default=False),
        table.take("text", str, None),
    )


def _others(table: Table) -> tuple[OtherTiming, ...]:
    return tuple(OtherTiming(frozenset(t.words("types")), _timing(t)) for t in tables(table, "other", []))


def read_own_rules(written: str) -> dict[str, Any]:
    """
    Read a clinic's own rules as they are stored.

    Raises ContentError if they are no TOML or hold anything but plain values; what they say is for
    `with_own_rules` to judge.
    """
    try:
        values: dict[str, Any] = tomllib.loads(written)
        json.dumps(values)
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise ContentError.at(_OWN, "-", f"is not TOML of words and whole numbers: {error}") from error
    return values


def with_own_rules(usual: ReminderRules, values: Mapping[str, Any]) -> ReminderRules:
    """
    Return the rules with a clinic's own in place of some; what a rule leaves out stays as it is.

    Raises ContentError for a key that nothing reads, and naming everything the rules must never do.
    """
    file = Table(_OWN, deepcopy(dict(values)))
    own = [_own_rule(usual, table) for table in tables(file, "rule", [])]
    limits = {
        "sending_from": file.take("sending_from", str, usual.sending_from),
        "sending_until": file.take("sending_until", str, usual.sending_until),
        "pushes_per_day": file.take("pushes_per_day", int, usual.pushes_per_day),
        "pushes_per_week": file.take("pushes_per_week", int, usual.pushes_per_week),
    }
    file.finish()
    if len({rule.id for rule in own}) < len(own):
        raise ContentError.at(_OWN, "rule", "names a rule twice")
    found = replace(usual, rules=tuple(_in_place(rule, own) for rule in usual.rules), **limits)
    if wrong := problems(found):
        raise ContentError.at(_OWN, "rule", "; ".join(wrong))
    return found


def _own_rule(usual: ReminderRules, table: Table) -> Rule:
    rule_id = table.one_of("id", RULES)
    rule = next(rule for rule in usual.rules if rule.id == rule_id)
    never_for = frozenset(table.words("never_for", sorted(rule.never_for)))
    plain = table.take("plain", bool, rule.usual.plain)
    timing = Timing(
        table.take("days_before", int, rule.usual.days_before),
        table.take("at", str, rule.usual.at),
        plain,
        table.take("text", str, None if plain else rule.usual.text),
    )
    others = _others(table) if "other" in table.values else rule.others
    not_on = frozenset(table.words("not_on", sorted(rule.not_on)))
    if table.take("off", bool, default=False):
        never_for, others = frozenset(APPOINTMENT_TYPES), ()
    return Rule(rule.id, timing, rule.after_attended, never_for, others, not_on)


def _in_place(rule: Rule, own: list[Rule]) -> Rule:
    return next((other for other in own if other.id == rule.id), rule)


def read_dates(file: Table) -> DateWords:
    words = DateWords(
        file.words("weekdays"),
        file.words("months"),
        *(file.take(key, str) for key in ("am", "pm", "midday", "midnight", "at", "also")),
    )
    file.finish()
    if len(words.weekdays) != 7 or len(words.months) != 12:
        raise ContentError.at(file.place, "-", "needs seven weekdays and twelve months")
    return words
