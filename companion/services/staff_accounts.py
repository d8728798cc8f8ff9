"""
People on the staff: added, set up by themselves through a one-time address, and set up anew.

The stored person is handed out as it is for the sign-in library to read; what that changes comes back as
single fields, each in a transaction of its own, so that none is held while a password is hashed.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from companion.domain.staff import SignedIn
from companion.errors import InvalidInput, NotFound
from companion.records import Role, StaffMembership, StaffUser
from companion.services.auditing import Seen, note_change, note_person
from companion.services.setup import Setup
from companion.storage import people, staff
from companion.storage.keys import new_token

#: How long a set-up address works.
SET_UP_WITHIN = timedelta(hours=24)
_SET_UP = "set-up"
_LONGEST_EMAIL = 254
_OF_A_CLINIC = (Role.NURSE, Role.CLINIC_ADMIN)
#: Roles that see no patient.
_OF_NO_CLINIC = (Role.SYSTEM_ADMIN,)


@dataclass(frozen=True)
class NewStaff:
    email: str
    role: Role
    #: None: the only clinic there is, or none for a role that is of no clinic.
    clinic_id: int | None = None
    #: As colleagues read it; empty: the part of the address before the `@`.
    name: str = ""


@dataclass(frozen=True)
class Invited:
    staff_id: int
    clinic_id: int | None
    role: Role
    #: For the one-time address; None: they have set themselves up already and sign in as before.
    token: str | None


def add(setup: Setup, new: NewStaff, now: datetime) -> Invited:
    """
    Add a person, or a clinic or role to one who is there; `now` is real time.

    Raises InvalidInput for what is no address and for somebody who has a role there already, NotFound for
    an unknown clinic.
    """
    with setup.database.transaction() as session:
        return join(session, setup, new, now)


def join(session: Session, setup: Setup, new: NewStaff, now: datetime, by: SignedIn | None = None) -> Invited:
    """
    Do what `add` does; `by` is who does it, None the command line.

    Nobody else's set-up address is made anew by a colleague: whoever had it could sign in as them elsewhere.
    """
    email = checked_email(new.email)
    clinic_id = _clinic_of(session, new)
    person = staff.user_with_email(session, setup.hasher.email(email)) or _add(session, setup, new, now)
    staff_id = person.id or 0
    elsewhere = staff.memberships(session, staff_id)
    if staff.membership(session, staff_id, clinic_id):
        raise InvalidInput(f"{email} has a role there already; `companion staff reset` sets them up anew.")
    session.add(StaffMembership(staff_id=staff_id, clinic_id=clinic_id, role=new.role))
    signs_in = person.password or (by and elsewhere)
    token = None if signs_in else _invite(setup, person, now)
    session.add(person)
    added = Seen("staff-added", subject=f"person {staff_id}, {new.role} of {clinic_id or 'all'}")
    note_change(session, by, clinic_id, added, now)
    return Invited(staff_id, clinic_id, new.role, token)


def reset(setup: Setup, email: str, now: datetime) -> Invited:
    """
    Take password, second factor and every open session from a person, and invite them anew.

    For a lost phone and for an account that somebody else got into. Raises NotFound.
    """
    with setup.database.transaction() as session:
        found = staff.user_with_email(session, setup.hasher.email(email))
        if found is None:
            raise NotFound.of("person on the staff with the address", email)
        theirs = staff.memberships(session, found.id or 0)
        if not theirs:
            raise InvalidInput(f"{email} has no role any more; `companion staff add` gives them one.")
        membership, _ = theirs[0]
        token = set_up_anew(session, setup, found.id or 0, now)
        note_person(session, None, Seen("staff-reset", subject=f"person {found.id}"), now)
    return Invited(found.id or 0, membership.clinic_id, Role(membership.role), token)


def set_up_anew(session: Session, setup: Setup, staff_id: int, now: datetime) -> str:
    """Take password, second factor and sessions from a person; return the token of a new set-up address."""
    person = staff.user(session, staff_id)
    person.password = person.tf_primary_method = person.tf_totp_secret = person.mf_recovery_codes = None
    person.fs_uniquifier, person.totp_counter = new_token(), None
    token = _invite(setup, person, now)
    session.add(person)
    staff.end_sessions(session, staff_id, "reset", now)
    return token


def invited(setup: Setup, token: str, now: datetime) -> str | None:
    """Return the address of whom a set-up address still works for, or None."""
    with setup.database.reading() as session:
        found = staff.user_to_set_up(session, setup.hasher.secret(_SET_UP, token), now)
        return found.email if found else None


def choose_password(setup: Setup, token: str, password_hash: str, now: datetime) -> bool:
    """Give the invited person their password, once; return False if the address does not work any more."""
    with setup.database.transaction() as session:
        person = staff.user_to_set_up(session, setup.hasher.secret(_SET_UP, token), now)
        if person is None:
            return False
        person.password, person.set_up_hash, person.set_up_until = password_hash, None, None
        session.add(person)
        note_person(session, person.id, Seen("password-chosen"), now)
    return True


def with_email(setup: Setup, email: str) -> StaffUser | None:
    with setup.database.reading() as session:
        return staff.user_with_email(session, setup.hasher.email(email))


def with_uniquifier(setup: Setup, uniquifier: str) -> StaffUser | None:
    with setup.database.reading() as session:
        return staff.user_with_uniquifier(session, uniquifier)


def change(setup: Setup, staff_id: int, fields: dict[str, Any], now: datetime) -> None:
    """Store what the sign-in library changed of a person; the entry names the fields, never a value."""
    with setup.database.transaction() as session:
        person = staff.user(session, staff_id)
        for name, value in fields.items():
            setattr(person, name, value)
        session.add(person)
        told = ", ".join(sorted(set(fields) - {"fs_uniquifier"}))
        note_person(session, staff_id, Seen("account-changed", subject=told[:80]), now)


def take_code(setup: Setup, staff_id: int, counter: int) -> bool:
    """Use up the code of one time step; return False if it, or a later one, was used before."""
    with setup.database.transaction() as session:
        return staff.take_counter(session, staff_id, counter)


def take_recovery_code(setup: Setup, staff_id: int, code: str, now: datetime) -> bool:
    """Use up a recovery code; of two at once one gets it."""
    with setup.database.transaction() as session:
        person = staff.user(session, staff_id)
        codes: list[str] = json.loads(person.mf_recovery_codes or "[]")
        if code not in codes:
            return False
        codes.remove(code)
        person.mf_recovery_codes = json.dumps(codes)
        session.add(person)
        note_person(session, staff_id, Seen("recovery-code-used", subject=f"{len(codes)} left"), now)
    return True


def _add(session: Session, setup: Setup, new: NewStaff, now: datetime) -> StaffUser:
    email = checked_email(new.email)
    person = StaffUser(
        email=email,
        email_hash=setup.hasher.email(email),
        name=new.name.strip()[:60] or email.partition("@")[0],
        fs_uniquifier=new_token(),
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person


def _invite(setup: Setup, person: StaffUser, now: datetime) -> str:
    token = new_token()
    person.set_up_hash, person.set_up_until = setup.hasher.secret(_SET_UP, token), now + SET_UP_WITHIN
    return token


def _clinic_of(session: Session, new: NewStaff) -> int | None:
    if new.clinic_id is not None:
        if new.role in _OF_NO_CLINIC:
            raise InvalidInput(f"A {new.role} is of no clinic; leave --clinic out.")
        return people.clinic(session, new.clinic_id).id
    if new.role not in _OF_A_CLINIC:
        return None
    known = people.clinics(session)
    if len(known) != 1:
        raise InvalidInput(f"There are {len(known)} clinics; say which with --clinic.")
    return known[0].id


def checked_email(email: str) -> str:
    """Return the address without spaces around it; raises InvalidInput for what is none."""
    name, at, host = email.strip().partition("@")
    plain = (
        at
        and name
        and host
        and "@" not in host
        and not any(c.isspace() or not c.isprintable() for c in email.strip())
    )
    if not plain or len(email) > _LONGEST_EMAIL:
        raise InvalidInput(f"{email[:60]!r} is not an e-mail address; write it as nurse@hospital.example.")
    return email.strip()
