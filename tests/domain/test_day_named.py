"""Which days a text names, and whether a visit's day is one of them."""

from datetime import date

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.day_named import named_days

#: A Thursday.
_DAY = date(2027, 3, 11)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("cant come thursday 11 march", True),
        ("cant come on Thurs", True),
        ("not the 11th", True),
        ("not the 11th of march", True),
        ("not on March 11", True),
        ("cant come 11 march 9.30", True),
        ("cant come 11/3", True),
        ("cant come 11/03/27", True),
        ("cant come tuesday", False),
        ("cant come thursday 18 march", False),
        ("cant come 11 april", False),
        ("cant come 3/11", False),
        ("the 12th", False),
    ],
)
def test_a_day_fits_what_the_text_names(catalogue: Catalogue, text: str, *, fits: bool) -> None:
    days = named_days(text, catalogue.pauses)

    assert days
    assert days.fit(_DAY) is fits


@pytest.mark.parametrize(
    "text", ["", "cant come", "i may be 11 minutes late", "coming at 9.30", "11", "45/20"]
)
def test_what_is_no_day_names_none(catalogue: Catalogue, text: str) -> None:
    assert not named_days(text, catalogue.pauses)
