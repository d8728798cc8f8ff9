"""The answer to every intent: what is said, what is changed, and when nothing is."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.catalogue import Catalogue, Depth
from companion.domain.clock_time import parse_wall
from companion.domain.conversation import Answer, Reply, Situation, respond
from companion.domain.conversation import effects as does
from companion.domain.conversation.situation import ListedQuestion, Person, Remembered, UpcomingVisit
from companion.domain.sms import count_segments
from companion.domain.understanding import Context, understand
from companion.domain.vocabulary import APPOINTMENT_TYPES, INTENTS, NATIONS, TREATMENTS
from companion.records import Information, PatientState, TaskUrgency
from tests.people import LINE

CLINIC = "Riverside Team"
VISIT = UpcomingVisit(7, "lumbar-puncture", parse_wall("2027-03-30T09:30"), "Level 2")
LATER = UpcomingVisit(8, "results", parse_wall("2027-04-06T12:00"), "")
OWN = (ListedQuestion(31, "Is it near?"), ListedQuestion(32, "Will it hurt?", "q.side-effects"))
PERSON = Person(1, PatientState.ACTIVE, ("blinatumomab",), visits=(VISIT, LATER), own=OWN)
_RED_FLAG = does.RaiseTask("urgent", TaskUrgency.URGENT)
_CRISIS = does.RaiseTask("distress", TaskUrgency.URGENT)
_DEATH = does.RaiseTask("bereavement", TaskUrgency.TODAY)


def a_situation(catalogue: Catalogue, person: Person | None = PERSON, **more: Any) -> Situation:
    return Situation(catalogue, CLINIC, LINE, person=person, **more)


def answer_to(text: str, situation: Situation, context: Context | None = None) -> Answer:
    return respond(understand(text, situation.catalogue.grammar, context), situation)


def words(catalogue: Catalogue, item: str, **values: str) -> str:
    return catalogue.text(item).fill(**{"clinic": CLINIC, "line": LINE, **values})


@pytest.mark.parametrize(
    ("text", "item", "values", "effects"),
    [
        pytest.param("HELP", "help", {}, (), id="help"),
        pytest.param("WHO", "who", {}, (), id="who is this"),
        pytest.param("KEEP", "keep.which", {}, (), id="keep without numbers"),
        pytest.param("ASK", "own-question.how", {}, (), id="ask without a question"),
        pytest.param(
            "ASK Can I swim?",
            "own-question.added",
            {"count": "3"},
            (does.SaveQuestion("Can I swim?"),),
            id="ask",
        ),
        pytest.param(
            "FIRST 2",
            "first.done",
            {"number": "2"},
            (does.MoveFirst(32), does.RememberListed((31, 32))),
            id="first",
        ),
        pytest.param(
            "ASKED 1",
            "asked.done",
            {"number": "1"},
            (does.MarkAsked(31), does.RememberListed((31, 32))),
            id="asked",
        ),
        pytest.param(
            "DROP 1 2",
            "drop.done",
            {"number": "1 2"},
            (does.DropQuestion(31), does.DropQuestion(32), does.RememberListed((31, 32))),
            id="drop two",
        ),
        pytest.param(
            "FIRST 1 2",
            "first.done",
            {"number": "1 2"},
            (does.MoveFirst(32), does.MoveFirst(31), does.RememberListed((31, 32))),
            id="two moved to the front keep their order",
        ),
        pytest.param("DROP 3", "list.which", {}, (), id="a number that is not on the list"),
        pytest.param("DROP 0", "list.which", {}, (), id="nought is not on the list"),
        pytest.param("DROP 1 3", "list.which", {}, (), id="one of two is not on the list: nothing is done"),
        pytest.param("ASKED", "list.which", {}, (), id="asked without a number"),
        pytest.param(
            "COMING 30 MARCH",
            "confirm.done",
            {"when": "Tuesday 30 March at 9:30am"},
            (does.ConfirmVisit(7),),
            id="coming",
        ),
        pytest.param(
            "CANT COME 30 MARCH",
            "change.passed-on",
            {"when": "Tuesday 30 March at 9:30am"},
            (does.AskChange(7), does.RaiseTask("change", TaskUrgency.TODAY, 7)),
            id="cannot come",
        ),
        pytest.param("LESS", "less.ask", {}, (does.OpenOffer("less"),), id="less asks of what"),
        pytest.param("FULL", "full.done", {}, (does.SetInformation(Information.FULL),), id="full"),
        pytest.param("FEWER", "fewer.done", {}, (does.VisitsOnly(on=True),), id="fewer"),
        pytest.param("RESUME", "resume.done", {}, (does.VisitsOnly(on=False),), id="resume"),
        pytest.param("PREPARE", "prepare.how", {}, (), id="prepare without a treatment"),
        pytest.param(
            "PREPARE CART",
            "prepare.added",
            {"treatment": "CAR T-cell therapy"},
            (does.AddWeighing("car-t-cell-therapy"),),
            id="prepare",
        ),
        pytest.param(
            "CALL ME",
            "call-me.passed-on",
            {},
            (does.RaiseTask("call-me", TaskUrgency.TODAY),),
            id="call me",
        ),
        pytest.param("NONE", "none.ask", {}, (does.OpenOffer("none"),), id="none asks what is meant"),
        pytest.param("Tecartus", "treatment.locked", {}, (), id="a name without a checked text"),
        pytest.param("half matched", "treatment.locked", {}, (), id="another"),
        pytest.param("ASK " + "w" * 302, "error.too-long", {}, (), id="a question too long to keep"),
        pytest.param("the weather is nice", "not-understood", {}, (), id="not understood"),
        pytest.param("\U0001f68c", "not-understood", {}, (), id="emoji"),
        pytest.param("", "not-understood", {}, (), id="empty, as a photo is"),
        pytest.param("1", "choice.unclear", {}, (), id="a digit nobody asked for"),
        pytest.param("TELL", "choice.unclear", {}, (), id="TELL nobody asked for"),
        pytest.param("please stop texting me", "stopped", {}, (does.OptOut(),), id="an opt-out said"),
        pytest.param(
            "wrong number",
            "wrong-number",
            {},
            (does.SilenceWrongNumber(), does.RaiseTask("wrong-number", TaskUrgency.TODAY)),
            id="wrong number",
        ),
        pytest.param("he passed away", "bereavement", {}, (does.Hold(), _DEATH), id="a death"),
    ],
)
def test_each_text_has_one_answer_and_its_changes(
    catalogue: Catalogue, text: str, item: str, values: dict[str, str], effects: tuple[does.Effect, ...]
) -> None:
    answer = answer_to(text, a_situation(catalogue))

    assert [reply.body for reply in answer.replies] == [words(catalogue, item, **values)]
    assert {reply.kind for reply in answer.replies} == {"reply"}
    assert answer.effects == effects


@pytest.mark.parametrize("text", ["THANKS", "thank you x", "ok", "\N{THUMBS UP SIGN}", "Thanks xx"])
def test_bare_thanks_get_no_reply(catalogue: Catalogue, text: str) -> None:
    assert answer_to(text, a_situation(catalogue)) == Answer()


@pytest.mark.parametrize(
    "word", ["STOP", "stopall", "Unsubscribe", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]
)
def test_a_lone_carrier_stop_is_obeyed_and_left_to_the_carrier_to_answer(
    catalogue: Catalogue, word: str
) -> None:
    effect = does.OptOut(may_mean_visit=word == "CANCEL")

    assert answer_to(word, a_situation(catalogue)) == Answer(effects=(effect,))


@pytest.mark.parametrize(("word", "context"), [("START", Context()), ("YES", Context(stopped=True))])
def test_having_texts_again_is_left_to_the_carrier_to_answer(
    catalogue: Catalogue, word: str, context: Context
) -> None:
    assert answer_to(word, a_situation(catalogue), context) == Answer(effects=(does.OptIn(),))


@pytest.mark.parametrize("treatment", [t for t in TREATMENTS if t != "no-treatment"])
def test_a_treatment_word_tells_what_it_is_and_changes_nothing(catalogue: Catalogue, treatment: str) -> None:
    about = catalogue.treatments[treatment]

    answer = answer_to(about.aliases[0], a_situation(catalogue))

    expected = [a.item.fill(line=LINE) for a in about.about if a.depth == "less"]
    assert expected
    assert [reply.body for reply in answer.replies] == expected
    assert answer.effects == ()


@pytest.mark.parametrize("treatment", [t for t in TREATMENTS if t != "no-treatment"])
@pytest.mark.parametrize(
    ("information", "depths"), [("less", ["less"]), ("standard", ["less"]), ("full", ["less", "full"])]
)
def test_the_fuller_text_goes_to_people_who_want_to_know_all(
    catalogue: Catalogue, treatment: str, information: Depth, depths: list[str]
) -> None:
    about = catalogue.treatments[treatment].about
    reader = replace(PERSON, information=information)

    answer = answer_to(catalogue.treatments[treatment].aliases[0], a_situation(catalogue, reader))

    assert [reply.body for reply in answer.replies] == [
        text.item.fill(line=LINE) for text in about if text.depth in depths
    ]
    assert [text.depth for text in about][:1] == ["less"]
    assert [text.depth for text in about].count("full") == 1, "there is a fuller text, and it comes last"
    assert about[-1].depth == "full"


def test_all_there_is_about_no_treatment_is_three_texts_for_people_who_want_to_know_all(
    catalogue: Catalogue,
) -> None:
    wants_all = replace(PERSON, information="full")
    situation = a_situation(catalogue, wants_all, remembered=Remembered(offer="none"))

    answer = answer_to("1", situation)

    about = catalogue.treatments["no-treatment"].about
    assert [reply.body for reply in answer.replies] == [a.item.fill(line=LINE) for a in about]
    assert len(about) == 3


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("FLUDARABINE", "flag-ida.fludarabine"),
        ("g-csf", "flag-ida.g-csf"),
        ("etoposide", "nelarabine.etoposide"),
        ("relapsed", "relapsed"),
        ("What is remission?", "remission"),
        ("markers", "what-it-depends-on"),
        ("family", "family"),
    ],
)
@pytest.mark.parametrize("person", [PERSON, replace(PERSON, information="full")], ids=["standard", "full"])
def test_a_drug_inside_a_combination_and_the_ground_have_a_text_of_their_own(
    catalogue: Catalogue, text: str, item: str, person: Person
) -> None:
    (topic,) = (topic for topic in catalogue.topics if topic.item.id == item)

    assert answer_to(text, a_situation(catalogue, person)) == Answer((Reply(topic.item.fill(line=LINE)),))


@pytest.mark.parametrize("text", ["relapsed", "Tecartus", "etoposide"])
def test_what_is_about_nobody_is_told_to_a_shared_number_and_not_to_a_stranger(
    catalogue: Catalogue, text: str
) -> None:
    shared = answer_to(text, a_situation(catalogue, None, shared=True))

    assert shared == answer_to(text, a_situation(catalogue))
    assert answer_to(text, a_situation(catalogue, None)) == Answer(
        (Reply(words(catalogue, "unknown-number")),)
    )


def test_every_locked_name_is_answered_alike_and_nothing_is_promised_or_denied(catalogue: Catalogue) -> None:
    locked = [word for name in catalogue.locked for word in name.words]
    said = {answer_to(word, a_situation(catalogue)) for word in locked}

    assert said == {Answer((Reply(words(catalogue, "treatment.locked")),))}
    assert "available" not in catalogue.text("treatment.locked").text


def test_a_topic_or_a_treatment_whose_texts_are_overdue_is_answered_all_the_same(
    catalogue: Catalogue,
) -> None:
    """The text was understood when it was whole; what is withheld may not be met with silence."""
    donor = catalogue.treatments["donor"]
    withheld = replace(
        catalogue, topics=(), treatments={**catalogue.treatments, "donor": replace(donor, about=())}
    )
    known = Answer((Reply(words(catalogue, "treatment.locked")),))

    assert respond(understand("relapsed", catalogue.grammar), a_situation(withheld)) == known
    assert respond(understand("donor", catalogue.grammar), a_situation(withheld)) == known


def test_when_every_line_of_support_is_overdue_coping_says_whom_to_call(catalogue: Catalogue) -> None:
    pushes = tuple(line for line in catalogue.coping if line.push)

    answer = answer_to("COPING", a_situation(replace(catalogue, coping=pushes)))

    assert answer == Answer((Reply(words(catalogue, "help")),))
    assert LINE in answer.replies[0].body


@pytest.mark.parametrize("kind", APPOINTMENT_TYPES)
def test_visit_is_followed_by_one_text_on_getting_ready_for_that_kind_of_visit(
    catalogue: Catalogue, kind: str
) -> None:
    one = replace(PERSON, visits=(replace(VISIT, type=kind),))

    details, ready = answer_to("VISIT", a_situation(catalogue, one)).replies

    (first, *_) = (r.item for r in catalogue.ready if kind in r.types)
    assert details.tells == one.visits
    assert ready.body.startswith(first.fill(line=LINE))


def test_with_nothing_to_say_on_getting_ready_visit_tells_the_visits_alone(catalogue: Catalogue) -> None:
    other = tuple(ready for ready in catalogue.ready if "lumbar-puncture" not in ready.types)

    answer = answer_to("VISIT", a_situation(replace(catalogue, ready=other)))

    assert [reply.tells for reply in answer.replies] == [(VISIT,), (LATER,)]


@pytest.mark.parametrize(
    ("nation", "item", "holds", "holds_not"),
    [
        ("england", "distress", ["116 123", "85258", "111", "999"], []),
        ("wales", "distress", ["116 123", "85258", "111", "999"], []),
        ("scotland", "distress.scotland", ["116 123", "85258", "111", "999"], ["mental health option"]),
        ("northern-ireland", "distress.northern-ireland", ["116 123", "85258", "999"], ["111"]),
    ],
)
@pytest.mark.parametrize(
    "more",
    [{}, {"silent": True}, {"person": None}, {"person": None, "shared": True}],
    ids=["one person", "silent", "unknown", "shared"],
)
def test_the_crisis_text_is_that_of_the_clinics_nation(
    catalogue: Catalogue,
    nation: str,
    item: str,
    holds: list[str],
    holds_not: list[str],
    more: dict[str, Any],
) -> None:
    answer = answer_to("I want to die", a_situation(catalogue, nation=nation, **more))

    (reply,) = answer.replies
    assert reply == Reply(words(catalogue, item), "safety")
    assert answer.effects == (_CRISIS,)
    said = reply.body.replace(LINE, "")
    assert [part for part in holds if not re.search(rf"\b{part}\b", said)] == []
    assert [part for part in holds_not if re.search(rf"\b{part}\b", said)] == []


def test_visit_tells_each_visit_with_its_place_and_kind_and_remembers_that_it_did(
    catalogue: Catalogue,
) -> None:
    answer = answer_to("VISIT", a_situation(catalogue))

    first = words(
        catalogue,
        "visit.next",
        when="Tuesday 30 March at 9:30am",
        place="Level 2",
        kind="lumbar puncture (a needle in the lower back)",
    )
    second = words(
        catalogue, "visit.next-no-place", when="Tuesday 6 April at midday", kind="hearing about results"
    )
    fitting = [r.item for r in catalogue.ready if "lumbar-puncture" in r.types]
    ready = words(catalogue, "visit.ready", ready=fitting[0].fill(line=LINE))
    assert answer == Answer(
        (Reply(first, tells=(VISIT,)), Reply(ready), Reply(second, tells=(LATER,))),
        (does.RememberReady(tuple(item.id for item in fitting), 1),),
    )


def test_at_most_three_visits_are_told(catalogue: Catalogue) -> None:
    many = replace(
        PERSON, visits=tuple(replace(VISIT, id=n, wall=VISIT.wall + timedelta(days=n)) for n in range(5))
    )

    told = [reply.tells for reply in answer_to("VISIT", a_situation(catalogue, many)).replies if reply.tells]

    assert told == [(visit,) for visit in many.visits[:3]]


def test_a_curly_apostrophe_in_a_place_costs_no_more_than_a_straight_one(catalogue: Catalogue) -> None:
    there = replace(PERSON, visits=(replace(VISIT, place="St Mary\u2019s \u2013 Level\u00a02"),))

    reply, _ = answer_to("VISIT", a_situation(catalogue, there)).replies

    assert "St Mary's - Level 2" in reply.body
    assert count_segments(reply.body) <= 2


@pytest.mark.parametrize("text", ["COMING", "CANT COME"])
def test_an_answer_about_a_visit_tells_its_time(catalogue: Catalogue, text: str) -> None:
    one = replace(PERSON, visits=(VISIT,))

    assert answer_to(text, a_situation(catalogue, one)).replies[0].tells == (VISIT,)


@pytest.mark.parametrize("asked", [(), (7,)], ids=["nothing asked", "the other asked about"])
@pytest.mark.parametrize("day", ["tuesday 6 april", "the 6th", "6/4"])
def test_the_day_a_text_names_decides_which_visit_is_meant(
    catalogue: Catalogue, asked: tuple[int, ...], day: str
) -> None:
    person = a_situation(catalogue, replace(PERSON, asked=asked))

    assert answer_to(f"cant come {day}", person).effects[0] == does.AskChange(8)
    assert answer_to(f"coming {day}", person).effects == (does.ConfirmVisit(8),)


@pytest.mark.parametrize("text", ["{}", "{} friday", "{} tuesday"], ids=["no day", "none fits", "both fit"])
def test_where_it_cannot_be_told_which_visit_is_meant_it_is_asked(catalogue: Catalogue, text: str) -> None:
    visits = "Tuesday 30 March at 9:30am\nTuesday 6 April at midday"
    coming = answer_to(text.format("COMING"), a_situation(catalogue))
    not_coming = answer_to(text.format("CANT COME"), a_situation(catalogue))

    both = (VISIT, LATER)
    assert coming == Answer((Reply(words(catalogue, "confirm.which", visits=visits), tells=both),))
    assert not_coming == Answer(
        (Reply(words(catalogue, "change.which", visits=visits), tells=both),),
        (does.RaiseTask("change", TaskUrgency.TODAY),),
    )


def test_coming_means_the_visits_that_were_asked_about(catalogue: Catalogue) -> None:
    same_day = replace(LATER, id=9, wall=parse_wall("2027-04-06T15:15"))
    asked = replace(PERSON, visits=(VISIT, LATER, same_day), asked=(8, 9))

    coming = answer_to("COMING", a_situation(catalogue, asked))
    not_coming = answer_to("CANT COME", a_situation(catalogue, asked))

    when = "Tuesday 6 April at midday and 3:15pm"
    assert coming.replies == (Reply(words(catalogue, "confirm.done", when=when), tells=(LATER, same_day)),)
    assert coming.effects == (does.ConfirmVisit(8), does.ConfirmVisit(9))
    assert not_coming.replies[0].body == words(catalogue, "change.passed-on", when=when)
    assert not_coming.effects == (
        does.AskChange(8),
        does.AskChange(9),
        does.RaiseTask("change", TaskUrgency.TODAY, 8),
    )


def test_when_what_was_asked_about_is_gone_the_one_left_is_meant(catalogue: Catalogue) -> None:
    asked = replace(PERSON, visits=(VISIT,), asked=(99,))

    assert answer_to("COMING", a_situation(catalogue, asked)).effects == (does.ConfirmVisit(7),)


@pytest.mark.parametrize(
    ("text", "item", "effects"),
    [
        ("VISIT", "visit.none", ()),
        ("COMING", "confirm.none", ()),
        ("CANT COME", "change.none", (does.RaiseTask("change", TaskUrgency.TODAY),)),
    ],
)
def test_without_a_visit_the_answer_says_so(
    catalogue: Catalogue, text: str, item: str, effects: tuple[does.Effect, ...]
) -> None:
    answer = answer_to(text, a_situation(catalogue, replace(PERSON, visits=())))

    assert answer == Answer((Reply(words(catalogue, item)),), effects)


def test_coping_gives_the_next_line_each_time_and_begins_again_at_the_end(catalogue: Catalogue) -> None:
    lines = [line.item for line in catalogue.coping if not line.push]
    said = []
    for sent in range(len(lines) + 1):
        situation = a_situation(catalogue, remembered=Remembered(coping_sent=sent))
        answer = answer_to("COPING", situation)
        assert answer.effects == (does.CountCoping(),)
        said.append(answer.replies[0].body)

    assert said[:-1] == [words(catalogue, "coping.body", support=line.fill(line=LINE)) for line in lines]
    assert said[-1] == said[0]


@pytest.mark.parametrize(
    ("offer", "text", "item", "effects"),
    [
        ("less", "1", "less.done", (does.SetInformation(Information.LESS),)),
        ("less", "2", "fewer.done", (does.VisitsOnly(on=True),)),
        ("less", "3", "choice.unclear", ()),
        ("less", "TELL", "choice.unclear", ()),
        ("none", "2", "fewer.done", (does.VisitsOnly(on=True),)),
        ("none", "3", "help", ()),
        ("none", "4", "choice.unclear", ()),
        ("none", "TELL", "tell.passed-on", (does.RaiseTask("no-treatment-told", TaskUrgency.TODAY),)),
        (None, "1", "choice.unclear", ()),
        (None, "2", "choice.unclear", ()),
        (None, "TELL", "choice.unclear", ()),
        ("an offer of the past", "1", "choice.unclear", ()),
    ],
)
def test_a_digit_answers_the_open_offer_and_no_other(
    catalogue: Catalogue, offer: str | None, text: str, item: str, effects: tuple[does.Effect, ...]
) -> None:
    answer = answer_to(text, a_situation(catalogue, remembered=Remembered(offer=offer)))

    closed = (does.CloseOffer(),) if offer else ()
    assert answer == Answer((Reply(words(catalogue, item)),), (*closed, *effects))


def test_reading_about_no_treatment_leaves_the_offer_open_to_tell(catalogue: Catalogue) -> None:
    answer = answer_to("1", a_situation(catalogue, remembered=Remembered(offer="none")))

    about = [a.item.fill(line=LINE) for a in catalogue.treatments["no-treatment"].about if a.depth == "less"]
    assert len(about) == 2
    assert [reply.body for reply in answer.replies] == about
    assert answer.effects == (does.CloseOffer(), does.OpenOffer("none")), "and nobody on the staff is told"


@pytest.mark.parametrize(
    ("text", "items", "effects"),
    [
        pytest.param("I have a fever", ["urgent"], (_RED_FLAG,), id="red flag"),
        pytest.param("I want to die", ["distress"], (_CRISIS,), id="crisis"),
        pytest.param(
            "I'm bleeding and I want to die",
            ["distress", "urgent"],
            (_CRISIS, _RED_FLAG),
            id="both, crisis first",
        ),
        pytest.param(
            "stop these, I have a fever",
            ["urgent", "stopped"],
            (_RED_FLAG, does.OptOut()),
            id="and an opt-out",
        ),
        pytest.param(
            "ASK why now, I have a fever",
            ["urgent"],
            (_RED_FLAG, does.SaveQuestion("why now, I have a fever")),
            id="and a question: kept, but only the safety text is said",
        ),
        pytest.param(
            "he died, I had a fever",
            ["bereavement"],
            (does.Hold(), does.RaiseTask("bereavement", TaskUrgency.URGENT)),
            id="after a death no red-flag text, but the nurse phones at once",
        ),
        pytest.param(
            "she died and I want to die",
            ["distress", "bereavement"],
            (_CRISIS, does.Hold(), _DEATH),
            id="after a death the crisis text all the same",
        ),
    ],
)
def test_safety_comes_first_and_the_other_effects_are_added(
    catalogue: Catalogue, text: str, items: list[str], effects: tuple[does.Effect, ...]
) -> None:
    answer = answer_to(text, a_situation(catalogue))

    assert [reply.body for reply in answer.replies] == [words(catalogue, item) for item in items]
    assert [reply.kind for reply in answer.replies] == [
        "safety" if item in ("urgent", "distress") else "reply" for item in items
    ]
    assert answer.effects == effects


@pytest.mark.parametrize("state", list(PatientState))
@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize(("text", "item"), [("I have a fever", "urgent"), ("I want to die", "distress")])
def test_the_safety_text_goes_to_everyone_whatever_their_state(
    catalogue: Catalogue, state: PatientState, text: str, item: str, *, silent: bool
) -> None:
    answer = answer_to(text, a_situation(catalogue, replace(PERSON, state=state), silent=silent))

    assert answer.replies == (Reply(words(catalogue, item), "safety"),)


@pytest.mark.parametrize(
    "situation", [{"person": None}, {"person": None, "shared": True}, {"person": None, "told_unknown": True}]
)
@pytest.mark.parametrize(("text", "item"), [("I have a fever", "urgent"), ("I want to die", "distress")])
def test_the_safety_text_goes_to_unknown_and_shared_numbers_too(
    catalogue: Catalogue, situation: dict[str, Any], text: str, item: str
) -> None:
    answer = answer_to(text, a_situation(catalogue, **situation))

    assert answer.replies == (Reply(words(catalogue, item), "safety"),)
    assert len(answer.effects) == 1


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize(
    "text",
    ["QUESTIONS", "VISIT", "WHO", "START", "YES", "he died", "1", "CART", "COPING", "ASK why?", "thanks"],
)
def test_a_silent_number_hears_nothing_else(catalogue: Catalogue, text: str, *, held: bool) -> None:
    answer = answer_to(text, a_situation(catalogue, silent=True, held=held))

    assert answer.replies == ()
    # Only while nobody on the staff has settled who died is a text that says so again theirs to read.
    assert answer.effects == ((_DEATH,) if text == "he died" and held else ())


@pytest.mark.parametrize("text", ["HELP", "info", "help!"])
def test_a_cry_for_help_is_answered_even_to_a_silent_number(catalogue: Catalogue, text: str) -> None:
    assert answer_to(text, a_situation(catalogue, silent=True)) == Answer((Reply(words(catalogue, "help")),))


def test_whoever_writes_after_a_death_is_told_whom_to_call(catalogue: Catalogue) -> None:
    after_a_death = a_situation(catalogue, silent=True, held=True)
    otherwise_silent = a_situation(catalogue, silent=True)

    assert answer_to("I am here", after_a_death) == Answer((Reply(words(catalogue, "not-understood")),))
    assert answer_to("I am here", otherwise_silent) == Answer()


@pytest.mark.parametrize("text", ["STOP", "please stop texting me"])
def test_an_opt_out_of_a_silent_number_reaches_the_staff(catalogue: Catalogue, text: str) -> None:
    answer = answer_to(text, a_situation(catalogue, silent=True))

    assert answer == Answer(effects=(does.RaiseTask("opted-out-while-silent", TaskUrgency.TODAY),))


@pytest.mark.parametrize("text", ["RESUME", "FEWER"])
def test_only_start_undoes_a_stop(catalogue: Catalogue, text: str) -> None:
    stopped = a_situation(catalogue, replace(PERSON, state=PatientState.STOPPED))

    assert answer_to(text, stopped) == Answer((Reply(words(catalogue, "stopped")),))


@pytest.mark.parametrize("text", ["STOP!", "Stop xx", "hi, stop", "stop please", "Stop, thank you"])
def test_a_stop_the_carrier_does_not_know_is_obeyed_and_said(catalogue: Catalogue, text: str) -> None:
    answer = answer_to(text, a_situation(catalogue))

    assert answer == Answer((Reply(words(catalogue, "stopped")),), (does.OptOut(),))


@pytest.mark.parametrize(
    "text", ["QUESTIONS", "VISIT", "HELP", "WHO", "CART", "COPING", "hello?", "COMING", "CALL ME", "1", "YES"]
)
def test_an_unknown_number_learns_nothing_and_is_told_so_once(catalogue: Catalogue, text: str) -> None:
    first = answer_to(text, a_situation(catalogue, None))
    again = answer_to(text, a_situation(catalogue, None, told_unknown=True))

    assert first == Answer((Reply(words(catalogue, "unknown-number")),))
    assert again == Answer()


@pytest.mark.parametrize("text", ["STOP", "please stop texting me", "START", "wrong number", "thanks"])
def test_an_unknown_number_has_nothing_to_stop_or_start(catalogue: Catalogue, text: str) -> None:
    assert answer_to(text, a_situation(catalogue, None)) == Answer()


def test_a_death_told_from_an_unknown_number_reaches_the_staff(catalogue: Catalogue) -> None:
    answer = answer_to("my husband died", a_situation(catalogue, None))

    assert answer.effects == (_DEATH,), "nothing of theirs can be held"
    assert [reply.body for reply in answer.replies] == [words(catalogue, "bereavement.unknown")]


@pytest.mark.parametrize("text", ["QUESTIONS", "VISIT", "LIST", "COMING", "CALL ME", "KEEP 1", "ASK why?"])
def test_a_shared_number_of_nobody_who_can_be_named_is_told_nothing_about_either(
    catalogue: Catalogue, text: str
) -> None:
    answer = answer_to(text, a_situation(catalogue, None, shared=True))

    assert answer.replies == (Reply(words(catalogue, "shared-number")),)
    assert [type(effect) for effect in answer.effects] == [does.RaiseTask] * (text == "CALL ME")


@pytest.mark.parametrize(("text", "item"), [("HELP", "help"), ("WHO", "who"), ("SYMPTOMS", None)])
def test_a_shared_number_hears_what_is_about_nobody(
    catalogue: Catalogue, text: str, item: str | None
) -> None:
    answer = answer_to(text, a_situation(catalogue, None, shared=True))

    expected = (
        words(catalogue, item)
        if item
        else catalogue.treatments["symptom-control"].about[0].item.fill(line=LINE)
    )
    assert [reply.body for reply in answer.replies] == [expected]


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("STOP", does.OptOut()),
        ("please stop texting me", does.OptOut()),
        ("START", does.OptIn()),
        ("he died", does.Hold()),
        ("wrong number", does.SilenceWrongNumber()),
    ],
)
def test_what_a_shared_number_asks_for_itself_is_done(
    catalogue: Catalogue, text: str, effect: does.Effect
) -> None:
    assert effect in answer_to(text, a_situation(catalogue, None, shared=True)).effects


@pytest.mark.parametrize("more", [{}, {"person": None, "shared": True}], ids=["one", "shared"])
@pytest.mark.parametrize("text", ["the the spoon", "\U0001f68c", ""])
def test_muddled_words_after_an_infusion_are_urgent(
    catalogue: Catalogue, text: str, more: dict[str, Any]
) -> None:
    answer = answer_to(text, a_situation(catalogue, watched=True, **more))

    assert answer == Answer(
        (Reply(words(catalogue, "not-understood.watched"), "safety"),),
        (does.RaiseTask("muddled-after-infusion", TaskUrgency.URGENT),),
    )


def test_a_watched_person_who_is_understood_is_answered_as_ever(catalogue: Catalogue) -> None:
    assert answer_to("HELP", a_situation(catalogue, watched=True)) == answer_to(
        "HELP", a_situation(catalogue)
    )


_TEXTS = st.one_of(
    st.text(max_size=160),
    st.sampled_from(
        ["QUESTIONS", "MORE", "LIST", "VISIT", "COPING", "ASK " + "w" * 280, "ASK \U0001f600" * 20]
    ),
    st.sampled_from(TREATMENTS).map(lambda t: "PREPARE " + t.replace("-", " ")),
    st.tuples(
        st.sampled_from(["KEEP", "FIRST", "ASKED", "DROP"]), st.lists(st.integers(0, 25), max_size=20)
    ).map(lambda found: " ".join((found[0], *map(str, found[1])))),
)
_PEOPLE = st.builds(
    Person,
    id=st.just(1),
    state=st.sampled_from(PatientState),
    treatments=st.lists(st.sampled_from(TREATMENTS), max_size=3, unique=True).map(tuple),
    chosen=st.none() | st.sampled_from(TREATMENTS),
    information=st.sampled_from(["less", "standard", "full"]),
    visits=st.lists(
        st.builds(
            UpcomingVisit,
            id=st.integers(1, 9),
            type=st.sampled_from(APPOINTMENT_TYPES),
            wall=st.just(parse_wall("2027-09-29T10:30")),
            place=st.sampled_from(
                ["", "Level 2", "Outpatients, East Wing, Riverside Hospital, Level 2, SE1 7EH"]
            ),
        ),
        max_size=4,
    ).map(tuple),
    own=st.lists(st.text(min_size=1, max_size=125), max_size=8).map(
        lambda texts: tuple(ListedQuestion(n, text) for n, text in enumerate(texts, 1))
    ),
    asked=st.sampled_from([(), (1,), (2, 3)]),
)


@given(
    text=_TEXTS,
    person=st.none() | _PEOPLE,
    shared=st.booleans(),
    shown=st.integers(0, 20),
    offer=st.sampled_from([None, "less", "none"]),
    watched=st.booleans(),
    silent=st.booleans(),
    nation=st.sampled_from(NATIONS),
)
@settings(max_examples=300, deadline=None)
def test_every_reply_fits_two_segments_and_the_same_text_is_answered_the_same(
    catalogue: Catalogue,
    text: str,
    person: Person | None,
    shown: int,
    offer: str | None,
    nation: str,
    *,
    shared: bool,
    watched: bool,
    silent: bool,
) -> None:
    questions = tuple(question.item.id for question in catalogue.questions)
    situation = Situation(
        catalogue,
        "Riverside Community Care Team",
        LINE,
        nation,
        person,
        shared=shared and person is None,
        remembered=Remembered(questions, shown, tuple(range(1, 9)), offer, shown),
        watched=watched,
        silent=silent,
    )

    answer = answer_to(text, situation)

    assert answer == answer_to(text, situation)
    for reply in answer.replies:
        assert count_segments(reply.body) <= 2, reply.body
        assert reply.body.strip()
        assert "{line}" not in reply.body
        assert "{clinic}" not in reply.body


def test_every_intent_is_answered_here_or_kept_quiet_on_purpose() -> None:
    """A new intent needs a decision; this list is the decisions so far."""
    answered = {
        "opt_out", "opt_in", "help", "treatment", "prepare", "questions", "more", "own_question",
        "list_questions", "keep_question", "first_question", "asked_question", "drop_question", "coping",
        "next_appointment", "confirm", "change", "less_information", "full_information", "pause", "resume",
        "call_me", "urgent", "distress", "wrong_number", "who_is_this", "bereavement", "choice", "free_text",
    }  # fmt: skip
    quiet = {"acknowledgement"}

    assert answered | quiet == set(INTENTS)
