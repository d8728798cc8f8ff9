"""Which placeholders each text may hold, because something fills them, and which it may not lose."""

from collections.abc import Iterator

from companion.domain.catalogue import Catalogue
from companion.domain.items import Item
from companion.domain.wording import (
    ABOUT_A_TREATMENT,
    PUSHES,
    REPLIES,
    SUPPORT_ON_REQUEST,
    WELCOME,
)

_NOTHING: frozenset[str] = frozenset()
#: Without one of these a text would say less than the truth: a visit without its date, a list without its
#: questions. The clinic's name, its line or a line of support may be said otherwise in other words.
_NEVER_LOST = frozenset(
    {"when", "old", "place", "kind", "questions", "number", "count", "treatment"}
    | {"options", "option", "people", "name"}
    | {"opening", "opens", "closes", "office", "until"}
)


def filled_in(catalogue: Catalogue) -> Iterator[tuple[Item, frozenset[str]]]:
    """Yield every text with the names of the placeholders that are filled in it."""
    fixed = {**REPLIES, **WELCOME, **PUSHES}
    for name, item in catalogue.texts.items():
        yield item, fixed.get(name, _NOTHING)
    for treatment in catalogue.treatments.values():
        yield from ((about.item, ABOUT_A_TREATMENT) for about in treatment.about)
    yield from ((topic.item, ABOUT_A_TREATMENT) for topic in catalogue.topics)
    yield from ((ready.item, ABOUT_A_TREATMENT) for ready in catalogue.ready)
    for line in catalogue.coping:
        yield line.item, _NOTHING if line.push else SUPPORT_ON_REQUEST
    yield from ((question.item, _NOTHING) for question in catalogue.questions)


def lost(item: Item, other: Item) -> frozenset[str]:
    """Return the placeholders that other words for the item lack and may not; safety texts keep the line."""
    kept = _NEVER_LOST | {"line"} if item.safety else _NEVER_LOST
    return (item.placeholders & kept) - other.placeholders
