"""
What a clinic is, as its administrator sees and changes it: name, lines, office, watch and pace.

Each change is noted in the transaction that stores it. What is wrong is returned by field and not raised, so
that the page can say at each field how to mend it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from companion.domain.clock_time import check_zone, to_wall
from companion.domain.office_hours import DAYS, parse_office_hours, read_days, write_office_hours
from companion.domain.phone import parse_phone
from companion.domain.reminder_rules import CLOSED_DAYS
from companion.domain.staff import StaffScope
from companion.errors import InvalidInput
from companion.records import Clinic
from companion.services import clinics, welcoming
from companion.services.auditing import Seen, note
from companion.services.clinic_rules import RulesChange
from companion.services.rules_in_use import rules_of
from companion.services.setup import Setup
from companion.storage import people

#: Fields that cannot stand as they were given; empty: all is stored.
Wrong = frozenset[str]
_STORED: Wrong = frozenset()


@dataclass(frozen=True)
class Details:
    name: str
    #: The 24-hour number, as it is to be read.
    line: str
    nation: str
    zone: str


@dataclass(frozen=True)
class Office:
    """An office by day; both empty: there is none."""

    number: str
    #: Seven, Monday first, as they are written: `09:00-12:00, 13:00-17:00`; empty: shut.
    week: tuple[str, ...]


@dataclass(frozen=True)
class ClinicView:
    clinic: Clinic
    #: None without an office.
    office: Office | None
    #: Days on which it stays shut, past ones left out.
    closed: tuple[date, ...]
    #: Some rule keeps off closed days, so that a change of these moves reminders.
    keeps_off: bool


def look(setup: Setup, scope: StaffScope, now: datetime) -> ClinicView:
    with setup.database.reading() as session:
        clinic = people.clinic(session, scope.clinic_id)
    keeps_off = any(CLOSED_DAYS in rule.not_on for rule in rules_of(setup, clinic).rules)
    if clinic.office is None or clinic.office_hours is None:
        return ClinicView(clinic, None, (), keeps_off)
    hours = parse_office_hours(clinic.office_hours)
    closed = tuple(sorted(day for day in hours.closed if day >= _today(clinic, now)))
    return ClinicView(clinic, Office(clinic.office, read_days(hours)), closed, keeps_off)


def wrong_details(setup: Setup, details: Details) -> Wrong:
    """Return which of them cannot stand, by name."""
    checks: Mapping[str, Callable[[], object]] = {
        "name": lambda: clinics.checked_name(setup, details.name),
        "line": lambda: clinics.checked_line(details.line),
        "nation": lambda: clinics.checked_nation(details.nation),
        "zone": lambda: check_zone(details.zone),
    }
    return frozenset(field for field, check in checks.items() if not _stands(check))


def wrong_number(number: str) -> bool:
    """Say whether this cannot be a number that sends texts."""
    return not _stands(lambda: parse_phone(number))


def change_details(setup: Setup, scope: StaffScope, new: Details, now: datetime, real_now: datetime) -> Wrong:
    """Store them, and write what waits in the outbox with them; returns what is wrong with them."""
    if wrong := wrong_details(setup, new):
        return wrong
    with setup.database.transaction() as session:
        clinic = people.clinic_to_change(session, scope.clinic_id)
        before = (clinic.name, clinic.urgent_line, clinic.nation, clinic.zone)
        clinic.name = clinics.checked_name(setup, new.name)
        clinic.urgent_line = clinics.checked_line(new.line)
        clinic.nation, clinic.zone = new.nation, new.zone
        after = (clinic.name, clinic.urgent_line, clinic.nation, clinic.zone)
        named = zip(("name", "24-hour line", "nation", "zone"), before, after, strict=True)
        changed = [name for name, old, given in named if old != given]
        session.add(clinic)
        session.flush()
        # Of what waits, the welcome alone names clinic and line; everything else is filled as it leaves.
        welcoming.write_anew(session, setup, scope.clinic_id, now)
        if changed:
            note(session, scope, Seen("clinic-changed", subject=", ".join(changed)), real_now)
    return _STORED


def change_office(setup: Setup, scope: StaffScope, new: Office, now: datetime, real_now: datetime) -> Wrong:
    """
    Store an office with its hours, or none; its closed days stay. Returns what is wrong: `number`, `week`,
    or `mon` to `sun`.
    """
    if wrong := _wrong_office(new):
        return wrong
    with setup.database.transaction() as session:
        clinic = people.clinic_to_change(session, scope.clinic_id)
        number, hours = None, None
        if new.number:
            number, hours = new.number, write_office_hours(new.week, _closed(clinic))
        if not _stands(lambda: clinics.checked_office(number, hours)):
            return frozenset({"week"})
        clinics.put_office(session, setup, clinic, number, hours, now)
        note(session, scope, Seen("clinic-changed", subject="office" if number else "no office"), real_now)
    return _STORED


def change_closed(
    setup: Setup,
    scope: StaffScope,
    day: date,
    now: datetime,
    real_now: datetime,
    *,
    shut: bool,
    dry_run: bool = False,
) -> RulesChange | None:
    """
    Have the office stay shut on a day, or not any more; past days are forgotten.

    Returns what that does to reminders where they keep off such days. Raises InvalidInput without an office,
    and for more days than can be kept.
    """
    with setup.database.transaction(keep=not dry_run) as session:
        clinic = people.clinic_to_change(session, scope.clinic_id)
        if clinic.office_hours is None:
            raise InvalidInput("The clinic has no office that could be shut.")
        coming = {one for one in _closed(clinic) if one >= _today(clinic, now)}
        days = coming | {day} if shut else coming - {day}
        hours = write_office_hours(read_days(parse_office_hours(clinic.office_hours)), days)
        done = clinics.put_office(session, setup, clinic, clinic.office, hours, now)
        told = f"{'shut' if shut else 'not shut'} on {day.isoformat()}"
        note(session, scope, Seen("clinic-changed", subject=told), real_now)
    return done


def change_watch(setup: Setup, scope: StaffScope, days: int | None, real_now: datetime) -> Wrong:
    """Store for how many days after an infusion muddled words may be a sign of illness."""
    if days is None or not clinics.SHORTEST_WATCH <= days <= clinics.LONGEST_WATCH:
        return frozenset({"days"})
    with setup.database.transaction() as session:
        clinic = people.clinic_to_change(session, scope.clinic_id)
        told = f"watch {clinic.watch_days} to {days} days"
        clinic.watch_days = days
        session.add(clinic)
        note(session, scope, Seen("clinic-changed", subject=told), real_now)
    return _STORED


def change_rate(setup: Setup, scope: StaffScope, rate: float | None, real_now: datetime) -> Wrong:
    """Store how many segments a second the clinic's number may send."""
    if rate is None or not clinics.SLOWEST <= rate <= clinics.FASTEST:
        return frozenset({"rate"})
    with setup.database.transaction() as session:
        clinic = people.clinic_to_change(session, scope.clinic_id)
        told = f"pace {clinic.send_rate:g} to {rate:g} a second"
        clinic.send_rate = rate
        session.add(clinic)
        note(session, scope, Seen("clinic-changed", subject=told), real_now)
    return _STORED


def _wrong_office(new: Office) -> Wrong:
    if not new.number and not any(new.week):
        return _STORED
    wrong = {day for day, hours in zip(DAYS, new.week, strict=True) if hours and not _reads(day, hours)}
    if not any(new.week):
        wrong.add("week")
    if not _stands(lambda: clinics.checked_office(new.number, "mon 09:00-17:00")):
        wrong.add("number")
    return frozenset(wrong)


def _reads(day: str, hours: str) -> bool:
    # A semicolon would begin another part, which is of another day.
    return ";" not in hours and _stands(lambda: parse_office_hours(f"{day} {hours}"))


def _stands(check: Callable[[], object]) -> bool:
    try:
        check()
    except InvalidInput:
        return False
    return True


def _closed(clinic: Clinic) -> frozenset[date]:
    return parse_office_hours(clinic.office_hours).closed if clinic.office_hours else frozenset()


def _today(clinic: Clinic, now: datetime) -> date:
    return to_wall(now, clinic.zone).date()
