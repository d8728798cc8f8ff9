"""How far along a person is, from what was chosen and what the next visit is for."""

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.stages import stage_of
from companion.domain.vocabulary import APPOINTMENT_TYPES, STAGES

#: Kind of visit -> stage of someone who has chosen a treatment, by hand.
_TREATED = {
    "treatment-choice": "choosing",
    "bone-marrow-test": "waiting",
    "lumbar-puncture": "in-treatment",
    "blood-test": "in-treatment",
    "line-insertion": "preparing",
    "pre-treatment-tests": "preparing",
    "apheresis": "preparing",
    "conditioning-admission": "in-treatment",
    "total-body-irradiation": "in-treatment",
    "transplant-day": "in-treatment",
    "car-t-infusion": "in-treatment",
    "infusion-start": "in-treatment",
    "day-unit": "in-treatment",
    "clinic-review": "in-treatment",
    "results": "waiting",
    "trial-consent": "trial",
    "symptom-review": "in-treatment",
    "counselling": "in-treatment",
    "fertility": "preparing",
    "other": "in-treatment",
}


@pytest.mark.parametrize("chosen", ["chemotherapy", "blinatumomab", "sibling-donor", "clinical-trial"])
@pytest.mark.parametrize("kind", APPOINTMENT_TYPES)
def test_whoever_has_chosen_is_as_far_as_the_visit_says(catalogue: Catalogue, chosen: str, kind: str) -> None:
    assert stage_of(catalogue, chosen, kind) == _TREATED[kind]


@pytest.mark.parametrize("kind", [None, *APPOINTMENT_TYPES])
def test_whoever_has_not_chosen_is_choosing_but_for_a_trials_own_visit(
    catalogue: Catalogue, kind: str | None
) -> None:
    assert stage_of(catalogue, None, kind) == ("trial" if kind == "trial-consent" else "choosing")


@pytest.mark.parametrize("chosen", ["no-treatment", "symptom-control"])
@pytest.mark.parametrize("kind", [None, *APPOINTMENT_TYPES])
def test_whoever_has_chosen_not_to_be_treated_is_that_at_every_visit(
    catalogue: Catalogue, chosen: str, kind: str | None
) -> None:
    assert stage_of(catalogue, chosen, kind) == "not-having-treatment"


def test_without_a_visit_whoever_has_chosen_is_in_treatment(catalogue: Catalogue) -> None:
    assert stage_of(catalogue, "imatinib", None) == "in-treatment"


def test_every_stage_but_after_comes_about(catalogue: Catalogue) -> None:
    """No visit yet says that treatment is over; questions for afterwards are reached by MORE."""
    found = {
        stage_of(catalogue, chosen, kind)
        for chosen in (None, "imatinib", "no-treatment")
        for kind in APPOINTMENT_TYPES
    }

    assert found == set(STAGES) - {"after"}
