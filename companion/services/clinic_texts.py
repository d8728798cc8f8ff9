"""The words one clinic's patients get, in each language they have."""

from collections.abc import Sequence

from sqlmodel import Session

from companion.domain.catalogue import Catalogue
from companion.errors import NotFound
from companion.records import Clinic
from companion.services.setup import Setup
from companion.storage import people

#: Strangers who text a clinic are answered in it, whatever its patients speak.
ENGLISH = "en"


def texts_of(session: Session, setup: Setup, clinic: Clinic, language: str) -> Catalogue:  # noqa: ARG001
    """Return what the clinic's patients get in a language."""
    return setup.catalogue


def texts_in(session: Session, setup: Setup, clinic: Clinic, language: str) -> Catalogue:
    """Raises NotFound for a language that has no texts."""
    found = texts_of(session, setup, clinic, language)
    if found.language != language:
        raise NotFound(f"There are no texts in the language {language!r}.")
    return found


def all_texts(session: Session, setup: Setup, clinic: Clinic) -> Sequence[Catalogue]:
    """Return the texts of each language the clinic's patients have, and the English ones."""
    languages = sorted({ENGLISH, *people.languages(session, clinic.id or 0)})
    found = (texts_of(session, setup, clinic, language) for language in languages)
    return tuple({catalogue.language: catalogue for catalogue in found}.values())
