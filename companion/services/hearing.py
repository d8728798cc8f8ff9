"""
In which language a text is understood, and so answered.

Every language also understands English words, above all STOP and signs of illness. A number that people
of different languages share may text in any of theirs: the one in which it says most is the one meant.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlmodel import Session

from companion.domain.catalogue import Catalogue
from companion.domain.languages import ENGLISH, Languages
from companion.domain.understanding import Context, Meaning, Understood, understand
from companion.records import Clinic, Patient
from companion.services.setup import Setup
from companion.services.wordings import catalogue_for

_SAFETY = ("distress", "urgent", "bereavement")
_IN_DANGER = 2
#: Whatever comes with these, they alone are heeded.
_ALONE = frozenset({*_SAFETY, "opt_out", "wrong_number"})
_ABOUT_A_PICTURE = frozenset({"acknowledgement", "choice"})
_NOBODY_KNOWS = Meaning("free_text")


def spoken_by(
    session: Session, setup: Setup, clinic: Clinic, patients: Sequence[Patient]
) -> tuple[Catalogue, ...]:
    """Return the catalogue of each language of these people; English if there is none, and first if mixed."""
    codes = _served(setup.languages, (patient.language for patient in patients))
    return tuple(catalogue_for(session, setup, clinic, code) for code in codes)


def hear(text: str, catalogues: Sequence[Catalogue], context: Context) -> tuple[Understood, Catalogue]:
    """
    Return what the text means, and the catalogue to answer it from.

    Of several: the first in which a person is in danger or somebody died, else the first in which it means
    anything, else the first.
    """
    heard = [(understand(text, catalogue.grammar, context), catalogue) for catalogue in catalogues]
    return max(heard, key=lambda found: _weight(found[0]))


def answered_from(
    session: Session,
    setup: Setup,
    clinic: Clinic,
    understood: Understood,
    heard_in: Catalogue,
    person: Patient,
) -> Catalogue:
    """
    Return the catalogue to answer one of several people from: their own language.

    What is about danger or a death is answered in the language it was said in.
    """
    if _weight(understood) == _IN_DANGER:
        return heard_in
    return spoken_by(session, setup, clinic, [person])[0]


def shared_catalogue(languages: Languages, codes: Iterable[str]) -> Catalogue:
    """Return the catalogue of these people's language, or English if they have several."""
    return languages.catalogues[_served(languages, codes)[0]]


def beside_picture(understood: Understood) -> Understood:
    """
    Return what a text says that came with a picture or a recording, which nobody looks at.

    Thanks and a digit may be about the picture, so they are no answer to anything: without a command it is a
    text nobody understands. Danger, a death, a stop and a wrong number stand as they are.
    """
    if any(understood.has(intent) for intent in _ALONE):
        return understood
    commands = [meaning for meaning in understood.all if meaning.intent not in _ABOUT_A_PICTURE]
    first, *further = commands or [_NOBODY_KNOWS]
    return replace(understood, meaning=first, also=tuple(further), alternatives=())


def watched_beside_picture(understood: Understood) -> Understood:
    """Return it as a text nobody understands too: after an infusion a picture may show a sign of illness."""
    if understood.has("free_text") or any(understood.has(intent) for intent in _ALONE):
        return understood
    return replace(understood, also=(*understood.also, _NOBODY_KNOWS))


def shared_catalogues(languages: Languages, codes: Iterable[str]) -> tuple[Catalogue, ...]:
    """Return the catalogue of each language of these people, as `spoken_by` orders them."""
    return tuple(languages.catalogues[code] for code in _served(languages, codes))


def _served(languages: Languages, codes: Iterable[str]) -> list[str]:
    served = sorted({languages.served(code) for code in codes})
    if len(served) == 1:
        return served
    return [ENGLISH, *(code for code in served if code != ENGLISH)]


def _weight(understood: Understood) -> int:
    """`max` keeps the first of equals."""
    if any(understood.has(intent) for intent in _SAFETY):
        return _IN_DANGER
    return int(understood.meaning.intent != "free_text")
