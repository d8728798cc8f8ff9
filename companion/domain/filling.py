"""Which placeholders each text may hold: those that whatever sends it has a value for."""

from collections.abc import Iterator

from companion.domain.catalogue import Catalogue
from companion.domain.items import Item
from companion.domain.wording import ABOUT_A_TREATMENT, PREPARED, PUSHES, REPLIES, SUPPORT_ON_REQUEST

_NOTHING: frozenset[str] = frozenset()


def filled_in(catalogue: Catalogue) -> Iterator[tuple[Item, frozenset[str]]]:
    """Yield every text with the names of the placeholders that are filled in it."""
    fixed = {**REPLIES, **PREPARED, **PUSHES}
    for name, item in catalogue.texts.items():
        yield item, fixed.get(name, _NOTHING)
    for treatment in catalogue.treatments.values():
        yield from ((about.item, ABOUT_A_TREATMENT) for about in treatment.about)
    yield from ((topic.item, ABOUT_A_TREATMENT) for topic in catalogue.topics)
    yield from ((ready.item, ABOUT_A_TREATMENT) for ready in catalogue.ready)
    for line in catalogue.coping:
        yield line.item, _NOTHING if line.push else SUPPORT_ON_REQUEST
    yield from ((question.item, _NOTHING) for question in catalogue.questions)
