"""Reads keywords.toml: the words people text."""

from collections.abc import Iterator, Mapping
from typing import get_args

from companion.catalogue.tables import Table, tables
from companion.domain.lexicon import READ_BY_NAME, Command, Denial, Lexicon, Signs, Slot
from companion.domain.understanding import normalise
from companion.domain.vocabulary import INTENTS, TREATMENTS
from companion.errors import ContentError


def read_lexicon(file: Table, ordinary: frozenset[str], first_names: frozenset[str]) -> Lexicon:
    """Read a language's words, with its lists of words; raises ContentError naming the place."""
    carrier, safety, sentences, context, denial = (
        _inner(file, key) for key in ("carrier", "safety", "sentences", "in_context", "denial")
    )
    lexicon = Lexicon(
        opt_out=normal_words(carrier, "opt_out"),
        opt_in=normal_words(carrier, "opt_in"),
        carrier_help=normal_words(carrier, "help"),
        commands=tuple(_commands(file)),
        urgent=_signs(safety, "urgent"),
        distress=_signs(safety, "distress"),
        bereavement=_signs(safety, "bereavement"),
        opt_out_sentences=_signs(sentences, "opt_out"),
        wrong_number=_signs(sentences, "wrong_number"),
        denial=Denial(
            signs=denial.words("signs"),
            nots=normal_words(denial, "nots"),
            between=normal_words(denial, "between"),
            never=normal_words(denial, "never"),
            after=denial.words("after"),
            asking=denial.words("asking"),
            having=denial.words("having"),
        ),
        opt_out_alone=normal_words(sentences, "opt_out_alone"),
        confirm_when_asked=normal_words(context, "confirm"),
        change_when_asked=normal_words(context, "change"),
        more_after_list=normal_words(context, "more"),
        fillers=tuple(sorted(normal_words(file, "fillers"))),
        lead_ins=tuple(sorted(normal_words(file, "lead_ins"))),
        joiners=normal_words(file, "joiners"),
        spellings=_spellings(file),
        classes=_classes(file),
        general=_general(file),
        autocorrected=_pairs(file, "autocorrected"),
        numbers=_pairs(file, "numbers"),
        signs=_pairs(file, "signs"),
        ordinary=ordinary,
        first_names=first_names,
    )
    for table in (file, carrier, safety, sentences, context, denial):
        table.finish()
    return lexicon


def _inner(file: Table, key: str) -> Table:
    return Table(file.place, file.take(key, dict))


def _signs(table: Table, key: str) -> Signs:
    return Signs(table.words(key), table.words(f"not_{key}", []))


def _commands(file: Table) -> Iterator[Command]:
    for table in tables(file, "command"):
        command = Command(
            intent=table.take("intent", str),
            words=tuple(sorted(normal_words(table, "words"))),
            slot=table.take("slot", str, "none"),
            phrases=table.words("phrases", []),
            unless=table.words("unless", []),
            pointing=table.words("pointing", []),
            treatment=table.take("treatment", str, None),
        )
        if command.intent not in INTENTS:
            raise ContentError.at(file.place, command.intent, "is not an intent; see docs/glossary.md")
        if command.slot not in get_args(Slot):
            raise ContentError.at(file.place, command.intent, f"slot is one of {', '.join(get_args(Slot))}")
        if command.treatment is not None and command.treatment not in TREATMENTS:
            raise ContentError.at(file.place, command.intent, f"there is no treatment {command.treatment}")
        yield command


def _general(file: Table) -> frozenset[str]:
    found = frozenset(file.words("general", []))
    if unknown := found - set(TREATMENTS):
        raise file.wrong(f"general: there is no treatment {', '.join(sorted(unknown))}")
    return found


def _spellings(file: Table) -> Mapping[str, str]:
    """Turn `"WORD" = ["WAYS", "TO WRITE IT"]` about; one way leads to one word."""
    table = _inner(file, "spellings")
    found: dict[str, str] = {}
    for word in list(table.values):
        for way in normal_words(table, word):
            if way in found:
                raise table.wrong(f"spellings: {way} is read as {found[way]} and as {word}")
            found[way] = normalise(word)
    return found


def _classes(file: Table) -> Mapping[str, tuple[str, ...]]:
    table = _inner(file, "classes")
    found = {name: table.words(name) for name in list(table.values)}
    for name, words in found.items():
        if unread := [word for word in words if normalise(word) != word or not word.isalnum()]:
            raise table.wrong(f"classes: {name} holds {unread[0]!r}; write one word in capitals")
    if missing := sorted(READ_BY_NAME - found.keys()):
        raise table.wrong(f"classes: lacks {', '.join(missing)}, which the program reads by name")
    return found


def _pairs(file: Table, key: str) -> Mapping[str, str]:
    table = _inner(file, key)
    return {word: table.take(word, str) for word in list(table.values)}


def normal_words(table: Table, key: str) -> frozenset[str]:
    """Take words as a text is compared with them; one of no letters would be found in an empty text."""
    found = frozenset(normalise(word) for word in table.words(key))
    if "" in found:
        raise table.wrong(f"{key} holds a word without a letter or digit")
    return found
