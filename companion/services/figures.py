"""The figures by which all this is watched from outside: read anew each time, and without any person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from companion.records import OutboundKind, OutboundState, TaskUrgency
from companion.services.overview import running_workers
from companion.services.setup import Setup
from companion.storage import counting, due, heartbeats

#: States in which a text is under way. Those that are over only ever grow, and to count them takes long.
UNDER_WAY = (
    OutboundState.PENDING,
    OutboundState.LEASED,
    OutboundState.UNKNOWN,
    OutboundState.ACCEPTED,
    OutboundState.SENT,
)


@dataclass(frozen=True)
class Figures:
    """Ages are seconds; nothing there is 0."""

    #: By a worker's name.
    tick_ages: Mapping[str, float]
    oldest_due_age: float
    #: By state and kind, every pair of those under way.
    outbox: Mapping[tuple[str, str], int]
    oldest_unknown_age: float
    #: By urgency, every one.
    tasks: Mapping[str, int]
    inbound: int
    #: By clinic's id: whether its texts wait because the provider refuses its number or the account.
    halted: Mapping[int, bool]


def figures(setup: Setup, now: datetime) -> Figures:
    """Read them as of `now`; the same whichever process is asked. Raises StorageError."""
    with setup.database.reading() as session:
        under_way = counting.texts_under_way(session)
        tasks = counting.tasks_by_urgency(session)
        return Figures(
            tick_ages={
                worker.name: age(worker.last_tick, now)
                for worker in running_workers(heartbeats.beats(session), now)
            },
            oldest_due_age=age(due.oldest_due(session, now), now),
            outbox={(s, k): under_way.get((s, k), 0) for s in UNDER_WAY for k in OutboundKind},
            oldest_unknown_age=age(counting.oldest_unknown(session), now),
            tasks={urgency: tasks.get(urgency, 0) for urgency in TaskUrgency},
            inbound=counting.inbound_texts(session),
            halted=counting.halted(session),
        )


def age(since: datetime | None, now: datetime) -> float:
    """Return the seconds since then; 0 if there is nothing, or if it lies ahead by another clock."""
    return max((now - since).total_seconds(), 0.0) if since else 0.0
