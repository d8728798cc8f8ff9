"""Texts as a person names them, by id or by the exact wording that was read, and the words beside a name."""

from collections.abc import Sequence

from companion.domain.catalogue import Catalogue
from companion.domain.items import Item
from companion.errors import InvalidInput, NotFound

LONGEST_NAME, LONGEST_ROLE = 200, 60


def named(catalogue: Catalogue, wordings: Sequence[str], done: str) -> list[Item]:
    """
    Return each text, given as `id` or as the `id@version` that was read; `done` is what was not done then.

    Raises NotFound for an id no text has, InvalidInput for an id given twice or a version that is not the
    present one.
    """
    read = [wording.partition("@")[::2] for wording in wordings]
    ids = [item_id for item_id, _ in read]
    by_id = {item.id: item for item in catalogue.everything()}
    if unknown := [item_id for item_id in ids if item_id not in by_id]:
        raise NotFound(f"There is no text {_listed(unknown)}; nothing was {done}.")
    if twice := sorted({item_id for item_id in ids if ids.count(item_id) > 1}):
        raise InvalidInput(f"{_listed(twice)} is given twice; nothing was {done}.")
    if changed := [item_id for item_id, version in read if version and version != by_id[item_id].version]:
        raise InvalidInput(
            f"{_listed(changed)} has another wording now than the one named; read it again. "
            f"Nothing was {done}."
        )
    return [by_id[item_id] for item_id in ids]


def written_out(noun: str, text: str, longest: int) -> str:
    """Return the text with single spaces; raises InvalidInput if it is empty, unreadable or too long."""
    words = " ".join(text.split())
    if not words or not words.isprintable() or len(words) > longest:
        raise InvalidInput(f"The {noun} must be between 1 and {longest} letters, written out in words.")
    return words


def _listed(ids: Sequence[str]) -> str:
    """Name the first few: a file of another kind must not end up as one endless line."""
    more = f" and {len(ids) - 5} more" if len(ids) > 5 else ""
    return ", ".join(repr(item_id[:60]) for item_id in ids[:5]) + more
