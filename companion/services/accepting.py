"""
A clinic accepts texts as they stand: by name and under their exact wording, all that is asked or nothing.

What it accepts does not keep it from going live. Whether a text is sent is another matter: an ordinary
one that is overdue stays withheld.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain.catalogue import Catalogue
from companion.domain.items import Item
from companion.errors import InvalidInput, NotFound
from companion.records import Acceptance
from companion.services.clinic_texts import texts_in
from companion.services.setup import Setup
from companion.storage import acceptances, people

_LONGEST_NAME, _LONGEST_ROLE = 200, 60


@dataclass(frozen=True)
class Accepted:
    """A wording that the clinic has accepted; not `new` if it had done so before."""

    id: str
    version: str
    new: bool


def accept(
    setup: Setup,
    clinic_id: int,
    language: str,
    item_ids: Sequence[str],
    by: str,
    role: str,
    now: datetime,
) -> tuple[Accepted, ...]:
    """
    Accept the present wording of each text, given as `id` or as the `id@version` that was read.

    Idempotent: who accepted a wording first stays on record. Raises NotFound for a clinic, language or id
    that does not exist, InvalidInput for an id given twice, a version that is no longer the present one,
    or a name or role left empty. Nothing is stored then.
    """
    by, role = _words("name", by, _LONGEST_NAME), _words("role", role, _LONGEST_ROLE)
    with setup.database.transaction() as session:
        clinic = people.clinic(session, clinic_id)
        items = _chosen(texts_in(session, setup, clinic, language), item_ids)
        rows = [
            Acceptance(
                clinic_id=clinic_id,
                language=language,
                item_id=item.id,
                version=item.version,
                accepted_by=by,
                role=role,
                accepted_at=now,
            )
            for item in items
        ]
        new = _store(session, rows)
    return tuple(Accepted(item.id, item.version, item.id in new) for item in items)


def _store(session: Session, rows: Sequence[Acceptance]) -> frozenset[str]:
    """Return the ids that were new. One order for everybody, or two who accept might wait for each other."""
    return frozenset(
        row.item_id
        for row in sorted(rows, key=lambda row: row.item_id)
        if acceptances.insert_once(session, row)
    )


def _chosen(catalogue: Catalogue, item_ids: Sequence[str]) -> list[Item]:
    read = [wording.partition("@")[::2] for wording in item_ids]
    ids = [item_id for item_id, _ in read]
    if not ids:
        raise InvalidInput("No text was named; `companion content open` lists what is to be accepted.")
    by_id = {item.id: item for item in catalogue.everything()}
    if unknown := [item_id for item_id in ids if item_id not in by_id]:
        raise NotFound(f"There is no text {_listed(unknown)}; nothing was accepted.")
    if twice := sorted({item_id for item_id in ids if ids.count(item_id) > 1}):
        raise InvalidInput(f"{_listed(twice)} is given twice; nothing was accepted.")
    if changed := [item_id for item_id, version in read if version and version != by_id[item_id].version]:
        raise InvalidInput(
            f"{_listed(changed)} has another wording now than the one named; read it again. "
            "Nothing was accepted."
        )
    return [by_id[item_id] for item_id in ids]


def _listed(ids: Sequence[str]) -> str:
    """Name the first few: a file of another kind must not end up as one endless line."""
    more = f" and {len(ids) - 5} more" if len(ids) > 5 else ""
    return ", ".join(repr(item_id[:60]) for item_id in ids[:5]) + more


def _words(noun: str, text: str, longest: int) -> str:
    """Return the text with single spaces; raises InvalidInput if it is empty, unreadable or too long."""
    words = " ".join(text.split())
    if not words or not words.isprintable() or len(words) > longest:
        raise InvalidInput(f"The {noun} must be between 1 and {longest} letters, written out in words.")
    return words
