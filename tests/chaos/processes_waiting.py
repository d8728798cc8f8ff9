"""How long texts stayed unknown, as far as one who looks now and then can tell: never less than it was."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock

from companion.records import OutboundMessage, OutboundState

_OPEN = (OutboundState.LEASED, OutboundState.UNKNOWN)


class Unknowns:
    def __init__(self) -> None:
        self._since: dict[int, datetime] = {}
        self._longest = timedelta()
        self._lock = Lock()

    def note(self, rows: Iterable[OutboundMessage], now: datetime) -> None:
        """Take a look: what was open at the last and is not now was open until now."""
        with self._lock:
            for row in rows:
                if row.id is None:
                    continue
                if row.state in _OPEN:
                    self._since.setdefault(row.id, row.handed_at or now)
                elif row.id in self._since:
                    self._longest = max(self._longest, now - self._since.pop(row.id))

    @property
    def longest_seconds(self) -> float:
        """From the lease until the text was settled; what is still open is a nurse's and does not count."""
        return self._longest.total_seconds()
