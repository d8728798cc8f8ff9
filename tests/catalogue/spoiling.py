"""Ways to spoil a catalogue that was loaded, each as a slip of the pen would."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from companion.catalogue.judging import Inquiry
from companion.domain.catalogue import Catalogue, Question
from companion.domain.items import Item, Review
from companion.domain.understanding import Idiom

Spoil = Callable[[Inquiry], Inquiry]


def catalogue_with(**changes: Any) -> Spoil:
    """Return a spoiler; a value that can be called is given the catalogue."""

    def spoil(inquiry: Inquiry) -> Inquiry:
        values = {key: v(inquiry.catalogue) if callable(v) else v for key, v in changes.items()}
        return replace(inquiry, catalogue=replace(inquiry.catalogue, **values))

    return spoil


def standards_with(**changes: Any) -> Spoil:
    def spoil(inquiry: Inquiry) -> Inquiry:
        return replace(inquiry, standards=replace(inquiry.standards, **changes))

    return spoil


def item_with(item_id: str, **changes: Any) -> Spoil:
    """Return a spoiler of one item, wherever it stands."""

    def mend(item: Item) -> Item:
        return replace(item, **changes) if item.id == item_id else item

    def spoil(inquiry: Inquiry) -> Inquiry:
        old = inquiry.catalogue
        new = replace(
            old,
            treatments={
                t.id: replace(t, about=tuple(replace(a, item=mend(a.item)) for a in t.about))
                for t in old.treatments.values()
            },
            topics=tuple(replace(topic, item=mend(topic.item)) for topic in old.topics),
            questions=tuple(replace(q, item=mend(q.item)) for q in old.questions),
            coping=tuple(replace(line, item=mend(line.item)) for line in old.coping),
            ready=tuple(replace(ready, item=mend(ready.item)) for ready in old.ready),
            texts={name: mend(item) for name, item in old.texts.items()},
        )
        assert new.everything() != old.everything(), "the test's own premise"
        return replace(inquiry, catalogue=new)

    return spoil


def questions_where(choose: Callable[[Question], bool], **changes: Any) -> Spoil:
    """Return a spoiler of the chosen questions."""

    def mend(catalogue: Catalogue) -> tuple[Question, ...]:
        assert any(map(choose, catalogue.questions)), "the test's own premise"
        return tuple(replace(q, **changes) if choose(q) else q for q in catalogue.questions)

    return catalogue_with(questions=mend)


def question_with(item_id: str, **changes: Any) -> Spoil:
    return questions_where(lambda q: q.item.id == item_id, **changes)


def treatment_with(treatment_id: str, **changes: Any) -> Spoil:
    """Return a spoiler of one treatment; a value that can be called is given what stood there."""

    def mend(catalogue: Catalogue) -> dict[str, Any]:
        old = catalogue.treatments[treatment_id]
        values = {key: v(getattr(old, key)) if callable(v) else v for key, v in changes.items()}
        return {**catalogue.treatments, treatment_id: replace(old, **values)}

    return catalogue_with(treatments=mend)


def alias(treatment_id: str, word: str) -> Spoil:
    return treatment_with(treatment_id, aliases=lambda old: (*old, word))


def command_word(intent: str, word: str) -> Spoil:
    def mend(catalogue: Catalogue) -> Any:
        commands = tuple(
            replace(c, words=(*c.words, word)) if c.intent == intent else c
            for c in catalogue.lexicon.commands
        )
        return Idiom(replace(catalogue.lexicon, commands=commands))

    return catalogue_with(idiom=mend)


def lexicon_with(**changes: Any) -> Spoil:
    """Return a spoiler of the words people text; a mapping is added to what stood there."""

    def mend(catalogue: Catalogue) -> Idiom:
        lexicon = catalogue.lexicon
        return Idiom(
            replace(lexicon, **{name: {**getattr(lexicon, name), **more} for name, more in changes.items()})
        )

    return catalogue_with(idiom=mend)


def without(field: str, choose: Callable[[Any], bool]) -> Spoil:
    """Return a spoiler that takes the chosen members out of a tuple or a mapping."""

    def mend(catalogue: Catalogue) -> Any:
        old = getattr(catalogue, field)
        if isinstance(old, tuple):
            return tuple(member for member in old if not choose(member))
        return {key: value for key, value in old.items() if not choose(key)}

    return catalogue_with(**{field: mend})


def without_command(intent: str) -> Spoil:
    def mend(catalogue: Catalogue) -> Any:
        commands = tuple(c for c in catalogue.lexicon.commands if c.intent != intent)
        return Idiom(replace(catalogue.lexicon, commands=commands))

    return catalogue_with(idiom=mend)


def without_rule(rule_id: str) -> Spoil:
    def mend(catalogue: Catalogue) -> Any:
        rules = tuple(rule for rule in catalogue.reminders.rules if rule.id != rule_id)
        return replace(catalogue.reminders, rules=rules)

    return catalogue_with(reminders=mend)


def all_of(*spoilers: Spoil) -> Spoil:
    def spoil(inquiry: Inquiry) -> Inquiry:
        for one in spoilers:
            inquiry = one(inquiry)
        return inquiry

    return spoil


def names_line(item_id: str, line_id: str) -> Spoil:
    def spoil(inquiry: Inquiry) -> Inquiry:
        line = inquiry.catalogue.lines[line_id]
        return item_with(item_id, lines=(line,))(inquiry)

    return spoil


def line_with(line_id: str, **changes: Any) -> Spoil:
    def mend(catalogue: Catalogue) -> dict[str, Any]:
        return {**catalogue.lines, line_id: replace(catalogue.lines[line_id], **changes)}

    return catalogue_with(lines=mend)


def signed(item_id: str, *, version: str | None = None, due: date = date(2027, 11, 23)) -> Spoil:
    """Return a spoiler that puts a signature under an item, under its own wording unless told otherwise."""

    def spoil(inquiry: Inquiry) -> Inquiry:
        (item,) = (i for i in inquiry.catalogue.everything() if i.id == item_id)
        review = Review(version or item.version, "Dr Adeyemi", "haematologist", date(2026, 11, 1), due)
        return item_with(item_id, review=review)(inquiry)

    return spoil


def on(day: date) -> Spoil:
    return lambda inquiry: replace(inquiry, today=day)
