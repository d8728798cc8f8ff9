"""Which texts nobody understands are offered for the list: questions, and nothing that may be illness."""

from dataclasses import replace

import pytest

from companion.domain.asking import Asking
from companion.domain.catalogue import Catalogue
from companion.domain.understanding import normalise

_OFFERED = """\
will it cure me?
Will it cure me
Can my sister come with me?
What is the plan after this
How long will it take?
How long do I stay
Is there parking at the clinic?
When do I get my results?
Will I lose my job?
can i go on holiday
Could my husband stay overnight?
What happens next please
Hi, what happens next, thanks x
I was wondering who will tell my GP
my letter says ten o clock? x
Can you ring my mum?
What if it comes back?
Who is my nurse ??
so when can I see my grandchildren""".splitlines()

_NOT_OFFERED = """\
is a headache normal?
is my hart ok?
what is wrong with me?
can I take paracetamol?
how many should I take?
is it ok to eat sushi?
why do I feel so ill?
What do I do now?
should I come in?
shall I go to hospital?
why is my leg swolen
what is this stomache ache
Is my hedache from it?
is the tempratur too high?
When will blinatumomab start?
When does Blina start?
what does etoposide do to you
When can I have Tecartus?
do I need chemo?
Will my hair fall out?
am I dying?
Am I ok?
is anyone there?
Hello?
are you there?
what wrods wnt
wrods wnt cmoe rite?
Will I bleed?
Can I have the line out?
why is my pump beeping
is that a rash?
Is it ok? \N{FACE WITH THERMOMETER}
the weather is nice
I am on the bus. Is that so. I think it is
tomorrow then
?
???""".splitlines()


_SIGNS = """\
fever fevers temp temperature chills shivers shivering rigors chest bleeding nosebleed nosebleeds vomiting
diarrhoea diarrhea seizure seizures confusion hallucinations jaundice stiff sepsis neutropenic breathless
choking collapsed fainted unconscious unresponsive stroke slurred muddled disorientated pump leaking agony
headache pain rash swollen dizzy weak numb tingling tired sleepy cough lump bruise itchy sore thirsty
suicidal overdose ambulance haemorrhage convulsion blood sick stomach heart liver skin eyes mouth throat
medicine tablets dose steroids antibiotics paracetamol morphine injection"""


@pytest.mark.parametrize("text", _OFFERED)
def test_a_question_about_no_illness_may_be_offered_for_the_list(catalogue: Catalogue, text: str) -> None:
    assert catalogue.asking.invites(text, normalise(text))


@pytest.mark.parametrize("text", _NOT_OFFERED)
def test_when_in_doubt_nothing_is_offered(catalogue: Catalogue, text: str) -> None:
    assert not catalogue.asking.invites(text, normalise(text))


def test_with_no_words_of_illness_to_look_for_nothing_is_ever_offered(catalogue: Catalogue) -> None:
    blind = replace(catalogue.asking, never=())

    assert [text for text in _OFFERED if blind.invites(text, normalise(text))] == []


def test_every_sign_of_illness_we_know_keeps_a_question_from_being_offered(catalogue: Catalogue) -> None:
    """Also where it was denied, as in `no fever, so can I go home?`."""
    asked = {sign: f"can we talk about it if it is {sign}?" for sign in _SIGNS.split()}

    assert [sign for sign, text in asked.items() if catalogue.asking.invites(text, normalise(text))] == []


def test_no_name_of_a_medicine_is_ever_offered(catalogue: Catalogue) -> None:
    ordinary = {"SISTER", "BROTHER", "NONE", "MATCH", "STUDY", "TARGET", "COMFORT", "COLLECTION", "DECLINE",
                "RESEARCH", "BITE", "MUD", "MAC", "RADIO", "ALLO", "TRAIL", "HOLDING", "BRIDGE", "STEM",
                "HARVEST"}  # fmt: skip
    parts = [word for topic in catalogue.topics if topic.treatment for word in topic.words]
    names = {
        *catalogue.aliases,
        *parts,
        *(word for name in catalogue.locked for word in name.words),
    } - ordinary

    assert [name for name in names if catalogue.asking.invites("", f"WHEN CAN WE TALK ABOUT {name}")] == []
    assert catalogue.asking.invites("", "WHEN CAN WE TALK ABOUT MY SISTER")


@pytest.mark.parametrize(
    ("word", "near"),
    [("NUMBNESS", True), ("SHOLDER", True), ("SHUOLDER", True), ("SHOULDERS", True), ("SHOULDR", True),
     ("SHOUDDER", True), ("SOLDIER", False), ("SHOULDERING", False)],
)  # fmt: skip
def test_one_slip_of_the_thumb_does_not_hide_a_long_word(word: str, near: bool) -> None:
    words = f"WHAT ABOUT {word}"
    asking = Asking(begins=("WHAT",), never=("SHOULDER", "NUMBNESS*"), known=frozenset({"WHAT", "ABOUT"}))

    assert asking.invites(words, words) is not near


def test_a_star_stands_for_any_ending_and_a_word_without_one_for_itself() -> None:
    asking = Asking(begins=("IS",), never=("ITCH*", "LEG"), known=frozenset({"IS", "IT"}))

    assert not asking.invites("", "IS IT ITCHING")
    assert not asking.invites("", "IS IT LEG")
    assert asking.invites("", "IS IT LEGAL")


def test_half_of_a_text_must_be_words_we_know() -> None:
    asking = Asking(begins=("IS",), never=("LEG",), known=frozenset({"IS", "IT"}))

    assert asking.invites("", "IS IT BLEM FLUM")
    assert not asking.invites("", "IS IT BLEM FLUM DRUM")
