"""How far along a person is, as the questions see it; derived, never stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from companion.domain.catalogue import Catalogue

_NOT_HAVING = frozenset({"no-treatment", "symptom-control"})
_PREPARING = frozenset({"fertility", "line-insertion", "pre-treatment-tests", "apheresis"})
#: Treatment is given or begins there. The day unit is left out: it sees people afterwards too.
_GIVEN = frozenset(
    {"conditioning-admission", "total-body-irradiation", "transplant-day", "car-t-infusion", "infusion-start"}
)
#: Kind of visit -> the treatment that is behind a person once it has taken place. Of no other treatment
#: do the visits show which was the last.
COMPLETED_BY: Mapping[str, str] = {
    "transplant-day": "stem-cell-transplant",
    "car-t-infusion": "car-t-cell-therapy",
}


@dataclass(frozen=True)
class Occasion:
    """A visit that took or is to take place: neither cancelled nor missed."""

    type: str
    at: datetime


def last_given(occasions: Iterable[Occasion], at: datetime) -> str | None:
    """Return the kind of visit at which treatment was last given by `at`; None if more of it lies ahead."""
    given = sorted((o for o in occasions if o.type in _GIVEN), key=lambda occasion: occasion.at)
    return given[-1].type if given and given[-1].at <= at else None


def stage_of(
    catalogue: Catalogue, chosen: str | None, appointment_type: str | None, given: str | None = None
) -> str:
    """
    Return the stage of someone with this chosen treatment before this kind of visit.

    `given` is where treatment was last given, see `last_given`. Not having treatment outranks the kind of
    visit; a trial's own visit and the talk about choices outrank the treatment; whoever has not chosen is
    choosing. A visit at which treatment is prepared or given outranks what lies behind.
    """
    lineage = catalogue.lineage(chosen) if chosen else ()
    if _NOT_HAVING & set(lineage):
        return "not-having-treatment"
    if appointment_type == "trial-consent":
        return "trial"
    if chosen is None or appointment_type == "treatment-choice":
        return "choosing"
    if appointment_type in _PREPARING:
        return "preparing"
    # Whether a test found anything is still to be heard, however far along the person is.
    if appointment_type == "bone-marrow-test":
        return "waiting"
    if appointment_type not in _GIVEN and given and COMPLETED_BY.get(given) in lineage:
        return "after"
    return "waiting" if appointment_type == "results" else "in-treatment"
