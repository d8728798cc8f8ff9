"""QUESTIONS, MORE, KEEP and the person's own list."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from companion.domain.catalogue import Question
from companion.domain.composing import MAX_SEGMENTS, numbered
from companion.domain.conversation import waiting_room
from companion.domain.conversation.effects import (
    CloseOffer,
    DropQuestion,
    Effect,
    MarkAsked,
    MoveFirst,
    RememberListed,
    RememberShown,
    SaveQuestion,
)
from companion.domain.conversation.situation import Answer, Person, Reply, Situation
from companion.domain.conversation.visits import more_ready
from companion.domain.items import Item
from companion.domain.selection import Interest, suggest
from companion.domain.sms import count_segments
from companion.domain.stages import stage_of
from companion.domain.understanding import Meaning

_AT_ONCE = 3
#: Never shown without saying that support goes on.
_NO_TREATMENT = "q.no-treatment"
#: Own words are cut nowhere: what one line of LIST cannot hold, with its number, is refused.
_NUMBER_ROOM = "100. "


def questions(_: Meaning, person: Person, situation: Situation) -> Answer:
    kind = person.visits[0].type if person.visits else None
    stage = stage_of(situation.catalogue, person.chosen, kind, person.given)
    interest = Interest(person.treatments, kind, person.information, stage)
    return _show(suggest(situation.catalogue, interest), 0, situation)


def more(meaning: Meaning, person: Person, situation: Situation) -> Answer:
    """Go on with what was shown last: texts on getting ready, the own list, or questions."""
    remembered = situation.remembered
    if remembered.listed_until:
        return _rest_of_list(person, situation)
    if remembered.ready and person.visits:
        return more_ready(meaning, person, situation)
    if not remembered.shown:
        return questions(meaning, person, situation)
    by_id = {question.item.id: question for question in situation.catalogue.questions}
    if not by_id.keys() >= set(remembered.shown):
        # The catalogue changed since; going on would number other questions like those shown.
        return questions(meaning, person, situation)
    return _show([by_id[shown] for shown in remembered.shown], remembered.shown_until, situation)


def _show(ranked: Sequence[Question], start: int, situation: Situation) -> Answer:
    batch = ranked[start : start + _AT_ONCE]
    if not batch:
        return _say(situation, "questions.no-more")
    lines = numbered([question.item.text for question in batch], start + 1)

    def write(count: int) -> str:
        last = start + count >= len(ranked)
        item = situation.catalogue.text("questions.last" if last else "questions.list")
        return item.fill(questions="\n".join(lines[:count]))

    count = _most_that_fit(len(batch), write)
    shown = tuple(question.item.id for question in ranked)
    replies = [Reply(write(count))]
    if any(question.item.id == _NO_TREATMENT for question in batch[:count]):
        replies.append(Reply(situation.catalogue.text("questions.after-heavy").fill()))
    # The numbers now shown are what digits would mean, so an older offer is closed.
    return Answer(tuple(replies), (RememberShown(shown, start + count), CloseOffer()))


def keep(meaning: Meaning, person: Person, situation: Situation) -> Answer:
    remembered = situation.remembered
    numbers = _numbers(meaning)
    if not numbers or not all(1 <= n <= remembered.shown_until for n in numbers):
        return _say(situation, "keep.which")
    texts = {question.item.id: question.item.text for question in situation.catalogue.questions}
    have = {own.suggested for own in person.own}
    wanted = dict.fromkeys(remembered.shown[n - 1] for n in numbers)
    new = [shown for shown in wanted if shown not in have and shown in texts]
    effects = tuple(SaveQuestion(texts[shown], shown) for shown in new)
    return _say(situation, "keep.done", count=str(len(person.own) + len(new))) + Answer(effects=effects)


def own(meaning: Meaning, person: Person, situation: Situation) -> Answer:
    words = (meaning.slot or "").strip()
    if not words:
        return _say(situation, "own-question.how")
    if not fits_the_list(words):
        return _say(situation, "error.too-long", line=situation.line)
    added = _say(situation, "own-question.added", count=str(len(person.own) + 1))
    return added + Answer(effects=(SaveQuestion(words),))


def fits_the_list(words: str) -> bool:
    """Say whether LIST could show these words whole."""
    return count_segments(_NUMBER_ROOM + words) <= MAX_SEGMENTS


def show_list(_: Meaning, person: Person, situation: Situation) -> Answer:
    if not person.own:
        return _say(situation, "list.empty")
    if person.visit_today:
        return waiting_room.show(person, situation)
    return _whole_list(person, situation)


def _whole_list(person: Person, situation: Situation) -> Answer:
    lines = numbered([question.text for question in person.own])
    # One question cannot be put before another.
    invitation = situation.catalogue.text("list.one" if len(lines) == 1 else "list.body")
    replies = tuple(Reply(body) for body in _pages(lines, invitation))
    listed = tuple(question.id for question in person.own)
    return Answer(replies, (RememberListed(listed), CloseOffer()))


def _rest_of_list(person: Person, situation: Situation) -> Answer:
    lines = waiting_room.rest_of(person, situation)
    if not lines:
        return _say(situation, "list.empty") if not person.own else _whole_list(person, situation)
    replies = tuple(Reply(body) for body in _pages(lines, situation.catalogue.text("list.body")))
    return Answer(replies, (RememberListed(situation.remembered.listed), CloseOffer()))


def _pages(lines: list[str], template: Item) -> Iterator[str]:
    """Yield the whole list in texts of at most two segments."""
    start = 0
    while start < len(lines):
        write = partial(_page, lines[start:], template)
        count = _most_that_fit(len(lines) - start, write)
        page = write(count)
        # A line that leaves no room for what to reply goes alone.
        yield page if count_segments(page) <= MAX_SEGMENTS else lines[start]
        start += count


def _page(lines: list[str], template: Item, count: int) -> str:
    return template.fill(questions="\n".join(lines[:count]))


def first(meaning: Meaning, person: Person, situation: Situation) -> Answer:
    return _on_listed(meaning, person, situation, "first.done", MoveFirst)


def asked(meaning: Meaning, person: Person, situation: Situation) -> Answer:
    return _on_listed(meaning, person, situation, "asked.done", MarkAsked)


def drop(meaning: Meaning, person: Person, situation: Situation) -> Answer:
    return _on_listed(meaning, person, situation, "drop.done", DropQuestion)


def _on_listed(
    meaning: Meaning, person: Person, situation: Situation, done: str, effect: Callable[[int], Effect]
) -> Answer:
    """Numbers mean the list as it was last shown; before it was ever shown, the list as it stands."""
    listed = situation.remembered.listed or tuple(question.id for question in person.own)
    present = {question.id for question in person.own}
    numbers = _numbers(meaning)
    rows = [listed[n - 1] for n in numbers if 1 <= n <= len(listed)]
    if not numbers or len(rows) != len(numbers) or not present.issuperset(rows):
        return _say(situation, "list.which")
    said = _say(situation, done, number=" ".join(str(n) for n in numbers))
    # Moving several to the front one by one would turn their order round.
    ordered = reversed(rows) if effect is MoveFirst else rows
    numbering = RememberListed(listed, situation.remembered.listed_until)
    return said + Answer(effects=(*(effect(row) for row in ordered), numbering))


def _numbers(meaning: Meaning) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(n) for n in (meaning.slot or "").split()))


def _most_that_fit(most: int, write: Callable[[int], str]) -> int:
    """Return how many lines fit two segments; always at least one, for a text must say something."""
    return next((n for n in range(most, 1, -1) if count_segments(write(n)) <= MAX_SEGMENTS), 1)


def _say(situation: Situation, item: str, **values: str) -> Answer:
    return Answer((Reply(situation.catalogue.text(item).fill(**values)),))
