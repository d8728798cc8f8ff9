"""How words are looked up, how near two lie, and what a list of them may hold."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.catalogue import load_catalogue
from companion.catalogue.judging import Inquiry, read_standards
from companion.catalogue.judging.phrases import Phrases
from companion.catalogue.judging.words import one_edit_apart
from companion.domain.vocabulary import SITUATIONS, STAGES
from companion.errors import ContentError
from tests.catalogue.edits import Edit, appends, deletes, replaces


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        pytest.param("war", "The war is over", ["war"], id="a word"),
        pytest.param("war", "A warm reward", [], id="inside another word"),
        pytest.param("refus*", "He refused.", ["refused"], id="any ending"),
        pytest.param("refus*", "Diffrefus", [], id="an ending is not a beginning"),
        pytest.param("give up", "Give  up", ["Give up"], id="a gap of two spaces"),
        pytest.param("give up", "give\nup, give-up", ["give up", "give-up"], id="a line break and a hyphen"),
        pytest.param("# mg", "Take 2.5 mg", ["2.5 mg"], id="a number with a point"),
        pytest.param("#mg", "Take 50mg", ["50mg"], id="a number that touches"),
        pytest.param("# in #", "1 in 4", ["1 in 4"], id="two numbers"),
        pytest.param("#mg", "50mgs", [], id="a number and another word"),
        pytest.param("%", "It is 50%.", ["%"], id="a sign"),
        pytest.param("!", "Yes!", ["!"], id="an exclamation mark"),
        pytest.param("don't worry", "Don't worry", ["Don't worry"], id="an apostrophe"),
        pytest.param("a.b", "axb", [], id="a full stop is a full stop"),
    ],
)
def test_a_phrase_is_found_where_it_stands_as_words(phrase: str, text: str, found: list[str]) -> None:
    assert list(Phrases((phrase,)).found(text)) == found


def test_the_longest_phrase_that_stands_there_is_told() -> None:
    assert list(Phrases(("give", "give up")).found("give up")) == ["give up"]


def test_what_is_taken_out_leaves_a_gap() -> None:
    assert list(Phrases(("give up",)).found(Phrases(("not",)).without("give not up"))) == []


def test_no_phrases_find_nothing() -> None:
    assert list(Phrases(()).found("anything")) == []
    assert Phrases(()).without("anything") == "anything"


def _distance(one: str, other: str) -> int:
    """Return the optimal string alignment distance, from its definition by recurrence."""
    rows = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if not i or not j:
                rows[i][j] = i + j
                continue
            change = rows[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, change)
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


_WORD = st.text(alphabet="AB ", max_size=6)


@given(_WORD, _WORD)
@settings(max_examples=3000, deadline=None)
def test_one_edit_is_a_distance_of_one(one: str, other: str) -> None:
    assert one_edit_apart(one, other) == (_distance(one, other) == 1)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("CANCER", "CANCEL", True),
        ("INO", "INFO", True),
        ("TOP", "STOP", True),
        ("SOTP", "STOP", True),
        ("STOP", "STOP", False),
        ("POTS", "STOP", False),
        ("ST", "STOP", False),
        ("", "A", True),
    ],
)
def test_one_edit_at_its_edges(one: str, other: str, *, near: bool) -> None:
    assert one_edit_apart(one, other) is near
    assert one_edit_apart(other, one) is near


# ---- The file the lists stand in ----


def test_every_stage_has_a_situation_that_has_lines(templates: Path) -> None:
    support = read_standards(templates).support

    assert support.keys() == set(STAGES)
    assert set(support.values()) <= set(SITUATIONS)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        pytest.param(deletes, "the file is missing", id="no file"),
        pytest.param(appends("[surprise]"), "a key nothing reads: surprise", id="an unknown table"),
        pytest.param(
            replaces("[wording]", "[wording]\nsurprise = 1"), "wording: has a key nothing reads", id="a key"
        ),
        pytest.param(
            replaces("hardest = ", "hardest = '6' # "), "reading: hardest must be a float", id="no number"
        ),
        pytest.param(replaces('reason = "INO', 'because = "INO'), "has no reason", id="no reason"),
        pytest.param(
            replaces('reason = "INO is', 'reason = " " # '), "INO and INFO need a reason", id="an empty one"
        ),
        pytest.param(replaces('["INO", "INFO"]', '["INO", "INO"]'), "must be two words", id="no pair"),
        pytest.param(
            replaces('waiting = "waiting"', 'waiting = "w"'), "support: waiting 'w' is not", id="a situation"
        ),
        pytest.param(
            replaces("[samples]", "[samples]\nbed = '1'"), "samples: has a key nothing reads", id="a sample"
        ),
        pytest.param(replaces('clinic = "', 'clinics = "'), "samples: has no clinic", id="no sample"),
    ],
)
def test_a_list_that_is_not_as_it_must_be_is_refused(
    copy: Path, tmp_path: Path, edit: Edit, says: str
) -> None:
    edit(copy / "checks.toml")

    with pytest.raises(ContentError) as refused:
        read_standards(tmp_path)

    assert str(refused.value).startswith("checks.toml: ")
    assert says in str(refused.value)


# ---- What a text is filled with ----


def test_every_text_is_filled_with_values_as_long_as_they_get(templates: Path) -> None:
    catalogue = load_catalogue(templates)
    inquiry = Inquiry(catalogue, read_standards(templates), date(2026, 11, 23))
    filled = {wording.id: wording.filled for wording in inquiry.wordings}
    longest_push = max((q.push for q in catalogue.questions if q.push), key=len)

    assert "{" not in "".join(filled.values())
    assert longest_push in filled["push.confirm"]
    assert "Wednesday" in filled["push.minimal"]
    assert "September" in filled["push.minimal"]
    assert " and 12:45pm" in filled["push.minimal"], "two visits on one day share a text"
    assert " and " not in filled["visit.next"].split("\n")[0], "each is told by itself"
    assert len(filled["prepare.added"]) > len(catalogue.texts["prepare.added"].text) + 15


def test_every_text_and_every_push_wording_is_looked_at(templates: Path) -> None:
    catalogue = load_catalogue(templates)
    inquiry = Inquiry(catalogue, read_standards(templates), date(2026, 11, 23))
    seen = {wording.text for wording in inquiry.wordings}

    assert {item.text for item in catalogue.everything()} <= seen
    assert {question.push for question in catalogue.questions if question.push} <= seen
    assert {treatment.name for treatment in catalogue.treatments.values()} <= seen
