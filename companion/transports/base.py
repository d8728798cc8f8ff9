"""The seam: one text to hand over, and what came of it."""

from dataclasses import dataclass
from typing import Protocol

from companion.domain.delivery import Outcome


@dataclass(frozen=True)
class OutboundText:
    #: E.164.
    to: str
    #: The clinic's number, E.164.
    sender: str
    body: str
    #: Where the provider reports, with our token.
    callback_url: str
    #: Seconds after which the provider need not deliver any more, or None.
    valid_for_seconds: int | None


class Transport(Protocol):
    def send(self, text: OutboundText) -> Outcome:
        """Hand one text over, once. Never raises and never retries: what happened is the answer."""
        ...
