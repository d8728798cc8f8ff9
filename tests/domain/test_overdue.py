"""What is overdue is held back, the safety texts and what holds a conversation together never."""

from dataclasses import replace
from datetime import date

import pytest

from companion.domain.catalogue import About, Catalogue, CopingLine, Ready, Topic
from companion.domain.selection import Interest, suggest
from tests.domain.cast import SIGNED_UNTIL, a_question, all_signed, item, signed

_BEFORE, _DUE = date(2027, 5, 31), SIGNED_UNTIL


def test_a_catalogue_with_nothing_overdue_is_itself(catalogue: Catalogue) -> None:
    assert catalogue.as_of(date(2027, 3, 1)) is catalogue
    assert all_signed(catalogue).as_of(date(2027, 3, 1)) == all_signed(catalogue)


def test_each_kind_of_ordinary_text_is_withheld_from_the_day_it_is_overdue(catalogue: Catalogue) -> None:
    due, fresh = (signed(item("due", "Once.")), item("fresh", "Now."))
    blina = catalogue.treatment("blinatumomab")
    mixed = replace(
        catalogue,
        treatments={
            **catalogue.treatments,
            "blinatumomab": replace(blina, about=(About(due, "less"), About(fresh, "full"))),
        },
        questions=(
            replace(a_question("due"), item=due),
            a_question("fresh"),
        ),
        coping=(CopingLine(due, push=False), CopingLine(fresh, push=True)),
        ready=(Ready(due, frozenset({"other"})), Ready(fresh, frozenset({"other"}))),
        topics=(Topic(due, ("ONCE",)), Topic(fresh, ("NOW",))),
    )

    day_before, day = mixed.as_of(_BEFORE), mixed.as_of(_DUE)

    assert day_before.questions == mixed.questions
    assert day_before.topics == mixed.topics
    assert [a.item.id for a in day.treatments["blinatumomab"].about] == ["fresh"]
    assert [q.item.id for q in day.questions] == ["fresh"]
    assert [q.item.id for q in suggest(day, Interest())] == ["fresh"]
    assert [line.item.id for line in day.coping] == ["fresh"]
    assert [ready.item.id for ready in day.ready] == ["fresh"]
    assert [topic.item.id for topic in day.topics] == ["fresh"]
    assert "NOW" in day.named
    assert "ONCE" not in day.named


def test_no_safety_text_and_no_fixed_answer_is_ever_withheld(catalogue: Catalogue) -> None:
    long_after = all_signed(catalogue).as_of(date(2099, 1, 1))

    assert long_after.texts.keys() == catalogue.texts.keys()
    assert {key: text.text for key, text in long_after.texts.items()} == {
        key: text.text for key, text in catalogue.texts.items()
    }
    assert long_after.texts["urgent"].overdue(date(2099, 1, 1))
    assert long_after.questions == ()
    assert long_after.coping == ()


def test_an_ordinary_item_of_the_safety_class_is_not_withheld_either(catalogue: Catalogue) -> None:
    crisis = replace(signed(item("crisis", "Call.")), safety=True)
    kept = replace(catalogue, coping=(CopingLine(crisis, push=False),))

    assert kept.as_of(_DUE).coping == kept.coping


@pytest.mark.parametrize(
    ("today", "goes"), [(date(2027, 5, 22), True), (date(2027, 5, 23), False)], ids=["before", "from the day"]
)
def test_a_line_of_support_goes_no_more_when_its_number_ought_to_have_been_checked(
    catalogue: Catalogue, today: date, *, goes: bool
) -> None:
    """The files say for Samaritans: withhold after 23 May 2027; each crisis text names them too."""
    now = catalogue.as_of(today)

    assert ("coping.someone-to-listen" in {line.item.id for line in now.coping}) is goes
    assert ("family" in {topic.item.id for topic in now.topics}) is goes
    assert {"distress", "distress.scotland", "distress.northern-ireland"} <= now.texts.keys()
    assert "116 123" in now.text("distress").text
