"""
Whether somebody ever agreed to be texted, as far as the audit tells; if it tells nothing they are asked.

Everybody's record has a consent, but that of somebody who was to be phoned says nothing of texts.
"""

from sqlmodel import Session

from companion.domain.phone import takes_texts
from companion.errors import InvalidInput
from companion.records import Contact, Patient
from companion.services.changing import NewFacts
from companion.storage import person as of_clinic

#: The audit's entry for another way of contact: either texts went before, or consent to them was given then.
CONTACT_CHANGED = "contact-changed"
ENROLLED = "enrolled"


class ConsentMissing(InvalidInput):
    """It is not known that the person agreed to be texted; ask them, and say how they agreed."""


class NotReachedByTexts(InvalidInput):
    """Texts do not reach this number; change the number first, then how they are reached."""


def has_agreed(session: Session, patient: Patient) -> bool:
    """Say whether the person was texted before, or enrolled to be."""
    return patient.contact == Contact.TEXT or any(
        of_clinic.is_noted(session, patient, action, subject)
        for action, subject in ((CONTACT_CHANGED, None), (ENROLLED, str(Contact.TEXT)))
    )


def check(session: Session, patient: Patient, new: NewFacts) -> None:
    """Raise ConsentMissing or NotReachedByTexts for texts that may not or cannot go to the person."""
    if new.contact != Contact.TEXT or patient.contact == Contact.TEXT:
        return
    if takes_texts(patient.phone) is False:
        raise NotReachedByTexts
    if new.consent_by is None and not has_agreed(session, patient):
        raise ConsentMissing
