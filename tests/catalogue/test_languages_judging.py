"""`companion content check` over every language: its own problems, its own standards, how far it has come."""

import json
from pathlib import Path

import pytest

from companion.catalogue import load_languages
from companion.catalogue.judging import judge_languages, read_standards
from companion.cli.content_check import print_verdict
from companion.errors import ContentError
from tests.catalogue.edits import Edit, appends, replaces, writes
from tests.catalogue.test_judging import TODAY
from tests.made_up import ZZ, a_copy, an_entry, made_up


@pytest.fixture
def folder(templates: Path, tmp_path: Path) -> Path:
    return a_copy(templates, tmp_path / "copy")


@pytest.fixture
def own(folder: Path) -> Path:
    return made_up(folder)


def problems(folder: Path) -> list[tuple[str, str, str]]:
    languages = load_languages(folder)
    standards = {code: read_standards(folder, code) for code in languages.catalogues}
    return [(p.file, p.item, p.rule) for p in judge_languages(languages, TODAY, standards)]


def test_a_good_language_is_counted_and_what_is_english_in_it_is_listed(
    folder: Path, own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert print_verdict(folder, TODAY, as_json=True)

    _, told = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    languages = load_languages(folder)
    assert told == {
        "language": ZZ,
        "texts": len(languages.english.everything()) - len(languages.falls_back[ZZ]),
        "falls_back": list(languages.falls_back[ZZ]),
        "lacks": [],
        "choosable": True,
    }
    assert told["texts"] > 0


def test_people_read_what_is_lacking_and_it_is_no_problem(
    folder: Path, own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own / "dates.toml").unlink()

    assert print_verdict(folder, TODAY, as_json=False)

    _, how_far, lacks, english = capsys.readouterr().out.splitlines()
    assert how_far.startswith("zz: ")
    assert how_far.endswith("it cannot be chosen")
    assert lacks == "zz: lacks before it can be chosen: dates.toml"
    assert english.startswith("zz: falls back to English: ")
    assert "q.cure" in english


WRONG = [
    ("replies.toml", an_entry("reply", "visit.none", "Zu \u0175 {line}."), ("visit.none", "gsm-7")),
    (
        "replies.toml",
        an_entry("reply", "visit.none", "Zu {line}. " + "Zo za zi zo za. " * 30),
        ("visit.none", "segments"),
    ),
    ("replies.toml", an_entry("reply", "visit.none", "Zu 116 123."), ("visit.none", "digits")),
    ("replies.toml", an_entry("reply", "visit.none", "Zu! {line}."), ("visit.none", "banned-word")),
    ("keywords.toml", '[[command]]\nintent = "more"\nwords = ["QCOPING"]', ("QCOPING", "near-another")),
    ("keywords.toml", '[[command]]\nintent = "coping"\nwords = ["STOPS"]', ("STOPS", "near-the-carriers")),
]


@pytest.mark.parametrize(("name", "text", "problem"), WRONG, ids=[case[2][1] for case in WRONG])
def test_a_problem_is_told_once_under_the_folder_of_its_language(
    folder: Path, own: Path, name: str, text: str, problem: tuple[str, str]
) -> None:
    appends(text)(own / name)

    assert problems(folder) == [(f"{ZZ}/{name}", *problem)]


def test_an_english_problem_is_not_told_again_for_each_language(folder: Path, own: Path) -> None:
    replaces("What help is there", "Should I fight for help")(folder / "sms" / "en" / "questions.toml")

    assert {file for file, _, _ in problems(folder)} == {"questions.toml"}


def test_its_own_standards_are_for_its_own_texts_alone(folder: Path, own: Path) -> None:
    """`Reply` begins what to text next in English; a language has another word."""
    treatments = own / "treatments"
    treatments.mkdir()
    writes(an_entry("about", "dasatinib.about", "Zu. Zureply QUESTIONS zu."))(treatments / "dasatinib.toml")
    before = problems(folder)

    writes('[wording]\nnext_step = "Zureply"')(own / "checks.toml")

    assert before == [(f"{ZZ}/treatments/dasatinib.toml", "dasatinib.about", "next-step")]
    assert problems(folder) == []


LETTERS = '[alphabet]\nletters = "\u0175"\nsegments = {segments}\n'
ALLOWED: list[tuple[str, Edit, str, list[str]]] = [
    ("a letter that is allowed", writes(LETTERS.format(segments=4)), "Zu \u0175 {line}.", []),
    ("another letter", writes(LETTERS.format(segments=4)), "Zu \u0177 {line}.", ["gsm-7"]),
    (
        "as many parts as are allowed",
        writes(LETTERS.format(segments=4)),
        "\u0175 {line}" + " Zo za zi zo za." * 12,
        [],
    ),
    (
        "more parts",
        writes(LETTERS.format(segments=3)),
        "\u0175 {line}" + " Zo za zi zo za." * 12,
        ["segments"],
    ),
    (
        "more parts of plain letters",
        writes(LETTERS.format(segments=4)),
        "{line}" + " Zo za zi zo za." * 20,
        ["segments"],
    ),
]


@pytest.mark.parametrize(("edit", "text", "rules"), [c[1:] for c in ALLOWED], ids=[c[0] for c in ALLOWED])
def test_letters_beyond_a_plain_text_are_allowed_by_name(
    folder: Path, own: Path, edit: Edit, text: str, rules: list[str]
) -> None:
    edit(own / "checks.toml")
    appends(an_entry("reply", "visit.none", text))(own / "replies.toml")

    assert [rule for _, _, rule in problems(folder)] == rules


def test_a_family_of_words_stands_in_place_of_the_english_one_and_pairs_are_added(
    folder: Path, own: Path
) -> None:
    writes(
        '[[banned]]\nid = "war"\nwhy = "zu"\nrepair = "zu"\nwords = ["zuwar"]\n'
        '[[allowed]]\npair = ["COPING", "QCOPING"]\nreason = "zu"\n'
    )(own / "checks.toml")
    appends('[[command]]\nintent = "more"\nwords = ["QCOPING"]')(own / "keywords.toml")
    appends(an_entry("reply", "visit.none", "Zuwar fight {line}."))(own / "replies.toml")
    appends(an_entry("reply", "confirm.none", "Zu stay positive {line}."))(own / "replies.toml")

    assert sorted(problems(folder)) == [
        (f"{ZZ}/replies.toml", "confirm.none", "banned-word"),
        (f"{ZZ}/replies.toml", "visit.none", "banned-word"),
    ]


def test_english_standards_are_those_of_a_language_without_its_own(folder: Path, own: Path) -> None:
    assert read_standards(folder, ZZ) == read_standards(folder)


@pytest.mark.parametrize(
    "text", ["[alphabet]\nletters = 3\n", "[wording]\nshrot = []\n", "[zu]\n"], ids=["shape", "key", "table"]
)
def test_a_slip_in_its_standards_is_refused(folder: Path, own: Path, text: str) -> None:
    writes(text)(own / "checks.toml")

    with pytest.raises(ContentError, match=rf"^{ZZ}/checks\.toml: "):
        read_standards(folder, ZZ)
