"""`companion content show`: what a person would get, what there is, and the booklet for reviewers."""

from collections.abc import Iterable
from pathlib import Path

import click

from companion import settings
from companion.bootstrap import system_clock
from companion.catalogue import load_languages
from companion.cli.booklet import write_booklet
from companion.cli.shared import as_json, number, opened, word_of
from companion.cli.shared import show as tell
from companion.domain.catalogue import Catalogue
from companion.domain.languages import ENGLISH
from companion.domain.showing import Asked, Row, Shown, booklet, index, texts_for
from companion.domain.vocabulary import APPOINTMENT_TYPES, STAGES
from companion.errors import InvalidInput, NotFound
from companion.records import Information
from companion.services import wordings

_HEADINGS = {
    "welcome": "On joining, once",
    "treatment": "What the treatment is",
    "part": "What is in it",
    "question": "Questions, text by text",
    "push": "Reminders",
    "visit": "The visit, and getting ready",
    "coping": "Support, one line each time",
}
_GROUPS = {
    "kind": "Texts by kind",
    "treatment": "Treatments",
    "appointment": "Kinds of visit",
    "all": "In all",
}


@click.command("show")
@click.option("--treatment", help="A treatment's id; none means general questions.")
@click.option("--type", "kind", help="An appointment type's id; none means no visit is booked.")
@click.option("--stage", help="How far along; by default it follows from treatment and type.")
@click.option("--information", help="less, standard or full; standard by default.")
@click.option("--html", "html", help="Write a booklet of the whole catalogue to this file instead.")
@click.option("--language", default=ENGLISH, help="The language of the texts; en by default.")
@click.option("--clinic", "clinic_id", help="What this clinic's patients get, with its own wording.")
@as_json
def show(
    treatment: str | None,
    kind: str | None,
    stage: str | None,
    information: str | None,
    html: str | None,
    language: str,
    clinic_id: str | None,
    as_json: bool,
) -> None:
    """Show every text a person would get; without options, list what there is."""
    now = system_clock()
    templates = settings.load(settings.environment(), local=True).templates
    catalogue = _catalogue(templates, language, clinic_id)
    chosen = (treatment, kind, stage, information)
    if html is not None:
        if any(option is not None for option in chosen):
            raise InvalidInput("--html writes the whole catalogue; leave the other options out.")
        made = booklet(catalogue, now.date())
        write_booklet(made, templates, Path(html))
        value = {"file": html, "items": made.total.items, "reviewed": made.total.reviewed}
        tell(value, f"{html}: {_counted(made.total)}", as_json=as_json)
    elif all(option is None for option in chosen):
        _show_index(index(catalogue, now.date()), as_json=as_json)
    else:
        # What is held back on this day reaches nobody, so it is not shown.
        _show_texts(catalogue.as_of(now.date()), _asked(catalogue, *chosen), as_json=as_json)


def _catalogue(templates: Path, language: str, clinic_id: str | None) -> Catalogue:
    if clinic_id is None:
        languages = load_languages(templates)
        return languages.catalogues[languages.known(language)]
    with opened() as companion:
        return wordings.catalogue_of_clinic(companion.setup, number(clinic_id, "clinic"), language)


def _asked(
    catalogue: Catalogue, treatment: str | None, kind: str | None, stage: str | None, information: str | None
) -> Asked:
    """Raises NotFound or InvalidInput for a word that nothing has."""
    _known("appointment type", kind, APPOINTMENT_TYPES)
    _known("stage", stage, STAGES)
    chosen = catalogue.treatment(treatment).id if treatment is not None else None
    depth = (
        Information.STANDARD if information is None else word_of(Information, information, "--information")
    )
    return Asked(chosen, kind, stage, depth.value)


def _known(noun: str, found: str | None, known: tuple[str, ...]) -> None:
    if found is not None and found not in known:
        raise NotFound(f"There is no {noun} {found}. Choose one of: {', '.join(known)}.")


def _show_texts(catalogue: Catalogue, asked: Asked, *, as_json: bool) -> None:
    person, texts = texts_for(catalogue, asked)
    if not person.real:
        click.echo(
            f"companion: nobody is at the stage {person.stage} with this treatment and visit, so no reminder "
            "is shown; the questions are those for that stage.",
            err=True,
        )
    section = None
    for text in texts:
        if not as_json and text.section != section:
            click.echo(f"== {_HEADINGS[text.section]} ==")
        section = text.section
        tell(_text_value(text, person.stage), _text_lines(text), as_json=as_json)


def _text_value(text: Shown, stage: str) -> dict[str, object]:
    return {
        "section": text.section,
        "by": text.by,
        "stage": stage,
        "body": text.body,
        "encoding": text.encoding,
        "segments": text.segments,
        "status": text.status,
        "version": text.version,
        "items": [{"id": i.id, "version": i.version, "status": i.status} for i in text.items],
    }


def _text_lines(text: Shown) -> str:
    segments = f"{text.segments} segment{'s' if text.segments != 1 else ''}"
    made_of = " ".join(f"{item.id}@{item.version}" for item in text.items)
    return f"{text.by}: {segments}, {text.encoding}, {text.status}\n{made_of}\n{text.body}\n"


def _show_index(rows: Iterable[Row], *, as_json: bool) -> None:
    group = None
    for row in rows:
        if not as_json and row.group != group:
            click.echo(f"== {_GROUPS[row.group]} ==")
        group = row.group
        value = {
            "group": row.group,
            "id": row.id,
            "name": row.name,
            "items": row.items,
            "reviewed": row.reviewed,
            "withheld": row.withheld,
        }
        name = f" ({row.name})" if row.name != row.id else ""
        tell(value, f"{row.id}{name}: {_counted(row)}", as_json=as_json)


def _counted(row: Row) -> str:
    withheld = f", {row.withheld} held back because a review is overdue" if row.withheld else ""
    return f"{row.items} texts, {row.reviewed} reviewed{withheld}"
