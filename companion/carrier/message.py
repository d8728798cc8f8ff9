"""
One text on this network, and the alerts raised when our side did not answer.

Statuses are Twilio's (twilio.com/docs/messaging/api/message-resource#message-status-values). Direction
`network` is the network's own answer to STOP, START and HELP: a phone shows it, Twilio's API does not.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Self

Direction = Literal["inbound", "outbound-api", "outbound-reply", "network"]
SidPrefix = Literal["SM", "MM"]

#: Nothing happens to these any more; only they may be redacted or deleted.
SETTLED = frozenset({"delivered", "undelivered", "failed", "received", "canceled"})


def new_sid(prefix: SidPrefix) -> str:
    return prefix + secrets.token_hex(16)


@dataclass(frozen=True)
class Course:
    """How the delivery of one text will go: decided when it is accepted, so that a restart keeps to it."""

    ending: Literal["delivered", "undelivered"] = "delivered"
    code: int | None = None
    quirks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Message:
    """
    `body` is what the phone shows: redacting or deleting Twilio's record does not reach into a phone.
    `history` holds every status with its instant. `attempted` and `succeeded` count requests about this
    text (status callbacks and a reply's `action`). `seen`: an inbound text's webhook was answered (None
    while it is under way). `replies`: sids of the replies to an inbound text.
    """

    sid: str
    direction: Direction
    sender: str | None
    to: str
    body: str
    status: str
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    send_at: datetime | None = None
    error_code: int | None = None
    service_sid: str | None = None
    status_callback: str | None = None
    media_url: str | None = None
    history: tuple[tuple[str, datetime], ...] = ()
    course: Course = Course()
    attempted: int = 0
    succeeded: int = 0
    redacted: bool = False
    deleted: bool = False
    seen: bool | None = None
    replies: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        return self.status in SETTLED

    def moved(self, status: str, at: datetime, code: int | None = None) -> Self:
        """Return this text in `status`; `date_sent` is set by the first move to sent or received."""
        left = at if status in {"sent", "received"} and self.sent_at is None else self.sent_at
        return replace(
            self,
            status=status,
            updated_at=at,
            sent_at=left,
            error_code=code if code is not None else self.error_code,
            history=(*self.history, (status, at)),
        )


@dataclass(frozen=True)
class Alert:
    """
    Our webhook did not answer an inbound text as it should.

    `code` is Twilio's (11200 no or bad HTTP answer, 12100 unreadable TwiML, 12300 wrong content type);
    `reason` is `connection`, `timeout`, `status`, `size`, `document`, `verb`, `body` or `content-type`.
    """

    sid: str
    phone: str
    code: int
    reason: str
    http_status: int | None
    at: datetime


def new_message(direction: Direction, sender: str | None, to: str, body: str, at: datetime) -> Message:
    """Return a text that has only just come into being; inbound ones are already received."""
    fresh = Message(new_sid("SM"), direction, sender, to, body, "", at, at)
    return fresh.moved(_FIRST_STATUS[direction], at)


_FIRST_STATUS: dict[Direction, str] = {
    "inbound": "received",
    "outbound-api": "queued",
    "outbound-reply": "queued",
    "network": "delivered",
}
