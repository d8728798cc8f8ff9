"""
Our answer to an inbound text, read as Twilio reads it: TwiML, or plain text as one message.

Sources: twilio.com/docs/messaging/twiml and /message; error codes 12100 (document parse failure), 12200
(unknown verb), 12300 (invalid content type), 14103 (no body).
"""

from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, fromstring

_XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


@dataclass(frozen=True)
class Reply:
    """One `<Message>`; `to` and `sender` are None for an ordinary reply to whoever texted."""

    body: str
    action: str | None = None
    status_callback: str | None = None
    to: str | None = None
    sender: str | None = None


@dataclass(frozen=True)
class Problem:
    code: int
    reason: str


def read_twiml(content_type: str, body: bytes) -> tuple[tuple[Reply, ...], Problem | None]:
    """Return the replies asked for and what was wrong with the answer, if anything. Empty is fine."""
    media_type = content_type.split(";")[0].strip().lower()
    if not body.strip():
        return (), None
    if media_type == "text/plain":
        return (Reply(body.decode("utf-8", "replace")),), None
    if media_type not in _XML_TYPES:
        return (), Problem(12300, "content-type")
    return _read_document(body)


def _read_document(body: bytes) -> tuple[tuple[Reply, ...], Problem | None]:
    try:
        root = _parse(body)
    except (ParseError, ValueError, LookupError):
        return (), Problem(12100, "document")
    if root.tag != "Response":
        return (), Problem(12100, "document")
    replies = tuple(_reply(element) for element in root if element.tag == "Message")
    return tuple(reply for reply in replies if reply.body), _problem(root, replies)


def _parse(body: bytes) -> Element:
    """Refuse document types outright: TwiML has none, and entities are how XML is made to explode."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise ValueError("a document type")
    return fromstring(body)  # noqa: S314 - our own answer, size capped, without entities


def _problem(root: Element, replies: tuple[Reply, ...]) -> Problem | None:
    if any(element.tag != "Message" for element in root):
        return Problem(12200, "verb")
    return Problem(14103, "body") if any(not reply.body for reply in replies) else None


def _reply(element: Element) -> Reply:
    nested = element.find("Body")
    text = (element.text if nested is None else nested.text) or ""
    return Reply(
        body=text if text.strip() else "",
        action=element.get("action"),
        status_callback=element.get("statusCallback"),
        to=element.get("to"),
        sender=element.get("from"),
    )
