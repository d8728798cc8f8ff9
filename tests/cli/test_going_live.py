"""From a list of drafts to a clinic that is live, by commands alone: read, accepted by name, taken live."""

from datetime import datetime
from pathlib import Path

import pytest

from companion.domain.catalogue import Catalogue
from tests.cli.conftest import ADD_CLINIC, ENROL, Companion
from tests.cli.test_commands import INSTANT

WHO = ("--by", "Dr Ade Imran", "--role", "consultant haematologist")
OPEN = ("content", "open", "--clinic", "1")
ACCEPT = ("content", "accept", "--clinic", "1", *WHO)
LIVE = ("clinic", "live", "1")


@pytest.fixture
def reaching(companion: Companion) -> Companion:
    """One clinic, and settings with which texts would go to real phones; no command here sends one."""
    companion.json(*ADD_CLINIC)
    companion.set(TWILIO_API_URL="")
    return companion


def problems(companion: Companion) -> list[dict[str, str]]:
    found: list[dict[str, str]] = companion.run("check", "--json").objects
    return found


def unsigned(catalogue: Catalogue) -> list[str]:
    """Return each text the files hold that nobody has signed, as it is listed."""
    return [f"{text.id}@{text.version}" for text in catalogue.everything() if text.status == "draft"]


def test_a_clinic_goes_live_with_what_was_read_and_accepted(
    reaching: Companion, catalogue: Catalogue
) -> None:
    drafts = unsigned(catalogue)
    count = len(drafts)
    first = f"{drafts[0].split('@')[0]}, {drafts[1].split('@')[0]}, {drafts[2].split('@')[0]}"

    assert problems(reaching) == [
        {
            "id": "C040",
            "setting": "clinic 1",
            "problem": f"is not live, and {count} of its texts are drafts or overdue and not accepted",
            "hint": "list them with `companion content open --clinic 1`, sign or accept them, "
            "and run `companion clinic live 1`",
        }
    ]
    assert reaching.run(*ENROL).problem == (
        "Clinic 1 is not live yet, so nobody can be enrolled there; run `companion clinic live 1` first."
    )
    assert reaching.run(*LIVE).problem == (
        f"Clinic 1 cannot go live: {count} of its texts are drafts or overdue and not accepted "
        f"({first} and {count - 3} more). List them with `companion content open --clinic 1`."
    )

    listed = reaching.run(*OPEN)
    assert [line.split()[0] for line in listed.out.splitlines()] == drafts
    accepted = reaching.run(*ACCEPT, "--from", "-", stdin=listed.out)
    assert accepted.status == 0, accepted.err
    assert len(accepted.out.splitlines()) == count
    assert reaching.run(*OPEN).out == ""
    assert problems(reaching)[0]["hint"] == "run `companion clinic live 1`"
    assert problems(reaching)[0]["problem"] == "is not live, so nobody can be enrolled there"

    live = reaching.json(*LIVE).object
    assert live["clinic"] == 1
    assert INSTANT.fullmatch(live["live_at"])
    assert reaching.run(*LIVE).out == f"Clinic 1 is live since {live['live_at']}\n"
    assert problems(reaching) == []
    assert reaching.json(*ENROL).object["patient"] == 1


def test_what_is_open_is_listed_for_programs_too(reaching: Companion, catalogue: Catalogue) -> None:
    rows = reaching.json(*OPEN).objects

    assert [f"{row['id']}@{row['version']}" for row in rows] == unsigned(catalogue)
    assert {frozenset(row) for row in rows} == {frozenset({"id", "version", "language", "status", "why"})}
    assert rows[0]["language"] == "en"
    assert rows[0]["status"] in ("draft", "overdue")
    assert "not signed" in rows[0]["why"]


def test_a_file_of_texts_may_hold_notes_and_empty_lines(
    reaching: Companion, catalogue: Catalogue, tmp_path: Path
) -> None:
    listed = tmp_path / "read.txt"
    listed.write_text("# read on Monday\n\nurgent draft: not signed\n  distress@" + version(catalogue) + "\n")

    rows = reaching.json(*ACCEPT, "q.cure", "--from", str(listed)).objects

    assert [(row["id"], row["clinic"], row["new"]) for row in rows] == [
        ("q.cure", 1, True),
        ("urgent", 1, True),
        ("distress", 1, True),
    ]
    assert {frozenset(row) for row in rows} == {frozenset({"id", "version", "clinic", "new"})}
    assert reaching.run(*ACCEPT, "distress").out == (
        f"distress@{version(catalogue)}: was accepted before for clinic 1\n"
    )
    assert reaching.run(*ACCEPT, "help").out.endswith(": accepted for clinic 1\n")


def version(catalogue: Catalogue) -> str:
    return catalogue.text("distress").version


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*ACCEPT, "nonsense"), "There is no text 'nonsense'; nothing was accepted."),
        ((*ACCEPT, "urgent", "urgent"), "'urgent' is given twice; nothing was accepted."),
        ((*ACCEPT, "--from", "nowhere.txt"), "nowhere.txt cannot be read as a list of texts."),
        (
            (*ACCEPT, "--from", "-"),
            "No text was named; `companion content open` lists what is to be accepted.",
        ),
        (
            ("content", "accept", "urgent", "--clinic", "1", "--by", " ", "--role", "r"),
            "The name must be between 1 and 200 letters, written out in words.",
        ),
        ((*ACCEPT, "urgent", "--language", "xx"), "There are no texts in the language 'xx'."),
        ((*OPEN, "--language", "xx"), "There are no texts in the language 'xx'."),
        (("content", "accept", "urgent", "--clinic", "9", *WHO), "There is no clinic 9."),
        (("content", "open", "--clinic", "9"), "There is no clinic 9."),
        (("clinic", "live", "9"), "There is no clinic 9."),
        (("clinic", "live", "one"), "'one' is not the id of a clinic; ids are whole numbers."),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_refused_with_one_line(
    reaching: Companion, arguments: tuple[str, ...], says: str
) -> None:
    assert reaching.run(*arguments).problem == says


@pytest.mark.parametrize(
    "arguments",
    [
        ACCEPT,
        (*ACCEPT, "--all"),
        ("content", "accept", "urgent", *WHO),
        ("content", "open"),
        ("clinic", "live"),
    ],
    ids=["no text", "all at once", "for no clinic", "open for no clinic", "no clinic to take live"],
)
def test_a_wrong_use_is_told_apart_and_changes_nothing(
    reaching: Companion, catalogue: Catalogue, arguments: tuple[str, ...]
) -> None:
    assert reaching.run(*arguments).status == 2
    assert len(reaching.run(*OPEN).out.splitlines()) == len(unsigned(catalogue))


def test_with_the_local_carrier_no_clinic_has_to_be_live(companion: Companion) -> None:
    companion.json(*ADD_CLINIC)

    assert companion.json(*ENROL).object["patient"] == 1
    assert problems(companion) == []


def test_the_worker_runs_for_a_clinic_that_is_not_live(reaching: Companion) -> None:
    assert reaching.run("worker", "--once").out == "0 sent, 0 settled\n"


def test_a_provider_that_is_not_on_this_machine_is_a_live_one(reaching: Companion) -> None:
    reaching.set(TWILIO_API_URL="https://api.example")

    assert [problem["id"] for problem in problems(reaching)] == ["C040"]
    assert "not live" in reaching.run(*ENROL).problem


def test_without_a_clinic_check_finds_nothing_to_mend(companion: Companion) -> None:
    companion.set(TWILIO_API_URL="")

    assert problems(companion) == []


def test_check_looks_at_no_clinic_before_the_rest_is_complete(complete: Companion) -> None:
    complete.set(TWILIO_API_URL="")
    complete.unset("TWILIO_ACCOUNT_SID")

    assert [problem["id"] for problem in problems(complete)] == ["C004", "C031"]


def test_a_clinic_goes_live_on_either_database(reaching: Companion, database_url: str) -> None:
    reaching.set(DATABASE_URL=database_url.replace("postgresql+psycopg://", "postgres://"))
    reaching.json(*ADD_CLINIC)
    listed = reaching.run(*OPEN).out

    assert reaching.run(*ACCEPT, "--from", "-", stdin=listed).status == 0

    assert datetime.fromisoformat(reaching.json(*LIVE).object["live_at"])
    assert problems(reaching) == []
