"""Staff set a person's treatment and what they are weighing; a text never does the first."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.records import Patient
from companion.services import foresight, plans
from companion.services.foresight import Changes
from companion.services.planned_rows import Difference
from companion.services.setup import Setup
from companion.storage import people

_REASON = "treatment-changed"


@dataclass(frozen=True)
class Choosing:
    """What staff give: ids of treatments."""

    #: The chosen one; None while the person is still choosing.
    treatment: str | None
    #: None: they stay as they are.
    weighing: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Choice:
    patient: Patient
    difference: Difference
    #: The same in words that outlive a dry run.
    changes: Changes


def choose_treatment(setup: Setup, patient_id: int, treatment: str | None, now: datetime) -> Choice:
    """
    Set the chosen treatment, or None while the person is still choosing; idempotent.

    In the same transaction the waiting texts whose words this changes are withdrawn and others planned in
    their place; what has left stays. Raises NotFound for an unknown person or treatment.
    """
    with setup.database.transaction() as session:
        return choose_in(session, setup, patient_id, Choosing(treatment), now)


def choose_in(session: Session, setup: Setup, patient_id: int, new: Choosing, now: datetime) -> Choice:
    """Do what `choose_treatment` does, weighing too, in a transaction that the caller keeps or not."""
    for treatment in (*filter(None, [new.treatment]), *(new.weighing or ())):
        setup.catalogue.treatment(treatment)
    patient = people.patient(session, patient_id)
    before, stood = foresight.snapshot(session, patient), (patient.treatment, patient.weighing)
    patient.treatment = new.treatment
    if new.weighing is not None:
        patient.weighing = list(dict.fromkeys(new.weighing))
    session.add(patient)
    session.flush()
    changed = stood != (patient.treatment, patient.weighing)
    difference = plans.replan(session, setup, patient, now, rewritten=_REASON if changed else None)
    return Choice(patient, difference, foresight.changes(session, patient, before))
