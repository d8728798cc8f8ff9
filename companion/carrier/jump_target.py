"""Where the clock is asked to go: so many seconds on, to an instant, or to the next thing due."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from companion.carrier.instants import from_iso
from companion.carrier.sweep import SweepReport
from companion.errors import InvalidInput, InvalidTransition


def jump_target(fields: Mapping[str, object], now: datetime, report: SweepReport | None) -> datetime:
    """
    Read `{"advance_seconds": n}`, `{"to": ISO}` or `{"to_next": true}`.

    Raises InvalidInput for anything else and InvalidTransition when nothing is due or it lies backwards.
    """
    if fields.keys() == {"advance_seconds"}:
        return _advance(fields["advance_seconds"], now)
    if fields.keys() == {"to"}:
        return from_iso(fields["to"])
    if fields == {"to_next": True}:
        return _next_due(now, report)
    raise InvalidInput("Give one of advance_seconds (a number), to (a time) or to_next (true).")


def _advance(seconds: object, now: datetime) -> datetime:
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not math.isfinite(seconds):
        raise InvalidInput("advance_seconds is a number of seconds.")
    if seconds < 0:
        raise InvalidTransition("Time only moves forward; choose a positive number of seconds.")
    try:
        return now + timedelta(seconds=seconds)
    except OverflowError as error:
        raise InvalidInput("That is further than the calendar goes.") from error


def _next_due(now: datetime, report: SweepReport | None) -> datetime:
    if report is None or report.next_due is None:
        raise InvalidTransition("The worker has reported nothing that waits to be sent.")
    return max(now, report.next_due)
