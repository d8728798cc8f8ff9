"""Phrases: every sign they are written with, what cannot be read, and that the index finds all there is."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.understanding.phrase_book import Match, phrase_book
from companion.domain.understanding.phrases import Element, Notation, Phrase, PhraseError, parse
from companion.domain.understanding.words import NUMBERS, split

_CLASSES = {"mood": ("LOW", "SAD"), "number": ("TWO",)}


def _canonical(forms: Sequence[str]) -> list[str]:
    """Stand for a language in which CAN NOT is written CANT."""
    return " ".join(forms).replace("CAN NOT", "CANT").split()


_NOTATION = Notation(_CLASSES, _canonical)


def matches(written: str, text: str, names: dict[int, int] | None = None) -> list[Match]:
    parts = split(text, {})
    forms = [word.form for word in parts.words]
    book = phrase_book(parse("group", written, _NOTATION))
    return list(book.find(forms, parts.sentence, parts.clause, names or {}))


def found(written: str, text: str) -> str | None:
    """Return the words the phrase was found in, the widest."""
    spans = [(match.end - match.start, match.start, match.end) for match in matches(written, text)]
    if not spans:
        return None
    _, start, end = max(spans)
    return " ".join(word.form for word in split(text, {}).words[start:end])


@pytest.mark.parametrize(
    ("written", "text", "words"),
    [
        pytest.param("FEEL LOW", "i feel low today", "FEEL LOW", id="words that follow each other"),
        pytest.param("FEEL LOW", "low is how i feel", None, id="in another order"),
        pytest.param("FEEL LOW", "feel so low", None, id="with a word between"),
        pytest.param("FEEL LOW", "feelings low", None, id="within another word"),
        pytest.param("FEEL|FELT LOW", "felt low", "FELT LOW", id="one or the other"),
        pytest.param("FEEL $mood", "feel sad", "FEEL SAD", id="one of a class"),
        pytest.param("FEEL $mood|ODD", "feel odd", "FEEL ODD", id="a class or a word"),
        pytest.param("FEEL VERY? LOW", "feel low", "FEEL LOW", id="missing where it may be"),
        pytest.param("FEEL VERY? LOW", "feel very low", "FEEL VERY LOW", id="there where it may be missing"),
        pytest.param("FEEL VERY? LOW", "feel so low", None, id="another word in its place"),
        pytest.param("FEEL SO|VERY? LOW", "feel low", "FEEL LOW", id="several that may be missing"),
        pytest.param("FEEL .. LOW", "feel low", "FEEL LOW", id="no word in the gap"),
        pytest.param("FEEL .. LOW", "feel a b c low", "FEEL A B C LOW", id="three words in a gap"),
        pytest.param("FEEL .. LOW", "feel a b c d low", None, id="four words in a gap"),
        pytest.param("FEEL ..1 LOW", "feel so low", "FEEL SO LOW", id="one word in a gap of one"),
        pytest.param("FEEL ..1 LOW", "feel so very low", None, id="two words in a gap of one"),
        pytest.param("FEEL ..0 LOW", "feel so low", None, id="a gap of none"),
        pytest.param(
            "FEEL ..12 LOW",
            "feel a b c d e f g h i j k l low",
            "FEEL A B C D E F G H I J K L LOW",
            id="twelve",
        ),
        pytest.param("FEEL .. LOW", "feel, well, low", "FEEL WELL LOW", id="over commas"),
        pytest.param("FEEL .. LOW", "feel. low", None, id="never over the end of a sentence"),
        pytest.param("FEEL // LOW", "feel it. so low", "FEEL IT SO LOW", id="over the end of a sentence"),
        pytest.param("FEEL // LOW", "feel low", "FEEL LOW", id="within one sentence as well"),
        pytest.param("FEEL // LOW .. X", "feel. low. x", None, id="over the end at that place alone"),
        pytest.param("FEEL // LOWEST|X", "feel a. b. c d e f x", "FEEL A B C D E F X", id="six words on"),
        pytest.param("FEEL // LOW", "feel a b c d e f g low", None, id="seven words on"),
        pytest.param("KEEP #", "keep 3", "KEEP #N", id="a number"),
        pytest.param("KEEP #", "keep two", "KEEP TWO", id="a number in words"),
        pytest.param("KEEP #", "keep 38.5", "KEEP #FEVER", id="a fever is a number"),
        pytest.param("#FEVER", "its 38.5", "#FEVER", id="a fever alone"),
        pytest.param("#FEVER", "its 36.5", None, id="no fever"),
        pytest.param("#HOT|#FEVER", "its 39", "#HOT", id="what may be a fever"),
        pytest.param("< LOW", "low today", "LOW", id="at the beginning"),
        pytest.param("< LOW", "well, low", "LOW", id="at the beginning of a clause"),
        pytest.param("< LOW", "feel low", None, id="not at the beginning"),
        pytest.param("LOW >", "feel low", "LOW", id="at the end"),
        pytest.param("LOW >", "low, though", "LOW", id="at the end of a clause"),
        pytest.param("LOW >", "low today", None, id="not at the end"),
        pytest.param("LOW ..1 >", "low today", "LOW", id="one word before the end"),
        pytest.param("LOW ..1 >", "low again today", None, id="two words before the end"),
        pytest.param("LOW .. >", "low a b c", "LOW", id="three words before the end"),
        pytest.param("LOW TODAY|>", "low", "LOW", id="a word or the end: the end"),
        pytest.param("LOW TODAY|>", "low today i am", "LOW TODAY", id="a word or the end: the word"),
        pytest.param("LOW TODAY|>", "low again i am", None, id="a word or the end: neither"),
        pytest.param("LOW ..1 TODAY|>", "low again", "LOW", id="a gap and the end"),
        pytest.param("A .. B >", "a b c b", "A B C B", id="the last that fits, where the end is asked for"),
        pytest.param("< A .. B", "a c a b", "A C A B", id="the first, where the beginning is"),
        pytest.param("< LOW >", "low", "LOW", id="a clause of its own"),
        pytest.param("< LOW >", "so low", None, id="no clause of its own"),
        pytest.param("CAN NOT COME", "cant come", "CANT COME", id="in its canonical form"),
        pytest.param("CANT|WONT COME", "wont come", "WONT COME", id="in either"),
        pytest.param("A B A", "a b a b a", "A B A", id="the same word twice"),
        pytest.param("A .. B C", "a b x b c", "A B X B C", id="the first that fits is not the end of it"),
    ],
)
def test_each_sign_of_a_phrase_means_what_it_says(written: str, text: str, words: str | None) -> None:
    assert found(written, text) == words


@pytest.mark.parametrize(
    ("written", "text", "names", "name"),
    [
        pytest.param("ABOUT @", "about bone marrow", {1: 3}, 1, id="a name of two words"),
        pytest.param("@ QUESTIONS", "bone marrow questions", {0: 2}, 0, id="a name in front"),
        pytest.param("ABOUT ..1 @", "about the chemo", {2: 3}, 2, id="a name behind a gap"),
        pytest.param("ABOUT @|IT", "about it", {}, None, id="a name or a word"),
        pytest.param("@ OR @", "chemo or bone marrow", {0: 1, 2: 4}, 0, id="two names: the first"),
        pytest.param("CHEMO", "chemo", {0: 1}, None, id="a word that is a name, and is not asked for as one"),
    ],
)
def test_a_phrase_tells_which_treatment_stands_in_it(
    written: str, text: str, names: dict[int, int], name: int | None
) -> None:
    (match,) = matches(written, text, names)

    assert match.name == name
    assert (match.start, match.end) == (0, len(text.split()))


def test_a_name_is_not_found_where_none_stands() -> None:
    assert matches("ABOUT @", "about ponies") == []


def test_a_match_tells_what_it_was_found_by_and_how_much_speaks_for_it() -> None:
    (match,) = matches("FEEL .. LOW", "i feel so low")

    assert (match.group, match.written, match.size) == ("group", "FEEL .. LOW", 2)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("FEEL $moods", "names $moods"),
        ("FEEL < LOW", "< or > in its middle"),
        ("LOW > FEEL", "< or > in its middle"),
        ("FEEL LOW <", "< or > in its middle"),
        ("LOW >|TODAY? FEEL", "< or > in its middle"),
        ("", "no word that must be there"),
        (">", "no word that must be there"),
        ("<", "no word that must be there"),
        ("LOW?", "no word that must be there"),
        ("LOW ..", "no word follows"),
        ("LOW ..3 ..2 FEEL", "no word follows"),
        ("LOW ..? FEEL", "no word follows"),
        ("LOW ..123 FEEL", "no word follows"),
        ("..2 LOW", "begins with ..2"),
        ("low", "'low'"),
        ("CAN'T", '"CAN\'T"'),
        ("LOW|", "''"),
        ("LOW?? FEEL", "'LOW?'"),
        ("#HOTTER", "'#HOTTER'"),
        ("$", "names $"),
    ],
)
def test_a_phrase_that_cannot_be_read_says_why(written: str, why: str) -> None:
    with pytest.raises(PhraseError) as refused:
        list(parse("group", written, _NOTATION))

    assert why in refused.value.why


_WORDS = st.sampled_from("ABCD")
_ELEMENTS = st.lists(
    st.tuples(st.sets(_WORDS, min_size=1, max_size=3), st.integers(0, 2)), min_size=1, max_size=3
)


@st.composite
def _phrases(draw: st.DrawFn) -> Phrase:
    drawn = draw(_ELEMENTS)
    elements = tuple(Element(frozenset(options), gap if n else 0) for n, (options, gap) in enumerate(drawn))
    return Phrase("group", "written", elements, draw(st.booleans()), draw(st.sampled_from([None, 0, 1])))


def _stands(phrase: Phrase, forms: Sequence[str]) -> bool:
    """Say whether the phrase stands in the words, by trying every place for every element."""

    def rest(n: int, at: int) -> bool:
        if n == len(phrase.elements):
            return phrase.ends is None or len(forms) - at <= phrase.ends
        element = phrase.elements[n]
        places = range(at, min(at + element.gap, len(forms) - 1) + 1)
        return any(forms[place] in element.options and rest(n + 1, place + 1) for place in places)

    starts = range(1 if phrase.begins else len(forms))
    return any(forms[s] in phrase.elements[0].options and rest(1, s + 1) for s in starts if s < len(forms))


@given(st.lists(_phrases(), min_size=1, max_size=6), st.lists(_WORDS, max_size=8))
@settings(max_examples=800, deadline=None)
def test_what_the_index_finds_stands_there(phrases: list[Phrase], forms: list[str]) -> None:
    book, none = phrase_book(phrases), [0] * len(forms)

    for match in book.find(forms, none, none, {}):
        assert any(
            _stands(Phrase("", "", p.elements, begins=True, ends=0), forms[match.start : match.end])
            for p in phrases
        )


@given(_phrases(), st.lists(_WORDS, max_size=8))
@settings(max_examples=800, deadline=None)
def test_the_index_misses_no_phrase(phrase: Phrase, forms: list[str]) -> None:
    none = [0] * len(forms)

    assert any(phrase_book([phrase]).find(forms, none, none, {})) == _stands(phrase, forms)


_PARTS = st.sampled_from(
    ["A", "B?", "A|B", "..", "..2", "//", "<", ">", "A|>", "#", "@", "$mood", "$no", "a", "||", "?"]
)


@given(st.lists(_PARTS, max_size=7).map(" ".join))
@settings(max_examples=600, deadline=None)
def test_whatever_is_written_is_read_or_refused(written: str) -> None:
    try:
        phrases = list(parse("group", written, _NOTATION))
    except PhraseError:
        return
    assert phrases
    assert all(phrase.elements and all(e.options for e in phrase.elements) for phrase in phrases)


def test_every_kind_of_number_is_a_number() -> None:
    (phrase,) = parse("group", "#", _NOTATION)

    assert phrase.elements[0].options == NUMBERS | {"TWO"}
