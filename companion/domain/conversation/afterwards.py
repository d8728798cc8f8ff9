"""The day after a visit: the questions got their answers, are kept for next time, or somebody is needed."""

from companion.domain.conversation import preferences
from companion.domain.conversation.effects import CountCoping, KeepForNextTime, MarkAsked, OpenOffer
from companion.domain.conversation.situation import Answer, Person, Situation
from companion.domain.understanding import Meaning

#: Opened by the reminder of that rule, not by a reply.
OFFER = "after-visit"
#: Opened by the first answer, so that it can be taken back.
TICKED_OFF = "after-visit-ticked-off"
_AT_ANY_TIME = "any"


def got_answers(_: Meaning, person: Person, situation: Situation) -> Answer:
    """Tick off the whole list, and say how to take that back."""
    rows = tuple(question.id for question in person.own)
    if not rows:
        return preferences.say(situation, "after-visit.none")
    said = preferences.say(situation, "after-visit.asked", count=str(len(rows)))
    return said + Answer(effects=(*map(MarkAsked, rows), OpenOffer(TICKED_OFF, rows=rows)))


def keep(_: Meaning, person: Person, situation: Situation) -> Answer:
    if not person.own:
        return preferences.say(situation, "after-visit.none")
    return preferences.say(situation, "after-visit.kept", count=str(len(person.own)))


def take_back(_: Meaning, person: Person, situation: Situation) -> Answer:
    rows = situation.remembered.rows
    said = preferences.say(situation, "after-visit.kept", count=str(len(person.own) + len(rows)))
    return said + Answer(effects=tuple(map(KeepForNextTime, rows)))


def talk(_: Meaning, __: Person, situation: Situation) -> Answer:
    """Return a line of support that names somebody to talk to at once, and how to ask for a call."""
    lines = [line for line in situation.catalogue.coping if not line.push and line.item.lines]
    reaching = [line.item for line in lines if line.situation == _AT_ANY_TIME]
    if not reaching:
        # All of them are overdue and withheld; whoever wants to talk is still told whom to call.
        return preferences.say(situation, "help")
    support = reaching[situation.remembered.coping_sent % len(reaching)].fill(line=situation.line)
    return preferences.say(situation, "after-visit.talk", support=support) + Answer(effects=(CountCoping(),))
