"""Reads templates/pages/staff/words.toml: what the staff's pages say that depends on what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from companion.catalogue.tables import Table, read


@dataclass(frozen=True)
class StaffWords:
    #: By our own ids.
    said: Mapping[str, str]
    #: The sign-in library's sentences, by its own names.
    library: Mapping[str, str]
    #: What a task is about, by its kind.
    task: Mapping[str, str]
    #: What was seen or done, by the audit's own names.
    action: Mapping[str, str]


def load_staff_words(templates: Path) -> StaffWords:
    """Raises ContentError for a file that is missing or not as the program fills it."""
    table = read(templates / "pages" / "staff" / "words.toml")
    words = StaffWords(*(_sentences(table, name) for name in ("said", "library", "task", "action")))
    table.finish()
    return words


def _sentences(table: Table, name: str) -> Mapping[str, str]:
    found: dict[str, str] = table.take(name, dict)
    for key, sentence in found.items():
        if not isinstance(sentence, str) or not sentence.strip():
            raise table.wrong(f"{name}.{key} must be words")
    return found
