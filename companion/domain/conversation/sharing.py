"""
A number that several people share: whom a text is about is asked, never guessed.

Sharing was recorded on purpose, so the names staff entered may stand there; nothing of a visit or a
treatment does. More people than digits can name, or two of one name, are asked to call.
"""

from collections.abc import Sequence
from dataclasses import replace

from companion.domain.catalogue import Catalogue
from companion.domain.composing import MAX_SEGMENTS
from companion.domain.conversation import doubt, naming, preferences
from companion.domain.conversation.effects import AskWho, RaiseTask
from companion.domain.conversation.situation import Answer, Member, Reply, Situation, Waiting
from companion.domain.sms import count_segments
from companion.domain.understanding import Meaning, Understood, normalise, understand
from companion.records import TaskUrgency

_AT_MOST = 3
#: What staff hear of before it is known who asks: the kind of task by intent.
_TASKS = {"call_me": "call-me", "change": "change"}
#: By what is asked for now: what was asked for before and is not wanted any more.
_UNDOES = {
    "confirm": "change", "change": "confirm", "pause": "resume", "resume": "pause",
    "less_information": "full_information", "full_information": "less_information",
}  # fmt: skip
#: A text that says one of these names nobody, whatever words it is made of.
_NAMES_NOBODY = frozenset({"urgent", "distress", "bereavement", "opt_out", "opt_in", "wrong_number", "help"})


def ask(meanings: Sequence[Meaning], text: str, situation: Situation) -> Answer:
    """
    Ask whom these are about, with what waits already; or say whom to call where a digit could not tell.

    Staff hear of it at once if somebody wants to be called or cannot come: nobody may ever answer.
    """
    waiting = situation.remembered.waiting
    before = waiting.meanings if waiting else ()
    tasks = tuple(
        RaiseTask(_TASKS[meaning.intent], TaskUrgency.TODAY, words=text)
        for meaning in meanings
        if meaning.intent in _TASKS and meaning not in before
    )
    body = _question(situation)
    if body is None:
        return preferences.say(situation, "shared-number") + Answer(effects=tasks)
    people = tuple(member.id for member in situation.members)
    asked = joined(waiting, Waiting(people, text, tuple(meanings)))
    return Answer((Reply(body),), (AskWho(people, asked.text, asked.meanings), *tasks))


def joined(before: Waiting | None, new: Waiting) -> Waiting:
    """Return both as one, the newest few; of two that undo each other only the later."""
    if before is None:
        return new
    undone = {_UNDOES.get(meaning.intent) for meaning in new.meanings}
    kept = (meaning for meaning in before.meanings if meaning.intent not in undone)
    meanings = tuple(dict.fromkeys((*kept, *new.meanings)))[-_AT_MOST:]
    lines = dict.fromkeys((*before.text.splitlines(), *new.text.splitlines()))
    return Waiting(new.people, "\n".join(lines), meanings)


def settled(answer: Answer, text: str, waiting: Waiting) -> Answer:
    """Return what was done once it was known for whom, its tasks with what was written before."""
    stand = {_TASKS.get(meaning.intent) for meaning in waiting.meanings}
    effects = (
        replace(e, words=text, waited=e.kind in stand) if isinstance(e, RaiseTask) else e
        for e in answer.effects
    )
    return replace(answer, effects=tuple(effects))


def _question(situation: Situation) -> str | None:
    """Return who it is asked about, or None where a digit could not tell."""
    members = situation.members
    different = len({normalise(member.name) for member in members}) == len(members)
    if not 1 < len(members) <= _AT_MOST or not different:
        return None
    lines = doubt.offered([member.name for member in members], situation)
    bodies = [
        situation.catalogue.text(item).fill(people=lines, line=situation.line)
        for item in ("shared.ask", "shared.ask-short")
    ]
    return next((body for body in bodies if count_segments(body) <= MAX_SEGMENTS), None)


def named(
    understood: Understood, waiting: Waiting | None, members: Sequence[Member], catalogue: Catalogue
) -> int | None:
    """Return the id of the person that the text names, by the digit that was offered or by name."""
    if any(meaning.intent in _NAMES_NOBODY for meaning in understood.all):
        return None
    by_name = naming.by_name(understood, members, catalogue)
    if by_name is not None:
        return by_name
    by_digit = _by_digit(understood, waiting)
    # Whoever has left the number since cannot be meant.
    return by_digit if any(member.id == by_digit for member in members) else None


def asked_beside(
    understood: Understood, waiting: Waiting | None, member: Member, catalogue: Catalogue
) -> Understood | None:
    """
    Return what a text that names this person asks for too, or None for nothing.

    `Bo: VISIT` is not understood before the name is taken out of it.
    """
    rest = naming.beside(understood.text, member, catalogue)
    if understood.meaning.intent != "free_text":
        return None if answers(understood, waiting) else understood
    if not rest:
        return None
    found = understand(rest, catalogue.grammar)
    if answers(found, waiting) and _by_digit(found, waiting) == member.id:
        return None
    return replace(found, text=understood.text)


def answers(understood: Understood, waiting: Waiting | None) -> bool:
    """Say whether the text is a digit that can only be meant for the question whom it is about."""
    meaning = understood.meaning
    return waiting is not None and meaning.intent == "choice" and bool(meaning.slot)


def noted(name: str, situation: Situation) -> Answer:
    """Answer a name with nothing asked for."""
    body = situation.catalogue.text("shared.noted").fill(name=name)
    fits = count_segments(body) <= MAX_SEGMENTS
    return Answer((Reply(body),)) if fits else preferences.say(situation, "help")


def _by_digit(understood: Understood, waiting: Waiting | None) -> int | None:
    slot = understood.meaning.slot or ""
    if waiting is None or understood.meaning.intent != "choice" or not slot.isdecimal():
        return None
    return waiting.people[int(slot) - 1] if 1 <= int(slot) <= len(waiting.people) else None
