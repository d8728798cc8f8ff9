"""
The tick. APScheduler only says when to look; the database says what is due.

No job is ever stored with it: a missed tick is made good by the next, and any number of workers may tick.
"""

import logging
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from secrets import token_hex
from threading import Event, Lock

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler

from companion.bootstrap import Companion
from companion.errors import StorageError
from companion.services import dispatch, overview, reconciliation
from companion.services.dispatch import Sweep
from companion.worker.daily import DailyLook
from companion.worker.homecoming import HourlyHomecoming
from companion.worker.hourly import HourlyForgetting
from companion.worker.imported import Imported
from companion.worker.ringing import Ringer

_SECONDS = 5.0
#: With the demo clock, jumps wait for the sweep, so it comes often.
_SECONDS_ON_LOCAL_CARRIER = 0.3

_log = structlog.get_logger(__name__)


def tick(
    companion: Companion,
    ending: Event | None = None,
    look: Callable[[datetime], None] = lambda _: None,
    worker: str = overview.ONCE,
) -> Sweep:
    """
    Sweep once, ask the provider what is to be asked, and say so, to the database and the local carrier.

    Once `ending` is set nothing more is claimed; what is claimed is handed over and recorded. `look` is
    told the time first, so that a jump of the demo's clock waits for the day's look too. Under the name
    `worker` it is seen that this one ticks.
    """
    now = companion.clock()
    look(now)
    ended = ending or Event()
    done = dispatch.sweep(
        companion.setup,
        now,
        companion.clock,
        ending=ended.is_set,
        alive=lambda: overview.beat(companion.setup, companion.clock(), worker),
    )
    # Behind the sweep: a worker whose sweeps fail is as good as none. As of now: it may have taken long.
    overview.beat(companion.setup, companion.clock(), worker)
    reconciliation.reconcile(companion.setup, companion.clock, ending=ended.is_set)
    if companion.local_carrier and not ended.is_set():
        companion.local_carrier.report_sweep(now, _next_due(companion))
    if done.sent or done.lapsed:
        _log.info("swept", sent=done.sent, lapsed=done.lapsed)
    return done


def _next_due(companion: Companion) -> datetime | None:
    instants = (dispatch.next_due(companion.setup), reconciliation.next_ask(companion.setup))
    return min((instant for instant in instants if instant is not None), default=None)


def run(companion: Companion) -> None:
    """Tick until SIGTERM or SIGINT; what a sweep has claimed is handed over and recorded first."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BlockingScheduler(
        timezone=UTC,
        # A late tick runs (the default drops it after a second); several late ones run as one.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    sweeper = _Sweeper(companion)
    seconds = _SECONDS_ON_LOCAL_CARRIER if companion.local_carrier else _SECONDS
    scheduler.add_job(sweeper.sweep, "interval", seconds=seconds)
    ringer = Ringer(companion, companion.bell, sweeper.ending) if companion.bell else None
    if ringer:
        scheduler.add_job(ringer.ring, "interval", seconds=seconds)

    def end(*_: object) -> None:
        sweeper.ending.set()
        scheduler.shutdown(wait=False)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    _log.info("worker started", worker=sweeper.name)
    scheduler.start()
    sweeper.leave()
    if ringer:
        ringer.leave()
    _log.info("worker stopped", worker=sweeper.name)


class _Sweeper:
    """One worker's sweeps, one at a time, and the way to end them in good order."""

    def __init__(self, companion: Companion) -> None:
        self._companion = companion
        self._busy = Lock()
        self._daily = DailyLook(companion.setup)
        self._hourly = HourlyForgetting(companion.setup)
        self._homecoming = HourlyHomecoming(companion.setup)
        self._imported = Imported(companion.setup)
        self.ending = Event()
        #: Of this process alone, and none that tells of the machine: it is shown at /readyz.
        self.name = f"worker:{token_hex(6)}"

    def sweep(self) -> None:
        with self._busy:
            if self.ending.is_set():
                return
            try:
                tick(self._companion, self.ending, self._look, self.name)
            except StorageError as error:
                # The database is away or busy: nothing was lost, the next tick tries again.
                _log.error("sweep failed", error=type(error).__name__)

    def _look(self, now: datetime) -> None:
        self._daily.look(now)
        self._hourly.forget(now)
        self._homecoming.look(now)
        self._imported.look(now)

    def leave(self) -> None:
        """Return when no sweep is under way and none will begin; the process must not end before."""
        with self._busy:
            try:
                overview.leave(self._companion.setup, self.name)
            except StorageError as error:
                # It will be taken for one that has stopped, which is true, and be forgotten in a day.
                _log.error("worker not signed off", worker=self.name, error=type(error).__name__)
