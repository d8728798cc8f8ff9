"""A clock that moves when told, and a transport that does what a test says."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from companion.domain.delivery import Accepted, Outcome
from companion.transports.base import OutboundText

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
    _numbers: Iterator[int] = field(default_factory=count)

    def send(self, text: OutboundText) -> Outcome:
        self.handed.append(text)
        if self.outcomes:
            return self.outcomes.popleft()
        return Accepted(f"SM{next(self._numbers):032x}", "queued")

    @property
    def bodies(self) -> list[str]:
        return [text.body for text in self.handed]
