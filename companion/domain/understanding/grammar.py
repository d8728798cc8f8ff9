"""
The words of a language and the names of its treatments, ready for reading: once for a catalogue.

Everything a text is compared with is in the same canonical form the text itself is brought to.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from companion.domain.lexicon import Command, Lexicon
from companion.domain.understanding.idiom import Idiom
from companion.domain.understanding.meanings import Meaning
from companion.domain.understanding.reading import Reading, read
from companion.domain.understanding.spelling import Speller


@dataclass(frozen=True)
class Grammar:
    idiom: Idiom
    #: Every name of a treatment, normalised, and what it means.
    names: Mapping[str, Meaning]

    @property
    def lexicon(self) -> Lexicon:
        return self.idiom.lexicon

    def ready(self) -> "Grammar":
        """Do now what is done once, so that the first person who texts does not wait; return the same."""
        idiom = self.idiom
        # A word nobody knows needs every part of the speller.
        self.named(self.read("mispellled").forms)
        _ = (self.quick, self.exact_by_length, idiom.book, idiom.commands, idiom.slots, idiom.verbs)
        _ = (idiom.carrying_text, idiom.fillers, idiom.lead_ins)
        return self

    def read(self, text: str) -> Reading:
        return read(text, self.idiom, self.speller)

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
        key = self.idiom.key
        found = {key(name): meaning for name, meaning in self.names.items()}
        for written, meant in self.lexicon.autocorrected.items():
            if meant in self.names:
                found.setdefault(key(written), self.names[meant])
        for command in self.lexicon.commands:
            found |= {key(word): Meaning(command.intent, command.treatment) for word in command.words}
            if command.slot == "treatment":
                found |= self._of_treatments(command)
        return found

    def _of_treatments(self, command: Command) -> dict[str, Meaning]:
        """Map the command's words with each name behind them, whatever else the name may mean."""
        instead = self.lexicon.autocorrected
        names = {written: self.names[meant] for written, meant in instead.items() if meant in self.names}
        return {
            self.idiom.key(f"{word} {name}"): Meaning(command.intent, meaning.treatment)
            for word in command.words
            for name, meaning in {**names, **self.names}.items()
            if meaning.treatment
        }

    @cached_property
    def exact_by_length(self) -> Mapping[tuple[str, int], tuple[str, ...]]:
        """Map first letters and lengths to what may be a whole text, for a look at what is nearly one."""
        found: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for key in self.exact:
            found[key[:1], len(key)].append(key)
        return {start: tuple(keys) for start, keys in found.items()}

    @cached_property
    def quick(self) -> Mapping[str, Meaning]:
        """Map the words that mean the same at any time, as most people text them."""
        lexicon = self.lexicon
        asked = lexicon.confirm_when_asked | lexicon.change_when_asked
        shifting = asked | lexicon.more_after_list | {"YES"}
        whole = {w: Meaning(c.intent, c.treatment) for c in lexicon.commands for w in c.words}
        lone = (
            {word: Meaning("opt_out") for word in lexicon.opt_out}
            | {word: Meaning("opt_in") for word in lexicon.opt_in}
            | {word: Meaning("help") for word in lexicon.carrier_help}
        )
        found = {**self.names, **whole, **lone}
        return {word: meaning for word, meaning in found.items() if word not in shifting}

    @cached_property
    def speller(self) -> Speller:
        lexicon, replaced = self.lexicon, set(self.idiom.replaced)
        choices = {element.options for phrase in self.idiom.phrases for element in phrase.elements}
        own = set().union(*choices)
        own |= {word for key in self.exact for word in key.split()}
        plain = {word for word in own if word.isalpha()}
        # Stopping texts is never guessed: those words are found as they are written or not at all.
        stopping = lexicon.opt_out | lexicon.opt_in | lexicon.carrier_help
        written = {word for way in lexicon.spellings for word in way.split()}
        known = plain | lexicon.ordinary | lexicon.first_names | written
        known |= lexicon.confirm_when_asked | lexicon.change_when_asked
        known |= stopping | set(lexicon.autocorrected)
        # A phrase's word without its G is read with it; THIN and WIN are words of their own.
        dropped = {word[:-1] for word in plain if word.endswith("ING") and len(word) > 6}
        known -= dropped - lexicon.ordinary - lexicon.first_names - written
        targets = frozenset(plain - stopping - lexicon.first_names)
        names = frozenset(word for name in self.names for word in name.split())
        return Speller(targets, frozenset(known), names & targets, frozenset(plain | replaced))

    @cached_property
    def _names_by_first(self) -> Mapping[str, tuple[tuple[tuple[str, ...], Meaning], ...]]:
        found: defaultdict[str, list[tuple[tuple[str, ...], Meaning]]] = defaultdict(list)
        for name, meaning in self.names.items():
            words = tuple(self.idiom.canonical(name.split()))
            found[words[0]].append((words, meaning))
        return {first: tuple(sorted(ways, key=lambda way: -len(way[0]))) for first, ways in found.items()}
