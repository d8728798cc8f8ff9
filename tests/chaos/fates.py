"""What may befall one text at the carrier: how its create is answered, how it is reported, how it ends."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum


class Answer(StrEnum):
    """What becomes of the request that hands a text over."""

    ACCEPTED = "accepted"
    #: 400 with a code for good.
    REFUSED = "refused"
    #: It was taken, and the connection broke before the answer.
    LOST = "answer-lost"
    FAIL_BEFORE = "500-before"
    #: It was taken, and the answer is a 500 all the same.
    FAIL_AFTER = "500-after"
    TOO_MANY = "429"
    HANG_TAKEN = "hang-taken"
    HANG_UNTAKEN = "hang-not-taken"


TAKEN = frozenset({Answer.ACCEPTED, Answer.LOST, Answer.FAIL_AFTER, Answer.HANG_TAKEN})


class Reports(StrEnum):
    """How the carrier reports what becomes of a text."""

    IN_ORDER = "in-order"
    TWICE = "duplicated-callbacks"
    #: All of them before the create is answered.
    EARLY = "early-callbacks"
    REVERSED = "reversed-callbacks"
    NEVER = "no-callbacks"


@dataclass(frozen=True)
class Fate:
    answer: Answer = Answer.ACCEPTED
    reports: Reports = Reports.IN_ORDER
    #: Twilio's code: of the refusal, or of the delivery that failed.
    code: int | None = None
    undelivered: bool = False
    #: From being taken to being sent.
    sent_after: timedelta = timedelta(seconds=1)
    #: From being sent to the end.
    ends_after: timedelta = timedelta(seconds=2)
    #: Until the list shows it.
    listed_after: timedelta = timedelta(0)


@dataclass(frozen=True)
class Asked:
    """One try to hand over a text."""

    token: str
    to: str
    #: 1 for the first of this token.
    attempt: int


FateOf = Callable[[Asked], Fate]


def all_well(_: Asked) -> Fate:
    return Fate()


def name_of(fate: Fate) -> str:
    """Return the name of the outcome as trials list it."""
    return fate.answer if fate.reports is Reports.IN_ORDER else fate.reports


#: Each outcome a trial of steps goes through, by name.
OUTCOMES = {
    **{answer.value: Fate(answer=answer) for answer in Answer},
    Answer.REFUSED.value: Fate(answer=Answer.REFUSED, code=21211),
    **{reports.value: Fate(reports=reports) for reports in Reports if reports is not Reports.IN_ORDER},
}

#: Refusals and failed deliveries as they come: the number, the phone, the network.
_REFUSALS = (21211, 21614, 21612, 21408)
_FAILURES = (30003, 30005, 30006, 30008)


@dataclass(frozen=True)
class Mishaps:
    """Draws fates; the same seed, token and attempt always draw the same, in whatever order."""

    seed: str
    #: Share of texts whose handing over goes wrong.
    answers: float
    #: Share of texts whose reports do.
    reports: float
    #: Share of texts that do not arrive.
    undelivered: float = 0.0

    def __call__(self, asked: Asked) -> Fate:
        dice = random.Random(f"{self.seed}:{asked.token}:{asked.attempt}")
        fate = Fate(sent_after=_seconds(dice, 0.3, 4), ends_after=_seconds(dice, 0.3, 30))
        if dice.random() < self.undelivered:
            fate = replace(fate, undelivered=True, code=dice.choice(_FAILURES))
        if dice.random() < self.answers:
            fate = replace(fate, answer=dice.choice(list(Answer)))
            if fate.answer is Answer.REFUSED:
                fate = replace(fate, code=dice.choice(_REFUSALS))
        if dice.random() < self.reports:
            fate = replace(
                fate,
                reports=dice.choice(list(Reports)),
                sent_after=_seconds(dice, 0.1, 300),
                ends_after=_seconds(dice, 0.1, 7200),
            )
        # The second listing comes two minutes after the lease; the list lags behind by less.
        return replace(
            fate, listed_after=_seconds(dice, 0, 45) if dice.random() < self.answers else timedelta(0)
        )


def _seconds(dice: random.Random, low: float, high: float) -> timedelta:
    return timedelta(seconds=round(dice.uniform(low, high), 3))
