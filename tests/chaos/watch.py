"""
What a trial looks at again and again: when there is next something to do, and what is not known.

In plain SQL, because it is looked at more often than anything else happens.
"""

from datetime import datetime

from sqlalchemy import text

from companion.records import OutboundMessage
from companion.services.setup import Setup

_COLUMNS = OutboundMessage.__table__.columns  # type: ignore[attr-defined]
_NEXT = text(
    "SELECT min(CASE WHEN state = 'pending' THEN coalesce(try_after, send_at) END) AS send_at,"
    " min(CASE WHEN state = 'leased' THEN lease_until END) AS lease_until, min(ask_at) AS ask_at"
    " FROM outbound_message WHERE state IN ('pending', 'leased') OR ask_at IS NOT NULL"
).columns(_COLUMNS["send_at"], _COLUMNS["lease_until"], _COLUMNS["ask_at"])
_UNKNOWN = text(
    "SELECT id FROM outbound_message WHERE state = 'unknown' AND ask_at IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM task WHERE cause = 'outcome-unknown:out:' || CAST(outbound_message.id AS TEXT))"
)


def next_instants(setup: Setup) -> list[datetime]:
    """Return when a text is next due, a lease ends, and the provider is next asked about one."""
    with setup.database.reader.connect() as connection:
        return [instant for instant in connection.execute(_NEXT).one() if instant is not None]


def unknown(setup: Setup) -> set[int]:
    """Return the rows of which it is not known whether they went, and that no nurse has yet."""
    with setup.database.reader.connect() as connection:
        return {row_id for (row_id,) in connection.execute(_UNKNOWN)}
