"""In every tick a share of the texts that are planned after an import; once an hour, files forgotten."""

from datetime import UTC, datetime

import structlog

from companion.errors import StorageError
from companion.services import import_runs, owed_plans
from companion.services.setup import Setup

#: One or two seconds' work, so that the texts that are due never wait for it.
_PEOPLE = 60

_log = structlog.get_logger(__name__)


class Imported:
    """Remembers the hour it last forgot files in; each worker has its own, and twice does no harm."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._hour: datetime | None = None

    def look(self, now: datetime) -> None:
        """Plan for some people, if any are waiting; never raises, as texts have to leave all the same."""
        try:
            owed_plans.make(self._setup, now, _PEOPLE)
            self._forget(datetime.now(UTC))
        except StorageError as error:
            # Away or busy: the next tick tries again.
            _log.error("not planned after an import", error=type(error).__name__)

    def _forget(self, real_now: datetime) -> None:
        hour = real_now.replace(minute=0, second=0, microsecond=0)
        if hour != self._hour:
            import_runs.forget(self._setup, real_now)
            self._hour = hour
