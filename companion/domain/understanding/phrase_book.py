"""
All phrases of a language, found anywhere in a text.

Each is looked up by its rarest word, so that a text meets few of them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from companion.domain.understanding.phrases import NAME, Phrase


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
    rarity = _rarities(Counter(element.options for phrase in phrases for element in phrase.elements))
    ways: defaultdict[str, list[_Way]] = defaultdict(list)
    for phrase in phrases:
        elements = phrase.elements
        rarest = sorted(range(len(elements)), key=lambda n: rarity[elements[n].options])
        anchor, second, third = (rarest[min(n, len(rarest) - 1)] for n in range(3))
        needs, wants = phrase.elements[second].options, phrase.elements[third].options
        way = _Way(phrase, anchor, needs, wants, any(element.goes_on for element in phrase.elements))
        for option in phrase.elements[anchor].options:
            ways[option].append(way)
    return PhraseBook({option: tuple(found) for option, found in ways.items()})


def _rarities(together: Mapping[frozenset[str], int]) -> dict[frozenset[str], int]:
    """Return how often any word of each choice is asked for; `together` says how often each choice is."""
    often: Counter[str] = Counter()
    for options, times in together.items():
        for option in options:
            often[option] += times
    weight = {option: times + _short(option) for option, times in often.items()}
    return {options: sum(map(weight.__getitem__, options)) for options in together}


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
