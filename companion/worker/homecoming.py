"""Once an hour, and once when a worker starts: whoever has come home from hospital is planned for anew."""

from datetime import datetime

import structlog

from companion.services import homecoming
from companion.services.setup import Setup

_log = structlog.get_logger(__name__)


class HourlyHomecoming:
    """Remembers the hour it last looked in; each worker has its own, and twice does no harm."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._hour: datetime | None = None

    def look(self, now: datetime) -> None:
        """Look unless it was done in this hour; never raises, as texts have to leave all the same."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour == self._hour:
            return
        try:
            homecoming.plan_anew(self._setup, now)
            self._hour = hour
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            _log.error("homecomings not looked at", error=type(error).__name__)
