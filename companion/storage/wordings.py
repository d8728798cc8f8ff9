"""Clinics' own wordings; what a conversation needs of them is read without any key."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from companion.domain.local_wording import OwnWording
from companion.errors import NotFound
from companion.records import Clinic, LocalWording, OutboundKind, OutboundMessage, OutboundState, Patient


def of_clinic(session: Session, clinic_id: int, language: str) -> list[OwnWording]:
    """Return what the clinic says in this language in place of the catalogue's, by id."""
    table = LocalWording
    query = (
        select(table.item_id, table.text, table.push)
        .where(table.clinic_id == clinic_id, table.language == language)
        .order_by(col(table.item_id))
    )
    return [OwnWording(*row) for row in session.exec(query).all()]


def everything(session: Session, clinic_id: int | None) -> Sequence[LocalWording]:
    table = LocalWording
    query = select(table).order_by(col(table.clinic_id), col(table.language), col(table.item_id))
    return session.exec(query if clinic_id is None else query.where(table.clinic_id == clinic_id)).all()


def in_languages(session: Session, clinic_id: int, languages: Collection[str]) -> Sequence[LocalWording]:
    """Return the clinic's own words in these languages, with who wrote them."""
    table = LocalWording
    query = select(table).where(table.clinic_id == clinic_id, col(table.language).in_(languages))
    return session.exec(query.order_by(col(table.item_id))).all()


def one(session: Session, clinic_id: int, language: str, item_id: str) -> LocalWording | None:
    table = LocalWording
    query = select(table).where(
        table.clinic_id == clinic_id, table.language == language, table.item_id == item_id
    )
    return session.exec(query).one_or_none()


def locked_clinic(session: Session, clinic_id: int) -> Clinic:
    """
    Return the clinic, locked against others who would change its wordings; raises NotFound.

    `key_share`: whoever is enrolled or texts meanwhile only points at the clinic and waits for nothing.
    """
    query = select(Clinic).where(Clinic.id == clinic_id).with_for_update(key_share=True)
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound.of("clinic", clinic_id)
    return found


def with_reminders_waiting(session: Session, clinic_id: int) -> list[tuple[int, str]]:
    """Return id and language of each of the clinic's patients who has a reminder waiting, by id."""
    query = (
        select(Patient.id, Patient.language)
        .where(
            Patient.clinic_id == clinic_id,
            col(Patient.id).in_(
                select(OutboundMessage.patient_id).where(
                    OutboundMessage.clinic_id == clinic_id,
                    OutboundMessage.kind == OutboundKind.PUSH,
                    OutboundMessage.state == OutboundState.PENDING,
                )
            ),
        )
        .order_by(col(Patient.id))
    )
    return [(patient_id, language) for patient_id, language in session.exec(query).all() if patient_id]
