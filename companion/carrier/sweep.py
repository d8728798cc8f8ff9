"""The worker's reports: up to when it has dealt with what was due, and when the next thing is due."""

import time
from dataclasses import dataclass
from datetime import datetime
from threading import Condition


@dataclass(frozen=True)
class SweepReport:
    """Everything due at `as_of` (carrier time) has been dealt with; `next_due` is None when nothing waits."""

    as_of: datetime
    next_due: datetime | None

    def covers(self, instant: datetime) -> bool:
        """Say whether nothing due at `instant` can still be waiting."""
        return self.as_of >= instant and (self.next_due is None or self.next_due > instant)


class SweepBoard:
    """Holds the latest report and lets a clock jump wait for one that is good enough."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._latest: SweepReport | None = None
        self._arrivals = 0
        self._closed = False

    @property
    def latest(self) -> SweepReport | None:
        return self._latest

    def report(self, report: SweepReport) -> None:
        with self._changed:
            self._latest = report
            self._arrivals += 1
            self._changed.notify_all()

    def restore(self, report: SweepReport | None) -> None:
        """Take up the last report of an earlier run; None when no worker had ever reported."""
        self._latest = report

    def wait_until_covered(self, instant: datetime, patience_seconds: float) -> bool:
        """
        Wait for a report that covers `instant`; say whether one came.

        Patience starts anew with every report that reaches `instant` (a worker busy with a long batch is
        not a dead one), but never lasts more than ten times as long in all.
        """
        start = time.monotonic()
        deadline = start + patience_seconds
        with self._changed:
            seen = self._arrivals
            while not self._covered(instant):
                if self._closed or not self._changed.wait(deadline - time.monotonic()):
                    return self._covered(instant)
                if self._arrivals > seen and self._latest is not None and self._latest.as_of >= instant:
                    deadline = min(time.monotonic() + patience_seconds, start + 10 * patience_seconds)
                seen = self._arrivals
        return True

    def close(self) -> None:
        """Wake whoever waits; nothing is waited for any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _covered(self, instant: datetime) -> bool:
        return self._latest is not None and self._latest.covers(instant)
