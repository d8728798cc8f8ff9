"""`companion understand`: what a text would be taken for, from arguments or from standard input."""

import subprocess
import sys

import pytest

from tests.cli.conftest import Companion


def test_every_text_is_one_object_with_every_field(bare: Companion) -> None:
    assert bare.json("understand", "KEEP 1 3", "PREPARE cart").objects == [
        {
            "text": "KEEP 1 3",
            "intent": "keep_question",
            "treatment": None,
            "slot": "1 3",
            "also": [],
            "alternatives": [],
        },
        {
            "text": "PREPARE cart",
            "intent": "prepare",
            "treatment": "car-t-cell-therapy",
            "slot": None,
            "also": [],
            "alternatives": [],
        },
    ]


@pytest.mark.parametrize(
    ("text", "treatment", "slot"),
    [
        ("etoposide", "nelarabine", "nelarabine.etoposide"),
        ("relapsed", None, "relapsed"),
        ("DLI", None, "dli"),
    ],
    ids=["a drug inside a combination", "the ground", "a name without a checked text"],
)
def test_what_a_treatment_word_names_stands_in_the_slot(
    bare: Companion, text: str, treatment: str | None, slot: str
) -> None:
    said = bare.json("understand", text).object

    assert (said["intent"], said["treatment"], said["slot"]) == ("treatment", treatment, slot)


def test_further_meanings_are_told(bare: Companion) -> None:
    said = bare.json("understand", "I have a fever and I want to die").object

    assert (said["intent"], said["also"]) == ("distress", ["urgent"])


def test_without_arguments_each_line_of_standard_input_is_a_text(bare: Companion) -> None:
    ran = bare.run("understand", "--json", stdin="QUESTIONS\n\nI can't come\nthank you 😀\n")

    assert ran.status == 0
    assert [(row["text"], row["intent"]) for row in ran.objects] == [
        ("QUESTIONS", "questions"),
        ("", "free_text"),
        ("I can't come", "change"),
        ("thank you 😀", "acknowledgement"),
    ]


def test_no_input_is_no_output(bare: Companion) -> None:
    ran = bare.run("understand", "--json")

    assert (ran.status, ran.out, ran.err) == (0, "", "")


def test_without_json_it_is_told_to_a_person(bare: Companion) -> None:
    assert bare.run("understand", "KEEP 1 3", "I have a fever and I want to die").out == (
        "KEEP 1 3: keep_question 1 3\nI have a fever and I want to die: distress (also urgent)\n"
    )


def test_nothing_is_made_in_the_folder(bare: Companion) -> None:
    bare.json("understand", "QUESTIONS")

    assert list(bare.folder.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["a" * 5000, "\u202eevil", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")]
)
def test_any_text_is_told_back_as_it_came(bare: Companion, text: str) -> None:
    assert bare.json("understand", text).object["text"] == text


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "POSIX"])
def test_bytes_that_are_no_text_stop_nothing(bare: Companion, locale: str) -> None:
    import os

    done = subprocess.run(
        [sys.executable, "-m", "companion", "understand", "--json"],
        input=b"caf\xe9 \xff\xfe\nQUESTIONS\n",
        capture_output=True,
        env={**os.environ, "LC_ALL": locale},
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) == 2
