"""What reviewers have signed on the pages; rows are only ever added."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from companion.domain.items import Review
from companion.domain.signed import Signed
from companion.records import TextSignature


def count(session: Session) -> int:
    """Return how many rows there are: another number says that what was read before is not all any more."""
    return session.exec(select(func.count()).select_from(TextSignature)).one()


def everything(session: Session) -> Sequence[Signed]:
    """Return every signature and every taking back, the oldest first."""
    rows = session.exec(select(TextSignature).order_by(col(TextSignature.id))).all()
    return [_signed(row) for row in rows]


def _signed(row: TextSignature) -> Signed:
    due = row.due or row.signed_on
    review = Review(row.version, row.reviewer, row.role, row.signed_on, due)
    return Signed(row.language, row.item_id, review, stands=row.due is not None)
