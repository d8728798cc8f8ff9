"""
Random histories, each from a seed of its own: `schedules`.

Several people at one or two clinics; visits are booked, moved and cancelled, people text, stop and start;
texts fail in every way; workers die, are slow and run at once; the provider, the web and the workers are
away for minutes or days; clocks are a little off.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tests.chaos.databases import KINDS, a_database
from tests.chaos.fates import Asked, Fate, FateOf, Mishaps
from tests.chaos.histories import History, draw_temper
from tests.chaos.judging import Verdict, judge
from tests.chaos.tally import WHOLE, Part, Tally
from tests.chaos.world import Ground, ground

#: One history in so many is played on PostgreSQL.
_ON_POSTGRESQL = 10
#: How long a history goes on for while things break, and how long it is quiet at its end.
_DAYS = 10
_QUIET = timedelta(days=4)
#: Many begin shortly before a night on which clocks change.
_CLOCK_CHANGES = (
    date(2027, 3, 14),
    date(2027, 3, 28),
    date(2027, 4, 4),
    date(2027, 10, 3),
    date(2027, 10, 31),
    date(2027, 11, 7),
)


@dataclass(frozen=True)
class Played:
    verdict: Verdict
    longest_unknown: float
    #: Texts the carrier took from us.
    texts: int
    deaths: int
    #: What happened, a line each.
    story: tuple[str, ...]


def database_of(seed: int) -> str:
    return "postgresql" if seed % _ON_POSTGRESQL == 0 else "sqlite"


def play(found: Ground, seed: int) -> Played:
    """Play the history of this seed; the same seed is always the same history."""
    name = f"schedule:{seed}"
    dice = random.Random(name)
    temper, start = draw_temper(dice), _start(dice)
    ends = start + timedelta(days=_DAYS)
    mishaps = Mishaps(name, temper.mishaps, temper.reports, temper.undelivered)
    fates = _UntilCalm(mishaps, ends)
    with found.world(name, start, fates, workers=2, twiml=dice.random() < 0.7) as world:
        fates.clock = world.clock
        history = History(world, dice, temper, ends)
        history.play()
        world.run_until(ends + _QUIET)
        return Played(
            judge(world),
            world.longest_unknown.total_seconds(),
            sum(text.token is not None for text in world.network.ledger),
            len(world.steps.died_at),
            tuple(history.story),
        )


def _start(dice: random.Random) -> datetime:
    if dice.random() < 0.4:
        day = dice.choice(_CLOCK_CHANGES) - timedelta(days=dice.randint(1, _DAYS - 1))
    else:
        day = date(2027, 1, 4) + timedelta(days=dice.randint(0, 330))
    return datetime.combine(day, time(dice.randint(0, 23), dice.randint(0, 59)), UTC)


@dataclass
class _UntilCalm:
    """Mishaps until a moment; from then on all goes well."""

    mishaps: FateOf
    ends: datetime
    clock: Callable[[], datetime] | None = None

    def __call__(self, asked: Asked) -> Fate:
        assert self.clock is not None
        return self.mishaps(asked) if self.clock() < self.ends else Fate()


def run(count: int, seed: int, part: Part = WHOLE) -> Tally:
    """Play the histories of `count` seeds from `seed` on."""
    tally, mine = Tally(), part.of(range(seed, seed + count))
    tally.asked = len(mine)
    for database in KINDS:
        here = [number for number in mine if database_of(number) == database]
        if here:
            with a_database(database) as opened:
                found = ground(opened)
                for number in here:
                    _count(tally, f"--seed {number}", play(found, number))
            tally.counted[database] += len(here)
    return tally


def _count(tally: Tally, name: str, played: Played) -> None:
    tally.add(name, played.verdict, played.longest_unknown)
    tally.counted["texts"] += played.texts
    tally.counted["deaths"] += played.deaths


def notes(tally: Tally) -> tuple[str, ...]:
    counted = tally.counted
    places = ", ".join(f"{counted[database]} on {database}" for database in KINDS)
    return (places, f"{counted['texts']} texts taken, {counted['deaths']} deaths of a process")


def show(seed: int) -> str:
    """Return the story of one history, and what is wrong after it."""
    with a_database(database_of(seed)) as opened:
        played = play(ground(opened), seed)
    return "\n".join([*played.story, *(f"WRONG: {what}" for what in played.verdict.all)])
