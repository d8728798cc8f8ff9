"""
A carrier within the process: a ledger that is the truth, and reports that come when the clock says so.

It answers as Twilio does (and as the shipped carrier does; a test holds the two against each other), and
loses, repeats and turns round what it is told to, text by text.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from companion.domain.delivery import Accepted, AnswerLost, NotTaken, Outcome, judge_refusal
from companion.domain.provider_codes import OPTED_OUT
from companion.domain.reconciliation import Seen
from companion.services.inbound import IncomingText, WebhookReply
from companion.services.receipts import Report
from companion.transports.base import Gone, OutboundText, Page, Unavailable
from tests.chaos.fates import TAKEN, Answer, Asked, Fate, FateOf, Reports
from tests.chaos.virtual_time import NEVER, VirtualClock

#: As long as a worker waits for an answer.
_TIMEOUT = timedelta(seconds=10)
_STOPS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_STARTS = frozenset({"START", "YES", "UNSTOP"})


@dataclass
class Held:
    """One text in the carrier's ledger."""

    sid: str
    sender: str
    to: str
    body: str
    direction: str
    #: The true time it was taken.
    at: datetime
    fate: Fate
    status: str
    #: Of the row of ours that it is; None for a text from a person.
    token: str | None = None
    error_code: int | None = None

    @property
    def seen(self) -> Seen:
        """Return it as the record tells it: in whole seconds."""
        return Seen(
            sid=self.sid,
            sender=self.sender,
            to=self.to,
            body=self.body,
            status=self.status,
            direction=self.direction,
            created_at=self.at.replace(microsecond=0),
            error_code=self.error_code,
        )


@dataclass(frozen=True)
class Tried:
    """One request to take a text, and what came of it."""

    token: str
    at: datetime
    fate: Fate
    #: It came as the answer to a webhook.
    reply: bool = False


@dataclass
class Network:
    """The carrier. Our side is told by `report` and `deliver`, which return whether they were reached."""

    clock: VirtualClock
    fate_of: FateOf
    report: Callable[[Report], bool]
    deliver: Callable[[IncomingText], WebhookReply | bool | None]
    #: Our account cannot reach it before this.
    away_until: datetime | None = None
    #: It refuses our account or numbers with this code before then.
    refuses_us: tuple[int, datetime] | None = None
    page_size: int = 50
    ledger: list[Held] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    blocked: set[tuple[str, str]] = field(default_factory=set)
    _attempts: Counter[str] = field(default_factory=Counter)
    _events: list[tuple[datetime, int, Held, str, int]] = field(default_factory=list)
    _count: int = 0

    @property
    def was_unclear(self) -> bool:
        """Say whether any text may have been left in doubt: it had no plain answer, or was one itself."""
        return any(tried.fate.answer is not Answer.ACCEPTED or tried.reply for tried in self.tried)

    @property
    def away(self) -> bool:
        return self.away_until is not None and self.clock.now < self.away_until

    def send(self, text: OutboundText) -> Outcome:
        if self.away:
            return NotTaken("ConnectionError")
        token = _token(text.callback_url)
        if self.refuses_us is not None and self.clock.now < self.refuses_us[1]:
            return judge_refusal(400, self.refuses_us[0], f"HTTP 400, code {self.refuses_us[0]}")
        if (text.sender, text.to) in self.blocked:
            return judge_refusal(400, OPTED_OUT, f"HTTP 400, code {OPTED_OUT}")
        self._attempts[token] += 1
        fate = self.fate_of(Asked(token, text.to, self._attempts[token]))
        self.tried.append(Tried(token, self.clock.now, fate))
        if fate.answer not in TAKEN:
            return self._answer(fate, None)
        held = self._take(text.sender, text.to, text.body, "outbound-api", fate, token)
        if fate.reports is Reports.EARLY:
            self._report_all_at_once(held)
        return self._answer(fate, held)

    def list_texts(self, to: str, page: str | None = None) -> Page | Unavailable:
        if self.away:
            return Unavailable("ConnectionError")
        shown = [text for text in self.ledger if text.to == to and self._is_listed(text)]
        newest_first, start = shown[::-1], int(page or 0)
        end = start + self.page_size
        following = str(end) if end < len(newest_first) else None
        return Page(tuple(text.seen for text in newest_first[start:end]), following)

    def fetch_text(self, sid: str) -> Seen | Gone | Unavailable:
        if self.away:
            return Unavailable("ConnectionError")
        return next((text.seen for text in self.ledger if text.sid == sid), Gone())

    def text(self, sender: str, to: str, body: str) -> Held:
        """A person texts; our answer, if it comes with the webhook's, is a text of the ledger too."""
        word = body.strip().upper()
        if word in _STOPS:
            self.blocked.add((to, sender))
        if word in _STARTS:
            self.blocked.discard((to, sender))
        text = self._held(sender, to, body, "inbound", Fate(), "received", None)
        incoming = IncomingText(sid=text.sid, sender=sender, to=to, body=body)
        answer = self.deliver(incoming)
        if answer is False:
            # No connection came about: it is tried once more, and that is all.
            answer = self.deliver(incoming)
        if isinstance(answer, WebhookReply):
            self._take_reply(to, sender, answer)
        return text

    @property
    def next_event(self) -> datetime:
        return self._events[0][0] if self._events else NEVER

    def go_on(self) -> None:
        """Do what has become due: texts move on, and our side hears of it, or does not."""
        while self._events and self._events[0][0] <= self.clock.now:
            _, _, held, status, times = heapq.heappop(self._events)
            self._move(held, status)
            for _ in range(times):
                self._tell(held, status)

    def of_token(self, token: str) -> list[Held]:
        return [text for text in self.ledger if text.token == token]

    def _is_listed(self, text: Held) -> bool:
        return text.at + text.fate.listed_after <= self.clock.now

    def _answer(self, fate: Fate, held: Held | None) -> Outcome:
        match fate.answer:
            case Answer.ACCEPTED:
                assert held is not None
                return Accepted(held.sid, "queued")
            case Answer.REFUSED:
                return judge_refusal(400, fate.code, f"HTTP 400, code {fate.code}")
            case Answer.LOST:
                return AnswerLost("ConnectionError")
            case Answer.FAIL_BEFORE | Answer.FAIL_AFTER:
                return judge_refusal(500, 20500, "HTTP 500, code 20500")
            case Answer.TOO_MANY:
                return judge_refusal(429, 20429, "HTTP 429, code 20429")
            case _:
                self.clock.hold_up(_TIMEOUT)
                return AnswerLost("ReadTimeout")

    def _take_reply(self, sender: str, to: str, answer: WebhookReply) -> None:
        token = _token(answer.status_url)
        self._attempts[token] += 1
        fate = self.fate_of(Asked(token, to, self._attempts[token]))
        self.tried.append(Tried(token, self.clock.now, fate, reply=True))
        if (sender, to) in self.blocked:
            held = self._held(sender, to, answer.body, "outbound-reply", fate, "failed", token)
            held.error_code = OPTED_OUT
            self._plan(held, "failed", self.clock.now + fate.sent_after, 1)
        else:
            self._take(sender, to, answer.body, "outbound-reply", fate, token)

    def _take(self, sender: str, to: str, body: str, direction: str, fate: Fate, token: str) -> Held:
        held = self._held(sender, to, body, direction, fate, "queued", token)
        for when, status, times in _course(fate, held.at):
            self._plan(held, status, when, times)
        return held

    def _held(
        self, sender: str, to: str, body: str, direction: str, fate: Fate, status: str, token: str | None
    ) -> Held:
        self._count += 1
        sid = f"SM{self._count:032x}"
        held = Held(sid, sender, to, body, direction, self.clock.now, fate, status, token)
        self.ledger.append(held)
        return held

    def _plan(self, held: Held, status: str, when: datetime, times: int) -> None:
        self._count += 1
        heapq.heappush(self._events, (when, self._count, held, status, times))

    def _report_all_at_once(self, held: Held) -> None:
        mine = [event for event in self._events if event[2] is held]
        self._events = [event for event in self._events if event[2] is not held]
        heapq.heapify(self._events)
        for _, _, _, status, times in sorted(mine, key=lambda event: event[:2]):
            self._move(held, status)
            for _ in range(times):
                self._tell(held, status)

    def _move(self, held: Held, status: str) -> None:
        if held.status in {"delivered", "undelivered", "failed"}:
            # A report that comes behind another does not move the text back.
            return
        held.status = status
        if status == "undelivered":
            held.error_code = held.fate.code

    def _tell(self, held: Held, status: str) -> None:
        assert held.token is not None
        code = held.error_code if status in {"undelivered", "failed"} else None
        report = Report(held.token, held.sid, status, code)
        if not self.report(report):
            # No connection came about: it is tried once more, and that is all.
            self.report(report)


def _course(fate: Fate, taken: datetime) -> Iterator[tuple[datetime, str, int]]:
    """Yield when a text moves on, to what, and how often that is reported."""
    last = "undelivered" if fate.undelivered else "delivered"
    sent_at = taken + fate.sent_after
    ends_at = sent_at + fate.ends_after
    match fate.reports:
        case Reports.NEVER:
            yield from [(sent_at, "sent", 0), (ends_at, last, 0)]
        case Reports.REVERSED:
            yield from [(ends_at, last, 1), (ends_at, "sent", 1)]
        case Reports.TWICE:
            yield from [(sent_at, "sent", 2), (ends_at, last, 2)]
        case _:
            yield from [(sent_at, "sent", 1), (ends_at, last, 1)]


def _token(url: str) -> str:
    (token,) = parse_qs(urlsplit(url).query)["token"]
    return token
