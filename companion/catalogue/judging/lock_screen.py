"""What anyone may read over a shoulder: the words of a push, filled, and what shows of it first."""

from collections.abc import Iterator, Mapping

from companion.catalogue.judging.problem import Fault, Inquiry, Rule, in_wording
from companion.domain.wording import PUSHES

#: As many characters as a locked phone shows of a text.
SHOWN_FIRST = 40


def deny_list(inquiry: Inquiry) -> Iterator[Fault]:
    for wording in inquiry.wordings:
        found = inquiry.catalogue.lock_screen.first_forbidden(wording.filled) if wording.unasked else None
        if found:
            yield in_wording(
                wording,
                f"says {found!r}, and anyone may read it on a lock screen",
                "say it without that word; privacy.toml lists what may not stand there",
            )


def opening(inquiry: Inquiry) -> Iterator[Fault]:
    for wording in inquiry.wordings:
        if wording.id not in PUSHES:
            continue
        for found in inquiry.standards.telling.found(wording.filled[:SHOWN_FIRST]):
            yield in_wording(
                wording,
                f"shows {found!r} in its first {SHOWN_FIRST} characters",
                "begin with the visit and its date",
            )


RULES: Mapping[str, Rule] = {"lock-screen": deny_list, "opening": opening}
