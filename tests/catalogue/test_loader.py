"""A file that is missing or broken is refused when it is loaded, and a good one is read in any dress."""

from pathlib import Path

import pytest

from companion.catalogue import load_catalogue
from companion.errors import ContentError
from tests.catalogue.conftest import Refusal
from tests.catalogue.edits import Edit, appends, deletes, in_item, is_latin_1, prepends, replaces

FILES = ("coping", "dates", "keywords", "kinds", "privacy", "questions", "reminders", "replies", "sources")


@pytest.mark.parametrize("name", [*FILES, "treatments/blinatumomab"])
@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        pytest.param(deletes, "the file is missing", id="missing"),
        pytest.param(prepends("= nonsense"), "is not TOML", id="not TOML"),
        pytest.param(is_latin_1, "is not TOML", id="not UTF-8"),
        pytest.param(prepends("surprise = 1"), "a key nothing reads: surprise", id="an unknown key"),
        pytest.param(
            appends("[[surprise]]\nid = 'x'"), "a key nothing reads: surprise", id="an unknown table"
        ),
    ],
)
def test_every_file_must_be_there_be_toml_and_hold_nothing_unknown(
    refusal: Refusal, name: str, edit: Edit, problem: str
) -> None:
    message = refusal(name, edit)

    assert message.startswith(f"{Path(name).name}.toml: ")
    assert problem in message


def test_the_copy_the_other_cases_spoil_is_good(copy: Path, tmp_path: Path) -> None:
    assert len(load_catalogue(tmp_path).treatments) == 26


def test_a_language_that_is_not_there_is_refused(templates: Path) -> None:
    with pytest.raises(ContentError, match="the file is missing"):
        load_catalogue(templates, "cy")


def test_a_reviewed_item_says_so(copy: Path, tmp_path: Path) -> None:
    in_item("urgent", 'status = "draft"', 'status = "reviewed"')(copy / "replies.toml")

    assert load_catalogue(tmp_path).text("urgent").status == "reviewed"


def test_aliases_and_words_are_taken_in_any_dress(copy: Path, tmp_path: Path) -> None:
    replaces('"BLINA"', '"Blina\\u2019s pump!"')(copy / "treatments" / "blinatumomab.toml")

    assert load_catalogue(tmp_path).aliases["BLINAS PUMP"] == "blinatumomab"


def test_the_longest_word_of_a_command_is_looked_up_first(copy: Path, tmp_path: Path) -> None:
    catalogue = load_catalogue(tmp_path)

    for command in catalogue.lexicon.commands:
        lengths = [len(word) for word in command.words]
        assert lengths == sorted(lengths, reverse=True)
