"""
The signatures given on the pages, laid over those that came with the texts.

Each is under one exact wording. Of two under the present wording the later day counts, the one of the pages
on the same day; a signature taken back counts as none, and puts an earlier one of the files aside too.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from companion.domain.catalogue import Catalogue
from companion.domain.items import Item, Review
from companion.domain.languages import ENGLISH
from companion.domain.local_wording import with_items


@dataclass(frozen=True)
class Signed:
    """A signature given on the pages, or the taking back of one."""

    language: str
    item_id: str
    review: Review
    #: False: from then on nothing is signed here.
    stands: bool


def with_signatures(catalogue: Catalogue, english: Collection[str], given: Sequence[Signed]) -> Catalogue:
    """Return the catalogue as it is signed; `english` are ids that English in it, `given` oldest first."""
    under: dict[tuple[str, str], dict[str, Signed]] = {}
    for signed in given:
        versions = under.setdefault((signed.language, signed.item_id), {})
        # Taken out first, so that the newest comes last.
        versions.pop(signed.review.version, None)
        versions[signed.review.version] = signed

    def reviewed(item: Item) -> Item:
        language = ENGLISH if item.id in english else catalogue.language
        versions = under.get((language, item.id))
        return replace(item, review=_standing(item, versions)) if versions else item

    return with_items(catalogue, reviewed)


def _standing(item: Item, given: Mapping[str, Signed]) -> Review | None:
    here = given.get(item.version)
    if here is None:
        return item.review or _of_other_words(given)
    of_the_file = item.review if item.status == "reviewed" else None
    if of_the_file is not None and of_the_file.on > here.review.on:
        return of_the_file
    return here.review if here.stands else None


def _of_other_words(given: Mapping[str, Signed]) -> Review | None:
    """Return the newest, which says that the wording was changed after it was signed."""
    return next((signed.review for signed in reversed([*given.values()]) if signed.stands), None)
