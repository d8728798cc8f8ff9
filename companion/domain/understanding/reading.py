"""A text brought to its canonical form: misspellings led back, short forms written out, runs taken apart."""

import re
from dataclasses import dataclass

from companion.domain.understanding.idiom import Idiom
from companion.domain.understanding.spelling import Speller
from companion.domain.understanding.words import NUMBER, Split, Word, split

#: `Q5`, `ASKED1`: a word and a number run together.
_NUMBERED = re.compile(r"([A-Z]+)[0-9]{1,2}")

#: A name taken apart ends no more words ahead.
_AHEAD = 5


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
    ends: dict[int, int] = {}
    raw = _mended(parts, speller, spelled, ends)
    plain = [form for form, _ in raw]
    joiners, replaced, joined = idiom.lexicon.joiners, idiom.replaced, 0
    at = 0
    while at < len(raw):
        first = raw[at][1]
        place = parts.words[first]
        taken, put = idiom.replacement(plain, at) if plain[at] in replaced else (1, (plain[at],))
        if taken > 1 or first in ends:
            last = raw[at + taken - 1][1]
            place = Word(place.form, place.start, parts.words[ends.get(last, last)].end)
        # A joining word begins a clause of its own.
        joined += put[0] in joiners
        for form in put:
            words.append(place)
            forms.append(form)
            sentence.append(parts.sentence[first])
            clause.append(parts.clause[first] + joined)
        at += taken
    return Reading(tuple(words), tuple(forms), tuple(sentence), tuple(clause), tuple(spelled))


def _mended(
    text: Split, speller: Speller, spelled: list[Spelled], ends: dict[int, int]
) -> list[tuple[str, int]]:
    """
    Return each word as it is meant, with the number of the word it was written as.

    `spelled` is told what was mended, `ends` where one written as several words ends.
    """
    known, begins = speller.known, speller.name_edges
    raw: list[tuple[str, int]] = []
    behind, before = 0, ""
    for at, word in enumerate(text.words):
        form = word.form
        if at < behind:
            continue
        if form in known:
            raw.append((form, at))
        elif (joined := _NUMBERED.fullmatch(form)) and joined.group(1) in known:
            raw += [(joined.group(1), at), (NUMBER, at)]
        elif (form[:2] in begins or before[:2] in begins) and (name := _name_in_pieces(text, at, speller)):
            first, behind, found = name
            while raw and raw[-1][1] >= first:
                raw.pop()
            written = " ".join(word.form for word in text.words[first:behind])
            spelled.append(Spelled(written, found[0], found[1:]))
            raw.append((found[0][0], first))
            ends[first] = behind - 1
        elif found := speller.read(form):
            spelled.append(Spelled(form, found[0], found[1:]))
            raw += [(put, at) for put in found[0]]
        else:
            raw.append((form, at))
        before = form
    return raw


def _name_in_pieces(
    text: Split, at: int, speller: Speller
) -> tuple[int, int, tuple[tuple[str, ...], ...]] | None:
    """Return where a name taken apart that an unknown word belongs to begins and ends, and which it is."""
    start = max(at - 1, 0)
    forms = [word.form for word in text.words[start : at + _AHEAD]]
    for first in dict.fromkeys((at, start)):
        size, found = speller.name_in_pieces(forms, first - start)
        if size > at - first:
            return first, first + size, found
    return None
