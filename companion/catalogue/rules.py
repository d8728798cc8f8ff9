"""Reads the rules of reminders, what must not stand on a lock screen, and how dates are said."""

from companion.catalogue.tables import Table, tables
from companion.domain.catalogue import ReminderRules, Rule
from companion.domain.clock_time import DateWords
from companion.domain.privacy import LockScreen
from companion.errors import ContentError


def read_lock_screen(file: Table) -> LockScreen:
    words = LockScreen(file.words("not_on_a_lock_screen"))
    file.finish()
    return words


def read_rules(file: Table) -> ReminderRules:
    file.take("push", list)
    rules = tuple(
        Rule(
            t.take("id", str),
            t.take("days_before", int),
            t.take("at", str),
            t.take("after_attended", bool),
            frozenset(t.words("never_for")),
        )
        for t in tables(file, "rule")
    )
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
