"""Reads words people text that are no commands: how long a pause is to last, and what machines say."""

from collections.abc import Mapping

from companion.catalogue.keywords import normal_words
from companion.catalogue.tables import Table
from companion.domain.pause_length import PauseWords
from companion.domain.understanding import normalise

_LISTS = (
    "lasting", "until", "other", "manners", "links", "ordinals", "days", "weeks", "fortnights", "months",
)  # fmt: skip
#: Table -> the largest number a word in it may stand for.
_NUMBERED = {"numbers": 31, "month_names": 12, "weekday_names": 7}


def read_pauses(file: Table) -> PauseWords:
    lists = {key: tuple(sorted(normal_words(file, key))) for key in _LISTS}
    if empty := [key for key, words in lists.items() if not words]:
        raise file.wrong(f"{empty[0]} needs a word")
    tables = {key: _numbered(file, key, most) for key, most in _NUMBERED.items()}
    file.finish()
    return PauseWords(**lists, **tables)


def read_auto_replies(file: Table) -> tuple[str, ...]:
    words = tuple(sorted(normal_words(file, "auto_replies")))
    file.finish()
    return words


def _numbered(file: Table, key: str, most: int) -> Mapping[str, int]:
    table = Table(file.place, file.take(key, dict))
    table.name = key
    found = {normalise(word): table.take(word, int) for word in sorted(table.values)}
    if wrong := [word for word, number in found.items() if not 1 <= number <= most]:
        raise table.wrong(f"{wrong[0]} must stand for a number from 1 to {most}")
    if not found or "" in found:
        raise table.wrong("needs words, each with a letter or digit")
    return found
