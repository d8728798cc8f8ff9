"""`companion content open` and `accept`: what stands between a clinic and going live, and its word on it."""

import sys
from pathlib import Path

import click

from companion.cli.shared import as_json, number, opened, show
from companion.domain.languages import ENGLISH
from companion.errors import InvalidInput
from companion.services import accepting, going_live

_language = click.option("--language", default=ENGLISH, show_default=True, help="Of the texts.")
_clinic = click.option("--clinic", "clinic_id", required=True, help="The clinic's id.")


@click.command("open")
@_clinic
@_language
@as_json
def open_(clinic_id: str, language: str, as_json: bool) -> None:
    """List each text that is a draft or overdue and that the clinic has not accepted, with the reason."""
    clinic = number(clinic_id, "clinic")
    with opened() as companion:
        found = going_live.still_open(companion.setup, clinic, language, companion.clock())
    for text in found:
        value = {
            "id": text.id,
            "version": text.version,
            "language": text.language,
            "status": text.status,
            "why": text.why,
        }
        show(value, f"{text.wording} {text.status}: {text.why}", as_json=as_json)


@click.command("accept")
@click.argument("items", nargs=-1, metavar="ITEM...")
@_clinic
@click.option("--by", required=True, help="Who accepts the texts for the clinic.")
@click.option("--role", required=True, help="What they are, for example: consultant haematologist.")
@click.option("--from", "file", help="A file of texts, one a line, as `content open` lists them; - is stdin.")
@_language
@as_json
def accept(
    items: tuple[str, ...],
    clinic_id: str,
    by: str,
    role: str,
    file: str | None,
    language: str,
    as_json: bool,
) -> None:
    """
    Accept the present wording of each text for a clinic, so that it may go live with it.

    ITEM is a text's id, or id@version to accept the wording that was read and no other.
    """
    if not items and file is None:
        raise click.UsageError("Name the texts, or give a file of them with --from.")
    named = (*items, *(_read(file) if file is not None else ()))
    clinic = number(clinic_id, "clinic")
    with opened() as companion:
        now = companion.clock()
        accepted = accepting.accept(companion.setup, clinic, language, named, by, role, now)
    for text in accepted:
        value = {"id": text.id, "version": text.version, "clinic": clinic, "new": text.new}
        word = "accepted" if text.new else "was accepted before"
        show(value, f"{text.id}@{text.version}: {word} for clinic {clinic}", as_json=as_json)


def _read(file: str) -> tuple[str, ...]:
    """Return the first word of each line; empty lines and those that begin with # are passed over."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file} cannot be read as a list of texts.") from error
    return tuple(line.split()[0] for line in text.splitlines() if line.strip() and not line.startswith("#"))
