"""
What becomes of texts that fell due while nothing ran: `make bench`, `python -m bench.catching_up [TEXTS]`.

The worker was away from Friday evening to Monday morning. People have one visit each, in the days after; then
one worker ticks again, by a clock that is turned on five seconds at a time, so that hours take minutes. The
provider takes everything. Every number sends at its usual rate.
"""

import random
import sys
import tempfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from time import perf_counter

from sqlalchemy import or_
from sqlmodel import col, select

from bench import people
from companion import settings
from companion.bootstrap import Companion, build
from companion.domain.delivery import Accepted, Outcome
from companion.domain.sms import count_segments
from companion.records import OutboundMessage, OutboundState, Task
from companion.services import dispatch, scheduling
from companion.storage import migration
from companion.storage.keys import new_key
from companion.transports.base import Gone, OutboundText, Page
from tests.journeys.stack import Stack

_BOOKED = datetime(2027, 2, 26, 15, tzinfo=UTC)
_AWAY = datetime(2027, 2, 26, 17, tzinfo=UTC)
_BACK = datetime(2027, 3, 1, 9, tzinfo=UTC)
#: Visits whose reminders fall due while nothing runs.
_VISITS = tuple(date(2027, month, day) for month, day in ((2, 28), (3, 1), (3, 2), (3, 3), (3, 6), (3, 7)))
_KINDS = ("clinic-review", "blood-test", "day-unit", "results", "lumbar-puncture")
_CLINICS = 4
_TICK = timedelta(seconds=5)
_ZONE = "Europe/London"


@dataclass
class Provider:
    """Takes every text, and notes when."""

    now: datetime = _BOOKED
    taken: list[tuple[datetime, OutboundText]] = field(default_factory=list)
    sids: Iterator[int] = field(default_factory=count)

    def clock(self) -> datetime:
        return self.now

    def send(self, text: OutboundText) -> Outcome:
        self.taken.append((self.now, text))
        return Accepted(f"SM{next(self.sids):032x}", "queued")

    def list_texts(self, to: str, page: str | None = None) -> Page:  # noqa: ARG002 - the transport's names
        return Page((), None)

    def fetch_text(self, sid: str) -> Gone:  # noqa: ARG002
        return Gone()


@dataclass(frozen=True)
class Outcomes:
    """What became of the texts that were due when the worker came back."""

    due: int
    states: Counter[str]
    #: Until none of them waited any more, those put off to another morning left aside.
    today: timedelta
    #: Until none of them waited at all.
    whole: timedelta
    tasks: int
    #: The most segments of one number handed over within a second, and within a minute.
    in_a_second: int
    in_a_minute: int
    #: The most one number of one clinic got on one day, and how many texts came twice word for word.
    in_a_day: int
    twice: int


def measure(texts: int, folder: Path) -> Outcomes:
    provider = Provider()
    companion = _installation(folder, provider)
    try:
        _fill(companion, texts)
        _tick_until(companion, provider, _AWAY)
        provider.taken.clear()
        provider.now = _BACK
        due = _waiting(companion, _BACK)
        before = _tasks(companion)
        today, whole = _catch_up(companion, provider, due)
        states = Counter(row.state for row in _rows(companion) if row.id in due)
        return _judge(provider, len(due), states, today, whole, _tasks(companion) - before)
    finally:
        companion.close()


def _installation(folder: Path, provider: Provider) -> Companion:
    stack = Stack(folder, f"sqlite:///{folder}/companion.db", key=new_key())
    companion = build(settings.load(stack.environment), transport=provider, clock=provider.clock)
    migration.upgrade(companion.setup.database)
    return companion


def _fill(companion: Companion, texts: int) -> None:
    """Enrol people with a visit each until so many texts fall due while the worker is away."""
    dice = random.Random(7)  # noqa: S311 - the same people every time
    clinics = people.add_clinics(companion.setup, _CLINICS, _ZONE, _BOOKED)
    due = 0
    for n in range(_CLINICS * people.NUMBERS):
        patient = people.add_person(companion.setup, clinics[n % _CLINICS], n // _CLINICS, _BOOKED)
        at = f"{dice.choice(_VISITS)}T{dice.randrange(9, 17):02}:30"
        scheduling.book(
            companion.setup, patient_id=patient, kind=dice.choice(_KINDS), at=at, place="Level 2", now=_BOOKED
        )
        due += _falling_due(companion, patient)
        if due >= texts:
            break


def _falling_due(companion: Companion, patient: int) -> int:
    with companion.setup.database.reading() as session:
        rows = session.exec(select(OutboundMessage.send_at).where(OutboundMessage.patient_id == patient))
        return sum(_AWAY < send_at <= _BACK for send_at in rows)


def _tick_until(companion: Companion, provider: Provider, end: datetime) -> None:
    """Tick until then, passing over what time there is nothing to do in."""
    while provider.now < end:
        dispatch.sweep(companion.setup, provider.now, provider.clock)
        following = dispatch.next_due(companion.setup) or end
        provider.now = max(provider.now + _TICK, min(following, end))


def _catch_up(companion: Companion, provider: Provider, due: frozenset[int]) -> tuple[timedelta, timedelta]:
    """Tick until none of these waits; return how long it took this day, and in all."""
    today, evening, never = timedelta(), _BACK.replace(hour=20), _BACK + timedelta(days=30)
    while True:
        dispatch.sweep(companion.setup, provider.now, provider.clock)
        waiting = due & _waiting(companion, never)
        if not waiting:
            return today, provider.now - _BACK
        if provider.now < evening and due & _waiting(companion, provider.now):
            today = provider.now + _TICK - _BACK
        following = dispatch.next_due(companion.setup) or provider.now
        provider.now = max(provider.now + _TICK, following)
        assert provider.now < never, f"{len(waiting)} texts never left"


def _rows(companion: Companion) -> list[OutboundMessage]:
    with companion.setup.database.reading() as session:
        return list(session.exec(select(OutboundMessage)).all())


def _waiting(companion: Companion, until: datetime) -> frozenset[int]:
    """Return the ids of texts that are under way, or wait and are to leave by then."""
    again = col(OutboundMessage.try_after)
    query = select(OutboundMessage.id).where(
        col(OutboundMessage.state).in_((OutboundState.PENDING, OutboundState.LEASED, OutboundState.UNKNOWN)),
        col(OutboundMessage.send_at) <= until,
        or_(again.is_(None), again <= until),
    )
    with companion.setup.database.reading() as session:
        return frozenset(row_id for row_id in session.exec(query).all() if row_id is not None)


def _tasks(companion: Companion) -> int:
    with companion.setup.database.reading() as session:
        return len(session.exec(select(Task.id)).all())


def _judge(
    provider: Provider, due: int, states: Counter[str], today: timedelta, whole: timedelta, tasks: int
) -> Outcomes:
    days = Counter((text.sender, text.to, at.date()) for at, text in provider.taken)
    words = Counter((text.sender, text.to, text.body) for _, text in provider.taken)
    return Outcomes(
        due=due,
        states=states,
        today=today,
        whole=whole,
        tasks=tasks,
        in_a_second=_most(provider, timedelta(seconds=1)),
        in_a_minute=_most(provider, timedelta(minutes=1)),
        in_a_day=max(days.values(), default=0),
        twice=sum(times - 1 for times in words.values()),
    )


def _most(provider: Provider, within: timedelta) -> int:
    """Return the most segments that one number handed over in any stretch of that length."""
    by_number: dict[str, list[tuple[datetime, int]]] = {}
    for at, text in provider.taken:
        by_number.setdefault(text.sender, []).append((at, count_segments(text.body)))
    return max((_most_of(handed, within) for handed in by_number.values()), default=0)


def _most_of(handed: list[tuple[datetime, int]], within: timedelta) -> int:
    times = [at for at, _ in handed]
    return max(
        sum(size for _, size in handed[begin : bisect_left(times, at + within)])
        for begin, at in enumerate(times)
    )


def _report(found: Outcomes, seconds: float) -> Iterator[str]:
    states = ", ".join(f"{many} {state}" for state, many in found.states.most_common())
    yield f"{found.due} texts were due after a weekend: {states}; {found.tasks} tasks for staff"
    yield f"none of that morning's waited after {found.today}, none at all after {found.whole}"
    yield f"one number: at most {found.in_a_second} segments in a second, {found.in_a_minute} in a minute"
    yield f"at most {found.in_a_day} text a day to one person; {found.twice} came twice"
    yield f"measured in {seconds:.0f} s"


def main(texts: int) -> None:
    begun = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(texts, Path(folder))
    sys.stdout.writelines(f"{line}\n" for line in _report(found, perf_counter() - begun))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
