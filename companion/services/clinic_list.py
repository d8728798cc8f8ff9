"""Every clinic, for those who look after all of them; of patients it says nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from companion.domain.phone import parse_phone
from companion.domain.staff import SignedIn
from companion.errors import InvalidInput
from companion.records import Clinic
from companion.services import clinics
from companion.services.auditing import Seen, note_change
from companion.services.clinic_details import Details, Wrong, wrong_details, wrong_number
from companion.services.setup import Setup
from companion.storage import members, people


@dataclass(frozen=True)
class ClinicLine:
    id: int
    name: str
    #: The one that sends, E.164.
    number: str
    line: str
    #: None: it is not live.
    live_at: datetime | None
    staff: int


def look(setup: Setup) -> Sequence[ClinicLine]:
    """Return every clinic by name."""
    with setup.database.reading() as session:
        found = people.clinics(session)
        staff = members.counts(session)
    lines = (
        ClinicLine(one.id or 0, one.name, one.number, one.urgent_line, one.live_at, staff.get(one.id or 0, 0))
        for one in found
    )
    return sorted(lines, key=lambda one: (one.name.casefold(), one.id))


def add(
    setup: Setup, person: SignedIn, details: Details, number: str, now: datetime, real_now: datetime
) -> Wrong:
    """Add a clinic; returns what is wrong by field, `taken` for a number that is another clinic's."""
    wrong = wrong_details(setup, details) | ({"number"} if wrong_number(number) else set())
    if wrong:
        return wrong
    clinic = Clinic(
        name=clinics.checked_name(setup, details.name),
        number=parse_phone(number),
        urgent_line=clinics.checked_line(details.line),
        zone=details.zone,
        nation=details.nation,
        created_at=now,
    )
    try:
        with setup.database.transaction() as session:
            clinics.insert(session, clinic)
            note_change(session, person, clinic.id, Seen("clinic-added"), real_now)
    except InvalidInput:
        return frozenset({"taken"})
    return frozenset()
