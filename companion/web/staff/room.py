"""What every page of the staff works with, and who is looking at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import abort, current_app, g
from itsdangerous import URLSafeSerializer

from companion.bootstrap import Clock, Companion
from companion.domain.staff import SignedIn, StaffScope
from companion.services.setup import Setup

_NAME = "companion-staff"


@dataclass(frozen=True)
class Room:
    companion: Companion
    #: Real time: signing in does not follow the demo's clock.
    real_clock: Clock
    #: Signs which browsers have signed in before.
    signer: URLSafeSerializer
    #: Whether browsers reach the pages by https.
    https: bool
    #: What the sign-in pages say, by id.
    words: Mapping[str, str]
    #: What a task is about, by its kind.
    kinds: Mapping[str, str]
    #: What was seen or done, by the audit's own names.
    actions: Mapping[str, str]

    @property
    def setup(self) -> Setup:
        return self.companion.setup


def put_in(room: Room) -> None:
    """Make it known to the current application."""
    current_app.extensions[_NAME] = room


def here() -> Room:
    room: Room = current_app.extensions[_NAME]
    return room


def now() -> datetime:
    """Return the time that visits and texts go by; the demo's where there is one."""
    return here().companion.clock()


def real_now() -> datetime:
    return here().real_clock()


def is_demo() -> bool:
    """Say whether the people are made up and texts reach no real phone."""
    return here().companion.local_carrier is not None


def person_or_none() -> SignedIn | None:
    """Return who is signed in; None for a stranger, and where it could not be found out."""
    found: SignedIn | None = g.get("person")
    return found


def person() -> SignedIn:
    found = person_or_none()
    if found is None:  # the guard lets nobody this far
        abort(403)
    return found


def scope() -> StaffScope:
    """Return at which clinic the person works now; for pages of roles that are of one."""
    found = person().scope
    if found is None:
        abort(403)
    return found
