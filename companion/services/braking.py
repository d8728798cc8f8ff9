"""
Slows whoever guesses passwords or codes, and nobody else.

Failures are counted for one account from one place, and each makes the pause before the next try longer. The
place is the address, or a browser that has signed in to this very account before: so a stranger's guesses,
even from the same ward, never stand in the way of the person whose account it is. A try is counted before it
is looked at, so that many at once are no way around.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.domain.staff import FORGOTTEN_AFTER, pause_after
from companion.services.auditing import Seen, note_person
from companion.services.setup import Setup
from companion.storage import brake


@dataclass(frozen=True)
class Try:
    """One try at one step: `password`, or `code` for what follows it."""

    step: str
    #: As it was typed, whether or not there is such an account.
    account: str
    place: str


def enter(setup: Setup, attempt: Try, now: datetime) -> timedelta:
    """Count the try, unless it is too early for one; return how long to wait, nothing if it may go on."""
    with setup.database.transaction() as session:
        row = brake.of(session, _key(setup, attempt), now)
        if row.free_at > now:
            return row.free_at - now
        kept = row.failures if now - row.last_at < FORGOTTEN_AFTER else 0
        row.failures, row.last_at = kept + 1, now
        row.free_at = now + pause_after(row.failures)
        session.add(row)
    return timedelta(0)


def passed(setup: Setup, attempt: Try, now: datetime) -> None:
    """Forget the failures: it was the right one."""
    with setup.database.transaction() as session:
        brake.forget(session, _key(setup, attempt))
        brake.forget_before(session, now - FORGOTTEN_AFTER)


def failed(setup: Setup, attempt: Try, staff_id: int | None, now: datetime) -> None:
    """Write down that a try was wrong, for whom if there is such an account."""
    with setup.database.transaction() as session:
        note_person(session, staff_id, Seen("sign-in-failed", subject=attempt.step), now)


def _key(setup: Setup, attempt: Try) -> str:
    account = attempt.account.strip().casefold()
    return setup.hasher.secret("brake", f"{attempt.step}\n{attempt.place}\n{account}")
