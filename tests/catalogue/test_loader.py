"""A file that is missing or broken is refused when it is loaded, and a good one is read in any dress."""

from datetime import date
from pathlib import Path

import pytest

from companion.catalogue import load_catalogue
from companion.errors import ContentError
from tests.catalogue.conftest import Refusal
from tests.catalogue.edits import Edit, appends, deletes, in_item, is_latin_1, prepends, replaces

FILES = (
    "coping",
    "dates",
    "ground",
    "keywords",
    "kinds",
    "lines",
    "locked",
    "prepare",
    "privacy",
    "questions",
    "reminders",
    "replies",
    "sources",
)


@pytest.mark.parametrize("name", [*FILES, "treatments/blinatumomab"])
@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        pytest.param(deletes, "the file is missing", id="missing"),
        pytest.param(prepends("= nonsense"), "is not TOML", id="not TOML"),
        pytest.param(is_latin_1, "is not TOML", id="not UTF-8"),
        pytest.param(prepends("surprise = 1"), "a key nothing reads: surprise", id="an unknown key"),
        pytest.param(
            appends("[[surprise]]\nid = 'x'"), "a key nothing reads: surprise", id="an unknown table"
        ),
    ],
)
def test_every_file_must_be_there_be_toml_and_hold_nothing_unknown(
    refusal: Refusal, name: str, edit: Edit, problem: str
) -> None:
    message = refusal(name, edit)

    assert message.startswith(f"{Path(name).name}.toml: ")
    assert problem in message


def test_the_copy_the_other_cases_spoil_is_good(copy: Path, tmp_path: Path) -> None:
    assert len(load_catalogue(tmp_path).treatments) == 26


def test_a_language_that_is_not_there_is_refused(templates: Path) -> None:
    with pytest.raises(ContentError, match=r"^cy/-: -: the folder is missing"):
        load_catalogue(templates, "cy")


def test_what_each_file_says_is_read(copy: Path, tmp_path: Path) -> None:
    for name, text in _ADDED.items():
        appends(text)(copy / f"{name}.toml")
    replaces('parent = "donor"', _SPOKEN)(copy / "treatments" / "cord-blood.toml")

    catalogue = load_catalogue(tmp_path)

    cord = catalogue.treatment("cord-blood")
    assert (cord.parent, cord.say, cord.say_source) == ("donor", "cord", "project")
    assert (cord.for_whom, cord.source_gap) == ("People with T cell ALL", "Cut off.")
    assert [about.depth for about in cord.about] == ["less", "full"]
    assert {topic.item.id for topic in catalogue.topics if topic.treatment == "flag-ida"} == {
        f"flag-ida.{part}" for part in ("fludarabine", "cytarabine", "g-csf", "idarubicin")
    }
    (ground,) = (topic for topic in catalogue.topics if topic.item.id == "z.ground")
    assert (ground.words, ground.treatment, ground.item.place) == (
        ("ZED", "ZED TWO"),
        None,
        "ground.toml",
    )
    (locked,) = (name for name in catalogue.locked if name.id == "z-cel")
    assert (locked.words, locked.near) == (("ZCEL",), "donor")
    assert catalogue.named["ZED"] is ground
    assert catalogue.named["ZCEL"] is locked
    line = catalogue.lines["z-line"]
    assert (line.name, line.number, line.hours) == ("Zed", "01632 960 999", "always")
    assert (line.nations, line.source, line.use) == ({"scotland", "wales"}, "project", True)
    assert (line.checked, line.withhold_after) == (date(2027, 1, 15), date(2027, 7, 15))
    assert catalogue.sources["z-source"] == ("Zed's page", "2026-05")
    (ready,) = (ready for ready in catalogue.ready if ready.item.id == "z.ready")
    assert ready.types == {"results", "other"}
    (support,) = (line for line in catalogue.coping if line.item.id == "z.coping")
    assert (support.situation, support.push) == ("bad-night", False)
    (question,) = (question for question in catalogue.questions if question.item.id == "z.question")
    assert question.stages == {"waiting", "trial"}
    assert question.push == question.item.push == "Zed?"


_ADDED = {
    "ground": '[[ground]]\nid = "z.ground"\nwords = ["zed", "Zed-two!"]\ntext = "Z."\nsource = "project"',
    "locked": '[[name]]\nid = "z-cel"\nwords = ["zcel"]\nnear = "donor"',
    "lines": (
        '[[line]]\nid = "z-line"\nname = "Zed"\nnumber = "01632 960 999"\nhours = "always"\n'
        'nations = ["scotland", "wales"]\nsource = "project"\nchecked = "2027-01-15"\n'
        'withhold_after = "2027-07-15"\nuse = true'
    ),
    "sources": '[[source]]\nid = "z-source"\ntitle = "Zed\'s page"\ndate = "2026-05"',
    "prepare": '[[ready]]\nid = "z.ready"\ntypes = ["results", "other"]\ntext = "Z."\nsource = "project"',
    "coping": (
        '[[line]]\nid = "z.coping"\nsituation = "bad-night"\ntext = "Z."\npush = false\nsource = "project"'
    ),
    "questions": (
        '[[question]]\nid = "z.question"\ntext = "Z?"\npush = "Zed?"\ndepth = "less"\ntreatments = []\n'
        'types = []\nstages = ["waiting", "trial"]\nrank = 1\nsource = "project"'
    ),
}
_SPOKEN = (
    'parent = "donor"\nsay = "cord"\nsay_source = "project"\n'
    'for_whom = "People with T cell ALL"\nsource_gap = "Cut off."\n'
)


def test_a_line_stands_in_a_text_with_its_number_and_the_text_knows_which(copy: Path, tmp_path: Path) -> None:
    in_item("coping.waiting", 'text = "', 'text = "{line:nhs-111} or {line:samaritans} or {line}. ')(
        copy / "coping.toml"
    )

    catalogue = load_catalogue(tmp_path)

    (line,) = (line.item for line in catalogue.coping if line.item.id == "coping.waiting")
    assert line.text.startswith("111 or 116 123 or {line}. ")
    assert [named.id for named in line.lines] == ["nhs-111", "samaritans"]
    assert line.placeholders == {"line"}


def test_only_what_is_marked_so_is_a_safety_text(copy: Path, tmp_path: Path) -> None:
    in_item("visit.none", "text =", 'class = "safety"\ntext =')(copy / "replies.toml")

    catalogue = load_catalogue(tmp_path)

    assert catalogue.text("urgent").safety
    assert catalogue.text("visit.none").safety
    assert not catalogue.text("confirm.none").safety


def test_aliases_and_words_are_taken_in_any_dress(copy: Path, tmp_path: Path) -> None:
    replaces('"BLINCYTO"', '"Blina\\u2019s pump!"')(copy / "treatments" / "blinatumomab.toml")

    assert load_catalogue(tmp_path).aliases["BLINAS PUMP"] == "blinatumomab"
