"""Misspelt words led back: what is forgiven, what never is, and the distance by its definition."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.catalogue import Catalogue
from companion.domain.understanding.spelling import Speller, slips_between, sound

_TARGETS = frozenset(
    {"FEVER", "QUESTIONS", "BLEEDING", "BLINATUMOMAB", "TISAGENLECLEUCEL", "LIST", "CANT", "COME", "THESE"}
)
_KNOWN = _TARGETS | {"NEVER", "STOP", "PLEADING", "QUESTIONED", "RUNNING"}


@pytest.fixture(scope="module")
def speller() -> Speller:
    names = frozenset({"BLINATUMOMAB", "TISAGENLECLEUCEL"})
    return Speller(_TARGETS, _KNOWN, names, _TARGETS | {"STOP"})


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("FEVVER", ("FEVER",), id="a letter more"),
        pytest.param("FEVR", (), id="a letter less in a word of four"),
        pytest.param("BLEDING", ("BLEEDING",), id="a letter less"),
        pytest.param("FEVAR", ("FEVER",), id="another letter"),
        pytest.param("FEEVR", ("FEVER",), id="two in the wrong order"),
        pytest.param("QUSTONS", (), id="two slips in a word of seven"),
        pytest.param("QUSTIONZ", ("QUESTIONS",), id="two slips in a long word"),
        pytest.param("KUESTIONZ", (), id="two slips with another first letter"),
        pytest.param("QUSTIONZZ", (), id="three slips"),
        pytest.param("LITS", ("LIST",), id="a short word with two letters changed places"),
        pytest.param("LISP", (), id="a short word with another letter"),
        pytest.param("LIS", (), id="three letters"),
        pytest.param("NEVER", (), id="a word somebody may have meant"),
        pytest.param("PLEADING", (), id="another word somebody may have meant"),
        pytest.param("STOPP", (), id="stopping is never guessed"),
        pytest.param("FEVER1", (), id="a digit in it"),
        pytest.param("TISAJENLEKLOOSEL", ("TISAGENLECLEUCEL",), id="a long name by its sound"),
        pytest.param("CANTCOME", ("CANT", "COME"), id="two words run together"),
        pytest.param("STOPTHESE", ("STOP", "THESE"), id="stopping, written out but for a space"),
        pytest.param("BLEEDIN", ("BLEEDING",), id="a dropped G"),
        pytest.param("RUNNIN", ("RUNNING",), id="a dropped G in a word of everyday talk"),
        pytest.param("ROBIN", (), id="no word with a G"),
        pytest.param("CANTCOMEX", (), id="words run together and a letter"),
        pytest.param("A" * 25, (), id="longer than any word"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_a_word_is_led_back_to_what_was_meant(speller: Speller, written: str, read: tuple[str, ...]) -> None:
    found = speller.read(written)

    assert (found[0] if found else ()) == read


def test_all_words_that_are_as_near_are_told() -> None:
    speller = Speller(frozenset({"CARERS", "CARTER"}), frozenset(), frozenset(), frozenset())

    assert speller.read("CARTERS") == (("CARERS",), ("CARTER",))


def test_the_nearer_of_two_words_is_meant() -> None:
    near = Speller(frozenset({"INFUSION", "INFUSIONS"}), frozenset(), frozenset(), frozenset())

    assert near.read("INFUSSION") == (("INFUSION",),)


@pytest.mark.parametrize(
    ("words", "at", "found"),
    [
        pytest.param("BLEENA TUMO MAB PLEASE", 0, (3, "BLINATUMOMAB"), id="three pieces"),
        pytest.param("ABOUT BLINA TUMOMAB", 1, (2, "BLINATUMOMAB"), id="behind another word"),
        pytest.param("TISA GEN LEC LOO SELL", 0, (5, "TISAGENLECLEUCEL"), id="five pieces"),
        pytest.param("ABOUT BLINA TUMOMAB", 0, None, id="not from the word before"),
        pytest.param("BLINATUMOMAB PLEASE", 0, None, id="one word is no pieces"),
        pytest.param("BLAAAAAAAINA TUMOMAB", 0, None, id="many letters too many"),
        pytest.param("BLINA TUM0MAB", 0, None, id="a digit in it"),
        pytest.param("", 0, None, id="an empty word"),
    ],
)
def test_a_name_in_pieces_is_put_together_by_its_sound(
    speller: Speller, words: str, at: int, found: tuple[int, str] | None
) -> None:
    size, names = speller.name_in_pieces(words.split(" "), at)

    assert ((size, names[0][0]) if names else None) == found
    assert bool(size) == bool(names)


@cache
def _distance(one: str, other: str) -> int:
    """Return the distance by optimal string alignment, as it is defined: from the ends backwards."""
    if not one or not other:
        return len(one) + len(other)
    ways = [
        _distance(one[:-1], other) + 1,
        _distance(one, other[:-1]) + 1,
        _distance(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    ]
    if len(one) > 1 and len(other) > 1 and one[-1] == other[-2] and one[-2] == other[-1]:
        ways.append(_distance(one[:-2], other[:-2]) + 1)
    return min(ways)


_LETTERS = st.text(alphabet="ABC", max_size=7)


@given(_LETTERS, _LETTERS)
@settings(max_examples=1500, deadline=None)
def test_the_distance_is_that_of_optimal_string_alignment(one: str, other: str) -> None:
    assert slips_between(one, other) == _distance(one, other)


@pytest.mark.parametrize(
    ("one", "other", "slips"), [("CA", "ABC", 3), ("AB", "BA", 1), ("", "ABC", 3), ("ABCD", "BADC", 2)]
)
def test_no_letter_is_moved_twice(one: str, other: str, slips: int) -> None:
    assert slips_between(one, other) == slips


@given(st.sets(st.text(alphabet="ABCD", min_size=5, max_size=9), max_size=12), st.text("ABCD", max_size=10))
@settings(max_examples=600, deadline=None)
def test_looking_up_finds_what_comparing_with_every_word_finds(targets: set[str], word: str) -> None:
    """The index is only quicker: a plain search over all words is the measure."""
    speller = Speller(frozenset(targets), frozenset(targets), frozenset(), frozenset())

    def within_reach(target: str) -> bool:
        slips = _distance(word, target)
        most = 2 if min(len(word), len(target)) >= 8 else 1
        return slips <= most and (slips < 2 or word[0] == target[0])

    near = {target: _distance(word, target) for target in targets if within_reach(target)}
    nearest = sorted(target for target, slips in near.items() if slips == min(near.values()))
    wanted = [] if word in targets or len(word) < 5 else [(target,) for target in nearest]
    assert list(speller.read(word)) == wanted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TISAJENLECLUCEL", "TISAGENLECLEUCEL"),
        ("KIMRIAH", "KYMRIAH"),
        ("ZEFALOSPORIN", "CEPHALOSPORIN"),
        ("PONATTINIB", "PONATINIB"),
    ],
)
def test_what_sounds_the_same_has_one_sound(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@given(st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_word_at_all_stops_it(catalogue: Catalogue, word: str) -> None:
    speller = catalogue.grammar.speller
    found = speller.read(word.upper())

    assert len(found) == len(set(found))
    assert all(part in speller.known for way in found for part in way if len(part) > 2)


def test_nothing_is_ever_read_as_an_opt_out(catalogue: Catalogue) -> None:
    """Whatever is one slip from STOP stays what it is."""
    speller, lexicon = catalogue.grammar.speller, catalogue.lexicon
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for stop in lexicon.opt_out:
        near = {stop[:n] + letter + stop[n:] for n in range(len(stop) + 1) for letter in letters}
        near |= {stop[:n] + letter + stop[n + 1 :] for n in range(len(stop)) for letter in letters}
        assert [word for word in near - {stop} if any(way == (stop,) for way in speller.read(word))] == []
