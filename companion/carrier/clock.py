"""The carrier's clock: real time plus an offset that only grows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from companion.carrier.instants import utc_now
from companion.errors import InvalidTransition


class CarrierClock:
    """Thread-safe. Whoever is interested in jumps asks with `watch`; ordinary ticking calls nobody."""

    def __init__(self, offset: timedelta = timedelta(0), real: Callable[[], datetime] = utc_now) -> None:
        self._offset = offset
        self._real = real
        self._lock = Lock()
        self._watchers: list[Callable[[datetime], None]] = []

    @property
    def offset_seconds(self) -> float:
        return self._offset.total_seconds()

    def now(self) -> datetime:
        return self._real() + self._offset

    def watch(self, watcher: Callable[[datetime], None]) -> None:
        """Call `watcher(now)` after every move, on the thread that moved the clock."""
        self._watchers.append(watcher)

    def move_to(self, instant: datetime) -> None:
        """Set the clock forward to `instant`. Raises InvalidTransition when that is in the past."""
        with self._lock:
            ahead = instant - self.now()
            if ahead < timedelta(0):
                raise InvalidTransition("Time only moves forward; choose a later time.")
            self._offset += ahead
        for watcher in self._watchers:
            watcher(instant)

    def restore(self, offset: timedelta) -> None:
        """Take up the offset of an earlier run; only before anything has been told the time."""
        self._offset = offset
