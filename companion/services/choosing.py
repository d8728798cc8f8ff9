"""Staff set a person's treatment; a text never does."""

from dataclasses import dataclass
from datetime import datetime

from companion.records import Patient
from companion.services import plans
from companion.services.planned_rows import Difference
from companion.services.setup import Setup
from companion.storage import people

_REASON = "treatment-changed"


@dataclass(frozen=True)
class Choice:
    patient: Patient
    difference: Difference


def choose_treatment(setup: Setup, patient_id: int, treatment: str | None, now: datetime) -> Choice:
    """
    Set the chosen treatment, or None while the person is still choosing; idempotent.

    In the same transaction the waiting texts whose words this changes are withdrawn and others planned in
    their place; what has left stays. Raises NotFound for an unknown person or treatment.
    """
    if treatment is not None:
        setup.catalogue.treatment(treatment)
    with setup.database.transaction() as session:
        patient = people.patient(session, patient_id)
        changed = patient.treatment != treatment
        patient.treatment = treatment
        session.add(patient)
        session.flush()
        difference = plans.replan(session, setup, patient, now, rewritten=_REASON if changed else None)
        return Choice(patient, difference)
