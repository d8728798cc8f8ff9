"""Reads checks.toml: what the texts of a language are held against, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from companion.catalogue.judging.phrases import Phrases
from companion.catalogue.tables import Table, read, tables
from companion.domain.vocabulary import SITUATIONS, STAGES

FILE = "checks.toml"
#: Placeholders that no catalogue can give a long value for.
SAMPLED = ("clinic", "line", "place", "count", "number")


@dataclass(frozen=True)
class Family:
    """Words that must not stand in any text, for one reason."""

    id: str
    why: str
    repair: str
    words: Phrases
    #: Where one of them may stand after all.
    spared: Phrases


@dataclass(frozen=True)
class Allowance:
    """Two words that lie one slip of the thumb apart and are both kept, with the reason."""

    pair: frozenset[str]
    reason: str


@dataclass(frozen=True)
class ReadingLimit:
    """The hardest a text may be, as an index; see companion.domain.reading."""

    hardest: float
    #: For a text of fewer words than `short_words`: there one long word swings the index.
    hardest_short: float
    short_words: int
    #: Words nobody can choose a shorter one for.
    names: tuple[str, ...]

    def of(self, words: int) -> float:
        return self.hardest_short if words < self.short_words else self.hardest


@dataclass(frozen=True)
class Standards:
    #: Placeholder -> a value as long as it gets in earnest.
    samples: Mapping[str, str]
    #: Ids of fixed texts that must fit one segment.
    short: frozenset[str]
    #: Ids of replies that reach people unasked, or strangers.
    unasked: frozenset[str]
    #: What must not show in the first characters of a push.
    telling: Phrases
    #: Capital words that are the carrier's somewhere, beside those of keywords.toml.
    carrier_words: frozenset[str]
    #: How a carrier word may be asked for: with its carrier meaning.
    carrier_uses: tuple[str, ...]
    allowed: tuple[Allowance, ...]
    banned: tuple[Family, ...]
    answers: tuple[Family, ...]
    reading: ReadingLimit
    #: The word with which a text says what to text next.
    next_step: str
    #: Stage -> the situation whose lines of support fit it.
    support: Mapping[str, str]


def read_standards(templates: Path, language: str = "en") -> Standards:
    """
    Read `templates/sms/<language>/checks.toml`.

    Raises ContentError naming the file and the table for a key that is missing, unknown or misshapen.
    """
    file = read(templates / "sms" / language / FILE)
    samples, wording = _inner(file, "samples"), _inner(file, "wording")
    standards = Standards(
        samples={name: samples.take(name, str) for name in SAMPLED},
        short=frozenset(wording.words("short")),
        unasked=frozenset(wording.words("unasked")),
        telling=Phrases(wording.words("telling")),
        carrier_words=frozenset(wording.words("carrier_words")),
        carrier_uses=wording.words("carrier_uses"),
        allowed=tuple(_allowance(table) for table in tables(file, "allowed", [])),
        banned=tuple(_family(table) for table in tables(file, "banned")),
        answers=tuple(_family(table) for table in tables(file, "answer")),
        reading=_reading(file),
        next_step=wording.take("next_step", str),
        support=_support(file),
    )
    for table in (samples, wording, file):
        table.finish()
    return standards


def _inner(file: Table, key: str) -> Table:
    table = Table(file.place, file.take(key, dict))
    table.name = key
    return table


def _family(table: Table) -> Family:
    return Family(
        table.take("id", str),
        table.take("why", str),
        table.take("repair", str),
        Phrases(table.words("words")),
        Phrases(table.words("except", [])),
    )


def _allowance(table: Table) -> Allowance:
    pair = table.words("pair")
    if len(set(pair)) != 2:
        raise table.wrong("pair must be two words")
    reason = table.take("reason", str)
    if not reason.strip():
        raise table.wrong(f"{' and '.join(pair)} need a reason")
    return Allowance(frozenset(pair), reason)


def _reading(file: Table) -> ReadingLimit:
    table = _inner(file, "reading")
    limit = ReadingLimit(
        hardest=float(table.take("hardest", float)),
        hardest_short=float(table.take("hardest_short", float)),
        short_words=table.take("short_words", int),
        names=table.words("names"),
    )
    table.finish()
    return limit


def _support(file: Table) -> dict[str, str]:
    table = _inner(file, "support")
    found = {stage: table.one_of(stage, SITUATIONS) for stage in STAGES}
    table.finish()
    return found
