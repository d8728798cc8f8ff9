"""From which day a text has to be looked at again, and that a note about it can be read back."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.catalogue import Catalogue
from companion.domain.due import Due, dues, read_note, write_note
from companion.domain.items import Item
from tests.domain.cast import SIGNED_UNTIL, a_line, all_signed, each_item, item, signed

_MAY, _JUNE = date(2027, 5, 23), SIGNED_UNTIL


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param(item("t", "A."), None, id="a draft"),
        pytest.param(signed(item("t", "A.")), _JUNE, id="signed"),
        pytest.param(replace(signed(item("t", "A.")), text="B."), None, id="signed under another wording"),
        pytest.param(replace(item("t", "A."), lines=(a_line("a", _MAY),)), _MAY, id="a draft with a line"),
        pytest.param(
            replace(signed(item("t", "A.")), lines=(a_line("a", date(2027, 7, 1)), a_line("b", _MAY))),
            _MAY,
            id="the earliest of its review and its lines",
        ),
        pytest.param(
            replace(signed(item("t", "A.")), lines=(a_line("a", date(2027, 7, 1)),)),
            _JUNE,
            id="its review before its line",
        ),
    ],
)
def test_a_text_falls_due_with_its_review_or_with_a_line_it_names(text: Item, day: date | None) -> None:
    assert text.overdue_from == day
    assert text.overdue(date(2099, 1, 1)) is (day is not None)
    if day is not None:
        assert text.overdue(day)
        assert not text.overdue(date.fromordinal(day.toordinal() - 1))


def test_safety_texts_and_the_others_fall_due_apart(catalogue: Catalogue) -> None:
    everything = all_signed(each_item(catalogue, lambda text: replace(text, lines=())))

    safety, others = dues(everything, safety=True), dues(everything, safety=False)

    assert {due.item_id for due in safety} == {text.id for text in catalogue.everything() if text.safety}
    assert {due.item_id for due in others} == {text.id for text in catalogue.everything() if not text.safety}
    assert {(due.on, due.language) for due in safety | others} == {(_JUNE, "en")}


def test_a_note_has_a_line_for_each_day_and_language_earliest_first() -> None:
    found = [Due(_JUNE, "en", "b"), Due(_MAY, "pl", "b"), Due(_MAY, "en", "c"), Due(_MAY, "en", "a")]

    assert write_note(found) == "2027-05-23 en: a, c\n2027-05-23 pl: b\n2027-06-01 en: b"


_DUES = st.builds(
    Due,
    st.dates(),
    st.sampled_from(["en", "pl", "cy-GB"]),
    st.from_regex(r"[a-z][a-z0-9.-]{0,12}", fullmatch=True),
)


@given(st.frozensets(_DUES, max_size=12))
def test_whatever_a_note_says_can_be_read_back(found: frozenset[Due]) -> None:
    assert read_note(write_note(found)) == found


@pytest.mark.parametrize("note", ["", "Please ring the ward.", "2027-05-23", "soon en: a"])
def test_a_note_that_says_nothing_of_the_kind_is_passed_over(note: str) -> None:
    assert read_note(note) == frozenset()
    assert read_note(f"{note}\n2027-05-23 en: a") == {Due(_MAY, "en", "a")}
