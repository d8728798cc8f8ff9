"""
Reads the texts themselves: each with its lines filled in, its source, and the signature under it.

Whether a text is reviewed never stands beside it: it follows from the signatures in reviews.toml, each
under one exact wording, so that changing a word makes the text a draft again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from companion.catalogue.tables import Table, read, tables
from companion.domain.items import Item, Review, SupportLine
from companion.domain.vocabulary import NATIONS

_LINE = re.compile(r"\{line:([a-z0-9-]+)\}")
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
REVIEWS = "reviews.toml"


@dataclass(frozen=True)
class Reader:
    """Reads the files of one language."""

    folder: Path
    lines: Mapping[str, SupportLine]
    reviews: Mapping[str, Review]

    def file(self, name: str) -> Table:
        return read(self.folder / name)

    def item(self, table: Table, push: str | None = None, prefix: str = "") -> Item:
        """
        Take the keys every text has; `prefix` makes the id one of its own in the whole catalogue.

        Raises ContentError for a line that is unknown or not in use.
        """
        safety = _is_safety(table)
        text: str = table.take("text", str)
        for wording in (text, push):
            if wording is not None and not wording.strip():
                raise table.wrong("the text is empty")
        named = tuple(self._line(table, line_id) for line_id in _LINE.findall(f"{text} {push or ''}"))
        _check_brackets(table, _LINE.sub("", f"{text} {push or ''}"))
        return Item(
            id=prefix + table.take("id", str),
            text=self._with_numbers(text),
            source=table.take("source", str),
            place=table.place,
            push=self._with_numbers(push) if push is not None else None,
            safety=safety,
            lines=named,
            review=self.reviews.get(prefix + table.name),
        )

    def items(self, file: str, key: str, prefix: str = "") -> list[Item]:
        table = self.file(file)
        found = [self.item(inner, prefix=prefix) for inner in tables(table, key)]
        table.finish()
        return found

    def _line(self, table: Table, line_id: str) -> SupportLine:
        line = self.lines.get(line_id)
        if line is None or not line.use:
            raise table.wrong(f"names the line {line_id!r}, which lines.toml does not have in use")
        return line

    def _with_numbers(self, text: str) -> str:
        return _LINE.sub(lambda match: self.lines[match.group(1)].number, text)


def _is_safety(table: Table) -> bool:
    """A misspelt class would let a text that must always go out be held back."""
    if "class" not in table.values:
        return False
    return table.one_of("class", ("safety",)) == "safety"


def _check_brackets(table: Table, wording: str) -> None:
    """A bracket that is no placeholder, such as {Line}, would be sent as it stands."""
    if re.search(r"[{}]", _PLACEHOLDER.sub("", wording)):
        raise table.wrong("has a curly bracket that is no placeholder, such as {line}")


def open_folder(folder: Path) -> Reader:
    """Read what the texts of a language refer to: its phone lines and the signatures."""
    return Reader(folder, read_lines(read(folder / "lines.toml")), read_reviews(folder / REVIEWS))


def read_lines(file: Table) -> dict[str, SupportLine]:
    lines = {}
    for table in tables(file, "line"):
        line = SupportLine(
            id=table.take("id", str),
            name=table.take("name", str),
            number=table.take("number", str),
            hours=table.take("hours", str),
            nations=table.ids("nations", NATIONS),
            source=table.take("source", str),
            checked=table.day("checked"),
            withhold_after=table.day("withhold_after") or date.min,
            use=table.take("use", bool),
        )
        if line.id in lines:
            raise table.wrong("stands twice")
        lines[line.id] = line
    file.finish()
    return lines


def read_reviews(path: Path) -> dict[str, Review]:
    """Return the newest signature under each text; no file means that nothing was signed yet."""
    if not path.is_file():
        return {}
    file = read(path)
    reviews: dict[str, Review] = {}
    for table in tables(file, "review"):
        item = table.take("id", str)
        review = Review(
            table.take("version", str),
            table.take("reviewer", str),
            table.take("role", str),
            _day(table, "on"),
            _day(table, "due"),
        )
        if item not in reviews or reviews[item].on <= review.on:
            reviews[item] = review
    file.finish()
    return reviews


def _day(table: Table, key: str) -> date:
    found = table.day(key)
    if found is None:
        raise table.wrong(f"{key} must be a day such as 2027-05-23")
    return found
