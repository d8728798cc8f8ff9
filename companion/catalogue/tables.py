"""
Reads one TOML file and hands out its tables with every key checked.

A key that is missing, misspelt or of the wrong shape is refused with the file and the item named, so
that a slip of the pen in a text never becomes a text that is silently left out.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from companion.errors import ContentError


@dataclass
class Table:
    """One table of a file; `finish` says which keys nobody asked for."""

    place: str
    values: dict[str, Any]
    #: What a refusal calls it, also when its id is taken already.
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = str(self.values.get("id") or self.values.get("intent") or "-")

    def take(self, key: str, kind: type, default: object = ...) -> Any:
        """Return and remove a value; raises ContentError if it is absent or not a `kind`."""
        if key not in self.values:
            if default is ...:
                raise self.wrong(f"has no {key}")
            return default
        value = self.values.pop(key)
        # A bool is an int to Python, but `rank = true` is a slip of the pen.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(f"{key} must be a {kind.__name__}")
        return value

    def words(self, key: str, default: object = ...) -> tuple[str, ...]:
        found = self.take(key, list, default)
        if not all(isinstance(word, str) for word in found):
            raise self.wrong(f"{key} must be a list of words")
        return tuple(found)

    def day(self, key: str) -> date | None:
        """Take a day written 2027-05-23, or None for an empty one."""
        written = self.take(key, str)
        try:
            return date.fromisoformat(written) if written else None
        except ValueError as error:
            raise self.wrong(f"{key} is {written!r}; write a day as 2027-05-23") from error

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        """Take one of the known words."""
        found: str = self.take(key, str)
        if found not in known:
            raise self.wrong(f"{key} {found!r} is not one of {', '.join(known)}")
        return found

    def ids(self, key: str, known: tuple[str, ...]) -> frozenset[str]:
        """Take a list of known ids, which may be empty."""
        found = frozenset(self.words(key))
        if unknown := found - set(known):
            raise self.wrong(f"{key}: no such id: {', '.join(sorted(unknown))}")
        return found

    def finish(self) -> None:
        if self.values:
            raise self.wrong(f"has a key nothing reads: {', '.join(sorted(self.values))}")

    def wrong(self, problem: str) -> ContentError:
        return ContentError.at(self.place, self.name, problem)


def read(path: Path) -> Table:
    """Read a file as one table; raises ContentError naming it if it is absent or not TOML."""
    try:
        return Table(path.name, tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise ContentError.at(path.name, "-", "the file is missing") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContentError.at(path.name, "-", f"is not TOML: {error}") from error


def tables(parent: Table, key: str, default: object = ...) -> Iterator[Table]:
    """Yield the tables of `[[key]]` and check that each was read whole."""
    for values in parent.take(key, list, default):
        table = Table(parent.place, dict(values))
        yield table
        table.finish()
