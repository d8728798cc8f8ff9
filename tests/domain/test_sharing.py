"""A number that several people share: whom a text is about is asked, by names and nothing else."""

from dataclasses import replace

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.conversation import Answer, Reply, Situation, respond
from companion.domain.conversation import effects as does
from companion.domain.conversation.sharing import asked_beside, named
from companion.domain.conversation.situation import Member, Remembered, Waiting
from companion.domain.understanding import Meaning, Understood, understand
from tests.domain.test_conversation import CLINIC, answer_to, words
from tests.people import LINE

AMINA, BO, CHEN = Member(11, "Amina"), Member(12, "Bo"), Member(13, "Chen")


def shared(
    catalogue: Catalogue, *members: Member, offer: str | None = None, watched: bool = False
) -> Situation:
    return Situation(
        catalogue,
        CLINIC,
        LINE,
        shared=True,
        members=members,
        remembered=Remembered(offer=offer),
        watched=watched,
    )


def who(catalogue: Catalogue, *names: str) -> Reply:
    lines = "\n".join(f"Reply {n} for {name}." for n, name in enumerate(names, 1))
    return Reply(words(catalogue, "shared.ask", people=lines))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("VISIT", Meaning("next_appointment")),
        ("LIST", Meaning("list_questions")),
        ("QUESTIONS", Meaning("questions")),
        ("MORE", Meaning("more")),
        ("ASK Why now?", Meaning("own_question", slot="Why now?")),
        ("KEEP 1", Meaning("keep_question", slot="1")),
        ("COMING", Meaning("confirm")),
        ("CANT COME", Meaning("change")),
        ("CALL ME", Meaning("call_me")),
        ("FULL", Meaning("full_information")),
        ("LESS", Meaning("less_information")),
        ("FEWER", Meaning("pause")),
        ("PREPARE CART", Meaning("prepare", "car-t-cell-therapy")),
    ],
)
def test_what_is_personal_waits_until_it_is_known_for_whom(
    catalogue: Catalogue, text: str, meaning: Meaning
) -> None:
    answer = answer_to(text, shared(catalogue, AMINA, BO))

    assert answer.replies == (who(catalogue, "Amina", "Bo"),)
    assert answer.effects[0] == does.AskWho((11, 12), text, (meaning,))


@pytest.mark.parametrize(
    ("text", "kinds"), [("CALL ME", ["call-me"]), ("CANT COME", ["change"]), ("VISIT", []), ("COMING", [])]
)
def test_staff_hear_at_once_of_a_wish_to_be_called_and_of_who_cannot_come(
    catalogue: Catalogue, text: str, kinds: list[str]
) -> None:
    for members in ((AMINA, BO), (AMINA, Member(12, "amina"))):
        tasks = [
            (e.kind, e.words)
            for e in answer_to(text, shared(catalogue, *members)).effects
            if isinstance(e, does.RaiseTask)
        ]
        assert tasks == [(kind, text) for kind in kinds]


_CALL, _VISIT, _LIST = Meaning("call_me"), Meaning("next_appointment"), Meaning("list_questions")


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ((_CALL,), "VISIT", (_CALL, _VISIT)),
        ((_CALL,), "CALL ME", (_CALL,)),
        ((_CALL, _VISIT, _LIST), "MORE", (_VISIT, _LIST, Meaning("more"))),
        ((_CALL, Meaning("confirm")), "CANT COME", (_CALL, Meaning("change"))),
        ((Meaning("change"),), "COMING", (Meaning("confirm"),)),
        ((Meaning("full_information"),), "LESS", (Meaning("less_information"),)),
    ],
    ids=["both", "once", "the newest three", "the later of two", "and the other way", "how much to know"],
)
def test_what_waits_already_goes_on_waiting_with_it(
    catalogue: Catalogue, before: tuple[Meaning, ...], text: str, after: tuple[Meaning, ...]
) -> None:
    situation = replace(
        shared(catalogue, AMINA, BO), remembered=Remembered(waiting=Waiting((11, 12), "before", before))
    )

    asked, *tasks = answer_to(text, situation).effects

    assert asked == does.AskWho((11, 12), f"before\n{text}", after)
    assert len(tasks) == (text == "CANT COME"), "what staff know already is no second task"


def test_three_are_named_and_nothing_of_a_visit_or_a_treatment_is_said(catalogue: Catalogue) -> None:
    (reply,) = answer_to("VISIT", shared(catalogue, AMINA, BO, CHEN)).replies

    assert reply == who(catalogue, "Amina", "Bo", "Chen")
    assert catalogue.lock_screen.allows(reply.body)


@pytest.mark.parametrize(
    "members",
    [
        (AMINA, BO, CHEN, Member(14, "Dara")),
        (AMINA, Member(12, "amina")),
        (AMINA, Member(12, "B" * 200), Member(13, "C" * 100)),
    ],
    ids=["more than three", "two of one name", "names too long for a text"],
)
def test_where_a_digit_could_not_tell_they_are_asked_to_call(
    catalogue: Catalogue, members: tuple[Member, ...]
) -> None:
    assert answer_to("LIST", shared(catalogue, *members)) == Answer(
        (Reply(words(catalogue, "shared-number")),)
    )


def test_a_name_of_letters_no_plain_text_has_is_said_as_it_is(catalogue: Catalogue) -> None:
    (reply,) = answer_to("LIST", shared(catalogue, Member(11, "Łucja"), Member(12, "Zoë’s"))).replies

    lines = "Reply 1 for Łucja.\nReply 2 for Zoë’s."
    assert reply == Reply(words(catalogue, "shared.ask-short", people=lines))


@pytest.mark.parametrize(
    "text", ["HELP", "COPING", "WHO", "CART", "SYMPTOMS", "START", "thanks", "hm hm", "1"]
)
def test_what_is_about_nobody_needs_no_name(catalogue: Catalogue, text: str) -> None:
    answer = answer_to(text, shared(catalogue, AMINA, BO))

    assert [effect for effect in answer.effects if isinstance(effect, does.AskWho)] == []
    assert [reply.body for reply in answer.replies if "Amina" in reply.body] == []


@pytest.mark.parametrize(
    "text",
    ["I have a fever", "I want to die", "stop these, I have a fever", "please stop texting me", "he died",
     "wrong number", "STOP", "I have a fever. ASK why?"],
)  # fmt: skip
def test_danger_death_a_wrong_number_and_stopping_never_ask_who(catalogue: Catalogue, text: str) -> None:
    answer = answer_to(text, shared(catalogue, AMINA, BO))

    assert [effect for effect in answer.effects if isinstance(effect, does.AskWho)] == []
    assert [reply.body for reply in answer.replies if "Amina" in reply.body] == []
    assert answer.effects


def test_a_digit_for_an_offer_made_to_somebody_asks_who(catalogue: Catalogue) -> None:
    answer = answer_to("1", shared(catalogue, AMINA, BO, offer="after-visit"))

    assert answer.effects == (does.AskWho((11, 12), "1", (Meaning("choice", slot="1"),)),)


def test_what_can_be_answered_at_once_is_and_the_rest_waits_together(catalogue: Catalogue) -> None:
    several = Understood("hm", Meaning("list_questions"), (Meaning("help"), Meaning("confirm")))

    answer = respond(several, shared(catalogue, AMINA, BO))

    assert [reply.body for reply in answer.replies] == [
        words(catalogue, "help"),
        who(catalogue, "Amina", "Bo").body,
    ]
    assert answer.effects == (does.AskWho((11, 12), "hm", (Meaning("list_questions"), Meaning("confirm"))),)


_WAITING = Waiting((11, 12), "LIST", (Meaning("list_questions"),))


@pytest.mark.parametrize(
    ("text", "waiting", "found"),
    [
        pytest.param("1", _WAITING, 11, id="the first"),
        pytest.param("2", _WAITING, 12, id="the second"),
        pytest.param("3", _WAITING, None, id="no third"),
        pytest.param("0", _WAITING, None, id="nought"),
        pytest.param("1", None, None, id="nothing waits"),
        pytest.param("TELL", _WAITING, None, id="no digit"),
        pytest.param("Bo", _WAITING, 12, id="by name"),
        pytest.param("amina!", None, 11, id="by name with nothing waiting"),
        pytest.param("Bob", _WAITING, None, id="another name"),
        pytest.param("Bo has a fever", _WAITING, None, id="a name in a text"),
        pytest.param("LIST", _WAITING, None, id="something else"),
        pytest.param("1", Waiting((99, 12), "LIST", (Meaning("list_questions"),)), None, id="has left since"),
    ],
)
def test_a_digit_or_a_name_alone_says_whom_it_is_about(
    catalogue: Catalogue, text: str, waiting: Waiting | None, found: int | None
) -> None:
    assert named(understand(text, catalogue.grammar), waiting, (AMINA, BO), catalogue) == found


@pytest.mark.parametrize("text", ["Stop", "Help", "fever"])
def test_a_person_called_like_a_word_that_matters_is_never_meant_by_it(
    catalogue: Catalogue, text: str
) -> None:
    members = (Member(11, text), BO)

    assert named(understand(text, catalogue.grammar), _WAITING, members, catalogue) is None


def test_two_of_one_name_are_not_told_apart_by_it(catalogue: Catalogue) -> None:
    assert named(understand("Bo", catalogue.grammar), _WAITING, (Member(11, "BO"), BO), catalogue) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("its about amina", 11),
        ("amina please", 11),
        ("for Amina's visit", 11),
        ("Amina Khan", 11),
        ("Bo here, cant come", 12),
        ("Bo: VISIT", 12),
        ("Bo and Amina cant come", None),
        ("ASK can Bo come too?", None),
        ("Bo: ASK can Amina come too?", 12),
        ("I will come on tuesday", None),
        ("Will here, I cant come", 13),
        ("its about will", 13),
        ("dara odell please call me", 14),
        ("Dara cant come", 14),
    ],
)
def test_a_name_counts_as_a_whole_word_and_an_ordinary_word_only_alone(
    catalogue: Catalogue, text: str, found: int | None
) -> None:
    members = (AMINA, BO, Member(13, "Will"), Member(14, "Dara O'Dell"))

    assert named(understand(text, catalogue.grammar), None, members, catalogue) == found


@pytest.mark.parametrize(("text", "found"), [("Amina", 11), ("Amina Khan", 12), ("Bo, Amina Khan", None)])
def test_a_longer_name_is_not_also_the_shorter_one(
    catalogue: Catalogue, text: str, found: int | None
) -> None:
    members = (AMINA, Member(12, "Amina Khan"), Member(13, "Bo"))

    assert named(understand(text, catalogue.grammar), None, members, catalogue) == found


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Bo", None),
        ("Bo here please", None),
        ("this is Bo", None),
        ("2 Bo", None),
        ("1 Bo", "choice"),
        ("Bo: VISIT", "next_appointment"),
        ("this is Bo - VISIT", "next_appointment"),
        ("Bo here, cant come", "change"),
        ("Bo Smith", "free_text"),
    ],
)
def test_what_is_asked_beside_a_name_is_found(catalogue: Catalogue, text: str, intent: str | None) -> None:
    asked = asked_beside(understand(text, catalogue.grammar), _WAITING, BO, catalogue)

    assert (asked.meaning.intent if asked else None) == intent
