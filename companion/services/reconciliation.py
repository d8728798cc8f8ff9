"""What the provider knows and we do not is made good: texts of ours that are lost, and texts we missed."""

from collections.abc import Callable
from datetime import datetime

from companion.services import lost_texts, missed_texts
from companion.services.setup import Setup
from companion.storage import asking


def reconcile(
    setup: Setup, clock: Callable[[], datetime], *, ending: Callable[[], bool] = lambda: False
) -> None:
    """
    Ask the provider what is to be asked now; bounded, so that texts that are due never wait long for it.

    Safe in any number of workers at once. Raises StorageError if the database is away.
    """
    now = clock()
    # Read first: mostly there is nothing to ask, and no writer has to wait for that.
    with setup.database.reading() as session:
        ask_at, inbox_due = asking.next_ask(session), asking.is_inbox_due(session, now)
    if ask_at is not None and ask_at <= now:
        lost_texts.ask(setup, clock, ending)
    if inbox_due:
        missed_texts.fetch(setup, clock, ending)


def next_ask(setup: Setup) -> datetime | None:
    """Return when there is next a text to ask about; what people may have sent is asked for besides."""
    with setup.database.reading() as session:
        return asking.next_ask(session)
