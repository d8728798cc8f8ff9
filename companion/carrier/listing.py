"""
Twilio's list of messages: filters, newest first, and pages that stay put while texts arrive.

Source: twilio-oai ListMessage. `DateSent` filters are inclusive and a text not sent yet has no date to
match; `DateSent` alone means a whole day, even when the client library writes the day as its midnight, as
in the samples of twilio.com/docs/messaging/api/message-resource#list-all-messages. A page token names the
message its page begins after (`PA`) or ends before (`PB`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from companion.carrier.admission import usable_number
from companion.carrier.message import Message
from companion.carrier.twilio_error import TwilioError

_DEFAULT_SIZE = 50
_LARGEST_SIZE = 1000
_FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")
_TOKEN = re.compile(r"(PA|PB)((?:SM|MM)[0-9a-f]{32})")

Test = Callable[[Message], bool]


@dataclass(frozen=True)
class Query:
    """What was asked for: `filters` as given (for the links), `tests` ready to use, and the page."""

    filters: tuple[tuple[str, str], ...] = ()
    tests: tuple[Test, ...] = field(default=(), repr=False)
    size: int = _DEFAULT_SIZE
    page: int = 0
    token: str = ""

    def keeps(self, message: Message) -> bool:
        listed = message.direction != "network" and not message.deleted
        return listed and all(test(message) for test in self.tests)


@dataclass(frozen=True)
class Page:
    messages: tuple[Message, ...]
    more_before: bool
    more_after: bool


def parse_query(given: Mapping[str, str]) -> Query:
    """Read the query string. Raises TwilioError 20001 for a value that cannot be read."""
    filters = tuple((name, given[name]) for name in _FILTERS if given.get(name))
    return Query(
        filters=filters,
        tests=tuple(_test(name, value) for name, value in filters),
        size=min(_whole(given.get("PageSize"), _DEFAULT_SIZE, 1), _LARGEST_SIZE),
        page=_whole(given.get("Page"), 0, 0),
        token=given.get("PageToken", ""),
    )


def take_page(messages: Sequence[Message], query: Query) -> Page:
    """Return one page of `messages` (oldest first as the ledger keeps them), newest first."""
    newest_first = list(reversed(messages))
    first, last = _bounds(newest_first, query)
    before = [message for message in newest_first[:first] if query.keeps(message)]
    inside = [message for message in newest_first[first:last] if query.keeps(message)]
    after = [message for message in newest_first[last:] if query.keeps(message)]
    if query.token.startswith("PB"):
        shown = inside[-query.size :]
        return Page(tuple(shown), len(inside) > len(shown), bool(after))
    if not query.token:
        skip = query.page * query.size
        before, inside = inside[:skip], inside[skip:]
    return Page(tuple(inside[: query.size]), bool(before), len(inside) > query.size)


def page_json(page: Page, query: Query, uri: str, bodies: list[dict[str, object]]) -> dict[str, object]:
    """Return the list resource; `bodies` are the messages of the page as JSON."""
    start = query.page * query.size
    following = f"PA{page.messages[-1].sid}" if page.more_after and page.messages else None
    preceding = f"PB{page.messages[0].sid}" if page.more_before and page.messages else None
    return {
        "messages": bodies,
        "page": query.page,
        "page_size": query.size,
        "start": start,
        "end": max(start, start + len(bodies) - 1),
        "uri": _link(uri, query, query.page, query.token),
        "first_page_uri": _link(uri, query, 0, ""),
        "next_page_uri": _link(uri, query, query.page + 1, following) if following else None,
        "previous_page_uri": _link(uri, query, max(query.page - 1, 0), preceding) if preceding else None,
    }


def _bounds(newest_first: Sequence[Message], query: Query) -> tuple[int, int]:
    """Return where the page's part of the list begins and ends; a token of no message is a bad request."""
    if not query.token:
        return 0, len(newest_first)
    token = _TOKEN.fullmatch(query.token)
    sids = [message.sid for message in newest_first]
    if token is None or token[2] not in sids:
        raise TwilioError(20001)
    place = sids.index(token[2])
    return (place + 1, len(sids)) if token[1] == "PA" else (0, place)


def _link(uri: str, query: Query, page: int, token: str | None) -> str:
    pairs = [*query.filters, ("PageSize", str(query.size)), ("Page", str(page))]
    return f"{uri}?{urlencode([*pairs, ('PageToken', token)] if token else pairs)}"


def _test(name: str, value: str) -> Test:
    if name == "To":
        wanted = usable_number(value) or value
        return lambda message: message.to == wanted
    if name == "From":
        wanted = usable_number(value) or value
        return lambda message: message.sender == wanted
    return _day_test(_moment(value)) if name == "DateSent" else _bound_test(name, _moment(value))


def _day_test(moment: date | datetime) -> Test:
    day = moment.date() if isinstance(moment, datetime) else moment
    return lambda message: message.sent_at is not None and message.sent_at.astimezone(UTC).date() == day


def _bound_test(name: str, bound: date | datetime) -> Test:
    def test(message: Message) -> bool:
        if message.sent_at is None:
            return False
        sent = _as_precise_as(bound, message.sent_at)
        return sent <= bound if name == "DateSent<" else sent >= bound

    return test


def _as_precise_as(bound: date | datetime, sent_at: datetime) -> date | datetime:
    """Return the instant as a UTC date when the bound is one, else to the second like Twilio's dates."""
    utc = sent_at.astimezone(UTC)
    return utc.replace(microsecond=0) if isinstance(bound, datetime) else utc.date()


def _moment(text: str) -> date | datetime:
    """Read a date, or a timestamp taken as UTC unless it says otherwise."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text) if text[:1].isdigit() else parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError) as error:
        raise TwilioError(20001) from error
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).replace(microsecond=0)


def _whole(text: str | None, default: int, least: int) -> int:
    try:
        value = default if text is None else int(text)
    except ValueError as error:
        raise TwilioError(20001) from error
    if value < least:
        raise TwilioError(20001)
    return value
