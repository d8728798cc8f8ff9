"""What stands on the card that a person is given when they join: whose texts these are, and whom to call."""

from dataclasses import dataclass
from datetime import datetime

from companion.domain.staff import StaffScope
from companion.errors import NotFound
from companion.records import Patient
from companion.services.auditing import Seen, note
from companion.services.setup import Setup
from companion.storage import people


@dataclass(frozen=True)
class Card:
    patient_id: int
    #: For the page around the card: on it a name would tell whose it is.
    name: str
    contact: str
    clinic: str
    #: The number texts come from and go to, E.164.
    number: str
    #: Called day and night, as it is to be read.
    urgent_line: str
    emergency: str
    #: By day, as it is to be read; None: there is none.
    office: str | None


def card(setup: Setup, scope: StaffScope, patient_id: int, real_now: datetime) -> Card:
    """Return it; that it was looked at is noted. Raises NotFound, also for another clinic's person."""
    with setup.database.reading() as session:
        person = session.get(Patient, patient_id)
        if person is None or person.clinic_id != scope.clinic_id:
            raise NotFound.of("patient", patient_id)
        clinic = people.clinic(session, scope.clinic_id)
    with setup.database.transaction() as session:
        note(session, scope, Seen("card-seen", patient_id=patient_id), real_now)
    return Card(
        patient_id=patient_id,
        name=person.name,
        contact=person.contact,
        clinic=clinic.name,
        number=clinic.number,
        urgent_line=clinic.urgent_line,
        emergency=setup.catalogue.lines["emergency"].number,
        office=clinic.office,
    )
