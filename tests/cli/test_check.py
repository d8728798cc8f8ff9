"""`companion check`: every problem of the configuration, each with an id, none hidden behind another."""

import shutil
from pathlib import Path

import pytest

from companion.settings import Settings
from tests.cli.conftest import Companion


def found(ran_json: list[dict[str, str]]) -> list[str]:
    return [problem["id"] for problem in ran_json]


def check(companion: Companion) -> list[dict[str, str]]:
    ran = companion.run("check", "--json")
    assert ran.err == ""
    assert ran.status == (1 if ran.out else 0)
    return ran.objects


def test_a_complete_configuration_has_nothing_to_mend(companion: Companion) -> None:
    assert check(companion) == []
    assert companion.run("check").out == "The configuration is complete.\n"


def test_an_empty_folder_is_told_everything_that_is_missing(bare: Companion) -> None:
    problems = check(bare)

    assert found(problems) == ["C001", "C002", "C003", "C004", "C005", "C006", "C031"]
    assert {frozenset(problem) for problem in problems} == {frozenset({"id", "setting", "problem", "hint"})}


def test_a_database_at_no_schema_is_named(complete: Companion) -> None:
    assert found(check(complete)) == ["C031"]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody:hunter2@127.0.0.1:9/none",
        "nonsense",
        "mysql://127.0.0.1/x",
        "sqlite:////proc/x/y.db",
    ],
    ids=["away", "no address", "another kind", "a folder that cannot be"],
)
def test_a_database_that_cannot_be_opened_is_named_without_its_password(
    companion: Companion, url: str
) -> None:
    companion.set(DATABASE_URL=url)

    (problem,) = check(companion)

    assert (problem["id"], problem["setting"]) == ("C030", "DATABASE_URL")
    assert "hunter2" not in str(problem)


def test_a_bad_key_hides_no_other_problem(complete: Companion) -> None:
    complete.set(COMPANION_ENCRYPTION_KEYS="short", PUBLIC_URL="http://companion.example")

    assert found(check(complete)) == ["C007", "C010", "C031"]


def test_words_that_cannot_be_used_are_named(
    companion: Companion, templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "templates"
    shutil.copytree(templates, copy)
    file = copy / "sms" / "en" / "replies.toml"
    file.write_text(file.read_text().replace('id = "urgent"', 'id = "help"', 1))
    monkeypatch.setattr(Settings, "templates", property(lambda _: copy))

    (problem,) = check(companion)

    assert (problem["id"], problem["setting"]) == ("C020", "templates/sms")
    assert "replies.toml" in problem["problem"]


def test_without_json_each_problem_is_a_line_with_its_hint(bare: Companion) -> None:
    ran = bare.run("check")

    assert ran.status == 1
    lines = ran.out.splitlines()
    assert len(lines) == 7
    assert lines[5] == "C006 PUBLIC_URL: is missing; set the https address the provider calls"
