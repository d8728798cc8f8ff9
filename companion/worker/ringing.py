"""Rings for urgent tasks beside the sweeps, in a thread of its own: a slow address holds up no text."""

from datetime import datetime
from threading import Event, Lock

import structlog

from companion.bootstrap import Companion
from companion.errors import StorageError
from companion.services import ringing
from companion.transports.alerts import AlertHook

_log = structlog.get_logger(__name__)


class Ringer:
    """Rings one at a time, and ends in good order."""

    def __init__(self, companion: Companion, hook: AlertHook, ending: Event) -> None:
        self._companion, self._hook, self._ending = companion, hook, ending
        self._busy = Lock()

    def ring(self) -> None:
        """Ring for what waits; never raises, as the next time tries again."""
        with self._busy:
            try:
                ringing.ring(self._companion.setup, self._hook, self._clock, self._ending.is_set)
            except StorageError as error:
                _log.error("urgent tasks not rung for", error=type(error).__name__)

    def leave(self) -> None:
        """Return when nothing is being rung; `ending` is set."""
        with self._busy:
            return

    def _clock(self) -> datetime:
        return self._companion.clock()
