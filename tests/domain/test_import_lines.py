"""Each cell of an import judged by itself, and rows of one person held together."""

import pytest

from companion.domain.import_lines import COLUMNS, Lines, read_lines
from companion.domain.sheets import SheetRow
from companion.records import CancelledBy

LONDON = "Europe/London"


def read(*rows: dict[str, str]) -> Lines:
    numbered = [
        SheetRow(number, {"patient_reference": "H1", **row}) for number, row in enumerate(rows, start=2)
    ]
    return read_lines(numbered, LONDON, ("en", "cy"))


def found(lines: Lines) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.code) for problem in lines.problems]


VISIT = {"visit_reference": "V1", "visit_type": "results", "visit_at": "2027-03-16 09:30"}


@pytest.mark.parametrize(
    "written", ["2027-03-16 09:30", "2027-03-16T09:30", "2027-03-16 09:30:00", "2027-03-16t09:30"]
)
def test_a_time_is_read_by_the_clinics_clock(written: str) -> None:
    (visit,) = read({**VISIT, "visit_at": written}).visits

    assert visit.time is not None
    assert (visit.time.wall.isoformat(), visit.time.zone) == ("2027-03-16T09:30:00", LONDON)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("visit_at", "03/04/2027 09:30", "time"),
        ("visit_at", "16.03.2027 09:30", "time"),
        ("visit_at", "2027-03-16", "time"),
        ("visit_at", "2027-03-16 09:30:15", "time"),
        ("visit_at", "2027-03-28 01:30", "no-such-time"),
        ("visit_type", "surgery", "not-allowed"),
        ("visit_state", "moved", "not-allowed"),
        ("told", "letter", "not-allowed"),
        ("treatment", "aspirin", "not-allowed"),
        ("weighing", "donor, aspirin", "not-allowed"),
        ("information", "some", "not-allowed"),
        ("privacy", "secret", "not-allowed"),
        ("language", "xx", "not-allowed"),
        ("welcome", "maybe", "not-allowed"),
        ("time_zone", "London", "zone"),
        ("phone", "07700", "phone"),
        ("name", "n" * 201, "too-long"),
        ("place", "p" * 101, "too-long"),
        ("patient_reference", "h" * 201, "too-long"),
    ],
)
def test_a_wrong_cell_is_named_with_what_may_stand_there(column: str, cell: str, code: str) -> None:
    lines = read({**VISIT, column: cell})

    assert found(lines) == [(2, column, code)]
    assert (lines.people, lines.visits) == ((), ())
    allowed = lines.problems[0].given.get("allowed", "")
    assert code != "not-allowed" or len(allowed.split(", ")) >= 2


def test_every_problem_of_a_row_is_named_at_once() -> None:
    lines = read({**VISIT, "phone": "1", "visit_type": "x", "visit_at": "soon"})

    assert [column for _, column, _ in found(lines)] == ["phone", "visit_type", "visit_at"]


def test_a_name_of_200_letters_and_words_in_capitals_are_taken() -> None:
    (person,) = read({"name": "n" * 200, "treatment": "Blinatumomab", "privacy": "DISCREET"}).people

    assert person.facts == {"name": "n" * 200, "treatment": "blinatumomab", "privacy": "discreet"}


def test_a_row_without_the_persons_reference_is_refused() -> None:
    assert found(read_lines([SheetRow(2, {"name": "Bo"})], LONDON, ("en",))) == [
        (2, "patient_reference", "reference-missing")
    ]


def test_cells_of_a_visit_need_its_reference() -> None:
    assert found(read({"place": "Level 2"})) == [(2, "visit_reference", "visit-reference-missing")]


def test_further_rows_of_a_person_may_leave_things_out_but_not_say_otherwise() -> None:
    lines = read(
        {"name": "Bo", **VISIT},
        {**VISIT, "visit_reference": "V2", "phone": "+447700900123"},
        {"name": "Ed"},
    )

    assert found(lines) == [(4, "name", "says-otherwise")]
    assert lines.problems[0].given == {"row": "2"}
    (person,) = lines.people
    assert person.facts == {"name": "Bo", "phone": "+447700900123"}
    assert [visit.row for visit in lines.visits] == [2, 3]


@pytest.mark.parametrize("second", ["V1", " v1 ".strip()])
def test_two_rows_with_one_visit_reference_are_refused(second: str) -> None:
    assert found(read(VISIT, {**VISIT, "visit_reference": second})) == [
        (3, "visit_reference", "reference-twice")
    ]


def test_a_cancelled_visit_is_phoned_about_unless_the_file_says_otherwise() -> None:
    lines = read(
        {"visit_reference": "V1", "visit_state": "Cancelled"},
        {"visit_reference": "V2", "visit_state": "cancelled", "told": "text"},
    )

    assert [(visit.cancelled, visit.told) for visit in lines.visits] == [
        (True, CancelledBy.CALL),
        (True, CancelledBy.TEXT),
    ]


def test_there_is_a_column_for_everything_that_is_read() -> None:
    assert len(set(COLUMNS)) == 17
