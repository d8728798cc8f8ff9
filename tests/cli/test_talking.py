"""`companion chat`: a terminal in place of a person's phone; `companion choose`; a clinic's settings."""

import sqlite3

import pytest

from tests.cli.conftest import ADD_CLINIC, BOOK, Companion

OFFICE = ("--office", "020 7946 0001", "--office-hours", "Mon-Fri 09:00-17:00")


def test_chat_shows_answers_with_their_segments_and_the_tasks_they_raise(clinic: Companion) -> None:
    ran = clinic.run("chat", "--patient", "1", stdin="FEWER\nthanks\n\nI have a fever\n")

    assert (ran.status, ran.err) == (0, "")
    first, second, *urgent = ran.out.splitlines()
    assert first.startswith("< You will now get texts about your visits only.")
    assert first.endswith("[1 segment]")
    assert second == "(no answer)"
    assert len(urgent) == 2
    assert urgent[0].startswith("< Please call 020 7946 0000 now.")
    assert urgent[0].endswith(" segments]")
    assert urgent[1] == "! urgent urgent: Amina: I have a fever"


def test_chat_is_the_real_thing(clinic: Companion) -> None:
    clinic.run("chat", "--patient", "1", stdin="FEWER\nWHO\n")

    assert [text["body"] for text in clinic.json("inbox", "--patient", "1").objects] == ["FEWER", "WHO"]
    rows = clinic.json("outbox", "--patient", "1").objects
    assert [(row["kind"], row["state"]) for row in rows] == [("reply", "delivered")] * 2
    kept = sqlite3.connect(clinic.folder / "companion.db")
    assert kept.execute("SELECT state FROM patient").fetchall() == [("paused",)]
    kept.close()


def test_every_part_of_an_answer_is_shown(clinic: Companion) -> None:
    said = clinic.run("chat", "--patient", "1", "--json", stdin="I have a fever and I want to die\n").object

    assert said["text"] == "I have a fever and I want to die"
    assert [(reply["kind"], reply["segments"]) for reply in said["replies"]] == [("safety", 2), ("safety", 2)]
    assert [(task["kind"], task["urgency"]) for task in said["tasks"]] == [
        ("distress", "urgent"),
        ("urgent", "urgent"),
    ]


def test_chat_ends_with_its_input(clinic: Companion) -> None:
    ran = clinic.run("chat", "--patient", "1")

    assert (ran.status, ran.out, ran.err) == (0, "", "")


def test_nobody_is_texted_as_where_texts_reach_real_phones(clinic: Companion) -> None:
    clinic.unset("TWILIO_API_URL")

    ran = clinic.run("chat", "--patient", "1", stdin="STOP\n")

    assert ran.problem == (
        "Texts reach real phones here, so nobody can be texted as; chat works on the local carrier only."
    )
    assert clinic.json("inbox").objects == []


@pytest.mark.parametrize(
    ("patient", "says"), [("9", "There is no patient 9."), ("x", "'x' is not the id of a patient")]
)
def test_chat_as_nobody_is_refused(clinic: Companion, patient: str, says: str) -> None:
    assert clinic.run("chat", "--patient", patient, stdin="HELP\n").problem.startswith(says)


def test_a_treatment_is_chosen_and_texts_for_the_former_one_withdrawn(clinic: Companion) -> None:
    clinic.run("chat", "--patient", "1", stdin="LIST\n")
    planned = clinic.json(*BOOK).object["planned"]

    chosen = clinic.json("choose", "1", "--treatment", "blinatumomab").object
    again = clinic.json("choose", "1", "--treatment", "blinatumomab").object
    undone = clinic.json("choose", "1", "--still-choosing").object

    assert (chosen["patient"], chosen["treatment"]) == (1, "blinatumomab")
    assert set(chosen) == {"patient", "treatment", "planned", "kept", "withdrawn"}
    assert sorted([*chosen["kept"], *chosen["withdrawn"]]) == planned
    assert chosen["withdrawn"]
    assert len(chosen["planned"]) == len(chosen["withdrawn"])
    assert again == {**chosen, "planned": [], "kept": again["kept"], "withdrawn": []}
    assert sorted(again["kept"]) == sorted([*chosen["kept"], *chosen["planned"]])
    assert undone["treatment"] is None
    assert sorted(undone["withdrawn"]) == sorted(chosen["planned"])


def test_a_choice_is_told_in_a_line(clinic: Companion) -> None:
    assert clinic.run("choose", "1", "--treatment", "imatinib").out == (
        "Patient 1: imatinib; 0 texts planned, 0 kept, 0 withdrawn\n"
    )
    assert clinic.run("choose", "1", "--still-choosing").out.startswith("Patient 1: still choosing; ")


@pytest.mark.parametrize("words", [(), ("--treatment", "imatinib", "--still-choosing")], ids=["none", "both"])
def test_one_of_the_two_has_to_be_said(clinic: Companion, words: tuple[str, ...]) -> None:
    ran = clinic.run("choose", "1", *words)

    assert ran.status == 2
    assert "either --treatment or --still-choosing" in ran.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("9", "--still-choosing"), "There is no patient 9."),
        (("1", "--treatment", "magic"), "There is no treatment magic."),
    ],
)
def test_a_choice_of_what_there_is_not_is_refused(
    clinic: Companion, words: tuple[str, ...], says: str
) -> None:
    assert clinic.run("choose", *words).problem.startswith(says)


def test_a_clinic_is_added_with_its_office(companion: Companion) -> None:
    assert companion.json(*ADD_CLINIC, *OFFICE).object == {
        "clinic": 1,
        "name": "Riverside Team",
        "number": "+12025550100",
        "line": "020 7946 0000",
        "tz": "Europe/London",
        "office": "020 7946 0001",
        "office_hours": "mon-fri 09:00-17:00",
    }


def test_a_clinic_that_is_there_already_is_given_an_office_and_loses_it(clinic: Companion) -> None:
    there = {"clinic": 1, "office": "020 7946 0001", "office_hours": "mon-fri 09:00-17:00"}

    assert clinic.json("clinic", "office", "1", *OFFICE).object == there
    assert "The office" in clinic.run("chat", "--patient", "1", stdin="CALL ME\n").out
    assert clinic.json("clinic", "office", "1", "--none").object == {
        "clinic": 1,
        "office": None,
        "office_hours": None,
    }
    assert "The office" not in clinic.run("chat", "--patient", "1", stdin="CANT COME\n").out


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ((), 2, "or --none"),
        ((*OFFICE, "--none"), 2, "or --none"),
        (OFFICE[:2], 1, "together"),
        (("--office", "020 7946 0001", "--office-hours", "9 to 5"), 1, "cannot be read"),
    ],
    ids=["neither", "both", "half", "unreadable"],
)
def test_an_office_that_is_not_whole_is_refused(
    clinic: Companion, words: tuple[str, ...], status: int, says: str
) -> None:
    ran = clinic.run("clinic", "office", "1", *words)

    assert ran.status == status
    assert says in ran.err


def test_a_clinic_says_for_how_long_people_are_watched(clinic: Companion) -> None:
    assert clinic.json("clinic", "watch", "1", "--days", "28").object == {"clinic": 1, "watch_days": 28}


@pytest.mark.parametrize(
    ("clinic_id", "days", "status", "says"),
    [
        ("1", "6", 1, "from 7 to 365"),
        ("1", "366", 1, "from 7 to 365"),
        ("9", "28", 1, "clinic"),
        ("1", "x", 2, "x"),
    ],
)
def test_a_time_nobody_can_be_watched_for_is_refused(
    clinic: Companion, clinic_id: str, days: str, status: int, says: str
) -> None:
    ran = clinic.run("clinic", "watch", clinic_id, "--days", days)

    assert ran.status == status
    assert says in ran.err
