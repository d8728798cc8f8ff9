"""
Phrases: what people say, written down once with its variants, and found anywhere in a text.

A phrase is words with one space between them; templates/sms/README.md explains it to those who write them:
`A|B` one of these, `$name` one of the class of that name, `X?` may be missing, `..` up to three other words,
`..6` up to six, `//` up to six and the end of a sentence too, `#` a number, `@` a treatment by any name,
`<` and `>` the beginning and end of a clause.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from companion.domain.understanding.words import NUMBERS

_GAP = 3
#: A gap that may hold the end of a sentence, and how many words it may hold.
_ON, _ON_GAP = "//", 6
#: Stands for a treatment by any of its names; which one is the reader's to say.
NAME = "@"
_MARKS = frozenset({"<", ">"})
_GAPS = re.compile(r"\.\.[0-9]{0,2}|//")


@dataclass(frozen=True, slots=True)
class Element:
    options: frozenset[str]
    #: How many other words may stand before it.
    gap: int = 0
    #: Whether a treatment's name may stand there.
    is_name: bool = False
    #: Whether a sentence may end before it.
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way a phrase can be said, without anything optional left."""

    #: What it is a sign of.
    group: str
    written: str
    elements: tuple[Element, ...]
    begins: bool
    #: How many words may stand between it and the end of its clause; None means any.
    ends: int | None


@dataclass(frozen=True, slots=True)
class Match:
    group: str
    written: str
    #: First word and the one behind the last.
    start: int
    end: int
    #: How many words it names.
    size: int
    #: Where a treatment's name stands in it, if it holds one.
    name: int | None = None


class PhraseError(ValueError):
    """A phrase that cannot be read; says why and what mends it."""

    def __init__(self, why: str, group: str = "", written: str = "") -> None:
        super().__init__(why)
        self.why, self.group, self.written = why, group, written


def parse(
    group: str,
    written: str,
    classes: Mapping[str, Collection[str]],
    canonical: Callable[[Sequence[str]], Sequence[str]],
) -> Iterator[Phrase]:
    """
    Yield the phrase once for each choice of what may be missing.

    `canonical` gives a run of plain words the form they have in a text that was read. Raises PhraseError.
    """
    parts = _runs(written.split(), canonical)
    begins = parts[:1] == ["<"]
    for inner, ends in _endings(parts[begins:]):
        _check(inner)
        choices = [(part.removesuffix("?"), None) if part.endswith("?") else (part,) for part in inner]
        for chosen in product(*choices):
            elements = tuple(_elements([part for part in chosen if part is not None], classes, canonical))
            if elements:
                yield Phrase(group, written, elements, begins, ends)


def _check(parts: Sequence[str]) -> None:
    """Refuse marks and gaps that stand where they would mean nothing."""
    if any(_MARKS & set(part.removesuffix("?").split("|")) for part in parts):
        raise PhraseError("has a < or > in its middle; < stands first and > last, or take it out")
    if all(part.endswith("?") or _GAPS.match(part) for part in parts):
        raise PhraseError("holds no word that must be there; leave one without ? or take the phrase out")
    for part, following in zip(parts, [*parts[1:], "..."], strict=True):
        if _GAPS.match(part) and (not _GAPS.fullmatch(part) or _GAPS.match(following)):
            raise PhraseError(f"has {part} where no word follows; write .. or ..6 between two words")
    if _GAPS.match(parts[0]):
        raise PhraseError(f"begins with {parts[0]}; other words may always stand before it, so take it out")


def _endings(parts: list[str]) -> Iterator[tuple[list[str], int | None]]:
    """Yield the phrase with its last word, and without it where the end of the clause may stand for it."""
    last = parts[-1].split("|") if parts else []
    if ">" not in last:
        yield parts, None
        return
    words = [option for option in last if option != ">"]
    if words:
        yield [*parts[:-1], "|".join(words)], None
    gap = parts[-2] if len(parts) > 1 and parts[-2].startswith("..") else ""
    yield parts[: -2 if gap else -1], int(gap[2:] or _GAP) if gap else 0


def _runs(parts: list[str], canonical: Callable[[Sequence[str]], Sequence[str]]) -> list[str]:
    """Put runs of plain words in their canonical form, so that `CAN NOT` finds what CANT does."""
    found: list[str] = []
    run: list[str] = []
    for part in [*parts, ""]:
        if part.isalnum():
            run.append(part)
            continue
        found += canonical(run)
        run = []
        if part:
            found.append(part)
    return found


def _elements(
    parts: Sequence[str],
    classes: Mapping[str, Collection[str]],
    canonical: Callable[[Sequence[str]], Sequence[str]],
) -> Iterator[Element]:
    gap, goes_on = 0, False
    for part in parts:
        if _GAPS.match(part):
            goes_on = part == _ON
            gap = _ON_GAP if goes_on else int(part[2:] or _GAP)
            continue
        options = frozenset(
            word for option in part.split("|") for word in _options(option, classes, canonical)
        )
        yield Element(options, gap, NAME in options, goes_on)
        gap, goes_on = 0, False


def _options(
    option: str,
    classes: Mapping[str, Collection[str]],
    canonical: Callable[[Sequence[str]], Sequence[str]],
) -> Collection[str]:
    if option.startswith("$"):
        if option[1:] not in classes:
            raise PhraseError(f"names {option}, which there is not; add it under [classes] or mend the name")
        return classes[option[1:]]
    if option == "#":
        return (*NUMBERS, *classes.get("number", ()))
    if option in NUMBERS or option == NAME:
        return (option,)
    if not option.isalnum() or option != option.upper():
        raise PhraseError(f"holds {option!r}; write a word in capitals, without apostrophe or hyphen")
    # What is read as two words cannot stand for one; its first is the one to look for.
    return canonical([option])[:1]


@dataclass(frozen=True, slots=True)
class _Way:
    phrase: Phrase
    #: The element it is looked up by: the rarest.
    anchor: int
    #: Words of which one must be there as well: those of the next rarest. Most attempts end here.
    needs: frozenset[str]
    #: And one of these, those of the rarest after that: of the attempts that are left most end here.
    wants: frozenset[str]
    #: Whether it may reach over the end of a sentence.
    goes_on: bool


@dataclass(frozen=True)
class PhraseBook:
    """All phrases, looked up by the rarest word of each, so that a text meets few of them."""

    ways: Mapping[str, tuple[_Way, ...]]

    def find(
        self,
        forms: Sequence[str],
        sentence: Sequence[int],
        clause: Sequence[int],
        names: Mapping[int, int],
    ) -> Iterator[Match]:
        """
        Yield every phrase in the words, in no order.

        `names` maps where a treatment's name begins to where it ends. Only a phrase with `//` in it reaches
        over the end of a sentence.
        """
        ends = {end: start for start, end in names.items()}
        text = _Text(forms, sentence, clause, names, ends)
        words = (*enumerate(forms), *((begin, NAME) for begin in names))
        said_in, anywhere = _by_sentence(words, sentence), {form for _, form in words}
        for position, form in words:
            here = said_in[sentence[position]]
            for way in self.ways.get(form, ()):
                said = anywhere if way.goes_on else here
                if way.needs.isdisjoint(said) or way.wants.isdisjoint(said):
                    continue
                if (match := text.match(way, position)) is not None:
                    yield match


def _by_sentence(words: Sequence[tuple[int, str]], sentence: Sequence[int]) -> dict[int, set[str]]:
    """Return the words of each sentence, as hardly any phrase reaches over its end."""
    if not words or sentence[0] == sentence[-1]:
        return {sentence[0]: {form for _, form in words}} if words else {}
    found: dict[int, set[str]] = {}
    for position, form in words:
        found.setdefault(sentence[position], set()).add(form)
    return found


def phrase_book(phrases: Iterable[Phrase]) -> PhraseBook:
    phrases = tuple(phrases)
    often = Counter(option for phrase in phrases for element in phrase.elements for option in element.options)
    ways: defaultdict[str, list[_Way]] = defaultdict(list)
    for phrase in phrases:
        rarity = [
            sum(often[option] + _short(option) for option in element.options) for element in phrase.elements
        ]
        rarest = sorted(range(len(rarity)), key=rarity.__getitem__)
        anchor, second, third = (rarest[min(n, len(rarest) - 1)] for n in range(3))
        needs, wants = phrase.elements[second].options, phrase.elements[third].options
        way = _Way(phrase, anchor, needs, wants, any(element.goes_on for element in phrase.elements))
        for option in phrase.elements[anchor].options:
            ways[option].append(way)
    return PhraseBook({option: tuple(found) for option, found in ways.items()})


def _short(word: str) -> int:
    """Short words are in every text, so that looking one up says little."""
    return 60 if len(word) < 4 else 10 if len(word) == 4 else 0


@dataclass(frozen=True, slots=True)
class _Text:
    forms: Sequence[str]
    sentence: Sequence[int]
    clause: Sequence[int]
    names: Mapping[int, int]
    names_end: Mapping[int, int]

    def match(self, way: _Way, position: int) -> Match | None:
        phrase = way.phrase
        anchor = phrase.elements[way.anchor]
        after = self.names[position] if anchor.is_name and position in self.names else position + 1
        end = self._forward(phrase, way.anchor + 1, after)
        if end is None:
            return None
        start = self._backward(phrase, way.anchor, position)
        if start is None:
            return None
        name = next((n for n in range(start, end) if n in self.names), None)
        holds = any(element.is_name for element in phrase.elements)
        return Match(phrase.group, phrase.written, start, end, len(phrase.elements), name if holds else None)

    def _begins(self, start: int) -> bool:
        return start == 0 or self.clause[start - 1] != self.clause[start]

    def _ends(self, end: int, spare: int | None) -> bool:
        """Say whether the clause ends no more than so many words behind."""
        if spare is None:
            return True
        behind = end + spare
        return behind >= len(self.forms) or self.clause[behind] != self.clause[end - 1]

    def _forward(self, phrase: Phrase, n: int, at: int) -> int | None:
        """Return where the elements from `n` on end, if they stand from `at` on."""
        if n == len(phrase.elements):
            return at if self._ends(at, phrase.ends) else None
        element = phrase.elements[n]
        last = min(at + element.gap, len(self.forms) - 1)
        for place in range(at, last + 1):
            if self.sentence[place] != self.sentence[at - 1] and not element.goes_on:
                return None
            if element.is_name and place in self.names:
                end = self._forward(phrase, n + 1, self.names[place])
            elif self.forms[place] in element.options:
                end = self._forward(phrase, n + 1, place + 1)
            else:
                continue
            if end is not None:
                return end
        return None

    def _backward(self, phrase: Phrase, n: int, at: int) -> int | None:
        """Return where the elements before `n` begin, if they end before `at`."""
        if n == 0:
            return at if not phrase.begins or self._begins(at) else None
        element, following = phrase.elements[n - 1], phrase.elements[n]
        for place in range(at - 1, max(at - 2 - following.gap, -1), -1):
            if self.sentence[place] != self.sentence[at] and not following.goes_on:
                return None
            if element.is_name and place + 1 in self.names_end:
                start = self._backward(phrase, n - 1, self.names_end[place + 1])
            elif self.forms[place] in element.options:
                start = self._backward(phrase, n - 1, place)
            else:
                continue
            if start is not None:
                return start
        return None
