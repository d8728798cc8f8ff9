"""
What is read again and again is read once for the same words, so that a test costs what it changes.

Only what depends on nothing but its arguments is remembered, and only by those arguments, whole: a file in
which one letter was changed is read anew.
"""

import pickle
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pytest

from companion.domain.lexicon import Lexicon
from companion.domain.understanding import Grammar, Idiom, Meaning, Understood, understand

#: A language has some fifty files; the words of one, made ready, take some 20 MB.
_FILES, _MADE_READY = 200, 6


@dataclass
class Remembered:
    """Stands in for the makers of what a language's words mean; what it gives out cannot be changed."""

    #: The one used last comes first.
    idioms: list[Idiom] = field(default_factory=list)
    grammars: list[tuple[Grammar, dict[str, Understood]]] = field(default_factory=list)

    def idiom(self, lexicon: Lexicon) -> Idiom:
        known = next((one for one in self.idioms if _in_order(one.lexicon) == _in_order(lexicon)), None)
        found = known or Idiom(lexicon)
        self.idioms = [found, *(one for one in self.idioms if one is not found)][:_MADE_READY]
        return found

    def grammar(self, idiom: Idiom, names: Mapping[str, Meaning]) -> Grammar:
        def same(one: Grammar) -> bool:
            return one.idiom is idiom and [*one.names.items()] == [*names.items()]

        found = next((known for known in self.grammars if same(known[0])), (Grammar(idiom, names), {}))
        self.grammars = [found, *(known for known in self.grammars if known is not found)][:_MADE_READY]
        return found[0]

    def understand(self, text: str, grammar: Grammar) -> Understood:
        said = next((said for known, said in self.grammars if known is grammar), {})
        if text not in said:
            said[text] = understand(text, grammar)
        return said[text]


def _in_order(lexicon: Lexicon) -> list[object]:
    """Return all that stands in it; of a mapping also what stands before what."""
    values = (getattr(lexicon, name) for name in lexicon.__dataclass_fields__)
    return [[*value.items()] if isinstance(value, Mapping) else value for value in values]


def _read_once(loads: Callable[[str], dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    @lru_cache(maxsize=_FILES)
    def pickled(text: str) -> bytes:
        return pickle.dumps(loads(text))

    # A copy for each: what one takes out of its table still stands in the next.
    return lambda text: dict(pickle.loads(pickled(text)))


@contextmanager
def remembering() -> Iterator[None]:
    remembered, words = Remembered(), "companion.catalogue.judging.words"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", _read_once(tomllib.loads))
        for module in ("companion.catalogue.loader", words):
            patch.setattr(f"{module}.Idiom", remembered.idiom)
        for module in ("companion.domain.catalogue", words):
            patch.setattr(f"{module}.Grammar", remembered.grammar)
        patch.setattr(f"{words}.understand", remembered.understand)
        yield
