"""Whether every kind of visit has questions to push, for every treatment and wish to know."""

from collections.abc import Iterator, Mapping
from itertools import product

from companion.catalogue.judging.problem import Fault, Inquiry, Rule
from companion.domain.catalogue import DEPTHS, Catalogue, Depth
from companion.domain.selection import Interest, suggest_for_push
from companion.domain.stages import COMPLETED_BY, stage_of
from companion.domain.vocabulary import APPOINTMENT_TYPES

_AT_LEAST = 3


def pushable(inquiry: Inquiry) -> Iterator[Fault]:
    """A visit with results near it has the fewest, so that is what is looked at."""
    catalogue = inquiry.catalogue
    wishes = product((None, *catalogue.treatments), APPOINTMENT_TYPES, DEPTHS)
    for treatment, kind, information in wishes:
        count = min(_counts(catalogue, treatment, kind, information))
        if count < _AT_LEAST:
            who = treatment or "nobody's treatment"
            yield Fault(
                "questions.toml",
                f"{who}, {kind}, {information}",
                f"only {count} questions may stand in a reminder",
                f"write at least {_AT_LEAST} with a push wording",
            )


def _counts(catalogue: Catalogue, treatment: str | None, kind: str, information: Depth) -> Iterator[int]:
    """Yield how many there are while the person still chooses, once they have, and once it is given."""
    weighed = (treatment,) if treatment else ()
    lives = ((None, None), (treatment, None), *((treatment, given) for given in COMPLETED_BY))
    for stage in dict.fromkeys(stage_of(catalogue, chosen, kind, given) for chosen, given in lives):
        interest = Interest(weighed, kind, information, stage)
        found = suggest_for_push(catalogue, interest, results_near=True)
        yield len({question.push for question in found})


RULES: Mapping[str, Rule] = {"pushable": pushable}
