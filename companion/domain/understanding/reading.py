"""A text brought to its canonical form: misspellings led back, short forms written out, runs taken apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from companion.domain.understanding.idiom import Idiom
from companion.domain.understanding.spelling import Speller
from companion.domain.understanding.words import NUMBER, Split, Word, split

#: `Q5`, `ASKED1`: a word and a number run together.
_NUMBERED = re.compile(r"([A-Z]+)[0-9]{1,2}")

#: A word as it is meant, with the first and last of the words it was written as.
_Piece = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Spelled:
    """A word that was read as another; `others` are as likely."""

    written: str
    read: tuple[str, ...]
    others: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Words in canonical form, the words as written they came from, and where sentences and clauses end."""

    words: tuple[Word, ...]
    forms: tuple[str, ...]
    sentence: tuple[int, ...]
    clause: tuple[int, ...]
    spelled: tuple[Spelled, ...]


def read(text: str, idiom: Idiom, speller: Speller) -> Reading:
    parts = split(text, idiom.signs)
    words: list[Word] = []
    forms: list[str] = []
    sentence: list[int] = []
    clause: list[int] = []
    spelled: list[Spelled] = []
    raw = _mended(parts, speller, spelled)
    plain = [form for form, *_ in raw]
    joiners, replaced, joined = idiom.lexicon.joiners, idiom.replaced, 0
    at = 0
    while at < len(raw):
        first = raw[at][1]
        place = parts.words[first]
        taken, put = idiom.replacement(plain, at) if plain[at] in replaced else (1, (plain[at],))
        last = raw[at + taken - 1][2]
        if last > first:
            place = Word(place.form, place.start, parts.words[last].end)
        # A joining word begins a clause of its own.
        joined += put[0] in joiners
        for form in put:
            words.append(place)
            forms.append(form)
            sentence.append(parts.sentence[first])
            clause.append(parts.clause[first] + joined)
        at += taken
    return Reading(tuple(words), tuple(forms), tuple(sentence), tuple(clause), tuple(spelled))


def _mended(text: Split, speller: Speller, spelled: list[Spelled]) -> list[_Piece]:
    """Return each word as it is meant, with the first and last of the words it was written as."""
    known = speller.known
    raw: list[_Piece] = []
    forms = [word.form for word in text.words]
    at = 0
    while at < len(forms):
        form = forms[at]
        if form in known:
            raw.append((form, at, at))
        elif (joined := _NUMBERED.fullmatch(form)) and joined.group(1) in known:
            raw += [(joined.group(1), at, at), (NUMBER, at, at)]
        elif name := _name_in_pieces(forms, at, speller):
            first, last, found = name
            while raw and raw[-1][1] >= first:
                raw.pop()
            written = " ".join(forms[first : last + 1])
            spelled.append(Spelled(written, found[0], found[1:]))
            raw.append((found[0][0], first, last))
            at = last
        elif found := speller.read(form):
            spelled.append(Spelled(form, found[0], found[1:]))
            raw += [(word, at, at) for word in found[0]]
        else:
            raw.append((form, at, at))
        at += 1
    return raw


def _name_in_pieces(
    forms: Sequence[str], at: int, speller: Speller
) -> tuple[int, int, tuple[tuple[str, ...], ...]] | None:
    """Return the first and last word of a name taken apart that an unknown word belongs to, and which name."""
    for first in (at, at - 1) if at else (at,):
        size, found = speller.name_in_pieces(forms, first)
        if size > at - first:
            return first, first + size - 1, found
    return None
