"""A text taken apart: words, numbers and what kind, signs, and where clauses and sentences end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.understanding import normalise
from companion.domain.understanding.words import COOL, FEVER, HOT, NUMBER, NUMBERS, YEAR, digits, split

_SIGNS = {"\N{THUMBS UP SIGN}": "THUMBSUP"}


def forms(text: str) -> list[str]:
    return [word.form for word in split(text, _SIGNS).words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Can't come", ["CANT", "COME"], id="an apostrophe"),
        pytest.param("Can\u2019t come", ["CANT", "COME"], id="a printer's apostrophe"),
        pytest.param("Can\u00b4t come", ["CANT", "COME"], id="an accent for an apostrophe"),
        pytest.param("'quoted'", ["QUOTED"], id="quotation marks"),
        pytest.param("CAR-T", ["CAR", "T"], id="a hyphen parts two words"),
        pytest.param("my_list", ["MY", "LIST"], id="an underscore too"),
        pytest.param("ok\N{THUMBS UP SIGN}", ["OK", "THUMBSUP"], id="an emoji that says a word"),
        pytest.param("\N{THUMBS UP SIGN}\U0001f3fd", ["THUMBSUP"], id="of any colour"),
        pytest.param("bus \U0001f68c now", ["BUS", "NOW"], id="an emoji that says none"),
        pytest.param("\uff33\uff34\uff2f\uff30", ["STOP"], id="wide letters"),
        pytest.param("\ufb01ne", ["FINE"], id="letters joined in print"),
        pytest.param("gor\u0105czk\u0119", ["GOR\u0104CZK\u0118"], id="letters of another language"),
        pytest.param("b4 8am", ["B4", "8AM"], id="letters and digits together are a word"),
        pytest.param("what is t.b.i.", ["WHAT", "IS", "TBI"], id="initials with dots"),
        pytest.param("R.I.C", ["RIC"], id="initials without the last dot"),
        pytest.param("9 a.m.", [NUMBER, "A", "M"], id="two letters are the time of day"),
        pytest.param("a.b.cat", ["A", "B", "CAT"], id="dots before a word"),
        pytest.param("", [], id="nothing"),
        pytest.param("\x00\u202e ...", [], id="no word"),
    ],
)
def test_a_text_is_its_words(text: str, words: list[str]) -> None:
    assert forms(text) == words


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("37.4", COOL, id="below a fever"),
        pytest.param("37.5", FEVER, id="the lowest fever"),
        pytest.param("38", HOT, id="a whole number may be anything"),
        pytest.param("38,5", FEVER, id="a comma for a point"),
        pytest.param("42.9", FEVER, id="the highest fever"),
        pytest.param("43.0", NUMBER, id="nobody is as hot"),
        pytest.param("33.9", NUMBER, id="nor as cold"),
        pytest.param("34.0", COOL, id="the lowest reading"),
        pytest.param("99.4", COOL, id="below a fever in Fahrenheit"),
        pytest.param("99.5", FEVER, id="a fever in Fahrenheit"),
        pytest.param("108", NUMBER, id="hotter than Fahrenheit goes"),
        pytest.param("38.5c", FEVER, id="with its unit"),
        pytest.param("101F", HOT, id="in Fahrenheit with its unit"),
        pytest.param("38\N{DEGREE SIGN}", HOT, id="with a sign for degrees"),
        pytest.param("38.55", NUMBER, id="two decimals are no thermometer's"),
        pytest.param("1038", NUMBER, id="four digits"),
        pytest.param("1929", NUMBER, id="before anybody's time"),
        pytest.param("1930", YEAR, id="the first year"),
        pytest.param("2099", YEAR, id="the last year"),
        pytest.param("2100", NUMBER, id="after anybody's time"),
        pytest.param("2019.5", NUMBER, id="a year has no decimals"),
        pytest.param("\N{POUND SIGN}38.50", NUMBER, id="a price"),
        pytest.param("38:40", NUMBER, id="a time"),
        pytest.param("7.30pm", None, id="a time with pm"),
        pytest.param("3", NUMBER, id="a small number"),
        pytest.param("\uff13", NUMBER, id="a wide digit"),
    ],
)
def test_each_kind_of_number_is_told_from_the_others(text: str, kind: str | None) -> None:
    assert forms(text)[0] == (kind or NUMBER)


@pytest.mark.parametrize(
    ("text", "clauses", "sentences"),
    [
        pytest.param("no fever", [0, 0], [0, 0], id="one clause"),
        pytest.param("no, fever", [0, 1], [0, 0], id="a comma"),
        pytest.param("no. fever", [0, 1], [0, 1], id="a full stop"),
        pytest.param("no... fever", [0, 1], [0, 0], id="dots are a pause"),
        pytest.param("no! fever? yes", [0, 1, 2], [0, 1, 2], id="marks of exclamation and question"),
        pytest.param("no - fever", [0, 1], [0, 0], id="a dash between spaces"),
        pytest.param("no\nfever", [0, 1], [0, 0], id="a line"),
        pytest.param("at 38.5 now", [0, 0, 0], [0, 0, 0], id="a point in a number is none"),
    ],
)
def test_clauses_and_sentences_end_where_they_are_written(
    text: str, clauses: list[int], sentences: list[int]
) -> None:
    found = split(text, {})

    assert list(found.clause) == clauses
    assert list(found.sentence) == sentences


def test_a_word_knows_where_it_stood() -> None:
    text = "Hi, I can\u2019t come"

    assert [text[word.start : word.end] for word in split(text, {}).words] == [
        "Hi",
        "I",
        "can\u2019t",
        "come",
    ]


@pytest.mark.parametrize(
    ("written", "found"), [("1, 3", ["1", "3"]), ("no2", ["2"]), ("\uff11\uff12", ["12"]), ("\u0661", [])]
)
def test_digits_are_those_a_list_is_numbered_with(written: str, found: list[str]) -> None:
    assert digits(written) == found


_TEXT = st.text(max_size=120) | st.text(alphabet="aA1.,:'- \N{POUND SIGN}\uff11\u0301", max_size=40)


@given(_TEXT)
@settings(max_examples=400, deadline=None)
def test_the_parts_of_any_text_are_in_order_and_within_it(text: str) -> None:
    found = split(text, _SIGNS)

    ends = [0, *(place for word in found.words for place in (word.start, word.end))]
    assert ends == sorted(ends)
    assert ends[-1] <= len(text)
    assert all(word.start < word.end for word in found.words)
    assert len(found.words) == len(found.clause) == len(found.sentence)
    assert list(found.clause) == sorted(found.clause)
    assert all(s <= c for s, c in zip(found.sentence, found.clause, strict=True))


@given(st.lists(st.from_regex(r"[a-z]{1,8}('[a-z]{1,3})?", fullmatch=True), max_size=12))
@settings(max_examples=200, deadline=None)
def test_plain_words_are_what_they_are_normalised_to(words: list[str]) -> None:
    text = " ".join(words)

    assert " ".join(forms(text)) == normalise(text)


@given(st.floats(0, 200).map(lambda n: f"{n:.1f}"))
@settings(max_examples=200, deadline=None)
def test_a_number_is_always_one_of_the_kinds(written: str) -> None:
    (form,) = forms(written)

    assert form in NUMBERS
    value = float(written)
    assert (form == FEVER) == (37.5 <= value < 43 or 99.5 <= value < 108)
