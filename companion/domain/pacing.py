"""
How fast a sending number sends: a leaky bucket in segments.

A provider queues what comes faster than the number may send, and an answer to a frightened person would
wait behind every reminder in that queue (Twilio 21611, 30001: what overflows it is dropped). So no more than
some seconds' worth is handed over ahead. Safety texts and answers never wait for room, but they fill it.
"""

from datetime import datetime, timedelta

#: So much may wait in the provider's queue: more than the time between sweeps, so that the rate is reached.
AHEAD = timedelta(seconds=10)

#: A clock that once ran ahead must not keep a number silent; no queue is so long.
ABSURD = timedelta(hours=1)


def has_room(free_at: datetime | None, now: datetime) -> bool:
    """Say whether one more reminder may be handed over; `free_at` is when the last of them will have left."""
    return free_at is None or free_at < now + AHEAD or free_at > now + ABSURD


def filled(free_at: datetime | None, now: datetime, segments: int, rate: float) -> datetime:
    """Return when all will have left with a text of so many segments, at so many segments a second."""
    begins = now if free_at is None or free_at > now + ABSURD else max(free_at, now)
    return begins + timedelta(seconds=segments / rate)
