"""What texts cost, from what the contract says of a segment."""

import pytest

from companion.domain.price import read_price
from companion.errors import InvalidInput


@pytest.mark.parametrize(
    ("written", "segments", "said"),
    [
        ("GBP 0.0382", 1, "£0.04"),
        ("GBP 0.0382", 3, "£0.11"),
        ("EUR 0.09", 2, "€0.18"),
        ("USD 1", 2, "$2.00"),
        ("CHF 0.05", 0, "CHF 0.00"),
    ],
)
def test_it_is_said_to_the_hundredth(written: str, segments: int, said: str) -> None:
    price = read_price(written)

    assert price
    assert price.of(segments) == said


def test_nothing_set_is_no_price() -> None:
    assert read_price("") is None


@pytest.mark.parametrize("written", ["0.04", "GBP", "gbp 0.04", "GBP -1", "GBP 0,04", "GBP 1e9", "GBP ٣"])
def test_anything_else_is_refused_with_how_it_is_written(written: str) -> None:
    with pytest.raises(InvalidInput, match="for example GBP"):
        read_price(written)
