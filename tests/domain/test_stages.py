"""How far along a person is, from what was chosen and what the next visit is for."""

from datetime import UTC, datetime, timedelta

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.stages import COMPLETED_BY, Occasion, last_given, stage_of
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


#: Kind of visit -> stage of someone whose transplant or CAR T-cells lie behind them, by hand.
_AFTERWARDS = {
    **_TREATED,
    "lumbar-puncture": "after",
    "blood-test": "after",
    "day-unit": "after",
    "clinic-review": "after",
    "results": "after",
    "symptom-review": "after",
    "counselling": "after",
    "other": "after",
}


@pytest.mark.parametrize(
    ("chosen", "given"),
    [
        ("stem-cell-transplant", "transplant-day"),
        ("sibling-donor", "transplant-day"),
        ("reduced-intensity", "transplant-day"),
        ("car-t-cell-therapy", "car-t-infusion"),
        ("tisagenlecleucel", "car-t-infusion"),
    ],
)
@pytest.mark.parametrize("kind", APPOINTMENT_TYPES)
def test_whoever_had_the_treatment_is_past_it_unless_the_visit_prepares_or_gives_one(
    catalogue: Catalogue, chosen: str, given: str, kind: str
) -> None:
    assert stage_of(catalogue, chosen, kind, given) == _AFTERWARDS[kind]


@pytest.mark.parametrize(
    ("chosen", "given", "stage"),
    [
        pytest.param("car-t-cell-therapy", "transplant-day", "in-treatment", id="another since a transplant"),
        pytest.param(
            "stem-cell-transplant", "car-t-infusion", "in-treatment", id="another since CAR T-cells"
        ),
        pytest.param("blinatumomab", "infusion-start", "in-treatment", id="given in rounds"),
        pytest.param("stem-cell-transplant", "conditioning-admission", "in-treatment", id="only prepared"),
        pytest.param(None, "transplant-day", "choosing", id="choosing again"),
        pytest.param("no-treatment", "transplant-day", "not-having-treatment", id="no more of it"),
        pytest.param("stem-cell-transplant", None, "in-treatment", id="nothing given yet"),
    ],
)
@pytest.mark.parametrize("kind", ["clinic-review", "day-unit"])
def test_what_was_given_counts_only_for_the_treatment_it_completes(
    catalogue: Catalogue, chosen: str | None, given: str | None, stage: str, kind: str
) -> None:
    assert stage_of(catalogue, chosen, kind, given) == stage


def test_without_a_visit_whoever_had_the_treatment_is_past_it(catalogue: Catalogue) -> None:
    assert stage_of(catalogue, "cord-blood", None, "transplant-day") == "after"


_NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def hours(count: int) -> datetime:
    return _NOON + timedelta(hours=count)


@pytest.mark.parametrize(
    ("occasions", "given"),
    [
        pytest.param([], None, id="no visits"),
        pytest.param([("clinic-review", -1), ("day-unit", -2)], None, id="none at which treatment is given"),
        pytest.param([("transplant-day", -1)], "transplant-day", id="an hour ago"),
        pytest.param([("transplant-day", 0)], "transplant-day", id="now"),
        pytest.param([("transplant-day", 1)], None, id="in an hour"),
        pytest.param([("transplant-day", -1), ("clinic-review", 1)], "transplant-day", id="a review ahead"),
        pytest.param([("car-t-infusion", -9), ("car-t-infusion", 9)], None, id="a second one ahead"),
        pytest.param([("transplant-day", -9), ("infusion-start", 9)], None, id="something else ahead"),
        pytest.param(
            [("infusion-start", -1), ("transplant-day", -9)], "infusion-start", id="something else since"
        ),
    ],
)
def test_what_was_given_last_is_known_only_when_none_lies_ahead(
    occasions: list[tuple[str, int]], given: str | None
) -> None:
    assert last_given([Occasion(kind, hours(count)) for kind, count in occasions], _NOON) == given


def test_every_stage_comes_about(catalogue: Catalogue) -> None:
    found = {
        stage_of(catalogue, chosen, kind, given)
        for chosen in (None, "imatinib", "no-treatment", "donor")
        for kind in APPOINTMENT_TYPES
        for given in (None, *COMPLETED_BY)
    }

    assert found == set(STAGES)
