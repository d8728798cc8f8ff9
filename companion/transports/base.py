"""The seam to the provider: one text to hand over and what came of it; and what the provider says it has."""

from dataclasses import dataclass
from typing import Protocol

from companion.domain.delivery import Outcome
from companion.domain.reconciliation import Seen


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


@dataclass(frozen=True)
class Page:
    """Part of the provider's list, newest first."""

    texts: tuple[Seen, ...]
    #: What to ask for the part that follows with; None at the end of the list.
    following: str | None


@dataclass(frozen=True)
class Unavailable:
    """The provider did not say; too many requests, an error of its own, or no connection."""

    reason: str


@dataclass(frozen=True)
class Gone:
    """The provider has no such text, or has it no more."""


class Transport(Protocol):
    def send(self, text: OutboundText) -> Outcome:
        """Hand one text over, once. Never raises and never retries: what happened is the answer."""
        ...

    def list_texts(self, to: str, page: str | None = None) -> Page | Unavailable:
        """List the texts to one number, whoever sent them; `page` is the `following` of the page before."""
        ...

    def fetch_text(self, sid: str) -> Seen | Gone | Unavailable:
        """Return one text as the provider has it now."""
        ...
