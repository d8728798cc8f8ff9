"""
A number that several people share: whom a text is about is asked, never guessed.

Sharing was recorded on purpose, so the names staff entered may stand there; nothing of a visit or a
treatment does. More people than digits can name, or two of one name, are asked to call.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from companion.domain.composing import MAX_SEGMENTS
from companion.domain.conversation import doubt, preferences
from companion.domain.conversation.effects import AskWho
from companion.domain.conversation.situation import Answer, Member, Reply, Situation
from companion.domain.sms import count_segments
from companion.domain.understanding import Meaning, Understood, normalise

_AT_MOST = 3
#: A text that says one of these names nobody, whatever words it is made of.
_NAMES_NOBODY = frozenset({"urgent", "distress", "bereavement", "opt_out", "opt_in", "wrong_number", "help"})


@dataclass(frozen=True)
class Waiting:
    """What was asked for and waits until it is known for whom."""

    #: Patient ids, the first for 1.
    people: tuple[int, ...]
    text: str
    meanings: tuple[Meaning, ...]

    @property
    def understood(self) -> Understood:
        return Understood(self.text, self.meanings[0], self.meanings[1:])


def ask(meanings: Sequence[Meaning], text: str, situation: Situation) -> Answer:
    """Ask whom these are about, or say whom to call where a digit could not tell."""
    members = situation.members
    different = len({normalise(member.name) for member in members}) == len(members)
    if not 1 < len(members) <= _AT_MOST or not different:
        return preferences.say(situation, "shared-number")
    lines = doubt.offered([member.name for member in members], situation)
    bodies = [
        situation.catalogue.text(item).fill(people=lines, line=situation.line)
        for item in ("shared.ask", "shared.ask-short")
    ]
    body = next((body for body in bodies if count_segments(body) <= MAX_SEGMENTS), None)
    if body is None:
        return preferences.say(situation, "shared-number")
    people = tuple(member.id for member in members)
    return Answer((Reply(body),), (AskWho(people, text, tuple(meanings)),))


def named(understood: Understood, waiting: Waiting | None, members: Sequence[Member]) -> int | None:
    """Return the id of the person that the text names, by the digit that was offered or by name."""
    if any(meaning.intent in _NAMES_NOBODY for meaning in understood.all):
        return None
    said = normalise(understood.text)
    by_name = [member.id for member in members if normalise(member.name) == said]
    if len(by_name) == 1:
        return by_name[0]
    by_digit = _by_digit(understood, waiting)
    # Whoever has left the number since cannot be meant.
    return by_digit if any(member.id == by_digit for member in members) else None


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
