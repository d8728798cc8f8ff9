"""A text as words: folded to capitals, with what was written and where a clause ends kept beside them."""

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

#: Dropped before the text is folded: NFKC would make the acute accent of `can´t` a space.
_APOSTROPHES = re.compile("['’‘`´ʼ′＇]")
_THUMBS_UP = "\N{THUMBS UP SIGN}"
#: Some keyboards write digits as wide as their other letters; one stands for one, so places are kept.
_WIDE_DIGITS = {ord("\N{FULLWIDTH DIGIT ZERO}") + n: str(n) for n in range(10)}
_WORD = r"[^\W_]+(?:['’‘`´ʼ′＇][^\W_]+)*"
_PIECE = re.compile(
    rf"(?P<money>[£$€][0-9]+(?:[.,][0-9]+)*)|(?P<time>[0-9]{{1,2}}[:.][0-9]{{2}}(?=\s?[AaPp][Mm]\b)|[0-9]{{1,2}}:[0-9]{{2}})"
    rf"|(?P<number>[0-9]{{2,3}}(?:[.,][0-9])?(?=[CcFf]\b|°)|[0-9]+(?:[.,][0-9]+)?(?![^\W_]))"
    rf"|(?P<initials>[A-Za-z]\.(?:[A-Za-z]\.)+[A-Za-z]\b)|(?P<word>{_WORD})"
    rf"|(?P<short>(?<=\b[Nn][Oo])\.(?=\s?[0-9]))|(?P<weak>\.\.+|…|[,:/\n–—]|\s-+\s)|(?P<strong>[.!?;()]+)"
    rf"|(?P<sign>[^\w\s])"
)
#: A clinical thermometer's readings that are high, in degrees Celsius and Fahrenheit.
_FEVER_C, _COOL_C, _FEVER_F, _COOL_F = (37.5, 43.0), (34.0, 37.5), (99.5, 108.0), (95.0, 99.5)

#: How the kinds of number stand in a list of words.
FEVER, HOT, COOL, YEAR, NUMBER = "#FEVER", "#HOT", "#COOL", "#YEAR", "#N"
NUMBERS = frozenset({FEVER, HOT, COOL, YEAR, NUMBER})
#: What is said to have been in one of these is over.
_YEARS = range(1930, 2100)


def normalise(text: str) -> str:
    """
    Return the words in upper case, one space between them, apostrophes dropped, all else a space.

    `Can't come!` becomes `CANT COME`. A thumbs-up becomes the word THUMBSUP.
    """
    if text.isascii() and text.isalnum():
        return text.upper()
    bare = _APOSTROPHES.sub("", text.replace(_THUMBS_UP, " thumbsup "))
    folded = unicodedata.normalize("NFKC", bare).upper()
    return " ".join(re.sub(r"[\W_]+", " ", folded).split())


class Word(NamedTuple):
    """One word: folded, and where it stands in the text as written."""

    #: In capitals without apostrophes; a number as #FEVER, #HOT, #COOL, #YEAR or #N.
    form: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Split:
    words: tuple[Word, ...]
    #: For each word, how many sentence ends and how many breaks of any kind stand before it.
    sentence: tuple[int, ...]
    clause: tuple[int, ...]


def digits(written: str) -> list[str]:
    """Return the runs of digits in a part of a text."""
    return re.findall(r"[0-9]+", written.translate(_WIDE_DIGITS))


def split(text: str, signs: dict[str, str]) -> Split:
    """
    Return the words of a text; never raises.

    `signs` gives words for emoji; other signs are left out, as are prices and times of day, so that
    neither is read as a temperature. Dots in a row and commas end a clause, a full stop a sentence.
    """
    words: list[Word] = []
    sentences: list[int] = []
    clauses: list[int] = []
    sentence = clause = 0
    plain = text if text.isascii() else text.translate(_WIDE_DIGITS)
    for piece in _PIECE.finditer(plain):
        kind, raw = piece.lastgroup, piece.group()
        if kind == "short":
            continue
        if kind == "weak":
            clause += 1
            continue
        if kind == "strong":
            clause += 1
            sentence += 1
            continue
        form = _form(kind or "", raw, signs)
        # An emoji stands for itself: `2 please` is over before a smile.
        clause += kind == "sign" and form != ""
        if form:
            words.append(Word(form, piece.start(), piece.end()))
            sentences.append(sentence)
            clauses.append(clause)
            clause += kind == "sign"
    return Split(tuple(words), tuple(sentences), tuple(clauses))


def _form(kind: str, raw: str, signs: dict[str, str]) -> str:
    if kind == "initials":
        return raw.replace(".", "").upper()
    if kind == "word":
        bare = raw if raw.isalnum() else _APOSTROPHES.sub("", raw)
        return (bare if bare.isascii() else unicodedata.normalize("NFKC", bare)).upper()
    if kind == "number":
        return _number(raw)
    if kind == "sign":
        return signs.get(raw, "")
    return NUMBER


def _number(raw: str) -> str:
    whole, point, part = raw.replace(",", ".").partition(".")
    if len(whole) == 4 and not part and int(whole) in _YEARS:
        return YEAR
    if len(whole) > 3 or len(part) > 1:
        return NUMBER
    value = float(f"{whole}.{part or 0}")
    if any(low <= value < high for low, high in (_FEVER_C, _FEVER_F)):
        return FEVER if point else HOT
    return COOL if any(low <= value < high for low, high in (_COOL_C, _COOL_F)) else NUMBER
