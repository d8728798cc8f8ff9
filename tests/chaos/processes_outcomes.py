"""What the carrier may do with a text, as the rules that its fault table takes; one person, one outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from companion.services.steps import Step

#: Shorter than the delay below, so that waiting for a hanging carrier ends in time.
TIMEOUT_SECONDS = 1
_HANG_SECONDS = 2.5

_DISPATCH = frozenset(
    {
        Step.CLAIM_WRITTEN,
        Step.CLAIM_COMMITTED,
        Step.POST_BEGUN,
        Step.POST_ENDED,
        Step.OUTCOME_WRITTEN,
        Step.OUTCOME_COMMITTED,
    }
)
REPORT_STEPS = frozenset({Step.REPORT_WRITTEN, Step.REPORT_COMMITTED})
TEXT_STEPS = frozenset({Step.TEXT_WRITTEN, Step.TEXT_COMMITTED})
LAPSE_STEPS = frozenset({Step.LAPSE_WRITTEN, Step.LAPSE_COMMITTED})


@dataclass(frozen=True)
class CarrierOutcome:
    name: str
    #: Without the number.
    rules: tuple[Mapping[str, Any], ...] = ()
    #: Our side does not learn from the answer whether the text was taken.
    is_lost: bool = False
    #: Delivery reports come.
    reports: bool = True


OUTCOMES = (
    CarrierOutcome("accepted"),
    CarrierOutcome("refused", ({"fault": "reject", "code": 21211},), reports=False),
    CarrierOutcome("answer-dropped", ({"fault": "drop-answer", "times": 1},), is_lost=True),
    CarrierOutcome("500-before", ({"fault": "fail-before", "status": 500, "times": 1},), is_lost=True),
    CarrierOutcome("500-after", ({"fault": "fail-after", "status": 500, "times": 1},), is_lost=True),
    CarrierOutcome("429", ({"fault": "fail-before", "status": 429, "code": 20429, "times": 1},)),
    CarrierOutcome("hang", ({"fault": "delay", "seconds": _HANG_SECONDS, "times": 1},), is_lost=True),
    CarrierOutcome("duplicate-callbacks", ({"fault": "duplicate-callbacks"},)),
    CarrierOutcome("early-callback", ({"fault": "early-callback"},)),
    CarrierOutcome("reorder-callbacks", ({"fault": "reorder-callbacks"},)),
    CarrierOutcome("no-callbacks", ({"fault": "no-callbacks"},), reports=False),
)

#: What else happens on random days: the network gives a text up; our own number is refused once.
RARER = (
    CarrierOutcome("given-up", ({"fault": "undelivered", "code": 30003, "times": 2},)),
    CarrierOutcome("sender-refused", ({"fault": "reject", "code": 21606, "times": 1},)),
)


def is_reachable(step: Step, outcome: CarrierOutcome) -> bool:
    """Without a report there is no step of one."""
    return step not in REPORT_STEPS or outcome.reports


def rules_for(step: Step, outcome: CarrierOutcome, phone: str) -> list[dict[str, Any]]:
    """
    Return the fault rules for one person.

    A report would settle a text before its lease ends or it is asked about; so none comes where the trial
    is of what follows from there, unless the outcome is about reports.
    """
    rules = [dict(rule, to=phone) for rule in outcome.rules]
    if outcome.is_lost and step not in _DISPATCH | REPORT_STEPS:
        rules.append({"to": phone, "fault": "no-callbacks"})
    return rules


def earlier_death(step: Step, outcome: CarrierOutcome) -> Step | None:
    """
    Return where a process has to die first for the step to be reached, if it has to.

    Where reports come, it is before anything was sent: the second sending then meets the outcome.
    """
    if step in _DISPATCH | REPORT_STEPS | TEXT_STEPS:
        return None
    if outcome.is_lost and step not in LAPSE_STEPS:
        return None
    return (
        Step.POST_ENDED
        if outcome.is_lost or not outcome.reports or outcome.name == "429"
        else Step.POST_BEGUN
    )
