"""What was changed in a text, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain
from typing import Literal

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    kind: Literal["same", "taken-out", "put-in"]
    words: str


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces in reading order; those `same` or `put-in` make up `after`, the others `before`."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    turns = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return tuple(
        chain.from_iterable(
            _pieces(turn[0], old[turn[1] : turn[2]], new[turn[3] : turn[4]]) for turn in turns
        )
    )


def _pieces(turn: str, old: list[str], new: list[str]) -> Iterator[Piece]:
    if turn == "equal":
        yield Piece("same", "".join(new))
        return
    if old:
        yield Piece("taken-out", "".join(old))
    if new:
        yield Piece("put-in", "".join(new))
