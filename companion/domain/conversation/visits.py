"""VISIT, COMING and CANT COME."""

from companion.domain.conversation.effects import AskChange, ConfirmVisit, RaiseTask
from companion.domain.conversation.situation import Answer, Person, Reply, Situation, UpcomingVisit
from companion.domain.sms import to_gsm7
from companion.domain.understanding import Meaning
from companion.records import TaskUrgency

_AT_MOST = 3


def next_visits(_: Meaning, person: Person, situation: Situation) -> Answer:
    if not person.visits:
        return Answer((Reply(situation.catalogue.text("visit.none").fill(line=situation.line)),))
    return Answer(tuple(_details(visit, situation) for visit in person.visits[:_AT_MOST]))


def _details(visit: UpcomingVisit, situation: Situation) -> Reply:
    catalogue = situation.catalogue
    values = {
        "when": catalogue.dates.say(visit.wall),
        "kind": catalogue.text(f"kind.{visit.type}").text,
        # One curly apostrophe in a place would halve what a segment holds.
        "place": to_gsm7(visit.place),
    }
    body = catalogue.text("visit.next" if visit.place else "visit.next-no-place").fill(**values)
    return Reply(body, tells=(visit,))


def confirm(_: Meaning, person: Person, situation: Situation) -> Answer:
    if not person.visits:
        return Answer((Reply(situation.catalogue.text("confirm.none").fill(line=situation.line)),))
    visit = person.visits[0]
    body = situation.catalogue.text("confirm.done").fill(when=situation.catalogue.dates.say(visit.wall))
    return Answer((Reply(body, tells=(visit,)),), (ConfirmVisit(visit.id),))


def change(_: Meaning, person: Person, situation: Situation) -> Answer:
    if not person.visits:
        body = situation.catalogue.text("change.none").fill(line=situation.line)
        return Answer((Reply(body),), (RaiseTask("change", TaskUrgency.TODAY),))
    visit = person.visits[0]
    body = situation.catalogue.text("change.passed-on").fill(line=situation.line)
    return Answer((Reply(body),), (AskChange(visit.id), RaiseTask("change", TaskUrgency.TODAY, visit.id)))
