"""Staff change a person's treatment: what was written for the former one goes, and what fits comes."""

import pytest

from companion.errors import NotFound
from companion.records import PatientState
from companion.services import choosing
from companion.services.planned_rows import Difference
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    outbox_of,
    put_state,
    sweep,
    the_patient,
    the_row,
)
from tests.fakes import MONDAY
from tests.services.test_booking import at


@pytest.fixture
def patient(setup: Setup) -> int:
    """Amina, who has answered, has chosen blinatumomab and has a visit on the 16th."""
    a_clinic(setup)
    person = a_patient(setup, treatment="blinatumomab")
    a_text(setup, "LIST")
    a_visit(setup, person, kind="treatment-choice")
    return person


def choose(setup: Setup, patient: int, treatment: str | None, now: str = "03-02 09:00") -> Difference:
    return choosing.choose_treatment(setup, patient, treatment, at(now)).difference


def rows_of(setup: Setup, patient: int, rule: str) -> list[tuple[str, str | None]]:
    rows = [row for row in outbox_of(setup, patient) if row.rule == rule]
    return [(row.state, row.reason) for row in sorted(rows, key=lambda row: row.id or 0)]


@pytest.mark.parametrize("treatment", ["car-t-cell-therapy", None], ids=["another", "still choosing"])
def test_what_was_written_for_the_former_treatment_is_withdrawn_and_planned_anew(
    setup: Setup, patient: int, treatment: str | None
) -> None:
    before = {row.rule: row for row in outbox_of(setup, patient) if row.kind == "push"}

    difference = choose(setup, patient, treatment)

    assert the_patient(setup, patient).treatment == treatment
    assert difference.kept == (before["heads-up"].id,), "it says nothing of a treatment"
    assert set(difference.withdrawn) == {before["confirm"].id, before["evening-before"].id}
    for rule in ("confirm", "evening-before"):
        assert rows_of(setup, patient, rule) == [("withdrawn", "treatment-changed"), ("pending", None)]
    for row_id in difference.planned:
        new = the_row(setup, row_id)
        assert new.plan_key == before[new.rule].plan_key
        assert new.send_at == before[new.rule].send_at
        assert new.body != before[new.rule].body


def test_the_new_texts_are_those_of_somebody_who_had_it_all_along(setup: Setup, patient: int) -> None:
    other = a_patient(setup, name="Bo", phone="+12025550102", treatment="car-t-cell-therapy")
    a_text(setup, "LIST", sender="+12025550102")
    a_visit(setup, other, kind="treatment-choice")

    choose(setup, patient, "car-t-cell-therapy")

    amina, bo = (
        [row.body for row in outbox_of(setup, person) if row.state == "pending"]
        for person in (patient, other)
    )
    assert amina == bo


def test_the_same_treatment_again_changes_nothing(setup: Setup, patient: int) -> None:
    choose(setup, patient, "car-t-cell-therapy")
    rows = [(row.id, row.state, row.body) for row in outbox_of(setup, patient)]

    again = choose(setup, patient, "car-t-cell-therapy")

    assert (again.planned, again.withdrawn, len(again.kept)) == ((), (), 3)
    assert [(row.id, row.state, row.body) for row in outbox_of(setup, patient)] == rows


def test_what_has_left_stays(setup: Setup, patient: int) -> None:
    sweep(setup, at("03-09 10:00"))
    sweep(setup, at("03-13 10:00"))

    difference = choose(setup, patient, "car-t-cell-therapy", "03-13 10:01")

    assert rows_of(setup, patient, "confirm") == [("accepted", None)]
    assert rows_of(setup, patient, "evening-before") == [
        ("withdrawn", "treatment-changed"),
        ("pending", None),
    ]
    assert len(difference.planned) == 1


def test_nothing_is_planned_for_somebody_who_may_not_be_texted(setup: Setup, patient: int) -> None:
    a_text(setup, "STOP")

    difference = choose(setup, patient, "car-t-cell-therapy")

    assert difference == Difference((), (), ())
    assert the_patient(setup, patient).treatment == "car-t-cell-therapy"
    assert the_patient(setup, patient).state == PatientState.STOPPED


def test_visit_reminders_only_name_no_treatment_and_so_stay(setup: Setup, patient: int) -> None:
    a_text(setup, "FEWER")

    difference = choose(setup, patient, "car-t-cell-therapy")

    assert (difference.planned, difference.withdrawn, len(difference.kept)) == ((), (), 3)


@pytest.mark.parametrize("text", ["PREPARE CART", "CART", "BLINA", "NONE"])
def test_a_text_of_the_person_never_does_this(setup: Setup, patient: int, text: str) -> None:
    a_text(setup, text, MONDAY)

    assert the_patient(setup, patient).treatment == "blinatumomab"
    assert all(row.reason != "treatment-changed" for row in outbox_of(setup, patient))


@pytest.mark.parametrize(
    ("patient_id", "treatment", "says"), [(1, "magic", "no treatment magic"), (99, None, "no patient 99")]
)
def test_what_there_is_not_is_refused_and_changes_nothing(
    setup: Setup, patient: int, patient_id: int, treatment: str | None, says: str
) -> None:
    put_state(setup, patient, PatientState.ACTIVE)

    with pytest.raises(NotFound, match=says):
        choose(setup, patient_id, treatment)

    assert the_patient(setup, patient).treatment == "blinatumomab"
