"""Reads offers.toml: how a question begins, and what is never offered for the list."""

from collections.abc import Iterable

from companion.catalogue.keywords import normal_words
from companion.catalogue.tables import Table
from companion.domain.asking import Asking
from companion.domain.understanding import normalise

FILE = "offers.toml"


def read_asking(file: Table, names: Iterable[str], texts: Iterable[str]) -> Asking:
    """
    Return the words; `names` of treatments and medicines are never offered, but for those listed as ordinary.

    `texts` are those of the catalogue, whose words are known. Raises ContentError for a word of no letters.
    """
    ordinary = normal_words(file, "ordinary")
    asking = Asking(
        begins=tuple(sorted(normal_words(file, "begins"))),
        around=tuple(sorted(normal_words(file, "around"))),
        never=tuple(sorted({*_open_ended(file, "never"), *(set(names) - ordinary)})),
        known=frozenset(word for text in texts for word in normalise(text).split()),
    )
    file.finish()
    return asking


def _open_ended(file: Table, key: str) -> Iterable[str]:
    """Take words that may end in a star."""
    for word in file.words(key):
        bare = normalise(word)
        if not bare:
            raise file.wrong(f"{key} holds a word without a letter or digit")
        yield bare + ("*" if word.endswith("*") else "")
