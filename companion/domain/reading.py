"""
How hard a text is to read: the Automated Readability Index.

Source: E. A. Smith and R. J. Senter, "Automated Readability Index", AMRL-TR-66-220, Aerospace Medical
Research Laboratories, 1967. It weighs strokes a word and words a sentence and nothing else, so it ranks
texts and proves nothing: whether people understand one, only people can say.
"""

import math
import re
from collections.abc import Iterable

#: What a name, or what fills a placeholder, is read as: one word of ordinary length.
_ORDINARY_WORD = "name"
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
_SENTENCE_END = re.compile(r"[.!?]+")
#: A piece as short as this (`Ph.`, `Yes.`) belongs to the sentence beside it.
_NO_SENTENCE = 2


def reading_level(text: str) -> float:
    """
    Return the index: the school grade of the United States in which a text is read with ease.

    A stroke is any character but white space. A text without words is 0; very easy ones lie below 0.
    """
    tokens = text.split()
    if not tokens:
        return 0.0
    strokes = sum(len(token) for token in tokens)
    return 4.71 * strokes / len(tokens) + 0.5 * count_words(text) / _count_sentences(text) - 21.43


def reading_age(level: float) -> int:
    """Return the age in years by which a text of this level is read with ease: grade 6 is 10 to 11."""
    return max(math.ceil(level), 1) + 5


def count_words(text: str) -> int:
    return sum(any(c.isalnum() for c in token) for token in text.split())


def without_names(text: str, names: Iterable[str]) -> str:
    """
    Return the text with each name and placeholder read as one ordinary word, whatever its case.

    Nobody can choose a shorter word for a medicine, so its length says nothing about the writing.
    """
    plain = _PLACEHOLDER.sub(_ORDINARY_WORD, text)
    longest_first = sorted(names, key=len, reverse=True)
    if not longest_first:
        return plain
    pattern = rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in longest_first)})(?!\w)"
    return re.sub(pattern, _ORDINARY_WORD, plain, flags=re.IGNORECASE)


def _count_sentences(text: str) -> int:
    pieces = _SENTENCE_END.split(text)
    return max(1, sum(count_words(piece) > _NO_SENTENCE for piece in pieces))
