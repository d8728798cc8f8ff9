"""How hard a text is to read, worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.reading import count_words, reading_age, reading_level, without_names


@pytest.mark.parametrize(
    ("text", "level"),
    [
        # 4.71 * strokes / words + 0.5 * words / sentences - 21.43
        pytest.param("I see a cat.", 4.71 * 9 / 4 + 0.5 * 4 - 21.43, id="one sentence"),
        pytest.param("I see a cat. I see a dog.", 4.71 * 18 / 8 + 0.5 * 4 - 21.43, id="two sentences"),
        pytest.param("I see a cat? I see a dog!", 4.71 * 18 / 8 + 0.5 * 4 - 21.43, id="other ends"),
        pytest.param(
            "I see a cat... I see a dog.", 4.71 * 20 / 8 + 0.5 * 4 - 21.43, id="three stops end it once"
        ),
        pytest.param("I see a cat. Yes.", 4.71 * 13 / 5 + 0.5 * 5 - 21.43, id="one word is no sentence"),
        pytest.param("I see a cat. I do too.", 4.71 * 16 / 7 + 0.5 * 7 / 2 - 21.43, id="three words are"),
        pytest.param(
            "I see a cat\nand a dog", 4.71 * 15 / 7 + 0.5 * 7 - 21.43, id="a line break ends nothing"
        ),
        pytest.param("check-ups at 9:30am", 4.71 * 17 / 3 + 0.5 * 3 - 21.43, id="signs are strokes"),
        pytest.param(
            "cats - and dogs", 4.71 * 12 / 4 + 0.5 * 3 - 21.43, id="a lone sign is no word of a sentence"
        ),
        pytest.param("", 0.0, id="nothing"),
        pytest.param(" \n ", 0.0, id="white space"),
        pytest.param("?", 4.71 - 21.43, id="a sign alone"),
    ],
)
def test_the_level_weighs_strokes_a_word_and_words_a_sentence(text: str, level: float) -> None:
    assert reading_level(text) == pytest.approx(level)


@pytest.mark.parametrize(
    ("level", "age"), [(-4.0, 6), (0.3, 6), (1.0, 6), (1.1, 7), (5.0, 10), (5.1, 11), (6.0, 11), (6.1, 12)]
)
def test_a_level_is_the_end_of_a_school_year(level: float, age: int) -> None:
    assert reading_age(level) == age


def test_a_longer_sentence_and_a_longer_word_are_harder() -> None:
    plain = "You can ask. You can tell us now."

    assert reading_level("You can ask and you can tell us now.") > reading_level(plain)
    assert reading_level(plain.replace("tell", "notify")) > reading_level(plain)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("Is imatinib a TKI?", "Is name a TKI?", id="a name"),
        pytest.param("IMATINIB, Imatinib.", "name, name.", id="in any case"),
        pytest.param("imatinibs", "imatinibs", id="inside a word"),
        pytest.param("FLAG-IDA is it", "name is it", id="with a hyphen"),
        pytest.param("tyrosine kinase inhibitors work", "name work", id="the longest first"),
        pytest.param("Call {line} or {clinic}.", "Call name or name.", id="placeholders"),
    ],
)
def test_a_name_is_read_as_one_ordinary_word(text: str, plain: str) -> None:
    names = ("imatinib", "FLAG-IDA", "tyrosine", "tyrosine kinase inhibitors", "kinase")

    assert without_names(text, names) == plain


def test_without_names_only_placeholders_are_filled() -> None:
    assert without_names("Reply {count} imatinib", ()) == "Reply name imatinib"


@pytest.mark.parametrize(("text", "words"), [("a - b", 2), ("1 3", 2), ("check-ups", 1), ("...", 0), ("", 0)])
def test_a_word_holds_a_letter_or_a_digit(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.text(max_size=200))
def test_every_text_has_a_level(text: str) -> None:
    assert reading_level(text) >= -21.43 + 4.71 or not text.split()
