"""Reads words people text that are no commands: how long a pause is to last, and what machines say."""

from collections.abc import Mapping

from companion.catalogue.keywords import normal_words
from companion.catalogue.tables import Table
from companion.domain.pause_length import PauseWords
from companion.domain.understanding import normalise

#: Table -> the largest number a word in it may stand for.
_NUMBERED = {"numbers": 31, "month_names": 12, "weekday_names": 7}


def read_pauses(file: Table) -> PauseWords:
    words = PauseWords(
        lasting=_listed(file, "lasting"),
        until=_listed(file, "until"),
        other=_listed(file, "other"),
        manners=_listed(file, "manners"),
        links=_listed(file, "links"),
        ordinals=_listed(file, "ordinals"),
        days=_listed(file, "days"),
        weeks=_listed(file, "weeks"),
        fortnights=_listed(file, "fortnights"),
        months=_listed(file, "months"),
        numbers=_numbered(file, "numbers"),
        month_names=_numbered(file, "month_names"),
        weekday_names=_numbered(file, "weekday_names"),
    )
    file.finish()
    return words


def read_auto_replies(file: Table) -> tuple[str, ...]:
    words = _listed(file, "auto_replies")
    file.finish()
    return words


def read_around_names(file: Table) -> tuple[str, ...]:
    words = _listed(file, "around_names")
    file.finish()
    return words


def _listed(file: Table, key: str) -> tuple[str, ...]:
    words = tuple(sorted(normal_words(file, key)))
    if not words:
        raise file.wrong(f"{key} needs a word")
    return words


def _numbered(file: Table, key: str) -> Mapping[str, int]:
    table = Table(file.place, file.take(key, dict))
    table.name = key
    found = {normalise(word): table.take(word, int) for word in sorted(table.values)}
    if wrong := [word for word, number in found.items() if not 1 <= number <= _NUMBERED[key]]:
        raise table.wrong(f"{wrong[0]} must stand for a number from 1 to {_NUMBERED[key]}")
    if not found or "" in found:
        raise table.wrong("needs words, each with a letter or digit")
    return found
