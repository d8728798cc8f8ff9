"""
What the plan of reminders is for somebody who is phoned: each line a call, in the morning of its day.

A line of the evening would be a task for an office that is closed. Nobody is phoned after a visit.
"""

from dataclasses import replace
from datetime import datetime

from companion.domain.clock_time import SendingHours, resolve, to_wall
from companion.domain.planned import AFTER_VISIT, BY_PHONE, Planned


def phoned(planned: Planned, hours: SendingHours, zone: str) -> Planned:
    """Return the line as a call; `zone` is the person's."""
    if planned.withheld:
        return planned
    if planned.rule == AFTER_VISIT:
        return replace(planned, withheld=BY_PHONE)
    if planned.at_once:
        return planned
    morning = datetime.combine(to_wall(planned.send_at, zone).date(), hours.start)
    return replace(planned, send_at=min(resolve(morning, zone), planned.send_at))
