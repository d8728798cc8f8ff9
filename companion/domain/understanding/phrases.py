"""
Phrases: what people say, written down once with its variants.

A phrase is words with one space between them; templates/sms/README.md explains it to those who write them:
`A|B` one of these, `$name` one of the class of that name, `X?` may be missing, `..` up to three other words,
`..6` up to six, `//` up to six and the end of a sentence too, `#` a number, `@` a treatment by any name,
`<` and `>` the beginning and end of a clause.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from companion.domain.understanding.words import NUMBERS

_GAP = 3
#: A gap that may hold the end of a sentence, and how many words it may hold.
_ON, _ON_GAP = "//", 6
#: Stands for a treatment by any of its names; which one is the reader's to say.
NAME = "@"
_MARKS = frozenset({"<", ">"})
_GAP_SIGN = re.compile(r"\.\.[0-9]{0,2}|//")


@dataclass(frozen=True, slots=True)
class Element:
    options: frozenset[str]
    #: How many other words may stand before it.
    gap: int = 0
    #: Whether a treatment's name may stand there.
    is_name: bool = False
    #: Whether a sentence may end before it.
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way a phrase can be said, without anything optional left."""

    #: What it is a sign of.
    group: str
    written: str
    elements: tuple[Element, ...]
    begins: bool
    #: How many words may stand between it and the end of its clause; None means any.
    ends: int | None


class PhraseError(ValueError):
    """A phrase that cannot be read; says why and what mends it."""

    def __init__(self, why: str, group: str = "", written: str = "") -> None:
        super().__init__(why)
        self.why, self.group, self.written = why, group, written


@dataclass(frozen=True)
class Notation:
    """What the parts of a phrase stand for in one language; each is made out once, however often it comes."""

    classes: Mapping[str, Collection[str]]
    #: Gives a run of plain words the form they have in a text that was read.
    canonical: Callable[[Sequence[str]], Sequence[str]]
    _words: dict[str, Collection[str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _elements: dict[tuple[str, str], Element] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def element(self, part: str, gap: str) -> Element:
        """Return what stands for a part with a gap such as `..6` before it, or none; raises PhraseError."""
        found = self._elements.get((part, gap))
        if found is None:
            options = frozenset[str]().union(*map(self._meant, part.split("|")))
            found = self._elements[part, gap] = Element(options, _most(gap), NAME in options, gap == _ON)
        return found

    def _meant(self, option: str) -> Collection[str]:
        found = self._words.get(option)
        if found is None:
            found = self._words[option] = self._options(option)
        return found

    def _options(self, option: str) -> Collection[str]:
        if option.startswith("$"):
            if option[1:] not in self.classes:
                raise PhraseError(
                    f"names {option}, which there is not; add it under [classes] or mend the name"
                )
            return self.classes[option[1:]]
        if option == "#":
            return (*NUMBERS, *self.classes.get("number", ()))
        if option in NUMBERS or option == NAME:
            return (option,)
        if not option.isalnum() or option != option.upper():
            raise PhraseError(f"holds {option!r}; write a word in capitals, without apostrophe or hyphen")
        # What is read as two words cannot stand for one; its first is the one to look for.
        return self.canonical([option])[:1]


def parse(group: str, written: str, notation: Notation) -> Iterator[Phrase]:
    """Yield the phrase once for each choice of what may be missing; raises PhraseError."""
    parts = _runs(written.split(), notation.canonical)
    begins = parts[:1] == ["<"]
    for inner, ends in _endings(parts[begins:]):
        _check(inner)
        choices = [(part[:-1], None) if part.endswith("?") else (part,) for part in inner]
        for chosen in product(*choices):
            elements = tuple(_elements(chosen, notation))
            if elements:
                yield Phrase(group, written, elements, begins, ends)


def _check(parts: Sequence[str]) -> None:
    """Refuse marks and gaps that stand where they would mean nothing."""
    marked = (part for part in parts if "<" in part or ">" in part)
    if any(_MARKS & set(part.removesuffix("?").split("|")) for part in marked):
        raise PhraseError("has a < or > in its middle; < stands first and > last, or take it out")
    if all(part.endswith("?") or _is_gap(part) for part in parts):
        raise PhraseError("holds no word that must be there; leave one without ? or take the phrase out")
    for part, following in pairwise((*parts, "..")):
        if _is_gap(part) and (not _GAP_SIGN.fullmatch(part) or _is_gap(following)):
            raise PhraseError(f"has {part} where no word follows; write .. or ..6 between two words")
    if _is_gap(parts[0]):
        raise PhraseError(f"begins with {parts[0]}; other words may always stand before it, so take it out")


def _endings(parts: list[str]) -> Iterator[tuple[list[str], int | None]]:
    """Yield the phrase with its last word, and without it where the end of the clause may stand for it."""
    last = parts[-1].split("|") if parts else []
    if ">" not in last:
        yield parts, None
        return
    words = [option for option in last if option != ">"]
    if words:
        yield [*parts[:-1], "|".join(words)], None
    gap = parts[-2] if len(parts) > 1 and parts[-2].startswith("..") else ""
    yield parts[: -2 if gap else -1], int(gap[2:] or _GAP) if gap else 0


def _runs(parts: list[str], canonical: Callable[[Sequence[str]], Sequence[str]]) -> list[str]:
    """Put runs of plain words in their canonical form, so that `CAN NOT` finds what CANT does."""
    found: list[str] = []
    run: list[str] = []
    for part in [*parts, ""]:
        if part.isalnum():
            run.append(part)
            continue
        if run:
            found += canonical(run)
            run = []
        if part:
            found.append(part)
    return found


def _elements(parts: Sequence[str | None], notation: Notation) -> Iterator[Element]:
    """Yield what stands for each part that is there; of gaps side by side the last counts."""
    gap = ""
    for part in parts:
        if part is None:
            continue
        if _is_gap(part):
            gap = part
            continue
        yield notation.element(part, gap)
        gap = ""


def _is_gap(part: str) -> bool:
    """Say whether it begins as a gap does."""
    return part.startswith(("..", _ON))


def _most(gap: str) -> int:
    """Return how many other words a gap may hold; no gap holds none."""
    if not gap:
        return 0
    return _ON_GAP if gap == _ON else int(gap[2:] or _GAP)
