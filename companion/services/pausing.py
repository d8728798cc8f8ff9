"""When a pause for a time is over, everything is sent again, whether or not anything has happened since."""

from datetime import datetime

from sqlmodel import Session

from companion.domain.pause_length import is_paused
from companion.records import Patient, PatientState


def end_if_over(session: Session, patient: Patient, now: datetime) -> None:
    """Let the stored state catch up with a pause that has ended; idempotent."""
    if patient.state == PatientState.PAUSED and not is_paused(patient, now):
        patient.state, patient.paused_until = PatientState.ACTIVE, None
        session.add(patient)
