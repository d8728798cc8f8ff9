"""A process dies at each step, with each thing the carrier may do: `steps`, on both databases."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from companion.services import clinics, enrolment, scheduling
from companion.services.enrolment import NewPatient
from companion.services.steps import Step
from tests.chaos.databases import KINDS, a_database
from tests.chaos.fates import OUTCOMES, Asked, Fate, FateOf, name_of
from tests.chaos.judging import Verdict, judge
from tests.chaos.tally import WHOLE, Part, Tally
from tests.chaos.world import Ground, World, ground
from tests.people import AMINA, CLINIC, LINE, LONDON

#: The visit's first text is due on the 9th at ten.
_START = datetime(2027, 3, 9, 9, 55, tzinfo=UTC)
_DUE = datetime(2027, 3, 9, 10, 0, tzinfo=UTC)
#: A status that nobody reported is asked for after an hour, and then once a day.
_SETTLED, _SETTLED_SLOWLY = timedelta(hours=5), timedelta(hours=28)
#: After so many trials in which the step was not reached it counts as out of reach.
_TRIES = 12

_LAPSING = frozenset({Step.LAPSE_WRITTEN, Step.LAPSE_COMMITTED})
_ASKING = frozenset(
    {Step.QUESTION_COMMITTED, Step.QUESTION_ANSWERED, Step.VERDICT_WRITTEN, Step.VERDICT_COMMITTED}
)
_TAKING = frozenset({Step.TEXT_WRITTEN, Step.TEXT_COMMITTED})
_TEXTS = ("VISIT", "I have a fever", "QUESTIONS")


@dataclass(frozen=True)
class Trial:
    step: Step
    outcome: str
    database: str
    #: Seed of the whole run, and which of its trials this is.
    seed: int
    number: int

    @property
    def name(self) -> str:
        return f"{self.step}/{self.outcome}/{self.database}/{self.seed}:{self.number}"


@dataclass(frozen=True)
class Ended:
    """What one trial came to."""

    verdict: Verdict
    #: Whether the process died at the step and the carrier did what was asked of it.
    reached: bool
    longest_unknown: float


def play(found: Ground, trial: Trial) -> Ended:
    """Play one trial; the same trial always ends the same."""
    dice = random.Random(trial.name)
    subject = "text" if trial.step in _TAKING else dice.choice(("visit", "visit", "text"))
    twiml = trial.step in _TAKING and dice.random() < 0.5
    fate_of = _faulty(trial, dice)
    with found.world(trial.name, _START, fate_of, twiml=twiml) as world:
        _people(world)
        _aim(world, trial, dice)
        world.run_until(_DUE - timedelta(seconds=1))
        if subject == "text":
            _send_text(world, trial, dice)
        world.run_until(_DUE + (_SETTLED_SLOWLY if trial.step in _LAPSING | _ASKING else _SETTLED))
        done = {name_of(tried.fate) for tried in world.network.tried}
        reached = trial.step in world.steps.died_at and trial.outcome in done
        return Ended(judge(world), reached, world.longest_unknown.total_seconds())


def _faulty(trial: Trial, dice: random.Random) -> FateOf:
    """The first one or two times a text is handed over this happens; then all is well."""
    times, slow = dice.randint(1, 2), trial.step in _LAPSING | _ASKING
    after = timedelta(seconds=dice.uniform(4000, 9000) if slow else dice.uniform(0.2, 20))
    wanted = replace(
        OUTCOMES[trial.outcome], sent_after=after, ends_after=timedelta(seconds=dice.uniform(0, 5))
    )

    def fate_of(asked: Asked) -> Fate:
        return wanted if asked.attempt <= times else Fate()

    return fate_of


def _people(world: World) -> None:
    now = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    clinics.add_clinic(world.setup, name="Riverside Team", number=CLINIC, line=LINE, zone=LONDON, now=now)
    new = NewPatient(name="Amina", phone=AMINA, consent_by="Nurse Okafor", welcome=False)
    person = enrolment.enrol(world.setup, new, now).id or 0
    scheduling.book(
        world.setup, patient_id=person, kind="clinic-review", at="2027-03-16T09:30", place="Level 2", now=now
    )


def _aim(world: World, trial: Trial, dice: random.Random) -> None:
    """Arm the step; what needs an earlier death to be reached gets one."""
    deaths = [trial.step]
    if trial.step in _LAPSING or (trial.step in _ASKING and dice.random() < 0.5):
        deaths.insert(0, dice.choice((Step.POST_ENDED, Step.OUTCOME_WRITTEN)))
    world.steps.deaths = deaths


def _send_text(world: World, trial: Trial, dice: random.Random) -> None:
    if trial.step in _TAKING and not world.setup.replies_as_twiml and dice.random() < 0.5:
        # Both tries of the carrier meet nobody, and the text is fetched late.
        world.web_down_until = world.clock.now + timedelta(minutes=3)
    world.network.text(AMINA, CLINIC, dice.choice(_TEXTS))


def pairs() -> list[tuple[str, Step, str]]:
    """Return every database, step and outcome."""
    return [(database, step, outcome) for database in KINDS for step in Step for outcome in OUTCOMES]


def run(count: int, seed: int, part: Part = WHOLE) -> Tally:
    """Play each pair of a step and an outcome `count` times on each database."""
    tally, mine = Tally(), part.of(pairs())
    for database in KINDS:
        here = [(step, outcome) for kind, step, outcome in mine if kind == database]
        if here:
            with a_database(database) as opened:
                found = ground(opened)
                for step, outcome in here:
                    _play_pair(found, Trial(step, outcome, database, seed, 0), count, tally)
    return tally


def _play_pair(found: Ground, first: Trial, count: int, tally: Tally) -> None:
    """Play one pair until it was reached `count` times; one that is out of reach is named, not counted."""
    reached = 0
    for number in range(_TRIES * max(count, 1)):
        if reached == count or (reached == 0 and number == _TRIES):
            break
        trial = replace(first, number=number)
        ended = play(found, trial)
        if ended.verdict.all or ended.reached:
            tally.add(trial.name, ended.verdict, ended.longest_unknown)
        reached += ended.reached
    if reached == 0:
        tally.not_reached.append(f"{first.step}/{first.outcome}/{first.database}")
    else:
        tally.asked += count


def notes(tally: Tally) -> tuple[str, ...]:
    """Return which pairs there are and which of them cannot come about."""
    names = sorted({name.rpartition("/")[0] for name in tally.not_reached})
    out = f"; not reached, and not counted: {', '.join(names)}" if names else ""
    return (
        f"{len(pairs()) - len(tally.not_reached)} of {len(pairs())} pairs of step, outcome and database{out}",
    )
