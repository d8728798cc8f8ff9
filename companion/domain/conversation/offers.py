"""What a digit does: it answers the one offer that is open, and with none open it asks back."""

from collections.abc import Callable, Mapping

from companion.domain.conversation import afterwards, free_text, preferences
from companion.domain.conversation.effects import CloseOffer, OpenOffer, RaiseTask, SetInformation
from companion.domain.conversation.office import passed_on
from companion.domain.conversation.situation import Answer, Person, Reply, Situation
from companion.domain.understanding import Meaning
from companion.records import Information, TaskUrgency

_Answering = Callable[[Meaning, Person, Situation], Answer]


def choice(meaning: Meaning, person: Person, situation: Situation) -> Answer:
    """Answer a digit, or TELL."""
    answering = _OFFERS.get((situation.remembered.offer or "", meaning.slot), unclear)
    answer = answering(meaning, person, situation)
    # An offer is answered once; one that can be answered again is opened again by its own answer.
    return Answer(effects=(CloseOffer(),)) + answer if situation.remembered.offer else answer


def unclear(_: Meaning, person: Person | None, situation: Situation) -> Answer:
    """Ask what was meant; where a visit was asked about, name the words that answer that."""
    asked = tuple(v for v in person.visits if v.id in person.asked) if person else ()
    if not asked:
        return preferences.say(situation, "choice.unclear")
    when = situation.catalogue.dates.say(*(visit.wall for visit in asked))
    body = situation.catalogue.text("choice.unclear-visit").fill(line=situation.line, when=when)
    return Answer((Reply(body, tells=asked),))


def _less(_: Meaning, __: Person, situation: Situation) -> Answer:
    done = Answer(effects=(SetInformation(Information.LESS),))
    return preferences.say(situation, "less.done") + done


def _no_treatment(_: Meaning, __: Person, situation: Situation) -> Answer:
    # TELL answers this offer too, after reading.
    return preferences.about("no-treatment", situation) + Answer(effects=(OpenOffer("none"),))


def _tell(_: Meaning, __: Person, situation: Situation) -> Answer:
    task = RaiseTask("no-treatment-told", TaskUrgency.TODAY)
    return Answer((Reply(passed_on(situation, "tell.passed-on")),), (task,))


def _help(meaning: Meaning, _: Person, situation: Situation) -> Answer:
    return preferences.help_(meaning, situation)


#: By offer and digit; None is TELL.
_OFFERS: Mapping[tuple[str, str | None], _Answering] = {
    ("less", "1"): _less,
    ("less", "2"): preferences.pause,
    ("none", "1"): _no_treatment,
    ("none", "2"): preferences.pause,
    ("none", "3"): _help,
    ("none", None): _tell,
    (free_text.OFFER, "1"): free_text.save,
    (free_text.OFFER, "2"): free_text.leave,
    (afterwards.OFFER, "1"): afterwards.got_answers,
    (afterwards.OFFER, "2"): afterwards.keep,
    (afterwards.OFFER, "3"): afterwards.talk,
    (afterwards.TICKED_OFF, "2"): afterwards.take_back,
    (afterwards.TICKED_OFF, "3"): afterwards.talk,
}
