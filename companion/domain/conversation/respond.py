"""
The answer to a whole text: its meanings' answers added up, in the fixed order of understanding.

Safety comes past every guard and state; a number that is held, wrong or a dead person's hears nothing
else; an unknown number learns nothing, not even that someone is enrolled. Stopping, a wrong number and a
death are answered beside safety; then come the requests (`several`), each done as if it had come alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from companion.domain.conversation import (
    deaths,
    doubt,
    free_text,
    offers,
    preferences,
    questions,
    several,
    sharing,
    visits,
)
from companion.domain.conversation.effects import (
    CloseOffer,
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
    "choice": offers.choice,
}

_NAMES_DAYS = frozenset({"pause", "confirm", "change"})
_SAFETY = frozenset({"urgent", "distress"})
#: What a held number may still ask for, and its task: the person may be alive, and their visit is booked.
_PASSED_ON: Mapping[str, str] = {"call_me": "call-me", "change": "change"}
#: Said beside safety too, and asked about no one person.
_FOR_THE_NUMBER = frozenset({"bereavement", "opt_out", "wrong_number"})


def respond(understood: Understood, situation: Situation) -> Answer:
    """Return every text and change the understood text asks for; none for bare thanks."""
    safety = _safety(understood, situation)
    if situation.silent:
        return safety + _to_silent(understood, situation)
    chosen = doubt.chosen(understood, situation)
    if chosen is not None:
        done = several.together(_requested(chosen, situation), situation)
        return Answer(effects=(CloseOffer(),)) + several.quoting(done, chosen.text)
    beside = sum((_for_the_number(meaning, understood, situation) for meaning in understood.all), safety)
    answers = _requested(understood, situation)
    if safety.replies:
        # One text at a time: beside the safety text the change is made, but nothing else is said.
        return several.cut(beside) + several.silently(answers)
    return beside + several.together(answers, situation, said=len(beside.replies))


def _to_silent(understood: Understood, situation: Situation) -> Answer:
    """HELP may be a cry for help; and whoever writes after a death may be ill, or alive after all."""
    if understood.has("bereavement"):
        return Answer(effects=(deaths.task(understood),) if situation.held else ())
    if understood.has("opt_out"):
        return Answer(effects=(RaiseTask("opted-out-while-silent", TaskUrgency.TODAY),))
    asked = [_PASSED_ON[meaning.intent] for meaning in understood.all if meaning.intent in _PASSED_ON]
    if situation.held and asked:
        tasks = Answer(effects=tuple(RaiseTask(kind, TaskUrgency.TODAY) for kind in asked))
        return preferences.say(situation, "not-understood") + tasks
    if understood.has("help"):
        return preferences.help_(understood.meaning, situation)
    if situation.held and understood.meaning.intent == "free_text":
        return preferences.say(situation, "not-understood")
    return Answer()


def _safety(understood: Understood, situation: Situation) -> Answer:
    """
    The crisis text before the red-flag text.

    The text that tells of a death is answered with sorrow alone, as the sign is most likely the dead
    person's; once the number is silent, a sign beside a death may be the writer's own.
    """
    answer = Answer()
    if understood.has("distress"):
        by_nation = f"distress.{situation.nation}"
        item = by_nation if by_nation in situation.catalogue.texts else "distress"
        answer += _fixed(item, "distress", situation)
    if understood.has("urgent") and (situation.silent or not understood.has("bereavement")):
        answer += _fixed("urgent", "urgent", situation)
    return answer


def _fixed(item: str, kind: str, situation: Situation) -> Answer:
    body = situation.catalogue.text(item).fill(line=situation.line)
    return Answer((Reply(body, "safety"),), (RaiseTask(kind, TaskUrgency.URGENT),))


def _for_the_number(meaning: Meaning, understood: Understood, situation: Situation) -> Answer:
    unknown = situation.person is None and not situation.shared
    if meaning.intent == "bereavement":
        return deaths.told(understood, situation)
    if meaning.intent == "opt_out":
        return Answer() if unknown else _opt_out(understood, situation)
    if meaning.intent == "wrong_number":
        return Answer() if unknown else _wrong_number(situation)
    return Answer()


def _requested(understood: Understood, situation: Situation) -> list[Answer]:
    """Return the answer to each request, in their order."""
    wanted = _without_contradictions([m for m in understood.all if _is_request(m, understood)])
    if situation.person is None and not situation.shared:
        return [_to_unknown(meaning, situation) for meaning in wanted[:1]]
    answers = []
    likely = doubt.options(understood)
    if likely and not _says_something_for_the_number(understood):
        answers.append(doubt.ask(likely, understood.text, situation))
        wanted = wanted[1:]
    whose = [meaning for meaning in wanted if _needs_a_person(meaning, situation)]
    answers += [_spoken(meaning, understood, situation) for meaning in wanted if meaning not in whose]
    if whose and not _says_something_for_the_number(understood):
        answers.append(sharing.ask(whose, understood.text, situation))
    return answers


def _without_contradictions(wanted: Sequence[Meaning]) -> list[Meaning]:
    """Of COMING and CANT COME the one a nurse looks at counts; of PAUSE and RESUME the later."""
    intents = [meaning.intent for meaning in wanted]
    dropped = set()
    if {"confirm", "change"} <= set(intents):
        dropped.add("confirm")
    if {"pause", "resume"} <= set(intents):
        dropped.add(min("pause", "resume", key=intents.index))
    return [meaning for meaning in wanted if meaning.intent not in dropped]


def _is_request(meaning: Meaning, understood: Understood) -> bool:
    if meaning.intent in _SAFETY | _FOR_THE_NUMBER | {"acknowledgement"}:
        return False
    # Whoever has the number instead learns nothing; a death hears one sentence, and its task has the text.
    return not (understood.has("wrong_number") or understood.has("bereavement"))


def _says_something_for_the_number(understood: Understood) -> bool:
    return any(meaning.intent in _SAFETY | _FOR_THE_NUMBER for meaning in understood.all)


def _needs_a_person(meaning: Meaning, situation: Situation) -> bool:
    if situation.person is not None or meaning.intent in _GENERAL:
        return False
    if meaning.intent == "choice":
        # With nothing open it is about nobody, and is asked back.
        return situation.remembered.offer is not None
    return meaning.intent in _PERSONAL


def _spoken(meaning: Meaning, understood: Understood, situation: Situation) -> Answer:
    if meaning.intent == "opt_in":
        # The carrier answers this word itself; a text of ours would be a second one.
        return Answer(effects=(OptIn(),))
    if meaning.intent in _GENERAL:
        return _GENERAL[meaning.intent](meaning, situation)
    if meaning.intent == "free_text" and situation.watched:
        return _fixed("not-understood.watched", "muddled-after-infusion", situation)
    if meaning.intent == "choice" and situation.person is None:
        return offers.unclear(meaning, None, situation)
    if meaning.intent in _PERSONAL and situation.person is not None:
        # How long a pause is to last, and which visit is meant, may stand anywhere in the text.
        told = replace(meaning, slot=understood.text) if meaning.intent in _NAMES_DAYS else meaning
        return _PERSONAL[meaning.intent](told, situation.person, situation)
    return free_text.answer(understood.text, situation)


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
