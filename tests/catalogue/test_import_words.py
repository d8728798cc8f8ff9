"""Every code an import can come to has words, and no cell is lost in them."""

import re
from pathlib import Path

import pytest

from companion.catalogue.import_words import load_import_words
from companion.domain import importing
from companion.domain.sheets import Finding
from companion.errors import ContentError

DOMAIN = Path(importing.__file__).parent


def test_every_code_has_words_and_every_word_is_for_a_code(templates: Path) -> None:
    words = load_import_words(templates)
    source = "".join((DOMAIN / f"{name}.py").read_text("utf-8") for name in _MODULES)
    source += (DOMAIN.parent / "services" / "importing.py").read_text("utf-8")
    quoted = set(re.findall(r'"([a-z]+(?:-[a-z]+)*)"', source))

    assert (words.problem.keys() | words.remark.keys()) - quoted == set()
    coded = set(re.findall(r'Finding\([^)]*?, "([a-z-]+)"[,)]', source))
    coded |= set(re.findall(r'(?:wrong|_problem|_leave)\([^)]*?, "([a-z-]+)"[,)]', source))
    assert len(coded) > 20
    assert coded - words.problem.keys() - words.remark.keys() == set()


_MODULES = ("sheets", "import_lines", "importing")


def test_a_cell_that_looks_like_a_blank_is_said_as_it_is(templates: Path) -> None:
    words = load_import_words(templates)
    finding = Finding(2, "visit_type", "not-allowed", {"said": "{allowed}", "allowed": "a, b"})

    assert words.say(finding) == "{allowed} is not one of what may stand here: a, b."
    assert words.heading(finding) == "Kind of visit"
    assert words.heading(Finding(1, "nmae", "unknown-column")) == "nmae"


def test_a_column_without_words_is_found_out(tmp_path: Path, templates: Path) -> None:
    text = (templates / "pages" / "import.toml").read_text("utf-8")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "import.toml").write_text(text.replace('place = "Place"\n', ""), "utf-8")

    with pytest.raises(ContentError, match="the columns must be"):
        load_import_words(tmp_path)
