"""Jobs to be done a little later, in real time: one timer thread and a small pool that does the work."""

import heapq
import itertools
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Condition, Thread

Job = Callable[[], None]

_POOL_SIZE = 16
_logger = logging.getLogger(__name__)


class Schedule:
    """Threads start with the first job. `close` drops jobs not yet begun and waits for the others."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._queue: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self._pool: ThreadPoolExecutor | None = None
        self._timer: Thread | None = None
        self._closed = False

    def after(self, seconds: float, job: Job) -> None:
        """Do `job` on the pool in `seconds` of real time; nothing happens once closed."""
        with self._changed:
            if self._closed:
                return
            heapq.heappush(self._queue, (time.monotonic() + seconds, next(self._order), job))
            self._start()
            self._changed.notify()

    def close(self) -> None:
        """Idempotent. Returns when no job is running."""
        with self._changed:
            self._closed = True
            self._queue.clear()
            self._changed.notify()
        if self._timer is not None:
            self._timer.join()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> None:
        if self._timer is None:
            self._pool = ThreadPoolExecutor(_POOL_SIZE, thread_name_prefix="carrier-job")
            self._timer = Thread(target=self._tick, args=(self._pool,), name="carrier-timer", daemon=True)
            self._timer.start()

    def _tick(self, pool: ThreadPoolExecutor) -> None:
        while (job := self._next_due()) is not None:
            pool.submit(_run, job)

    def _next_due(self) -> Job | None:
        """Wait for the next job and take it; None once closed."""
        with self._changed:
            while not self._closed:
                wait = self._queue[0][0] - time.monotonic() if self._queue else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._queue)[2]
                self._changed.wait(wait)
        return None


def _run(job: Job) -> None:
    """Do the job; a failing one is logged, since nobody waits for its result."""
    try:
        job()
    except Exception:
        _logger.exception("A scheduled job of the carrier failed")
