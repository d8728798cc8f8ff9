"""What the commands have in common: the companion they open, and how they print."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import TypeVar

import click

from companion import settings
from companion.bootstrap import Companion, build
from companion.errors import InvalidInput, NotFound, SettingsError
from companion.storage import migration

Word = TypeVar("Word", bound=StrEnum)

#: No id is larger; PostgreSQL's integer column would not even compare it.
_LARGEST_ID = 2**31 - 1

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")


@contextmanager
def opened() -> Iterator[Companion]:
    """Open the companion the settings describe, with its database at the present schema."""
    loaded = settings.load(settings.environment(), local=True)
    if not loaded.keys or not loaded.hash_key.get_secret_value():
        raise SettingsError(
            "There are no keys to open the database with. Run `companion serve` once in this folder, "
            "or set COMPANION_ENCRYPTION_KEYS and COMPANION_HASH_KEY."
        )
    companion = build(loaded)
    try:
        if not migration.is_current(companion.setup.database):
            raise SettingsError("The database is not at the present schema; run `companion db upgrade`.")
        yield companion
    finally:
        companion.close()


def show(value: Mapping[str, object], line: str, *, as_json: bool) -> None:
    """Print one object: for programs as JSON, for people as a line."""
    click.echo(json.dumps(value, ensure_ascii=False) if as_json else line)


def number(text: str, noun: str) -> int:
    """Read an id; raises InvalidInput, because a bad value is refused and not a wrong use."""
    if not text.isdecimal():
        raise InvalidInput(f"{text!r} is not the id of a {noun}; ids are whole numbers.")
    if len(text) > 20 or int(text) > _LARGEST_ID:
        raise NotFound.of(noun, text[:20])
    return int(text)


def word_of(kind: type[Word], text: str, option: str) -> Word:
    try:
        return kind(text)
    except ValueError:
        raise InvalidInput(f"{text!r} is no value of {option}; choose one of: {', '.join(kind)}.") from None
