"""
A clinic accepts texts as they stand: by name and under their exact wording, all that is asked or nothing.

What it accepts does not keep it from going live. Whether a text is sent is another matter: an ordinary
one that is overdue stays withheld.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.errors import InvalidInput
from companion.records import Acceptance
from companion.services.auditing import Author, Seen
from companion.services.clinic_texts import texts_in
from companion.services.named_texts import LONGEST_NAME, LONGEST_ROLE, named, written_out
from companion.services.setup import Setup
from companion.storage import acceptances, people


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
    author: Author | None = None,
) -> tuple[Accepted, ...]:
    """
    Accept the present wording of each text, given as `id` or as the `id@version` that was read.

    Idempotent: who accepted a wording first stays on record. Raises NotFound for a clinic, language or id
    that does not exist, InvalidInput for an id given twice, a version that is no longer the present one,
    or a name or role left empty. Nothing is stored then.
    """
    by, role = written_out("name", by, LONGEST_NAME), written_out("role", role, LONGEST_ROLE)
    if not item_ids:
        raise InvalidInput("No text was named; `companion content open` lists what is to be accepted.")
    with setup.database.transaction() as session:
        clinic = people.clinic(session, clinic_id)
        items = named(texts_in(session, setup, clinic, language), item_ids, "accepted")
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
        if author:
            author.note(session, Seen("texts-accepted", subject=f"{len(new)} texts in {language}"))
    return tuple(Accepted(item.id, item.version, item.id in new) for item in items)


def _store(session: Session, rows: Sequence[Acceptance]) -> frozenset[str]:
    """Return the ids that were new. One order for everybody, or two who accept might wait for each other."""
    return frozenset(
        row.item_id
        for row in sorted(rows, key=lambda row: row.item_id)
        if acceptances.insert_once(session, row)
    )
