"""A small language of words, for tests that say all of what they look at."""

from typing import Any

from companion.domain.lexicon import Command, Denial, Lexicon, Signs
from companion.domain.understanding import Grammar, Idiom, Meaning

NAMES = {
    "CHEMO": Meaning("treatment", "chemotherapy"),
    "BLINATUMOMAB": Meaning("treatment", "blinatumomab"),
    "CAR T": Meaning("treatment", "car-t-cell-therapy"),
    "BONE MARROW": Meaning("treatment", slot="bone-marrow"),
    "MARKERS": Meaning("treatment", slot="markers"),
    "CARERS": Meaning("treatment", slot="family"),
}

COMMANDS = (
    Command("questions", ("QUESTIONS",), phrases=("WHAT ..2 ASK",), unless=("A QUESTIONS",)),
    Command("list_questions", ("LIST", "MY LIST"), phrases=("SEE ..2 LIST",)),
    Command("keep_question", ("KEEP",), "numbers", ("KEEP ..2 #",)),
    Command("first_question", ("FIRST",), "numbers", ("FIRST #", "# FIRST")),
    Command("own_question", ("ASK",), "text", ("< ASK", "MY QUESTIONS IS")),
    Command("choice", ("TELL",), "numbers", ("< # >",)),
    Command("prepare", ("PREPARE",), "treatment", ("READY FOR @",)),
    Command("treatment", (), phrases=("ABOUT @",)),
    Command("treatment", ("NOTHING",), phrases=("NO MORE CHEMO",), treatment="no-treatment"),
    Command("confirm", ("COMING",), phrases=("ILL BE THERE",)),
    Command("acknowledgement", ("THANKS", "OK"), phrases=("THANKS ..2 HELP",)),
)


def a_lexicon(**changes: Any) -> Lexicon:
    values: dict[str, Any] = {
        "opt_out": frozenset({"STOP", "END"}),
        "opt_in": frozenset({"START"}),
        "carrier_help": frozenset({"HELP"}),
        "commands": COMMANDS,
        "urgent": Signs(("CANT BREATHE", "FEVER ..2 BACK", "#FEVER"), ("BOOK ..3 FEVER",)),
        "distress": Signs(("WANT TO DIE",), ("WANT TO DIE LAUGHING",)),
        "bereavement": Signs(("HE DIED",), ("PHONE HE DIED",)),
        "opt_out_sentences": Signs(("STOP TEXTS", "STOP THESE"), ("DONT STOP",)),
        "wrong_number": Signs(("WRONG NUMBER",)),
        "denial": Denial(
            signs=("FEVER", "RASH", "BLEEDING"),
            nots=frozenset({"NO", "NOT"}),
            between=frozenset({"ANY", "A", "OR"}),
            never=frozenset({"CANT"}),
            after=("GONE",),
            asking=("CAN ..3 CAUSE",),
            having=("I HAVE",),
        ),
        "opt_out_alone": frozenset({"STOP", "STOP IT"}),
        "confirm_when_asked": frozenset({"OK", "YES"}),
        "more_after_list": frozenset({"NEXT"}),
        "fillers": ("HI", "PLEASE", "THANKS", "THE", "IT"),
        "lead_ins": ("CAN I SEE", "SEND ME", "MY"),
        "joiners": frozenset({"AND", "BUT"}),
        "spellings": {"CAN NOT": "CANT", "CANNOT": "CANT", "U": "YOU", "CART": "CAR T", "QS": "QUESTIONS"},
        "classes": {
            "mood": ("LOW", "SAD"),
            "people": ("MUM", "U"),
            "number": ("TWO",),
            "counting": ("THE", "NUMBER", "OR"),
            "one": ("ONE",),
            "that": ("THE", "THAT"),
        },
        "autocorrected": {"CHEMIST": "CHEMO"},
        "numbers": {"ONE": "1", "TWO": "2", "FIRST": "1"},
        "signs": {"\N{THUMBS UP SIGN}": "OK"},
        "ordinary": frozenset({"THERE", "BREATHED", "FUNNY", "BUS", "WELL"}),
        "first_names": frozenset({"PAT"}),
    }
    return Lexicon(**{**values, **changes})


def a_grammar(**changes: Any) -> Grammar:
    return Grammar(Idiom(a_lexicon(**changes)), NAMES)
