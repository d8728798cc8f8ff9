"""offers.toml: what is wrong with it is refused; a language that lists no illness offers nothing."""

from pathlib import Path

import pytest

from companion.catalogue import load_catalogue, load_languages
from companion.domain.understanding import normalise
from tests.catalogue.conftest import Refusal
from tests.catalogue.edits import Edit, deletes, prepends, replaces
from tests.made_up import ZZ, a_copy, made_up

_LISTS = ("begins", "around", "ordinary", "never")
_QUESTION = "Will it cure me?"
_OWN = 'begins = ["ZUWHAT"]\nnever = ["ZUHURT*"]\n'


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        *((replaces(f"{key} = [", f"{key}s = ["), f"has no {key}") for key in _LISTS),
        (prepends('more = ["X"]'), "a key nothing reads: more"),
        (replaces('never = [', 'never = ["*",'), "never holds a word without a letter"),
        (replaces('begins = [', 'begins = ["?",'), "begins holds a word without a letter"),
        (deletes, "the file is missing"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused(refusal: Refusal, edit: Edit, problem: str) -> None:
    message = refusal("offers", edit)

    assert message.startswith("offers.toml: ")
    assert problem in message


def test_a_word_that_is_added_keeps_a_question_from_being_offered(copy: Path, tmp_path: Path) -> None:
    before = load_catalogue(tmp_path).asking
    replaces("never = [", 'never = ["cure*",')(copy / "offers.toml")
    after = load_catalogue(tmp_path).asking

    assert before.invites(_QUESTION, normalise(_QUESTION))
    assert not after.invites(_QUESTION, normalise(_QUESTION))


@pytest.mark.parametrize(
    ("own", "offered"),
    [(None, False), ('begins = ["ZUWHAT"]\n', False), ("never = []\n", False), (_OWN, True)],
)
def test_a_language_offers_only_when_it_knows_words_for_illness(
    templates: Path, tmp_path: Path, own: str | None, *, offered: bool
) -> None:
    folder = a_copy(templates, tmp_path)
    made_up(folder)
    if own is not None:
        (folder / "sms" / ZZ / "offers.toml").write_text(own, "utf-8")

    asking = load_languages(folder).catalogues[ZZ].asking

    assert asking.invites(_QUESTION, normalise(_QUESTION)) is offered


def test_the_words_of_a_language_are_added_to_the_english_ones(templates: Path, tmp_path: Path) -> None:
    folder = a_copy(templates, tmp_path)
    made_up(folder)
    (folder / "sms" / ZZ / "offers.toml").write_text(_OWN, "utf-8")

    asking = load_languages(folder).catalogues[ZZ].asking

    assert asking.invites("", "ZUWHAT ABOUT MY VISIT")
    assert not asking.invites("", "ZUWHAT ABOUT MY ZUHURTS")
    assert not asking.invites("", "ZUWHAT ABOUT MY FEVER")
