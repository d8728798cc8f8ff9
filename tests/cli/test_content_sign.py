"""
`companion content sign`: from a typed line to a signature in the file.

Whatever writes does so in a copy: of the templates, or of the whole program as it is installed.
"""

import json
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from companion.catalogue.signing import sign
from companion.cli.content_sign import signature_of, tell
from companion.errors import InvalidTime
from tests.cli.conftest import Companion
from tests.conftest import ROOT

SIGN = ("content", "sign")
DR = ("--reviewer", "Dr A. Imran", "--role", "haematologist")
TODAY = date(2026, 11, 23)


@pytest.fixture
def folder(templates: Path, tmp_path: Path) -> Path:
    """A copy of the templates with no signature yet."""
    shutil.copytree(templates / "sms", tmp_path / "copy" / "sms")
    (tmp_path / "copy" / "sms" / "en" / "reviews.toml").unlink(missing_ok=True)
    return tmp_path / "copy"


@pytest.fixture
def installed(folder: Path, tmp_path: Path) -> Path:
    """The program with the copied templates inside it, as a wheel has them."""
    program = tmp_path / "installed"
    shutil.copytree(ROOT / "companion", program / "companion", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "templates", program / "companion" / "templates")
    shutil.copytree(folder / "sms", program / "companion" / "templates" / "sms", dirs_exist_ok=True)
    (program / "companion" / "templates" / "sms" / "en" / "reviews.toml").unlink(missing_ok=True)
    return program


def run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-B", "-m", "companion", *arguments),
        cwd=installed,
        env={"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_signed_is_in_the_file_and_shown_as_reviewed(installed: Path) -> None:
    signed = run(installed, *SIGN, "urgent", "q.cure", *DR, "--on", "2026-11-23", "--json")
    shown = run(installed, "content", "show", "--json")

    assert (signed.returncode, signed.stderr) == (0, "")
    rows = [json.loads(line) for line in signed.stdout.splitlines()]
    assert [(row["id"], row["on"], row["due"]) for row in rows] == [
        ("urgent", "2026-11-23", "2027-05-23"),
        ("q.cure", "2026-11-23", "2027-11-23"),
    ]
    assert {tuple(row) for row in rows} == {("id", "version", "reviewer", "role", "on", "due")}
    assert json.loads(shown.stdout.splitlines()[-1])["reviewed"] == 2
    assert (installed / "companion/templates/sms/en/reviews.toml").is_file()


def test_the_name_of_a_kind_of_visit_is_signed_under_its_own_id(installed: Path) -> None:
    signed = run(installed, *SIGN, "kind.results", *DR, "--json")
    shown = run(installed, "content", "show", "--type", "results", "--json")

    assert json.loads(signed.stdout)["id"] == "kind.results"
    pieces = [item for line in shown.stdout.splitlines() for item in json.loads(line)["items"]]
    assert [item["id"] for item in pieces if item["status"] == "reviewed"] == ["kind.results"]


def test_today_is_the_day_of_signing_unless_another_is_given(installed: Path) -> None:
    before = datetime.now(UTC).date()
    signed = run(installed, *SIGN, "q.cure", *DR, "--json")

    # London may be a day ahead of UTC, and the day may turn while this runs.
    on = date.fromisoformat(json.loads(signed.stdout)["on"])
    assert before <= on <= before + timedelta(days=1)


def test_a_refusal_is_one_line_and_writes_nothing(installed: Path) -> None:
    refused = run(installed, *SIGN, "urgent", "q.none-such", *DR)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "companion: There is no text q.none-such; nothing was signed.\n"
    assert not (installed / "companion/templates/sms/en/reviews.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("q.none-such", *DR), "There is no text q.none-such"),
        (("results", *DR), "There is no text results; nothing was signed."),
        (("q.cure", "q.cure", *DR), "q.cure is given twice"),
        (("q.cure", "--reviewer", "", "--role", "nurse"), "The reviewer is empty"),
        (("q.cure", "--reviewer", "Dr A", "--role", " "), "The role is empty"),
        (("q.cure", *DR, "--on", "2026-11-23", "--due", "2026-11-23"), "cannot be due on 2026-11-23"),
        (("q.cure", *DR, "--on", "soon"), "'soon' is not a day"),
        (("q.cure", *DR, "--due", "2026-02-30"), "'2026-02-30' is not a day"),
    ],
    ids=[
        "unknown",
        "a kind of visit",
        "twice",
        "no reviewer",
        "no role",
        "due that day",
        "no day",
        "no such day",
    ],
)
def test_what_cannot_be_signed_is_refused_in_one_line(
    bare: Companion, templates: Path, arguments: tuple[str, ...], says: str
) -> None:
    file = templates / "sms" / "en" / "reviews.toml"
    before = file.read_bytes() if file.exists() else None

    assert says in bare.run(*SIGN, *arguments).problem
    assert (file.read_bytes() if file.exists() else None) == before


@pytest.mark.parametrize(
    "arguments",
    [DR, ("q.cure", "--role", "nurse"), ("q.cure", "--reviewer", "Dr A")],
    ids=["no text", "no reviewer", "no role"],
)
def test_a_missing_argument_is_a_wrong_use(bare: Companion, arguments: tuple[str, ...]) -> None:
    assert bare.run(*SIGN, *arguments).status == 2


def test_days_that_are_left_out_are_today_and_the_texts_own(folder: Path) -> None:
    signed = sign(folder, ["urgent"], signature_of("Dr A", "nurse", None, None, today=TODAY))

    assert (signed["urgent"].on, signed["urgent"].due) == (TODAY, date(2027, 5, 23))


def test_days_that_are_given_stand(folder: Path) -> None:
    signature = signature_of("Dr A", "nurse", "2026-12-01", "2027-01-01", today=TODAY)

    signed = sign(folder, ["urgent"], signature)

    assert (signed["urgent"].on, signed["urgent"].due) == (date(2026, 12, 1), date(2027, 1, 1))


@pytest.mark.parametrize("day", ["", "20261123", "2026-W48-1", "23/11/2026", "1999-12-31", "9999-12-31"])
def test_a_day_is_written_one_way_only(day: str) -> None:
    with pytest.raises(InvalidTime, match="write it as 2026-11-23"):
        signature_of("Dr A", "nurse", day, None, today=TODAY)


def test_without_json_each_signature_is_told_to_a_person(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signed = sign(folder, ["urgent"], signature_of("Dr A", "nurse", None, None, today=TODAY))

    tell(signed, as_json=False)

    version = signed["urgent"].version
    assert capsys.readouterr().out == (
        f"urgent@{version}: signed by Dr A, nurse, on 2026-11-23; due again on 2027-05-23\n"
    )
