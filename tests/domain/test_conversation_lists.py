"""QUESTIONS, MORE, KEEP and LIST: numbers stay as shown until the list is shown again."""

from dataclasses import replace

import pytest

from companion.domain.catalogue import Catalogue, Depth
from companion.domain.clock_time import parse_wall
from companion.domain.conversation import Answer, Reply, Situation, respond
from companion.domain.conversation import effects as does
from companion.domain.conversation.situation import ListedQuestion, Person, Remembered, UpcomingVisit
from companion.domain.sms import count_segments
from companion.domain.understanding import understand
from companion.domain.vocabulary import STAGES, TREATMENTS
from companion.records import PatientState
from tests.domain.cast import a_question, in_few_words, item
from tests.people import LINE

_NAMES = ("one", "two", "three", "four", "five")


@pytest.fixture
def small(catalogue: Catalogue) -> Catalogue:
    few = in_few_words(catalogue, *(a_question(name, rank=n) for n, name in enumerate(_NAMES)))
    own_words = {
        "questions.list": "Ideas:\n{questions}\nMORE?",
        "questions.last": "Last:\n{questions}\nKEEP?",
        "questions.no-more": "No more.",
        "keep.done": "Kept, {count}.",
        "list.body": "Yours:\n{questions}\nFIRST?",
    }
    return replace(few, texts={**few.texts, **{name: item(name, text) for name, text in own_words.items()}})


def answer_to(
    text: str,
    catalogue: Catalogue,
    remembered: Remembered | None = None,
    own: tuple[ListedQuestion, ...] = (),
) -> Answer:
    person = Person(1, PatientState.ACTIVE, own=own)
    situation = Situation(catalogue, "Team", LINE, person=person, remembered=remembered or Remembered())
    return respond(understand(text, catalogue.grammar), situation)


def test_questions_shows_the_first_three_and_remembers_the_whole_order(small: Catalogue) -> None:
    assert answer_to("QUESTIONS", small) == Answer(
        (Reply("Ideas:\n1. What about one?\n2. What about two?\n3. What about three?\nMORE?"),),
        (does.RememberShown(_NAMES, 3), does.CloseOffer()),
    )


def test_more_goes_on_with_the_numbers_where_it_stopped(small: Catalogue) -> None:
    assert answer_to("MORE", small, Remembered(_NAMES, 3)) == Answer(
        (Reply("Last:\n4. What about four?\n5. What about five?\nKEEP?"),),
        (does.RememberShown(_NAMES, 5), does.CloseOffer()),
    )


def test_more_at_the_end_says_so_and_changes_nothing(small: Catalogue) -> None:
    assert answer_to("MORE", small, Remembered(_NAMES, 5)) == Answer((Reply("No more."),))


def test_more_before_any_list_is_the_first_list(small: Catalogue) -> None:
    assert answer_to("MORE", small) == answer_to("QUESTIONS", small)


def test_more_follows_the_order_that_was_shown_not_todays(small: Catalogue) -> None:
    shown = tuple(reversed(_NAMES))

    (reply,) = answer_to("MORE", small, Remembered(shown, 3)).replies

    assert reply.body == "Last:\n4. What about two?\n5. What about one?\nKEEP?"


def test_questions_again_begins_at_the_top(small: Catalogue) -> None:
    assert answer_to("QUESTIONS", small, Remembered(_NAMES, 5)) == answer_to("QUESTIONS", small)


def test_more_begins_again_when_the_catalogue_has_changed_since(small: Catalogue) -> None:
    assert answer_to("MORE", small, Remembered(("gone", *_NAMES), 3)) == answer_to("QUESTIONS", small)


def test_more_with_no_visit_left_to_get_ready_for_goes_on_with_questions(small: Catalogue) -> None:
    remembered = Remembered(_NAMES, 3, ready=("ready.one", "ready.two"), ready_until=1)

    assert answer_to("MORE", small, remembered) == answer_to("MORE", small, Remembered(_NAMES, 3))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("KEEP 1 3", ["one", "three"]),
        ("KEEP 3,1", ["three", "one"]),
        ("KEEP 2 2", ["two"]),
        ("KEEP 1 and 2", ["one", "two"]),
    ],
)
def test_keep_saves_what_the_numbers_meant_when_shown(small: Catalogue, text: str, kept: list[str]) -> None:
    answer = answer_to(text, small, Remembered(_NAMES, 3))

    assert answer.effects == tuple(does.SaveQuestion(f"What about {name}?", name) for name in kept)
    assert [reply.body for reply in answer.replies] == [f"Kept, {len(kept)}."]


@pytest.mark.parametrize(
    ("text", "remembered"),
    [
        pytest.param("KEEP 4", Remembered(_NAMES, 3), id="not shown yet"),
        pytest.param("KEEP 0", Remembered(_NAMES, 3), id="nought"),
        pytest.param("KEEP 1 4", Remembered(_NAMES, 3), id="one of two not shown: nothing is kept"),
        pytest.param("KEEP 1", Remembered(), id="nothing shown at all"),
        pytest.param("KEEP 99", Remembered(_NAMES, 5), id="far beyond"),
    ],
)
def test_keep_of_a_number_not_shown_asks_back(small: Catalogue, text: str, remembered: Remembered) -> None:
    assert answer_to(text, small, remembered) == Answer((Reply(small.text("keep.which").text),))


def test_keeping_what_is_kept_already_changes_nothing(small: Catalogue) -> None:
    own = (ListedQuestion(9, "What about one?", "one"),)

    answer = answer_to("KEEP 1 2", small, Remembered(_NAMES, 3), own)

    assert answer == Answer((Reply("Kept, 2."),), (does.SaveQuestion("What about two?", "two"),))


def test_a_question_gone_from_the_catalogue_is_not_kept(small: Catalogue) -> None:
    answer = answer_to("KEEP 1 2", small, Remembered(("gone", "one"), 2))

    assert answer.effects == (does.SaveQuestion("What about one?", "one"),)


def test_list_shows_all_of_it_and_remembers_the_numbers(small: Catalogue) -> None:
    own = (ListedQuestion(9, "A?"), ListedQuestion(4, "B?"))

    assert answer_to("LIST", small, own=own) == Answer(
        (Reply("Yours:\n1. A?\n2. B?\nFIRST?"),), (does.RememberListed((9, 4)), does.CloseOffer())
    )


def test_an_empty_list_says_how_to_fill_it(small: Catalogue) -> None:
    assert answer_to("LIST", small) == Answer((Reply(small.text("list.empty").text),))


def test_numbers_mean_the_list_as_it_was_shown(small: Catalogue) -> None:
    own = (ListedQuestion(4, "B?"), ListedQuestion(9, "A?"))

    answer = answer_to("DROP 1", small, Remembered(listed=(9, 4)), own)

    assert answer.effects == (does.DropQuestion(9), does.RememberListed((9, 4)))


def test_a_number_whose_question_is_gone_from_the_list_asks_back(small: Catalogue) -> None:
    own = (ListedQuestion(4, "B?"),)

    answer = answer_to("DROP 1", small, Remembered(listed=(9, 4)), own)

    assert answer == Answer((Reply(small.text("list.which").text),))


def test_a_long_list_comes_in_several_texts_and_loses_nothing(small: Catalogue) -> None:
    own = tuple(ListedQuestion(n, f"{n} " + "x" * 100) for n in range(1, 8))

    answer = answer_to("LIST", small, own=own)

    assert len(answer.replies) > 1
    assert all(count_segments(reply.body) <= 2 for reply in answer.replies)
    together = "\n".join(reply.body for reply in answer.replies)
    assert all(f"{n}. {n} x" in together for n in range(1, 8))


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        pytest.param("x" * 301, True, id="two segments with its number"),
        pytest.param("x" * 302, False, id="one letter more"),
        pytest.param("Why " + "\U0001f600" * 62, True, id="two segments of emoji"),
        pytest.param("Why " + "\U0001f600" * 63, False, id="one emoji more"),
    ],
)
def test_an_own_question_is_kept_whole_or_refused(catalogue: Catalogue, words: str, *, kept: bool) -> None:
    answer = answer_to(f"ASK {words}", catalogue)

    assert answer.effects == ((does.SaveQuestion(words),) if kept else ())
    count = {"count": "1"} if kept else {"line": LINE}
    expected = catalogue.text("own-question.added" if kept else "error.too-long").fill(**count)
    assert answer.replies == (Reply(expected),)
    if kept:
        (reply,) = answer_to("LIST", catalogue, own=(ListedQuestion(1, words),)).replies
        assert words in reply.body
        assert count_segments(reply.body) <= 2


_AFTER_HEAVY = "Support goes on."


@pytest.fixture
def heavy(catalogue: Catalogue) -> Catalogue:
    """Four questions, the one on having no treatment last."""
    few = in_few_words(
        catalogue,
        *(a_question(name, rank=n) for n, name in enumerate(("one", "two", "q.cure"))),
        a_question("q.no-treatment", depth="full", heavy=True, rank=9),
    )
    return replace(few, texts={**few.texts, "questions.after-heavy": item("after", _AFTER_HEAVY)})


@pytest.mark.parametrize(
    ("text", "remembered", "information", "follows"),
    [
        pytest.param("QUESTIONS", Remembered(), "standard", False, id="not shown yet"),
        pytest.param(
            "MORE",
            Remembered(("one", "two", "q.cure", "q.no-treatment"), 3),
            "standard",
            True,
            id="shown last",
        ),
        pytest.param(
            "MORE", Remembered(("one", "q.no-treatment", "two", "q.cure"), 1), "full", True, id="among others"
        ),
        pytest.param(
            "MORE",
            Remembered(("q.no-treatment", "one", "two", "q.cure"), 1),
            "full",
            False,
            id="shown before",
        ),
    ],
)
def test_what_if_i_have_no_treatment_is_always_followed_by_support_goes_on(
    heavy: Catalogue, text: str, remembered: Remembered, information: Depth, *, follows: bool
) -> None:
    person = Person(1, PatientState.ACTIVE, information=information)
    situation = Situation(heavy, "Team", LINE, person=person, remembered=remembered)

    first, *after = respond(understand(text, heavy.grammar), situation).replies

    assert ("What about q.no-treatment?" in first.body) is follows
    assert after == ([Reply(_AFTER_HEAVY)] if follows else [])


def test_support_goes_on_does_not_follow_a_list_that_was_too_long_to_hold_the_question(
    catalogue: Catalogue,
) -> None:
    wide = in_few_words(
        catalogue,
        a_question("long", item=item("long", "x" * 200)),
        a_question("q.no-treatment", item=item("q.no-treatment", "y" * 140)),
    )
    remembered = Remembered(("long", "q.no-treatment"), 0)

    answer = answer_to("MORE", wide, remembered)
    goes_on = answer_to("MORE", wide, replace(remembered, shown_until=1))

    assert len(answer.replies) == 1
    assert answer.effects == (does.RememberShown(("long", "q.no-treatment"), 1), does.CloseOffer())
    assert [reply.body for reply in goes_on.replies[1:]] == [catalogue.text("questions.after-heavy").text]


@pytest.mark.parametrize(
    ("chosen", "visit", "first"),
    [
        pytest.param(None, None, "choosing", id="not chosen, nothing booked"),
        pytest.param("imatinib", None, "in-treatment", id="chosen, nothing booked"),
        pytest.param("imatinib", "results", "waiting", id="waiting for a result"),
        pytest.param("imatinib", "fertility", "preparing", id="preparing"),
        pytest.param("imatinib", "trial-consent", "trial", id="a trial"),
        pytest.param("no-treatment", "results", "not-having-treatment", id="not having treatment"),
    ],
)
def test_questions_begins_with_what_fits_how_far_along_the_person_is(
    catalogue: Catalogue, chosen: str | None, visit: str | None, first: str
) -> None:
    staged = in_few_words(catalogue, *(a_question(stage, stages=frozenset({stage})) for stage in STAGES))
    booked = UpcomingVisit(1, visit, parse_wall("2027-03-30T09:30"), "") if visit else None
    person = Person(1, PatientState.ACTIVE, chosen=chosen, visits=(booked,) if booked else ())

    answer = respond(understand("QUESTIONS", staged.grammar), Situation(staged, "Team", LINE, person=person))

    assert f"\n1. What about {first}?\n" in answer.replies[0].body


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_more_goes_through_every_question_of_a_treatment_in_short_texts(
    catalogue: Catalogue, treatment: str
) -> None:
    person = Person(1, PatientState.ACTIVE, (treatment,), treatment)
    remembered, seen = Remembered(), list[str]()
    for text in ("QUESTIONS", *["MORE"] * 200):
        situation = Situation(catalogue, "Team", LINE, person=person, remembered=remembered)
        answer = respond(understand(text, catalogue.grammar), situation)
        assert all(count_segments(reply.body) <= 2 for reply in answer.replies)
        shown = next((effect for effect in answer.effects if isinstance(effect, does.RememberShown)), None)
        if shown is None:
            break
        seen += shown.shown[remembered.shown_until if text == "MORE" else 0 : shown.until]
        remembered = Remembered(shown.shown, shown.until)

    assert remembered.shown_until == len(remembered.shown)
    assert seen == list(remembered.shown)
    assert {"q.cure", "q.no-treatment"} <= set(seen)
