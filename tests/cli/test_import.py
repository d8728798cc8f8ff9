"""`companion import`: all of a file or nothing, problems by row and column, twice does no more than once."""

from pathlib import Path

import pytest

from tests.cli.conftest import Companion
from tests.people import BO, OTHER_CLINIC

HEAD = (
    "patient_reference;name;phone;consent_by;welcome;visit_reference;visit_type;visit_at;place;visit_state\n"
)
ROW = f"H2;Bo;{BO};Nurse;no;V1;clinic-review;2027-03-16 09:30;Level 2;\n"
COUNTS: dict[str, int] = {
    "enrolled": 0,
    "changed": 0,
    "booked": 0,
    "adopted": 0,
    "moved": 0,
    "edited": 0,
    "cancelled": 0,
    "unchanged": 0,
    "asked": 0,
    "left_out": 0,
}


@pytest.fixture
def nightly(clinic: Companion) -> Path:
    file: Path = clinic.folder / "nightly.csv"
    file.write_text(HEAD + ROW, "utf-8")
    return file


def test_an_extract_books_moves_and_cancels_and_a_second_run_changes_nothing(
    clinic: Companion, nightly: Path
) -> None:
    first = clinic.json("import", str(nightly)).object
    outbox = clinic.json("outbox").objects
    again = clinic.json("import", str(nightly)).object

    assert first == {"import": 1, "planned_for": 1, **COUNTS, "enrolled": 1, "booked": 1}
    assert again == {"import": 2, "planned_for": 0, **COUNTS, "unchanged": 1}
    assert clinic.json("outbox").objects == outbox
    assert [row["rule"] for row in outbox] == ["heads-up", "confirm", "evening-before"]

    nightly.write_text(HEAD + ROW.replace("03-16", "03-18"), "utf-8")
    assert clinic.json("import", str(nightly)).object["moved"] == 1
    nightly.write_text(HEAD + ROW.replace("Level 2;", "Level 2;cancelled"), "utf-8")
    assert clinic.json("import", str(nightly)).object["cancelled"] == 1
    assert {row["state"] for row in clinic.json("outbox").objects} == {"withdrawn"}


def test_a_dry_run_says_what_it_would_do_and_stores_nothing(clinic: Companion, nightly: Path) -> None:
    before = clinic.json("outbox").objects
    value = clinic.json("import", str(nightly), "--dry-run").object

    assert value == {"dry_run": True, **COUNTS, "enrolled": 1, "booked": 1}
    assert clinic.json("outbox").objects == before
    assert clinic.run("import", str(nightly), "--dry-run").out.endswith("Nothing was stored.\n")


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_every_problem_is_listed_and_one_line_refuses(
    clinic: Companion, nightly: Path, dry: tuple[str, ...]
) -> None:
    nightly.write_text(HEAD + ROW + ROW.replace("Bo;", "Ed;").replace("clinic-review", "x"), "utf-8")

    ran = clinic.run("import", str(nightly), *dry)
    assert ran.status == 1
    assert ran.out.startswith("row 3, visit_type: x is not one of what may stand here: treatment-choice, ")
    assert ran.err == "companion: 1 problem; nothing was stored.\n"
    (problem,) = clinic.run("import", str(nightly), *dry, "--json").objects
    assert (problem["row"], problem["column"], problem["code"]) == (3, "visit_type", "not-allowed")
    assert clinic.json("outbox").objects == []


def test_what_is_left_out_is_told(clinic: Companion, nightly: Path) -> None:
    nightly.write_text(HEAD + ROW.replace(";Nurse;", ";;"), "utf-8")

    ran = clinic.run("import", str(nightly))

    assert ran.status == 0
    assert ran.out.splitlines()[0].startswith("row 2, patient_reference: Nobody is enrolled")


def test_with_several_clinics_it_has_to_be_said_which(clinic: Companion, nightly: Path) -> None:
    clinic.run(
        "clinic", "add", "--name", "Elm Street Team", "--number", OTHER_CLINIC, "--line", "020 7946 0001"
    )

    assert clinic.run("import", str(nightly)).problem == "There are several clinics; say which with --clinic."
    assert clinic.json("import", str(nightly), "--clinic", "2").object["enrolled"] == 1
    assert clinic.run("import", str(nightly), "--clinic", "9").problem == "There is no clinic 9."


def test_a_file_that_is_not_there_is_a_wrong_use(clinic: Companion) -> None:
    assert clinic.run("import", "nothing.csv").status == 2
