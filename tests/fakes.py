"""A clock that moves when told, and a transport that does what a test says."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from companion.domain.delivery import Accepted, Outcome
from companion.domain.reconciliation import Seen
from companion.transports.base import Gone, OutboundText, Page, Unavailable

#: A Monday morning, 9am in London, winter time.
MONDAY = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@dataclass
class FrozenClock:
    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how_far: float) -> datetime:
        self.now += timedelta(**how_far)
        return self.now


@dataclass
class FakeTransport:
    """Accepts everything, unless the test queued other outcomes; keeps what it was handed."""

    handed: list[OutboundText] = field(default_factory=list)
    outcomes: deque[Outcome] = field(default_factory=deque)
    #: What the provider's own record holds, whatever was handed over.
    record: list[Seen] = field(default_factory=list)
    #: Set while the record cannot be read.
    unavailable: Unavailable | None = None
    #: What was asked for: numbers listed, ids fetched.
    asked: list[str] = field(default_factory=list)
    #: Texts on a page of the record.
    page_size: int = 50
    _numbers: Iterator[int] = field(default_factory=count)

    def send(self, text: OutboundText) -> Outcome:
        self.handed.append(text)
        if self.outcomes:
            return self.outcomes.popleft()
        return Accepted(f"SM{next(self._numbers):032x}", "queued")

    def list_texts(self, to: str, page: str | None = None) -> Page | Unavailable:
        self.asked.append(to)
        if self.unavailable:
            return self.unavailable
        found = sorted((text for text in self.record if text.to == to), key=lambda text: text.created_at)
        newest_first, start = found[::-1], int(page or 0)
        end = start + self.page_size
        following = str(end) if end < len(newest_first) else None
        return Page(tuple(newest_first[start:end]), following)

    def fetch_text(self, sid: str) -> Seen | Gone | Unavailable:
        self.asked.append(sid)
        if self.unavailable:
            return self.unavailable
        return next((text for text in self.record if text.sid == sid), Gone())

    @property
    def bodies(self) -> list[str]:
        return [text.body for text in self.handed]
