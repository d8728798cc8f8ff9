"""
Reads the texts themselves: each with its lines filled in, its source, and the signature under it.

Whether a text is reviewed never stands beside it: it follows from the signatures in reviews.toml, each
under one exact wording, so that changing a word makes the text a draft again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from companion.catalogue.tables import Table, read, tables
from companion.catalogue.translating import Translation
from companion.catalogue.word_lists import read_list
from companion.domain.items import Item, Review, SupportLine
from companion.domain.named_lines import has_stray_bracket, named_lines, with_numbers
from companion.domain.vocabulary import NATIONS

REVIEWS = "reviews.toml"


@dataclass(frozen=True)
class Reader:
    """Reads the files of one language: English's own, or English's with a translation laid over them."""

    folder: Path
    lines: Mapping[str, SupportLine]
    reviews: Mapping[str, Review]
    translation: Translation | None = None

    def file(self, name: str) -> Table:
        return _laid_over(self.folder, name, self.translation)

    def words(self, name: str) -> frozenset[str]:
        """Return a list of words; those of a translation are added to the English ones."""
        english = read_list(self.folder / name)
        return english | self.translation.lists.get(name, frozenset()) if self.translation else english

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
        named, unknown = named_lines(f"{text} {push or ''}", self.lines)
        if unknown:
            raise table.wrong(f"names the line {unknown[0]!r}, which lines.toml does not have in use")
        if has_stray_bracket(f"{text} {push or ''}"):
            raise table.wrong("has a curly bracket that is no placeholder, such as {line}")
        return Item(
            id=prefix + table.take("id", str),
            text=with_numbers(text, self.lines),
            source=table.take("source", str),
            place=table.place,
            push=with_numbers(push, self.lines) if push is not None else None,
            safety=safety,
            lines=named,
            review=self.reviews.get(prefix + table.name),
        )

    def items(self, file: str, key: str, prefix: str = "") -> list[Item]:
        table = self.file(file)
        found = [self.item(inner, prefix=prefix) for inner in tables(table, key)]
        table.finish()
        return found


def _is_safety(table: Table) -> bool:
    """A misspelt class would let a text that must always go out be held back."""
    if "class" not in table.values:
        return False
    return table.one_of("class", ("safety",)) == "safety"


def open_folder(folder: Path, translation: Translation | None = None) -> Reader:
    """Read what the texts of a language refer to: its phone lines and the signatures under its texts."""
    lines = read_lines(_laid_over(folder, "lines.toml", translation))
    signed = read_reviews(folder / REVIEWS)
    if translation is None:
        return Reader(folder, lines, signed)
    # A signature is under the words of one language: an English one does not vouch for a translation.
    own = translation.files.get(REVIEWS)
    signed_there = _newest(Table(REVIEWS, dict(own))) if own is not None else {}
    english = {item: review for item, review in signed.items() if item not in translation.own}
    there = {item: review for item, review in signed_there.items() if item in translation.own}
    return Reader(folder, lines, {**english, **there}, translation)


def _laid_over(folder: Path, name: str, translation: Translation | None) -> Table:
    english = read(folder / name)
    return translation.lay_over(name, english) if translation else english


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
    return _newest(read(path)) if path.is_file() else {}


def _newest(file: Table) -> dict[str, Review]:
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
