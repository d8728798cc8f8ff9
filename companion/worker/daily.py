"""Once a day, and once when a worker starts: what has become overdue is put before the clinics."""

from datetime import date, datetime

import structlog

from companion.services import overdue
from companion.services.setup import Setup

_log = structlog.get_logger(__name__)


class DailyLook:
    """Remembers the day it last looked; each worker has its own, and the tasks they raise are the same."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._day: date | None = None

    def look(self, now: datetime) -> None:
        """Look unless it was done on this UTC day; never raises, as texts have to leave all the same."""
        if now.date() == self._day:
            return
        try:
            overdue.look(self._setup, now)
            self._day = now.date()
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            _log.error("overdue texts not looked at", error=type(error).__name__)
