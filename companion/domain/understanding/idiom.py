"""
What a language's word lists mean before any treatment is named: made ready once, whatever the names.

Phrases, short forms and manners are brought to one canonical form, the one a text itself is brought to.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from companion.domain.lexicon import Command, Lexicon, Slot
from companion.domain.understanding.phrase_book import PhraseBook, phrase_book
from companion.domain.understanding.phrases import Notation, Phrase, PhraseError, parse
from companion.domain.understanding.words import split

#: Groups of phrases beside those named after an intent.
DENIABLE, NOT_NOW, ASKING, HAVING = "denial signs", "denial after", "denial asking", "denial having"
UNLESS = "unless "
#: What is asked about a treatment named elsewhere in the text.
POINTING = "pointing "

#: Words in a row, and the words they are read as.
Replacement = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Idiom:
    lexicon: Lexicon

    def canonical(self, forms: Sequence[str]) -> list[str]:
        """Put plain words in the form they have in a text that was read; no spelling is mended."""
        found: list[str] = []
        at = 0
        while at < len(forms):
            taken, put = self.replacement(forms, at)
            found += put
            at += taken
        return found

    def key(self, words: str) -> str:
        """Return the words as they would stand in a text that was read: `NEXT 3` is any number's."""
        return " ".join(self.canonical([word.form for word in split(words, self.signs).words]))

    def replacement(self, forms: Sequence[str], at: int) -> tuple[int, tuple[str, ...]]:
        """Return how many of the words are read as others, and as which; one word is at least itself."""
        for words, put in self.replaced.get(forms[at], ()):
            if len(words) == 1 or tuple(forms[at : at + len(words)]) == words:
                return len(words), put
        return 1, (forms[at],)

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """Return every phrase of every group; raises PhraseError naming one that cannot be read."""
        return tuple(p for group, written in _groups(self.lexicon) for p in self._parsed(group, written))

    @cached_property
    def book(self) -> PhraseBook:
        return phrase_book(self.phrases)

    @cached_property
    def commands(self) -> Mapping[str, Command]:
        """Map the group of each command's phrases to it."""
        # The first counts: another language adds words to a command, not another slot.
        return {command.group: command for command in reversed(self.lexicon.commands)}

    @cached_property
    def slots(self) -> Mapping[str, Slot]:
        """Map each intent to what its command carries."""
        return {command.intent: command.slot for command in reversed(self.lexicon.commands)}

    @cached_property
    def verbs(self) -> Mapping[str, frozenset[str]]:
        """Map each intent to the words of its commands."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for command in self.lexicon.commands:
            found[command.intent] |= {self.key(word) for word in command.words}
        return {intent: frozenset(words) for intent, words in found.items()}

    @cached_property
    def carrying_text(self) -> frozenset[str]:
        """Return the words behind which a text of the person's own stands."""
        intents = [intent for intent, slot in self.slots.items() if slot == "text"]
        return frozenset(word for intent in intents for word in self.verbs[intent])

    @cached_property
    def fillers(self) -> frozenset[str]:
        return frozenset(self.key(word) for word in self.lexicon.fillers) | self.lexicon.first_names

    @cached_property
    def lead_ins(self) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(self.canonical(words.split())) for words in self.lexicon.lead_ins)

    @cached_property
    def replaced(self) -> Mapping[str, tuple[Replacement, ...]]:
        """Map the first word of what is read as something else to all of it, the longest first."""
        found: defaultdict[str, list[Replacement]] = defaultdict(list)
        for written, read in self.lexicon.spellings.items():
            words = tuple(written.split())
            found[words[0]].append((words, tuple(read.split())))
        return {first: tuple(sorted(ways, key=lambda way: -len(way[0]))) for first, ways in found.items()}

    @cached_property
    def signs(self) -> dict[str, str]:
        return dict(self.lexicon.signs)

    def _parsed(self, group: str, phrases: Iterable[str]) -> Iterator[Phrase]:
        for written in phrases:
            try:
                yield from parse(group, written, self._notation)
            except PhraseError as error:
                raise PhraseError(error.why, group, written) from error

    @cached_property
    def _notation(self) -> Notation:
        inner = {name: self._plain(words) for name, words in self.lexicon.classes.items()}
        names = self.lexicon.first_names
        # `Pats phone` is read without its apostrophe.
        return Notation({**inner, "name": names | {f"{name}S" for name in names}}, self.canonical)

    def _plain(self, words: Iterable[str]) -> frozenset[str]:
        return frozenset(form for word in words for form in self.canonical([word]))


def _groups(lexicon: Lexicon) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every list of phrases and the name it is kept under."""
    for intent, signs in (
        ("urgent", lexicon.urgent),
        ("distress", lexicon.distress),
        ("bereavement", lexicon.bereavement),
        ("opt_out", lexicon.opt_out_sentences),
        ("wrong_number", lexicon.wrong_number),
    ):
        yield from ((intent, signs.phrases), (UNLESS + intent, signs.unless))
    for command in lexicon.commands:
        yield from ((command.group, command.phrases), (UNLESS + command.group, command.unless))
        yield POINTING + command.group, command.pointing
    denial = lexicon.denial
    yield from ((DENIABLE, denial.signs), (NOT_NOW, denial.after))
    yield from ((ASKING, denial.asking), (HAVING, denial.having))
