"""What somebody asks for: alone, in a sentence, in clauses, with numbers and words of their own."""

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.lexicon import Command
from companion.domain.understanding import Context, Grammar, Meaning, understand
from tests.understanding.small import NAMES, a_grammar

_LIST, _QUESTIONS, _THANKS = Meaning("list_questions"), Meaning("questions"), Meaning("acknowledgement")
_STOP, _WRONG = Meaning("opt_out"), Meaning("wrong_number")


def _keep(numbers: str | None) -> Meaning:
    return Meaning("keep_question", slot=numbers)


def _ask(words: str | None) -> Meaning:
    return Meaning("own_question", slot=words)


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return a_grammar()


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        pytest.param("list", [_LIST], id="a word alone"),
        pytest.param("hi, list please", [_LIST], id="with manners around it"),
        pytest.param("can i see the list", [_LIST], id="with the way it is asked for"),
        pytest.param("there is a list on the bus", [], id="a word within a sentence"),
        pytest.param("list: eggs, milk", [], id="a word in front of something else"),
        pytest.param("list, thanks", [_LIST], id="a word in front of manners"),
        pytest.param("my list, and a funny bus", [_LIST], id="two words are a clause of weight"),
        pytest.param("what should i ask", [_QUESTIONS], id="a phrase"),
        pytest.param("a questions what to ask", [_QUESTIONS], id="a phrase beside what takes others back"),
        pytest.param("see the list. what can i ask", [_LIST, _QUESTIONS], id="two phrases, in order"),
        pytest.param("list, list", [_LIST], id="once each"),
        pytest.param("keep 1 and 3", [_keep("1 3")], id="numbers"),
        pytest.param("keep 1, 3", [_keep("1 3")], id="numbers over a comma"),
        pytest.param("keep one, 2 and", [_keep("1 2")], id="numbers in words"),
        pytest.param("keep 1 1 01", [_keep("1")], id="the same number again"),
        pytest.param("keep 123", [_keep(None)], id="no number of a list"),
        pytest.param("keep", [_keep(None)], id="no number at all"),
        pytest.param("\uff4beep \uff13", [_keep("3")], id="a wide digit"),
        pytest.param("first 2", [Meaning("first_question", slot="2")], id="FIRST is the command"),
        pytest.param("2 first", [Meaning("first_question", slot="2")], id="in either order"),
        pytest.param("keep 1 and see my list", [_keep("1"), _LIST], id="numbers and another wish"),
        pytest.param("2", [Meaning("choice", slot="2")], id="a number alone"),
        pytest.param("hi, 2 please", [Meaning("choice", slot="2")], id="a number and manners"),
        pytest.param("2 buses", [], id="a number of something"),
        pytest.param("thanks", [_THANKS], id="thanks"),
        pytest.param("hi thanks it the", [_THANKS], id="thanks among nothing but manners"),
        pytest.param("hi please", [], id="nothing but manners"),
        pytest.param("thanks for the help, my list", [_LIST], id="thanks by the way"),
        pytest.param("thanks for all the help?", [], id="thanks that are a question"),
        pytest.param(
            "a funny bus and a well funny bus with thanks for the help", [], id="thanks in a long text"
        ),
        pytest.param("about chemo", [NAMES["CHEMO"]], id="a treatment in a phrase"),
        pytest.param("about bone marrow", [NAMES["BONE MARROW"]], id="a name of two words"),
        pytest.param("about ponies", [], id="a phrase without its name"),
        pytest.param("ready for car t", [Meaning("prepare", "car-t-cell-therapy")], id="preparing"),
        pytest.param("prepare chemo", [Meaning("prepare", "chemotherapy")], id="preparing, in a command"),
        pytest.param("no more chemo", [Meaning("treatment", "no-treatment")], id="a phrase of a treatment"),
        pytest.param("nothing", [Meaning("treatment", "no-treatment")], id="a word of a treatment"),
        pytest.param("what chemo ask", [_QUESTIONS, NAMES["CHEMO"]], id="the treatment a question is about"),
        pytest.param("stop these", [_STOP], id="stopping"),
        pytest.param("dont stop these", [], id="not stopping"),
        pytest.param("hi stop it please", [_STOP], id="a stop and manners"),
        pytest.param("stop the bus", [], id="stopping something else"),
        pytest.param("wrong number, stop texts", [_STOP, _WRONG], id="stopping before a wrong number"),
        pytest.param("my list. stop these", [_STOP, _LIST], id="stopping before all wishes"),
    ],
)
def test_a_text_asks_for(grammar: Grammar, text: str, meanings: list[Meaning]) -> None:
    assert list(understand(text, grammar).all) == (meanings or [Meaning("free_text")])


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        pytest.param("ASK can I eat?", [_ask("can I eat?")], id="behind the word"),
        pytest.param("Ask: can I eat?", [_ask("can I eat?")], id="behind a colon"),
        pytest.param("Hi, ask - can I eat?", [_ask("can I eat?")], id="behind a greeting"),
        pytest.param("my questions is Can  I eat\nthe list", [_ask("Can  I eat\nthe list")], id="as written"),
        pytest.param("ask", [_ask(None)], id="nothing behind it"),
        pytest.param("hi please ask", [_ask(None)], id="nothing but manners before it"),
        pytest.param("ask it?", [_ask("it?")], id="what may be manners is the question"),
        pytest.param("ask ?!", [_ask(None)], id="no word behind it"),
        pytest.param("ask when to stop these", [_ask("when to stop these")], id="a stop within the question"),
        pytest.param(
            "ask about my list and keep 1", [_ask("about my list and keep 1")], id="commands within"
        ),
        pytest.param("stop these. ask why", [_STOP, _ask("why")], id="a stop in front of the question"),
    ],
)
def test_a_question_is_kept_in_the_persons_own_words(
    grammar: Grammar, text: str, meanings: list[Meaning]
) -> None:
    assert list(understand(text, grammar).all) == meanings


@pytest.mark.parametrize(
    ("text", "context", "intent"),
    [
        ("ok", Context(confirm_asked=True), "confirm"),
        ("ok please", Context(confirm_asked=True), "confirm"),
        ("ok", Context(), "acknowledgement"),
        ("next", Context(list_shown=True), "more"),
        ("next", Context(), "free_text"),
        ("yes", Context(stopped=True), "opt_in"),
        ("yes", Context(), "free_text"),
    ],
)
def test_the_same_word_may_mean_another_thing_now(
    grammar: Grammar, text: str, context: Context, intent: str
) -> None:
    assert understand(text, grammar, context).meaning.intent == intent


@pytest.mark.parametrize(
    ("text", "meaning", "alternatives"),
    [
        pytest.param("about carkers", NAMES["CARERS"], (NAMES["MARKERS"],), id="two names as near"),
        pytest.param("about carer", NAMES["CARERS"], (), id="one is nearer"),
        pytest.param("about carers", NAMES["CARERS"], (), id="nothing misspelt"),
        pytest.param("see list carkers", _LIST, (), id="what decided was no name"),
    ],
)
def test_names_as_likely_are_told_and_not_chosen_between(
    grammar: Grammar, text: str, meaning: Meaning, alternatives: tuple[Meaning, ...]
) -> None:
    found = understand(text, grammar)

    assert (found.meaning, found.alternatives) == (meaning, alternatives)


_COMING, _COPING = Meaning("confirm"), Meaning("coping")


@pytest.fixture(scope="module")
def as_near() -> Grammar:
    """Words of which two are one slip away from the same misspelling."""
    commands = (
        Command("confirm", ("COMING", "MORE")),
        Command("coping", ("COPING",), phrases=("FEEL LOW",)),
        Command("pause", ("FEWER",)),
        Command("list_questions", ("LIST",)),
        Command("less_information", ("LISP",)),
    )
    return a_grammar(commands=commands)


@pytest.mark.parametrize(
    ("text", "meaning", "alternatives"),
    [
        pytest.param("copming", _COMING, (_COPING,), id="two commands as near"),
        pytest.param("hi copming please", _COMING, (_COPING,), id="with manners around it"),
        pytest.param("coping", _COPING, (), id="nothing misspelt"),
        pytest.param("copinng", _COPING, (), id="one is nearer"),
        pytest.param("lis", _LIST, (Meaning("less_information"),), id="a letter missing in a short word"),
        pytest.param("mre", _COMING, (), id="a letter missing, and one meaning"),
        pytest.param("fewver", Meaning("urgent"), (), id="a sign of illness is never asked about"),
        pytest.param("the fewver please", Meaning("urgent"), (), id="safety wins among manners"),
        pytest.param("bus", Meaning("free_text"), (), id="an everyday word is itself"),
        pytest.param("stip", Meaning("free_text"), (), id="stopping is not guessed"),
        pytest.param("zq", Meaning("free_text"), (), id="too short to guess"),
        pytest.param("zist", Meaning("free_text"), (), id="another first letter is another word"),
        pytest.param("there is a funny copming well", Meaning("free_text"), (), id="a longer text"),
        pytest.param("a lis of funny buses", Meaning("free_text"), (), id="garbled in a sentence"),
    ],
)
def test_a_lone_word_as_near_to_two_meanings_holds_both(
    as_near: Grammar, text: str, meaning: Meaning, alternatives: tuple[Meaning, ...]
) -> None:
    found = understand(text, as_near)

    assert (found.text, found.meaning, found.alternatives) == (text, meaning, alternatives)


def test_no_alternative_of_any_short_text_is_weighty(catalogue: Catalogue) -> None:
    weighty = {"urgent", "distress", "bereavement", "opt_out", "wrong_number"}
    words = ("COMING", "FEWER", "FEVER", "LESS", "STOP", "START", "COPING", "MORE", "BLEEDING", "END IT ALL")
    slips = {
        word[:n] + letter + word[n:] for word in words for n in range(len(word) + 1) for letter in "EMPRSV"
    }
    slips |= {word[:n] + word[n + 1 :] for word in words for n in range(len(word))}

    for text in sorted(slips):
        found = understand(text.lower(), catalogue.grammar)
        assert weighty.isdisjoint(meaning.intent for meaning in found.alternatives), text
        assert not (found.alternatives and found.meaning.intent in weighty), text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("cnt cmoe", True),
        ("cnt cmoe tmrw sry", True),
        ("sorry cant cmoe mondya", True),
        ("wrods wnt cmoe rite", False),
        ("nobdoy wnt cmoe", False),
    ],
)
def test_no_visit_is_changed_by_words_of_which_none_is_written(
    catalogue: Catalogue, text: str, meant: bool
) -> None:
    assert understand(text, catalogue.grammar).has("change") == meant


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("Keep 3 and then show me my list", [_keep("3"), _LIST]),
        ("5 is a good one keep that", [_keep("5")]),
        ("keep one and 3", [_keep("1 3")]),
        ("show us my questions", [_LIST]),
        ("add a question, is it safe to eat", [_ask("is it safe to eat")]),
        ("ask the nurse how long it takes", [_ask("how long it takes")]),
        ("add is my port staying in to my questions", [_ask("is my port staying in")]),
        ("stick can i swim on my list pls", [_ask("can i swim")]),
        ("add this to my list: can i fly", [_ask("can i fly")]),
        ("put down: can i go to the allotment", [_ask("can i go to the allotment")]),
        ("resume pls im home now", [Meaning("resume")]),
        ("prepare card", [Meaning("prepare", "car-t-cell-therapy")]),
        ("prep me for the mini transplant", [Meaning("prepare", "reduced-intensity")]),
        ("what is bleenatumo mab", [Meaning("treatment", "blinatumomab")]),
        ("T.B.I. please", [Meaning("treatment", "total-body-irradiation")]),
        (
            "my sister is giving me her stem cells. What questions should we ask",
            [_QUESTIONS, Meaning("treatment", "sibling-donor")],
        ),
        ("the nurse was so lovely", []),
        ("yes mum is coming on friday", [Meaning("confirm")]),
        ("see you friday after lunch", [Meaning("confirm")]),
        ("see you at the pub friday", []),
        ("cant make it to the pub", []),
        ("cant come its my sons wedding", [Meaning("change")]),
        ("lol no. you can trust me", []),
        ("can you people stop texting me", [_STOP]),
        ("dont text me so much", [Meaning("pause")]),
        ("what would happen if i said no more", [Meaning("treatment", "no-treatment")]),
        ("everybody stopped ringing, think they are frightened of me", [Meaning("coping")]),
    ],
)
def test_what_patients_ask_in_their_own_way_is_understood(
    catalogue: Catalogue, text: str, meanings: list[Meaning]
) -> None:
    assert list(understand(text, catalogue.grammar).all) == (meanings or [Meaning("free_text")])
