"""Words and phrases written for people and looked up by machine."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_NUMBER = r"\d+(?:[.,]\d+)?"
_GAP = r"[\s-]+"


@dataclass(frozen=True)
class Phrases:
    """
    Words and phrases found wherever they stand as whole words, in any case.

    A trailing `*` stands for any ending, `#` for a number, and a space for any gap, a hyphen too.
    """

    words: tuple[str, ...]

    def found(self, text: str) -> Iterator[str]:
        """Yield what of these stands in `text`, as it stands there."""
        if self.words:
            yield from (" ".join(match.group().split()) for match in self._pattern.finditer(text))

    def without(self, text: str) -> str:
        """Return `text` with each of these taken out, so that what stands around it does not join."""
        return self._pattern.sub(" / ", text) if self.words else text

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.words, key=len, reverse=True)
        return re.compile("|".join(_pattern_of(word) for word in longest_first), re.IGNORECASE)


def _pattern_of(phrase: str) -> str:
    stem = phrase.rstrip("*")
    inner = _GAP.join(re.escape(part).replace(r"\#", _NUMBER) for part in stem.split())
    ending = r"\w*" if phrase.endswith("*") else ""
    # A sign such as % or ! has no word's edge beside it.
    before = r"(?<!\w)" if stem[0].isalnum() or stem[0] == "#" else ""
    after = r"(?!\w)" if stem[-1].isalnum() or stem[-1] == "#" else ""
    return f"{before}{inner}{ending}{after}"
