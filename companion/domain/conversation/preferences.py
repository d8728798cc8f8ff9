"""How much to know, how many texts, what is weighed, and someone to talk to."""

from companion.domain.catalogue import DEPTHS
from companion.domain.conversation.effects import (
    AddWeighing,
    CountCoping,
    OpenOffer,
    RaiseTask,
    SetInformation,
    VisitsOnly,
)
from companion.domain.conversation.office import passed_on
from companion.domain.conversation.situation import Answer, Person, Reply, Situation
from companion.domain.pause_length import pause_until
from companion.domain.understanding import Meaning, normalise
from companion.records import Information, PatientState, TaskUrgency


def say(situation: Situation, item: str, **values: str) -> Answer:
    """Return one reply of the catalogue; `clinic` and `line` are always at hand."""
    text = situation.catalogue.text(item)
    filled = text.fill(clinic=situation.clinic, line=situation.line, **values)
    return Answer((Reply(filled, names_line=text.safety and "{line}" in text.text),))


def help_(_: Meaning, situation: Situation) -> Answer:
    return say(situation, "help")


def who(_: Meaning, situation: Situation) -> Answer:
    return say(situation, "who")


def coping(_: Meaning, situation: Situation) -> Answer:
    lines = [line for line in situation.catalogue.coping if not line.push]
    if not lines:
        # All of them are overdue and withheld; whoever asks for support is still told whom to call.
        return say(situation, "help")
    line = lines[situation.remembered.coping_sent % len(lines)].item
    support = line.fill(line=situation.line)
    return say(situation, "coping.body", support=support) + Answer(effects=(CountCoping(),))


def treatment(meaning: Meaning, situation: Situation) -> Answer:
    if meaning.slot is not None:
        return _named(meaning.slot, situation)
    assert meaning.treatment is not None
    if meaning.treatment == "no-treatment":
        # NONE may mean no treatment, no texts or no visits; what is meant is asked first.
        return say(situation, "none.ask") + Answer(effects=(OpenOffer("none"),))
    return about(meaning.treatment, situation)


def about(treatment_id: str, situation: Situation) -> Answer:
    """Return what the treatment is; the fuller text too for a person who wants to know all."""
    wanted = situation.person.information if situation.person else "standard"
    texts = situation.catalogue.treatment(treatment_id).about
    fitting = [a.item for a in texts if DEPTHS.index(a.depth) <= DEPTHS.index(wanted)]
    if not fitting:
        # All of it is overdue and withheld; no answer at all would look like a fault.
        return say(situation, "treatment.locked")
    return Answer(tuple(Reply(item.fill(line=situation.line)) for item in fitting))


def _named(slot: str, situation: Situation) -> Answer:
    topic = next((t for t in situation.catalogue.topics if t.item.id == slot), None)
    if topic is None:
        return say(situation, "treatment.locked")
    return Answer((Reply(topic.item.fill(line=situation.line)),))


def prepare(meaning: Meaning, _: Person, situation: Situation) -> Answer:
    if meaning.treatment is None:
        return say(situation, "prepare.how")
    name = situation.catalogue.treatment(meaning.treatment).name
    return say(situation, "prepare.added", treatment=name) + Answer(effects=(AddWeighing(meaning.treatment),))


def less(_: Meaning, __: Person, situation: Situation) -> Answer:
    return say(situation, "less.ask") + Answer(effects=(OpenOffer("less"),))


def full(_: Meaning, __: Person, situation: Situation) -> Answer:
    return say(situation, "full.done") + Answer(effects=(SetInformation(Information.FULL),))


def pause(meaning: Meaning, person: Person, situation: Situation) -> Answer:
    """Send about visits only, for as long as the meaning's words say, or until RESUME."""
    if person.state == PatientState.STOPPED:
        return say(situation, "stopped")
    catalogue = situation.catalogue
    until = pause_until(normalise(meaning.slot or ""), catalogue.pauses, person.today)
    if until is None:
        return say(situation, "fewer.done") + Answer(effects=(VisitsOnly(on=True),))
    said = say(situation, "fewer.until", until=catalogue.dates.day(until))
    return said + Answer(effects=(VisitsOnly(on=True, until=until),))


def resume(_: Meaning, person: Person, situation: Situation) -> Answer:
    if person.state == PatientState.STOPPED:
        # Only START undoes a stop; to promise texts here would leave the person without any.
        return say(situation, "stopped")
    return say(situation, "resume.done") + Answer(effects=(VisitsOnly(on=False),))


def call_me(_: Meaning, __: Person, situation: Situation) -> Answer:
    task = RaiseTask("call-me", TaskUrgency.TODAY)
    return Answer((Reply(passed_on(situation, "call-me.passed-on")),), (task,))
