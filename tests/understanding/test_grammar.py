"""Words made ready: the canonical form of texts and words, names, what is exact, what is quick."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.catalogue import load_catalogue
from companion.domain.catalogue import Catalogue
from companion.domain.understanding import Grammar, Meaning, understand
from companion.domain.understanding.idiom import Idiom
from companion.domain.understanding.phrases import PhraseError
from tests.understanding.small import NAMES, a_grammar, a_lexicon


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return a_grammar()


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        pytest.param("I cannot come", ["I", "CANT", "COME"], id="a short form"),
        pytest.param("I can not come", ["I", "CANT", "COME"], id="a short form of two words"),
        pytest.param("I can come", ["I", "CAN", "COME"], id="the beginning of one alone"),
        pytest.param("cart", ["CAR", "T"], id="one word that is two"),
        pytest.param("fevver", ["FEVER"], id="a misspelt word"),
        pytest.param("canotbreathe", ["CANOTBREATHE"], id="nobody can tell"),
        pytest.param("cantbreathe", ["CANT", "BREATHE"], id="words run together"),
        pytest.param("keep3", ["KEEP", "#N"], id="a word and a number run together"),
        pytest.param("xyz3", ["XYZ3"], id="no word of ours and a number"),
        pytest.param("breathed", ["BREATHED"], id="an ordinary word is nobody's misspelling"),
        pytest.param("bleedin", ["BLEEDING"], id="a dropped G"),
        pytest.param("qs", ["QUESTIONS"], id="a way to write a word"),
        pytest.param("\N{THUMBS UP SIGN}", ["OK"], id="an emoji"),
    ],
)
def test_a_text_is_brought_to_its_canonical_form(grammar: Grammar, text: str, forms: list[str]) -> None:
    assert list(grammar.read(text).forms) == forms


def test_what_was_mended_is_told_with_what_it_may_also_have_been(grammar: Grammar) -> None:
    (mended,) = grammar.read("my carkers").spelled

    assert (mended.written, mended.read, mended.others) == ("CARKERS", ("CARERS",), (("MARKERS",),))


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("no fever but a rash", [0, 0, 1, 1, 1]),
        ("no fever, and a rash", [0, 0, 2, 2, 2]),
        ("and a rash", [1, 1, 1]),
    ],
)
def test_a_joining_word_begins_a_clause(grammar: Grammar, text: str, clauses: list[int]) -> None:
    assert list(grammar.read(text).clause) == clauses


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("CAN NOT COME", "CANT COME"),
        ("NEXT 3", "NEXT #N"),
        ("QS", "QUESTIONS"),
        ("CART", "CAR T"),
        ("PLAIN", "PLAIN"),
    ],
)
def test_words_are_put_as_they_stand_in_a_text(words: str, key: str) -> None:
    assert Idiom(a_lexicon()).key(words) == key


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("is chemo safe", {1: (2, NAMES["CHEMO"])}, id="one word"),
        pytest.param("what is car t", {2: (4, NAMES["CAR T"])}, id="two words"),
        pytest.param(
            "chemo or bone marrow", {0: (1, NAMES["CHEMO"]), 2: (4, NAMES["BONE MARROW"])}, id="two"
        ),
        pytest.param("the car is here", {}, id="the beginning of one alone"),
        pytest.param("", {}, id="nothing"),
    ],
)
def test_names_are_found_where_they_stand(
    grammar: Grammar, text: str, named: dict[int, tuple[int, Meaning]]
) -> None:
    assert grammar.named(grammar.read(text).forms) == named


def test_the_longest_name_counts() -> None:
    names = {"STEM CELLS": Meaning("treatment", slot="a"), "STEM CELLS TRANSPLANT": Meaning("treatment", "b")}

    assert Grammar(Idiom(a_lexicon()), names).named(["STEM", "CELLS", "TRANSPLANT"]) == {
        0: (3, Meaning("treatment", "b"))
    }


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        pytest.param("CHEMO", NAMES["CHEMO"], id="a name"),
        pytest.param("CHEMIST", NAMES["CHEMO"], id="what a phone makes of a name"),
        pytest.param("LIST", Meaning("list_questions"), id="a command"),
        pytest.param("NOTHING", Meaning("treatment", "no-treatment"), id="a command of a treatment"),
        pytest.param("PREPARE CAR T", Meaning("prepare", "car-t-cell-therapy"), id="a command and a name"),
        pytest.param("PREPARE BONE MARROW", None, id="a command and a name of no treatment"),
        pytest.param("STOP", None, id="stopping is no command"),
    ],
)
def test_a_whole_clause_has_one_meaning(grammar: Grammar, words: str, meaning: Meaning | None) -> None:
    assert grammar.exact.get(words) == meaning


def test_a_phrase_that_cannot_be_read_is_told_with_its_group() -> None:
    idiom = Idiom(a_lexicon(joiners=frozenset(), commands=()))
    broken = Idiom(a_lexicon(opt_out_sentences=type(idiom.lexicon.urgent)(("STOP $all",))))

    assert idiom.phrases
    with pytest.raises(PhraseError) as refused:
        _ = broken.phrases
    assert (refused.value.group, refused.value.written) == ("opt_out", "STOP $all")


def test_a_grammar_that_is_ready_reads_nothing_anew(grammar: Grammar) -> None:
    fresh = a_grammar().ready()
    had = set(vars(fresh)) | set(vars(fresh.idiom)) | set(vars(fresh.speller))

    understand("what is car t? stop these, no fever. keep 1 and thnaks for teh questons", fresh)

    assert set(vars(fresh)) | set(vars(fresh.idiom)) | set(vars(fresh.speller)) == had


def test_what_is_quick_is_what_is_found_by_weighing_everything(catalogue: Catalogue) -> None:
    grammar = catalogue.grammar
    quick = {word: meaning for word, meaning in grammar.quick.items() if not word.isdigit()}
    slow = {word: understand(f"{word} ", grammar).meaning for word in quick}
    weighed = {word: understand(f"{word}.", grammar).meaning for word in quick}

    assert len(quick) > 500
    assert slow == quick
    assert {w: m for w, m in weighed.items() if (m.intent, m.treatment) != _told(quick[w])} == {}


def _told(meaning: Meaning) -> tuple[str, str | None]:
    return meaning.intent, meaning.treatment


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_every_word_that_is_read_stands_in_the_text(catalogue: Catalogue, text: str) -> None:
    reading = catalogue.grammar.read(text)

    assert len(reading.words) == len(reading.forms) == len(reading.clause) == len(reading.sentence)
    assert all(0 <= word.start < word.end <= len(text) for word in reading.words)
    assert list(reading.clause) == sorted(reading.clause)


def test_the_words_are_made_ready_once_for_all_changes_of_other_texts(templates: Path) -> None:
    catalogue = load_catalogue(templates)

    assert catalogue.grammar is catalogue.grammar
    assert catalogue.grammar.idiom is catalogue.idiom
