"""Time passes, a little at once, until nothing waits for it any more; then the ledger is held against us."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime

from companion.records import OutboundMessage
from companion.records import OutboundState as S
from companion.services import overview
from tests.chaos.processes_people import ZONE
from tests.chaos.processes_stack import Installation
from tests.chaos.processes_truth import Truth, settled

#: The worker has more to do with it; or the provider has more to say of it.
_MOVING = frozenset({S.PENDING, S.LEASED, S.UNKNOWN})
_OPEN = _MOVING | {S.ACCEPTED, S.SENT}
#: Nothing changed for so long of real time: all that happens at this instant has happened.
_QUIET_SECONDS = 0.3
#: How far the clock goes on while a lease, a listing or a second try is waited for.
_A_LITTLE = 61
#: How far it goes on while only the last report is missing, or morning is.
_FAR = 1200


def wait_until_settled(place: Installation, patient: int, often: int = 30) -> None:
    """Let time pass until nothing of the person's waits for it; so often at most."""
    for _ in range(often):
        rows = _at_rest(place, patient)
        now = place.now()
        if rows and settled(rows, overview.task_rows(place.setup, patient), now):
            return
        place.forward(_step(rows, now) if rows else _A_LITTLE)


def settle_all(place: Installation, often: int = 200) -> None:
    """Let time pass until nothing of anybody's waits for it; so often at most."""
    for _ in range(often):
        rows, now = place.observe(), place.now()
        heard = _all_heard(place)
        if heard and settled(rows, place.tasks(), now):
            return
        place.forward(_step(rows, now) if heard else _A_LITTLE)


def _all_heard(place: Installation) -> bool:
    """Say whether what people texted is stored; what a webhook missed is asked for every few minutes."""
    known = {message.sid for message in place.inbox()}
    return all(text["sid"] in known for text in place.ledger() if text["direction"] == "inbound")


def truth_of(place: Installation) -> Truth:
    rows = place.observe()
    return Truth(rows, place.tasks(), place.inbox(), place.ledger(), place.now(), ZONE).judge()


def _step(rows: Iterable[OutboundMessage], now: datetime) -> int:
    by_day = 8 <= now.astimezone(ZONE).hour < 20
    return _A_LITTLE if by_day and any(_is_due(row, _MOVING, now) for row in rows) else _FAR


def _is_due(row: OutboundMessage, states: frozenset[S], now: datetime) -> bool:
    return row.state in states and row.send_at <= now


def _at_rest(place: Installation, patient: int) -> Sequence[OutboundMessage]:
    """Return the person's texts as soon as they are final, or nothing of them changes any more."""
    seen: Sequence[tuple[int | None, str, int]] = ()
    since = time.monotonic()
    while True:
        rows = overview.outbox_rows(place.setup, patient)
        place.unknowns.note(rows, now := place.now())
        state = [(row.id, row.state, row.attempts) for row in rows]
        if state != seen:
            seen, since = state, time.monotonic()
        final = rows and not any(_is_due(row, _OPEN, now) for row in rows)
        if final or time.monotonic() - since > _QUIET_SECONDS:
            return rows
        time.sleep(0.05)
