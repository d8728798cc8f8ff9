"""A cell is opened as the words it is."""

import pytest

from companion.domain.spreadsheet import plain_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠", " =", "  +"])
def test_what_would_be_a_formula_has_an_apostrophe_before_it(start: str) -> None:
    assert plain_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["", " ", "Amina", "2027-03-01", "1+1", "a=b", "'=1", "#1"])
def test_anything_else_stays_as_it_is(text: str) -> None:
    assert plain_cell(text) == text
