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


def test_names_that_are_as_likely_are_told(bare: Companion) -> None:
    said = bare.json("understand", "what is a carets").object

    assert (said["intent"], said["slot"], said["alternatives"]) == (
        "treatment",
        "family",
        ["car-t-cell-therapy"],
    )


def test_a_treatment_as_likely_is_told_by_its_id(bare: Companion) -> None:
    assert bare.json("understand", "caretrs", "cartrs").objects[1]["alternatives"] == ["car-t-cell-therapy"]


def test_the_fields_are_the_same_for_every_text(bare: Companion) -> None:
    fields = ["text", "intent", "treatment", "slot", "also", "alternatives"]
    ran = bare.json("understand", "QUESTIONS", "asdf", "no fever", "cartrs", "")

    assert [list(row) for row in ran.objects] == [fields] * 5
    explained = bare.json("understand", "--explain", "QUESTIONS", "asdf", "no fever", "cartrs", "")
    assert [list(row) for row in explained.objects] == [[*fields, "reasons"]] * 5


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(
            "QUESTIONS",
            ["QUESTIONS: questions", "    questions: whole text, found in 'QUESTIONS'"],
            id="a word alone",
        ),
        pytest.param(
            "Stop.", ["Stop.: opt_out", "    opt_out: carrier word, found in 'Stop.'"], id="a carrier word"
        ),
        pytest.param(
            "asdf",
            ["asdf: free_text", "    free_text: no word or phrase of keywords.toml was found"],
            id="nothing",
        ),
        pytest.param(
            "no fevver",
            [
                "no fevver: free_text",
                "    FEVVER is read as FEVER",
                "    not urgent: FEVER, found in 'fevver', taken back: denied by NO",
            ],
            id="a sign that is denied, and misspelt",
        ),
        pytest.param(
            "the fever has gone",
            [
                "the fever has gone: free_text",
                "    not urgent: FEVER, found in 'fever', taken back: over: GONE",
            ],
            id="a sign that is over",
        ),
    ],
)
def test_it_says_why(bare: Companion, text: str, lines: list[str]) -> None:
    assert bare.run("understand", "--explain", text).out.splitlines() == lines


def test_what_was_taken_back_by_unless_is_told(bare: Companion) -> None:
    said = bare.json("understand", "--explain", "dont stop these").object

    assert said["intent"] == "free_text"
    (taken,) = {(r["intent"], r["words"]) for r in said["reasons"] if "unless" in (r["taken_back"] or "")}
    assert taken == ("opt_out", "stop these")


def test_a_reason_holds_the_phrase_and_the_words_it_was_found_in(bare: Companion) -> None:
    said = bare.json("understand", "--explain", "I cant breathe").object

    assert {tuple(reason) for reason in said["reasons"]} == {("intent", "because", "words", "taken_back")}
    assert ("urgent", "cant breathe") in {(r["intent"], r["words"].lower()) for r in said["reasons"]}


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
