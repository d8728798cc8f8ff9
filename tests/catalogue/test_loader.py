"""A file that is wrong is refused when it is loaded, and the refusal names the file and the item."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from companion.catalogue import load_catalogue
from companion.errors import ContentError

Edit = Callable[[Path], None]


@pytest.fixture
def copy(templates: Path, tmp_path: Path) -> Path:
    shutil.copytree(templates / "sms", tmp_path / "sms")
    return tmp_path / "sms" / "en"


def replaces(old: str, new: str, count: int = 1) -> Edit:
    def edit(file: Path) -> None:
        text = file.read_text("utf-8")
        assert old in text, "the test's own premise"
        file.write_text(text.replace(old, new, count), "utf-8")

    return edit


def in_item(item: str, old: str, new: str) -> Edit:
    """Edit the first `old` behind the item's id."""

    def edit(file: Path) -> None:
        text = file.read_text("utf-8")
        start = text.index(f'id = "{item}"')
        assert old in text[start:], "the test's own premise"
        file.write_text(text[:start] + text[start:].replace(old, new, 1), "utf-8")

    return edit


def appends(text: str) -> Edit:
    def edit(file: Path) -> None:
        file.write_text(f"{file.read_text('utf-8')}\n{text}\n", "utf-8")

    return edit


def prepends(text: str) -> Edit:
    def edit(file: Path) -> None:
        file.write_text(f"{text}\n{file.read_text('utf-8')}", "utf-8")

    return edit


def without_item(item: str, table: str) -> Edit:
    def edit(file: Path) -> None:
        blocks = file.read_text("utf-8").split(f"[[{table}]]")
        kept = [block for block in blocks if f'id = "{item}"' not in block]
        assert len(kept) == len(blocks) - 1, "the test's own premise"
        file.write_text(f"[[{table}]]".join(kept), "utf-8")

    return edit


def deletes(file: Path) -> None:
    file.unlink()


def is_latin_1(file: Path) -> None:
    file.write_bytes(b'\xe9 = "e"\n')


FILES = ("coping", "dates", "keywords", "kinds", "privacy", "questions", "reminders", "replies", "sources")
_A_REPLY = '[[reply]]\nid = "{}"\ntext = "Hello."\nsource = "project"\nstatus = "draft"'
_A_QUESTION = (
    '[[question]]\nid = "{}"\ntext = "Why?"\ndepth = "less"\ntreatments = []\ntypes = []\nrank = 1\n'
    'source = "project"\nstatus = "draft"'
)


@pytest.mark.parametrize("name", [*FILES, "treatments/blinatumomab"])
@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        pytest.param(deletes, "the file is missing", id="missing"),
        pytest.param(prepends("= nonsense"), "is not TOML", id="not TOML"),
        pytest.param(is_latin_1, "is not TOML", id="not UTF-8"),
        pytest.param(prepends("surprise = 1"), "a key nothing reads: surprise", id="an unknown key"),
        pytest.param(appends("[[surprise]]\nid = 'x'"), "a key nothing reads: surprise", id="an unknown table"),
    ],
)
def test_every_file_must_be_there_be_toml_and_hold_nothing_unknown(
    copy: Path, templates: Path, tmp_path: Path, name: str, edit: Edit, problem: str
) -> None:
    file = copy / f"{name}.toml"
    edit(file)

    with pytest.raises(ContentError, match=problem) as refused:
        load_catalogue(tmp_path)

    assert str(refused.value).startswith(f"{file.name}: ")


@pytest.mark.parametrize(
    ("name", "edit", "item", "problem"),
    [
        # Keys of one item.
        pytest.param(
            "replies", in_item("urgent", "source =", "sauce ="), "urgent", "has no source", id="misspelt key"
        ),
        pytest.param(
            "replies", in_item("urgent", 'status = "draft"', ""), "urgent", "has no status", id="missing status"
        ),
        pytest.param("replies", in_item("urgent", "text =", "words ="), "urgent", "has no text", id="no text"),
        pytest.param(
            "replies", in_item("urgent", 'status = "draft"', 'status = "draft"\nby = "me"'),
            "urgent", "a key nothing reads: by", id="a key too many",
        ),
        pytest.param(
            "replies", in_item("urgent", 'status = "draft"', 'status = "good"'),
            "urgent", "status is 'good'; write draft or reviewed", id="bad status",
        ),
        pytest.param(
            "replies", in_item("urgent", 'source = "project"', 'source = "hearsay"'),
            "urgent", "no source 'hearsay'", id="unknown source of a reply",
        ),
        pytest.param(
            "questions", in_item("q.cure", "source-document", "hearsay"),
            "q.cure", "no source 'hearsay'", id="unknown source of a question",
        ),
        pytest.param(
            "treatments/blinatumomab", replaces("source-document", "hearsay"),
            "blinatumomab.about", "no source 'hearsay'", id="unknown source of a treatment",
        ),
        pytest.param(
            "replies", in_item("bereavement", 'text = "', 'text = " "\n#'), "bereavement", "is empty", id="empty text"
        ),
        pytest.param(
            "replies", in_item("bereavement", 'text = "', 'text = 7\n#'),
            "bereavement", "text must be a str", id="a number for a text",
        ),
        pytest.param(
            "questions", in_item("q.cure", "rank = 900", 'rank = "900"'), "q.cure", "rank must be a int", id="a text for a rank"
        ),
        pytest.param(
            "questions", in_item("q.cure", "rank = 900", "rank = true"), "q.cure", "rank must be a int", id="true for a rank"
        ),
        pytest.param(
            "questions", in_item("q.cure", "heavy = true", "heavy = 1"), "q.cure", "heavy must be a bool", id="1 for heavy"
        ),
        pytest.param(
            "questions", in_item("q.cure", "types = []", 'types = "results"'), "q.cure", "types must be a list", id="a text for a list"
        ),
        pytest.param(
            "questions", in_item("q.cure", "types = []", "types = [1]"), "q.cure", "types must be a list of words", id="numbers in a list"
        ),
        pytest.param(
            "questions", in_item("q.cure", 'depth = "full"', 'depth = "deep"'), "q.cure", "depth 'deep' is not one of", id="bad depth"
        ),
        pytest.param(
            "questions", in_item("q.cure", "treatments = []", 'treatments = ["blina"]'), "q.cure", "no such id: blina", id="unknown treatment"
        ),
        pytest.param(
            "questions", in_item("q.cure", "types = []", 'types = ["tea"]'), "q.cure", "no such id: tea", id="unknown type"
        ),
        pytest.param(
            "coping", in_item("coping.waiting", "push = false", 'push = "no"'), "coping.waiting", "push must be a bool", id="no for false"
        ),
        # Ids over all files.
        pytest.param("replies", appends(_A_REPLY.format("urgent")), "-", "stands twice", id="a reply twice"),
        pytest.param(
            "questions", appends(_A_QUESTION.format("q.cure")), "q.cure", "stands in questions.toml already", id="a question twice"
        ),
        pytest.param(
            "questions", appends(_A_QUESTION.format("coping.waiting")), "coping.waiting", "stands in questions.toml already", id="an id in two files"
        ),
        pytest.param("kinds", without_item("fertility", "kind"), "-", "no words for fertility", id="a kind missing"),
        pytest.param(
            "kinds", in_item("fertility", 'id = "fertility"', 'id = "tea"'), "-", "no words for fertility", id="a kind misnamed"
        ),
        pytest.param(
            "kinds", appends('[[kind]]\nid = "tea"\ntext = "tea"\nsource = "project"\nstatus = "draft"'),
            "tea", "is not an appointment type", id="a kind too many",
        ),
        pytest.param("replies", without_item("urgent", "reply"), "urgent", "the program sends it", id="a reply missing"),
        pytest.param(
            "reminders", without_item("push.minimal", "push"), "push.minimal", "the program sends it", id="a push missing"
        ),
        pytest.param(
            "replies", appends(_A_REPLY.format("goodbye")), "goodbye", "nothing sends", id="a reply nothing sends"
        ),
        # Placeholders.
        pytest.param(
            "replies", in_item("urgent", "Please call {line} now", "{name}, call {line} now"), "urgent", r"nothing fills \{name\}", id="a reply asks for a name"
        ),
        pytest.param(
            "reminders", in_item("push.heads-up", "You have", "{name}, you have"), "push.heads-up", r"nothing fills \{name\}", id="a push asks for a name"
        ),
        pytest.param(
            "questions", in_item("q.overnight", 'text = "Would', 'text = "{name}, would'), "q.overnight", r"nothing fills \{name\}", id="a question asks for a name"
        ),
        pytest.param(
            "kinds", in_item("fertility", 'text = "', 'text = "{name} '), "fertility", r"nothing fills \{name\}", id="a kind asks for a name"
        ),
        pytest.param(
            "coping", in_item("coping.push.someone", 'text = "', 'text = "{line} '), "coping.push.someone", r"nothing fills \{line\}", id="a line of a push asks for the number"
        ),
        # Treatments.
        pytest.param(
            "treatments/blinatumomab", replaces('id = "blinatumomab"', 'id = "blina"'),
            "blina", "must hold the id blinatumomab", id="a file with another's id",
        ),
        pytest.param(
            "treatments/blinatumomab", replaces("monoclonal-antibodies", "mabs"),
            "blinatumomab", "a parent that exists", id="an unknown parent",
        ),
        pytest.param(
            "treatments/donor", replaces("stem-cell-transplant", "sibling-donor"),
            "donor", "a parent that exists", id="a circle of parents",
        ),
        pytest.param(
            "treatments/donor", replaces('parent = "stem-cell-transplant"', 'parent = "donor"'),
            "donor", "a parent that exists", id="its own parent",
        ),
        pytest.param(
            "treatments/blinatumomab", replaces("[[about]]", "[about]"), "blinatumomab", "about must be a list", id="about is no list"
        ),
        pytest.param(
            "treatments/blinatumomab", replaces('"BLINA"', '"BLINA", "KYMRIAH"'), "tisagenlecleucel", "KYMRIAH is blinatumomab's already", id="an alias twice"
        ),
        pytest.param(
            "treatments/blinatumomab", replaces('"BLINA"', '"BLINA", "kymriah!"'), "tisagenlecleucel", "KYMRIAH is blinatumomab's already", id="an alias twice in other dress"
        ),
        pytest.param(
            "treatments/blinatumomab", replaces('"BLINA"', '"BLINA", "MORE"'), "MORE", "means more already", id="an alias that is a command"
        ),
        pytest.param(
            "treatments/blinatumomab", replaces('"BLINA"', '"BLINA", "Can\'t come"'), "CANT COME", "means change already", id="an alias that is a command in other dress"
        ),
        pytest.param(
            "treatments/blinatumomab", replaces('"BLINA"', '"BLINA", "END"'), "END", "means the carrier already", id="an alias that is the carrier's"
        ),
        # Commands.
        pytest.param(
            "keywords", replaces('intent = "coping"', 'intent = "cope"'), "cope", "is not an intent", id="an unknown intent"
        ),
        pytest.param(
            "keywords", replaces('slot = "numbers"', 'slot = "number"'), "keep_question", "slot is one of none, numbers, text, treatment", id="an unknown slot"
        ),
        pytest.param(
            "keywords", replaces('"COPING", ', '"COPING", "QUESTIONS", '), "QUESTIONS", "means questions already", id="a word of two commands"
        ),
        pytest.param(
            "keywords", replaces('"COPING", ', '"COPING", "CANCEL", '), "CANCEL", "means the carrier already", id="a command that is the carrier's"
        ),
        pytest.param(
            "keywords", replaces("[in_context]", "[context]"), "-", "has no in_context", id="a missing table"
        ),
        # Rules and dates.
        pytest.param(
            "reminders", in_item("heads-up", '"day-unit"', '"day-units"'), "heads-up", "no such id: day-units", id="a rule with an unknown type"
        ),
        pytest.param(
            "reminders", replaces('id = "heads-up"', 'id = "headsup"'), "rule", "must be each of heads-up, confirm", id="an unknown rule"
        ),
        pytest.param(
            "reminders", replaces('id = "heads-up"', 'id = "confirm"'), "rule", "must be each of heads-up, confirm", id="a rule twice"
        ),
        pytest.param(
            "reminders", in_item("heads-up", '"10:00"', '"ten"'), "heads-up", "'ten' is not a time", id="a rule without a time"
        ),
        pytest.param(
            "reminders", replaces('sending_from = "08:00"', 'sending_from = "8"'), "sending_from", "'8' is not a time", id="sending hours that are no time"
        ),
        pytest.param(
            "reminders", replaces('sending_until = "20:00"', 'sending_until = "08:00"'), "sending_from", "must lie before", id="sending hours of no length"
        ),
        pytest.param(
            "reminders", replaces("pushes_per_day = 1", ""), "-", "has no pushes_per_day", id="a cap missing"
        ),
        pytest.param(
            "reminders", replaces("days_before = 7", 'days_before = "7"'), "heads-up", "days_before must be a int", id="days as a text"
        ),
        pytest.param(
            "dates", replaces('"Monday", ', ""), "-", "seven weekdays", id="six weekdays"
        ),
        pytest.param(
            "dates", replaces('"June",', ""), "-", "twelve months", id="eleven months"
        ),
        pytest.param(
            "sources", in_item("project", "title =", "name ="), "project", "has no title", id="a source without a title"
        ),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_refused_and_named(
    copy: Path, tmp_path: Path, name: str, edit: Edit, item: str, problem: str
) -> None:
    edit(copy / f"{name}.toml")

    with pytest.raises(ContentError, match=problem) as refused:
        load_catalogue(tmp_path)

    message = str(refused.value)
    assert ".toml: " in message.split(" ")[0] + " "
    assert f": {item}: " in message, message


def test_the_copy_the_other_cases_spoil_is_good(copy: Path, tmp_path: Path) -> None:
    assert len(load_catalogue(tmp_path).treatments) == 26


def test_a_language_that_is_not_there_is_refused(templates: Path) -> None:
    with pytest.raises(ContentError, match="the file is missing"):
        load_catalogue(templates, "cy")


def test_a_reviewed_item_says_so(copy: Path, tmp_path: Path) -> None:
    in_item("urgent", 'status = "draft"', 'status = "reviewed"')(copy / "replies.toml")

    assert load_catalogue(tmp_path).text("urgent").status == "reviewed"


def test_aliases_and_words_are_taken_in_any_dress(copy: Path, tmp_path: Path) -> None:
    replaces('"BLINA"', '"Blina\\u2019s pump!"')(copy / "treatments" / "blinatumomab.toml")

    assert load_catalogue(tmp_path).aliases["BLINAS PUMP"] == "blinatumomab"


def test_the_longest_word_of_a_command_is_looked_up_first(copy: Path, tmp_path: Path) -> None:
    catalogue = load_catalogue(tmp_path)

    for command in catalogue.lexicon.commands:
        lengths = [len(word) for word in command.words]
        assert lengths == sorted(lengths, reverse=True)
