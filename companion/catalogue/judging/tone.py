"""What no text says: war, blame, promises, comfort that is not ours to give, and any answer."""

import re
from collections.abc import Iterable, Iterator, Mapping

from companion.catalogue.judging.problem import Fault, Inquiry, Rule, in_wording
from companion.catalogue.judging.standards import Family
from companion.catalogue.judging.wordings import Wording

#: Three digits or more, also when they are written in groups of two or more.
_DIGITS = re.compile(r"\d{2,}(?:[ .-]\d{2,})+|\d{3,}")


def banned_word(inquiry: Inquiry) -> Iterator[Fault]:
    return _said(inquiry, inquiry.standards.banned)


def answer(inquiry: Inquiry) -> Iterator[Fault]:
    return _said(inquiry, inquiry.standards.answers)


def _said(inquiry: Inquiry, families: Iterable[Family]) -> Iterator[Fault]:
    for family in families:
        for wording in inquiry.wordings:
            for found in dict.fromkeys(family.words.found(family.spared.without(wording.text))):
                yield in_wording(wording, f"says {found!r}: {family.why}", family.repair)


def digits(inquiry: Inquiry) -> Iterator[Fault]:
    """A number stands once, in lines.toml, so that a changed one is changed everywhere."""
    for wording in inquiry.wordings:
        found = _DIGITS.search(_without_lines(wording))
        if found:
            yield in_wording(
                wording,
                f"holds the number {found.group()!r}",
                "name a line as {line:samaritans}, or the clinic's as {line}, or write it without a number",
            )


def _without_lines(wording: Wording) -> str:
    text = wording.text
    for number in wording.numbers:
        text = re.sub(rf"(?<!\d){re.escape(number)}(?!\d)", "/", text)
    return text


RULES: Mapping[str, Rule] = {"banned-word": banned_word, "answer": answer, "digits": digits}
