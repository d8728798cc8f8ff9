"""
A text with two or three meanings as likely as each other: it is asked which, and nothing is guessed.

What danger, a death, a wrong number or stopping texts would mean is never asked about.
"""

from collections.abc import Mapping, Sequence

from companion.domain.catalogue import Catalogue
from companion.domain.conversation.effects import OpenOffer
from companion.domain.conversation.situation import Answer, Reply, Situation
from companion.domain.understanding import Meaning, Understood

OFFER = "which"
_AT_MOST = 3
#: What each intent is called in the question; names of treatments stand for themselves.
_CALLED: Mapping[str, str] = {
    intent: f"meant.{intent.replace('_', '-')}"
    for intent in (
        "help", "who_is_this", "coping", "questions", "more", "own_question", "list_questions",
        "keep_question", "first_question", "asked_question", "drop_question", "next_appointment", "confirm",
        "change", "less_information", "full_information", "pause", "resume", "call_me", "prepare",
    )
}  # fmt: skip


def options(understood: Understood) -> tuple[Meaning, ...]:
    """Return the meanings to choose from, or none where there is nothing to ask."""
    if not understood.alternatives:
        return ()
    likely = dict.fromkeys((understood.meaning, *understood.alternatives))
    if not _can_be_asked(understood.meaning):
        return ()
    found = tuple(meaning for meaning in likely if _can_be_asked(meaning))[:_AT_MOST]
    return found if len(found) > 1 else ()


def ask(meanings: tuple[Meaning, ...], text: str, situation: Situation) -> Answer:
    lines = offered([_name(meaning, situation.catalogue) for meaning in meanings], situation)
    body = situation.catalogue.text("which.ask").fill(options=lines, line=situation.line)
    return Answer((Reply(body),), (OpenOffer(OFFER, text, meanings),))


def chosen(understood: Understood, situation: Situation) -> Understood | None:
    """Return what a digit chose, as if it had been texted in the first place; None if it chose nothing."""
    remembered = situation.remembered
    slot = understood.meaning.slot or ""
    if understood.meaning.intent != "choice" or remembered.offer != OFFER or not slot.isdecimal():
        return None
    if not 1 <= int(slot) <= len(remembered.options):
        return None
    return Understood(remembered.offered_text or "", remembered.options[int(slot) - 1])


def offered(names: Sequence[str], situation: Situation) -> str:
    """Return a line for each name, with the digit to reply."""
    line = situation.catalogue.text("offer.line")
    return "\n".join(line.fill(number=str(n), option=name) for n, name in enumerate(names, 1))


def _can_be_asked(meaning: Meaning) -> bool:
    return meaning.intent == "treatment" or meaning.intent in _CALLED


def _name(meaning: Meaning, catalogue: Catalogue) -> str:
    if meaning.intent == "treatment":
        return _treatment(meaning, catalogue)
    if meaning.intent == "prepare" and meaning.treatment is not None:
        return catalogue.text("meant.prepare-for").fill(treatment=catalogue.treatment(meaning.treatment).name)
    return catalogue.text(_CALLED[meaning.intent]).fill()


def _treatment(meaning: Meaning, catalogue: Catalogue) -> str:
    if meaning.slot is None and meaning.treatment is not None:
        return catalogue.treatment(meaning.treatment).name
    # What has no name of its own is called by a word that people text for it.
    named = (
        *((topic.item.id, topic.words) for topic in catalogue.topics),
        *((n.id, n.words) for n in catalogue.locked),
    )
    return next((words[0] for name, words in named if name == meaning.slot), meaning.slot or "")
