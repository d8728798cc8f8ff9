"""`companion content check`: a line for each problem, or one with the counts; for people and programs."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from companion.catalogue.judging import RULES
from companion.cli.content_check import check, print_verdict
from companion.errors import ContentError
from tests.catalogue.edits import in_item, replaces

TODAY = date(2026, 11, 23)


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    out, err = capsys.readouterr()
    assert err == ""
    return out.splitlines()


def test_good_words_are_one_line_of_counts(templates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert print_verdict(templates, TODAY, as_json=False)

    (line,) = lines(capsys)
    assert f"{len(RULES)} rules, no problem" in line
    assert "520 pairs" in line


def test_good_words_are_one_object_of_counts(templates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert print_verdict(templates, TODAY, as_json=True)

    (line,) = lines(capsys)
    counted = json.loads(line)
    assert counted["pairs"] == 520
    assert counted["rules"] == len(RULES)


@pytest.fixture
def spoilt(copy: Path, tmp_path: Path) -> Path:
    in_item("q.money", "What help is there", "Should I fight for help")(copy / "questions.toml")
    in_item("blinatumomab.about", "Reply QUESTIONS for things to ask.", "Ask away.")(
        copy / "treatments" / "blinatumomab.toml"
    )
    return tmp_path


def test_each_problem_is_a_line_with_file_item_reason_and_repair(
    spoilt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not print_verdict(spoilt, TODAY, as_json=False)

    assert lines(capsys) == [
        (
            "questions.toml: q.money: says 'fight': leukaemia is no war, and nobody loses it; "
            "say what happens in plain words"
        ),
        (
            "questions.toml: q.money: says 'Should': this gives questions, and never instructions about "
            'care; write "you could", "you can" or "you could ask"'
        ),
        (
            "treatments/blinatumomab.toml: blinatumomab.about: does not end with what to text next; "
            "end it with Reply and a word"
        ),
    ]


def test_each_problem_is_an_object_for_programs(spoilt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not print_verdict(spoilt, TODAY, as_json=True)

    objects = [json.loads(line) for line in lines(capsys)]
    assert [list(found) for found in objects] == [["file", "item", "rule", "why", "repair"]] * 3
    assert [(found["item"], found["rule"]) for found in objects] == [
        ("q.money", "banned-word"),
        ("q.money", "banned-word"),
        ("blinatumomab.about", "next-step"),
    ]


def test_a_signature_under_another_wording_is_told(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / "reviews.toml").write_text(
        '[[review]]\nid = "q.money"\nversion = "000000000000"\nreviewer = "A. Nurse"\nrole = "nurse"\n'
        'on = "2026-11-01"\ndue = "2027-11-01"\n',
        "utf-8",
    )

    assert not print_verdict(tmp_path, TODAY, as_json=False)
    (line,) = lines(capsys)
    assert line == (
        "questions.toml: q.money: was changed after A. Nurse signed it on 2026-11-01; "
        "have it signed again, or put the wording back"
    )


def test_files_that_cannot_be_loaded_are_refused(copy: Path, tmp_path: Path) -> None:
    replaces("[[question]]", "[[questions]]")(copy / "questions.toml")

    with pytest.raises(ContentError, match=r"^questions\.toml"):
        print_verdict(tmp_path, TODAY, as_json=False)


@pytest.mark.parametrize(("problem", "status"), [(False, 0), (True, 1)], ids=["nothing to mend", "something"])
def test_the_command_says_by_its_status_whether_all_is_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int, *, problem: bool
) -> None:
    """From 2027 on the lines' dates run out, so the day is held; the rest is the command's own."""
    monkeypatch.chdir(tmp_path)
    day = date(2035, 1, 1) if problem else TODAY
    monkeypatch.setattr("companion.cli.content_check.system_clock", lambda: _Midnight(day))

    ran = CliRunner().invoke(check, ["--json"])

    assert ran.exit_code == status
    assert all(json.loads(line) for line in ran.stdout.splitlines())
    assert ("withheld-line" in ran.stdout) is problem


class _Midnight:
    def __init__(self, day: date) -> None:
        self._day = day

    def date(self) -> date:
        return self._day
