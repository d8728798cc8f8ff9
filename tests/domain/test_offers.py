"""What a digit answers: the offer to save a question, the day after a visit, and two meanings as likely."""

from dataclasses import replace
from typing import Any

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.conversation import Answer, Reply, respond
from companion.domain.conversation import effects as does
from companion.domain.conversation.situation import ListedQuestion, Member, Remembered
from companion.domain.sms import count_segments
from companion.domain.understanding import Meaning, Understood
from companion.records import PatientState, TaskUrgency
from tests.domain.test_conversation import LATER, OWN, PERSON, VISIT, a_situation, answer_to, words
from tests.people import LINE

_QUESTION = "Will it cure me?"
_MEMBERS = (Member(1, "Amina"), Member(2, "Bo"))


def remembering(catalogue: Catalogue, offer: str | None, **held: Any) -> Any:
    return a_situation(catalogue, remembered=Remembered(offer=offer, **held))


def of_two(first: Meaning, *others: Meaning, also: tuple[Meaning, ...] = ()) -> Understood:
    return Understood("hmm", first, also, others)


def treatment(treatment_id: str) -> Meaning:
    return Meaning("treatment", treatment=treatment_id)


IMATINIB, DASATINIB, PONATINIB = (treatment(name) for name in ("imatinib", "dasatinib", "ponatinib"))


# ---- a question that nobody understands ----


def test_a_question_is_offered_for_the_list_and_remembered_with_the_offer(catalogue: Catalogue) -> None:
    answer = answer_to(f" {_QUESTION} ", a_situation(catalogue))

    assert answer == Answer(
        (Reply(words(catalogue, "free-text.offer")),), (does.OpenOffer("free-text", _QUESTION),)
    )
    body = answer.replies[0].body
    assert body.startswith(f"If this is about how you feel now, don't wait: call {LINE}.")
    assert "doctor or nurse" in body


@pytest.mark.parametrize(
    "more",
    [
        {"watched": True},
        {"person": None},
        {"person": None, "shared": True, "members": _MEMBERS},
        {"shared": True},
    ],
    ids=["after an infusion", "unknown number", "shared number", "shared number, the person named"],
)
def test_nobody_else_is_offered_anything(catalogue: Catalogue, more: dict[str, Any]) -> None:
    answer = answer_to(_QUESTION, a_situation(catalogue, **{"person": PERSON, **more}))

    assert [effect for effect in answer.effects if isinstance(effect, does.OpenOffer)] == []
    assert words(catalogue, "free-text.offer") not in [reply.body for reply in answer.replies]


@pytest.mark.parametrize(("length", "offered"), [(301, True), (302, False)])
def test_what_one_line_of_the_list_cannot_hold_is_not_offered(
    catalogue: Catalogue, length: int, *, offered: bool
) -> None:
    text = ("what is the plan for me " * 20)[: length - 1] + "?"

    answer = answer_to(text, a_situation(catalogue))

    item = "free-text.offer" if offered else "not-understood"
    assert [reply.body for reply in answer.replies] == [words(catalogue, item)]


@pytest.mark.parametrize(
    ("digit", "item", "effects"),
    [
        ("1", "free-text.saved", (does.SaveQuestion(_QUESTION),)),
        ("2", "free-text.not-saved", ()),
        ("3", "choice.unclear", ()),
        ("TELL", "choice.unclear", ()),
    ],
)
def test_one_saves_the_persons_own_words_and_nothing_else_does(
    catalogue: Catalogue, digit: str, item: str, effects: tuple[does.Effect, ...]
) -> None:
    answer = answer_to(digit, remembering(catalogue, "free-text", offered_text=_QUESTION))

    assert answer == Answer((Reply(words(catalogue, item)),), (does.CloseOffer(), *effects))


# ---- the day after a visit ----


def test_got_answers_ticks_off_the_whole_list_and_can_be_taken_back(catalogue: Catalogue) -> None:
    answer = answer_to("1", remembering(catalogue, "after-visit"))

    assert answer == Answer(
        (Reply(words(catalogue, "after-visit.asked", count="2")),),
        (
            does.CloseOffer(),
            does.MarkAsked(31),
            does.MarkAsked(32),
            does.OpenOffer("after-visit-ticked-off", rows=(31, 32)),
        ),
    )
    assert "Reply 2" in answer.replies[0].body
    assert "LIST" in answer.replies[0].body


def test_two_takes_it_back(catalogue: Catalogue) -> None:
    ticked = replace(PERSON, own=OWN[:1])
    memory = Remembered(offer="after-visit-ticked-off", rows=(32, 33))

    answer = answer_to("2", a_situation(catalogue, ticked, remembered=memory))

    assert answer == Answer(
        (Reply(words(catalogue, "after-visit.kept", count="3")),),
        (does.CloseOffer(), does.KeepForNextTime(32), does.KeepForNextTime(33)),
    )


def test_two_keeps_the_questions_for_next_time(catalogue: Catalogue) -> None:
    answer = answer_to("2", remembering(catalogue, "after-visit"))

    assert answer == Answer((Reply(words(catalogue, "after-visit.kept", count="2")),), (does.CloseOffer(),))


@pytest.mark.parametrize("digit", ["1", "2"])
def test_with_no_open_question_it_says_so(catalogue: Catalogue, digit: str) -> None:
    bare = a_situation(catalogue, replace(PERSON, own=()), remembered=Remembered(offer="after-visit"))

    assert answer_to(digit, bare) == Answer(
        (Reply(words(catalogue, "after-visit.none")),), (does.CloseOffer(),)
    )


@pytest.mark.parametrize("offer", ["after-visit", "after-visit-ticked-off"])
def test_three_names_somebody_to_talk_to_at_once_and_how_to_ask_for_a_call(
    catalogue: Catalogue, offer: str
) -> None:
    said = set()
    for sent in range(30):
        answer = answer_to("3", remembering(catalogue, offer, coping_sent=sent))
        (reply,) = answer.replies
        assert answer.effects == (does.CloseOffer(), does.CountCoping())
        assert "CALL ME" in reply.body
        assert "116 123" in reply.body or any(line.number in reply.body for line in catalogue.lines.values())
        said.add(reply.body)

    assert len(said) >= 3, "not the same line each time"


def test_when_every_line_of_support_is_overdue_three_says_whom_to_call(catalogue: Catalogue) -> None:
    withheld = replace(catalogue, coping=())

    assert answer_to("3", remembering(withheld, "after-visit")).replies == (Reply(words(catalogue, "help")),)


# ---- a digit with nothing open ----


def test_a_digit_while_a_visit_waits_for_an_answer_names_the_words_that_answer_it(
    catalogue: Catalogue,
) -> None:
    asked = replace(PERSON, asked=(8,))

    answer = answer_to("1", a_situation(catalogue, asked))

    body = words(catalogue, "choice.unclear-visit", when="Tuesday 6 April at midday")
    assert answer == Answer((Reply(body, tells=(LATER,)),))


def test_a_digit_after_a_visit_that_is_gone_is_only_asked_back(catalogue: Catalogue) -> None:
    answer = answer_to("1", a_situation(catalogue, replace(PERSON, asked=(99,))))

    assert answer == Answer((Reply(words(catalogue, "choice.unclear")),))


# ---- two meanings as likely ----


def test_two_names_as_likely_are_asked_about_and_nothing_is_guessed(catalogue: Catalogue) -> None:
    answer = respond(of_two(IMATINIB, DASATINIB), a_situation(catalogue))

    names = [catalogue.treatment(name).name for name in ("imatinib", "dasatinib")]
    lines = f"Reply 1 for {names[0]}.\nReply 2 for {names[1]}."
    assert answer == Answer(
        (Reply(words(catalogue, "which.ask", options=lines)),),
        (does.OpenOffer("which", "hmm", (IMATINIB, DASATINIB)),),
    )


def test_at_most_three_are_named(catalogue: Catalogue) -> None:
    four = of_two(IMATINIB, DASATINIB, PONATINIB, treatment("donor"))

    (offer,) = respond(four, a_situation(catalogue)).effects

    assert offer == does.OpenOffer("which", "hmm", (IMATINIB, DASATINIB, PONATINIB))


@pytest.mark.parametrize(
    ("meaning", "called"),
    [
        (Meaning("change"), "saying you cannot come"),
        (Meaning("prepare", "donor"), "thinking about Donor"),
        (Meaning("prepare"), "thinking about a treatment"),
        (Meaning("treatment", "flag-ida", "flag-ida.g-csf"), "G CSF"),
        (Meaning("treatment", slot="brexu-cel"), "AUCATZYL"),
        (Meaning("treatment", slot="remission"), "IN REMISSION"),
    ],
)
def test_each_meaning_is_called_by_plain_words(catalogue: Catalogue, meaning: Meaning, called: str) -> None:
    if meaning.slot == "brexu-cel":
        called = next(name.words[0] for name in catalogue.locked if name.id == "brexu-cel")
    if meaning == Meaning("prepare", "donor"):
        called = f"thinking about {catalogue.treatment('donor').name}"

    (reply,) = respond(of_two(Meaning("coping"), meaning), a_situation(catalogue)).replies

    assert f"Reply 2 for {called}." in reply.body


@pytest.mark.parametrize(
    "meaning",
    [Meaning(intent) for intent in ("opt_out", "urgent", "distress", "bereavement", "wrong_number")],
    ids=lambda meaning: str(meaning.intent),
)
@pytest.mark.parametrize("place", ["first", "beside", "as likely"])
def test_danger_death_and_stopping_are_never_asked_about(
    catalogue: Catalogue, meaning: Meaning, place: str
) -> None:
    text = {
        "first": of_two(meaning, IMATINIB),
        "beside": of_two(IMATINIB, DASATINIB, also=(meaning,)),
        "as likely": of_two(IMATINIB, meaning),
    }[place]

    answer = respond(text, a_situation(catalogue))

    assert [e for e in answer.effects if isinstance(e, does.OpenOffer)] == []
    assert answer.replies


def test_a_request_beside_two_likely_ones_is_done_and_the_question_comes_last(catalogue: Catalogue) -> None:
    answer = respond(of_two(IMATINIB, DASATINIB, also=(Meaning("list_questions"),)), a_situation(catalogue))

    assert [reply.body.splitlines()[0] for reply in answer.replies] == [
        "Your list:",
        "We are not sure which you meant.",
    ]
    assert isinstance(answer.effects[-1], does.OpenOffer)


def test_thanks_beside_two_likely_meanings_do_not_settle_which(catalogue: Catalogue) -> None:
    thanked = respond(of_two(IMATINIB, DASATINIB, also=(Meaning("acknowledgement"),)), a_situation(catalogue))

    assert thanked == respond(of_two(IMATINIB, DASATINIB), a_situation(catalogue))


@pytest.mark.parametrize(
    "chosen",
    [IMATINIB, Meaning("list_questions"), Meaning("confirm"), Meaning("pause"), Meaning("less_information"),
     Meaning("own_question", slot="Why?"), Meaning("treatment", "no-treatment")],
    ids=lambda meaning: str(meaning.intent),
)  # fmt: skip
def test_a_digit_does_exactly_what_the_chosen_meaning_does(catalogue: Catalogue, chosen: Meaning) -> None:
    memory = Remembered(offer="which", offered_text="hmm", options=(DASATINIB, chosen))

    answer = answer_to("2", a_situation(catalogue, remembered=memory))

    plainly = respond(Understood("hmm", chosen), a_situation(catalogue, remembered=memory))
    assert answer == Answer(effects=(does.CloseOffer(),)) + plainly


def test_the_task_of_a_chosen_meaning_says_what_was_written_and_not_the_digit(catalogue: Catalogue) -> None:
    memory = Remembered(
        offer="which", offered_text="cant com?", options=(Meaning("confirm"), Meaning("change"))
    )

    person = replace(PERSON, visits=(VISIT,))
    answer = answer_to("2", a_situation(catalogue, person, remembered=memory))

    assert answer.effects[-1] == does.RaiseTask("change", TaskUrgency.TODAY, 7, "cant com?")
    assert does.AskChange(VISIT.id) in answer.effects


@pytest.mark.parametrize("digit", ["3", "0", "9", "TELL"])
def test_a_digit_that_names_none_of_them_asks_back(catalogue: Catalogue, digit: str) -> None:
    memory = Remembered(offer="which", offered_text="hmm", options=(IMATINIB, DASATINIB))

    answer = answer_to(digit, a_situation(catalogue, remembered=memory))

    assert answer == Answer((Reply(words(catalogue, "choice.unclear")),), (does.CloseOffer(),))


def test_a_stranger_is_not_asked_which(catalogue: Catalogue) -> None:
    answer = respond(of_two(IMATINIB, DASATINIB), a_situation(catalogue, None))

    assert answer == Answer((Reply(words(catalogue, "unknown-number")),))


# ---- the list on the day of a visit ----


def today(catalogue: Catalogue, *questions: str, **more: Any) -> Any:
    own = tuple(ListedQuestion(30 + n, text) for n, text in enumerate(questions, 1))
    return a_situation(catalogue, replace(PERSON, own=own, visit_today=True), **more)


def day(catalogue: Catalogue, item: str, number: int, text: str) -> str:
    return words(catalogue, item, number=str(number), questions=f"{number}. {text}")


def test_on_the_day_the_first_three_come_one_by_one_and_the_last_says_how_to_see_the_rest(
    catalogue: Catalogue,
) -> None:
    answer = answer_to("LIST", today(catalogue, "one?", "two?", "three?", "four?", "five?"))

    assert [reply.body for reply in answer.replies] == [
        day(catalogue, "list.day", 1, "one?"),
        day(catalogue, "list.day", 2, "two?"),
        day(catalogue, "list.day-more", 3, "three?"),
    ]
    assert answer.effects == (does.RememberListed((31, 32, 33, 34, 35), 3), does.CloseOffer())


def test_on_the_day_three_or_fewer_have_no_rest(catalogue: Catalogue) -> None:
    answer = answer_to("LIST", today(catalogue, "one?", "two?"))

    assert [reply.body for reply in answer.replies] == [
        day(catalogue, "list.day", 1, "one?"),
        day(catalogue, "list.day", 2, "two?"),
    ]
    assert answer.effects == (does.RememberListed((31, 32), 0), does.CloseOffer())


def test_on_the_day_a_long_question_goes_alone_and_the_rest_is_told_behind_it(catalogue: Catalogue) -> None:
    long = "w" * 290
    answer = answer_to("LIST", today(catalogue, "one?", "two?", long, "four?"))

    assert [reply.body for reply in answer.replies][2:] == [f"3. {long}", words(catalogue, "list.day-rest")]
    assert all(count_segments(reply.body) <= 2 for reply in answer.replies)


def test_more_shows_the_rest_with_their_numbers(catalogue: Catalogue) -> None:
    memory = Remembered(listed=(31, 32, 33, 34, 35), listed_until=3)

    answer = answer_to("MORE", today(catalogue, *"abcde", remembered=memory))

    body = words(catalogue, "list.body", questions="4. d\n5. e")
    assert answer == Answer((Reply(body),), (does.RememberListed((31, 32, 33, 34, 35)), does.CloseOffer()))


def test_more_leaves_out_what_was_ticked_off_since(catalogue: Catalogue) -> None:
    memory = Remembered(listed=(31, 34, 32, 33), listed_until=1)
    own = tuple(q for q in today(catalogue, *"abcd").person.own if q.id != 32)
    person = replace(PERSON, own=own, visit_today=True)

    (reply,) = answer_to("MORE", a_situation(catalogue, person, remembered=memory)).replies

    assert reply.body == words(catalogue, "list.body", questions="2. d\n4. c")


@pytest.mark.parametrize(("own", "item"), [((), "list.empty"), (OWN, "list.body")])
def test_more_with_no_rest_left_shows_what_there_is(
    catalogue: Catalogue, own: tuple[ListedQuestion, ...], item: str
) -> None:
    person = replace(PERSON, own=own, visit_today=True)
    memory = Remembered(listed=(41, 42, 43, 44), listed_until=3)

    (reply,) = answer_to("MORE", a_situation(catalogue, person, remembered=memory)).replies

    assert reply.body == words(catalogue, item, questions="1. Is it near?\n2. Will it hurt?")


def test_ticking_off_in_the_waiting_room_keeps_the_numbers_and_the_rest(catalogue: Catalogue) -> None:
    memory = Remembered(listed=(31, 32, 33, 34), listed_until=3)

    answer = answer_to("ASKED 2", today(catalogue, *"abcd", remembered=memory))

    assert answer.effects == (does.MarkAsked(32), does.RememberListed((31, 32, 33, 34), 3))


def test_on_other_days_the_list_is_one_text(catalogue: Catalogue) -> None:
    (reply,) = answer_to("LIST", a_situation(catalogue)).replies

    assert reply.body.startswith("Your list:")


# ---- several requests ----


def bodies(catalogue: Catalogue, *intents: str, **more: Any) -> list[str]:
    first, *others = (Meaning(intent) for intent in intents)
    situation = a_situation(catalogue, **{"person": replace(PERSON, visits=(VISIT,)), **more})
    return [reply.body for reply in respond(Understood("hmm", first, tuple(others)), situation).replies]


def test_up_to_three_texts_answer_several_requests_in_their_order(catalogue: Catalogue) -> None:
    said = bodies(catalogue, "full_information", "call_me", "help")

    assert said == [words(catalogue, item) for item in ("full.done", "call-me.passed-on", "help")]


def test_what_does_not_fit_is_neither_said_nor_done_and_the_last_text_says_so(catalogue: Catalogue) -> None:
    text = Understood(
        "hmm", Meaning("help"), tuple(map(Meaning, ("who_is_this", "full_information", "pause")))
    )

    answer = respond(text, a_situation(catalogue))

    assert [reply.body for reply in answer.replies] == [
        words(catalogue, item) for item in ("help", "who", "several.rest")
    ]
    assert answer.effects == ()


def test_a_long_answer_gives_way_to_short_ones(catalogue: Catalogue) -> None:
    said = bodies(catalogue, "next_appointment", "change", person=PERSON)

    days = "Tuesday 30 March at 9:30am\nTuesday 6 April at midday"
    assert said == [words(catalogue, "change.which", visits=days), words(catalogue, "several.rest")]


def test_a_single_request_is_answered_whole_however_long(catalogue: Catalogue) -> None:
    many = replace(PERSON, own=tuple(ListedQuestion(n, "w" * 250) for n in range(5)))

    assert len(bodies(catalogue, "list_questions", person=many)) == 5


def test_only_one_of_two_questions_back_is_asked_and_it_comes_last(catalogue: Catalogue) -> None:
    answer = respond(
        Understood(
            "hmm", Meaning("less_information"), (treatment("no-treatment"), Meaning("full_information"))
        ),
        a_situation(catalogue),
    )

    assert [reply.body for reply in answer.replies] == [
        words(catalogue, item) for item in ("full.done", "several.rest", "less.ask")
    ]
    assert [e.offer for e in answer.effects if isinstance(e, does.OpenOffer)] == ["less"]


def test_stopping_is_said_first_and_counts_towards_the_three(catalogue: Catalogue) -> None:
    said = bodies(catalogue, "opt_out", "help", "who_is_this", "coping")

    assert said == [words(catalogue, item) for item in ("stopped", "help", "several.rest")]


def test_beside_a_safety_text_no_offer_is_opened_that_nobody_has_read(catalogue: Catalogue) -> None:
    text = Understood("hmm", Meaning("urgent"), (Meaning("less_information"), Meaning("questions")))

    answer = respond(text, a_situation(catalogue))

    assert [reply.kind for reply in answer.replies] == ["safety"]
    assert answer.effects == (does.RaiseTask("urgent", TaskUrgency.URGENT), does.CloseOffer())


@pytest.mark.parametrize("asked", ["change", "call_me"])
def test_beside_a_death_one_sentence_says_how_to_reach_us_and_nothing_else(
    catalogue: Catalogue, asked: str
) -> None:
    said = bodies(catalogue, "bereavement", asked, "list_questions", "help")

    assert said == [words(catalogue, "bereavement.office", office=LINE)]
    assert bodies(catalogue, "bereavement", "help") == [words(catalogue, "bereavement")]


def test_beside_a_wrong_number_nothing_is_answered(catalogue: Catalogue) -> None:
    assert bodies(catalogue, "wrong_number", "who_is_this", "next_appointment") == [
        words(catalogue, "wrong-number")
    ]


def test_a_stranger_who_asks_for_several_things_is_told_once(catalogue: Catalogue) -> None:
    assert bodies(catalogue, "list_questions", "help", person=None) == [words(catalogue, "unknown-number")]


def test_more_than_three_texts_of_safety_and_stopping_never_leave(catalogue: Catalogue) -> None:
    text = Understood("hmm", Meaning("distress"), tuple(map(Meaning, ("urgent", "opt_out", "wrong_number"))))

    answer = respond(text, a_situation(catalogue))

    assert [reply.kind for reply in answer.replies] == ["safety", "safety", "reply"]
    assert does.OptOut() in answer.effects
    assert does.SilenceWrongNumber() in answer.effects


def test_whoever_is_held_is_offered_nothing(catalogue: Catalogue) -> None:
    held = a_situation(catalogue, replace(PERSON, state=PatientState.HELD), silent=True, held=True)

    assert answer_to(_QUESTION, held) == Answer((Reply(words(catalogue, "not-understood")),))
