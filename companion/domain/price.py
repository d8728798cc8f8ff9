"""What texts cost: the provider charges for each segment, at a price that the contract says."""

import re
from dataclasses import dataclass
from decimal import Decimal

from companion.errors import InvalidInput

#: ISO 4217 code and amount, as in `GBP 0.0382`.
_WRITTEN = re.compile(r"([A-Z]{3}) ([0-9]{1,4}(?:\.[0-9]{1,6})?)")
_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}


@dataclass(frozen=True)
class Price:
    """The price of one segment."""

    #: ISO 4217.
    currency: str
    amount: Decimal

    def of(self, segments: int) -> str:
        """Return what so many segments cost, to the hundredth, as people write it."""
        sign = _SIGNS.get(self.currency, f"{self.currency} ")
        return f"{sign}{self.amount * segments:.2f}"


def read_price(written: str) -> Price | None:
    """Read `GBP 0.0382`; None for nothing. Raises InvalidInput for anything else."""
    if not written:
        return None
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise InvalidInput("the price of a segment is a currency and an amount, for example GBP 0.0382")
    return Price(found[1], Decimal(found[2]))
