"""
What a text means: in a fixed order, with nothing guessed where guessing hurts.

The order: a lone carrier word; crisis and red flags; a plain statement that somebody died; opt-out
said in a sentence; wrong number; commands; treatments; free text. The first found is the intent, the
further ones are `also`, because effects add up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from companion.domain.understanding.grammar import Grammar
from companion.domain.understanding.heard import Heard, hear
from companion.domain.understanding.meanings import Context, Meaning, Reason, Understood
from companion.domain.understanding.nearly import UNGUESSED, nearly, other_readings
from companion.domain.understanding.requests import requests
from companion.domain.understanding.signs import signs

#: Texts are read as far as this: the longest a phone sends is 1,600, and time is not for the taking.
FURTHEST = 3200

_FREE = Meaning("free_text")
#: Taken for what it is wherever it may be meant.
_DANGER = frozenset({"distress", "urgent"})
#: Neither asked about nor offered: safety wins outright, stopping is never guessed.
_UNASKED = _DANGER | UNGUESSED | {"free_text"}


def understand(text: str, grammar: Grammar, context: Context | None = None) -> Understood:
    """Return what the text means; never raises, and the same text and context mean the same always."""
    quick = grammar.quick.get(text.strip().upper())
    if quick is not None:
        return Understood(text, quick, reasons=(Reason(quick.intent, "whole text", text),))
    heard, context = hear(text[:FURTHEST], grammar), context or Context()
    if lone := _carrier_word(heard, context):
        return Understood(text, Meaning(lone), reasons=(Reason(lone, "carrier word", text),))
    found = [*signs(heard), *requests(heard, context)]
    guessed = [] if found else nearly(heard)
    again = [understand(other, grammar, context) for other in other_readings(heard)]
    if dangerous := next((other for other in again if other.meaning.intent in _DANGER), None):
        return replace(dangerous, text=text)
    found = found or guessed[:1]
    meanings = list(dict.fromkeys(one.meaning for one in found)) or [_FREE]
    others = [*(one.meaning for one in guessed[1:]), *(other.meaning for other in again)]
    reasons = (*(heard.reason(one) for one in found), *heard.spellings())
    return Understood(
        text, meanings[0], tuple(meanings[1:]), _alternatives(heard, meanings[0], others), reasons
    )


def _carrier_word(heard: Heard, context: Context) -> str | None:
    words = " ".join(word.form for word in heard.reading.words)
    lexicon = heard.grammar.lexicon
    if words in lexicon.opt_out:
        return "opt_out"
    if words in lexicon.opt_in or (words == "YES" and context.stopped):
        return "opt_in"
    return "help" if words in lexicon.carrier_help else None


def _alternatives(heard: Heard, first: Meaning, others: Sequence[Meaning]) -> tuple[Meaning, ...]:
    """Return what else a short text may mean, and the names a misspelt one may as well have been."""
    if first.intent in _UNASKED:
        return ()
    offered = [other for other in others if other.intent not in _UNASKED]
    if first.intent in ("treatment", "prepare"):
        offered += _names(heard, first)
    return tuple(dict.fromkeys(meaning for meaning in offered if meaning != first))


def _names(heard: Heard, first: Meaning) -> Iterator[Meaning]:
    names = heard.grammar.names
    for spelled in heard.reading.spelled:
        for other in spelled.others:
            if len(other) == 1 and other[0] in names:
                yield replace(names[other[0]], intent=first.intent)
