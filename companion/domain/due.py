"""
What has to be looked at again and from which day, and how a task's note says so.

The note is read back to learn what a nurse has been told before, so that nobody is told twice.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from companion.domain.catalogue import Catalogue

_LINE = re.compile(r"(\d{4}-\d\d-\d\d) (\S+): (.+)")


@dataclass(frozen=True, order=True)
class Due:
    """One text, and the day from which it has to be looked at again."""

    on: date
    language: str
    item_id: str


def dues(catalogue: Catalogue, *, safety: bool) -> frozenset[Due]:
    """Return the days of all safety texts, or of all others; a text that never falls due has none."""
    return frozenset(
        Due(item.overdue_from, catalogue.language, item.id)
        for item in catalogue.everything()
        if item.safety is safety and item.overdue_from is not None
    )


def write_note(found: Iterable[Due]) -> str:
    """Return a line for each day and language, earliest first: `2027-05-23 en: distress, urgent`."""
    by_line = groupby(sorted(found), key=lambda due: (due.on, due.language))
    return "\n".join(
        f"{on} {language}: {', '.join(d.item_id for d in some)}" for (on, language), some in by_line
    )


def read_note(note: str) -> frozenset[Due]:
    """Return what a note says; a line that says nothing of the kind is passed over."""
    found = (_LINE.fullmatch(line) for line in note.splitlines())
    return frozenset(
        Due(date.fromisoformat(line[1]), line[2], item_id)
        for line in found
        if line is not None
        for item_id in line[3].split(", ")
    )
