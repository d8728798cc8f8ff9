"""Signs of illness, of danger and of a death: which count, which are denied, over or asked about."""

import pytest

from companion.domain.understanding import Grammar, understand
from companion.domain.understanding.heard import hear
from companion.domain.understanding.signs import against, signs
from tests.understanding.small import a_grammar


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return a_grammar()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("cant breathe", ["urgent"], id="a sign"),
        pytest.param("not cant breathe", ["urgent"], id="a sign that is never denied"),
        pytest.param("book about yellow fever", [], id="taken back by the words around it"),
        pytest.param("fever", ["urgent"], id="a sign that can be denied"),
        pytest.param("no fever", [], id="denied"),
        pytest.param("no rash or fever", [], id="denied behind another sign"),
        pytest.param("no any a fever", [], id="denied over words of no weight"),
        pytest.param("no, fever", ["urgent"], id="no was an answer"),
        pytest.param("no bus fever", ["urgent"], id="a word of weight between"),
        pytest.param("no rash but fever", ["urgent"], id="a joining word ends the denial"),
        pytest.param("fever is gone", [], id="over"),
        pytest.param("fever a b c gone", [], id="over, three words behind"),
        pytest.param("fever a b c d gone", ["urgent"], id="too far behind to be about it"),
        pytest.param("fever. gone", ["urgent"], id="in another sentence"),
        pytest.param("gone and fever", ["urgent"], id="before it"),
        pytest.param("can it cause fever", [], id="asked about in general"),
        pytest.param("can it cause fever, i have one", ["urgent"], id="asked about by someone who has it"),
        pytest.param("fever. can it cause a rash", ["urgent"], id="asked about another thing"),
        pytest.param("want to die", ["distress"], id="crisis"),
        pytest.param("want to die laughing", [], id="a manner of speaking"),
        pytest.param("fever, want to die", ["distress", "urgent"], id="crisis before red flags"),
        pytest.param("fever, he died", ["bereavement", "urgent"], id="a death before red flags"),
        pytest.param(
            "he died, fever, want to die", ["distress", "bereavement", "urgent"], id="crisis before a death"
        ),
    ],
)
def test_each_sign_counts_unless_something_takes_it_back(
    grammar: Grammar, text: str, found: list[str]
) -> None:
    assert list(dict.fromkeys(one.meaning.intent for one in signs(hear(text, grammar)))) == found


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("no fever", "denied by NO"),
        ("not a fever", "denied by NOT"),
        ("fever gone", "over: GONE"),
        ("can it cause fever", "asked about: CAN ..3 CAUSE"),
        ("book about fever", "unless BOOK ..3 FEVER"),
        ("fever", None),
    ],
)
def test_what_takes_a_sign_back_is_named(grammar: Grammar, text: str, by: str | None) -> None:
    heard = hear(text, grammar)
    (match,) = heard.all_of("denial signs")

    assert against(heard, match) == by


def test_a_sign_that_is_denied_hides_no_other(grammar: Grammar) -> None:
    assert understand("no fever but bleeding. no rash", grammar).has("urgent")
    assert not understand("no fever, no bleeding. no rash", grammar).has("urgent")
