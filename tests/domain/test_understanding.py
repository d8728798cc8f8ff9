"""What a text means: every word we invite, the order of effects, and whatever strangers may send."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.catalogue import Catalogue
from companion.domain.understanding import Context, Meaning, normalise, understand
from companion.domain.vocabulary import INTENTS, TREATMENTS

_THUMBS_UP = "\N{THUMBS UP SIGN}"


def intents(text: str, catalogue: Catalogue, context: Context | None = None) -> list[str]:
    return [meaning.intent for meaning in understand(text, catalogue.grammar, context).all]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Can't come!", "CANT COME"),
        ("Can\u2019t come", "CANT COME"),
        ("Can\u00b4t come", "CANT COME"),
        ("Can`t come", "CANT COME"),
        ("Can\u02bct come", "CANT COME"),
        ("Can\uff07t come", "CANT COME"),
        ("  keep\t1,\n3 ", "KEEP 1 3"),
        ("CAR-T", "CAR T"),
        ("my_list", "MY LIST"),
        (f"{_THUMBS_UP}", "THUMBSUP"),
        (f"{_THUMBS_UP}\U0001f3fd", "THUMBSUP"),
        (f"ok{_THUMBS_UP}", "OK THUMBSUP"),
        ("\uff33\uff34\uff2f\uff30", "STOP"),
        ("\u2764\ufe0f", ""),
        ("...", ""),
        ("", ""),
        ("\x00", ""),
    ],
)
def test_a_text_is_brought_to_its_bare_words(text: str, words: str) -> None:
    assert normalise(text) == words


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("QUESTIONS", Meaning("questions")),
        ("MORE", Meaning("more")),
        ("KEEP 1 3", Meaning("keep_question", slot="1 3")),
        ("LIST", Meaning("list_questions")),
        ("FIRST 2", Meaning("first_question", slot="2")),
        ("ASKED 2", Meaning("asked_question", slot="2")),
        ("DROP 2", Meaning("drop_question", slot="2")),
        ("VISIT", Meaning("next_appointment")),
        ("COMING", Meaning("confirm")),
        ("CANT COME", Meaning("change")),
        ("COPING", Meaning("coping")),
        ("CALL ME", Meaning("call_me")),
        ("PREPARE CART", Meaning("prepare", treatment="car-t-cell-therapy")),
        ("LESS", Meaning("less_information")),
        ("FULL", Meaning("full_information")),
        ("FEWER", Meaning("pause")),
        ("PAUSE", Meaning("pause")),
        ("RESUME", Meaning("resume")),
        ("WHO", Meaning("who_is_this")),
        ("NEXT", Meaning("next_appointment")),
        ("TELL", Meaning("choice")),
        ("THANKS", Meaning("acknowledgement")),
        ("WRONG NUMBER", Meaning("wrong_number")),
        ("1", Meaning("choice", slot="1")),
        ("0", Meaning("choice", slot="0")),
        ("CHEMO", Meaning("treatment", "chemotherapy")),
        ("FLAG", Meaning("treatment", "flag-ida")),
        ("TARGETED", Meaning("treatment", "targeted-drugs")),
        ("MAB", Meaning("treatment", "monoclonal-antibodies")),
        ("BLINA", Meaning("treatment", "blinatumomab")),
        ("BESPONSA", Meaning("treatment", "inotuzumab")),
        ("TKI", Meaning("treatment", "tyrosine-kinase-inhibitors")),
        ("TRANSPLANT", Meaning("treatment", "stem-cell-transplant")),
        ("DONOR", Meaning("treatment", "donor")),
        ("CART", Meaning("treatment", "car-t-cell-therapy")),
        ("TRIAL", Meaning("treatment", "clinical-trial")),
        ("NONE", Meaning("treatment", "no-treatment")),
        ("SYMPTOMS", Meaning("treatment", "symptom-control")),
    ],
)
@pytest.mark.parametrize("dress", ["{}", "{}.", "  {}  ", "Hi {}", "please {}", "{} please", "{} xx"])
def test_each_word_we_invite_means_what_we_said(
    catalogue: Catalogue, text: str, meaning: Meaning, dress: str
) -> None:
    assert understand(dress.format(text), catalogue.grammar).all == (meaning,)
    assert understand(dress.format(text).lower(), catalogue.grammar).all == (meaning,)


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_every_treatment_can_be_asked_for_and_prepared(catalogue: Catalogue, treatment: str) -> None:
    for alias in catalogue.treatments[treatment].aliases:
        assert understand(alias.lower(), catalogue.grammar).meaning == Meaning("treatment", treatment), alias
        prepared = understand(f"Prepare {alias}", catalogue.grammar).meaning
        assert prepared == Meaning("prepare", treatment), alias


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("FLUDARABINE", Meaning("treatment", "flag-ida", "flag-ida.fludarabine")),
        ("ara-c", Meaning("treatment", "flag-ida", "flag-ida.cytarabine")),
        ("G-CSF", Meaning("treatment", "flag-ida", "flag-ida.g-csf")),
        ("idarubicin", Meaning("treatment", "flag-ida", "flag-ida.idarubicin")),
        ("cyclophosphamide", Meaning("treatment", "nelarabine", "nelarabine.cyclophosphamide")),
        ("ETOPOSIDE", Meaning("treatment", "nelarabine", "nelarabine.etoposide")),
        ("relapsed", Meaning("treatment", slot="relapsed")),
        ("Refractory", Meaning("treatment", slot="refractory")),
        ("What is remission?", Meaning("treatment", slot="remission")),
        ("bone marrow", Meaning("treatment", slot="bone-marrow")),
        ("STEM", Meaning("treatment", slot="stem-cells")),
        ("markers", Meaning("treatment", slot="what-it-depends-on")),
        ("my diagnosis", Meaning("treatment", slot="understand")),
        ("I'm a carer", Meaning("treatment", slot="family")),
        ("obe-cel", Meaning("treatment", slot="obe-cel")),
        ("Tecartus", Meaning("treatment", slot="brexu-cel")),
        ("bridging", Meaning("treatment", slot="bridging")),
        ("lymphodepletion", Meaning("treatment", slot="lymphodepletion")),
        ("intrathecal", Meaning("treatment", slot="intrathecal")),
        ("clofarabine", Meaning("treatment", slot="clofarabine")),
        ("half-matched", Meaning("treatment", slot="haplo")),
        ("DLI", Meaning("treatment", slot="dli")),
    ],
)
@pytest.mark.parametrize("dress", ["{}", "{}!", "  {} ", "Hi {}", "{} please"])
def test_a_drug_inside_a_combination_the_ground_and_a_locked_name_are_known(
    catalogue: Catalogue, text: str, meaning: Meaning, dress: str
) -> None:
    assert understand(dress.format(text), catalogue.grammar).all == (meaning,)


def test_every_word_of_a_topic_and_of_a_locked_name_means_just_that(catalogue: Catalogue) -> None:
    wanted = {
        word: Meaning("treatment", t.treatment, t.item.id) for t in catalogue.topics for word in t.words
    }
    wanted |= {word: Meaning("treatment", slot=name.id) for name in catalogue.locked for word in name.words}

    assert len(wanted) > 100
    found = {word: understand(word.lower(), catalogue.grammar).meaning for word in wanted}
    assert {word: meaning for word, meaning in found.items() if meaning != wanted[word]} == {}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I have relapsed and have a fever", "urgent"),
        ("relapsed and I want to die", "distress"),
        ("ASK what is relapsed?", "own_question"),
        ("my family came to see the match", "free_text"),
    ],
)
def test_a_word_of_a_topic_never_comes_before_what_else_is_said(
    catalogue: Catalogue, text: str, intent: str
) -> None:
    assert intents(text, catalogue)[0] == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *((word, "opt_out") for word in
          ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")),
        ("START", "opt_in"),
        ("UNSTOP", "opt_in"),
        ("HELP", "help"),
        ("INFO", "help"),
    ],
)  # fmt: skip
def test_a_lone_carrier_word_means_what_the_carrier_does(
    catalogue: Catalogue, text: str, intent: str
) -> None:
    for written in (text, text.lower(), f" {text.title()}!", f"{text}\n"):
        assert intents(written, catalogue) == [intent]


@pytest.mark.parametrize(
    "text", ["Stop xx", "hi stop", "STOP PLEASE", "stop, thank you", "Unsubscribe please"]
)
def test_a_stop_with_nothing_but_a_greeting_around_it_is_one(catalogue: Catalogue, text: str) -> None:
    assert intents(text, catalogue) == ["opt_out"]


@pytest.mark.parametrize(
    "text", ["STOPS", "STPO", "STOPP", "ENDS", "QUITE", "CANCELED", "CANCELLED", "STAR", "INF", "OPTION"]
)
def test_an_opt_out_is_never_guessed_from_its_spelling(catalogue: Catalogue, text: str) -> None:
    assert not {"opt_out", "opt_in", "help"} & set(intents(text, catalogue))


@pytest.mark.parametrize(
    ("text", "context", "intent"),
    [
        pytest.param("YES", Context(), "confirm", id="YES is coming"),
        pytest.param("YES", Context(stopped=True), "opt_in", id="YES after a stop is having texts again"),
        pytest.param("Yes please", Context(stopped=True), "confirm", id="only a lone YES is the carrier's"),
        pytest.param("YES", Context(confirm_asked=True), "confirm", id="YES when asked"),
        pytest.param("OK", Context(), "acknowledgement", id="OK unasked is thanks"),
        pytest.param("OK", Context(confirm_asked=True), "confirm", id="OK when asked is coming"),
        pytest.param("No", Context(confirm_asked=True), "change", id="NO when asked is not coming"),
        pytest.param("nope sorry", Context(confirm_asked=True), "change", id="with manners"),
        pytest.param("No", Context(), "free_text", id="NO by itself says nothing"),
        pytest.param("ok thanks", Context(confirm_asked=True), "confirm", id="OK thanks when asked"),
        pytest.param(_THUMBS_UP, Context(), "acknowledgement", id="thumbs-up unasked"),
        pytest.param(_THUMBS_UP, Context(confirm_asked=True), "confirm", id="thumbs-up when asked"),
        pytest.param(f"{_THUMBS_UP}\U0001f3fe", Context(confirm_asked=True), "confirm", id="of any colour"),
        pytest.param("Thanks", Context(confirm_asked=True), "acknowledgement", id="thanks is no answer"),
        pytest.param("Thanks xx", Context(), "acknowledgement", id="thanks and kisses"),
        pytest.param("Hi, thanks x", Context(confirm_asked=True), "acknowledgement", id="hello and thanks"),
        pytest.param("Hi thank you x", Context(), "acknowledgement", id="hello, thank you and a kiss"),
        pytest.param("Hello", Context(), "free_text", id="a greeting alone"),
        pytest.param("NEXT", Context(), "next_appointment", id="NEXT is the next visit"),
        pytest.param("NEXT", Context(list_shown=True), "more", id="NEXT after a list is more of it"),
        pytest.param("NEXT VISIT", Context(list_shown=True), "next_appointment", id="NEXT VISIT never is"),
        pytest.param("CANT COME", Context(confirm_asked=True), "change", id="the other answer"),
        pytest.param("STOP", Context(stopped=True, confirm_asked=True), "opt_out", id="STOP always"),
        pytest.param("FEVER", Context(confirm_asked=True), "urgent", id="a red flag always"),
    ],
)
def test_the_same_word_may_mean_another_thing_here_and_now(
    catalogue: Catalogue, text: str, context: Context, intent: str
) -> None:
    assert intents(text, catalogue, context) == [intent]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("stop these, I have a fever", ["urgent", "opt_out"], id="red flag and opt-out"),
        pytest.param(
            "I have a fever. Please stop texting me!", ["urgent", "opt_out"], id="the other way round"
        ),
        pytest.param("I'm bleeding and I want to die", ["distress", "urgent"], id="crisis before red flag"),
        pytest.param("He died. He had a fever", ["bereavement", "urgent"], id="a death outranks red flags"),
        pytest.param("she died and I want to die", ["distress", "bereavement"], id="crisis before a death"),
        pytest.param(
            "He died. I have chest pain, I want to die",
            ["distress", "bereavement", "urgent"],
            id="all three",
        ),
        pytest.param("My dad passed away, stop these texts", ["bereavement", "opt_out"], id="death, opt-out"),
        pytest.param("ASK what if I get a fever?", ["own_question"], id="a question about a sign"),
        pytest.param("ASK why, I have a fever", ["urgent", "own_question"], id="a question and a sign"),
        pytest.param(
            "this is the wrong number, stop texting me", ["opt_out", "wrong_number"], id="opt-out in a clause"
        ),
        pytest.param("hello, please stop these texts", ["opt_out"], id="opt-out after a greeting"),
        pytest.param("I have a fever", ["urgent"], id="a red flag alone"),
        pytest.param("temp is 38.2", ["urgent"], id="a temperature"),
        pytest.param("38,5", ["urgent"], id="a temperature with a comma"),
        pytest.param("can\u2019t breathe", ["urgent"], id="a phrase with an apostrophe"),
        pytest.param("My phone died", ["free_text"], id="a phone dies too"),
    ],
)
def test_effects_add_up_in_the_fixed_order(catalogue: Catalogue, text: str, found: list[str]) -> None:
    assert intents(text, catalogue) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("no fever", ["free_text"], id="denied"),
        pytest.param("I have no fever today", ["free_text"], id="denied in a sentence"),
        pytest.param("no fever, no chills", ["free_text"], id="two denied"),
        pytest.param("no fever or chest pain", ["free_text"], id="one NO denies both"),
        pytest.param("no fever but chest pain", ["urgent"], id="the other sign counts"),
        pytest.param("no bleeding, but I am shivering", ["urgent"], id="the other sign counts after a comma"),
        pytest.param("no, fever is back", ["urgent"], id="no was an answer"),
        pytest.param("no. fever", ["urgent"], id="no was a sentence"),
        pytest.param("no cant breathe", ["urgent"], id="no was an answer without a comma"),
        pytest.param("no not responding to me", ["urgent"], id="not belongs to the sign"),
        pytest.param("not breathing", ["urgent"], id="not breathing is the sign"),
        pytest.param("no temperature 39.5", ["urgent"], id="a number beside it counts"),
        pytest.param("don't stop these", ["free_text"], id="not an opt-out"),
        pytest.param("please don't stop these texts", ["free_text"], id="not an opt-out either"),
        pytest.param("don't stop these, I have a fever", ["urgent"], id="and swallows no red flag"),
    ],
)
def test_a_denial_is_understood_and_swallows_no_other_sign(
    catalogue: Catalogue, text: str, found: list[str]
) -> None:
    assert intents(text, catalogue) == found


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("KEEP 1 3", "1 3"),
        ("KEEP 1,3", "1 3"),
        ("keep 1, 3.", "1 3"),
        ("Keep 1 and 3", "1 3"),
        ("KEEP 1 & 3", "1 3"),
        ("KEEP 12", "12"),
        ("KEEP NUMBER 2", "2"),
        ("save 1 2 3 4 5", "1 2 3 4 5"),
        ("KEEP", None),
        ("KEEP \uff11", "1"),
    ],
)
def test_keep_carries_its_numbers(catalogue: Catalogue, text: str, slot: str | None) -> None:
    assert understand(text, catalogue.grammar).all == (Meaning("keep_question", slot=slot),)


@pytest.mark.parametrize("text", ["KEEP it", "KEEP 123", "KEEP -", "1 3", "KEEP \u0661"])
def test_what_is_not_a_list_of_numbers_is_not_taken_for_one(catalogue: Catalogue, text: str) -> None:
    assert [m.slot for m in understand(text, catalogue.grammar).all] == [None]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ASK Can my sister come?", "Can my sister come?"),
        ("Hi, ASK Will I lose my hair?", "Will I lose my hair?"),
        ("ask: will I lose my hair?", "will I lose my hair?"),
        ("Ask - Can I see Dr O\u2019Neill @ 9, or not?!", "Can I see Dr O\u2019Neill @ 9, or not?!"),
        ("Please ask  two  spaces  \n", "two  spaces"),
        ("ASK line one\nline two", "line one\nline two"),
        ("ASK \u00bfPuedo comer? \U0001f600", "\u00bfPuedo comer? \U0001f600"),
        ("My question is how long?", "how long?"),
        ("I want to ask about my mask and basket", "my mask and basket"),
        ("ASK do I keep on, or stop these?", "do I keep on, or stop these?"),
        ("ASK about blina", "about blina"),
        ("ASK", None),
        ("ASK ?", None),
    ],
)
def test_ask_keeps_the_persons_own_writing(catalogue: Catalogue, text: str, words: str | None) -> None:
    assert understand(text, catalogue.grammar).all == (Meaning("own_question", slot=words),)


def test_the_text_itself_is_handed_on_untouched(catalogue: Catalogue) -> None:
    text = " \u202ekeep\x00 1 "
    assert understand(text, catalogue.grammar).text == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("   \n\t", id="white space"),
        pytest.param("\x00", id="NUL"),
        pytest.param("\U0001f68c\U0001f62d", id="emoji"),
        pytest.param("\u202e\u0645\u0631\u062d\u0628\u0627\u202c", id="right to left"),
        pytest.param("\ud83d", id="half a surrogate pair"),
        pytest.param("a" * 1600, id="1600 letters"),
        pytest.param("\u0301" * 1600, id="1600 accents"),
        pytest.param("\ufdfa" * 1600, id="1600 ligatures that unfold"),
        pytest.param("' OR 1=1; --", id="an injection"),
        pytest.param("{line} {clinic}", id="placeholders"),
        pytest.param("%s %n \\g<0>", id="format characters"),
        pytest.param("is the car park open", id="an ordinary sentence"),
    ],
)
def test_what_nobody_understands_is_free_text(catalogue: Catalogue, text: str) -> None:
    assert understand(text, catalogue.grammar).all == (Meaning("free_text"),)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        pytest.param("KEEP " + "1" * 1590 + "x", "free_text", id="digits"),
        pytest.param("KEEP " + "1 " * 790 + "x", "keep_question", id="numbers"),
        pytest.param("KEEP " + "1 AND " * 260 + "x", "keep_question", id="numbers with and"),
        pytest.param("ASK" + " " * 1590, "own_question", id="spaces"),
        pytest.param("NO FEVER " * 170 + "x", "free_text", id="denials"),
        pytest.param("NO FEVER " * 170 + ", FEVER", "urgent", id="denials and a sign"),
        pytest.param("HAVE GOT " * 170 + "x", "free_text", id="lead-ins"),
        pytest.param("NO A " * 300, "free_text", id="articles"),
        pytest.param("please " * 228, "free_text", id="fillers"),
        pytest.param("I WANT TO " * 160, "free_text", id="beginnings of commands"),
        pytest.param("." * 1600, "free_text", id="stops"),
    ],
)
def test_a_text_made_to_be_looked_at_over_and_over_is_still_answered(
    catalogue: Catalogue, text: str, intent: str
) -> None:
    """An expression that tried every way to divide these would not end in this universe's time."""
    assert intents(text, catalogue)[0] == intent


_PIECES = st.sampled_from(
    ["stop", "fever", "no", "he died", "keep", "1", "3", "ask", "please", "cart", "yes", "ok", "want to die",
     ",", ".", "prepare", "wrong number", "next", "these", _THUMBS_UP, "\x00", "\u202e", "\n"]
)  # fmt: skip
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=12).map(" ".join))
_CONTEXTS = st.builds(Context, st.booleans(), st.booleans(), st.booleans())


@given(text=_TEXTS, context=_CONTEXTS)
@settings(max_examples=400, deadline=None)
def test_understanding_never_raises_and_says_the_same_twice(
    catalogue: Catalogue, text: str, context: Context
) -> None:
    understood = understand(text, catalogue.grammar, context)

    assert understood == understand(text, catalogue.grammar, context)
    assert understood.text == text
    assert all(meaning.intent in INTENTS for meaning in understood.all)
    assert len(understood.also) == len(set(understood.also)), "nothing is found twice"
    order = {"distress": 0, "bereavement": 1, "urgent": 2 if understood.has("bereavement") else 1}
    ranks = [order.get(meaning.intent, 3) for meaning in understood.all]
    assert ranks == sorted(ranks)


@given(before=st.text(max_size=60), after=st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_a_sign_that_is_never_denied_is_found_in_any_text(
    catalogue: Catalogue, before: str, after: str
) -> None:
    text = f"{before} CANT BREATHE {after}"

    assert understand(text, catalogue.grammar).has("urgent")


def test_what_a_text_means_does_not_depend_on_the_process(templates: Path) -> None:
    """Sets of words have another order in each process; the meaning must not."""
    code = (
        "from pathlib import Path; from companion.catalogue import load_catalogue;"
        "from companion.domain.understanding import understand;"
        f"c = load_catalogue(Path({str(templates)!r}));"
        "print([understand(t, c.grammar).all for t in ('keep number 2', 'my own question why?',"
        " 'add a question why', 'tick off 1', 'prepare for cart', 'i asked 1')])"
    )
    said = {
        subprocess.run(
            (sys.executable, "-c", code),
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }

    assert len(said) == 1
    assert said.pop().count("slot='2'") == 1
