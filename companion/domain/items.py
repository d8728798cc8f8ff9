"""One text of the catalogue: its wording, where it comes from, and who has signed it."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from companion.errors import ContentError

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Review:
    """A clinician's signature under one wording of one text."""

    version: str
    reviewer: str
    role: str
    on: date
    #: From this day on it has to be looked at again.
    due: date


@dataclass(frozen=True)
class SupportLine:
    """A phone line a text may name; the number stands here alone."""

    id: str
    name: str
    number: str
    hours: str
    nations: frozenset[str]
    source: str
    #: The day somebody looked at the live page, or None while nobody has.
    checked: date | None
    #: From this day on texts that name it are held back until it is checked again.
    withhold_after: date
    #: False: listed for the reviewer, never sent.
    use: bool


@dataclass(frozen=True)
class Item:
    """One text, with where it comes from and whether a clinician has signed it."""

    id: str
    text: str
    source: str
    #: File it stands in, for error messages.
    place: str
    #: Shorter wording that may stand on a lock screen; None means it is never pushed.
    push: str | None = None
    #: Safety, crisis, stop and bereavement: sent whatever has become overdue.
    safety: bool = False
    lines: tuple[SupportLine, ...] = ()
    review: Review | None = None

    @property
    def version(self) -> str:
        """Return a hash of all its wording; a changed word makes another version."""
        return hashlib.sha256(f"{self.text}\0{self.push or ''}".encode()).hexdigest()[:12]

    @property
    def status(self) -> Literal["draft", "reviewed"]:
        """`reviewed` only while the signature is under this very wording."""
        signed = self.review is not None and self.review.version == self.version
        return "reviewed" if signed else "draft"

    @property
    def overdue_from(self) -> date | None:
        """Return the day from which its review, or that of a line it names, has to be done again."""
        days = [line.withhold_after for line in self.lines]
        if self.status == "reviewed" and self.review is not None:
            days.append(self.review.due)
        return min(days, default=None)

    def overdue(self, today: date) -> bool:
        """Say whether its review, or that of a line it names, ought to have been done again."""
        return self.overdue_from is not None and self.overdue_from <= today

    def withheld(self, today: date) -> bool:
        return self.overdue(today) and not self.safety

    def fill(self, **values: str) -> str:
        """
        Return the text with its placeholders filled.

        Raises ContentError naming file, item and placeholder when one has no value.
        """

        def value_of(match: re.Match[str]) -> str:
            name = match.group(1)
            if name not in values:
                raise ContentError.at(self.place, self.id, f"nothing fills the placeholder {{{name}}}")
            return values[name]

        return _PLACEHOLDER.sub(value_of, self.text)

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(_PLACEHOLDER.findall(f"{self.text} {self.push or ''}"))
