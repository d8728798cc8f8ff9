"""The words people text, as data; `companion.domain.understanding` says what they mean."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

#: What a command may carry behind its word.
Slot = Literal["none", "numbers", "text", "treatment"]


@dataclass(frozen=True)
class Command:
    intent: str
    words: tuple[str, ...]
    slot: Slot = "none"


@dataclass(frozen=True)
class Denial:
    """How a sign of illness is denied; all words are normalised."""

    #: Nouns alone: in `no cant breathe` the first word is an answer, not a denial.
    signs: tuple[str, ...]
    nots: tuple[str, ...]
    #: What may stand before and after without making it more than a denial.
    before: tuple[str, ...]
    after: tuple[str, ...]

    def is_all_of(self, clause: str) -> bool:
        """Say whether the clause does nothing but deny; with any other word in it, its signs count."""
        return self._pattern.fullmatch(clause) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        sign = f"(?:{'|'.join(self.signs)})"
        no = f"(?:{'|'.join(self.nots)})(?: A| ANY| MORE)*"
        before = f"(?:(?:{'|'.join(self.before)}) )*"
        after = f"(?: (?:{'|'.join(self.after)}))?"
        return re.compile(f"{before}{no} {sign}(?: {no} {sign}| (?:OR|NOR) {sign})*{after}")


@dataclass(frozen=True)
class Lexicon:
    """The words people text. All are normalised as `understanding.normalise` does."""

    opt_out: frozenset[str]
    opt_in: frozenset[str]
    carrier_help: frozenset[str]
    commands: tuple[Command, ...]
    #: Words and phrases that count wherever they stand in a text.
    urgent: tuple[str, ...]
    distress: tuple[str, ...]
    bereavement: tuple[str, ...]
    denial: Denial
    #: Whole sentences only: an opt-out is never guessed.
    opt_out_sentences: frozenset[str]
    #: Opt-out words that mean it with nothing but a greeting or thanks around them.
    opt_out_alone: frozenset[str]
    wrong_number: frozenset[str]
    #: Mean coming, while that is what was asked: OK and the like.
    confirm_when_asked: frozenset[str]
    #: Mean more, right after a list: NEXT.
    more_after_list: frozenset[str]
    #: Dropped from either end of a text before commands are looked up.
    fillers: tuple[str, ...]
