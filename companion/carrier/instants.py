"""
Instants as text: ISO 8601 in UTC for the local control, RFC 2822 for Twilio's bodies.

Twilio's dates have one-second precision and the offset `+0000` (RFC 2822 section 3.3).
"""

from datetime import UTC, datetime
from email.utils import format_datetime

from companion.errors import InvalidTime


def utc_now() -> datetime:
    """Return the real time; the carrier's own clock adds its offset to this."""
    return datetime.now(UTC)


def to_iso(instant: datetime) -> str:
    """Return for example `2027-03-29T09:30:00.000000Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_iso(value: object) -> datetime:
    """Return an aware instant in UTC. Raises InvalidTime for anything without an offset or `Z`."""
    try:
        instant = datetime.fromisoformat(value if isinstance(value, str) else "")
        if instant.tzinfo is None:
            raise InvalidTime("That time has no zone; write it as 2027-03-29T09:30:00Z.")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidTime("That is not a time; write it as 2027-03-29T09:30:00Z.") from error


def to_rfc2822(instant: datetime | None) -> str | None:
    """Return for example `Fri, 24 May 2019 17:44:46 +0000`, or None for None."""
    return None if instant is None else format_datetime(instant.astimezone(UTC).replace(microsecond=0))
