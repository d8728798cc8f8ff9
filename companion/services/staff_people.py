"""
Who works where, as those who look after the staff see and change it.

A clinic's administrator sees and changes what is of their clinic; a system administrator all of it. Whoever
acts is looked up again in the transaction of what they do, so that of two who take each other's role at once
one remains.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain.staff import ABSOLUTE, SignedIn, end_of_session
from companion.errors import InvalidInput, NotFound
from companion.records import Role, StaffMembership, StaffSession, StaffUser
from companion.services import staff_accounts
from companion.services.auditing import Seen, note_change
from companion.services.setup import Setup
from companion.services.staff_accounts import Invited, NewStaff
from companion.services.staff_sessions import OpenSession
from companion.storage import members, staff

ROLES_AT_A_CLINIC = (Role.NURSE, Role.CLINIC_ADMIN, Role.REVIEWER)
ROLES_BEYOND_CLINICS = (Role.SYSTEM_ADMIN, Role.REVIEWER)
_ADMINS = (Role.CLINIC_ADMIN, Role.SYSTEM_ADMIN)


@dataclass(frozen=True)
class Member:
    """One role of one person."""

    id: int
    staff_id: int
    name: str
    email: str
    role: Role
    #: None for a role beyond clinics; its name is empty then.
    clinic_id: int | None
    clinic: str
    #: They have chosen a password.
    set_up: bool
    second_factor: bool
    #: Until then the set-up address they were sent works.
    invited_until: datetime | None
    #: It is whoever looks.
    you: bool


@dataclass(frozen=True)
class MemberView:
    member: Member
    #: Those the one who looks may end.
    sessions: tuple[OpenSession, ...]
    #: They have a role too where the one who looks does not look after the staff.
    elsewhere: bool
    roles: tuple[Role, ...]


def list_members(setup: Setup, person: SignedIn, now: datetime) -> Sequence[Member]:
    """Return the roles the person looks after, by clinic and name; those beyond clinics come first."""
    with setup.database.reading() as session:
        rows = members.members(session, _reach(person))
        found = [_member(row, person, now) for row in rows]
    return sorted(
        found, key=lambda one: (one.clinic.casefold(), one.clinic_id or 0, one.name.casefold(), one.id)
    )


def look(setup: Setup, person: SignedIn, member_id: int, now: datetime) -> MemberView:
    """Return one role with its person's sessions; raises NotFound for one the person does not look after."""
    with setup.database.reading() as session:
        row = _find(session, person, member_id)
        sessions = _sessions(session, person, row[1], now)
        elsewhere = _elsewhere(session, person, row[0])
    seen = tuple(
        OpenSession(one.id or 0, one.browser, one.opened_at, one.seen_at, one.id == person.session_id)
        for one in sessions
    )
    return MemberView(_member(row, person, now), seen, elsewhere, roles_at(row[0].clinic_id))


def roles_at(clinic_id: int | None) -> tuple[Role, ...]:
    return ROLES_BEYOND_CLINICS if clinic_id is None else ROLES_AT_A_CLINIC


def invite(setup: Setup, person: SignedIn, new: NewStaff, now: datetime) -> Invited:
    """
    Give somebody a role at a clinic of the person's, or anywhere by a system administrator.

    Raises InvalidInput for what is no address, for a role that is not given there and for somebody who has
    one there already, NotFound for another's clinic.
    """
    if _reach(person) not in (None, new.clinic_id):
        raise NotFound.of("clinic", new.clinic_id)
    _check_role(new.role, new.clinic_id)
    with setup.database.transaction() as session:
        _check_acting(session, person)
        return staff_accounts.join(session, setup, new, now, by=person)


def change_role(setup: Setup, person: SignedIn, member_id: int, role: Role, now: datetime) -> bool:
    """
    Give somebody another role where they have one; return False if it is the one they have.

    Raises NotFound as `look` does, and InvalidInput for one's own and for a role not given there.
    """
    with setup.database.transaction() as session:
        row, colleague = _find_to_change(session, person, member_id)
        _check_role(role, row.clinic_id)
        if row.role == role:
            return False
        told = f"person {colleague.id}, {row.role} to {role}"
        row.role = role
        session.add(row)
        note_change(session, person, row.clinic_id, Seen("role-changed", subject=told), now)
    return True


def take_away(setup: Setup, person: SignedIn, member_id: int, now: datetime) -> None:
    """Take a role from somebody; whoever has no other is signed out. Raises as `change_role` does."""
    with setup.database.transaction() as session:
        row, colleague = _find_to_change(session, person, member_id)
        staff_id = colleague.id or 0
        session.delete(row)
        session.flush()
        if not staff.memberships(session, staff_id):
            colleague.set_up_hash = colleague.set_up_until = None
            session.add(colleague)
            staff.end_sessions(session, staff_id, "role taken", now)
        told = f"person {staff_id}, {row.role}"
        note_change(session, person, row.clinic_id, Seen("role-taken", subject=told), now)


def set_up_anew(setup: Setup, person: SignedIn, member_id: int, now: datetime) -> str:
    """
    Take password, second factor and sessions from somebody; return the token of a new set-up address.

    Raises as `change_role` does, and InvalidInput for somebody who works elsewhere too: the address would
    let whoever holds it in there.
    """
    with setup.database.transaction() as session:
        row, colleague = _find_to_change(session, person, member_id)
        if _elsewhere(session, person, row):
            raise InvalidInput("They work elsewhere too; only a system administrator can set them up anew.")
        token = staff_accounts.set_up_anew(session, setup, colleague.id or 0, now)
        note_change(
            session, person, row.clinic_id, Seen("staff-reset", subject=f"person {colleague.id}"), now
        )
    return token


def end_sessions(
    setup: Setup, person: SignedIn, member_id: int, now: datetime, *, only: int | None = None
) -> int:
    """End the sessions that `look` shows, or `only` that one of them; return how many."""
    with setup.database.transaction() as session:
        row, colleague = _find_to_change(session, person, member_id)
        open_ones = _sessions(session, person, colleague, now)
        chosen = [one.id for one in open_ones if only in (None, one.id)]
        ended = sum(
            staff.end_sessions(session, colleague.id or 0, "by admin", now, only=one) for one in chosen
        )
        told = f"person {colleague.id}, {ended} ended"
        note_change(session, person, row.clinic_id, Seen("sessions-ended", subject=told), now)
    return ended


def _reach(person: SignedIn) -> int | None:
    """Return the clinic whose staff the person looks after; None: all. Raises NotFound for other roles."""
    if person.role not in _ADMINS:
        raise NotFound("You look after nobody's roles.")
    return person.place.clinic_id


def _find(session: Session, person: SignedIn, member_id: int) -> members.Row:
    found = members.member(session, member_id, _reach(person))
    if found is None:
        raise NotFound.of("role", member_id)
    return found


def _find_to_change(session: Session, person: SignedIn, member_id: int) -> tuple[StaffMembership, StaffUser]:
    """Return the role and its person, locked; raises InvalidInput for one's own."""
    _check_acting(session, person)
    row, colleague, _ = _find(session, person, member_id)
    if row.clinic_id != person.place.clinic_id:
        members.lock(session, row.clinic_id)
    if colleague.id == person.staff_id:
        raise InvalidInput("Nobody changes their own role; ask another administrator.")
    return row, staff.user(session, colleague.id or 0)


def _check_acting(session: Session, person: SignedIn) -> None:
    """Raise NotFound if whoever acts does not look after the staff any more."""
    rows = members.lock(session, person.place.clinic_id)
    if not any(row.staff_id == person.staff_id and row.role in _ADMINS for row in rows):
        raise NotFound("You look after nobody's roles.")


def _check_role(role: Role, clinic_id: int | None) -> None:
    if role not in roles_at(clinic_id):
        raise InvalidInput(f"{role} is no role there.")


def _elsewhere(session: Session, person: SignedIn, row: StaffMembership) -> bool:
    reach = _reach(person)
    return reach is not None and members.elsewhere(session, row.staff_id, reach)


def _sessions(session: Session, person: SignedIn, colleague: StaffUser, now: datetime) -> list[StaffSession]:
    rows = staff.open_sessions(session, colleague.id or 0, now - ABSOLUTE)
    return [
        row
        for row in rows
        if end_of_session(row.opened_at, row.seen_at, now) is None and _reach(person) in (None, row.clinic_id)
    ]


def _member(row: members.Row, person: SignedIn, now: datetime) -> Member:
    role, colleague, clinic = row
    until = colleague.set_up_until if colleague.set_up_hash else None
    return Member(
        id=role.id or 0,
        staff_id=role.staff_id,
        name=colleague.name,
        email=colleague.email,
        role=Role(role.role),
        clinic_id=role.clinic_id,
        clinic=clinic.name if clinic else "",
        set_up=colleague.password is not None,
        second_factor=colleague.tf_primary_method is not None,
        invited_until=until if until and until > now else None,
        you=role.staff_id == person.staff_id,
    )
