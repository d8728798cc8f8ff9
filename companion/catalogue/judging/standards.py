"""Reads checks.toml: what the texts of a language are held against, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion.catalogue.judging.phrases import Phrases
from companion.catalogue.tables import Table, read, tables
from companion.domain.composing import MAX_SEGMENTS
from companion.domain.languages import ENGLISH
from companion.domain.vocabulary import SITUATIONS, STAGES
from companion.errors import ContentError

FILE = "checks.toml"
#: Placeholders that no catalogue can give a long value for.
SAMPLED = ("clinic", "line", "office", "place", "count", "number", "name")


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
class Alphabet:
    """Letters a language cannot do without and a plain text message does not have; English has none."""

    letters: frozenset[str] = frozenset()
    #: The most segments of a text that holds one: it has 67 characters in each rather than 153.
    segments: int = MAX_SEGMENTS


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
    alphabet: Alphabet


def read_standards(templates: Path, language: str = ENGLISH) -> Standards:
    """
    Read `templates/sms/en/checks.toml`, with what another language's checks.toml has instead.

    There a key of a table, or a family of words with its id, stands in place of the English one, and pairs
    that are allowed are added; without that file English's standards hold. Raises ContentError naming the
    file and the table for a key that is missing, unknown or misshapen.
    """
    file, own = read(templates / "sms" / ENGLISH / FILE), templates / "sms" / language / FILE
    if language == ENGLISH or not own.is_file():
        return _standards(file)
    try:
        return _standards(Table(FILE, _instead(file.values, read(own).values)))
    except ContentError as error:
        raise ContentError(f"{language}/{error}") from error


def _instead(english: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(english)
    for key, value in own.items():
        there = english.get(key)
        if key == "allowed":
            merged[key] = [*(there or []), *value]
        elif isinstance(there, list) and isinstance(value, list):
            ids = {table.get("id") for table in value}
            merged[key] = [*(table for table in there if table.get("id") not in ids), *value]
        elif isinstance(there, dict) and isinstance(value, dict):
            merged[key] = {**there, **value}
        else:
            merged[key] = value
    return merged


def _standards(file: Table) -> Standards:
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
        alphabet=_alphabet(file),
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


def _alphabet(file: Table) -> Alphabet:
    if "alphabet" not in file.values:
        return Alphabet()
    table = _inner(file, "alphabet")
    alphabet = Alphabet(frozenset(table.take("letters", str)), table.take("segments", int))
    table.finish()
    return alphabet


def _support(file: Table) -> dict[str, str]:
    table = _inner(file, "support")
    found = {stage: table.one_of(stage, SITUATIONS) for stage in STAGES}
    table.finish()
    return found
