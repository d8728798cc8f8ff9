"""Which texts stand between a clinic and going live, and why."""

from dataclasses import replace
from datetime import date

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.going_live import open_texts
from companion.domain.items import Item
from tests.domain.cast import SIGNED_UNTIL, a_line, each_item, item, settled, signed

_TODAY = date(2027, 3, 1)
_REVIEW_DUE = "to be looked at again since 2027-06-01"
_LINE_DUE = "the line samaritans to be checked since 2027-05-23"
_LATER, _BEFORE = date(2027, 9, 1), date(2027, 5, 31)
_NAMING = replace(item("t", "Call 116 123."), lines=(a_line("samaritans", date(2027, 5, 23)),))


def only(catalogue: Catalogue, text: Item) -> Catalogue:
    """Return the catalogue with everything signed for long, and one text of its own besides."""
    fresh = settled(catalogue)
    return replace(fresh, texts={**fresh.texts, "t": text})


@pytest.mark.parametrize(
    ("text", "today", "found"),
    [
        pytest.param(item("t", "A."), _TODAY, [("draft", "not signed")], id="never signed"),
        pytest.param(
            replace(signed(item("t", "A.")), text="B."),
            _TODAY,
            [("draft", "signed by Dr Ade on 2026-12-01, but under another wording")],
            id="another wording was signed",
        ),
        pytest.param(signed(item("t", "A.")), _BEFORE, [], id="signed, the day before it is due"),
        pytest.param(
            signed(item("t", "A.")),
            SIGNED_UNTIL,
            [("overdue", _REVIEW_DUE)],
            id="signed, the day it is due",
        ),
        pytest.param(signed(_NAMING), date(2027, 5, 22), [], id="signed, its line in date"),
        pytest.param(
            signed(_NAMING),
            date(2027, 5, 23),
            [("overdue", _LINE_DUE)],
            id="signed, its line due",
        ),
        pytest.param(
            signed(replace(_NAMING, lines=_NAMING.lines * 2)),
            _LATER,
            [
                ("overdue", f"{_REVIEW_DUE}; {_LINE_DUE}"),
            ],
            id="signed, both due, a line named twice is told once",
        ),
        pytest.param(
            _NAMING,
            _LATER,
            [("overdue", f"not signed; {_LINE_DUE}")],
            id="a draft whose line is due counts as overdue",
        ),
        pytest.param(
            replace(item("t", "A."), safety=True), _TODAY, [("draft", "not signed")], id="safety texts too"
        ),
    ],
)
def test_a_text_is_open_while_it_is_a_draft_or_overdue(
    catalogue: Catalogue, text: Item, today: date, found: list[tuple[str, str]]
) -> None:
    still = open_texts(only(catalogue, text), (), today)

    assert [(one.status, one.why) for one in still] == found
    assert {(one.language, one.wording) for one in still} <= {("en", f"t@{text.version}")}


def test_what_is_accepted_is_open_no_more_and_another_wording_of_it_is(catalogue: Catalogue) -> None:
    text = item("t", "A.")
    accepted = {("t", text.version)}

    assert open_texts(only(catalogue, text), accepted, _TODAY) == ()
    changed = open_texts(only(catalogue, replace(text, text="B.")), accepted, _TODAY)
    assert [one.id for one in changed] == ["t"]


def test_one_texts_acceptance_is_not_anothers_of_the_same_wording(catalogue: Catalogue) -> None:
    text = item("t", "A.")

    assert [one.id for one in open_texts(only(catalogue, text), {("other", text.version)}, _TODAY)] == ["t"]


def test_every_text_a_patient_can_be_sent_is_looked_at(catalogue: Catalogue) -> None:
    unsigned = each_item(catalogue, lambda text: replace(text, review=None))

    still = open_texts(unsigned, (), _TODAY)

    assert [one.id for one in still] == [text.id for text in catalogue.everything()]
    assert {one.status for one in still} == {"draft"}
