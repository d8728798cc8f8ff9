"""
The words of a language made ready for reading: once for a catalogue, used for every text.

Everything a text is compared with is in the same canonical form the text itself is brought to: short forms
written out, misspellings led back, words run together taken apart.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from companion.domain.lexicon import Command, Lexicon, Signs, Slot
from companion.domain.understanding.meanings import Meaning
from companion.domain.understanding.phrases import Phrase, PhraseBook, parse, phrase_book
from companion.domain.understanding.spelling import Speller
from companion.domain.understanding.words import NUMBER, Split, Word, split

#: Groups of phrases beside those named after an intent.
DENIABLE, NOT_NOW, ASKING, HAVING = "deniable", "denied", "asking", "having"
UNLESS = "unless "
POINTING = "pointing "

_PLAIN_NUMBERS = frozenset({"TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN"})
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
    """A text in canonical form: its words, where they stood, where sentences and clauses end."""

    words: tuple[Word, ...]
    forms: tuple[str, ...]
    sentence: tuple[int, ...]
    clause: tuple[int, ...]
    spelled: tuple[Spelled, ...]


@dataclass(frozen=True)
class Grammar:
    lexicon: Lexicon
    #: Every name of a treatment, normalised, and what it means.
    names: Mapping[str, Meaning]

    def read(self, text: str) -> Reading:
        return self._canonical(split(text, self._signs))

    def canonical(self, forms: Sequence[str]) -> list[str]:
        """Put plain words in the form they have in a text that was read; no spelling is mended."""
        found: list[str] = []
        at = 0
        while at < len(forms):
            taken, put = self._replacement(forms, at)
            found += put
            at += taken
        return found

    def key(self, words: str) -> str:
        return " ".join(self.canonical(words.split()))

    def named(self, forms: Sequence[str]) -> dict[int, tuple[int, Meaning]]:
        """
        Map where each treatment's name begins to where it ends and what it means.

        The longest counts. Names side by side are one: `cord blood transplant`.
        """
        found: dict[int, tuple[int, Meaning]] = {}
        at, before = 0, -1
        while at < len(forms):
            name = self._name_at(forms, at)
            if name is None:
                at += 1
                continue
            end, meaning = name
            if before in found and found[before][0] == at:
                found[before] = (end, self.particular(found[before][1], meaning))
            else:
                found[at], before = name, at
            at = end
        return found

    def particular(self, *named: Meaning) -> Meaning:
        """Return the first that is not merely the kind of treatment another is."""
        general = self.lexicon.general
        return next((one for one in named if one.treatment not in general and one.treatment), named[0])

    def plain(self, forms: Sequence[str]) -> bool:
        """Say whether a name is a word of everyday talk: `match`, `tablets`."""
        return len(forms) == 1 and forms[0] in self.lexicon.ordinary

    def _name_at(self, forms: Sequence[str], at: int) -> tuple[int, Meaning] | None:
        for words, meaning in self._names_by_first.get(forms[at], ()):
            if tuple(forms[at : at + len(words)]) == words:
                return at + len(words), meaning
        return None

    @cached_property
    def exact(self) -> Mapping[str, Meaning]:
        """Map what may be a whole text or clause to its meaning."""
        found = {self.key(name): meaning for name, meaning in self.names.items()}
        for written, meant in self.lexicon.autocorrected.items():
            if meant in self.names:
                found.setdefault(self.key(written), self.names[meant])
        for command in self.lexicon.commands:
            found |= {self.key(word): Meaning(command.intent) for word in command.words}
        return found

    @cached_property
    def quick(self) -> Mapping[str, Meaning]:
        """Map the words that mean the same at any time, as most people text them."""
        shifting = self.lexicon.confirm_when_asked | self.lexicon.more_after_list | {"YES"}
        whole = {w: Meaning(c.intent) for c in self.lexicon.commands for w in c.words}
        lone = (
            {word: Meaning("opt_out") for word in self.lexicon.opt_out}
            | {word: Meaning("opt_in") for word in self.lexicon.opt_in}
            | {word: Meaning("help") for word in self.lexicon.carrier_help}
        )
        found = {**self.names, **whole, **lone}
        return {word: meaning for word, meaning in found.items() if word not in shifting}

    @cached_property
    def book(self) -> PhraseBook:
        return phrase_book(self._phrases())

    @cached_property
    def commands(self) -> Mapping[str, Command]:
        """Map the group of each command's phrases to it."""
        return {command.group: command for command in self.lexicon.commands}

    @cached_property
    def slots(self) -> Mapping[str, Slot]:
        """Map each intent to what its command carries."""
        return {command.intent: command.slot for command in self.lexicon.commands}

    @cached_property
    def fillers(self) -> frozenset[str]:
        return frozenset(self.key(word) for word in self.lexicon.fillers) | self.lexicon.first_names

    @cached_property
    def lead_ins(self) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(self.canonical(words.split())) for words in self.lexicon.lead_ins)

    @cached_property
    def speller(self) -> Speller:
        own = {word for phrase in self._phrases() for element in phrase.elements for word in element.options}
        own |= {word for key in self.exact for word in key.split()}
        plain = {word for word in own if word.isalpha()}
        # Stopping texts is never guessed: those words are found as they are written or not at all.
        stopping = self.lexicon.opt_out | self.lexicon.opt_in | self.lexicon.carrier_help
        known = plain | self.lexicon.ordinary | self.lexicon.first_names | set(self._replaced)
        known |= self.lexicon.confirm_when_asked | stopping | set(self.lexicon.autocorrected)
        targets = frozenset(plain - stopping - self.lexicon.first_names)
        names = frozenset(word for name in self.names for word in name.split())
        return Speller(targets, frozenset(known), names & targets, frozenset(plain | set(self._replaced)))

    def _phrases(self) -> Iterator[Phrase]:
        lexicon = self.lexicon
        for intent, signs in _signs(lexicon):
            yield from self._parsed(intent, signs.phrases)
            yield from self._parsed(UNLESS + intent, signs.unless)
        for command in lexicon.commands:
            yield from self._parsed(command.group, command.phrases)
            yield from self._parsed(UNLESS + command.group, command.unless)
            yield from self._parsed(POINTING + command.group, command.pointing)
        yield from self._parsed(DENIABLE, lexicon.denial.signs)
        yield from self._parsed(NOT_NOW, lexicon.denial.after)
        yield from self._parsed(ASKING, lexicon.denial.asking)
        yield from self._parsed(HAVING, lexicon.denial.having)

    def _parsed(self, group: str, phrases: Iterable[str]) -> Iterator[Phrase]:
        for written in phrases:
            yield from parse(group, written, self._classes, self.canonical)

    @cached_property
    def _classes(self) -> Mapping[str, tuple[str, ...]]:
        inner = {name: self._plain(words) for name, words in self.lexicon.classes.items()}
        return {
            **inner,
            # ONE is more often a word than a number, and so are FIRST and its like.
            "number": tuple(word for word in self.lexicon.numbers if word in _PLAIN_NUMBERS),
            # `Pats phone` is read without its apostrophe.
            "name": (*self.lexicon.first_names, *(f"{name}S" for name in self.lexicon.first_names)),
        }

    def _plain(self, words: Iterable[str]) -> tuple[str, ...]:
        return tuple(form for word in words for form in self.canonical([word]))

    def _canonical(self, text: Split) -> Reading:
        words: list[Word] = []
        forms: list[str] = []
        sentence: list[int] = []
        clause: list[int] = []
        spelled: list[Spelled] = []
        raw = self._mended(text, spelled)
        plain = [form for form, _ in raw]
        joiners, joined = self.lexicon.joiners, 0
        at = 0
        while at < len(raw):
            taken, put = self._replacement(plain, at)
            first, last = raw[at][1], raw[at + taken - 1][1]
            # A joining word begins a clause of its own.
            joined += put[0] in joiners
            place = Word(plain[at], text.words[first].start, text.words[last].end)
            for form in put:
                words.append(place)
                forms.append(form)
                sentence.append(text.sentence[first])
                clause.append(text.clause[first] + joined)
            at += taken
        return Reading(tuple(words), tuple(forms), tuple(sentence), tuple(clause), tuple(spelled))

    def _mended(self, text: Split, spelled: list[Spelled]) -> list[tuple[str, int]]:
        """Return each word as it is meant, with the number of the word it was written as."""
        known, read = self.speller.known, self.speller.read
        raw: list[tuple[str, int]] = []
        for n, word in enumerate(text.words):
            if word.form in known:
                raw.append((word.form, n))
                continue
            if (joined := _NUMBERED.fullmatch(word.form)) and joined.group(1) in known:
                raw += [(joined.group(1), n), (NUMBER, n)]
                continue
            found = read(word.form)
            if not found:
                raw.append((word.form, n))
                continue
            spelled.append(Spelled(word.form, found[0], found[1:]))
            raw += [(form, n) for form in found[0]]
        return raw

    def _replacement(self, forms: Sequence[str], at: int) -> tuple[int, tuple[str, ...]]:
        for words, put in self._replaced.get(forms[at], ()):
            if len(words) == 1 or tuple(forms[at : at + len(words)]) == words:
                return len(words), put
        return 1, (forms[at],)

    @cached_property
    def _replaced(self) -> Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]:
        """What is read as something else, by its first word, the longest first."""
        found: defaultdict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
        for written, read in self.lexicon.spellings.items():
            words = tuple(written.split())
            found[words[0]].append((words, tuple(read.split())))
        return {first: tuple(sorted(ways, key=lambda way: -len(way[0]))) for first, ways in found.items()}

    @cached_property
    def _names_by_first(self) -> Mapping[str, tuple[tuple[tuple[str, ...], Meaning], ...]]:
        found: defaultdict[str, list[tuple[tuple[str, ...], Meaning]]] = defaultdict(list)
        for name, meaning in self.names.items():
            words = tuple(self.canonical(name.split()))
            found[words[0]].append((words, meaning))
        return {first: tuple(sorted(ways, key=lambda way: -len(way[0]))) for first, ways in found.items()}

    @cached_property
    def _signs(self) -> dict[str, str]:
        return dict(self.lexicon.signs)


def _signs(lexicon: Lexicon) -> tuple[tuple[str, Signs], ...]:
    return (
        ("urgent", lexicon.urgent),
        ("distress", lexicon.distress),
        ("bereavement", lexicon.bereavement),
        ("opt_out", lexicon.opt_out_sentences),
        ("wrong_number", lexicon.wrong_number),
    )
