"""
What a text means: exact words first, in a fixed order, with nothing guessed.

The order: a lone carrier word; crisis and red flags; a plain statement that somebody died; opt-out
said in a sentence; wrong number; commands; treatments; free text. The first found is the intent, the
further ones are `also`, because effects add up. Punctuation counts in two places alone: an opt-out may be
one clause of a longer text, and "no fever" is no red flag when the clause says nothing else.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from companion.domain.catalogue import Catalogue, LockedName, Topic
from companion.domain.lexicon import Command, Lexicon

#: Dropped before the text is folded: NFKC would make the acute accent of `can´t` a space.
_APOSTROPHES = re.compile("['’‘`´ʼ′＇]")
_THUMBS_UP = "\N{THUMBS UP SIGN}"
_NUMBERS = re.compile(r"[0-9]{1,2}(?:(?: AND)? [0-9]{1,2})*")
_BETWEEN_CLAUSES = re.compile(r"[.,;:!?()\n]+|\b(?:and|but|because)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Context:
    """What the same words may mean here and now."""

    #: The person has opted out, so YES means having texts again.
    stopped: bool = False
    #: The newest text that asked something asked whether they are coming.
    confirm_asked: bool = False
    #: The newest answer was a list of questions, so NEXT means more of it.
    list_shown: bool = False


@dataclass(frozen=True)
class Meaning:
    intent: str
    treatment: str | None = None
    #: What the command carried: numbers as `1 3`, or the person's own words as written.
    slot: str | None = None


@dataclass(frozen=True)
class Understood:
    text: str
    meaning: Meaning
    also: tuple[Meaning, ...] = ()
    #: Meanings as likely as the first: ask which one, do not guess.
    alternatives: tuple[Meaning, ...] = ()

    @property
    def all(self) -> tuple[Meaning, ...]:
        return (self.meaning, *self.also)

    def has(self, intent: str) -> bool:
        return any(meaning.intent == intent for meaning in self.all)


def normalise(text: str) -> str:
    """
    Return the words in upper case, one space between them, apostrophes dropped, all else a space.

    `Can't come!` becomes `CANT COME`. A thumbs-up becomes the word THUMBSUP.
    """
    bare = _APOSTROPHES.sub("", text.replace(_THUMBS_UP, " thumbsup "))
    folded = unicodedata.normalize("NFKC", bare).upper()
    return " ".join(re.sub(r"[\W_]+", " ", folded).split())


def understand(text: str, catalogue: Catalogue, context: Context | None = None) -> Understood:
    """Return what the text means; never raises, and the same text and context mean the same always."""
    words = normalise(text)
    found = list(_meanings(text, words, catalogue, context or Context()))
    return Understood(text, found[0], tuple(found[1:]))


def _meanings(text: str, words: str, catalogue: Catalogue, context: Context) -> Iterator[Meaning]:
    lexicon = catalogue.lexicon
    lone = _carrier_word(words, lexicon, context)
    if lone:
        yield Meaning(lone)
        return
    said = [
        Meaning(intent)
        for intent, found in (
            ("distress", _mentions(words, lexicon.distress)),
            ("urgent", _red_flag(text, words, lexicon)),
            ("bereavement", _mentions(words, lexicon.bereavement)),
        )
        if found
    ]
    # A death outranks red flags, but not crisis.
    if any(m.intent == "bereavement" for m in said):
        said = sorted(said, key=lambda m: ("distress", "bereavement", "urgent").index(m.intent))
    yield from said
    plain = _strip_fillers(words, lexicon)
    rest = (
        _sentence(words, lexicon)
        or _sentence(plain, lexicon)
        or _bare_stop(plain, lexicon)
        or _command(text, words, plain, catalogue, context)
        or _opt_out_clause(text, lexicon)
    )
    if rest is not None:
        yield rest
    elif not said:
        yield Meaning("free_text")


def _carrier_word(words: str, lexicon: Lexicon, context: Context) -> str | None:
    if words in lexicon.opt_out:
        return "opt_out"
    if words in lexicon.opt_in or (words == "YES" and context.stopped):
        return "opt_in"
    return "help" if words in lexicon.carrier_help else None


def _mentions(words: str, phrases: tuple[str, ...]) -> bool:
    spaced = f" {words} "
    return any(f" {phrase} " in spaced for phrase in phrases)


def _red_flag(text: str, words: str, lexicon: Lexicon) -> bool:
    """Say whether a red flag stands anywhere in the text, clauses that only deny one left out."""
    if not _mentions(words, lexicon.urgent):
        return False
    told = [clause for clause in _clauses(text) if not lexicon.denial.is_all_of(clause)]
    # A phrase may reach over punctuation (`38.2`), so what is left is looked at as one.
    return _mentions(" ".join(told), lexicon.urgent)


def _clauses(text: str) -> list[str]:
    return [normalise(part) for part in _BETWEEN_CLAUSES.split(text)]


def _opt_out_clause(text: str, lexicon: Lexicon) -> Meaning | None:
    clauses = (_strip_fillers(clause, lexicon) for clause in _clauses(text))
    return Meaning("opt_out") if any(clause in lexicon.opt_out_sentences for clause in clauses) else None


def _bare_stop(plain: str, lexicon: Lexicon) -> Meaning | None:
    """`Stop xx`, `hi stop`: no lone word to the carrier, and plain enough to us."""
    return Meaning("opt_out") if plain in lexicon.opt_out_alone else None


def _sentence(words: str, lexicon: Lexicon) -> Meaning | None:
    if words in lexicon.opt_out_sentences:
        return Meaning("opt_out")
    return Meaning("wrong_number") if words in lexicon.wrong_number else None


def _strip_fillers(words: str, lexicon: Lexicon) -> str:
    parts = words.split()
    while len(parts) > 1 and parts[0] in lexicon.fillers:
        parts.pop(0)
    while len(parts) > 1 and parts[-1] in lexicon.fillers:
        parts.pop()
    return " ".join(parts)


def _command(text: str, words: str, plain: str, catalogue: Catalogue, context: Context) -> Meaning | None:
    if re.fullmatch(r"[0-9]", plain):
        return Meaning("choice", slot=plain)
    # Whole text first, so that a greeting that is also a command keeps its meaning; and in a text of
    # nothing but greetings (`HI THANK YOU X`) each is looked up, so that thanks stays thanks.
    greetings = _runs_of(words) if plain in catalogue.lexicon.fillers else []
    for candidate in dict.fromkeys((words, plain, *greetings)):
        by_context = _in_context(candidate, catalogue.lexicon, context)
        found = by_context or _named_command(text, candidate, catalogue)
        if found is not None:
            return found
    return None


def _runs_of(words: str, most: int = 8) -> list[str]:
    """Return every run of the first words, the longest first."""
    parts = words.split()[:most]
    sizes = range(len(parts), 0, -1)
    return [" ".join(parts[start : start + size]) for size in sizes for start in range(len(parts) - size + 1)]


def _in_context(words: str, lexicon: Lexicon, context: Context) -> Meaning | None:
    if context.confirm_asked and words in lexicon.confirm_when_asked:
        return Meaning("confirm")
    if context.list_shown and words in lexicon.more_after_list:
        return Meaning("more")
    return None


def _named_command(text: str, words: str, catalogue: Catalogue) -> Meaning | None:
    for command in catalogue.lexicon.commands:
        if words in command.words:
            return Meaning(command.intent)
    if words in catalogue.aliases:
        return Meaning("treatment", treatment=catalogue.aliases[words])
    if words in catalogue.named:
        return _named(catalogue.named[words])
    for command in catalogue.lexicon.commands:
        found = _with_slot(text, words, command, catalogue)
        if found is not None:
            return found
    return None


def _named(named: Topic | LockedName) -> Meaning:
    """A drug inside a combination, the ground, or a name we have no checked text about."""
    if isinstance(named, LockedName):
        return Meaning("treatment", slot=named.id)
    return Meaning("treatment", treatment=named.treatment, slot=named.item.id)


def _with_slot(text: str, words: str, command: Command, catalogue: Catalogue) -> Meaning | None:
    if command.slot == "none":
        return None
    for word in command.words:
        if not words.startswith(word + " "):
            continue
        rest = words[len(word) + 1 :]
        if command.slot == "numbers" and _NUMBERS.fullmatch(rest):
            return Meaning(command.intent, slot=" ".join(re.findall(r"[0-9]+", rest)))
        if command.slot == "treatment" and rest in catalogue.aliases:
            return Meaning(command.intent, treatment=catalogue.aliases[rest])
        if command.slot == "text":
            return Meaning(command.intent, slot=_own_words(text, word))
    return None


def _own_words(text: str, word: str) -> str:
    """Return what stands behind the command word, as the person wrote it."""
    pattern = r"\W*" + r"\W+".join(re.escape(part) for part in word.split()) + r"[\s:,.;-]*"
    match = re.search(pattern, text, re.IGNORECASE)
    return (text[match.end() :] if match else text).strip()
