"""Which questions fit whom, in which order, and which of them may stand in a reminder."""

from dataclasses import replace
from itertools import product

import pytest

from companion.domain.catalogue import DEPTHS, Catalogue, Depth, Question
from companion.domain.selection import Interest, suggest, suggest_for_push
from companion.domain.vocabulary import APPOINTMENT_TYPES, STAGES, TREATMENTS
from companion.errors import NotFound
from tests.domain.cast import a_question

_SEVEN = {
    "q.side-effects",
    "q.more-tests",
    "q.what-involved",
    "q.is-it-working",
    "q.overnight",
    "q.cure",
    "q.no-treatment",
}


def with_questions(catalogue: Catalogue, *questions: Question) -> Catalogue:
    return replace(catalogue, questions=questions)


def ids(questions: tuple[Question, ...]) -> list[str]:
    return [question.item.id for question in questions]


def test_what_fits_the_treatment_and_the_visit_comes_first_and_other_visits_last(
    catalogue: Catalogue,
) -> None:
    small = with_questions(
        catalogue,
        a_question("any", rank=1),
        a_question("type", types=frozenset({"results"})),
        a_question("far", treatments=frozenset({"targeted-drugs"})),
        a_question("near", treatments=frozenset({"blinatumomab"})),
        a_question("both", treatments=frozenset({"blinatumomab"}), types=frozenset({"results"})),
        a_question("other-treatment", treatments=frozenset({"imatinib"})),
        a_question("other-type", types=frozenset({"fertility"})),
    )

    found = suggest(small, Interest(("blinatumomab",), "results"))

    assert ids(found) == ["both", "near", "far", "type", "any", "other-type"]


def test_rank_then_id_decide_between_equals(catalogue: Catalogue) -> None:
    small = with_questions(
        catalogue, a_question("b", rank=20), a_question("c", rank=10), a_question("a", rank=20)
    )

    assert ids(suggest(small, Interest())) == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("information", "order"),
    [
        ("less", ["less", "less-elsewhere", "standard", "full", "heavy"]),
        ("standard", ["standard", "less", "less-elsewhere", "full", "heavy"]),
        ("full", ["heavy", "standard", "full", "less", "less-elsewhere"]),
    ],
)
def test_what_is_deeper_than_wished_comes_later_and_below_full_the_heavy_last(
    catalogue: Catalogue, information: Depth, order: list[str]
) -> None:
    small = with_questions(
        catalogue,
        a_question("less", depth="less", rank=30),
        a_question("less-elsewhere", depth="less", types=frozenset({"fertility"}), rank=0),
        a_question("standard", depth="standard", rank=10),
        a_question("full", depth="full", rank=20),
        a_question("heavy", depth="full", rank=5, heavy=True),
    )

    assert ids(suggest(small, Interest((), "results", information))) == order


@pytest.mark.parametrize(
    ("information", "results_near", "pushed"),
    [
        pytest.param("less", False, ["less"], id="less"),
        pytest.param("standard", False, ["standard", "less"], id="standard"),
        pytest.param("full", False, ["heavy", "full", "standard", "less"], id="full: the heavy ones too"),
        pytest.param("full", True, ["full", "standard", "less"], id="full, but results are near"),
    ],
)
def test_a_reminder_carries_only_what_is_wished_and_may_be_seen(
    catalogue: Catalogue, information: Depth, pushed: list[str], *, results_near: bool
) -> None:
    small = with_questions(
        catalogue,
        a_question("less", depth="less", rank=3),
        a_question("standard", depth="standard", rank=2),
        a_question("full", depth="full", rank=1),
        a_question("heavy", depth="less", rank=0, heavy=True),
        a_question("never", rank=0, push=None),
        a_question("elsewhere", rank=0, types=frozenset({"fertility"})),
    )

    found = suggest_for_push(small, Interest((), "results", information), results_near=results_near)

    assert ids(found) == pushed


_STAGED = {"any": (), "choosing": ("choosing",), "waiting": ("waiting",), "both": ("choosing", "waiting")}


@pytest.mark.parametrize(
    ("stage", "first", "later"),
    [
        pytest.param(None, ["any", "both", "choosing", "waiting"], [], id="not asked"),
        pytest.param("choosing", ["any", "both", "choosing"], ["waiting"], id="choosing"),
        pytest.param("waiting", ["any", "both", "waiting"], ["choosing"], id="waiting"),
        pytest.param("trial", ["any"], ["both", "choosing", "waiting"], id="a stage none is written for"),
    ],
)
def test_what_fits_how_far_along_a_person_is_comes_first_and_the_rest_is_reached_but_not_pushed(
    catalogue: Catalogue, stage: str | None, first: list[str], later: list[str]
) -> None:
    small = with_questions(
        catalogue, *(a_question(name, stages=frozenset(stages)) for name, stages in _STAGED.items())
    )
    interest = Interest(stage=stage)

    assert ids(suggest(small, interest)) == [*first, *later]
    assert ids(suggest_for_push(small, interest, results_near=False)) == first


@pytest.mark.parametrize(
    ("stage", "order"),
    [
        ("waiting", ["both", "type", "neither", "stage-elsewhere"]),
        ("choosing", ["type", "neither", "both", "stage-elsewhere"]),
        (None, ["both", "type", "neither", "stage-elsewhere"]),
    ],
)
def test_a_question_has_to_fit_the_visit_and_the_stage(
    catalogue: Catalogue, stage: str | None, order: list[str]
) -> None:
    small = with_questions(
        catalogue,
        a_question("neither", rank=1),
        a_question("type", types=frozenset({"results"}), rank=3),
        a_question("both", types=frozenset({"results"}), stages=frozenset({"waiting"}), rank=2),
        a_question("stage-elsewhere", types=frozenset({"fertility"}), stages=frozenset({"waiting"}), rank=0),
    )

    assert ids(suggest(small, Interest((), "results", stage=stage))) == order


def test_with_no_visit_booked_what_is_about_one_kind_of_visit_comes_later(catalogue: Catalogue) -> None:
    """Nobody is asked what to bring to an admission that nobody spoke of."""
    small = with_questions(
        catalogue,
        a_question("admission", types=frozenset({"conditioning-admission"}), rank=0),
        a_question("any", rank=2),
        a_question("every", types=frozenset(APPOINTMENT_TYPES), rank=1),
        a_question("blina", treatments=frozenset({"blinatumomab"}), types=frozenset({"day-unit"}), rank=9),
    )

    assert ids(suggest(small, Interest())) == ["every", "any", "admission"]
    assert ids(suggest(small, Interest(("blinatumomab",)))) == ["blina", "every", "any", "admission"]


def test_someone_with_nothing_booked_and_nothing_chosen_begins_with_the_source_documents_questions(
    catalogue: Catalogue,
) -> None:
    found = ids(suggest(catalogue, Interest(stage="choosing")))

    assert set(found[:5]) == _SEVEN - {"q.cure", "q.no-treatment"}


def test_a_question_for_another_stage_comes_before_a_deeper_one(catalogue: Catalogue) -> None:
    small = with_questions(
        catalogue,
        a_question("deeper", depth="full", rank=0),
        a_question("another-stage", stages=frozenset({"after"}), rank=9),
        a_question("heavy", depth="full", heavy=True, stages=frozenset({"choosing"})),
    )

    found = suggest(small, Interest((), None, "standard", "choosing"))

    assert ids(found) == ["another-stage", "deeper", "heavy"]


def test_two_stages_of_one_treatment_are_given_other_questions(catalogue: Catalogue) -> None:
    """Someone who chooses, who has treatment, who waits and who had it do not hear the same."""
    for treatment in TREATMENTS:
        if treatment not in ("no-treatment", "symptom-control"):
            first = {
                stage: tuple(ids(suggest(catalogue, Interest((treatment,), None, stage=stage))[:3]))
                for stage in ("choosing", "in-treatment", "waiting", "after")
            }
            assert len(set(first.values())) == 4, (treatment, first)


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_going_on_reaches_every_question_about_the_treatment_whatever_was_wished(
    catalogue: Catalogue, treatment: str
) -> None:
    line = catalogue.lineage(treatment)
    about_it = {
        question.item.id
        for question in catalogue.questions
        if not question.treatments or question.treatments.intersection(line)
    }

    for kind in (None, *APPOINTMENT_TYPES):
        for information, stage in product(DEPTHS, (None, *STAGES)):
            found = ids(suggest(catalogue, Interest((treatment,), kind, information, stage)))
            assert len(found) == len(set(found))
            assert set(found) == about_it


@pytest.mark.parametrize("treatments", [(), *((treatment,) for treatment in TREATMENTS)], ids=str)
def test_everybody_reaches_the_seven_questions_at_every_visit(
    catalogue: Catalogue, treatments: tuple[str, ...]
) -> None:
    for kind in (None, *APPOINTMENT_TYPES):
        assert set(ids(suggest(catalogue, Interest(treatments, kind)))) >= _SEVEN


@pytest.mark.parametrize("information", ["less", "standard"])
def test_the_two_heaviest_questions_come_last_below_full(catalogue: Catalogue, information: Depth) -> None:
    for treatment in TREATMENTS:
        for stage in (None, *STAGES):
            found = ids(suggest(catalogue, Interest((treatment,), None, information, stage)))
            assert set(found[-2:]) == {"q.cure", "q.no-treatment"}


@pytest.mark.parametrize(
    ("treatment", "lineage"),
    [
        ("chemotherapy", ("chemotherapy",)),
        ("nelarabine", ("nelarabine", "chemotherapy")),
        ("flag-ida", ("flag-ida", "chemotherapy")),
        ("targeted-drugs", ("targeted-drugs",)),
        ("monoclonal-antibodies", ("monoclonal-antibodies", "targeted-drugs")),
        ("blinatumomab", ("blinatumomab", "monoclonal-antibodies", "targeted-drugs")),
        ("inotuzumab", ("inotuzumab", "monoclonal-antibodies", "targeted-drugs")),
        ("tyrosine-kinase-inhibitors", ("tyrosine-kinase-inhibitors", "targeted-drugs")),
        ("imatinib", ("imatinib", "tyrosine-kinase-inhibitors", "targeted-drugs")),
        ("dasatinib", ("dasatinib", "tyrosine-kinase-inhibitors", "targeted-drugs")),
        ("ponatinib", ("ponatinib", "tyrosine-kinase-inhibitors", "targeted-drugs")),
        ("stem-cell-transplant", ("stem-cell-transplant",)),
        ("donor", ("donor", "stem-cell-transplant")),
        ("sibling-donor", ("sibling-donor", "donor", "stem-cell-transplant")),
        ("unrelated-donor", ("unrelated-donor", "donor", "stem-cell-transplant")),
        ("cord-blood", ("cord-blood", "donor", "stem-cell-transplant")),
        ("conditioning", ("conditioning", "stem-cell-transplant")),
        ("myeloablative", ("myeloablative", "conditioning", "stem-cell-transplant")),
        ("reduced-intensity", ("reduced-intensity", "conditioning", "stem-cell-transplant")),
        ("total-body-irradiation", ("total-body-irradiation", "conditioning", "stem-cell-transplant")),
        ("car-t-cell-therapy", ("car-t-cell-therapy",)),
        ("apheresis", ("apheresis", "car-t-cell-therapy")),
        ("tisagenlecleucel", ("tisagenlecleucel", "car-t-cell-therapy")),
        ("clinical-trial", ("clinical-trial",)),
        ("no-treatment", ("no-treatment",)),
        ("symptom-control", ("symptom-control",)),
    ],
)
def test_each_treatment_stands_where_the_source_document_puts_it(
    catalogue: Catalogue, treatment: str, lineage: tuple[str, ...]
) -> None:
    assert catalogue.lineage(treatment) == lineage


def test_a_childs_questions_are_not_its_parents(catalogue: Catalogue) -> None:
    of_the_parent = set(ids(suggest(catalogue, Interest(("monoclonal-antibodies",)))))
    of_the_child = set(ids(suggest(catalogue, Interest(("blinatumomab",)))))

    assert "q.blinatumomab.pump" in of_the_child - of_the_parent
    assert "q.monoclonal-antibodies.how" in of_the_child & of_the_parent
    assert "q.targeted-drugs.which" in of_the_child & of_the_parent


def test_what_is_weighed_adds_to_what_is_chosen(catalogue: Catalogue) -> None:
    both = set(ids(suggest(catalogue, Interest(("blinatumomab", "clinical-trial")))))

    assert {"q.blinatumomab.pump", "q.clinical-trial.leave"} <= both


def test_two_treatments_are_never_given_the_same_three_when_choosing(catalogue: Catalogue) -> None:
    pushed = {
        treatment: tuple(
            ids(
                suggest_for_push(catalogue, Interest((treatment,), "treatment-choice"), results_near=False)[
                    :3
                ]
            )
        )
        for treatment in TREATMENTS
    }

    assert len(set(pushed.values())) == len(TREATMENTS)


def test_an_unknown_treatment_is_named_with_those_there_are(catalogue: Catalogue) -> None:
    with pytest.raises(NotFound, match=r"There is no treatment homeopathy\. Choose one of: chemotherapy, "):
        suggest(catalogue, Interest(("homeopathy",)))


def test_a_text_that_does_not_exist_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(NotFound, match="There is no text hello"):
        catalogue.text("hello")
