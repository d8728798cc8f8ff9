"""
The mark of a preview: it stands for all that was shown, so that only what was shown is saved.

What is saved is made anew, and has to come to the same mark.
"""

import hashlib
import json
from datetime import datetime

from companion.domain.clock_time import write_instant
from companion.services.foresight import Changes, Line


def mark(*shown: object) -> str:
    """Return the same for the same; dates and words as JSON has them."""
    return hashlib.sha256(json.dumps(shown, default=str).encode()).hexdigest()


def texts(changes: Changes, now: datetime) -> list[list[str | None]]:
    """Return what a preview tells of each text, in a form for `mark`."""
    lines = (*changes.planned, *changes.kept, *changes.withdrawn, *changes.held_back)
    return [_text(line, now) for line in lines]


def _text(line: Line, now: datetime) -> list[str | None]:
    # What goes at once goes at once whenever the form is sent.
    when = "at once" if line.send_at <= now else write_instant(line.send_at)
    return [line.rule, when, line.body, line.reason]
