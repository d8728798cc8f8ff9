"""
The life of an outbound text: which state may follow which, and what the provider's answers mean.

docs/states.md draws the same table; a test compares the two.
Provider statuses: Twilio, "Outbound Message Status in Status Callbacks" (read 2026-11).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

from companion.domain.provider_codes import Fault, is_known, meaning_of
from companion.errors import InvalidTransition
from companion.records import OutboundState as S

TRANSITIONS: Mapping[S, frozenset[S]] = {
    S.PENDING: frozenset({S.LEASED, S.WITHDRAWN, S.SUPPRESSED, S.EXPIRED}),
    S.LEASED: frozenset({S.ACCEPTED, S.PENDING, S.FAILED, S.UNKNOWN}),
    S.UNKNOWN: frozenset({S.ACCEPTED, S.PENDING, S.FAILED}),
    S.ACCEPTED: frozenset({S.SENT, S.DELIVERED, S.UNDELIVERED}),
    S.SENT: frozenset({S.DELIVERED, S.UNDELIVERED}),
    S.DELIVERED: frozenset(),
    S.UNDELIVERED: frozenset(),
    S.FAILED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.SUPPRESSED: frozenset(),
    S.EXPIRED: frozenset(),
}

#: A person may have read it, or may yet: a visit told in one of these states has to be corrected.
MAY_HAVE_ARRIVED = frozenset({S.LEASED, S.UNKNOWN, S.ACCEPTED, S.SENT, S.DELIVERED})

#: Lease of a row while it is handed over: longer than the HTTP timeout, so that a living worker keeps it.
LEASE = timedelta(seconds=60)
#: An answer to a text is useful for this long.
REPLY_USEFUL = timedelta(minutes=15)

_REPORTS: Mapping[str, S] = {
    "accepted": S.ACCEPTED,
    "scheduled": S.ACCEPTED,
    "queued": S.ACCEPTED,
    "sending": S.ACCEPTED,
    "sent": S.SENT,
    "delivered": S.DELIVERED,
    "read": S.DELIVERED,
    "undelivered": S.UNDELIVERED,
    "failed": S.UNDELIVERED,
    "canceled": S.UNDELIVERED,
}
_RANK = {S.ACCEPTED: 1, S.SENT: 2, S.DELIVERED: 3, S.UNDELIVERED: 3}


def check_transition(old: S, new: S) -> None:
    """Raise InvalidTransition unless the table has the step."""
    if new not in TRANSITIONS[old]:
        raise InvalidTransition(f"An outbound text cannot go from {old} to {new}; see docs/states.md.")


def path_of_report(state: S, status: str) -> tuple[S, ...]:
    """
    Return the states to go through when the provider reports `status`; empty when nothing changes.

    Reports come repeated and in any order, so they only ever move forward, and finals never move. A
    report for a row whose answer was lost first adopts it. `failed` before the provider ever took the
    text (an answer refused because the person opted out) is our `failed`.
    """
    reported = _REPORTS.get(status)
    if reported is None or state not in (S.LEASED, S.UNKNOWN, S.ACCEPTED, S.SENT):
        return ()
    if state in (S.LEASED, S.UNKNOWN):
        if status == "failed":
            return (S.FAILED,)
        return (S.ACCEPTED,) if reported is S.ACCEPTED else (S.ACCEPTED, reported)
    return (reported,) if _RANK[reported] > _RANK[state] else ()


@dataclass(frozen=True)
class Accepted:
    """The provider took the message and named it."""

    sid: str
    status: str


@dataclass(frozen=True)
class NotTaken:
    """It certainly was not taken, and may be tried again later."""

    reason: str


@dataclass(frozen=True)
class SenderFault:
    """It was not taken, and no text from this number would be: the fault is the account's or the sender's."""

    reason: str
    code: int | None


@dataclass(frozen=True)
class Refused:
    """It certainly was not taken, and never will be as it stands."""

    reason: str
    code: int | None


@dataclass(frozen=True)
class AnswerLost:
    """It may or may not have been taken; only evidence may settle which."""

    reason: str


Outcome = Accepted | NotTaken | SenderFault | Refused | AnswerLost


def judge_refusal(status: int, code: int | None, reason: str) -> Outcome:
    """
    Say what an HTTP answer other than success means.

    429 and the codes for a full queue or a wrong sender are never processed, so they are safe to try
    again; a 5xx may have been (Twilio error 20500), so it is an answer lost.
    """
    if status >= 500:
        return AnswerLost(reason)
    fault = meaning_of(code).fault
    # A redirection is the answer of something that is not the message API.
    if status < 400 or status == 429 or fault is Fault.LATER:
        return NotTaken(reason)
    # Without a code that says more, we were not let in.
    shut_out = status in (401, 403, 404) and not is_known(code)
    if shut_out or fault is Fault.SENDER:
        return SenderFault(reason, code)
    return Refused(reason, code)


def retry_delay(attempts: int, jitter: float) -> timedelta:
    """
    Return how long to wait before trying again after so many attempts: 30 s, doubling, at most 10 min.

    `jitter`, from 0 to 1, adds up to a quarter, so that what failed together does not come back together.
    """
    return timedelta(seconds=min(30 * 2 ** max(attempts - 1, 0), 600)) * (1 + jitter / 4)


def jitter_of(token: str, attempts: int) -> float:
    """Return a number from 0 to 1 that differs from text to text and is the same each time it is asked."""
    return crc32(f"{token}:{attempts}".encode()) / 2**32
