"""Reads keywords.toml: the words people text."""

from collections.abc import Iterator
from typing import get_args

from companion.catalogue.tables import Table, tables
from companion.domain.lexicon import Command, Denial, Lexicon, Slot
from companion.domain.understanding import normalise
from companion.domain.vocabulary import INTENTS
from companion.errors import ContentError


def read_lexicon(file: Table) -> Lexicon:
    carrier = Table(file.place, file.take("carrier", dict))
    safety = Table(file.place, file.take("safety", dict))
    sentences = Table(file.place, file.take("sentences", dict))
    context = Table(file.place, file.take("in_context", dict))
    denial = Table(file.place, file.take("denial", dict))
    lexicon = Lexicon(
        opt_out=normal_words(carrier, "opt_out"),
        opt_in=normal_words(carrier, "opt_in"),
        carrier_help=normal_words(carrier, "help"),
        commands=tuple(_commands(file)),
        urgent=tuple(normal_words(safety, "urgent")),
        distress=tuple(normal_words(safety, "distress")),
        bereavement=tuple(normal_words(safety, "bereavement")),
        denial=Denial(
            *(tuple(sorted(normal_words(denial, key))) for key in ("signs", "nots", "before", "after"))
        ),
        opt_out_sentences=normal_words(sentences, "opt_out"),
        opt_out_alone=normal_words(sentences, "opt_out_alone"),
        wrong_number=normal_words(sentences, "wrong_number"),
        confirm_when_asked=normal_words(context, "confirm"),
        more_after_list=normal_words(context, "more"),
        fillers=tuple(normal_words(file, "fillers")),
    )
    for table in (file, carrier, safety, sentences, context, denial):
        table.finish()
    return lexicon


def _commands(file: Table) -> Iterator[Command]:
    for table in tables(file, "command"):
        command = Command(
            table.take("intent", str),
            # The longest first: what stands behind `MY QUESTION IS` is not `IS` and the rest.
            tuple(sorted(normal_words(table, "words"), key=lambda word: (-len(word), word))),
            table.take("slot", str, "none"),
        )
        if command.intent not in INTENTS:
            raise ContentError.at(file.place, command.intent, "is not an intent; see docs/glossary.md")
        if command.slot not in get_args(Slot):
            raise ContentError.at(file.place, command.intent, f"slot is one of {', '.join(get_args(Slot))}")
        yield command


def normal_words(table: Table, key: str) -> frozenset[str]:
    """Take words as a text is compared with them; one of no letters would be found in an empty text."""
    found = frozenset(normalise(word) for word in table.words(key))
    if "" in found:
        raise table.wrong(f"{key} holds a word without a letter or digit")
    return found
