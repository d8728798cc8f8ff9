"""What a clinic's administrator still has to do before the clinic works; nothing once all of it is done."""

from dataclasses import dataclass
from datetime import datetime

from companion.domain.staff import StaffScope
from companion.errors import InvalidInput
from companion.records import Role
from companion.services import going_live
from companion.services.auditing import Author
from companion.services.setup import Setup
from companion.storage import first_steps as stored
from companion.storage import people


@dataclass(frozen=True)
class FirstSteps:
    office: bool
    colleague: bool
    #: Texts that are drafts or overdue and not accepted; none once the clinic is live.
    open_texts: int
    #: Live, or in no need of it because no text reaches a real phone.
    live: bool
    patient: bool
    visit: bool

    @property
    def done(self) -> int:
        return sum((self.office, self.colleague, self.live, self.patient, self.visit))

    @property
    def of(self) -> int:
        return 5


def look(setup: Setup, scope: StaffScope, now: datetime) -> FirstSteps | None:
    """Return how far the clinic has come; None for who does not look after it, and once all is done."""
    if scope.role != Role.CLINIC_ADMIN:
        return None
    with setup.database.reading() as session:
        clinic = people.clinic(session, scope.clinic_id)
        live = clinic.live_at is not None or not setup.reaches_phones
        found = FirstSteps(
            office=clinic.office is not None,
            colleague=stored.has_colleague(session, scope.clinic_id, scope.staff_id),
            open_texts=0 if live else len(going_live.all_open(session, setup, clinic, now)),
            live=live,
            patient=stored.has_patient(session, scope.clinic_id),
            visit=stored.has_visit(session, scope.clinic_id),
        )
    return None if found.done == found.of else found


def open_texts(setup: Setup, scope: StaffScope, now: datetime) -> int:
    """Return how many texts stand between the clinic and going live."""
    with setup.database.reading() as session:
        return len(going_live.all_open(session, setup, people.clinic(session, scope.clinic_id), now))


def go_live(setup: Setup, scope: StaffScope, now: datetime, real_now: datetime) -> bool:
    """Take the clinic live; return False if texts still stand in the way. Idempotent."""
    try:
        going_live.go_live(setup, scope.clinic_id, now, Author(scope, real_now))
    except InvalidInput:
        return False
    return True
