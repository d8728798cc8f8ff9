"""
What a text that a nurse writes by hand may be: it comes unasked, so it is bound like a reminder.

The caps do not bind it, and it uses nothing of them up: a reminder never gives way to it.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from companion.domain.clock_time import SendingHours
from companion.domain.composing import MAX_SEGMENTS
from companion.domain.privacy import LockScreen
from companion.domain.sms import count_segments, to_gsm7

#: What somebody wrote today is not what they would write the day after tomorrow.
_USEFUL = timedelta(hours=24)

#: `empty`; `long`: more than two segments; `word`: it must not stand on a lock screen; `dates-only`: this
#: person gets dates and times and nothing else; `late`: the visit it tells is before the next sending hours.
Why = Literal["empty", "long", "word", "dates-only", "late"]


@dataclass(frozen=True)
class Problem:
    why: Why
    #: The word that must not stand there.
    word: str = ""


@dataclass(frozen=True)
class Moment:
    """When it leaves, and from when on it is of no use, in UTC."""

    send_at: datetime
    not_useful_after: datetime


def tidied(text: str) -> str:
    """
    Return what was typed as it is sent: look-alikes of cheap letters put in their place, nothing invisible.

    Whoever wrote it reads the result before it goes.
    """
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    seen = ("".join(c for c in to_gsm7(line) if not _is_invisible(c)) for line in lines)
    return "\n".join(" ".join(line.split()) for line in seen).strip()


def problem_of(body: str, lock_screen: LockScreen, dates_only: Collection[str] | None) -> Problem | None:
    """
    Say why a tidied text must not go to this person, or None.

    `dates_only` are the only texts they may be sent, in these words; None: they are not bound to any.
    """
    if not body:
        return Problem("empty")
    if dates_only is not None:
        return None if body in dates_only else Problem("dates-only")
    if word := lock_screen.first_forbidden(body):
        return Problem("word", word)
    return Problem("long") if count_segments(body) > MAX_SEGMENTS else None


def moment(hours: SendingHours, zone: str, now: datetime, visit: datetime | None = None) -> Moment:
    """Return when it goes: at once within sending hours, else when they next begin; before `visit` if any."""
    send_at = hours.next_moment(now, zone)
    ends = send_at + _USEFUL
    return Moment(send_at, ends if visit is None else min(ends, visit))


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") and character != "\t"
