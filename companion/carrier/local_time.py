"""Instants as a person reads them: day and time on the wall, in the zone of whoever holds the phone."""

from datetime import datetime
from zoneinfo import ZoneInfo


def local_day(instant: datetime, zone: str) -> str:
    """Return for example `Monday 29 March 2027`."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B} {local.year}"


def local_time(instant: datetime, zone: str) -> str:
    """Return for example `09:30`."""
    return f"{instant.astimezone(ZoneInfo(zone)):%H:%M}"


def place_of(zone: str) -> str:
    """Return for example `New York` for America/New_York."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")
