"""Why a text means what it means: every meaning has its reason, and what was taken back is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.catalogue import Catalogue
from companion.domain.understanding import Context, Grammar, Reason, explain, understand
from tests.understanding.scoring import everyday, files, labels
from tests.understanding.small import a_grammar


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return a_grammar()


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        pytest.param("LIST", [Reason("list_questions", "whole text", "LIST")], id="a word alone"),
        pytest.param(
            "hi, see the list",
            [Reason("list_questions", "SEE ..2 LIST", "see the list")],
            id="a phrase and where it stood",
        ),
        pytest.param(
            "keep 1, 3", [Reason("keep_question", "KEEP ..2 #", "keep 1, 3")], id="the numbers behind it too"
        ),
        pytest.param("Stop!", [Reason("opt_out", "carrier word", "Stop!")], id="a carrier word"),
        pytest.param(
            "my fevver",
            [Reason("urgent", "FEVER", "fevver"), Reason("spelling", "FEVER", "FEVVER")],
            id="a word that was mended",
        ),
        pytest.param(
            "no fever", [Reason("urgent", "FEVER", "fever", "denied by NO")], id="a sign that is denied"
        ),
        pytest.param(
            "want to die laughing",
            [Reason("distress", "WANT TO DIE", "want to die", "unless WANT TO DIE LAUGHING")],
            id="a manner of speaking",
        ),
        pytest.param(
            "dont stop these",
            [Reason("opt_out", "STOP THESE", "stop these", "unless DONT STOP")],
            id="stopping that is not asked for",
        ),
        pytest.param(
            "a questions what ask",
            [Reason("questions", "WHAT ..2 ASK", "what ask")],
            id="what would be taken back elsewhere",
        ),
        pytest.param("funny bus", [], id="nothing"),
        pytest.param("", [], id="an empty text"),
    ],
)
def test_the_reasons_of_a_text(grammar: Grammar, text: str, reasons: list[Reason]) -> None:
    assert list(explain(text, grammar)) == reasons


def test_context_is_weighed_too(grammar: Grammar) -> None:
    assert explain("ok", grammar, Context(confirm_asked=True)) == (Reason("confirm", "OK", "ok"),)


def test_every_meaning_of_every_text_has_its_reason(catalogue: Catalogue) -> None:
    texts = [*everyday(), *(label.text for path in files() for label in labels(path))]
    for text in texts:
        found = understand(text, catalogue.grammar)
        given = {reason.intent for reason in explain(text, catalogue.grammar) if reason.taken_back is None}
        assert given - {"spelling"} == {meaning.intent for meaning in found.all} - {"free_text"}, text


@given(st.text(max_size=120))
@settings(max_examples=200, deadline=None)
def test_no_text_stops_it(catalogue: Catalogue, text: str) -> None:
    reasons = explain(text, catalogue.grammar)

    assert all(reason.because for reason in reasons)
    assert all(reason.words in text for reason in reasons if reason.intent != "spelling")
