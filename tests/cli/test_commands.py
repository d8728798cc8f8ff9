"""The contract of each command: its JSON, its exit status, its one line when it refuses."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ADD_CLINIC, BOOK, ENROL, Companion

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_a_clinic_is_added(companion: Companion) -> None:
    assert companion.json(*ADD_CLINIC).object == {
        "clinic": 1,
        "name": "Riverside Team",
        "number": "+12025550100",
        "line": "020 7946 0000",
        "tz": "Europe/London",
    }


def test_a_clinics_zone_is_its_own_or_the_settings(companion: Companion) -> None:
    companion.set(COMPANION_TIMEZONE="America/New_York")

    assert companion.json(*ADD_CLINIC).object["tz"] == "America/New_York"
    other = (*ADD_CLINIC[:4], "--number", "+12025550110", *ADD_CLINIC[6:], "--tz", "Pacific/Auckland")
    assert companion.json(*other).object["tz"] == "Pacific/Auckland"


def test_a_clinics_nation_is_stored(companion: Companion) -> None:
    companion.json(*ADD_CLINIC, "--nation", "northern-ireland")
    kept = sqlite3.connect(companion.folder / "companion.db")

    assert kept.execute("SELECT nation FROM clinic").fetchall() == [("northern-ireland",)]
    kept.close()


def test_a_person_is_enrolled(companion: Companion) -> None:
    companion.json(*ADD_CLINIC)

    assert companion.json(*ENROL, "--treatment", "blinatumomab", "--tz", "Europe/Paris").object == {
        "patient": 1,
        "clinic": 1,
        "treatment": "blinatumomab",
        "tz": "Europe/Paris",
        "language": "en",
        "planned": [1, 2],
    }


def test_the_welcome_stands_in_the_outbox_and_not_in_what_a_booking_planned(companion: Companion) -> None:
    companion.json(*ADD_CLINIC)
    welcome = companion.json(*ENROL).object["planned"]
    booked = companion.json(*BOOK).object
    moved = companion.json("move", "1", "--at", "2035-03-20T14:00").object

    rows = {row["id"]: row for row in companion.json("outbox", "--patient", "1").objects}
    assert [(rows[i]["rule"], rows[i]["kind"], rows[i]["state"]) for i in welcome] == [
        ("welcome", "push", "pending")
    ] * 2
    assert [rows[i]["appointment"] for i in welcome] == [None, None]
    assert rows[welcome[0]]["body"].startswith("Hello from Riverside Team.")
    listed = {i for said in (booked, moved) for key in ("planned", "kept", "withdrawn") for i in said[key]}
    assert len(booked["planned"]) == 3
    assert listed & set(welcome) == set()
    assert rows.keys() == listed | set(welcome)


def test_a_welcome_given_on_paper_is_left_out(companion: Companion) -> None:
    companion.json(*ADD_CLINIC)

    assert companion.json(*ENROL, "--no-welcome").object["planned"] == []
    assert companion.json("outbox", "--patient", "1").objects == []


def test_without_json_it_is_said_how_many_texts_a_welcome_has(companion: Companion) -> None:
    companion.json(*ADD_CLINIC)

    assert companion.run(*ENROL).out == "Patient 1 of clinic 1, 2 texts planned\n"
    assert companion.run(*ENROL, "--privacy", "discreet", "--phone", "+12025550102").out == (
        "Patient 2 of clinic 1, 1 text planned\n"
    )


def test_every_way_to_enrol_is_taken(companion: Companion) -> None:
    companion.json(*ADD_CLINIC)
    more = ("--weighing", "car-t-cell-therapy", "--weighing", "clinical-trial", "--reference", "RX-1")
    words = ("--information", "less", "--privacy", "discreet", "--clinic", "1")

    assert companion.json(*ENROL, *more, *words).object["patient"] == 1


def test_booking_moving_and_cancelling_say_what_they_did_to_the_outbox(clinic: Companion) -> None:
    assert clinic.json(*BOOK).object == {
        "appointment": 1,
        "planned": [1, 2, 3],
        "kept": [],
        "withdrawn": [],
    }
    assert clinic.json("move", "1", "--at", "2035-03-16T09:30").object == {
        "appointment": 1,
        "planned": [],
        "kept": [1, 2, 3],
        "withdrawn": [],
    }
    assert clinic.json("move", "1", "--at", "2035-03-20T14:00").object == {
        "appointment": 1,
        "planned": [4, 5, 6],
        "kept": [],
        "withdrawn": [1, 2, 3],
    }
    assert clinic.json("cancel", "1").object == {
        "appointment": 1,
        "planned": [],
        "kept": [],
        "withdrawn": [4, 5, 6],
    }


def test_the_outbox_tells_the_whole_story(clinic: Companion) -> None:
    clinic.json(*BOOK)
    clinic.json("cancel", "1", "--by", "told")

    rows = clinic.json("outbox").objects
    assert [set(row) for row in rows] == [
        {
            "id",
            "patient",
            "appointment",
            "rule",
            "kind",
            "state",
            "reason",
            "send_at",
            "body",
            "segments",
            "sid",
        }
    ] * 3
    assert [(row["rule"], row["kind"], row["state"], row["reason"]) for row in rows] == [
        ("heads-up", "push", "withdrawn", "plan-changed"),
        ("confirm", "push", "withdrawn", "plan-changed"),
        ("evening-before", "push", "withdrawn", "plan-changed"),
    ]
    assert [row["send_at"] for row in rows] == [
        "2035-03-09T10:00:00Z",
        "2035-03-13T10:00:00Z",
        "2035-03-15T18:00:00Z",
    ]
    assert [(row["patient"], row["appointment"], row["segments"], row["sid"]) for row in rows] == [
        (1, 1, 1, None)
    ] * 3


def test_the_outbox_of_one_person_holds_only_theirs(clinic: Companion) -> None:
    bo = ("enrol", "--name", "Bo", "--phone", "+12025550102", "--consent-by", "Nurse Okafor")
    clinic.json(*bo, "--no-welcome")
    clinic.json(*BOOK)

    assert len(clinic.json("outbox", "--patient", "1").objects) == 3
    assert clinic.json("outbox", "--patient", "2").objects == []


def test_tasks_are_listed(clinic: Companion) -> None:
    clinic.json(*BOOK)
    clinic.json("cancel", "1", "--by", "call")

    task = clinic.json("tasks", "--patient", "1").object
    assert clinic.json("tasks").object == task
    assert INSTANT.fullmatch(task.pop("created_at"))
    assert task == {
        "id": 1,
        "patient": 1,
        "appointment": 1,
        "kind": "call-cancelled",
        "urgency": "today",
        "note": "Amina: 2035-03-16T09:30",
        "deadline": "2035-03-16T09:30:00Z",
    }


def test_done_tasks_are_listed_when_asked_for(clinic: Companion) -> None:
    clinic.json(*BOOK)
    clinic.json("cancel", "1", "--by", "call")
    assert clinic.json("tasks", "--done").object["done_at"] is None
    kept = sqlite3.connect(clinic.folder / "companion.db")
    kept.execute("UPDATE task SET done_at = '2035-03-01 09:00:00.000000'")
    kept.commit()
    kept.close()

    assert clinic.run("tasks", "--json").out == ""
    assert clinic.json("tasks", "--done").object["done_at"] == "2035-03-01T09:00:00Z"


def test_the_inbox_is_listed(clinic: Companion) -> None:
    """A text is put in through the service, since only the provider's webhook brings one."""
    from datetime import UTC, datetime

    from companion import settings
    from companion.bootstrap import build
    from companion.services.inbound import IncomingText, receive

    built = build(settings.load(settings.environment()))
    receive(
        built.setup,
        IncomingText("SM1", "+12025550101", "+12025550100", "ASK why me?", 1),
        datetime(2027, 3, 1, 9, 0, tzinfo=UTC),
    )
    built.close()

    assert clinic.json("inbox").object == clinic.json("inbox", "--patient", "1").object
    assert clinic.json("inbox").object == {
        "id": 1,
        "patient": 1,
        "sid": "SM1",
        "from": "+12025550101",
        "body": "ASK why me?",
        "media": 1,
        "intent": "own_question",
        "treatment": None,
        "slot": "why me?",
        "also": [],
        "received_at": "2027-03-01T09:00:00Z",
    }


@pytest.mark.parametrize("command", ["outbox", "inbox", "tasks"])
def test_an_empty_list_prints_nothing(companion: Companion, command: str) -> None:
    ran = companion.run(command, "--json")

    assert (ran.status, ran.out, ran.err) == (0, "", "")


def test_without_json_a_command_speaks_to_a_person(clinic: Companion) -> None:
    said = clinic.run(*BOOK).out

    assert (
        said == "Appointment 1 booked, 2035-03-16T09:30 Europe/London: 3 texts planned, 0 kept, 0 withdrawn\n"
    )
    assert clinic.run("outbox").out.splitlines()[0].startswith("1 2035-03-09T10:00:00Z heads-up pending: ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*BOOK[:2], "99", *BOOK[3:]), "There is no patient 99."),
        ((*BOOK[:2], "x", *BOOK[3:]), "'x' is not the id of a patient"),
        ((*BOOK[:2], "-1", *BOOK[3:]), "'-1' is not the id of a patient"),
        ((*BOOK[:2], "999999999999999", *BOOK[3:]), "There is no patient 999999999999999."),
        ((*BOOK[:4], "picnic", *BOOK[5:]), "There is no appointment type picnic"),
        ((*BOOK[:6], "soon", *BOOK[7:]), "'soon' is not a time"),
        ((*BOOK[:6], "2020-01-01T09:30", *BOOK[7:]), "has passed"),
        ((*BOOK[:6], "2027-03-28T01:30", *BOOK[7:]), "does not exist in Europe/London"),
        (("move", "99", "--at", "2035-03-16T09:30"), "There is no appointment 99."),
        (("move", "x", "--at", "2035-03-16T09:30"), "'x' is not the id of a appointment"),
        (("cancel", "99"), "There is no appointment 99."),
        (("cancel", "1", "--by", "fax"), "'fax' is no value of --by; choose one of: told, call, text."),
        (("outbox", "--patient", "99"), "There is no patient 99."),
        (("inbox", "--patient", "99"), "There is no patient 99."),
        (("tasks", "--patient", "99"), "There is no patient 99."),
        (("outbox", "--patient", ""), "'' is not the id of a patient"),
        ((*ENROL, "--information", "lots"), "'lots' is no value of --information"),
        ((*ENROL, "--privacy", "none"), "'none' is no value of --privacy"),
        ((*ENROL, "--treatment", "magic"), "There is no treatment magic."),
        ((*ENROL, "--weighing", "magic"), "There is no treatment magic."),
        ((*ENROL, "--clinic", "99"), "There is no clinic 99."),
        ((*ENROL, "--clinic", "x"), "'x' is not the id of a clinic"),
        ((*ENROL, "--tz", "Mars/Olympus"), "'Mars/Olympus' is not a time zone"),
        ((*ENROL[:4], "12", *ENROL[5:]), "country code"),
        (ADD_CLINIC, "A clinic with that number exists already"),
        ((*ADD_CLINIC[:3], "Oncology Team", *ADD_CLINIC[4:]), "oncology"),
        ((*ADD_CLINIC[:7], "call us"), "The line must be"),
        ((*ADD_CLINIC, "--nation", "cornwall"), "'cornwall' is no nation with crisis lines of its own"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, tuple) else "",
)
@pytest.mark.parametrize("json", [(), ("--json",)], ids=["plain", "json"])
def test_what_is_refused_ends_with_one_and_one_line(
    clinic: Companion, arguments: tuple[str, ...], says: str, json: tuple[str, ...]
) -> None:
    assert says in clinic.run(*arguments, *json).problem


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("book",),
        ("move",),
        ("move", "1"),
        ("cancel",),
        ("enrol", "--name", "Amina"),
        ("clinic", "add"),
        ("clinic", "fly"),
        ("db", "fly"),
        ("preview",),
        ("outbox", "--color"),
        ("understand", "--color"),
        ("cancel", "1", "2"),
        ("worker", "--twice"),
        ("tasks", "--clinic", "1"),
    ],
    ids=" ".join,
)
def test_what_is_used_wrongly_ends_with_two(bare: Companion, arguments: tuple[str, ...]) -> None:
    ran = bare.run(*arguments)

    assert (ran.status, ran.out) == (2, "")
    assert "Error" in ran.err


def test_without_keys_nothing_is_opened_and_the_way_out_is_named(bare: Companion) -> None:
    assert "companion serve" in bare.run("outbox", "--json").problem


def test_a_database_at_no_schema_is_named_with_what_to_run(complete: Companion) -> None:
    assert "companion db upgrade" in complete.run("outbox").problem


def test_a_database_that_cannot_be_opened_is_one_line(complete: Companion) -> None:
    complete.set(DATABASE_URL="postgresql://nobody:hunter2@127.0.0.1:9/none")

    problem = complete.run("outbox").problem

    assert "database" in problem.casefold()
    assert "hunter2" not in problem


def test_the_wrong_keys_are_one_line_and_show_nothing(clinic: Companion) -> None:
    from companion.storage.keys import new_key

    clinic.json(*BOOK)
    clinic.set(COMPANION_ENCRYPTION_KEYS=new_key())

    assert "COMPANION_ENCRYPTION_KEYS" in clinic.run("outbox").problem


def test_a_setting_that_cannot_be_read_is_one_line(companion: Companion) -> None:
    companion.set(PORT="eighty")

    assert "PORT" in companion.run("outbox").problem


def test_the_database_is_made_and_upgraded_again_without_effect(complete: Companion) -> None:
    for _ in range(2):
        assert complete.run("db", "upgrade").status == 0
    assert complete.run("tasks").status == 0


def test_a_visit_at_an_hour_that_comes_twice_is_said_beside_the_json(clinic: Companion) -> None:
    ran = clinic.json(*BOOK[:6], "2035-10-28T01:30", *BOOK[7:])

    assert len(ran.objects) == 1
    assert "comes twice in Europe/London" in ran.err


def test_the_command_runs_as_a_process_of_its_own(companion: Companion) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "companion", "outbox", "--patient", "99", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "companion: There is no patient 99.\n"


def test_the_same_commands_work_on_either_database(companion: Companion, database_url: str) -> None:
    companion.set(DATABASE_URL=database_url.replace("postgresql+psycopg://", "postgres://"))

    companion.json(*ADD_CLINIC)

    assert companion.json(*ENROL).object["planned"] == [1, 2]
    assert companion.json(*BOOK).object["planned"] == [3, 4, 5]
    assert len(companion.json("outbox").objects) == 5
    assert "There is no patient 999999999999" in companion.run("outbox", "--patient", "999999999999").problem


def test_no_command_leaves_anything_in_the_folder_but_the_database(clinic: Companion) -> None:
    clinic.json(*BOOK)

    assert sorted(file.name for file in Path().iterdir()) == ["companion.db", "companion.db.lock"]
