"""A clinic's own words in place of the catalogue's: what fits, and what they leave alone."""

from dataclasses import replace
from datetime import date

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.items import Item, Review
from companion.domain.local_wording import OwnWording, fitting, reworded, stands_in_reminders
from companion.errors import InvalidInput, NotFound


def the_item(catalogue: Catalogue, item_id: str) -> Item:
    (found,) = (item for item in catalogue.everything() if item.id == item_id)
    return found


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("ready.bone-marrow-test", "Come to door 4. Call {line} to ask."),
        ("visit.none", "There is no visit. Call {line}."),
        ("push.minimal", "A visit: {when}."),
        ("blinatumomab.about", "Blina is a drip. Reply QUESTIONS for more."),
        ("relapsed", "It has come back. Reply COPING for support."),
        ("coping.waiting", "You can ask when you will hear."),
        ("q.money", "Who can help with money?"),
        ("kind.bone-marrow-test", "test of the marrow"),
    ],
)
def test_each_kind_of_text_is_replaced_and_no_other_one(catalogue: Catalogue, item: str, text: str) -> None:
    new = reworded(catalogue, [OwnWording(item, text)])

    assert the_item(new, item).text == text
    unlike = [a.id for a, b in zip(catalogue.everything(), new.everything(), strict=True) if a != b]
    assert unlike == [item]
    assert the_item(catalogue, item).text != text, "the catalogue that was given is as it was"


def test_without_own_words_it_is_the_very_same_catalogue(catalogue: Catalogue) -> None:
    assert reworded(catalogue, []) is catalogue


def test_own_words_are_a_draft_and_a_safety_text_stays_one(catalogue: Catalogue) -> None:
    urgent = catalogue.text("urgent")
    signed = replace(
        urgent, review=Review(urgent.version, "Dr A", "consultant", date(2026, 1, 1), date(2030, 1, 1))
    )
    reviewed = replace(catalogue, texts={**catalogue.texts, "urgent": signed})

    new = reworded(reviewed, [OwnWording("urgent", "Call {line} now.")]).text("urgent")

    assert (reviewed.text("urgent").status, new.status) == ("reviewed", "draft")
    assert new.safety
    assert (new.source, new.place) == (urgent.source, urgent.place)
    assert new.version != urgent.version


def test_a_named_line_becomes_its_number_and_the_text_knows_it(catalogue: Catalogue) -> None:
    new = the_item(
        reworded(catalogue, [OwnWording("coping.waiting", "Call {line:samaritans}.")]), "coping.waiting"
    )

    assert new.text == f"Call {catalogue.lines['samaritans'].number}."
    assert [line.id for line in new.lines] == ["samaritans"]


@pytest.mark.parametrize("push", ["Who can help?", None], ids=["with a push", "without"])
def test_both_wordings_of_a_question_are_replaced_together(catalogue: Catalogue, push: str | None) -> None:
    new = reworded(catalogue, [OwnWording("q.money", "Who can help with money?", push)])

    (question,) = (q for q in new.questions if q.item.id == "q.money")
    assert question.push == push


UNFIT = [
    ("empty", OwnWording("visit.none", " "), "would be empty"),
    ("empty push", OwnWording("q.money", "Who?", ""), "would be empty"),
    ("push of a reply", OwnWording("visit.none", "No visit.", "No visit."), "has no second wording"),
    ("push of a line", OwnWording("coping.push-1", "No visit.", "No visit."), "has no second wording"),
    ("unknown line", OwnWording("visit.none", "Call {line:zu}."), "names the line 'zu', which is not in use"),
    ("stray bracket", OwnWording("visit.none", "Call {Line}."), "curly bracket"),
    (
        "unknown placeholder",
        OwnWording("visit.none", "Call {name}."),
        "{name}, which nothing fills; it may hold: {line}",
    ),
    ("another's placeholder", OwnWording("urgent", "{when}: call {line}."), "{when}, which nothing fills"),
    ("none may stand", OwnWording("q.money", "Who at {line}?"), "it may hold: none"),
    ("date lost", OwnWording("push.minimal", "You have a visit."), "leaves out {when}"),
    ("old date lost", OwnWording("push.correction", "Now {when}."), "leaves out {old}"),
    ("questions lost", OwnWording("questions.list", "Reply MORE."), "leaves out {questions}"),
    ("line of a safety text lost", OwnWording("urgent", "Call us."), "leaves out {line}"),
]


@pytest.mark.parametrize(("wording", "problem"), [c[1:] for c in UNFIT], ids=[c[0] for c in UNFIT])
def test_words_that_cannot_stand_are_refused_and_passed_over(
    catalogue: Catalogue, wording: OwnWording, problem: str
) -> None:
    if wording.item_id == "coping.push-1":
        pushed = next(line.item.id for line in catalogue.coping if line.push)
        wording = replace(wording, item_id=pushed)

    with pytest.raises(InvalidInput) as refused:
        fitting(catalogue, wording)

    assert problem in str(refused.value)
    assert str(refused.value).startswith(wording.item_id)
    assert reworded(catalogue, [wording]) is catalogue


def test_words_for_a_text_that_is_gone_are_refused_and_passed_over(catalogue: Catalogue) -> None:
    with pytest.raises(NotFound, match=r"There is no text visit\.nine"):
        fitting(catalogue, OwnWording("visit.nine", "Zu."))

    assert reworded(catalogue, [OwnWording("visit.nine", "Zu.")]) is catalogue


def test_words_that_name_a_line_that_went_out_of_use_give_way(catalogue: Catalogue) -> None:
    lines = {**catalogue.lines, "samaritans": replace(catalogue.lines["samaritans"], use=False)}
    without = replace(catalogue, lines=lines)

    assert reworded(without, [OwnWording("coping.waiting", "Call {line:samaritans}.")]) is without


def test_a_clinics_line_may_be_left_out_of_an_ordinary_text(catalogue: Catalogue) -> None:
    wording = OwnWording("visit.none", "There is no visit. Your letter says more.")

    assert fitting(catalogue, wording) is wording


@pytest.mark.parametrize(
    ("item", "stands"),
    [
        ("push.heads-up", True),
        ("q.money", True),
        ("push.own-count", True),
        ("ready.bone-marrow-test", False),
        ("visit.none", False),
        ("coping.waiting", False),
        ("nothing", False),
    ],
)
def test_what_reminders_are_made_of(catalogue: Catalogue, item: str, *, stands: bool) -> None:
    assert stands_in_reminders(catalogue, item) is stands


def test_a_pushed_line_of_support_stands_in_reminders(catalogue: Catalogue) -> None:
    pushed = next(line.item.id for line in catalogue.coping if line.push)

    assert stands_in_reminders(catalogue, pushed)
