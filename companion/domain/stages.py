"""How far along a person is, as the questions see it; derived, never stored."""

from companion.domain.catalogue import Catalogue

_NOT_HAVING = frozenset({"no-treatment", "symptom-control"})
_PREPARING = frozenset({"fertility", "line-insertion", "pre-treatment-tests", "apheresis"})
_WAITING = frozenset({"results", "bone-marrow-test"})


def stage_of(catalogue: Catalogue, chosen: str | None, appointment_type: str | None) -> str:
    """
    Return the stage of someone with this chosen treatment before this kind of visit.

    Not having treatment outranks the kind of visit; a trial's own visit and the talk about choices outrank
    the treatment; whoever has not chosen is choosing.
    """
    if chosen and _NOT_HAVING & set(catalogue.lineage(chosen)):
        return "not-having-treatment"
    if appointment_type == "trial-consent":
        return "trial"
    if chosen is None or appointment_type == "treatment-choice":
        return "choosing"
    if appointment_type in _PREPARING:
        return "preparing"
    return "waiting" if appointment_type in _WAITING else "in-treatment"
