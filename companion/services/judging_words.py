"""What words of a clinic's own would make wrong, in their own text or in another one they stand in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from companion.catalogue.judging import Problem, Standards, judge, read_standards
from companion.domain.catalogue import Catalogue
from companion.domain.local_wording import OwnWording, reworded, unfit
from companion.services.setup import Setup

WhichField = Literal["text", "push"]


@dataclass(frozen=True)
class Trouble:
    """One thing to mend, and at which of the two wordings."""

    field: WhichField
    #: The id of another text the words stand in; None for their own.
    elsewhere: str | None
    #: After `it`: `fills 3 segments with long values`.
    why: str
    #: How to mend it; empty where that is plain.
    repair: str
    #: As the command line tells it.
    line: str


def troubles(
    setup: Setup, catalogue: Catalogue, before: Sequence[OwnWording], wording: OwnWording, now: datetime
) -> tuple[Trouble, ...]:
    """Return what is wrong with the words, that they cannot stand at all among it."""
    if problem := unfit(catalogue, wording):
        field: WhichField = "text" if unfit(catalogue, replace(wording, push=None)) else "push"
        return (Trouble(field, None, problem, "", f"{wording.item_id} {problem}"),)
    return new_troubles(setup, catalogue, before, wording, now)


def new_troubles(
    setup: Setup, catalogue: Catalogue, before: Sequence[OwnWording], wording: OwnWording, now: datetime
) -> tuple[Trouble, ...]:
    """
    Return every problem that words which fit would bring and that is not there without them.

    Takes a second or more where there is a problem: the whole catalogue is held against every rule.
    """
    court = _Court(catalogue, before, now, read_standards(setup.templates, catalogue.language))
    found = court.judged(wording)
    # What is wrong without these words too is no fault of theirs; as a rule nothing is.
    known = court.judged(None) if found else []
    new = [problem for problem in found if problem not in known]
    if not new or wording.push is None:
        return tuple(_trouble(problem, wording, "text") for problem in new)
    # Whatever stays without the second wording is the first one's.
    of_the_text = court.judged(replace(wording, push=None))
    return tuple(_trouble(p, wording, "text" if p in of_the_text else "push") for p in new)


@dataclass(frozen=True)
class _Court:
    catalogue: Catalogue
    before: Sequence[OwnWording]
    now: datetime
    standards: Standards

    def judged(self, wording: OwnWording | None) -> list[Problem]:
        """Judge the clinic's words with this one in place of what it says there; None: as they are."""
        others = [own for own in self.before if wording is None or own.item_id != wording.item_id]
        own = [*others, wording] if wording else others
        return judge(reworded(self.catalogue, own), self.now.date(), self.standards)


def _trouble(problem: Problem, wording: OwnWording, field: WhichField) -> Trouble:
    elsewhere = problem.item if problem.item != wording.item_id else None
    return Trouble(field, elsewhere, problem.why, problem.repair, problem.line)
