"""What clinics have accepted, by text and exact wording."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from companion.records import Acceptance


def accepted(session: Session, clinic_id: int, language: str) -> frozenset[tuple[str, str]]:
    """Return id and version of each text the clinic has accepted; reads nothing that is encrypted."""
    query = select(Acceptance.item_id, Acceptance.version).where(
        Acceptance.clinic_id == clinic_id, Acceptance.language == language
    )
    return frozenset(session.exec(query).all())


def in_language(session: Session, clinic_id: int, language: str) -> Sequence[Acceptance]:
    """Return what the clinic has accepted, with who did."""
    query = select(Acceptance).where(Acceptance.clinic_id == clinic_id, Acceptance.language == language)
    return session.exec(query).all()


def insert_once(session: Session, new: Acceptance) -> bool:
    """Store it and return True; False if that wording was accepted already, and then the first stands."""
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:
        if (new.item_id, new.version) not in accepted(session, new.clinic_id, new.language):
            raise
        return False
    return True
