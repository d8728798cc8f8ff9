"""A text with every phrase found in it: what the decisions about its meaning look at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from companion.domain.understanding.grammar import Grammar
from companion.domain.understanding.idiom import UNLESS
from companion.domain.understanding.meanings import Meaning, Reason
from companion.domain.understanding.phrase_book import Match
from companion.domain.understanding.reading import Reading
from companion.domain.understanding.words import NUMBERS, digits


@dataclass(frozen=True, slots=True)
class Found:
    """One thing the text says, and where."""

    meaning: Meaning
    start: int
    end: int
    #: The phrase or words that speak for it.
    because: str
    #: How many words speak for it.
    size: int = 1

    def overlaps(self, other: "Found") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Heard:
    text: str
    grammar: Grammar
    reading: Reading
    #: Where each treatment's name begins, to where it ends and what it means.
    named: Mapping[int, tuple[int, Meaning]]
    groups: Mapping[str, Sequence[Match]]

    @property
    def forms(self) -> tuple[str, ...]:
        return self.reading.forms

    def all_of(self, group: str) -> Sequence[Match]:
        return self.groups.get(group, ())

    def said(self, group: str) -> list[Match]:
        """Return the phrases of a group that nothing takes back."""
        return [match for match in self.all_of(group) if self.taken_back(group, match) is None]

    def taken_back(self, group: str, match: Match) -> str | None:
        """Return the phrase that takes the other back, as it is written."""
        for unless in self.all_of(UNLESS + group):
            if unless.start < match.end and match.start < unless.end:
                return unless.written
        return None

    @property
    def meant(self) -> Meaning | None:
        """Return the treatment the text is about, by a name that means nothing else."""
        names = [
            meaning
            for start, (end, meaning) in self.named.items()
            if meaning.treatment and not self.grammar.plain(self.forms[start:end])
        ]
        return self.grammar.particular(*names) if names else None

    def is_parted(self, start: int, end: int) -> bool:
        """Say whether a comma or the like stands among the words; a joining word does not part them."""
        clause, joiners = self.reading.clause, self.grammar.lexicon.joiners
        return any(clause[n] != clause[n - 1] and self.forms[n] not in joiners for n in range(start + 1, end))

    def clauses(self) -> Iterator[tuple[int, int]]:
        """Yield where each clause begins and ends."""
        clause, start = self.reading.clause, 0
        for n in range(1, len(clause) + 1):
            if n == len(clause) or clause[n] != clause[start]:
                yield start, n
                start = n

    def bare(self, start: int, end: int) -> tuple[int, int]:
        """Return the words without greetings, thanks and the like around them; at least one is left."""
        fillers, forms = self.grammar.idiom.fillers, self.forms
        while end - start > 1 and forms[start] in fillers:
            start += 1
        while end - start > 1 and forms[end - 1] in fillers:
            end -= 1
        return start, end

    def led(self, start: int, end: int) -> Iterator[int]:
        """Yield where the words begin without more and more of how they are asked for: `CAN I HAVE THE`."""
        leads = self.grammar.idiom.lead_ins
        while size := next(
            (n for n in (5, 4, 3, 2, 1) if start + n < end and self.forms[start : start + n] in leads), 0
        ):
            start += size
            yield start

    def words(self, start: int, end: int) -> str:
        return " ".join(self.forms[start:end])

    def numbers(self, start: int, end: int, verb: frozenset[str] = frozenset()) -> str | None:
        """
        Return the numbers among the words: `1 3`.

        Those in `verb` are the command, as in `FIRST 2`, unless they are the only ones.
        """
        places = [n for n in range(start, end) if not self._is_pronoun(n)]
        if len([n for n in places if self._numbers_at(n)]) > 1:
            places = [n for n in places if n == start + 1 or not self._is_noun(n)]
        others = [n for n in places if self.forms[n] not in verb]
        counted = others if any(self._numbers_at(n) for n in others) else places
        found = [number for n in counted for number in self._numbers_at(n)]
        return " ".join(dict.fromkeys(str(int(n)) for n in found if len(n) < 3)) or None

    def counted_on(self, start: int, end: int) -> tuple[int, int]:
        """Return the words with the numbers that stand before them or go on behind them."""
        first, last = start, end
        while end < len(self.forms) and self._goes_on(self.forms[end]):
            end += 1
            if self._numbers_at(end - 1):
                last = end
        while start > 0 and self._goes_on(self.forms[start - 1]):
            start -= 1
            if self._numbers_at(start):
                first = start
        return first, last

    def _is_pronoun(self, n: int) -> bool:
        """Say whether it is the ONE of `the second one`."""
        before = self.forms[n - 1] if n else ""
        lexicon = self.grammar.lexicon
        return self._is_one(n) and (before in lexicon.kind("that") or before in lexicon.numbers)

    def _is_noun(self, n: int) -> bool:
        """Say whether it is the ONE of `a good one`, where another number is the one that counts."""
        return self._is_one(n) and n > 0 and not self._goes_on(self.forms[n - 1])

    def _is_one(self, n: int) -> bool:
        return self.forms[n] in self.grammar.lexicon.kind("one")

    def behind(self, end: int) -> str | None:
        """Return what stands behind the words, as the person wrote it; None if it holds no word."""
        written = self.text[self.reading.words[end - 1].end :].lstrip(" \t\n:,.;-–").strip()
        return written if any(letter.isalnum() for letter in written) else None

    def between(self, start: int, end: int) -> str:
        """Return some words as the person wrote them."""
        return self.text[self.reading.words[start].start : self.reading.words[end - 1].end]

    def reason(self, found: Found, taken_back: str | None = None) -> Reason:
        words = self.reading.words[found.start : found.end]
        written = self.text[words[0].start : words[-1].end] if words else ""
        return Reason(found.meaning.intent, found.because, written, taken_back)

    def spellings(self) -> Iterator[Reason]:
        for spelled in self.reading.spelled:
            yield Reason("spelling", " ".join(spelled.read), spelled.written)

    def _goes_on(self, form: str) -> bool:
        lexicon = self.grammar.lexicon
        between = form in lexicon.joiners or form in lexicon.kind("counting")
        return between or form in NUMBERS or form in lexicon.numbers

    def _numbers_at(self, n: int) -> list[str]:
        form, word, numbers = self.forms[n], self.reading.words[n], self.grammar.lexicon.numbers
        if form in NUMBERS:
            return digits(self.text[word.start : word.end])
        return [numbers[form]] if form in numbers else []


def hear(text: str, grammar: Grammar) -> Heard:
    reading = grammar.read(text)
    named = grammar.named(reading.forms)
    names = {start: end for start, (end, _) in named.items()}
    groups: dict[str, list[Match]] = {}
    for match in grammar.idiom.book.find(reading.forms, reading.sentence, reading.clause, names):
        groups.setdefault(match.group, []).append(match)
    return Heard(text, grammar, reading, named, groups)


def as_found(intent: str, match: Match) -> Found:
    return Found(Meaning(intent), match.start, match.end, match.written, match.size)
