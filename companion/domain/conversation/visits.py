"""VISIT with how to get ready, COMING and CANT COME."""

from collections.abc import Sequence

from companion.domain.composing import MAX_SEGMENTS
from companion.domain.conversation.effects import AskChange, ConfirmVisit, RaiseTask, RememberReady
from companion.domain.conversation.office import passed_on
from companion.domain.conversation.situation import Answer, Person, Reply, Situation, UpcomingVisit
from companion.domain.day_named import named_days
from companion.domain.items import Item
from companion.domain.sms import count_segments, to_gsm7
from companion.domain.understanding import Meaning
from companion.records import TaskUrgency

_AT_MOST = 3


def next_visits(_: Meaning, person: Person, situation: Situation) -> Answer:
    if not person.visits:
        return Answer((Reply(situation.catalogue.text("visit.none").fill(line=situation.line)),))
    first, *others = (_details(visit, situation) for visit in person.visits[:_AT_MOST])
    ready = _getting_ready(_fitting(person.visits[0], situation), 0, situation)
    return sum((Answer((other,)) for other in others), Answer((first,)) + ready)


def more_ready(meaning: Meaning, person: Person, situation: Situation) -> Answer:
    """Go on with getting ready for the next visit; what was about another kind of visit is begun anew."""
    fitting = _fitting(person.visits[0], situation)
    if tuple(item.id for item in fitting) != situation.remembered.ready:
        return next_visits(meaning, person, situation)
    if situation.remembered.ready_until >= len(fitting):
        return Answer((Reply(situation.catalogue.text("visit.no-more").fill()),))
    return _getting_ready(fitting, situation.remembered.ready_until, situation)


def _fitting(visit: UpcomingVisit, situation: Situation) -> Sequence[Item]:
    return [ready.item for ready in situation.catalogue.ready if visit.type in ready.types]


def _getting_ready(fitting: Sequence[Item], start: int, situation: Situation) -> Answer:
    """Return one text, inviting MORE while there are others; the person has just asked for it."""
    bodies = [item.fill(line=situation.line) for item in fitting[start : start + 1]]
    if len(fitting) > start + 1:
        bodies = _inviting(bodies[0], situation)
    ready = tuple(item.id for item in fitting) if len(fitting) > 1 else ()
    return Answer(tuple(map(Reply, bodies)), (RememberReady(ready, start + 1 if ready else 0),))


def _inviting(body: str, situation: Situation) -> list[str]:
    """Return the text with the invitation at its end, or behind it where both would not fit."""
    around = situation.catalogue.text("visit.ready")
    together = around.fill(ready=body)
    fits = count_segments(together) <= MAX_SEGMENTS
    return [together] if fits else [body, around.fill(ready="").strip()]


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


def confirm(meaning: Meaning, person: Person, situation: Situation) -> Answer:
    if not person.visits:
        return Answer((Reply(situation.catalogue.text("confirm.none").fill(line=situation.line)),))
    meant = _meant(meaning, person, situation)
    if not meant:
        return Answer((_which("confirm.which", person, situation),))
    body = situation.catalogue.text("confirm.done").fill(when=_when(meant, situation))
    return Answer((Reply(body, tells=meant),), tuple(ConfirmVisit(visit.id) for visit in meant))


def change(meaning: Meaning, person: Person, situation: Situation) -> Answer:
    if not person.visits:
        body = passed_on(situation, "change.none")
        return Answer((Reply(body),), (RaiseTask("change", TaskUrgency.TODAY),))
    meant = _meant(meaning, person, situation)
    if not meant:
        # The staff read which it may be; until then nothing is marked.
        task = RaiseTask("change", TaskUrgency.TODAY)
        return Answer((_which("change.which", person, situation),), (task,))
    body = passed_on(situation, "change.passed-on", when=_when(meant, situation))
    asked = tuple(AskChange(visit.id) for visit in meant)
    return Answer((Reply(body, tells=meant),), (*asked, RaiseTask("change", TaskUrgency.TODAY, meant[0].id)))


def _meant(meaning: Meaning, person: Person, situation: Situation) -> tuple[UpcomingVisit, ...]:
    """
    Return the visits of one day that are meant, or none where that cannot be told.

    `meaning.slot` holds the whole text: a day it names decides, then which visits were asked about. Visits
    of one day share their texts, so they are meant together.
    """
    days = named_days(meaning.slot or "", situation.catalogue.pauses)
    fitting = tuple(visit for visit in person.visits if not days or days.fit(visit.wall.date()))
    asked = tuple(visit for visit in fitting if visit.id in person.asked)
    if asked:
        return asked
    return fitting if len({visit.wall.date() for visit in fitting}) == 1 else ()


def _which(item: str, person: Person, situation: Situation) -> Reply:
    """Ask which visit is meant, with the days of the soonest."""
    days = list(dict.fromkeys(visit.wall.date() for visit in person.visits))[:_AT_MOST]
    told = tuple(visit for visit in person.visits if visit.wall.date() in days)
    of_a_day = (tuple(visit for visit in told if visit.wall.date() == day) for day in days)
    lines = "\n".join(_when(visits, situation) for visits in of_a_day)
    body = situation.catalogue.text(item).fill(visits=lines, line=situation.line)
    return Reply(body, tells=told)


def _when(meant: tuple[UpcomingVisit, ...], situation: Situation) -> str:
    return situation.catalogue.dates.say(*(visit.wall for visit in meant))
