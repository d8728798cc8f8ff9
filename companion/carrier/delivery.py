"""
What happens to an accepted text: queued, sent, delivered or undelivered, with a status callback for each.

No callback is sent for the first status (twilio.com/docs/messaging/guides/
outbound-message-status-in-status-callbacks). Each step waits `step_seconds` of real time.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from companion.carrier.clock import CarrierClock
from companion.carrier.config import CarrierConfig
from companion.carrier.directory import Directory
from companion.carrier.ledger import Ledger
from companion.carrier.message import Message
from companion.carrier.resource import API_VERSION
from companion.carrier.schedule import Schedule
from companion.carrier.webhooks import Webhooks


class Delivery:
    def __init__(
        self,
        config: CarrierConfig,
        clock: CarrierClock,
        ledger: Ledger,
        directory: Directory,
        schedule: Schedule,
        webhooks: Webhooks,
    ) -> None:
        self._config = config
        self._clock = clock
        self._ledger = ledger
        self._directory = directory
        self._schedule = schedule
        self._webhooks = webhooks
        clock.watch(self.release)

    def begin(self, message: Message) -> None:
        """Start delivering an accepted text; a scheduled one waits for its carrier time."""
        if "early-callback" in message.course.quirks and message.status_callback is not None:
            self._begin_early(message)
        else:
            self._go_on(message)

    def resume(self) -> None:
        """Go on with what an earlier run had not finished; no callback already made is made again."""
        for message in self._ledger.messages():
            self._go_on(message)

    def release(self, now: datetime) -> None:
        """Accept every scheduled text whose time has come. Idempotent; called after clock jumps too."""
        for message in self._ledger.messages():
            if message.status == "scheduled" and message.send_at is not None and message.send_at <= now:
                self._release_one(message.sid, now)

    def notify(self, url: str | None, message: Message, status: str) -> None:
        """Tell our side one status of a text and count the requests made."""
        if url is None:
            return
        answer = self._webhooks.post(url, callback_fields(message, status, self._config.account_sid))
        self._ledger.change(
            message.sid,
            lambda told: replace(
                told, attempted=told.attempted + answer.tries, succeeded=told.succeeded + int(answer.ok)
            ),
        )

    def _release_one(self, sid: str, now: datetime) -> None:
        released: list[str] = []

        def accept(message: Message) -> Message:
            if message.status != "scheduled":
                return message
            released.append(message.sid)
            return message.moved("accepted", now)

        message = self._ledger.change(sid, accept)
        if released:
            self._go_on(message)

    def _begin_early(self, message: Message) -> None:
        """Take steps at once until our side has heard of the text, before the create is answered."""
        while not message.settled and not message.attempted:
            message = self._advance(message)
        self._go_on(message)

    def _go_on(self, message: Message) -> None:
        """Plan the next step of a text that is not settled."""
        if message.status == "scheduled" and message.send_at is not None:
            wait = (message.send_at - self._clock.now()).total_seconds()
            self._schedule.after(max(wait, 0), lambda: self.release(self._clock.now()))
        elif not message.settled:
            self._schedule.after(self._config.step_seconds, lambda: self._go_on(self._advance(message)))

    def _advance(self, message: Message) -> Message:
        """Move a text one status on, make the callbacks that belong to the move, return it as it is then."""
        moved = self._ledger.change(message.sid, self._moved_on)
        for status in _callbacks(moved):
            self.notify(moved.status_callback, moved, status)
        return self._ledger.get(message.sid)

    def _moved_on(self, message: Message) -> Message:
        now = self._clock.now()
        if message.status == "sent":
            return message.moved(message.course.ending, now, message.course.code)
        return replace(message, sender=message.sender or self._directory.first_number).moved("sent", now)


def callback_fields(message: Message, status: str, account_sid: str) -> dict[str, str]:
    """Return the form fields of a status callback; `ErrorCode` only with a status that failed."""
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "From": message.sender or "",
        "MessageSid": message.sid,
        "MessageStatus": status,
        "SmsSid": message.sid,
        "SmsStatus": status,
        "To": message.to,
    }
    if message.service_sid is not None:
        fields["MessagingServiceSid"] = message.service_sid
    if status in {"undelivered", "failed"} and message.error_code is not None:
        fields["ErrorCode"] = str(message.error_code)
    return fields


def _callbacks(message: Message) -> Iterator[str]:
    """Yield the statuses to report now, as the text's course bends them."""
    quirks = message.course.quirks
    repeats = 2 if "duplicate-callbacks" in quirks else 1
    if "no-callbacks" in quirks:
        return
    if "reorder-callbacks" not in quirks:
        statuses = [message.status]
    else:
        statuses = [] if message.status == "sent" else [message.status, "sent"]
    for status in statuses:
        yield from [status] * repeats
