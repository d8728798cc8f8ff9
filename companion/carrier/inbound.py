"""
A person texts one of our numbers: the network's own words, our webhook, and the replies it asked for.

Replies come as TwiML. Each becomes a text of ours; its `action` is told once that it was accepted, then its
`statusCallback` gets the delivery statuses (twilio.com/docs/messaging/twiml/message).
"""

import mimetypes
from dataclasses import dataclass, replace

from companion.carrier.admission import MAX_BODY, is_web_address, usable_number
from companion.carrier.clock import CarrierClock
from companion.carrier.delivery import Delivery
from companion.carrier.keywords import KeywordKind, keyword_kind
from companion.carrier.ledger import Ledger
from companion.carrier.message import Alert, Message, new_message
from companion.carrier.outbound import Outbound
from companion.carrier.resource import API_VERSION
from companion.carrier.twiml import Reply, read_twiml
from companion.carrier.webhooks import Answer, Webhooks
from companion.carrier.wording import NetworkWording
from companion.domain.sms import count_segments


@dataclass(frozen=True)
class Receipt:
    """What came of a text: our webhook's HTTP status (None: no answer), its replies (sid, body), an alert."""

    sid: str
    webhook_status: int | None
    replies: tuple[tuple[str | None, str], ...]
    alert: Alert | None


@dataclass(frozen=True)
class WebhookTarget:
    account_sid: str
    url: str


class Inbound:
    def __init__(
        self,
        target: WebhookTarget,
        clock: CarrierClock,
        ledger: Ledger,
        webhooks: Webhooks,
        outbound: Outbound,
        delivery: Delivery,
        wording: NetworkWording,
    ) -> None:
        self._target = target
        self._clock = clock
        self._ledger = ledger
        self._webhooks = webhooks
        self._outbound = outbound
        self._delivery = delivery
        self._wording = wording

    def text(self, message: Message) -> Receipt:
        """Take a person's text through the whole inbound path and return what came of it."""
        self._ledger.add(message)
        self._heed(keyword_kind(message.body), ours=message.to, phone=message.sender or "")
        return self._hand_over(message)

    def repeat(self, message: Message) -> Receipt:
        """
        Call the webhook again with the same MessageSid, as a provider's retry does.

        The network acts on one answer to a text only: once one came, a repeated answer is reported with
        the sids of the first replies and nothing is sent again.
        """
        if not message.seen:
            return self._hand_over(message)
        answer = self._call(message)
        replies, alert = self._read(message, answer)
        sids = (*message.replies, *[None] * len(replies))
        pairs = tuple((sid, reply.body) for sid, reply in zip(sids, replies, strict=False))
        return Receipt(message.sid, answer.status, pairs, alert)

    def _hand_over(self, message: Message) -> Receipt:
        """Call our webhook and do what its answer says."""
        answer = self._call(message)
        replies, alert = self._read(message, answer)
        sent = tuple(self._send(message, reply) for reply in replies)
        sids = tuple(reply.sid for reply in sent)
        self._ledger.change(message.sid, lambda told: replace(told, seen=answer.ok, replies=sids))
        return Receipt(message.sid, answer.status, tuple((reply.sid, reply.body) for reply in sent), alert)

    def _heed(self, kind: KeywordKind | None, ours: str, phone: str) -> None:
        """Do what the network does by itself; stop and start are only answered when they change something."""
        if kind == "stop" and self._ledger.block(ours, phone):
            self._say(ours, phone, self._wording.stop)
        elif kind == "start" and self._ledger.unblock(ours, phone):
            self._say(ours, phone, self._wording.start)
        elif kind == "help":
            self._say(ours, phone, self._wording.help)

    def _say(self, ours: str, phone: str, sentence: str) -> None:
        self._ledger.add(new_message("network", ours, phone, sentence, self._clock.now()))

    def _call(self, message: Message) -> Answer:
        return self._webhooks.post(self._target.url, inbound_fields(message, self._target.account_sid))

    def _read(self, message: Message, answer: Answer) -> tuple[tuple[Reply, ...], Alert | None]:
        """Return the replies asked for, and the alert raised when the answer was not as it should be."""
        if not answer.ok:
            return (), self._alert(message, 11200, answer.failure or "status", answer)
        replies, problem = read_twiml(answer.content_type, answer.body)
        alert = None if problem is None else self._alert(message, problem.code, problem.reason, answer)
        return replies, alert

    def _alert(self, message: Message, code: int, reason: str, answer: Answer) -> Alert:
        alert = Alert(message.sid, message.sender or "", code, reason, answer.status, self._clock.now())
        self._ledger.raise_alert(alert)
        return alert

    def _send(self, message: Message, reply: Reply) -> Message:
        """Make one reply a text of ours; one that is refused is recorded as failed, with the reason."""
        sender, to = reply.sender or message.to, reply.to or message.sender or ""
        code = self._refusal(sender, to, reply)
        fresh = new_message("outbound-reply", sender, usable_number(to) or to, reply.body, self._clock.now())
        callback = reply.status_callback if is_web_address(reply.status_callback or "") else None
        text = replace(fresh, status_callback=callback)
        if code is None:
            text = self._ledger.add(replace(text, course=self._outbound.course_to(text.to)))
        else:
            text = self._ledger.add(text.moved("failed", self._clock.now(), code))
        self._tell(text, reply.action)
        return text

    def _refusal(self, sender: str, to: str, reply: Reply) -> int | None:
        number = usable_number(to)
        if number is None:
            return 21211
        return 21617 if len(reply.body) > MAX_BODY else self._outbound.refusal_to(sender, number)

    def _tell(self, text: Message, action: str | None) -> None:
        """Tell our side that a reply was accepted, then let delivery go on; or that it failed."""
        if action is not None and is_web_address(action):
            self._delivery.notify(action, text, text.status)
        if text.settled:
            self._delivery.notify(text.status_callback, text, text.status)
        else:
            self._delivery.begin(text)


def inbound_fields(message: Message, account_sid: str) -> dict[str, str]:
    """Return the form fields of the incoming-message webhook."""
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "Body": message.body,
        "From": message.sender or "",
        "MessageSid": message.sid,
        "NumMedia": "1" if message.media_url else "0",
        "NumSegments": str(count_segments(message.body)),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.to,
    }
    if message.media_url:
        fields["MediaUrl0"] = message.media_url
        fields["MediaContentType0"] = mimetypes.guess_type(message.media_url)[0] or "image/jpeg"
    return fields
