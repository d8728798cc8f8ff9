"""
Moving the demonstration's clock forward without skipping anything.

A jump first waits for a report of the present, because something may have been booked since the last. Then
it stops at every due instant up to and including its target, waits there until the worker reports that it has
dealt with it, and only then goes on; so nothing expires unseen. When no worker has ever reported there is
nothing to skip and the jump goes straight to its target.
"""

from datetime import datetime
from threading import Event, Lock, Thread

from companion.carrier.clock import CarrierClock
from companion.carrier.instants import to_iso
from companion.carrier.sweep import SweepBoard
from companion.errors import InvalidTransition


class Jumper:
    """At most one jump at a time, on a thread of its own. `problem` says why the last one stopped short."""

    def __init__(self, clock: CarrierClock, board: SweepBoard, patience_seconds: float) -> None:
        self._clock = clock
        self._board = board
        self._patience_seconds = patience_seconds
        self._lock = Lock()
        self._over = Event()
        self._over.set()
        self._closing = False
        self._thread: Thread | None = None
        self.problem: str | None = None

    @property
    def jumping(self) -> bool:
        return not self._over.is_set()

    def start(self, target: datetime, now: datetime) -> None:
        """
        Begin a jump and return at once. Raises InvalidTransition: backwards, or one is under way.

        `now` is the clock when the target was chosen: a target of that very moment is not backwards.
        """
        with self._lock:
            if self.jumping or self._closing:
                raise InvalidTransition("The clock is already moving; wait until it has arrived.")
            if target < now:
                raise InvalidTransition("Time only moves forward; choose a later time.")
            self.problem = None
            self._over.clear()
            self._thread = Thread(target=self._run, args=(target,), name="carrier-jump", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Return when no jump is under way."""
        self._over.wait()

    def close(self) -> None:
        """Idempotent. End a jump under way where it is and wait for its thread."""
        with self._lock:
            self._closing = True
        self._board.close()
        if self._thread is not None:
            self._thread.join()

    def _run(self, target: datetime) -> None:
        try:
            self._travel(target)
        finally:
            self._over.set()

    def _travel(self, target: datetime) -> None:
        if self._board.latest is not None and not self._dealt_with(self._clock.now()):
            return
        while (stop := self._next_stop(target)) is not None:
            self._move_to(stop)
            if not self._dealt_with(stop):
                return
        self._move_to(target)

    def _dealt_with(self, stop: datetime) -> bool:
        """Wait for the worker's word that nothing due at `stop` is left; note it if that does not come."""
        done = self._board.wait_until_covered(stop, self._patience_seconds)
        if not done:
            self.problem = (
                f"The clock stopped at {to_iso(stop)}: the worker did not report within "
                f"{self._patience_seconds:g} seconds that it had dealt with what was due then."
            )
        return done

    def _next_stop(self, target: datetime) -> datetime | None:
        report = self._board.latest
        due = None if report is None else report.next_due
        return due if due is not None and due <= target and not self._closing else None

    def _move_to(self, instant: datetime) -> None:
        """Move forward to `instant`; while a stop was waited for, real time may have overtaken it."""
        if instant > self._clock.now() and not self._closing:
            self._clock.move_to(instant)
