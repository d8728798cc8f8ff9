"""Which questions fit whom, best first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from companion.domain.catalogue import DEPTHS, Catalogue, Depth, Question
from companion.domain.vocabulary import APPOINTMENT_TYPES


@dataclass(frozen=True)
class Interest:
    """What a list of questions should fit."""

    #: Chosen treatment and those being weighed, most important first; may be empty.
    treatments: tuple[str, ...] = ()
    appointment_type: str | None = None
    information: Depth = "standard"
    #: How far along the person is, or None where that is not asked.
    stage: str | None = None


def suggest(catalogue: Catalogue, interest: Interest) -> tuple[Question, ...]:
    """
    Return every question about the person's treatments or any, best first.

    What fits the kind of visit and the treatment comes first, then what fits any; questions for another
    kind of visit come later, deeper ones than the preference later still, and below `full` the heavy ones
    last: so asking for more reaches all of them.
    """
    return _best_first(catalogue, interest, catalogue.questions)


def suggest_for_push(catalogue: Catalogue, interest: Interest, *, results_near: bool) -> tuple[Question, ...]:
    """Return the questions a reminder may carry, best first; the heavy ones only at `full`."""
    wanted = DEPTHS.index(interest.information)
    may_stand = (
        question
        for question in catalogue.questions
        if question.push is not None
        and DEPTHS.index(question.depth) <= wanted
        and _fits(question, interest)
        and not (question.heavy and (results_near or interest.information != "full"))
    )
    return _best_first(catalogue, interest, may_stand)


def _best_first(
    catalogue: Catalogue, interest: Interest, questions: Iterable[Question]
) -> tuple[Question, ...]:
    """Return those about the person's treatments or any, in the order `suggest` promises."""
    wanted = DEPTHS.index(interest.information)
    nearness = _nearness(catalogue, interest.treatments)

    def order(question: Question) -> tuple[bool, bool, bool, int, int, str]:
        heavy = question.heavy and interest.information != "full"
        deeper = DEPTHS.index(question.depth) > wanted
        elsewhere = not _fits(question, interest)
        fit = _fit(question, interest.appointment_type, nearness)
        return (heavy, deeper, elsewhere, -fit, question.rank, question.item.id)

    fitting = (q for q in questions if not q.treatments or q.treatments & nearness.keys())
    return tuple(sorted(fitting, key=order))


def _nearness(catalogue: Catalogue, treatments: Iterable[str]) -> Mapping[str, int]:
    """Map each treatment a question may name to how near it is: the first and its kin before the rest."""
    nearness: dict[str, int] = {}
    for place, treatment in enumerate(treatments):
        for distance, ancestor in enumerate(catalogue.lineage(treatment)):
            near = (20 if place == 0 else 10) - distance
            nearness[ancestor] = max(nearness.get(ancestor, 0), near)
    return nearness


def _fits(question: Question, interest: Interest) -> bool:
    """Say whether the question is for this kind of visit and for how far along the person is."""
    stage = interest.stage
    of_stage = stage is None or not question.stages or stage in question.stages
    return of_stage and _fits_visit(question, interest.appointment_type)


def _fits_visit(question: Question, kind: str | None) -> bool:
    """With no visit booked, what is about one kind of visit alone would tell of visits nobody spoke of."""
    if kind is not None:
        return not question.types or kind in question.types
    return bool(question.treatments) or not question.types or question.types.issuperset(APPOINTMENT_TYPES)


def _fit(question: Question, appointment_type: str | None, nearness: Mapping[str, int]) -> int:
    of_treatment = max((nearness.get(t, 0) for t in question.treatments), default=0)
    of_type = 5 if appointment_type in question.types else 0
    return of_treatment + of_type
