"""
A text nobody understands: the fixed safety text, or the offer to save it as a question for the visit.

The offer is made only for what looks like a question and holds no word of illness, body or medicine. It
never answers the question: the doctor or nurse can.
"""

from companion.domain.conversation import preferences
from companion.domain.conversation.effects import OpenOffer, SaveQuestion
from companion.domain.conversation.questions import fits_the_list
from companion.domain.conversation.situation import Answer, Person, Situation
from companion.domain.understanding import Meaning, normalise

OFFER = "free-text"


def answer(text: str, situation: Situation) -> Answer:
    """Never offered on a number that several share, nor to strangers; after an infusion not asked at all."""
    words = text.strip()
    one = situation.person is not None and not situation.shared and not situation.watched
    if one and fits_the_list(words) and situation.catalogue.asking.invites(words, normalise(words)):
        return preferences.say(situation, "free-text.offer") + Answer(effects=(OpenOffer(OFFER, words),))
    return preferences.say(situation, "not-understood")


def save(_: Meaning, __: Person, situation: Situation) -> Answer:
    words = situation.remembered.offered_text
    if not words:
        return preferences.say(situation, "choice.unclear")
    return preferences.say(situation, "free-text.saved") + Answer(effects=(SaveQuestion(words),))


def leave(_: Meaning, __: Person, situation: Situation) -> Answer:
    return preferences.say(situation, "free-text.not-saved")
