"""A text brought to its canonical form: misspellings led back, short forms written out, runs taken apart."""

import re
from dataclasses import dataclass

from companion.domain.understanding.idiom import Idiom
from companion.domain.understanding.spelling import Speller
from companion.domain.understanding.words import NUMBER, Split, Word, split

#: `Q5`, `ASKED1`: a word and a number run together.
_NUMBERED = re.compile(r"([A-Z]+)[0-9]{1,2}")


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
    plain = [form for form, _ in raw]
    joiners, replaced, joined = idiom.lexicon.joiners, idiom.replaced, 0
    at = 0
    while at < len(raw):
        taken, put = idiom.replacement(plain, at) if plain[at] in replaced else (1, (plain[at],))
        first, last = raw[at][1], raw[at + taken - 1][1]
        # A joining word begins a clause of its own.
        joined += put[0] in joiners
        place = Word(plain[at], parts.words[first].start, parts.words[last].end)
        for form in put:
            words.append(place)
            forms.append(form)
            sentence.append(parts.sentence[first])
            clause.append(parts.clause[first] + joined)
        at += taken
    return Reading(tuple(words), tuple(forms), tuple(sentence), tuple(clause), tuple(spelled))


def _mended(text: Split, speller: Speller, spelled: list[Spelled]) -> list[tuple[str, int]]:
    """Return each word as it is meant, with the number of the word it was written as."""
    known = speller.known
    raw: list[tuple[str, int]] = []
    for n, word in enumerate(text.words):
        if word.form in known:
            raw.append((word.form, n))
        elif (joined := _NUMBERED.fullmatch(word.form)) and joined.group(1) in known:
            raw += [(joined.group(1), n), (NUMBER, n)]
        elif found := speller.read(word.form):
            spelled.append(Spelled(word.form, found[0], found[1:]))
            raw += [(form, n) for form in found[0]]
        else:
            raw.append((word.form, n))
    return raw
