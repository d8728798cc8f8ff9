"""A text, question or line that is wrong is refused when it is loaded, and named."""

import pytest

from tests.catalogue.conftest import Refusal
from tests.catalogue.edits import Edit, appends, in_item, replaces, without_item

_A_REPLY = '[[reply]]\nid = "{}"\ntext = "Hello."\nsource = "project"'
_A_QUESTION = (
    '[[question]]\nid = "{}"\ntext = "Why?"\ndepth = "less"\ntreatments = []\ntypes = []\nstages = []\n'
    'rank = 1\nsource = "project"'
)


@pytest.mark.parametrize(
    ("name", "edit", "item", "problem"),
    [
        pytest.param(
            "replies", in_item("urgent", "source =", "sauce ="), "urgent", "has no source", id="misspelt key"
        ),
        pytest.param(
            "replies", in_item("urgent", "text =", "words ="), "urgent", "has no text", id="no text"
        ),
        pytest.param(
            "replies",
            in_item("urgent", "text =", 'by = "me"\ntext ='),
            "urgent",
            "a key nothing reads: by",
            id="a key too many",
        ),
        pytest.param(
            "replies",
            in_item("urgent", "text =", 'status = "reviewed"\ntext ='),
            "urgent",
            "a key nothing reads: status",
            id="a text cannot say of itself that it is reviewed",
        ),
        pytest.param(
            "replies",
            in_item("urgent", 'class = "safety"', 'class = "saftey"'),
            "urgent",
            "class 'saftey' is not one of safety",
            id="a misspelt class",
        ),
        pytest.param(
            "replies",
            in_item("urgent", 'source = "project"', 'source = "hearsay"'),
            "urgent",
            "no source 'hearsay'",
            id="unknown source of a reply",
        ),
        pytest.param(
            "questions",
            in_item("q.cure", "source-document", "hearsay"),
            "q.cure",
            "no source 'hearsay'",
            id="unknown source of a question",
        ),
        pytest.param(
            "treatments/blinatumomab",
            replaces("source-document", "hearsay"),
            "blinatumomab.about",
            "no source 'hearsay'",
            id="unknown source of a treatment",
        ),
        pytest.param(
            "replies",
            in_item("bereavement", 'text = "', 'text = " "\n#'),
            "bereavement",
            "is empty",
            id="empty text",
        ),
        pytest.param(
            "replies",
            in_item("bereavement", 'text = "', "text = 7\n#"),
            "bereavement",
            "text must be a str",
            id="a number for a text",
        ),
        pytest.param(
            "questions",
            in_item("q.cure", "rank = 900", 'rank = "900"'),
            "q.cure",
            "rank must be a int",
            id="a text for a rank",
        ),
        pytest.param(
            "questions",
            in_item("q.cure", "rank = 900", "rank = true"),
            "q.cure",
            "rank must be a int",
            id="true for a rank",
        ),
        pytest.param(
            "questions",
            in_item("q.cure", "heavy = true", "heavy = 1"),
            "q.cure",
            "heavy must be a bool",
            id="1 for heavy",
        ),
        pytest.param(
            "questions",
            in_item("q.cure", "types = []", 'types = "results"'),
            "q.cure",
            "types must be a list",
            id="a text for a list",
        ),
        pytest.param(
            "questions",
            in_item("q.cure", "types = []", "types = [1]"),
            "q.cure",
            "types must be a list of words",
            id="numbers in a list",
        ),
        pytest.param(
            "questions",
            in_item("q.cure", 'depth = "full"', 'depth = "deep"'),
            "q.cure",
            "depth 'deep' is not one of",
            id="bad depth",
        ),
        pytest.param(
            "questions",
            in_item("q.cure", "treatments = []", 'treatments = ["blina"]'),
            "q.cure",
            "no such id: blina",
            id="unknown treatment",
        ),
        pytest.param(
            "questions",
            in_item("q.cure", "types = []", 'types = ["tea"]'),
            "q.cure",
            "no such id: tea",
            id="unknown type",
        ),
        pytest.param(
            "coping",
            in_item("coping.waiting", "push = false", 'push = "no"'),
            "coping.waiting",
            "push must be a bool",
            id="no for false",
        ),
        pytest.param("replies", appends(_A_REPLY.format("urgent")), "-", "stands twice", id="a reply twice"),
        pytest.param(
            "questions",
            appends(_A_QUESTION.format("q.cure")),
            "q.cure",
            "stands in questions.toml already",
            id="a question twice",
        ),
        pytest.param(
            "questions",
            appends(_A_QUESTION.format("coping.waiting")),
            "coping.waiting",
            "stands in questions.toml already",
            id="an id in two files",
        ),
        pytest.param(
            "kinds", without_item("fertility", "kind"), "-", "no words for fertility", id="a kind missing"
        ),
        pytest.param(
            "kinds",
            in_item("fertility", 'id = "fertility"', 'id = "tea"'),
            "-",
            "no words for fertility",
            id="a kind misnamed",
        ),
        pytest.param(
            "kinds",
            appends('[[kind]]\nid = "tea"\ntext = "tea"\nsource = "project"'),
            "tea",
            "is not an appointment type",
            id="a kind too many",
        ),
        pytest.param(
            "replies", without_item("urgent", "reply"), "urgent", "the program sends it", id="a reply missing"
        ),
        pytest.param(
            "reminders",
            without_item("push.minimal", "push"),
            "push.minimal",
            "the program sends it",
            id="a push missing",
        ),
        pytest.param(
            "replies",
            appends(_A_REPLY.format("goodbye")),
            "goodbye",
            "nothing sends",
            id="a reply nothing sends",
        ),
        pytest.param(
            "replies",
            in_item("urgent", "Please call {line} now", "{name}, call {line} now"),
            "urgent",
            "nothing fills {name}",
            id="a reply asks for a name",
        ),
        pytest.param(
            "reminders",
            in_item("push.heads-up", "You have", "{name}, you have"),
            "push.heads-up",
            "nothing fills {name}",
            id="a push asks for a name",
        ),
        pytest.param(
            "questions",
            in_item("q.overnight", 'text = "Would', 'text = "{name}, would'),
            "q.overnight",
            "nothing fills {name}",
            id="a question asks for a name",
        ),
        pytest.param(
            "kinds",
            in_item("fertility", 'text = "', 'text = "{name} '),
            "kind.fertility",
            "nothing fills {name}",
            id="a kind asks for a name",
        ),
        pytest.param(
            "coping",
            in_item("coping.push.someone", 'text = "', 'text = "{line} '),
            "coping.push.someone",
            "nothing fills {line}",
            id="a line of a push asks for the number",
        ),
        pytest.param(
            "reminders",
            in_item("push.minimal", "details", "your chemo"),
            "push.minimal",
            "says 'chemo', which must not stand on a lock screen",
            id="a push that tells",
        ),
        pytest.param(
            "questions",
            in_item("q.who-to-call", 'push = "Who', 'push = "On the ward, who'),
            "q.who-to-call",
            "says 'ward', which must not",
            id="a question's push wording that tells",
        ),
        pytest.param(
            "coping",
            in_item("coping.push.someone", 'text = "', 'text = "Cancer: '),
            "coping.push.someone",
            "says 'cancer', which must not",
            id="a line of a push that tells",
        ),
    ],
)
def test_an_item_that_is_wrong_is_refused_and_named(
    refusal: Refusal, name: str, edit: Edit, item: str, problem: str
) -> None:
    message = refusal(name, edit)

    file, named, said = message.split(": ", 2)
    assert file.endswith(".toml")
    assert named == item, message
    assert problem in said, message
