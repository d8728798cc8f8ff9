"""
May this create request become a text? Twilio's checks, in Twilio's words, before anything is accepted.

Source: twilio.com/docs/messaging/api/message-resource#create-a-message-resource and the pages of the error
codes. Unknown fields are let through, as Twilio lets them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from companion.carrier.instants import from_iso
from companion.carrier.message import Message, new_message, new_sid
from companion.carrier.twilio_error import TwilioError
from companion.domain.phone import is_e164, parse_phone
from companion.errors import InvalidPhoneNumber, InvalidTime

MAX_BODY = 1600

_SERVICE_SID = re.compile(r"MG[0-9a-fA-F]{32}")
_SHORT_CODE = re.compile(r"\d{3,8}")
_SENDER_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_DIALLED = re.compile(r"[+0-9 ().-]+")
_SOONEST, _LATEST = timedelta(seconds=300), timedelta(days=35)


@dataclass(frozen=True)
class CreateRequest:
    """A create request that has passed every check that needs no knowledge of the network."""

    to: str
    sender: str | None
    body: str
    service_sid: str | None
    status_callback: str | None
    media_url: str | None
    send_at: datetime | None

    def as_message(self, now: datetime) -> Message:
        """Return the text this request becomes: queued, accepted (by a service) or scheduled."""
        message = new_message("outbound-api", self.sender, self.to, self.body, now)
        return replace(
            message,
            sid=new_sid("MM") if self.media_url else message.sid,
            status=(status := self._first_status()),
            history=((status, now),),
            service_sid=self.service_sid,
            status_callback=self.status_callback,
            media_url=self.media_url,
            send_at=self.send_at,
        )

    def _first_status(self) -> str:
        if self.send_at is not None:
            return "scheduled"
        return "queued" if self.service_sid is None else "accepted"


def read_create(form: Mapping[str, str], now: datetime) -> CreateRequest:
    """Check a create request. Raises TwilioError with the code Twilio would give."""
    to, sender, service_sid = form.get("To", ""), form.get("From", ""), form.get("MessagingServiceSid", "")
    if not to:
        raise TwilioError(21604)
    if not sender and not service_sid:
        raise TwilioError(21603)
    body, media_url = _content(form)
    return CreateRequest(
        to=_recipient(to, sender),
        sender=_sender(sender) if sender else None,
        body=body,
        service_sid=_service(service_sid) if service_sid else None,
        status_callback=_callback(form.get("StatusCallback", "")),
        media_url=media_url,
        send_at=_send_at(form, now),
    )


def usable_number(text: str) -> str | None:
    """Return the number in E.164, or None when it is not one; an address of another channel is not."""
    try:
        return parse_phone(text) if _DIALLED.fullmatch(text) else None
    except InvalidPhoneNumber:
        return None


def is_web_address(text: str) -> bool:
    """Say whether a callback could be sent there: http or https, with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _content(form: Mapping[str, str]) -> tuple[str, str | None]:
    body, media_url = form.get("Body", ""), form.get("MediaUrl") or None
    if not body and media_url is None:
        raise TwilioError(21602)
    if len(body) > MAX_BODY:
        raise TwilioError(21617)
    return body, media_url


def _recipient(to: str, sender: str) -> str:
    number = usable_number(to)
    if number is None:
        raise TwilioError(21211)
    if number == sender:
        raise TwilioError(21266)
    return number


def _sender(sender: str) -> str:
    if is_e164(sender) or _SHORT_CODE.fullmatch(sender) or _SENDER_NAME.fullmatch(sender):
        return sender
    raise TwilioError(21212)


def _service(service_sid: str) -> str:
    if _SERVICE_SID.fullmatch(service_sid):
        return service_sid
    raise TwilioError(21701)


def _callback(url: str) -> str | None:
    if url and not is_web_address(url):
        raise TwilioError(21609)
    return url or None


def _send_at(form: Mapping[str, str], now: datetime) -> datetime | None:
    """Return when a scheduled text is to go; None for one to go at once."""
    if form.get("ScheduleType") != "fixed":
        return None
    if not form.get("MessagingServiceSid"):
        raise TwilioError(35118)
    if not form.get("SendAt"):
        raise TwilioError(35111)
    try:
        send_at = from_iso(form["SendAt"])
    except InvalidTime as error:
        raise TwilioError(35115) from error
    if not _SOONEST <= send_at - now <= _LATEST:
        raise TwilioError(35115)
    return send_at
