"""VISIT and MORE: getting ready, one text at a time, until there are none."""

from dataclasses import replace

import pytest

from companion.domain.catalogue import Catalogue, Ready
from companion.domain.clock_time import parse_wall
from companion.domain.conversation import Answer, Reply, Situation, respond
from companion.domain.conversation import effects as does
from companion.domain.conversation.situation import Person, Remembered, UpcomingVisit
from companion.domain.sms import count_segments
from companion.domain.understanding import Context, understand
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.records import PatientState
from tests.domain.cast import item
from tests.people import LINE

WALL = parse_wall("2027-03-30T09:30")
TEST = UpcomingVisit(1, "bone-marrow-test", WALL, "Level 2")
IDS = ("pack", "eat", "home")


@pytest.fixture
def small(catalogue: Catalogue) -> Catalogue:
    own_words = {"visit.ready": "{ready}\nMORE?", "visit.no-more": "That is all."}
    ready = tuple(Ready(item(i, f"About {i}: {{line}}."), frozenset({"bone-marrow-test"})) for i in IDS)
    other = Ready(item("sit", "Sit."), frozenset({"other"}))
    texts = {**catalogue.texts, **{key: item(key, text) for key, text in own_words.items()}}
    return replace(catalogue, ready=(*ready, other), texts=texts)


def answer_to(
    text: str,
    catalogue: Catalogue,
    *visits: UpcomingVisit,
    context: Context | None = None,
    **remembered: object,
) -> Answer:
    person = Person(1, PatientState.ACTIVE, visits=visits)
    memory = Remembered(**remembered)  # type: ignore[arg-type]
    situation = Situation(catalogue, "Team", LINE, person=person, remembered=memory)
    return respond(understand(text, catalogue.grammar, context), situation)


def test_visit_ends_with_the_first_text_and_invites_more(small: Catalogue) -> None:
    answer = answer_to("VISIT", small, TEST)

    assert answer.replies[0].tells == (TEST,)
    assert answer.replies[1:] == (Reply(f"About pack: {LINE}.\nMORE?"),)
    assert answer.effects == (does.RememberReady(IDS, 1),)


@pytest.mark.parametrize(
    ("until", "body"), [(1, f"About eat: {LINE}.\nMORE?"), (2, f"About home: {LINE}.")], ids=["next", "last"]
)
def test_more_sends_the_next_and_the_last_invites_nothing(small: Catalogue, until: int, body: str) -> None:
    answer = answer_to("MORE", small, TEST, ready=IDS, ready_until=until)

    assert answer == Answer((Reply(body),), (does.RememberReady(IDS, until + 1),))


def test_more_after_the_last_says_so_and_goes_on_saying_so(small: Catalogue) -> None:
    answer = answer_to("MORE", small, TEST, ready=IDS, ready_until=3)

    assert answer == Answer((Reply("That is all."),))


@pytest.mark.parametrize(
    ("kind", "replies"), [("other", 2), ("results", 1)], ids=["one text alone", "no text at all"]
)
def test_with_no_further_text_nothing_is_invited_and_more_means_questions(
    small: Catalogue, kind: str, replies: int
) -> None:
    answer = answer_to("VISIT", small, replace(TEST, type=kind), ready=IDS, ready_until=1)

    assert len(answer.replies) == replies
    assert "MORE" not in answer.replies[-1].body
    assert answer.effects == (does.RememberReady((), 0),)


def test_more_after_questions_means_questions(small: Catalogue) -> None:
    answer = answer_to("MORE", small, TEST)

    assert answer == answer_to("QUESTIONS", small, TEST)


@pytest.mark.parametrize(
    "visit",
    [
        pytest.param(replace(TEST, type="other"), id="the next visit is another"),
        pytest.param(TEST, id="the texts are others"),
    ],
)
def test_more_begins_anew_with_the_present_visit_when_what_was_told_no_longer_fits(
    small: Catalogue, visit: UpcomingVisit
) -> None:
    answer = answer_to("MORE", small, visit, ready=("pack", "eat", "gone"), ready_until=1)

    assert answer == answer_to("VISIT", small, visit)


@pytest.mark.parametrize("text", ["NEXT", "Next ones", "go on"])
def test_next_right_after_getting_ready_is_more_of_it(small: Catalogue, text: str) -> None:
    shown = Context(list_shown=True)

    answer = answer_to(text, small, TEST, context=shown, ready=IDS, ready_until=1)

    assert answer == answer_to("MORE", small, TEST, ready=IDS, ready_until=1)


def test_of_several_visits_getting_ready_is_for_the_soonest_and_stands_behind_it(small: Catalogue) -> None:
    later = replace(TEST, id=2, type="other")

    answer = answer_to("VISIT", small, TEST, later)

    assert [reply.tells for reply in answer.replies] == [(TEST,), (), (later,)]
    assert answer.replies[1].body.startswith("About pack")


def test_a_clinics_long_text_is_not_cut_and_the_invitation_follows_it(small: Catalogue) -> None:
    first, *rest = small.ready
    long = replace(first, item=replace(first.item, text="w" * 305))

    answer = answer_to("VISIT", replace(small, ready=(long, *rest)), TEST)

    assert [reply.body for reply in answer.replies[1:]] == ["w" * 305, "MORE?"]


@pytest.mark.parametrize("kind", APPOINTMENT_TYPES)
def test_visit_and_more_reach_every_text_on_getting_ready(catalogue: Catalogue, kind: str) -> None:
    visit = replace(TEST, type=kind)
    answer = answer_to("VISIT", catalogue, visit)
    bodies = [reply.body for reply in answer.replies[1:]]
    (mark,) = (effect for effect in answer.effects if isinstance(effect, does.RememberReady))
    while mark.until < len(mark.ready):
        answer = answer_to("MORE", catalogue, visit, ready=mark.ready, ready_until=mark.until)
        bodies += [reply.body for reply in answer.replies]
        (mark,) = (effect for effect in answer.effects if isinstance(effect, does.RememberReady))

    wanted = [ready.item.fill(line=LINE) for ready in catalogue.ready if kind in ready.types]
    assert [body.partition("\nReply MORE")[0] for body in bodies] == wanted
    assert ["Reply MORE" in body for body in bodies] == [True] * (len(wanted) - 1) + [False]
    assert max(count_segments(body) for body in bodies) <= 2


def test_ids_of_getting_ready_are_no_ids_of_questions(catalogue: Catalogue) -> None:
    questions = {question.item.id for question in catalogue.questions}

    assert {ready.item.id for ready in catalogue.ready} & questions == set()
