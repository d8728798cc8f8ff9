"""Reads templates/pages/import.toml: what an import says of the cells of a file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from companion.catalogue.tables import Table, read
from companion.domain.import_lines import COLUMNS
from companion.domain.sheets import Finding

_BLANK = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True)
class ImportWords:
    #: By the name of the column.
    column: Mapping[str, str]
    takes: Mapping[str, str]
    #: By code.
    problem: Mapping[str, str]
    remark: Mapping[str, str]
    #: What stands in the template for whoever fills it in, in this order.
    note: Mapping[str, str]

    def say(self, finding: Finding) -> str:
        """Return what is to be said of a cell, filled in."""
        words = {**self.remark, **self.problem}[finding.code]
        # In one go: a cell that is quoted may hold braces itself.
        return _BLANK.sub(lambda blank: finding.given.get(blank[1], blank[0]), words)

    def heading(self, finding: Finding) -> str:
        """Return the column as people say it; as it stands there if it is none of ours."""
        return self.column.get(finding.column, finding.column)


def load_import_words(templates: Path) -> ImportWords:
    """Raises ContentError for a file that is missing, or that leaves a column without words."""
    table = read(templates / "pages" / "import.toml")
    words = ImportWords(
        *(_sentences(table, name) for name in ("column", "takes", "problem", "remark", "note"))
    )
    for of_columns in (words.column, words.takes):
        if tuple(of_columns) != COLUMNS:
            raise table.wrong(f"the columns must be, in this order: {', '.join(COLUMNS)}")
    table.finish()
    return words


def _sentences(table: Table, name: str) -> Mapping[str, str]:
    found: dict[str, str] = table.take(name, dict)
    for key, sentence in found.items():
        if not isinstance(sentence, str) or not sentence.strip():
            raise table.wrong(f"{name}.{key} must be words")
    return found
