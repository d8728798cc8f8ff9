"""Once an hour, and once when a worker starts: what people wrote with an offer is forgotten with it."""

from datetime import datetime

import structlog

from companion.services import memory
from companion.services.setup import Setup

_log = structlog.get_logger(__name__)


class HourlyForgetting:
    """Remembers the hour it last forgot in; each worker has its own, and twice does no harm."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._hour: datetime | None = None

    def forget(self, now: datetime) -> None:
        """Forget unless it was done in this hour; never raises, as texts have to leave all the same."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour == self._hour:
            return
        try:
            memory.forget_lapsed(self._setup, now)
            self._hour = hour
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            _log.error("offers not forgotten", error=type(error).__name__)
