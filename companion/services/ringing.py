"""
Urgent tasks ring out of band, because nobody watches a page at night: each at least once, until it is taken.

A task is kept for one worker by the time it may next be tried, written down before it is rung: if the
worker dies in between, another rings again, with the same key.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from companion.records import Task
from companion.services.setup import Setup
from companion.storage import bells
from companion.transports.alerts import Alert, AlertHook

#: Rung for at one tick.
_AT_ONCE = 20
_FIRST_AGAIN = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(minutes=15)

_log = structlog.get_logger(__name__)


def ring(
    setup: Setup,
    hook: AlertHook,
    clock: Callable[[], datetime],
    ending: Callable[[], bool] = lambda: False,
) -> int:
    """
    Ring for urgent tasks that nobody was rung for and that are not done; return how many were taken.

    Stops at the first that is not taken; that one is tried again later and later, 15 minutes at most.
    Safe in any number of workers at once. Raises StorageError.
    """
    taken = 0
    while taken < _AT_ONCE and not ending():
        task = _keep(setup, clock())
        if task is None:
            break
        problem = hook.ring(_alert(setup, task))
        if problem is not None:
            _log.error("an urgent task was not rung for", task=task.id, tries=task.rings, problem=problem)
            break
        with setup.database.transaction() as session:
            bells.note_rung(session, task.id or 0, clock())
        taken += 1
    return taken


def pause_after(tries: int) -> timedelta:
    """Return how long after so many tries the next may be: 30 s, doubling, at most 15 minutes."""
    # Beyond this power the pause has long reached its end, and the number would grow without bound.
    times: int = 2 ** min(tries - 1, 10)
    return min(_FIRST_AGAIN * times, _LONGEST_PAUSE)


def _keep(setup: Setup, now: datetime) -> Task | None:
    with setup.database.reading() as session:
        if not bells.is_waiting(session, now):
            return None
    with setup.database.transaction() as session:
        task = bells.next_to_ring(session, now)
        if task is not None:
            task.rings += 1
            task.ring_after = now + pause_after(task.rings)
            session.add(task)
        return task


def _alert(setup: Setup, task: Task) -> Alert:
    # Keyed: two installations that ring at one place have tasks of the same number.
    key = setup.hasher.secret("ring", str(task.id))
    return Alert(task.clinic_id, task.id or 0, task.kind, task.urgency, task.created_at, key)
