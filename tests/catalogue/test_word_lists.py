"""The lists of plain words and first names: what is refused, and what another language adds."""

from pathlib import Path

import pytest

from companion.catalogue import load_catalogue
from companion.domain.understanding import understand
from companion.errors import ContentError
from tests.made_up import ZZ, a_copy, made_up


@pytest.fixture
def folder(templates: Path, tmp_path: Path) -> Path:
    return a_copy(templates, tmp_path / "templates")


def meant(folder: Path, text: str) -> str:
    return understand(text, load_catalogue(folder, ZZ).grammar).meaning.intent


def test_a_plain_word_of_another_language_is_no_misspelt_sign_of_illness(folder: Path) -> None:
    own = made_up(folder)
    assert meant(folder, "shiverink") == "urgent"

    (own / "ordinary-words.txt").write_text("SHIVERINK\n", "utf-8")

    assert meant(folder, "shiverink") == "free_text"
    assert meant(folder, "shivering") == "urgent"


def test_a_first_name_of_another_language_is_passed_over(folder: Path) -> None:
    (made_up(folder) / "first-names.txt").write_text("ZBYSZKO\n", "utf-8")

    assert meant(folder, "zbyszko coping") == "coping"


@pytest.mark.parametrize("name", ["ordinary-words.txt", "first-names.txt"])
@pytest.mark.parametrize("language", ["en", "zz"])
@pytest.mark.parametrize(
    ("written", "says"),
    [(b"HOUSE\nhouse\n", "house: is never found; write it 'HOUSE'"), (b"\xff", "cannot be read")],
    ids=["small letters", "no text"],
)
def test_a_list_nothing_would_be_found_in_is_refused(
    folder: Path, name: str, language: str, written: bytes, says: str
) -> None:
    made_up(folder)
    (folder / "sms" / language / name).write_bytes(written)

    with pytest.raises(ContentError, match=f"{name}: .*{says}"):
        load_catalogue(folder, ZZ)


def test_english_cannot_do_without_its_lists(folder: Path) -> None:
    (folder / "sms" / "en" / "first-names.txt").unlink()

    with pytest.raises(ContentError, match=r"first-names.txt: -: cannot be read"):
        load_catalogue(folder)
