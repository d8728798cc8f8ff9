"""A person's text as it comes in from a form or a JSON body, checked and made a text on this network."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from companion.carrier.admission import MAX_BODY, is_web_address
from companion.carrier.inbound import Receipt
from companion.carrier.message import Message, new_message, new_sid
from companion.carrier.network import Network
from companion.domain.phone import parse_phone
from companion.errors import InvalidInput, InvalidTransition

_SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
_FIELDS = {"from", "to", "body", "media_url", "sid"}


def take_text(network: Network, fields: Mapping[str, object]) -> Receipt:
    """
    Send a person's text through the network. Blocks until our webhook has answered or failed.

    A `sid` the network has seen repeats that text's webhook call; the rest must be the same as then.
    Raises InvalidInput, or InvalidTransition when a repeated text differs.
    """
    message = _read(fields, network.clock.now())
    earlier = network.ledger.find(message.sid)
    if earlier is None:
        return network.inbound.text(message)
    if (earlier.sender, earlier.to, earlier.body) != (message.sender, message.to, message.body):
        raise InvalidTransition("That sid belongs to another text; a repeat has the same from, to and body.")
    return network.inbound.repeat(earlier)


def clean_body(text: str) -> str:
    """Return the text with plain line ends, and half characters (lone surrogates) made U+FFFD."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\r\n", "\n")


def _read(fields: Mapping[str, object], now: datetime) -> Message:
    given = {name: value for name, value in fields.items() if isinstance(value, str)}
    if not {"from", "to", "body"} <= given.keys() or not fields.keys() <= _FIELDS:
        raise InvalidInput("A text has from, to and body, and may have media_url and sid; all are text.")
    if any(fields[name] is not None for name in fields.keys() - given.keys()):
        raise InvalidInput("Every value of a text is text.")
    media_url = _media(given.get("media_url"))
    message = new_message("inbound", parse_phone(given["from"]), parse_phone(given["to"]), _body(given), now)
    return replace(message, sid=_sid(given.get("sid"), media_url), media_url=media_url)


def _body(given: Mapping[str, str]) -> str:
    body = clean_body(given["body"])
    if len(body) > MAX_BODY:
        raise InvalidInput(f"A text has at most {MAX_BODY} characters.")
    return body


def _media(url: str | None) -> str | None:
    if url is not None and not is_web_address(url):
        raise InvalidInput("media_url is a web address.")
    return url


def _sid(sid: str | None, media_url: str | None) -> str:
    if sid is not None and _SID.fullmatch(sid) is None:
        raise InvalidInput("A sid is SM or MM and 32 lower-case hexadecimal digits.")
    return sid or new_sid("MM" if media_url else "SM")
