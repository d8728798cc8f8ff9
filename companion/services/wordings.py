"""Which words a clinic's patients get: their language's as signed, with the clinic's own in place of some."""

from datetime import datetime

from sqlmodel import Session

from companion.domain.catalogue import Catalogue
from companion.domain.languages import ENGLISH
from companion.domain.local_wording import OwnWording, reworded
from companion.domain.signed import with_signatures
from companion.records import Clinic, Patient
from companion.services.setup import Setup
from companion.storage import people, signatures, wordings


def catalogue_for(session: Session, setup: Setup, clinic: Clinic, language: str) -> Catalogue:
    """
    Return the catalogue of a language as this clinic words it.

    English for a language whose folder is gone. What is overdue is in it: callers leave that out with
    `as_of` where they do.
    """
    served = setup.languages.served(language)
    return reworded(signed_catalogue(session, setup, served), own_wordings(session, setup, clinic, served))


def signed_catalogue(session: Session, setup: Setup, language: str) -> Catalogue:
    """
    Return the catalogue of a language there is, with the signatures that were given on the pages.

    They are read again only when there are more of them: what is made ready from a catalogue is kept with it.
    """
    catalogue, count = setup.languages.catalogues[language], signatures.count(session)
    if not count:
        return catalogue
    known, kept = setup.signed.get(language, (0, catalogue))
    if known == count:
        return kept
    given = signatures.everything(session)
    found = with_signatures(catalogue, setup.languages.english_in(language), given)
    # Counted from what was read: another reader may have seen fewer.
    setup.signed[language] = (len(given), found)
    return found


def catalogue_of(session: Session, setup: Setup, patient: Patient, now: datetime) -> Catalogue:
    """
    Return the words the person's reminders are made of: in their language, as their clinic says it.

    What is overdue is left out.
    """
    clinic = people.clinic(session, patient.clinic_id)
    return catalogue_for(session, setup, clinic, patient.language).as_of(now.date())


def own_wordings(session: Session, setup: Setup, clinic: Clinic, language: str) -> list[OwnWording]:
    """
    Return what the clinic says in place of this language's texts.

    Where the language falls back to English, it falls back to the clinic's English.
    """
    own = wordings.of_clinic(session, clinic.id or 0, language)
    if language == ENGLISH:
        return own
    borrowed = setup.languages.english_in(language) - {wording.item_id for wording in own}
    english = wordings.of_clinic(session, clinic.id or 0, ENGLISH)
    return [*own, *(wording for wording in english if wording.item_id in borrowed)]


def catalogue_of_clinic(setup: Setup, clinic_id: int, language: str) -> Catalogue:
    """Return what `catalogue_for` does; raises NotFound for a clinic or a language there is not."""
    with setup.database.reading() as session:
        clinic = people.clinic(session, clinic_id)
        return catalogue_for(session, setup, clinic, setup.languages.known(language))
