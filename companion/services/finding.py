"""
Finds people of one clinic by name, phone number or hospital reference.

Number and reference are found by their keyed hash. Names are encrypted, so a search by name decrypts the
name of everyone of the clinic: one query, about 0.15 s for 5,000 people. What was typed is not written down.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import parse_wall
from companion.domain.phone import parse_near
from companion.domain.staff import StaffScope
from companion.errors import InvalidPhoneNumber
from companion.records import Clinic, Patient
from companion.services.auditing import Seen, note
from companion.services.setup import Setup
from companion.storage import finding as stored
from companion.storage import people

#: Whoever does not find somebody among so many types more of the name.
MOST = 20
#: A single letter would show the whole clinic.
_SHORTEST = 2
_LONGEST = 200


@dataclass(frozen=True)
class Hit:
    id: int
    name: str
    phone: str
    reference: str | None
    state: str
    contact: str
    #: By the clock where it is; None: none is booked.
    next_visit: datetime | None


@dataclass(frozen=True)
class Found:
    #: By number or reference first, then by name; at most `MOST`.
    hits: tuple[Hit, ...]
    #: How many there are in all.
    count: int
    #: Too little was typed to look for.
    too_short: bool = False


def find(setup: Setup, scope: StaffScope, typed: str, now: datetime, real_now: datetime) -> Found:
    """Return who of the clinic it may be; the search and each person shown are noted at real time."""
    typed = " ".join(typed.split())[:_LONGEST]
    if len(typed) < _SHORTEST:
        return Found((), 0, too_short=True)
    with setup.database.reading() as session:
        clinic = people.clinic(session, scope.clinic_id)
        known = _by_hash(session, setup, clinic, typed)
        ids = list(dict.fromkeys([*known, *_by_name(session, scope.clinic_id, typed)]))
        rows = stored.people(session, scope.clinic_id, ids[:MOST])
        visits = stored.next_visits(session, ids[:MOST], now)
    hits = tuple(_hit(rows[found], visits.get(found)) for found in ids[:MOST])
    with setup.database.transaction() as session:
        note(session, scope, Seen("searched", subject=f"{len(ids)} found"), real_now)
        for hit in hits:
            note(session, scope, Seen("found", patient_id=hit.id), real_now)
    return Found(hits, len(ids))


def _by_hash(session: Session, setup: Setup, clinic: Clinic, typed: str) -> list[int]:
    try:
        phone_hash = setup.hasher.phone(parse_near(typed, clinic.number))
    except InvalidPhoneNumber:
        phone_hash = None
    return stored.ids_of(session, clinic.id or 0, phone_hash, setup.hasher.reference(typed))


def _by_name(session: Session, clinic_id: int, typed: str) -> list[int]:
    """Return whose name has, for each word typed, one that begins so; in the order of their names."""
    looked_for = _words(typed)
    if not any(character.isalpha() for character in typed):
        return []
    rows = [(_words(name), found or 0) for found, name in stored.names(session, clinic_id)]
    matching = [row for row in rows if all(any(w.startswith(part) for w in row[0]) for part in looked_for)]
    return [found for _, found in sorted(matching)]


def _words(name: str) -> list[str]:
    """Return the words of a name without regard to case and accents; O'Neill is also found as oneill."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return re.findall(r"\w+", re.sub(r"['\u2019]", "", plain)) or [plain]


def _hit(person: Patient, wall: str | None) -> Hit:
    return Hit(
        id=person.id or 0,
        name=person.name,
        phone=person.phone,
        reference=person.reference,
        state=person.state,
        contact=person.contact,
        next_visit=parse_wall(wall) if wall else None,
    )
