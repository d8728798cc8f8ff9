"""Reads the two plain lists of words beside keywords.toml: one word in capital letters a line."""

from collections.abc import Mapping
from pathlib import Path

from companion.domain.understanding import normalise
from companion.errors import ContentError

#: Words that are nobody's misspelling, and names of people.
ORDINARY, NAMES = "ordinary-words.txt", "first-names.txt"


def read_list(path: Path) -> frozenset[str]:
    """Raise ContentError naming the file for one that cannot be read or holds anything but such words."""
    try:
        words = path.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError.at(path.name, "-", f"cannot be read: {error}") from error
    # Texts are compared in capitals without marks: any other word would never be found.
    if wrong := next((word for word in words if normalise(word) != word), None):
        raise ContentError.at(path.name, wrong, f"is never found; write it {normalise(wrong)!r}")
    return frozenset(words)


def lists_of(folder: Path) -> Mapping[str, frozenset[str]]:
    """Return those of the lists that the folder of a translation has, by the file's name."""
    return {name: read_list(folder / name) for name in (ORDINARY, NAMES) if (folder / name).exists()}
