"""
A table of people and visits as a hospital's systems and spreadsheets write it: bytes in, cells out.

Comma, semicolon or tab between cells (RFC 4180 and what Excel makes of it), UTF-8, UTF-16 or Windows-1252.
"""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

#: More are split by whoever makes the file: while one is stored, nobody else writes on SQLite. See ADR 22.
MOST_ROWS = 10_000
#: A person's whole letter in one cell is a file that was cut wrongly.
_LONGEST_CELL = 1000

#: A row that begins so is for whoever fills in the file.
NOTE = "# "

_SEPARATORS = (",", ";", "\t")
#: A spreadsheet takes what begins with one of these for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@")
_HARMFUL_STARTS = (*_FORMULA, "\t", "\r")
#: They turn the order of what is read around, so that a name can pass for another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Finding:
    """Something to tell about one cell; its words are in templates/pages/import.toml."""

    #: As a spreadsheet counts, the headings being row 1. 0: the whole file.
    row: int
    #: Name of the column; empty: the whole row.
    column: str
    code: str
    #: What the words are filled with.
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetRow:
    number: int
    #: By column; what is empty is not in it.
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    rows: tuple[SheetRow, ...] = ()
    problems: tuple[Finding, ...] = ()


def read_sheet(data: bytes, columns: Collection[str], needed: Collection[str]) -> Sheet:
    """Return the rows of a file with these columns, in any order, and all that is wrong with its form."""
    text = _decoded(data)
    if text is None:
        return Sheet(problems=(Finding(0, "", "encoding"),))
    lines, broken = _lines(text)
    if broken or not lines:
        return Sheet(problems=(broken or Finding(0, "", "empty"),))
    (first, heads), *rest = lines
    names = [_name(head) for head in heads]
    problems = [*_wrong_headings(first, names, columns, needed), *_wrong_length(len(rest))]
    return Sheet(problems=tuple(problems)) if problems else _read(names, rest)


def _read(names: Sequence[str], lines: Sequence[tuple[int, list[str]]]) -> Sheet:
    rows, problems = list[SheetRow](), list[Finding]()
    for number, cells in lines:
        found = list(_wrong_cells(number, names, cells))
        problems += found
        if not found:
            rows.append(SheetRow(number, _by_column(names, cells)))
    return Sheet(tuple(rows), tuple(problems))


def _wrong_length(rows: int) -> Iterator[Finding]:
    if not rows:
        yield Finding(0, "", "no-rows")
    if rows > MOST_ROWS:
        yield Finding(0, "", "too-many-rows", {"most": f"{MOST_ROWS:,}"})


def safe_cell(text: str) -> str:
    """Return the text as no spreadsheet takes it for a formula; `plain_cell` takes it back."""
    return f"'{text}" if text.startswith(_HARMFUL_STARTS) else text


def plain_cell(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_HARMFUL_STARTS) else text


def write_sheet(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return a file that Excel opens with every letter right and no formula, UTF-8 with its mark."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def _decoded(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        # Windows-1252 takes nearly any bytes, so it comes last.
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def _lines(text: str) -> tuple[list[tuple[int, list[str]]], Finding | None]:
    """Return the rows with something in them and their numbers, or what makes the file unreadable."""
    separator, text, skipped = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found = []
    number = skipped
    try:
        for number, cells in enumerate(reader, start=1 + skipped):
            if any(cell.strip() for cell in cells) and not cells[0].startswith(NOTE):
                found.append((number, cells))
    except csv.Error:
        return [], Finding(number + 1, "", "quotes")
    return found, None


def _separator(text: str) -> tuple[str, str, int]:
    """Return what parts the cells, the text, and how many lines before it were for Excel alone."""
    head, _, rest = text.partition("\n")
    if head.strip().lower().startswith("sep=") and len(head.strip()) == 5:
        return head.strip()[-1], rest, 1
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=head.count), text, 0


def _name(head: str) -> str:
    return "_".join(head.casefold().replace("-", " ").replace("_", " ").split())


def _wrong_headings(
    row: int, names: Sequence[str], columns: Collection[str], needed: Collection[str]
) -> Iterator[Finding]:
    for name, count in Counter(name for name in names if name).items():
        if name not in columns:
            yield Finding(row, name[:40], "unknown-column", {"allowed": ", ".join(columns)})
        elif count > 1:
            yield Finding(row, name, "column-twice")
    for name in needed:
        if name not in names:
            yield Finding(row, name, "column-missing")


def _wrong_cells(number: int, names: Sequence[str], cells: Sequence[str]) -> Iterator[Finding]:
    if any(cell.strip() for cell in cells[len(names) :]):
        yield Finding(number, "", "too-many-cells", {"cells": str(len(cells)), "columns": str(len(names))})
        return
    for name, cell in zip(names, cells, strict=False):
        if not name and cell.strip():
            yield Finding(number, "", "cell-without-heading")
        elif len(cell) > _LONGEST_CELL:
            yield Finding(number, name, "too-long", {"most": "200"})
        elif not cell.isprintable() and any(_is_hostile(letter) for letter in cell):
            yield Finding(number, name, "hidden-letters")
        elif _is_formula(name, cell.strip()):
            yield Finding(number, name, "formula")


def _is_hostile(letter: str) -> bool:
    return letter in _TURNING or unicodedata.category(letter) in ("Cs", "Co") or _is_control(letter)


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) == "Cc" and not letter.isspace()


def _is_formula(name: str, cell: str) -> bool:
    # A number begins with its plus.
    return cell.startswith(_FORMULA) and not (name == "phone" and cell.startswith("+"))


def _by_column(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    pairs = (
        (name, " ".join(plain_cell(cell.strip()).split())) for name, cell in zip(names, cells, strict=False)
    )
    return {name: cell for name, cell in pairs if name and cell}
