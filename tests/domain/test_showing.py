"""What is shown is what a person would get, in the conversation's and the reminders' own words."""

from dataclasses import replace
from datetime import date

import pytest

from companion.domain.catalogue import DEPTHS, Catalogue, Depth
from companion.domain.conversation import respond
from companion.domain.conversation.effects import RememberShown
from companion.domain.conversation.situation import Remembered
from companion.domain.items import Item, Review
from companion.domain.selection import Interest, suggest
from companion.domain.showing import Asked, Shown, booklet, index, texts_for
from companion.domain.showing.person import imagine
from companion.domain.sms import count_segments
from companion.domain.understanding import Meaning, Understood
from companion.domain.vocabulary import APPOINTMENT_TYPES, STAGES, TREATMENTS

TODAY = date(2026, 11, 23)
FREQUENT = ("blood-test", "day-unit", "total-body-irradiation", "lumbar-puncture")


def shown(
    catalogue: Catalogue, section: str, *asked: str | None, information: Depth = "standard"
) -> list[Shown]:
    _, texts = texts_for(catalogue, Asked(*asked, information=information))
    return [text for text in texts if text.section == section]


def ids(text: Shown) -> list[str]:
    return [item.id for item in text.items]


def signed(item: Item) -> Item:
    return replace(item, review=Review(item.version, "Dr A", "nurse", TODAY, date(2027, 5, 23)))


def test_a_treatment_is_told_as_its_word_tells_it(catalogue: Catalogue) -> None:
    texts = shown(catalogue, "treatment", "blinatumomab")

    assert [ids(text) for text in texts] == [["blinatumomab.about"]]
    assert texts[0].by in catalogue.treatment("blinatumomab").aliases
    assert texts[0].body == catalogue.treatment("blinatumomab").about[0].item.text


def test_whoever_wants_to_know_all_gets_the_fuller_text_too(catalogue: Catalogue) -> None:
    texts = shown(catalogue, "treatment", "blinatumomab", information="full")

    assert [ids(text) for text in texts] == [["blinatumomab.about"], ["blinatumomab.about-full"]]


def test_not_having_treatment_is_first_asked_about_and_then_told(catalogue: Catalogue) -> None:
    first, *rest = shown(catalogue, "treatment", "no-treatment")

    assert ids(first) == ["none.ask"]
    assert {text.by for text in rest} == {"1"}
    assert {item_id for text in rest for item_id in ids(text)} <= {
        about.item.id for about in catalogue.treatment("no-treatment").about
    }


def test_each_medicine_inside_a_combination_has_its_text(catalogue: Catalogue) -> None:
    parts = [topic.item.id for topic in catalogue.topics if topic.treatment == "flag-ida"]

    assert parts
    assert [ids(text) for text in shown(catalogue, "part", "flag-ida")] == [[part] for part in parts]


@pytest.mark.parametrize("information", DEPTHS)
@pytest.mark.parametrize(
    ("treatment", "kind"),
    [(None, None), (None, "results"), ("blinatumomab", "infusion-start"), ("no-treatment", "symptom-review")],
    ids=str,
)
def test_questions_read_as_the_conversation_gives_them(
    catalogue: Catalogue, treatment: str | None, kind: str | None, information: Depth
) -> None:
    person = imagine(catalogue, Asked(treatment, kind, information=information))
    answer = respond(Understood("", Meaning("questions")), person.situation(catalogue))
    said = [reply.body for reply in answer.replies]
    (mark,) = (effect for effect in answer.effects if isinstance(effect, RememberShown))
    while mark.until < len(mark.shown):
        remembered = Remembered(shown=mark.shown, shown_until=mark.until)
        answer = respond(Understood("", Meaning("more")), person.situation(catalogue, remembered))
        said += [reply.body for reply in answer.replies]
        (mark,) = (effect for effect in answer.effects if isinstance(effect, RememberShown))

    texts = shown(catalogue, "question", treatment, kind, information=information)

    assert [text.body for text in texts] == said
    assert texts[0].by == "QUESTIONS"
    assert {text.by for text in texts[1:]} == {"MORE"}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_that_is_asked_for_ranks_the_questions(catalogue: Catalogue, stage: str) -> None:
    texts = shown(catalogue, "question", "stem-cell-transplant", "clinic-review", stage)

    listed = [i for text in texts for i in ids(text) if i.startswith("q.")]
    interest = Interest(("stem-cell-transplant",), "clinic-review", "standard", stage)
    assert listed == [question.item.id for question in suggest(catalogue, interest)]


def test_after_the_question_about_no_treatment_it_is_said_that_support_goes_on(catalogue: Catalogue) -> None:
    texts = shown(catalogue, "question", "chemotherapy", "treatment-choice")

    at = next(n for n, text in enumerate(texts) if "q.no-treatment" in ids(text))
    assert ids(texts[at + 1]) == ["questions.after-heavy"]


def test_the_last_list_of_questions_says_that_it_is_the_last(catalogue: Catalogue) -> None:
    lists = [t for t in shown(catalogue, "question") if ids(t) != ["questions.after-heavy"]]

    assert ids(lists[-1])[0] == "questions.last"
    assert {ids(text)[0] for text in lists[:-1]} == {"questions.list"}


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        ("clinic-review", ["heads-up", "confirm", "evening-before", "after-visit"]),
        ("results", ["heads-up", "confirm", "evening-before"]),
        *((kind, ["evening-before"]) for kind in FREQUENT),
    ],
)
def test_a_visit_has_the_reminders_that_would_go(catalogue: Catalogue, kind: str, rules: list[str]) -> None:
    assert [text.by for text in shown(catalogue, "push", "blinatumomab", kind)] == rules


def test_without_a_visit_there_is_no_reminder_and_no_answer_about_one(catalogue: Catalogue) -> None:
    sections = {text.section for text in texts_for(catalogue, Asked("blinatumomab"))[1]}

    assert not sections & {"push", "visit"}


@pytest.mark.parametrize(
    ("treatment", "kind", "stage", "real"),
    [
        ("blinatumomab", "clinic-review", "in-treatment", True),
        ("blinatumomab", "clinic-review", "choosing", True),
        ("blinatumomab", "clinic-review", "after", False),
        ("car-t-cell-therapy", "clinic-review", "after", True),
        ("sibling-donor", "day-unit", "after", True),
        ("sibling-donor", "transplant-day", "after", False),
        ("blinatumomab", "results", "waiting", True),
        ("symptom-control", "results", "waiting", False),
        ("symptom-control", "results", "not-having-treatment", True),
        (None, "trial-consent", "trial", True),
        (None, "clinic-review", "in-treatment", False),
    ],
)
def test_reminders_are_shown_only_for_a_stage_somebody_can_be_at(
    catalogue: Catalogue, treatment: str | None, kind: str, stage: str, *, real: bool
) -> None:
    person, texts = texts_for(catalogue, Asked(treatment, kind, stage))

    assert (person.stage, person.real) == (stage, real)
    assert any(text.section == "push" for text in texts) is real


def test_a_person_at_the_stage_of_choosing_only_weighs_the_treatment(catalogue: Catalogue) -> None:
    assert imagine(catalogue, Asked("blinatumomab", "clinic-review", "choosing")).chosen is None
    assert imagine(catalogue, Asked("blinatumomab", "clinic-review")).chosen == "blinatumomab"


@pytest.mark.parametrize("kind", APPOINTMENT_TYPES)
def test_what_a_reminder_is_made_of_stands_in_it(catalogue: Catalogue, kind: str) -> None:
    pushed = {question.item.id: question.push for question in catalogue.questions}

    for text in shown(catalogue, "push", "car-t-cell-therapy", kind, information="full"):
        template, *pieces = text.items
        rest = text.body
        for part in [pushed.get(piece.id) or piece.text for piece in pieces]:
            assert part in rest
            rest = rest.replace(part, "", 1)
        assert template.id.startswith(f"push.{text.by}")
        assert ("1. " in text.body) is any(piece.id in pushed for piece in pieces)
        assert ("support" in template.placeholders) is any(p.id.startswith("coping.") for p in pieces)


@pytest.mark.parametrize("kind", APPOINTMENT_TYPES)
def test_a_visit_is_answered_with_its_kind_and_more_brings_every_text_on_getting_ready(
    catalogue: Catalogue, kind: str
) -> None:
    details, *ready = shown(catalogue, "visit", None, kind)

    fitting = [found.item.id for found in catalogue.ready if kind in found.types]
    around = [["visit.ready"]] * (len(fitting) - 1) + [[]]
    assert (ids(details), details.by) == (["visit.next", f"kind.{kind}"], "VISIT")
    assert [ids(text) for text in ready] == [[*by, i] for by, i in zip(around, fitting, strict=True)]
    assert [text.by for text in ready] == ["VISIT", *["MORE"] * (len(fitting) - 1)]


def test_whoever_joins_is_shown_the_welcome_they_get(catalogue: Catalogue) -> None:
    texts = shown(catalogue, "welcome")

    assert [(text.by, ids(text)) for text in texts] == [
        ("welcome", ["welcome"]),
        ("welcome", ["welcome-2"]),
    ]
    assert texts[0].body.startswith("Hello from Riverside Team.")


def test_after_treatment_the_reminders_carry_what_is_asked_then(catalogue: Catalogue) -> None:
    before, after = (
        [
            i
            for text in shown(catalogue, "push", "car-t-cell-therapy", "clinic-review", stage)
            for i in ids(text)
        ]
        for stage in ("in-treatment", "after")
    )

    assert "q.car-t.follow-up" in after
    assert "q.car-t.follow-up" not in before


def test_every_line_of_support_is_shown_in_the_order_it_is_sent(catalogue: Catalogue) -> None:
    texts = shown(catalogue, "coping")

    lines = [line.item.id for line in catalogue.coping if not line.push]
    assert [ids(text) for text in texts] == [["coping.body", line] for line in lines]


def test_a_text_is_reviewed_only_when_everything_in_it_is(catalogue: Catalogue) -> None:
    texts = {key: signed(i) if key == "coping.body" else i for key, i in catalogue.texts.items()}
    first, *rest = (line for line in catalogue.coping if not line.push)
    support = (replace(first, item=signed(first.item)), *rest)

    coping = shown(replace(catalogue, texts=texts, coping=support), "coping")

    assert [text.status for text in coping] == ["reviewed", *["draft"] * len(rest)]
    assert coping[0].version == f"{texts['coping.body'].version}+{first.item.version}"


def test_a_treatment_whose_texts_are_held_back_is_answered_all_the_same(catalogue: Catalogue) -> None:
    bare = {key: replace(t, about=()) for key, t in catalogue.treatments.items()}

    (text,) = shown(replace(catalogue, treatments=bare), "treatment", "nelarabine")

    assert ids(text) == ["treatment.locked"]


@pytest.mark.parametrize("treatment", [None, *TREATMENTS], ids=str)
def test_every_text_shown_fits_two_segments_and_has_no_open_bracket(
    catalogue: Catalogue, treatment: str | None
) -> None:
    for kind in (None, "treatment-choice", "results", "day-unit"):
        for text in texts_for(catalogue, Asked(treatment, kind, information="full"))[1]:
            assert (text.segments <= 2, text.encoding) == (True, "GSM-7"), text
            assert "{" not in text.body


def test_the_index_counts_every_text_once_by_its_kind(catalogue: Catalogue) -> None:
    *rows, total = index(catalogue, TODAY)

    assert total.items == len(catalogue.everything())
    assert sum(row.items for row in rows if row.group == "kind") == total.items
    assert [row.id for row in rows if row.group == "treatment"] == list(TREATMENTS)
    assert [row.id for row in rows if row.group == "appointment"] == list(APPOINTMENT_TYPES)


def test_the_index_counts_what_is_signed_and_what_is_held_back(catalogue: Catalogue) -> None:
    first, *rest = catalogue.ready
    reviewed = replace(catalogue, ready=(replace(first, item=signed(first.item)), *rest))

    before, after = (index(reviewed, day) for day in (date(2027, 5, 22), date(2027, 5, 23)))

    counted = [next(row for row in rows if row.id == "ready") for rows in (before, after)]
    assert [row.reviewed for row in counted] == [1, 1]
    assert counted[1].withheld - counted[0].withheld >= 1


def test_every_text_stands_in_the_booklet_exactly_once(catalogue: Catalogue) -> None:
    book = booklet(catalogue, TODAY)

    chapters = [*book.safety, *book.general, *book.ground, *book.coping, *book.reminders, *book.replies]
    for treatment in book.treatments:
        chapters += [*treatment.about, *treatment.parts, *treatment.questions]
    for visit in book.visits:
        chapters += [visit.name, *visit.ready]
    assert sorted(card.item.id for card in chapters) == sorted(item.id for item in catalogue.everything())


def test_a_question_of_two_treatments_stands_under_one_and_is_listed_under_the_other(
    catalogue: Catalogue,
) -> None:
    first, *rest = catalogue.questions
    shared = replace(first, treatments=frozenset({"donor", "nelarabine"}))

    book = booklet(replace(catalogue, questions=(shared, *rest)), TODAY)

    chapters = {chapter.treatment.id: chapter for chapter in book.treatments}
    assert shared.item.id in [card.item.id for card in chapters["nelarabine"].questions]
    assert chapters["donor"].elsewhere == (shared,)
    assert chapters["nelarabine"].elsewhere == ()


def test_a_booklet_fills_a_text_as_the_program_does_and_leaves_no_placeholder(catalogue: Catalogue) -> None:
    book = booklet(catalogue, TODAY)

    for card in (*book.safety, *book.reminders, *book.replies, *book.coping):
        assert "{" not in card.filled
        assert card.segments == count_segments(card.filled) <= 2
    confirm = next(card for card in book.reminders if card.item.id == "push.confirm")
    assert "\n1. " in confirm.filled
