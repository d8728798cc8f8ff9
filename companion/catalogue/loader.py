"""Loads one language's files; whatever is wrong with them is a ContentError and nothing is loaded."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

from companion.catalogue.checks import check
from companion.catalogue.tables import Table, read, tables
from companion.domain.catalogue import (
    DEPTHS,
    Catalogue,
    Command,
    CopingLine,
    Denial,
    Item,
    Lexicon,
    Question,
    ReminderRules,
    Rule,
    Slot,
    Treatment,
)
from companion.domain.clock_time import DateWords
from companion.domain.privacy import LockScreen
from companion.domain.understanding import normalise
from companion.domain.vocabulary import APPOINTMENT_TYPES, INTENTS, TREATMENTS
from companion.errors import ContentError


def load_catalogue(templates: Path, language: str = "en") -> Catalogue:
    """
    Read `templates/sms/<language>` whole.

    Raises ContentError naming file and item for an id that is unknown, missing or given twice, an
    alias claimed twice, a source nobody lists, a text or placeholder the program and the files do not
    share, or a file that is not as templates/sms/README.md says.
    """
    folder = templates / "sms" / language
    treatments = {t.id: t for t in _treatments(folder)}
    catalogue = Catalogue(
        language=language,
        treatments=treatments,
        questions=tuple(_questions(read(folder / "questions.toml"))),
        coping=tuple(_coping(read(folder / "coping.toml"))),
        texts=_texts(folder),
        lexicon=_lexicon(read(folder / "keywords.toml")),
        reminders=_rules(read(folder / "reminders.toml")),
        lock_screen=_lock_screen(read(folder / "privacy.toml")),
        dates=_dates(read(folder / "dates.toml")),
        aliases=_aliases(treatments.values()),
    )
    check(catalogue, read(folder / "sources.toml"))
    return catalogue


def _treatments(folder: Path) -> Iterator[Treatment]:
    for treatment_id in TREATMENTS:
        table = read(folder / "treatments" / f"{treatment_id}.toml")
        if table.name != treatment_id:
            raise table.wrong(f"the file {treatment_id}.toml must hold the id {treatment_id}")
        about = tuple(_item(t) for t in tables(table, "about"))
        treatment = Treatment(
            table.take("id", str),
            table.take("parent", str, None),
            table.take("name", str),
            tuple(normalise(alias) for alias in table.words("aliases")),
            about,
        )
        # Only one listed earlier may be a parent, so that the tree has no circle.
        earlier = TREATMENTS[: TREATMENTS.index(treatment_id)]
        if not about or (treatment.parent and treatment.parent not in earlier):
            raise ContentError.at(table.place, treatment_id, "needs an [[about]] and a parent that exists")
        table.finish()
        yield treatment


def _item(table: Table) -> Item:
    return table.item()


def _questions(file: Table) -> Iterator[Question]:
    for table in tables(file, "question"):
        depth = table.take("depth", str)
        question = Question(
            table.item(),
            depth,
            frozenset(table.words("treatments")),
            frozenset(table.words("types")),
            table.take("rank", int),
            table.take("heavy", bool, default=False),
            table.take("push", str, None),
        )
        if depth not in DEPTHS:
            raise ContentError.at(file.place, question.item.id, f"depth {depth!r} is not one of {DEPTHS}")
        if unknown := question.treatments - set(TREATMENTS) | question.types - set(APPOINTMENT_TYPES):
            raise ContentError.at(file.place, question.item.id, f"no such id: {', '.join(sorted(unknown))}")
        yield question
    file.finish()


def _coping(file: Table) -> Iterator[CopingLine]:
    for table in tables(file, "line"):
        yield CopingLine(table.item(), table.take("push", bool))
    file.finish()


def _lock_screen(file: Table) -> LockScreen:
    words = LockScreen(file.words("not_on_a_lock_screen"))
    file.finish()
    return words


def _texts(folder: Path) -> dict[str, Item]:
    replies = _all_items(read(folder / "replies.toml"), "reply")
    kinds = _all_items(read(folder / "kinds.toml"), "kind")
    pushes = [t.item() for t in tables(read(folder / "reminders.toml"), "push")]
    texts = {item.id: item for item in (*replies, *pushes)}
    for kind in kinds:
        texts[f"kind.{kind.id}"] = kind
    if len(texts) != len(replies) + len(pushes) + len(kinds):
        raise ContentError.at("replies.toml", "-", "an id stands twice in replies, reminders or kinds")
    if missing := [kind for kind in APPOINTMENT_TYPES if f"kind.{kind}" not in texts]:
        raise ContentError.at("kinds.toml", "-", f"has no words for {', '.join(missing)}")
    if unknown := {kind.id for kind in kinds} - set(APPOINTMENT_TYPES):
        raise ContentError.at("kinds.toml", ", ".join(sorted(unknown)), "is not an appointment type")
    return texts


def _all_items(file: Table, key: str) -> list[Item]:
    items = [table.item() for table in tables(file, key)]
    file.finish()
    return items


def _rules(file: Table) -> ReminderRules:
    file.take("push", list)
    rules = tuple(
        Rule(
            t.take("id", str),
            t.take("days_before", int),
            t.take("at", str),
            t.take("after_attended", bool),
            frozenset(t.words("never_for")),
        )
        for t in tables(file, "rule")
    )
    found = ReminderRules(
        rules,
        file.take("sending_from", str),
        file.take("sending_until", str),
        file.take("quiet_minutes_before_visit", int),
        file.take("correction_notice_minutes", int),
        file.take("pushes_per_day", int),
        file.take("pushes_per_week", int),
    )
    file.finish()
    return found


def _dates(file: Table) -> DateWords:
    words = DateWords(
        file.words("weekdays"),
        file.words("months"),
        *(file.take(key, str) for key in ("am", "pm", "midday", "midnight", "at", "also")),
    )
    file.finish()
    if len(words.weekdays) != 7 or len(words.months) != 12:
        raise ContentError.at(file.place, "-", "needs seven weekdays and twelve months")
    return words


def _lexicon(file: Table) -> Lexicon:
    carrier = Table(file.place, file.take("carrier", dict))
    safety = Table(file.place, file.take("safety", dict))
    sentences = Table(file.place, file.take("sentences", dict))
    context = Table(file.place, file.take("in_context", dict))
    denial = Table(file.place, file.take("denial", dict))
    lexicon = Lexicon(
        opt_out=_normal(carrier, "opt_out"),
        opt_in=_normal(carrier, "opt_in"),
        carrier_help=_normal(carrier, "help"),
        commands=tuple(_commands(file)),
        urgent=tuple(_normal(safety, "urgent")),
        distress=tuple(_normal(safety, "distress")),
        bereavement=tuple(_normal(safety, "bereavement")),
        denial=Denial(*(tuple(sorted(_normal(denial, key))) for key in ("signs", "nots", "before", "after"))),
        opt_out_sentences=_normal(sentences, "opt_out"),
        opt_out_alone=_normal(sentences, "opt_out_alone"),
        wrong_number=_normal(sentences, "wrong_number"),
        confirm_when_asked=_normal(context, "confirm"),
        more_after_list=_normal(context, "more"),
        fillers=tuple(_normal(file, "fillers")),
    )
    for table in (file, carrier, safety, sentences, context, denial):
        table.finish()
    return lexicon


def _commands(file: Table) -> Iterator[Command]:
    for table in tables(file, "command"):
        command = Command(
            table.take("intent", str),
            # The longest first: what stands behind `MY QUESTION IS` is not `IS` and the rest.
            tuple(sorted(_normal(table, "words"), key=lambda word: (-len(word), word))),
            table.take("slot", str, "none"),
        )
        if command.intent not in INTENTS:
            raise ContentError.at(file.place, command.intent, "is not an intent; see docs/glossary.md")
        if command.slot not in get_args(Slot):
            raise ContentError.at(file.place, command.intent, f"slot is one of {', '.join(get_args(Slot))}")
        yield command


def _normal(table: Table, key: str) -> frozenset[str]:
    return frozenset(normalise(word) for word in table.words(key))


def _aliases(treatments: Iterable[Treatment]) -> dict[str, str]:
    aliases: dict[str, str] = {}
    for treatment in treatments:
        for alias in treatment.aliases:
            if aliases.setdefault(alias, treatment.id) != treatment.id:
                raise ContentError.at(
                    f"{treatment.id}.toml", treatment.id, f"the alias {alias} is {aliases[alias]}'s already"
                )
    return aliases
