"""
Reads Twilio's own record of texts, through its client: the list to one number, and single texts.

Source: twilio-oai, ListMessage and FetchMessage. Reading changes nothing, so whatever goes wrong is asked
again later; nothing is retried beneath.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client

from companion.domain.reconciliation import Seen
from companion.transports.base import Gone, Page, Unavailable

#: Texts of one page; Twilio gives at most 1000.
PAGE_SIZE = 200
_GONE = 404

Found = TypeVar("Found")


def list_texts(client: Client, to: str, page: str | None) -> Page | Unavailable:
    """`page` is an address that Twilio gave, or None for the first."""

    def read() -> Page:
        messages = client.messages
        found = messages.get_page(page) if page else messages.page(to=to, page_size=PAGE_SIZE)
        texts = tuple(_seen(message) for message in found)
        return Page(texts, found.next_page_url)

    return _asked(read)


def fetch_text(client: Client, sid: str) -> Seen | Gone | Unavailable:
    try:
        return _asked(lambda: _seen(client.messages(sid).fetch()), or_raise=_GONE)
    except (TwilioRestException, TwilioServiceException):
        return Gone()


def _asked(read: Callable[[], Found], or_raise: int | None = None) -> Found | Unavailable:
    """Return what was read; an answer with the status `or_raise` is the caller's."""
    try:
        return read()
    except (TwilioRestException, TwilioServiceException) as error:
        if error.status == or_raise:
            raise
        return Unavailable(f"HTTP {error.status}, code {error.code}")
    except TwilioException as error:
        # The library says which status it was only beside its sentence.
        status = getattr(error.args[-1], "status_code", None) if error.args else None
        return Unavailable(f"HTTP {status}" if status else type(error).__name__)
    except (requests.RequestException, ValueError, TypeError, KeyError, AttributeError) as error:
        return Unavailable(type(error).__name__)


def _seen(message: Any) -> Seen:
    """Raises ValueError for a text without a name or a time: a list that cannot be read shows nothing."""
    if not message.sid or not isinstance(message.date_created, datetime):
        raise ValueError("a text without sid or date_created")
    return Seen(
        sid=str(message.sid),
        sender=message.from_ or "",
        to=message.to or "",
        body=message.body or "",
        status=str(message.status or ""),
        direction=str(message.direction or ""),
        created_at=message.date_created.astimezone(UTC),
        error_code=message.error_code,
        media_count=int(message.num_media or 0),
    )
