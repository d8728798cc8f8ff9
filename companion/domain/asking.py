"""
Whether words nobody understood look like a question that may be kept for the next visit.

Whatever might be about how a person feels now is left out: a sign of illness, a part of the body, a
medicine. The words are data (templates/sms/en/offers.toml), and when in doubt the answer is no.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

#: `Hello?` and `you there?` ask for a person, not for the list.
_LEAST_WORDS = 3
#: From this length on a word one slip of the thumb from a listed one counts as that.
_SLIPS_FROM = 6


@dataclass(frozen=True)
class Asking:
    """All words are normalised as `understanding.normalise` does; a trailing `*` stands for any ending."""

    #: How a question begins.
    begins: tuple[str, ...] = ()
    #: Manners, looked through at either end.
    around: tuple[str, ...] = ()
    #: With one of these in it, a text is never offered for the list. Empty: nothing ever is.
    never: tuple[str, ...] = ()
    #: Words our own texts use. Muddled ones may be a sign of illness, so half of a text must be of these.
    known: frozenset[str] = frozenset()

    def invites(self, text: str, words: str) -> bool:
        """Say whether the text may be offered for the list; `words` is it normalised."""
        said = words.split()
        muddled = 2 * sum(word in self.known for word in said) < len(said)
        if not self.never or len(said) < _LEAST_WORDS or muddled or _has_signs(text):
            return False
        return self._asks(text, words) and not self._might_be_illness(words)

    def _asks(self, text: str, words: str) -> bool:
        if self._bare(text.rpartition("?")[2]) == "" and "?" in text:
            return True
        plain = f"{self._bare(words)} "
        return any(plain.startswith(f"{beginning} ") for beginning in self.begins)

    def _bare(self, text: str) -> str:
        words = re.sub(r"[\W_]+", " ", text).upper().split()
        while words and words[0] in self.around:
            words.pop(0)
        while words and words[-1] in self.around:
            words.pop()
        return " ".join(words)

    def _might_be_illness(self, words: str) -> bool:
        if self._pattern.search(words):
            return True
        long = [word for word in words.split() if len(word) >= _SLIPS_FROM]
        return any(_one_slip(word, listed) for word in long for listed in self._long)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = (re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in self.never)
        return re.compile(rf"\b(?:{'|'.join(parts)})\b")

    @cached_property
    def _long(self) -> tuple[str, ...]:
        bare = (word.rstrip("*") for word in self.never)
        return tuple(word for word in bare if " " not in word and len(word) >= _SLIPS_FROM)


def _has_signs(text: str) -> bool:
    """A picture may be all that tells of illness, and none of them is read here."""
    return any(unicodedata.category(character) == "So" for character in text)


def _one_slip(one: str, other: str) -> bool:
    """Say whether a letter more, less, other, or two in the wrong order is all that differs."""
    at = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    a, b = one[at:], other[at:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
