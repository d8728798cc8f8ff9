"""
Several requests in one text: how many of them are answered, and in which order.

At most three texts leave. What is answered is answered whole and done; what would not fit is neither said
nor done, and the last text says so. A reply that asks back comes last, and there is one at most, so that
a digit can only be meant for the newest text.
"""

from collections.abc import Sequence
from dataclasses import replace

from companion.domain.conversation import preferences
from companion.domain.conversation.effects import OF_A_REPLY, AskWho, CloseOffer, OpenOffer, RaiseTask
from companion.domain.conversation.situation import Answer, Situation

AT_MOST = 3


def together(answers: Sequence[Answer], situation: Situation, said: int = 0) -> Answer:
    """
    Return the answers as one; a single one is whole however long it is.

    `said` is how many texts are said before them.
    """
    spoken = [answer for answer in answers if answer.replies]
    if len(spoken) + bool(said) < 2:
        return sum(answers, Answer())
    ordered, room = sorted(answers, key=_asks_back), AT_MOST - said
    kept = _fitting(ordered, room)
    if len(kept) < len(ordered):
        kept = _fitting(ordered, room - 1)
        rest = preferences.say(situation, "several.rest")
        # A question stays the newest text, so what was left out is said before it.
        place = next((n for n, answer in enumerate(kept) if _asks_back(answer)), len(kept))
        kept.insert(place, rest)
    return sum(kept, Answer())


def cut(answer: Answer) -> Answer:
    """Return the answer with as many texts as may leave; what it changes is changed all the same."""
    return replace(answer, replies=answer.replies[:AT_MOST])


def silently(answers: Sequence[Answer]) -> Answer:
    """Return what they change, without what only goes with their words."""
    effects = (effect for answer in answers for effect in answer.effects)
    return Answer(effects=tuple(effect for effect in effects if not isinstance(effect, OF_A_REPLY)))


def heard(answer: Answer, unheard: Sequence[bool]) -> Answer:
    """
    Return the answer with only those effects whose words are seen; `unheard` says it of each text, in order.

    A text that asks back comes last. What is not asked is not open, nor is what was asked before it.
    """
    if not unheard or not unheard[-1]:
        return answer
    close = Answer(effects=(CloseOffer(),)) if _asks_back(answer) else Answer()
    if all(unheard):
        return replace(answer, effects=silently([answer]).effects + close.effects)
    asked = (effect for effect in answer.effects if not isinstance(effect, OpenOffer | AskWho))
    return replace(answer, effects=(*asked, *close.effects))


def quoting(answer: Answer, words: str) -> Answer:
    """Return the answer with what the person wrote in its tasks, where they only texted a digit now."""
    effects = (replace(e, words=words) if isinstance(e, RaiseTask) else e for e in answer.effects)
    return replace(answer, effects=tuple(effects))


def _asks_back(answer: Answer) -> bool:
    return any(isinstance(effect, OpenOffer | AskWho) for effect in answer.effects)


def _fitting(answers: Sequence[Answer], room: int) -> list[Answer]:
    kept: list[Answer] = []
    for answer in answers:
        used = sum(len(one.replies) for one in kept)
        asked_already = any(map(_asks_back, kept)) and _asks_back(answer)
        if used + len(answer.replies) <= room and not asked_already:
            kept.append(answer)
    return kept
