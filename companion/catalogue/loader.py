"""Loads one language's files; whatever is wrong with them is a ContentError and nothing is loaded."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

from companion.catalogue.checks import check
from companion.catalogue.keywords import normal_words, read_lexicon
from companion.catalogue.offers import FILE as OFFERS
from companion.catalogue.offers import read_asking
from companion.catalogue.rules import read_dates, read_lock_screen, read_rules
from companion.catalogue.said_words import read_around_names, read_auto_replies, read_pauses
from companion.catalogue.tables import Table, tables
from companion.catalogue.translating import Translation, read_translation
from companion.catalogue.word_lists import NAMES, ORDINARY
from companion.catalogue.wording import Reader, open_folder
from companion.domain.asking import Asking
from companion.domain.catalogue import (
    DEPTHS,
    About,
    Catalogue,
    CopingLine,
    Depth,
    LockedName,
    Question,
    Ready,
    Topic,
    Treatment,
)
from companion.domain.filling import lost
from companion.domain.items import Item
from companion.domain.languages import ENGLISH
from companion.domain.understanding import Idiom
from companion.domain.vocabulary import APPOINTMENT_TYPES, SITUATIONS, STAGES, TREATMENTS
from companion.errors import ContentError


def load_catalogue(templates: Path, language: str = ENGLISH) -> Catalogue:
    """
    Read `templates/sms/<language>`: English whole, another laid over English.

    Raises ContentError naming file and item for an id that is unknown, missing or given twice, an
    alias claimed twice, a source nobody lists, a text or placeholder the program and the files do not
    share, or a file that is not as templates/sms/README.md says.
    """
    english = templates / "sms" / ENGLISH
    if language == ENGLISH:
        return _checked(open_folder(english), ENGLISH)
    try:
        translation = read_translation(templates / "sms" / language, english)
        return load_translated(english, language, translation, _built(open_folder(english), ENGLISH))
    except ContentError as error:
        raise ContentError(f"{language}/{error}") from error


def load_translated(folder: Path, language: str, translation: Translation, english: Catalogue) -> Catalogue:
    """
    Lay a translation over the English files, which are also given as they were loaded.

    Raises ContentError, the file named without its folder.
    """
    catalogue = _checked(open_folder(folder, translation), language)
    _check_kept(english, catalogue)
    used = {item.source for item in catalogue.everything()}
    added = {table["id"] for table in translation.files.get("sources.toml", {}).get("source", [])}
    lines = {line.source for line in catalogue.lines.values()}
    said = {treatment.say_source for treatment in catalogue.treatments.values()}
    # An English source whose texts are all in other words now is no source of this language.
    named = {key: value for key, value in catalogue.sources.items() if key in used | added | lines | said}
    return replace(catalogue, sources=named)


def _check_kept(english: Catalogue, catalogue: Catalogue) -> None:
    """A reminder without its date, or a safety text without the clinic's line, is no translation of it."""
    for item, other in zip(english.everything(), catalogue.everything(), strict=True):
        if missing := lost(item, other):
            names = ", ".join(f"{{{name}}}" for name in sorted(missing))
            raise ContentError.at(other.place, other.id, f"leaves out {names}, which the English text has")


def _checked(reader: Reader, language: str) -> Catalogue:
    catalogue = _built(reader, language)
    check(catalogue)
    return replace(catalogue, asking=_asking(reader, catalogue))


def _built(reader: Reader, language: str) -> Catalogue:
    tree = [_treatment(reader, treatment_id) for treatment_id in TREATMENTS]
    return Catalogue(
        language=language,
        treatments={treatment.id: treatment for treatment, _ in tree},
        questions=tuple(_questions(reader)),
        coping=tuple(_coping(reader)),
        ready=tuple(_ready(reader)),
        topics=(*(part for _, parts in tree for part in parts), *_ground(reader)),
        locked=tuple(_locked(reader)),
        lines=reader.lines,
        sources=_sources(reader.file("sources.toml")),
        texts=_texts(reader),
        idiom=Idiom(read_lexicon(reader.file("keywords.toml"), reader.words(ORDINARY), reader.words(NAMES))),
        asking=Asking(),
        reminders=read_rules(reader.file("reminders.toml")),
        lock_screen=read_lock_screen(reader.file("privacy.toml")),
        dates=read_dates(reader.file("dates.toml")),
        pauses=read_pauses(reader.file("pauses.toml")),
        auto_replies=read_auto_replies(reader.file("machines.toml")),
        around_names=read_around_names(reader.file("names.toml")),
    )


def _treatment(reader: Reader, treatment_id: str) -> tuple[Treatment, tuple[Topic, ...]]:
    table = reader.file(f"treatments/{treatment_id}.toml")
    if table.name != treatment_id:
        raise table.wrong(f"the file {treatment_id}.toml must hold the id {treatment_id}")
    about = tuple(_about(reader, inner) for inner in tables(table, "about"))
    parts = tuple(_topic(reader, inner, treatment_id) for inner in tables(table, "part", []))
    treatment = Treatment(
        table.take("id", str),
        table.take("parent", str, None),
        table.take("name", str),
        tuple(sorted(normal_words(table, "aliases"))),
        about,
        table.take("say", str, None),
        table.take("for_whom", str, None),
        table.take("source_gap", str, None),
        table.take("say_source", str, None),
    )
    if (treatment.say is None) != (treatment.say_source is None):
        raise table.wrong("say and say_source belong together")
    # Only one listed earlier may be a parent, so that the tree has no circle.
    earlier = TREATMENTS[: TREATMENTS.index(treatment_id)]
    if not about or (treatment.parent and treatment.parent not in earlier):
        raise table.wrong("needs an [[about]] and a parent that exists")
    table.finish()
    return treatment, parts


def _asking(reader: Reader, catalogue: Catalogue) -> Asking:
    """A language without words for illness and medicines of its own offers nothing: it would not see them."""
    parts = [word for topic in catalogue.topics if topic.treatment for word in topic.words]
    named = [*catalogue.aliases, *parts, *(word for locked in catalogue.locked for word in locked.words)]
    asking = read_asking(reader.file(OFFERS), named, (item.text for item in catalogue.everything()))
    blind = reader.translation is not None and not reader.translation.holds(OFFERS, "never")
    return Asking() if blind else asking


def _about(reader: Reader, table: Table) -> About:
    return About(reader.item(table), _depth(table))


def _topic(reader: Reader, table: Table, treatment: str | None = None) -> Topic:
    return Topic(reader.item(table), _names(table), treatment)


def _names(table: Table) -> tuple[str, ...]:
    """Take the words that lead to a text; without any nobody would ever reach it."""
    words = tuple(sorted(normal_words(table, "words")))
    if not words:
        raise table.wrong("needs words that people text for it")
    return words


def _ground(reader: Reader) -> Iterator[Topic]:
    file = reader.file("ground.toml")
    for table in tables(file, "ground"):
        yield _topic(reader, table)
    file.finish()


def _locked(reader: Reader) -> Iterator[LockedName]:
    file = reader.file("locked.toml")
    for table in tables(file, "name"):
        yield LockedName(table.take("id", str), _names(table), table.one_of("near", TREATMENTS))
    file.finish()


def _questions(reader: Reader) -> Iterator[Question]:
    file = reader.file("questions.toml")
    for table in tables(file, "question"):
        yield Question(
            reader.item(table, table.take("push", str, None)),
            _depth(table),
            table.ids("treatments", TREATMENTS),
            table.ids("types", APPOINTMENT_TYPES),
            table.ids("stages", STAGES),
            table.take("rank", int),
            table.take("heavy", bool, default=False),
        )
    file.finish()


def _coping(reader: Reader) -> Iterator[CopingLine]:
    file = reader.file("coping.toml")
    for table in tables(file, "line"):
        push = table.take("push", bool)
        yield CopingLine(reader.item(table), push, table.one_of("situation", SITUATIONS))
    file.finish()


def _ready(reader: Reader) -> Iterator[Ready]:
    file = reader.file("prepare.toml")
    for table in tables(file, "ready"):
        yield Ready(reader.item(table), table.ids("types", APPOINTMENT_TYPES))
    file.finish()


def _texts(reader: Reader) -> dict[str, Item]:
    replies = reader.items("replies.toml", "reply")
    # The name of a kind of visit is a text of its own: `results` alone would be the kind itself.
    kinds = reader.items("kinds.toml", "kind", prefix="kind.")
    pushes = [reader.item(table) for table in tables(reader.file("reminders.toml"), "push")]
    texts = {item.id: item for item in (*replies, *pushes, *kinds)}
    if len(texts) != len(replies) + len(pushes) + len(kinds):
        raise ContentError.at("replies.toml", "-", "an id stands twice in replies, reminders or kinds")
    if missing := [kind for kind in APPOINTMENT_TYPES if f"kind.{kind}" not in texts]:
        raise ContentError.at("kinds.toml", "-", f"has no words for {', '.join(missing)}")
    if unknown := {kind.id.removeprefix("kind.") for kind in kinds} - set(APPOINTMENT_TYPES):
        raise ContentError.at("kinds.toml", ", ".join(sorted(unknown)), "is not an appointment type")
    return texts


def _sources(file: Table) -> dict[str, tuple[str, str]]:
    sources: dict[str, tuple[str, str]] = {}
    for table in tables(file, "source"):
        source = table.take("id", str)
        if source in sources:
            raise table.wrong("stands twice")
        sources[source] = (table.take("title", str), table.take("date", str))
    file.finish()
    return sources


def _depth(table: Table) -> Depth:
    return cast("Depth", table.one_of("depth", DEPTHS))
