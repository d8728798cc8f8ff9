"""The words people text: none the carrier's, none a slip of the thumb from another, none in its way."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from companion.catalogue.judging.problem import Fault, Inquiry, Rule, in_wording
from companion.domain.catalogue import Catalogue, LockedName
from companion.domain.lexicon import Lexicon
from companion.domain.understanding import understand


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
    allowed = {allowance.pair for allowance in inquiry.standards.allowed}
    for word in _commands(inquiry.catalogue) + _names(inquiry.catalogue):
        for carriers in sorted(_of_the_carrier(inquiry.catalogue.lexicon)):
            if one_edit_apart(word.text, carriers) and {word.text, carriers} not in allowed:
                yield Fault(
                    word.file,
                    word.text,
                    f"is one slip from {carriers}, which the carrier acts on by itself",
                    "take it out, or list the pair in checks.toml under [[allowed]] with the reason",
                )


def near_another(inquiry: Inquiry) -> Iterator[Fault]:
    allowed = {allowance.pair for allowance in inquiry.standards.allowed}
    for one, other in _close_pairs(inquiry.catalogue):
        if {one.text, other.text} not in allowed:
            yield Fault(
                other.file,
                other.text,
                f"({other.meaning}) is one slip from {one.text} ({one.meaning})",
                "take one out, or list the pair in checks.toml under [[allowed]] with the reason",
            )


def stale_allowance(inquiry: Inquiry) -> Iterator[Fault]:
    """An allowance for words that are gone would one day excuse others."""
    catalogue = inquiry.catalogue
    own = {word.text for word in _commands(catalogue) + _names(catalogue)}
    close = {frozenset({one.text, other.text}) for one, other in _close_pairs(catalogue)}
    for allowance in inquiry.standards.allowed:
        one, other = sorted(allowance.pair)
        with_carrier = allowance.pair & own and allowance.pair & _of_the_carrier(catalogue.lexicon)
        if allowance.pair not in close and not (with_carrier and one_edit_apart(one, other)):
            yield Fault("checks.toml", f"{one} {other}", "allows words that do not lie close", "take it out")


def swallowed(inquiry: Inquiry) -> Iterator[Fault]:
    """Without the name, its words must mean nothing; and every command must mean itself."""
    catalogue = inquiry.catalogue
    nameless = _without_names(catalogue)
    for word in _names(catalogue):
        meaning = understand(word.text, nameless.grammar).meaning.intent
        if _prepares(word.text, catalogue.lexicon):
            meaning = "prepare"
        if meaning != "free_text":
            repair = "choose another word for it"
            yield Fault(word.file, word.text, f"({word.meaning}) stands in the way of {meaning}", repair)
    for word in _commands(catalogue):
        meaning = understand(word.text, catalogue.grammar).meaning.intent
        if meaning != word.meaning:
            repair = "take it out of one of the two"
            yield Fault(word.file, word.text, f"({word.meaning}) is taken for {meaning}", repair)


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


def _close_pairs(catalogue: Catalogue) -> Iterator[tuple[Word, Word]]:
    words = _commands(catalogue) + _names(catalogue)
    for one, other in combinations(words, 2):
        if one.meaning != other.meaning and one_edit_apart(one.text, other.text):
            yield one, other


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


def _without_names(catalogue: Catalogue) -> Catalogue:
    treatments = {t.id: replace(t, aliases=()) for t in catalogue.treatments.values()}
    return replace(catalogue, treatments=treatments, topics=(), locked=())


def _prepares(word: str, lexicon: Lexicon) -> bool:
    starts = [start for command in lexicon.commands if command.slot == "treatment" for start in command.words]
    return any(word.startswith(f"{start} ") for start in starts)


RULES: Mapping[str, Rule] = {
    "carrier-word": carrier_word,
    "near-the-carriers": near_the_carriers,
    "near-another": near_another,
    "stale-allowance": stale_allowance,
    "swallowed": swallowed,
}
