"""A treatment, command, rule or date that is wrong is refused when it is loaded, and named."""

import pytest

from tests.catalogue.conftest import Refusal
from tests.catalogue.edits import Edit, in_item, in_turn, replaces


@pytest.mark.parametrize(
    ("name", "edit", "item", "problem"),
    [
        pytest.param(
            "treatments/blinatumomab",
            replaces('id = "blinatumomab"', 'id = "blina"'),
            "blina",
            "must hold the id blinatumomab",
            id="a file with another's id",
        ),
        pytest.param(
            "treatments/blinatumomab",
            replaces("monoclonal-antibodies", "mabs"),
            "blinatumomab",
            "a parent that exists",
            id="an unknown parent",
        ),
        pytest.param(
            "treatments/donor",
            replaces("stem-cell-transplant", "sibling-donor"),
            "donor",
            "a parent that exists",
            id="a circle of parents",
        ),
        pytest.param(
            "treatments/donor",
            replaces('parent = "stem-cell-transplant"', 'parent = "donor"'),
            "donor",
            "a parent that exists",
            id="its own parent",
        ),
        pytest.param(
            "treatments/blinatumomab",
            in_turn(replaces("[[about]]", "[[more]]", 2), replaces("[[more]]", "[about]")),
            "blinatumomab",
            "about must be a list",
            id="about is no list",
        ),
        pytest.param(
            "treatments/blinatumomab",
            replaces('"BLINA"', '"BLINA", "KYMRIAH"'),
            "KYMRIAH",
            "means blinatumomab already",
            id="an alias twice",
        ),
        pytest.param(
            "treatments/blinatumomab",
            replaces('"BLINA"', '"BLINA", "kymriah!"'),
            "KYMRIAH",
            "means blinatumomab already",
            id="an alias twice in other dress",
        ),
        pytest.param(
            "treatments/blinatumomab",
            replaces('"BLINA"', '"BLINA", "MORE"'),
            "MORE",
            "means more already",
            id="an alias that is a command",
        ),
        pytest.param(
            "treatments/blinatumomab",
            replaces('"BLINA"', '"BLINA", "Can\'t come"'),
            "CANT COME",
            "means change already",
            id="an alias that is a command in other dress",
        ),
        pytest.param(
            "treatments/blinatumomab",
            replaces('"BLINA"', '"BLINA", "END"'),
            "END",
            "means the carrier already",
            id="an alias that is the carrier's",
        ),
        pytest.param(
            "keywords",
            replaces('intent = "coping"', 'intent = "cope"'),
            "cope",
            "is not an intent",
            id="an unknown intent",
        ),
        pytest.param(
            "keywords",
            replaces('slot = "numbers"', 'slot = "number"'),
            "keep_question",
            "slot is one of none, numbers, text, treatment",
            id="an unknown slot",
        ),
        pytest.param(
            "keywords",
            replaces('"COPING", ', '"COPING", "QUESTIONS", '),
            "QUESTIONS",
            "means questions already",
            id="a word of two commands",
        ),
        pytest.param(
            "keywords",
            replaces('"COPING", ', '"COPING", "CANCEL", '),
            "CANCEL",
            "means the carrier already",
            id="a command that is the carrier's",
        ),
        pytest.param(
            "keywords", replaces("[denial]", "[refusal]"), "-", "has no denial", id="no way to deny a sign"
        ),
        pytest.param(
            "keywords", replaces("opt_out_alone", "alone"), "-", "has no opt_out_alone", id="no word to stop"
        ),
        pytest.param(
            "keywords", replaces("[in_context]", "[context]"), "-", "has no in_context", id="a missing table"
        ),
        pytest.param(
            "reminders",
            in_item("heads-up", '"day-unit"', '"day-units"'),
            "heads-up",
            "no such kind of visit: day-units",
            id="a rule with an unknown type",
        ),
        pytest.param(
            "reminders",
            replaces('id = "heads-up"', 'id = "headsup"'),
            "rule",
            "must be each of heads-up, confirm",
            id="an unknown rule",
        ),
        pytest.param(
            "reminders",
            replaces('id = "heads-up"', 'id = "confirm"'),
            "rule",
            "must be each of heads-up, confirm",
            id="a rule twice",
        ),
        pytest.param(
            "reminders",
            in_item("heads-up", '"10:00"', '"ten"'),
            "heads-up",
            "'ten' is not a time",
            id="a rule without a time",
        ),
        pytest.param(
            "reminders",
            replaces('sending_from = "08:00"', 'sending_from = "8"'),
            "sending_from",
            "'8' is not a time",
            id="sending hours that are no time",
        ),
        pytest.param(
            "reminders",
            replaces('sending_until = "20:00"', 'sending_until = "08:00"'),
            "sending_from",
            "must lie before",
            id="sending hours of no length",
        ),
        pytest.param(
            "reminders", replaces("pushes_per_day = 1", ""), "-", "has no pushes_per_day", id="a cap missing"
        ),
        pytest.param(
            "reminders",
            replaces("days_before = 7", 'days_before = "7"'),
            "heads-up",
            "days_before must be a int",
            id="days as a text",
        ),
        pytest.param("dates", replaces('"Monday", ', ""), "-", "seven weekdays", id="six weekdays"),
        pytest.param("dates", replaces('"June",', ""), "-", "twelve months", id="eleven months"),
        pytest.param(
            "sources",
            in_item("project", "title =", "name ="),
            "project",
            "has no title",
            id="a source without a title",
        ),
    ],
)
def test_what_holds_the_texts_together_is_refused_and_named_when_it_is_wrong(
    refusal: Refusal, name: str, edit: Edit, item: str, problem: str
) -> None:
    message = refusal(name, edit)

    file, named, said = message.split(": ", 2)
    assert file.endswith(".toml")
    assert named == item, message
    assert problem in said, message
