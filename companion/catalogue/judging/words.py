"""
The words people text: none the carrier's, none a slip of the thumb from another, none in its way.

Misspellings are led back to words, but a word that means something is always taken as it stands; so words
one slip apart are told, where people are invited to text one of them or name a treatment with it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from companion.catalogue.judging.problem import Fault, Inquiry, Rule, in_wording
from companion.domain.catalogue import Catalogue, LockedName
from companion.domain.lexicon import Lexicon
from companion.domain.understanding import Grammar, Idiom, Meaning, understand

_INVITED = re.compile(r"\b[A-Z]{2,}(?: [A-Z]{2,})*\b")


@dataclass(frozen=True)
class Word:
    """A word or phrase a person may text, and what it means."""

    file: str
    text: str
    meaning: str


def carrier_word(inquiry: Inquiry) -> Iterator[Fault]:
    """A carrier word in capitals is read as asked for; after `Reply` it is in any case."""
    standards = inquiry.standards
    words = "|".join(sorted(_of_the_carrier(inquiry.catalogue.lexicon) | standards.carrier_words))
    asks = re.compile(rf"\b(?:{words})\b|\b(?i:{re.escape(standards.next_step)}\s+(?:{words}))\b")
    for wording in inquiry.wordings:
        text = wording.text
        for use in standards.carrier_uses:
            text = text.replace(use, " ")
        for found in dict.fromkeys(asks.findall(text)):
            yield in_wording(
                wording,
                f"asks for {found.split()[-1]}, which the carrier acts on by itself",
                "invite another word, or word it as checks.toml lists under carrier_uses",
            )


def near_the_carriers(inquiry: Inquiry) -> Iterator[Fault]:
    """A slip of the thumb must not stop anybody's texts; a misspelt START that starts them does no harm."""
    allowed = {allowance.pair for allowance in inquiry.standards.allowed}
    for word, carriers in _near_the_carriers(inquiry.catalogue):
        if {word.text, carriers} not in allowed:
            yield Fault(
                word.file,
                word.text,
                f"is one slip from {carriers}, which the carrier acts on by itself",
                "take it out, or list the pair in checks.toml under [[allowed]] with the reason",
            )


def near_another(inquiry: Inquiry) -> Iterator[Fault]:
    allowed = {allowance.pair for allowance in inquiry.standards.allowed}
    for one, other in _close_pairs(inquiry):
        if {one.text, other.text} not in allowed:
            yield Fault(
                other.file,
                other.text,
                f"({other.meaning}) is one slip from {one.text} ({one.meaning})",
                "take one out, or list the pair in checks.toml under [[allowed]] with the reason",
            )


def stale_allowance(inquiry: Inquiry) -> Iterator[Fault]:
    """An allowance for words that are gone would one day excuse others."""
    close = {frozenset({one.text, other.text}) for one, other in _close_pairs(inquiry)}
    close |= {frozenset({word.text, carriers}) for word, carriers in _near_the_carriers(inquiry.catalogue)}
    for allowance in inquiry.standards.allowed:
        one, other = sorted(allowance.pair)
        if allowance.pair not in close:
            yield Fault("checks.toml", f"{one} {other}", "allows words that do not lie close", "take it out")


def swallowed(inquiry: Inquiry) -> Iterator[Fault]:
    yield from _names_in_the_way(inquiry.catalogue)
    yield from _taken_for_others(inquiry.catalogue)


def _names_in_the_way(catalogue: Catalogue) -> Iterator[Fault]:
    """Without the name, its words must mean nothing else."""
    nameless = _without_names(catalogue.grammar)
    for word in _names(catalogue):
        meaning = _in_full(word, nameless)
        if _prepares(word.text, catalogue.lexicon):
            meaning = Meaning("prepare")
        if meaning.intent != "free_text" and meaning.treatment != word.meaning:
            why = f"({word.meaning}) stands in the way of {meaning.intent}"
            yield Fault(word.file, word.text, why, "choose another word for it")


def _taken_for_others(catalogue: Catalogue) -> Iterator[Fault]:
    """Every command and every name must mean itself."""
    grammar = catalogue.grammar
    for word in _commands(catalogue) + _names(catalogue):
        meaning = _in_full(word, grammar)
        named = grammar.names.get(word.text)
        if meaning.intent != word.meaning if named is None else meaning != named:
            read = meaning.treatment or meaning.slot or meaning.intent
            why = f"({word.meaning}) is taken for {read}"
            yield Fault(word.file, word.text, why, "take it out of one of the two")


def misread(inquiry: Inquiry) -> Iterator[Fault]:
    """What is read as something else must not be a word of its own, nor lead to or from stopping texts."""
    catalogue = inquiry.catalogue
    exact, stopping = catalogue.grammar.exact, catalogue.lexicon.opt_out
    own = {word.text: word for word in _commands(catalogue) + _names(catalogue)}
    for written, read in _readings(catalogue.lexicon):
        if written in stopping or (stopping & set(read.split()) and not _same_letters(written, read)):
            why = f"is read as {read}: stopping texts is never guessed"
            yield Fault("keywords.toml", written, why, "take it out")
        elif written in own and own[written].text != read and not _same(own[written], exact, read):
            why = f"is read as {read}, and is a word for {own[written].meaning}"
            yield Fault("keywords.toml", written, why, "take it out of one of the two")


def _readings(lexicon: Lexicon) -> list[tuple[str, str]]:
    return [*lexicon.spellings.items(), *lexicon.autocorrected.items()]


def _same_letters(written: str, read: str) -> bool:
    """Say whether only spaces differ: `STOPTEXTING` is what it says."""
    return written.replace(" ", "") == read.replace(" ", "")


def _same(word: Word, exact: Mapping[str, Meaning], read: str) -> bool:
    meaning = exact.get(read)
    return meaning is not None and word.meaning in (meaning.intent, meaning.treatment, meaning.slot)


def _in_full(word: Word, grammar: Grammar) -> Meaning:
    """Return what the word means with everything weighed: as a text of its own it is looked up quickly."""
    return understand(f"{word.text}.", grammar).meaning


def one_edit_apart(one: str, other: str) -> bool:
    """
    Say whether one slip turns one into the other: a letter more, less, other, or two in the wrong order.

    That is a distance of exactly 1 by optimal string alignment (Damerau-Levenshtein, restricted).
    """
    if len(one) == len(other):
        differ = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        if len(differ) != 2:
            return len(differ) == 1
        first, second = differ
        swapped = one[first] == other[second] and one[second] == other[first]
        return second == first + 1 and swapped
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) != 1:
        return False
    return any(long[:n] + long[n + 1 :] == short for n in range(len(long)))


def _near_the_carriers(catalogue: Catalogue) -> Iterator[tuple[Word, str]]:
    lexicon = catalogue.lexicon
    carriers = {
        **dict.fromkeys(lexicon.opt_out, "opt_out"),
        **dict.fromkeys(lexicon.opt_in, "opt_in"),
        **dict.fromkeys(lexicon.carrier_help, "help"),
    }
    autocorrected = [Word("keywords.toml", word, read) for word, read in lexicon.autocorrected.items()]
    for word in [*_commands(catalogue), *_names(catalogue), *autocorrected]:
        for theirs, meaning in sorted(carriers.items()):
            if word.meaning != meaning and one_edit_apart(word.text, theirs):
                yield word, theirs


def _close_pairs(inquiry: Inquiry) -> Iterator[tuple[Word, Word]]:
    names = _names(inquiry.catalogue)
    texted = {name.text for name in names} | _invited(inquiry)
    for one, other in _near_pairs(_commands(inquiry.catalogue) + names):
        asked_for = one.text in texted or other.text in texted
        if asked_for and one.meaning != other.meaning and one_edit_apart(one.text, other.text):
            yield one, other


def _near_pairs(words: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """Yield, in order, every two that are alike once at most one letter of each is gone."""
    sharing: defaultdict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words):
        text = word.text
        for left in {text, *(text[:n] + text[n + 1 :] for n in range(len(text)))}:
            sharing[left].append(place)
    pairs = {pair for places in sharing.values() for pair in combinations(places, 2)}
    return ((words[one], words[other]) for one, other in sorted(pairs))


def _invited(inquiry: Inquiry) -> set[str]:
    """Return the words in capitals in the texts: those people are asked to text, in any language."""
    return {word for wording in inquiry.wordings for word in _INVITED.findall(wording.text)}


def _of_the_carrier(lexicon: Lexicon) -> frozenset[str]:
    return lexicon.opt_out | lexicon.opt_in | lexicon.carrier_help


def _commands(catalogue: Catalogue) -> list[Word]:
    commands = catalogue.lexicon.commands
    return [Word("keywords.toml", word, command.intent) for command in commands for word in command.words]


def _names(catalogue: Catalogue) -> list[Word]:
    """Return the words for treatments, drugs inside a combination, the ground, and locked names."""
    found = [
        Word(f"treatments/{t.id}.toml", alias, t.id)
        for t in catalogue.treatments.values()
        for alias in t.aliases
    ]
    for word, named in catalogue.named.items():
        if isinstance(named, LockedName):
            found.append(Word("locked.toml", word, named.id))
        else:
            file = f"treatments/{named.treatment}.toml" if named.treatment else "ground.toml"
            found.append(Word(file, word, named.item.id))
    return found


def _prepares(word: str, lexicon: Lexicon) -> bool:
    starts = [start for command in lexicon.commands if command.slot == "treatment" for start in command.words]
    return any(word.startswith(f"{start} ") for start in starts)


def _without_names(grammar: Grammar) -> Grammar:
    """Return the same without names; their words are still nobody's misspelling."""
    lexicon = grammar.lexicon
    named = {word for name in grammar.names for word in name.split()}
    idiom = Idiom(replace(lexicon, ordinary=lexicon.ordinary | named))
    return Grammar(idiom, {})


RULES: Mapping[str, Rule] = {
    "carrier-word": carrier_word,
    "near-the-carriers": near_the_carriers,
    "near-another": near_another,
    "stale-allowance": stale_allowance,
    "swallowed": swallowed,
    "misread": misread,
}
