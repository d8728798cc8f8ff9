"""What a text that comes unasked may say: anyone may read it on a lock screen."""

import re
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class LockScreen:
    """The words that must not stand in a push; a trailing `*` stands for any ending."""

    forbidden: tuple[str, ...]

    def first_forbidden(self, text: str) -> str | None:
        """Return the forbidden word or phrase found first in `text`, or None if it may be pushed."""
        found = self._pattern.search(_flat(text))
        return found.group(0).strip() if found else None

    def allows(self, text: str) -> bool:
        return self.first_forbidden(text) is None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"\b(?:{'|'.join(_pattern_of(word) for word in self.forbidden)})\b")


def _pattern_of(word: str) -> str:
    return re.escape(_flat(word.rstrip("*"))) + (r"\w*" if word.endswith("*") else "")


def _flat(text: str) -> str:
    """Fold case and make every run of hyphens, stops and spaces one space, so `CAR-T` meets `car t`."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()
