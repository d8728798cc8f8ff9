"""`companion content word` and `words`: a clinic's own words in place of the catalogue's."""

import click

from companion.cli.shared import as_json, number, opened, show
from companion.domain.clock_time import write_instant
from companion.domain.languages import ENGLISH
from companion.errors import InvalidInput
from companion.records import LocalWording
from companion.services import rewording


@click.command("word")
@click.argument("item")
@click.option("--clinic", "clinic_id", required=True, help="The clinic whose patients get these words.")
@click.option("--text", help="The words; \\n begins a new line.")
@click.option("--push", help="For a question: its words in reminders; without them it is in none.")
@click.option("--drop", is_flag=True, help="Take the clinic's words back.")
@click.option("--language", default=ENGLISH, help="The language of the words; en by default.")
@click.option("--by", help="Who wrote them.")
@as_json
def word(
    item: str,
    clinic_id: str,
    text: str | None,
    push: str | None,
    drop: bool,
    language: str,
    by: str | None,
    as_json: bool,
) -> None:
    """Put a clinic's own words in place of the text ITEM, or take them back."""
    clinic = number(clinic_id, "clinic")
    if drop and any(value is not None for value in (text, push, by)):
        raise InvalidInput("--drop takes the clinic's words back; leave --text, --push and --by out.")
    with opened() as companion:
        if drop:
            rewording.drop_wording(companion.setup, clinic, language, item, companion.clock())
            value = {"clinic": clinic, "language": language, "item": item, "dropped": True}
            show(value, f"{item}: the catalogue's words stand again", as_json=as_json)
            return
        if text is None or by is None:
            raise InvalidInput("Give the words with --text and who wrote them with --by, or --drop.")
        pushed = None if push is None else _lines(push)
        row = rewording.set_wording(
            companion.setup, clinic, language, item, _lines(text), pushed, by, companion.clock()
        )
        _show(row, in_use=True, as_json=as_json)


@click.command("words")
@click.option("--clinic", "clinic_id", help="Only this clinic's.")
@as_json
def words(clinic_id: str | None, as_json: bool) -> None:
    """List what clinics say in place of the catalogue's words, and who wrote it when."""
    clinic = number(clinic_id, "clinic") if clinic_id is not None else None
    with opened() as companion:
        for row in rewording.list_wordings(companion.setup, clinic):
            _show(row, in_use=rewording.in_use(companion.setup, row), as_json=as_json)


def _lines(typed: str) -> str:
    """A shell hands `\\n` over as it was typed, and a phone would show it so."""
    return typed.replace("\\n", "\n").strip()


def _show(row: LocalWording, *, in_use: bool, as_json: bool) -> None:
    value = {
        "clinic": row.clinic_id,
        "language": row.language,
        "item": row.item_id,
        "text": row.text,
        "push": row.push,
        "in_use": in_use,
        "by": row.written_by,
        "at": write_instant(row.written_at),
    }
    unused = "" if in_use else " (not sent: it no longer fits the catalogue)"
    push = f" / in reminders: {row.push}" if row.push is not None else ""
    written = f"by {row.written_by}, {write_instant(row.written_at)}"
    line = f"clinic {row.clinic_id} {row.language} {row.item_id}{unused}, {written}: {row.text}{push}"
    show(value, line, as_json=as_json)
