"""
Who is signed in, and the rules of it: how long it lasts, when the next try counts, what a password is.

Passwords and pauses follow OWASP ASVS 5.0, chapters 6 and 7: length instead of composition rules, and a
brake that slows whoever guesses without shutting out the person they guess for.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from companion.records.states import Role

#: A ward's computer that nobody has touched for so long belongs to the next person.
IDLE = timedelta(minutes=20)
#: A long shift.
ABSOLUTE = timedelta(hours=12)

SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 200

#: So many slips of the finger cost nothing.
_FREE_TRIES = 5
_LONGEST_PAUSE = timedelta(minutes=15)
#: After so long without a try all is forgotten.
FORGOTTEN_AFTER = timedelta(hours=1)

_FEW_LETTERS = 5
#: A shorter part of an address is in many words.
_TELLING = 3

EndOfSession = Literal["idle", "old"]
PasswordProblem = Literal["short", "long", "own-address", "few-letters"]


@dataclass(frozen=True)
class StaffScope:
    """Who asks a service, as what, and at which clinic; all its queries are bound to that clinic."""

    staff_id: int
    clinic_id: int
    role: Role


@dataclass(frozen=True)
class Place:
    """A clinic a person works for, or everywhere, where `clinic_id` is None."""

    clinic_id: int | None
    #: Empty for everywhere, as is the zone.
    clinic: str
    zone: str
    role: Role


@dataclass(frozen=True)
class SignedIn:
    """A person with an open session."""

    staff_id: int
    name: str
    email: str
    session_id: int
    place: Place
    #: All of them, the present one among them.
    places: tuple[Place, ...]
    #: How many recovery codes are unused.
    recovery_codes: int

    @property
    def role(self) -> Role:
        return self.place.role

    @property
    def scope(self) -> StaffScope | None:
        """What services of a clinic are given; None for a role that is of no clinic."""
        if self.place.clinic_id is None:
            return None
        return StaffScope(self.staff_id, self.place.clinic_id, self.role)


def end_of_session(opened_at: datetime, seen_at: datetime, now: datetime) -> EndOfSession | None:
    """Say whether a session is over by real time, and by which rule."""
    if now - opened_at >= ABSOLUTE:
        return "old"
    return "idle" if now - seen_at >= IDLE else None


def pause_after(failures: int) -> timedelta:
    """Return for how long no try counts after so many failures: 1 s, doubling, at most 15 minutes."""
    if failures < _FREE_TRIES:
        return timedelta(0)
    # Beyond this power the pause has long reached its end, and the number would grow without bound.
    return min(timedelta(seconds=2 ** min(failures - _FREE_TRIES, 20)), _LONGEST_PAUSE)


def password_problem(password: str, email: str) -> PasswordProblem | None:
    """Say what is wrong with a new password; any characters are allowed, spaces too."""
    if len(password) < SHORTEST_PASSWORD:
        return "short"
    if len(password) > LONGEST_PASSWORD:
        return "long"
    if len(set(password.casefold())) < _FEW_LETTERS:
        return "few-letters"
    return "own-address" if _is_of(password.casefold(), _parts(email)) else None


def _parts(email: str) -> Collection[str]:
    name, _, host = email.casefold().partition("@")
    return {email.casefold(), name, host}


def _is_of(password: str, parts: Collection[str]) -> bool:
    """Whether little is left of it without the address."""
    rest = password
    for part in sorted(parts, key=len, reverse=True):
        rest = rest.replace(part, "") if len(part) > _TELLING else rest
    return len(rest) < SHORTEST_PASSWORD // 2
