"""The words one clinic's patients get, in each language they have."""

from collections.abc import Sequence

from sqlmodel import Session

from companion.domain.catalogue import Catalogue
from companion.domain.languages import ENGLISH
from companion.errors import NotFound
from companion.records import Clinic
from companion.services.setup import Setup
from companion.services.wordings import catalogue_for
from companion.storage import people


def texts_in(session: Session, setup: Setup, clinic: Clinic, language: str) -> Catalogue:
    """Raises NotFound for a language that has no texts."""
    found = catalogue_for(session, setup, clinic, language)
    if found.language != language:
        raise NotFound(f"There are no texts in the language {language!r}.")
    return found


def all_texts(session: Session, setup: Setup, clinic: Clinic) -> Sequence[Catalogue]:
    """Return the texts of each language the clinic's patients have, and the English ones."""
    languages = sorted({ENGLISH, *people.languages(session, clinic.id or 0)})
    found = (catalogue_for(session, setup, clinic, language) for language in languages)
    return tuple({catalogue.language: catalogue for catalogue in found}.values())
