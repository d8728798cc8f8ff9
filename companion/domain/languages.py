"""
The languages there are, and which of them a person may be put into.

English is complete. In another language whatever is missing falls back to English, text by text; it can be
chosen for a person only once nothing is lacking that a person in danger or in grief would be sent or text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from companion.domain.catalogue import Catalogue
from companion.errors import InvalidInput, NotFound

ENGLISH = "en"


@dataclass(frozen=True)
class Languages:
    #: By code, English among them.
    catalogues: Mapping[str, Catalogue]
    #: Code -> ids of the texts it does not have, which are English in it; in the catalogue's order.
    falls_back: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Code -> what it must have and does not, before it may be chosen.
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def english(self) -> Catalogue:
        return self.catalogues[ENGLISH]

    @property
    def choosable(self) -> tuple[str, ...]:
        """The codes a person may be put into, English first."""
        return tuple(code for code in self.catalogues if not self.lacks.get(code))

    def known(self, code: str) -> str:
        """Return the code; raises NotFound if there is no such folder."""
        if code not in self.catalogues:
            raise NotFound(f"There is no language {code}. Choose one of: {', '.join(self.catalogues)}.")
        return code

    def chosen(self, code: str) -> str:
        """Return the code if a person may be put into it; raises InvalidInput listing what it lacks."""
        if lacking := self.lacks.get(self.known(code)):
            raise InvalidInput(
                f"The language {code} cannot be chosen yet, because it still lacks: {', '.join(lacking)}."
            )
        return code

    def served(self, code: str) -> str:
        """
        Return the language that a person of this one gets: English once its folder is gone.

        One that has come to lack something is served all the same, text by text.
        """
        return code if code in self.catalogues else ENGLISH

    def english_in(self, code: str) -> frozenset[str]:
        """Return the ids of the texts that are English in this language."""
        return frozenset(self.falls_back.get(code, ()))
