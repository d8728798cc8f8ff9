"""VISIT, COMING and CANT COME."""

from itertools import islice

from companion.domain.conversation.effects import AskChange, ConfirmVisit, RaiseTask
from companion.domain.conversation.situation import Answer, Person, Reply, Situation, UpcomingVisit
from companion.domain.sms import to_gsm7
from companion.domain.understanding import Meaning
from companion.records import TaskUrgency

_AT_MOST = 3


def next_visits(_: Meaning, person: Person, situation: Situation) -> Answer:
    if not person.visits:
        return Answer((Reply(situation.catalogue.text("visit.none").fill(line=situation.line)),))
    details = tuple(_details(visit, situation) for visit in person.visits[:_AT_MOST])
    return Answer((details[0], *_getting_ready(person.visits[0], situation), *details[1:]))


def _getting_ready(visit: UpcomingVisit, situation: Situation) -> tuple[Reply, ...]:
    """Return the first text on getting ready for this kind of visit; the person has just asked about it."""
    fitting = (ready.item for ready in situation.catalogue.ready if visit.type in ready.types)
    return tuple(Reply(item.fill(line=situation.line)) for item in islice(fitting, 1))


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
    meant = _meant(person)
    body = situation.catalogue.text("confirm.done").fill(when=_when(meant, situation))
    return Answer((Reply(body, tells=meant),), tuple(ConfirmVisit(visit.id) for visit in meant))


def change(_: Meaning, person: Person, situation: Situation) -> Answer:
    if not person.visits:
        body = situation.catalogue.text("change.none").fill(line=situation.line)
        return Answer((Reply(body),), (RaiseTask("change", TaskUrgency.TODAY),))
    meant = _meant(person)
    text = situation.catalogue.text("change.passed-on")
    body = text.fill(line=situation.line, when=_when(meant, situation))
    asked = tuple(AskChange(visit.id) for visit in meant)
    return Answer((Reply(body, tells=meant),), (*asked, RaiseTask("change", TaskUrgency.TODAY, meant[0].id)))


def _meant(person: Person) -> tuple[UpcomingVisit, ...]:
    """Return the visits of one day that are meant: those the newest text asked about, else the soonest."""
    asked = tuple(visit for visit in person.visits if visit.id in person.asked)
    return asked or person.visits[:1]


def _when(meant: tuple[UpcomingVisit, ...], situation: Situation) -> str:
    return situation.catalogue.dates.say(*(visit.wall for visit in meant))
