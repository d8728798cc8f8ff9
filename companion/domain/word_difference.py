"""What was changed in a text, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORDS = re.compile(r"\s+|[^\s]+")
#: So few words that stayed between two changes are read as changed too, or the two would be torn to shreds.
_ISLAND = 2


@dataclass(frozen=True)
class Piece:
    kind: Literal["same", "taken-out", "put-in"]
    words: str


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces in reading order; those `same` or `put-in` make up `after`, the others `before`."""
    return tuple(_pieces(_WORDS.findall(before), _WORDS.findall(after)))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    taken_out, put_in = "", ""
    turns = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (turn, start, end, new_start, new_end) in enumerate(turns):
        inside = 0 < number < len(turns) - 1
        if turn == "equal" and not (inside and _is_island(old[start:end])):
            yield from _changed(taken_out, put_in)
            taken_out, put_in = "", ""
            yield Piece("same", "".join(new[new_start:new_end]))
        else:
            taken_out += "".join(old[start:end])
            put_in += "".join(new[new_start:new_end])
    yield from _changed(taken_out, put_in)


def _is_island(words: list[str]) -> bool:
    return sum(not word.isspace() for word in words) <= _ISLAND


def _changed(taken_out: str, put_in: str) -> Iterator[Piece]:
    if taken_out:
        yield Piece("taken-out", taken_out)
    if put_in:
        yield Piece("put-in", put_in)
