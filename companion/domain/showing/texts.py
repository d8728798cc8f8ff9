"""
Every text a person would get, in the words they would get it.

The conversation and the reminders write them; here is only what sets them going, and which items of the
catalogue each text is made of.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from companion.domain import welcome
from companion.domain.catalogue import Catalogue
from companion.domain.composing import compose
from companion.domain.conversation import Answer, Reply, Situation, respond
from companion.domain.conversation.effects import RememberShown
from companion.domain.conversation.situation import Remembered
from companion.domain.items import Item
from companion.domain.planning import plan
from companion.domain.selection import Interest, suggest
from companion.domain.showing.person import BOOKED_BEFORE, ZONE, Asked, Imagined, imagine
from companion.domain.showing.tracing import pieces_of_push
from companion.domain.sms import Encoding, count_segments, encoding_of
from companion.domain.understanding import Meaning, Understood, normalise

Section = Literal["welcome", "treatment", "part", "question", "push", "visit", "coping"]


@dataclass(frozen=True)
class Shown:
    """One text and what it is made of."""

    section: Section
    #: The word a person texts for it, or the rule by which it comes unasked.
    by: str
    body: str
    #: The wording around the rest first.
    items: tuple[Item, ...]

    @property
    def encoding(self) -> Encoding:
        return encoding_of(self.body)

    @property
    def segments(self) -> int:
        return count_segments(self.body)

    @property
    def status(self) -> Literal["draft", "reviewed"]:
        """A text is reviewed when everything in it is."""
        return "reviewed" if all(item.status == "reviewed" for item in self.items) else "draft"

    @property
    def version(self) -> str:
        return "+".join(item.version for item in self.items)


def texts_for(catalogue: Catalogue, asked: Asked) -> tuple[Imagined, tuple[Shown, ...]]:
    """
    Return the person that was imagined and every text, in the order a person may meet them.

    There are reminders and an answer to VISIT only for a kind of visit, and reminders only for a stage
    somebody can be at.
    """
    person = imagine(catalogue, asked)
    treatment = asked.treatment
    found = [
        *_welcome(catalogue, person),
        *(_about(catalogue, person, treatment) if treatment else ()),
        *(_parts(catalogue, person, treatment) if treatment else ()),
        *_questions(catalogue, person),
        *_pushes(catalogue, person),
        *_visit(catalogue, person),
        *_coping(catalogue, person),
    ]
    return person, tuple(found)


def _say(meaning: Meaning, situation: Situation) -> Answer:
    return respond(Understood("", meaning), situation)


def _welcome(catalogue: Catalogue, person: Imagined) -> Iterator[Shown]:
    for part in welcome.PARTS:
        about_us = {"clinic": person.asked.clinic, "line": person.asked.line}
        composed = welcome.compose(part, catalogue, **about_us, discreet=person.reader.discreet)
        yield Shown("welcome", welcome.RULE, composed.body, (catalogue.text(part),))


def _about(catalogue: Catalogue, person: Imagined, treatment_id: str) -> Iterator[Shown]:
    treatment = catalogue.treatment(treatment_id)
    names = (normalise(treatment.name), normalise(treatment.id), treatment.aliases[0])
    word = next(name for name in names if name in treatment.aliases)
    # The last is what stands in when all there is to say is held back.
    items = [
        catalogue.text("none.ask"),
        *(about.item for about in treatment.about),
        catalogue.text("treatment.locked"),
    ]
    situation = person.situation(catalogue)
    answer = _say(Meaning("treatment", treatment=treatment_id), situation)
    yield from _matched("treatment", word, answer.replies, items, situation)
    if treatment_id == "no-treatment":
        # What is meant is asked first; 1 is the answer that means this.
        offered = person.situation(catalogue, Remembered(offer="none"))
        replies = _say(Meaning("choice", slot="1"), offered).replies
        yield from _matched("treatment", "1", replies, items, offered)


def _parts(catalogue: Catalogue, person: Imagined, treatment_id: str) -> Iterator[Shown]:
    for topic in catalogue.topics:
        if topic.treatment == treatment_id:
            meaning = Meaning("treatment", treatment=treatment_id, slot=topic.item.id)
            (reply,) = _say(meaning, person.situation(catalogue)).replies
            yield Shown("part", topic.words[0], reply.body, (topic.item,))


def _matched(
    section: Section, word: str, replies: Iterable[Reply], items: Iterable[Item], situation: Situation
) -> Iterator[Shown]:
    """Find for each reply the one item whose filled wording it is."""
    written = {item.fill(clinic=situation.clinic, line=situation.line): item for item in items}
    for reply in replies:
        yield Shown(section, word, reply.body, (written[reply.body],))


def _questions(catalogue: Catalogue, person: Imagined) -> Iterator[Shown]:
    """QUESTIONS, and MORE until there are none; both number the same list on."""
    asked = person.asked
    interest = Interest(person.treatments, asked.appointment_type, asked.information, person.stage)
    ranked = suggest(catalogue, interest)
    ids, until = tuple(question.item.id for question in ranked), 0
    while until < len(ranked):
        remembered = Remembered(shown=ids, shown_until=until)
        answer = _say(Meaning("more"), person.situation(catalogue, remembered))
        start, until = until, next(e.until for e in answer.effects if isinstance(e, RememberShown))
        around = catalogue.text("questions.last" if until == len(ranked) else "questions.list")
        items = (around, *(question.item for question in ranked[start:until]))
        word = "MORE" if start else "QUESTIONS"
        yield Shown("question", word, answer.replies[0].body, items)
        for further in answer.replies[1:]:
            yield Shown("question", word, further.body, (catalogue.text("questions.after-heavy"),))


def _pushes(catalogue: Catalogue, person: Imagined) -> Iterator[Shown]:
    visit = person.visit
    if visit is None or not person.real:
        return
    for planned in plan([visit], catalogue.reminders, ZONE, visit.at - BOOKED_BEFORE):
        composed = compose(planned, person.reader, catalogue)
        if not (planned.withheld or composed.withheld):
            yield Shown("push", planned.rule, composed.body, pieces_of_push(composed.body, catalogue))


def _visit(catalogue: Catalogue, person: Imagined) -> Iterator[Shown]:
    kind = person.asked.appointment_type
    if kind is None:
        return
    details, *said = _say(Meaning("next_appointment"), person.situation(catalogue)).replies
    around = (catalogue.text("visit.next"), catalogue.text(f"kind.{kind}"))
    yield Shown("visit", "VISIT", details.body, around)
    fitting = [ready.item for ready in catalogue.ready if kind in ready.types]
    ids = tuple(item.id for item in fitting)
    for until, item in enumerate(fitting):
        if until:
            remembered = Remembered(ready=ids, ready_until=until)
            said = list(_say(Meaning("more"), person.situation(catalogue, remembered)).replies)
        inviting = (catalogue.text("visit.ready"),) if until + 1 < len(fitting) else ()
        yield Shown("visit", "MORE" if until else "VISIT", said[0].body, (*inviting, item))


def _coping(catalogue: Catalogue, person: Imagined) -> Iterator[Shown]:
    """COPING, once for each line there is: a person gets the next one each time."""
    around = catalogue.text("coping.body")
    for sent, line in enumerate(line for line in catalogue.coping if not line.push):
        situation = person.situation(catalogue, Remembered(coping_sent=sent))
        (reply,) = _say(Meaning("coping"), situation).replies
        yield Shown("coping", "COPING", reply.body, (around, line.item))
