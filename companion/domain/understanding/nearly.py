"""
What a lone short text may have been meant for, where a slip of the thumb leaves it open.

In a long text the other words say what is meant; `copming` alone is as near to COPING as to COMING. Stopping
texts and starting them again are never guessed, and no sign of danger is offered as one of two meanings.
"""

from collections.abc import Iterator

from companion.domain.understanding.grammar import Grammar
from companion.domain.understanding.heard import Found, Heard
from companion.domain.understanding.meanings import Meaning
from companion.domain.understanding.spelling import slips_between

#: A text of no more words is short.
SHORT = 3
#: The most words of one with manners around it.
_WITH_MANNERS = 6
#: Never guessed from a word that is not written.
UNGUESSED = frozenset({"opt_out", "opt_in", "wrong_number", "bereavement"})
#: The fewest letters of a word that a letter is missing from, and of one with another slip.
_LETTER_MISSING, _OTHER_SLIP = 3, 4


def other_readings(heard: Heard) -> Iterator[str]:
    """Yield a short text again for each other word that a misspelt one may as well have been."""
    if len(heard.forms) > SHORT:
        return
    words = [word.form for word in heard.reading.words]
    for spelled in heard.reading.spelled:
        for other in spelled.others:
            again = (" ".join(other) if word == spelled.written else word for word in words)
            yield " ".join(again)


def nearly(heard: Heard) -> list[Found]:
    """Return what a short text with a garbled short word in it may be, one slip away; none if it is clear."""
    if len(heard.forms) > _WITH_MANNERS or heard.grammar.speller.known.issuperset(heard.forms):
        return []
    start, end = heard.bare(0, len(heard.forms))
    start = max(heard.led(start, end), default=start)
    if not 0 < end - start < SHORT or not any(_garbled(heard, n) for n in range(start, end)):
        return []
    words = heard.words(start, end)
    near: dict[Meaning, str] = {}
    for key in _one_slip_away(heard.grammar, words):
        meaning = heard.grammar.exact[key]
        if meaning.intent not in UNGUESSED:
            near.setdefault(meaning, key)
    return [Found(meaning, start, end, key) for meaning, key in near.items()]


def _garbled(heard: Heard, n: int) -> bool:
    form = heard.forms[n]
    return form.isalpha() and form not in heard.grammar.speller.known


def _one_slip_away(grammar: Grammar, written: str) -> Iterator[str]:
    """Yield what may be a whole text that begins alike and is one slip away."""
    for more in (1, 0, -1):
        if len(written) >= (_LETTER_MISSING if more == 1 else _OTHER_SLIP):
            for key in grammar.exact_by_length.get((written[0], len(written) + more), ()):
                if slips_between(written, key) == 1:
                    yield key
