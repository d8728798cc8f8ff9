"""`companion content show`: what a person would get, what there is, and what is refused."""

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.sms import count_segments, encoding_of
from tests.cli.conftest import Companion

SHOW = ("content", "show")


def test_every_text_has_every_field(bare: Companion) -> None:
    rows = bare.json(*SHOW, "--treatment", "flag-ida", "--type", "clinic-review").objects

    fields = ["section", "by", "stage", "body", "encoding", "segments", "status", "version", "items"]
    assert {tuple(row) for row in rows} == {tuple(fields)}
    assert {tuple(item) for row in rows for item in row["items"]} == {("id", "version", "status")}
    assert list(dict.fromkeys(row["section"] for row in rows)) == [
        "welcome",
        "treatment",
        "part",
        "question",
        "push",
        "visit",
        "coping",
    ]
    for row in rows:
        assert row["segments"] == count_segments(row["body"])
        assert row["encoding"] == encoding_of(row["body"])
        assert row["version"] == "+".join(item["version"] for item in row["items"])


def test_every_text_says_what_brings_it(bare: Companion) -> None:
    rows = bare.json(*SHOW, "--type", "bone-marrow-test").objects

    assert [row["by"] for row in rows if row["section"] == "visit"] == ["VISIT", "VISIT", "MORE", "MORE"]
    assert [row["by"] for row in rows if row["section"] == "welcome"] == ["welcome", "welcome"]
    assert all(row["by"] for row in rows)


@pytest.mark.parametrize(
    ("options", "stage"),
    [
        (("--treatment", "blinatumomab"), "in-treatment"),
        (("--treatment", "blinatumomab", "--type", "results"), "waiting"),
        (("--type", "results"), "choosing"),
        (("--treatment", "no-treatment"), "not-having-treatment"),
        (("--stage", "after"), "after"),
        (("--treatment", "donor", "--type", "clinic-review", "--stage", "after"), "after"),
        (("--information", "less"), "choosing"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_the_stage_follows_from_what_is_asked(bare: Companion, options: tuple[str, ...], stage: str) -> None:
    assert {row["stage"] for row in bare.json(*SHOW, *options).objects} == {stage}


def test_a_stage_nobody_can_be_at_is_said_on_stderr_alone(bare: Companion) -> None:
    ran = bare.json(*SHOW, "--treatment", "imatinib", "--type", "results", "--stage", "after")

    assert ran.err.count("\n") == 1
    assert "nobody is at the stage after" in ran.err
    assert {"push", "question"} & {row["section"] for row in ran.objects} == {"question"}


def test_how_much_a_person_wants_to_know_decides_what_is_shown(bare: Companion) -> None:
    about = {
        depth: [
            row["items"][0]["id"]
            for row in bare.json(*SHOW, "--treatment", "nelarabine", "--information", depth).objects
            if row["section"] == "treatment"
        ]
        for depth in ("standard", "full")
    }

    assert len(about["full"]) > len(about["standard"]) > 0


def test_without_json_each_text_is_told_under_its_heading(bare: Companion) -> None:
    out = bare.run(*SHOW, "--treatment", "nelarabine", "--type", "day-unit").out

    assert out.startswith("== On joining, once ==\nwelcome: ")
    assert out.count("== What the treatment is ==\nNELARABINE: ") == 1
    assert out.count("== Questions, text by text ==\nQUESTIONS: 2 segments, GSM-7, ") == 1
    assert out.count("== Reminders ==\nevening-before: 2 segments, GSM-7, ") == 1
    assert "\nVISIT: " in out
    assert "\nCOPING: " in out


def test_the_index_lists_every_treatment_and_visit_with_its_counts(
    bare: Companion, catalogue: Catalogue
) -> None:
    rows = bare.json(*SHOW).objects

    assert {tuple(row) for row in rows} == {("group", "id", "name", "items", "reviewed", "withheld")}
    assert [row["id"] for row in rows if row["group"] == "treatment"] == list(catalogue.treatments)
    assert rows[-1]["group"] == "all"
    assert rows[-1]["items"] == len(catalogue.everything())


def test_the_index_is_told_to_a_person_in_lines(bare: Companion) -> None:
    lines = bare.run(*SHOW).out.splitlines()

    assert lines[0] == "== Texts by kind =="
    assert any(line.startswith("flag-ida (FLAG-IDA): ") and " reviewed" in line for line in lines)
    assert lines[-2] == "== In all =="


@pytest.mark.parametrize("json", [(), ("--json",)], ids=["for people", "json"])
@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--treatment", "magic"), "There is no treatment magic"),
        (("--treatment", ""), "There is no treatment"),
        (("--type", "picnic"), "There is no appointment type picnic"),
        (("--stage", "dreaming"), "There is no stage dreaming"),
        (("--information", "lots"), "no value of --information"),
        (("--information", ""), "no value of --information"),
        (("--html", "booklet.html", "--stage", "after"), "leave the other options out"),
        (("--html", "nowhere/booklet.html"), "nowhere/booklet.html cannot be written"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_shown_is_refused_in_one_line(
    bare: Companion, options: tuple[str, ...], says: str, json: tuple[str, ...]
) -> None:
    assert says in bare.run(*SHOW, *options, *json).problem
    assert list(bare.folder.iterdir()) == []


def test_showing_makes_nothing_in_the_folder(bare: Companion) -> None:
    bare.json(*SHOW, "--treatment", "donor")

    assert list(bare.folder.iterdir()) == []


def test_the_booklet_is_one_file_and_its_counts_are_told(bare: Companion, catalogue: Catalogue) -> None:
    told = bare.json(*SHOW, "--html", "booklet.html").object

    assert [file.name for file in bare.folder.iterdir()] == ["booklet.html"]
    assert (bare.folder / "booklet.html").read_text("utf-8").startswith("<!doctype html>")
    assert (told["file"], told["items"]) == ("booklet.html", len(catalogue.everything()))
    assert bare.run(*SHOW, "--html", "booklet.html").out.startswith("booklet.html: ")
