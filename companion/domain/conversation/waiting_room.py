"""The own list on the day of a visit: the first questions one per text, to be read while waiting."""

from companion.domain.composing import MAX_SEGMENTS, numbered
from companion.domain.conversation.effects import CloseOffer, RememberListed
from companion.domain.conversation.situation import Answer, Person, Reply, Situation
from companion.domain.sms import count_segments

_ONE_EACH = 3


def show(person: Person, situation: Situation) -> Answer:
    """Return the first three, each with how to tick it off; the last says how to see the others."""
    lines = numbered([question.text for question in person.own])
    bodies = [_inviting("list.day", line, n, situation) for n, line in enumerate(lines[:_ONE_EACH], 1)]
    further = len(lines) > _ONE_EACH
    if further:
        bodies[-1] = _inviting("list.day-more", lines[_ONE_EACH - 1], _ONE_EACH, situation)
        if bodies[-1] == lines[_ONE_EACH - 1]:
            bodies.append(situation.catalogue.text("list.day-rest").fill())
    listed = tuple(question.id for question in person.own)
    remembered = RememberListed(listed, _ONE_EACH if further else 0)
    return Answer(tuple(map(Reply, bodies)), (remembered, CloseOffer()))


def rest_of(person: Person, situation: Situation) -> list[str]:
    """Return the lines not shown yet, with their numbers; none if all of them were ticked off or dropped."""
    remembered = situation.remembered
    texts = {question.id: question.text for question in person.own}
    rest = list(enumerate(remembered.listed, 1))[remembered.listed_until :]
    return [f"{number}. {texts[row]}" for number, row in rest if row in texts]


def _inviting(item: str, line: str, number: int, situation: Situation) -> str:
    """A question that leaves no room for what to reply goes alone."""
    body = situation.catalogue.text(item).fill(questions=line, number=str(number))
    return body if count_segments(body) <= MAX_SEGMENTS else line
