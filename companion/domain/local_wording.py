"""
A clinic's own words in place of some of the catalogue's.

Only words are replaced: what a text is for, whether it is a safety text, and where its content comes from
stay the catalogue's. No signature is under a clinic's own words, so such a text is always a draft.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from companion.domain.catalogue import Catalogue
from companion.domain.filling import filled_in, lost
from companion.domain.items import Item, SupportLine
from companion.domain.named_lines import has_stray_bracket, named_lines, with_numbers
from companion.domain.wording import PUSHES
from companion.errors import InvalidInput, NotFound


@dataclass(frozen=True)
class OwnWording:
    """What a clinic says in place of one text, as it was written: lines stand as `{line:samaritans}`."""

    item_id: str
    text: str
    #: Where a question may stand in a reminder, what it says there; without it, it stands in none.
    push: str | None = None


def reworded(catalogue: Catalogue, wordings: Iterable[OwnWording]) -> Catalogue:
    """
    Return the catalogue with these wordings in place of its own.

    One that does not fit is passed over: its text may be gone from the catalogue since it was written, or
    the line it names out of use, and then the catalogue's own words are the ones to send.
    """
    given = {wording.item_id: wording for wording in wordings}
    new = {
        item.id: _in_place_of(item, given[item.id], catalogue.lines)
        for item, filled in filled_in(catalogue)
        if item.id in given and _unfit(catalogue, item, filled, given[item.id]) is None
    }
    return with_items(catalogue, lambda item: new.get(item.id, item)) if new else catalogue


def fitting(catalogue: Catalogue, wording: OwnWording) -> OwnWording:
    """Return the wording; raises NotFound for an id no text has, InvalidInput for words that cannot stand."""
    if problem := unfit(catalogue, wording):
        raise InvalidInput(f"{wording.item_id} {problem}; nothing was stored.")
    return wording


def unfit(catalogue: Catalogue, wording: OwnWording) -> str | None:
    """Return why these words cannot stand, as `would be empty`, or None; raises NotFound for no such id."""
    for item, filled in filled_in(catalogue):
        if item.id == wording.item_id:
            return _unfit(catalogue, item, filled, wording)
    raise NotFound(f"There is no text {wording.item_id}; `companion content show` lists what there is.")


def stands_in_reminders(catalogue: Catalogue, item_id: str) -> bool:
    """Say whether the words of this text can be part of a reminder that is planned."""
    pushed = {line.item.id for line in catalogue.coping if line.push}
    return item_id in PUSHES or item_id in pushed or item_id in _questions(catalogue)


def _unfit(catalogue: Catalogue, item: Item, filled: frozenset[str], wording: OwnWording) -> str | None:
    """Return why these words cannot stand in place of the item's, or None."""
    if not wording.text.strip() or (wording.push is not None and not wording.push.strip()):
        return "would be empty"
    if wording.push is not None and item.id not in _questions(catalogue):
        return "has no second wording for reminders; only a question has"
    words = f"{wording.text} {wording.push or ''}"
    _, unknown = named_lines(words, catalogue.lines)
    if unknown:
        return f"names the line {unknown[0]!r}, which is not in use"
    if has_stray_bracket(words):
        return "has a curly bracket that is no placeholder, such as {line}"
    new = _in_place_of(item, wording, catalogue.lines)
    if unfilled := new.placeholders - filled:
        return f"holds {_named(unfilled)}, which nothing fills; it may hold: {_named(filled) or 'none'}"
    if missing := lost(item, new):
        return f"leaves out {_named(missing)}, which it has to hold"
    return None


def _named(placeholders: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(placeholders))


def _questions(catalogue: Catalogue) -> frozenset[str]:
    return frozenset(question.item.id for question in catalogue.questions)


def _in_place_of(item: Item, wording: OwnWording, lines: Mapping[str, SupportLine]) -> Item:
    named, _ = named_lines(f"{wording.text} {wording.push or ''}", lines)
    push = with_numbers(wording.push, lines) if wording.push is not None else None
    return replace(item, text=with_numbers(wording.text, lines), push=push, lines=named, review=None)


def with_items(catalogue: Catalogue, new: Callable[[Item], Item]) -> Catalogue:
    """Return the catalogue with what `new` makes of each text in place of it."""
    treatments = {
        treatment.id: replace(treatment, about=tuple(replace(a, item=new(a.item)) for a in treatment.about))
        for treatment in catalogue.treatments.values()
    }
    return replace(
        catalogue,
        treatments=treatments,
        questions=tuple(replace(q, item=new(q.item)) for q in catalogue.questions),
        coping=tuple(replace(line, item=new(line.item)) for line in catalogue.coping),
        ready=tuple(replace(ready, item=new(ready.item)) for ready in catalogue.ready),
        topics=tuple(replace(topic, item=new(topic.item)) for topic in catalogue.topics),
        texts={name: new(item) for name, item in catalogue.texts.items()},
    )
