"""
The texts as a clinic's patients get them, for the staff to read: what each is, and who answers for it.

A reviewer is of no clinic and reads the catalogue itself. Nothing here tells of any patient, so nothing of a
look is noted. The number of queries is the same however many texts are read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from companion.domain.catalogue import Catalogue
from companion.domain.languages import ENGLISH
from companion.domain.local_wording import reworded
from companion.domain.showing import Asked, Shown, texts_for
from companion.domain.showing.person import CLINIC, LINE
from companion.domain.staff import StaffScope
from companion.domain.text_state import Shelf, TextState
from companion.records import Acceptance, Clinic, LocalWording
from companion.services.rules_in_use import rules_of
from companion.services.setup import Setup
from companion.services.wordings import own_wordings, signed_catalogue
from companion.storage import acceptances, people
from companion.storage import wordings as stored


@dataclass(frozen=True)
class Words:
    """The texts of one language, as one clinic's patients get them or as the catalogue has them."""

    shelf: Shelf
    #: The texts without a clinic's own words.
    usual: Catalogue
    #: None for a reviewer.
    clinic: Clinic | None
    #: The language codes there are, English first.
    languages: tuple[str, ...]
    #: By id.
    own: Mapping[str, LocalWording]
    #: By id and version.
    accepted: Mapping[tuple[str, str], Acceptance]
    #: Ids of what is English in this language.
    english: frozenset[str]

    @property
    def catalogue(self) -> Catalogue:
        return self.shelf.catalogue

    @property
    def language(self) -> str:
        return self.shelf.catalogue.language

    def acceptance(self, state: TextState) -> Acceptance | None:
        return self.accepted.get((state.item.id, state.item.version))

    def usual_text(self, item_id: str) -> TextState:
        """Return a text without the clinic's own words; raises NotFound."""
        return replace(self.shelf, catalogue=self.usual, own=frozenset()).text(item_id)


def look(setup: Setup, scope: StaffScope | None, language: str, now: datetime) -> Words:
    """Return the texts in a language; raises NotFound for a clinic or a language there is not."""
    setup.languages.known(language)
    with setup.database.reading() as session:
        usual = signed_catalogue(session, setup, language)
        if scope is None:
            return _words(setup, usual, usual, None, (), (), now)
        clinic = people.clinic(session, scope.clinic_id)
        found = reworded(usual, own_wordings(session, setup, clinic, language))
        rows = stored.in_languages(session, scope.clinic_id, {language, ENGLISH})
        accepted = acceptances.in_language(session, scope.clinic_id, language)
        rules = rules_of(setup, clinic)
    return _words(setup, usual, replace(found, reminders=rules), clinic, rows, accepted, now)


def what_a_person_gets(words: Words, asked: Asked) -> tuple[bool, tuple[Shown, ...]]:
    """
    Return every text a person with this treatment and visit gets, as it is sent, in the order they meet them.

    Not what is withheld. The first value says whether anybody can be in that place. Raises NotFound for a
    treatment there is not.
    """
    if asked.treatment is not None:
        words.catalogue.treatment(asked.treatment)
    if words.clinic is not None:
        asked = replace(asked, clinic=words.clinic.name, line=words.clinic.urgent_line)
    person, texts = texts_for(words.catalogue.as_of(words.shelf.today), asked)
    return person.real, texts


def _words(
    setup: Setup,
    usual: Catalogue,
    catalogue: Catalogue,
    clinic: Clinic | None,
    rows: Sequence[LocalWording],
    accepted: Iterable[Acceptance],
    now: datetime,
) -> Words:
    english = setup.languages.english_in(catalogue.language)
    own = _own(rows, catalogue.language, english)
    by_wording = {(row.item_id, row.version): row for row in accepted}
    shelf = Shelf(
        catalogue,
        # Days are UTC days, as they are where a text is withheld.
        today=now.date(),
        accepted=frozenset(by_wording),
        own=frozenset(item_id for item_id in own if _says_other(usual, catalogue, item_id)),
        about_us=_about_us(clinic),
    )
    return Words(shelf, usual, clinic, tuple(setup.languages.catalogues), own, by_wording, english)


def _own(rows: Sequence[LocalWording], language: str, english: frozenset[str]) -> dict[str, LocalWording]:
    """Return the rows that stand in this language, which may be the English ones."""
    borrowed = {row.item_id: row for row in rows if row.language == ENGLISH and row.item_id in english}
    return {**borrowed, **{row.item_id: row for row in rows if row.language == language}}


def _says_other(usual: Catalogue, catalogue: Catalogue, item_id: str) -> bool:
    """Say whether own words are in use: those that fit no more are passed over."""
    ours = next((item for item in catalogue.everything() if item.id == item_id), None)
    theirs = next((item for item in usual.everything() if item.id == item_id), None)
    return ours is not None and theirs is not None and ours.version != theirs.version


def _about_us(clinic: Clinic | None) -> Mapping[str, str]:
    if clinic is None:
        return {"clinic": CLINIC, "line": LINE}
    return {"clinic": clinic.name, "line": clinic.urgent_line}
