"""
The answer to a whole text: its meanings' answers added up, in the fixed order of understanding.

Safety comes past every guard and state; a number that is held, wrong or a dead person's hears nothing
else; an unknown number learns nothing, not even that someone is enrolled.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from companion.domain.conversation import preferences, questions, visits
from companion.domain.conversation.effects import (
    BEREAVEMENT,
    Hold,
    OptIn,
    OptOut,
    RaiseTask,
    SilenceWrongNumber,
)
from companion.domain.conversation.situation import Answer, Person, Reply, Situation
from companion.domain.understanding import Meaning, Understood, normalise
from companion.records import TaskUrgency

Personal = Callable[[Meaning, Person, Situation], Answer]
General = Callable[[Meaning, Situation], Answer]

#: The carrier's word for stopping texts that people also send to call a visit off.
_CANCELS_TOO = "CANCEL"

#: Answers that say nothing about any one person.
_GENERAL: Mapping[str, General] = {
    "help": preferences.help_,
    "who_is_this": preferences.who,
    "coping": preferences.coping,
    "treatment": preferences.treatment,
}

_PERSONAL: Mapping[str, Personal] = {
    "opt_in": preferences.opt_in,
    "prepare": preferences.prepare,
    "questions": questions.questions,
    "more": questions.more,
    "own_question": questions.own,
    "list_questions": questions.show_list,
    "keep_question": questions.keep,
    "first_question": questions.first,
    "asked_question": questions.asked,
    "drop_question": questions.drop,
    "next_appointment": visits.next_visits,
    "confirm": visits.confirm,
    "change": visits.change,
    "less_information": preferences.less,
    "full_information": preferences.full,
    "pause": preferences.pause,
    "resume": preferences.resume,
    "call_me": preferences.call_me,
    "choice": preferences.choice,
}


def respond(understood: Understood, situation: Situation) -> Answer:
    """Return every text and change the understood text asks for; none for bare thanks."""
    safety = _safety(understood, situation)
    if situation.silent:
        return safety + _to_silent(understood, situation)
    rest = [
        _ordinary(meaning, understood, situation, alone=not safety.replies)
        for meaning in understood.all
        if meaning.intent not in ("urgent", "distress")
    ]
    if understood.has("bereavement"):
        rest = [_beside_a_death(answer) for answer in rest]
    return sum(rest, start=safety)


def _beside_a_death(answer: Answer) -> Answer:
    """Nothing but the one sentence is said; what else was asked is done, and the task is the death's own."""
    if Hold() in answer.effects:
        return answer
    return Answer(effects=tuple(effect for effect in answer.effects if not isinstance(effect, RaiseTask)))


def _to_silent(understood: Understood, situation: Situation) -> Answer:
    """HELP may be a cry for help; and whoever writes after a death may be ill, or alive after all."""
    if understood.has("bereavement"):
        return Answer(effects=(_death(understood),) if situation.held else ())
    if understood.has("opt_out"):
        return Answer(effects=(RaiseTask("opted-out-while-silent", TaskUrgency.TODAY),))
    if understood.has("help"):
        return preferences.help_(understood.meaning, situation)
    if situation.held and understood.meaning.intent == "free_text":
        return preferences.say(situation, "not-understood")
    return Answer()


def _safety(understood: Understood, situation: Situation) -> Answer:
    """The crisis text before the red-flag text; after a death neither of the clinic's prompts follows."""
    answer = Answer()
    if understood.has("distress"):
        by_nation = f"distress.{situation.nation}"
        item = by_nation if by_nation in situation.catalogue.texts else "distress"
        answer += _fixed(item, "distress", situation)
    if understood.has("urgent") and not understood.has("bereavement"):
        answer += _fixed("urgent", "urgent", situation)
    return answer


def _fixed(item: str, kind: str, situation: Situation) -> Answer:
    body = situation.catalogue.text(item).fill(line=situation.line)
    return Answer((Reply(body, "safety"),), (RaiseTask(kind, TaskUrgency.URGENT),))


def _ordinary(meaning: Meaning, understood: Understood, situation: Situation, *, alone: bool) -> Answer:
    unknown = situation.person is None and not situation.shared
    if meaning.intent == "bereavement":
        return _bereavement(understood, situation)
    if meaning.intent == "opt_out":
        return Answer() if unknown else _opt_out(understood, situation)
    if meaning.intent == "wrong_number":
        return Answer() if unknown else _wrong_number(situation)
    if meaning.intent == "acknowledgement":
        return Answer()
    # How long a pause is to last may stand anywhere in the text.
    told = replace(meaning, slot=understood.text) if meaning.intent == "pause" else meaning
    answer = _spoken(told, situation)
    # One text at a time: beside the safety text the change is made, but nothing else is said.
    return answer if alone else Answer(effects=answer.effects)


def _spoken(meaning: Meaning, situation: Situation) -> Answer:
    if situation.shared and meaning.intent == "opt_in":
        return Answer(effects=(OptIn(),))
    if situation.person is None and not situation.shared:
        return _to_unknown(meaning, situation)
    if meaning.intent in _GENERAL:
        return _GENERAL[meaning.intent](meaning, situation)
    if meaning.intent == "free_text" and situation.watched:
        return _fixed("not-understood.watched", "muddled-after-infusion", situation)
    if situation.person is None:
        return preferences.say(situation, "shared-number")
    if meaning.intent in _PERSONAL:
        return _PERSONAL[meaning.intent](meaning, situation.person, situation)
    return preferences.say(situation, "not-understood")


def _to_unknown(meaning: Meaning, situation: Situation) -> Answer:
    if meaning.intent == "opt_in" or situation.told_unknown:
        return Answer()
    return preferences.say(situation, "unknown-number")


def _opt_out(understood: Understood, situation: Situation) -> Answer:
    effect = OptOut(may_mean_visit=normalise(understood.text) == _CANCELS_TOO)
    if understood.text.strip().upper() in situation.catalogue.lexicon.opt_out:
        # The carrier answers a lone word and blocks us from now on. It knows no `STOP!`; we do.
        return Answer(effects=(effect,))
    return preferences.say(situation, "stopped") + Answer(effects=(effect,))


def _wrong_number(situation: Situation) -> Answer:
    effects = (SilenceWrongNumber(), RaiseTask("wrong-number", TaskUrgency.TODAY))
    return preferences.say(situation, "wrong-number") + Answer(effects=effects)


def _bereavement(understood: Understood, situation: Situation) -> Answer:
    effects = (Hold(), _death(understood))
    if situation.office is not None and understood.has("change"):
        # They still have a visit that they cannot come to, and nothing of ours will help with it now.
        office = situation.office.number
        return preferences.say(situation, "bereavement.office", office=office) + Answer(effects=effects)
    return preferences.say(situation, "bereavement") + Answer(effects=effects)


def _death(understood: Understood) -> RaiseTask:
    # A red flag beside it may be the writer's own; the nurse who phones finds out.
    return RaiseTask(BEREAVEMENT, TaskUrgency.URGENT if understood.has("urgent") else TaskUrgency.TODAY)
