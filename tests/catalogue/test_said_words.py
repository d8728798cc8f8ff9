"""What is refused in the words of a pause, of machines and of tasks; and what another language adds."""

import shutil
from pathlib import Path

import pytest

from companion.catalogue import load_catalogue
from companion.catalogue.task_words import load_task_words
from companion.domain.catalogue import Catalogue
from companion.errors import ContentError
from tests.made_up import ZZ, a_copy, made_up


@pytest.fixture
def folder(templates: Path, tmp_path: Path) -> Path:
    return a_copy(templates, tmp_path / "templates")


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("pauses.toml", 'weeks = ["WEEK", "WEEKS", "WK", "WKS"]', "weeks = []", "weeks needs a word"),
        ("pauses.toml", "days = [", "dayz = [", "has no days"),
        ("pauses.toml", "DECEMBER = 12", "DECEMBER = 13", "DECEMBER must stand for a number from 1 to 12"),
        ("pauses.toml", "SUNDAY = 7", "SUNDAY = 0", "SUNDAY must stand for a number from 1 to 7"),
        ("pauses.toml", "SUNDAY = 7", 'SUNDAY = "7"', "SUNDAY must be a int"),
        ("pauses.toml", '"TWO" = 2', '"!" = 2', "each with a letter or digit"),
        ("pauses.toml", "[numbers]", 'hours = ["HOUR"]\n[numbers]', "has a key nothing reads: hours"),
        ("machines.toml", '"OUT OF OFFICE"', '"..."', "without a letter or digit"),
    ],
)
def test_a_slip_in_the_words_of_a_pause_or_a_machine_is_refused(
    folder: Path, file: str, old: str, new: str, says: str
) -> None:
    path = folder / "sms" / "en" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(ContentError, match=says):
        load_catalogue(folder)


def test_another_language_adds_its_words_to_the_english_ones(folder: Path) -> None:
    own = made_up(folder)
    (own / "pauses.toml").write_text('weeks = ["ZUWEEK"]\n[numbers]\nZUTWO = 2\n', "utf-8")
    (own / "machines.toml").write_text('auto_replies = ["ZUAWAY"]\n', "utf-8")

    catalogue = load_catalogue(folder, ZZ)

    assert {"WEEK", "ZUWEEK"} <= set(catalogue.pauses.weeks)
    assert (catalogue.pauses.numbers["TWO"], catalogue.pauses.numbers["ZUTWO"]) == (2, 2)
    assert {"OUT OF OFFICE", "ZUAWAY"} <= set(catalogue.auto_replies)


def test_a_key_of_another_language_that_nothing_reads_is_refused(folder: Path) -> None:
    own = made_up(folder)
    (own / "pauses.toml").write_text('weekz = ["ZUWEEK"]\n', "utf-8")

    with pytest.raises(ContentError, match=r"zz/pauses.toml: -: has a key nothing reads: weekz"):
        load_catalogue(folder, ZZ)


def test_every_word_of_a_pause_is_found_as_a_text_is_compared_with_it(catalogue: Catalogue) -> None:
    assert catalogue.pauses.month_names["SEPT"] == 9
    assert catalogue.pauses.weekday_names["WEDS"] == 3
    assert catalogue.pauses.numbers["A COUPLE OF"] == 2


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{visits}", "them", "must say the"),
        ("{visit}", "it", "must name the"),
        ("{sent}", "then", "must say when it was"),
        ("died-no-visits", "died-none", "has no died-no-visits"),
        ("# What a task", 'more = "?"\n# What a task', "has a key nothing reads: more"),
    ],
)
def test_a_slip_in_the_words_of_a_task_is_refused(
    templates: Path, tmp_path: Path, old: str, new: str, says: str
) -> None:
    (tmp_path / "pages").mkdir()
    shutil.copy(templates / "pages" / "tasks.toml", tmp_path / "pages")
    file = tmp_path / "pages" / "tasks.toml"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    text = "".join(line.replace(old, new) if not line.startswith("# S") else line for line in lines)
    file.write_text(text, "utf-8")

    with pytest.raises(ContentError, match=says):
        load_task_words(tmp_path)
