"""
The tick. APScheduler only says when to look; the database says what is due.

No job is ever stored with it: a missed tick is made good by the next, and any number of workers may tick.
"""

import logging
import signal
from datetime import UTC

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy.exc import SQLAlchemyError

from companion.bootstrap import Companion
from companion.services import dispatch, overview
from companion.services.dispatch import Sweep

_SECONDS = 5.0
#: With the demo clock, jumps wait for the sweep, so it comes often.
_SECONDS_ON_LOCAL_CARRIER = 0.3

_log = structlog.get_logger(__name__)


def tick(companion: Companion) -> Sweep:
    """Sweep once and say so, to the database and, in a demo, to the local carrier."""
    now = companion.clock()
    done = dispatch.sweep(companion.setup, now, companion.clock)
    overview.beat(companion.setup, now)
    if companion.local_carrier:
        companion.local_carrier.report_sweep(now, dispatch.next_due(companion.setup))
    if done.sent or done.lapsed:
        _log.info("swept", sent=done.sent, lapsed=done.lapsed)
    return done


def run(companion: Companion) -> None:
    """Tick until SIGTERM or SIGINT; a sweep that has begun is finished first."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BlockingScheduler(
        timezone=UTC,
        # A late tick runs (the default drops it after a second); several late ones run as one.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    seconds = _SECONDS_ON_LOCAL_CARRIER if companion.local_carrier else _SECONDS
    scheduler.add_job(_steady_tick, "interval", seconds=seconds, args=[companion])
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: scheduler.shutdown(wait=False))
    _log.info("worker started")
    scheduler.start()
    _log.info("worker stopped")


def _steady_tick(companion: Companion) -> None:
    try:
        tick(companion)
    except SQLAlchemyError as error:
        # The database is away or busy: nothing was lost, the next tick tries again.
        _log.error("sweep failed", error=type(error).__name__)
