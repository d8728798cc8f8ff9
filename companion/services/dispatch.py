"""
A text leaves: claim, commit, send, record.

The claim is committed before any byte leaves, so that whatever dies in between leaves a row that says it
may have been sent; such a row is never sent again without evidence. No session is open while the
provider is spoken to. What came of it is recorded by the thread that spoke, at once: a slow answer to one
text must not leave the others unrecorded.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from companion.domain.delivery import AnswerLost, NotTaken, Outcome, Refused
from companion.domain.provider_codes import OPTED_OUT
from companion.errors import StorageError
from companion.services import expiring, outcomes
from companion.services.claiming import Claim, claim_due
from companion.services.setup import Setup
from companion.services.steps import Step
from companion.storage import due

#: Rows claimed and sent together; all are done within the HTTP timeout, well inside the lease.
BATCH = 32
#: A sweep ends after this long though more is due, so that what else a worker does is not kept waiting.
_LONGEST = timedelta(seconds=20)
#: Nothing is handed over so close to its lease's end: the call may take the whole HTTP timeout.
_TOO_LATE = timedelta(seconds=20)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sweep:
    """What one sweep did."""

    #: Rows handed to the provider, whatever came of it.
    sent: int
    #: Rows whose lease had ended with nothing recorded.
    lapsed: int


def sweep(
    setup: Setup,
    now: datetime,
    clock: Callable[[], datetime],
    *,
    ending: Callable[[], bool] = lambda: False,
    alive: Callable[[], None] = lambda: None,
) -> Sweep:
    """
    Do all that is due at `now`; safe to run in any number of workers at once.

    `clock` is read again at each claim and each outcome: a slow provider may hold a sweep up for longer
    than a lease, and a lease counted from its beginning would end while a text is handed over. `ending`
    is asked before each claim, so that what is claimed is always handed over; `alive` is told of each batch.
    """
    if not _is_anything(setup, now):
        return Sweep(0, 0)
    lapsed = outcomes.settle_lapsed(setup, now)
    sent, begun = 0, clock()

    def going_on() -> bool:
        return not ending() and clock() < begun + _LONGEST

    expiring.expire_useless(setup, now, going_on)
    with ThreadPoolExecutor(max_workers=BATCH) as pool:
        while going_on() and _is_anything(setup, max(now, clock())):
            batch = claim_due(setup, max(now, clock()), BATCH, going_on)
            if not batch:
                break
            list(pool.map(lambda claim: _send(setup, claim, clock), batch))
            sent += len(batch)
            alive()
    return Sweep(sent, lapsed)


def _is_anything(setup: Setup, now: datetime) -> bool:
    # Read first: a worker looks every few seconds, and mostly there is nothing to write.
    with setup.database.reading() as session:
        return due.is_anything(session, now)


def next_due(setup: Setup) -> datetime | None:
    """Return the next instant at which there is something to do."""
    with setup.database.reading() as session:
        return due.next_due(session)


def _send(setup: Setup, claim: Claim, clock: Callable[[], datetime]) -> None:
    outcome = _hand_over(setup, claim, clock)
    _record(setup, claim, outcome, clock())


def _hand_over(setup: Setup, claim: Claim, clock: Callable[[], datetime]) -> Outcome:
    setup.reached(Step.POST_BEGUN)
    if clock() > claim.lease_until - _TOO_LATE:
        # This process slept. By the time the text arrived somebody else could have sent it again.
        return NotTaken("lease-nearly-over")
    try:
        return setup.transport.send(claim.text)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the text may be on its way
        return AnswerLost(type(error).__name__)


def _record(setup: Setup, claim: Claim, outcome: Outcome, now: datetime) -> None:
    """Record one outcome, once more if the database failed; one failure must not cost the others theirs."""
    setup.reached(Step.POST_ENDED)
    for attempt in (1, 2):
        try:
            outcomes.record(setup, claim.row_id, outcome, now, claim.attempt)
        except Exception as error:  # noqa: BLE001 - the lease ends, and the row becomes `unknown`
            _log.error(
                "outcome not recorded", outbound=claim.row_id, attempt=attempt, error=type(error).__name__
            )
        else:
            break
    if isinstance(outcome, Refused) and outcome.code == OPTED_OUT:
        # Its own transaction: patients are locked before their rows, everywhere.
        _note_opted_out(setup, claim.row_id, now)


def _note_opted_out(setup: Setup, row_id: int, now: datetime) -> None:
    try:
        outcomes.note_opted_out(setup, row_id, now)
    except StorageError as error:
        # The next text to the number is refused like this one, and it is noted then.
        _log.error("opt-out at the carrier not noted", outbound=row_id, error=type(error).__name__)
