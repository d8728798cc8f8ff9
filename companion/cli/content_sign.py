"""`companion content sign`: a reviewer's agreement with the present wording of some texts."""

from collections.abc import Mapping
from datetime import date

import click

from companion import settings
from companion.bootstrap import system_clock
from companion.catalogue import load_languages, signing
from companion.catalogue.signing import Signature
from companion.cli.shared import as_json, show
from companion.domain.clock_time import to_wall
from companion.domain.items import Review
from companion.domain.languages import ENGLISH
from companion.errors import InvalidTime

_YEARS = range(2000, 2200)


@click.command("sign")
@click.argument("items", nargs=-1, required=True)
@click.option("--reviewer", required=True, help="Who has read the texts and agrees with them.")
@click.option("--role", required=True, help="What they are, for example: consultant haematologist.")
@click.option("--on", help="The day of signing, as 2026-11-23; today by default.")
@click.option("--due", help="The day to look again; by default in 6 months for safety texts, else 12.")
@click.option("--language", default=ENGLISH, help="The language whose texts are signed; en by default.")
@as_json
def sign(
    items: tuple[str, ...],
    reviewer: str,
    role: str,
    on: str | None,
    due: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Record that a reviewer agrees with the present wording of each text."""
    loaded = settings.load(settings.environment(), local=True)
    signature = signature_of(reviewer, role, on, due, today=to_wall(system_clock(), loaded.timezone).date())
    load_languages(loaded.templates).known(language)
    tell(signing.sign(loaded.templates, items, signature, language), as_json=as_json)


def signature_of(reviewer: str, role: str, on: str | None, due: str | None, *, today: date) -> Signature:
    """Read the days as they were typed; raises InvalidTime for one that is no day."""
    return Signature(
        reviewer, role, _day(on) if on is not None else today, _day(due) if due is not None else None
    )


def tell(signed: Mapping[str, Review], *, as_json: bool) -> None:
    for item_id, review in signed.items():
        value = {
            "id": item_id,
            "version": review.version,
            "reviewer": review.reviewer,
            "role": review.role,
            "on": review.on.isoformat(),
            "due": review.due.isoformat(),
        }
        who = f"{review.reviewer}, {review.role}"
        line = f"{item_id}@{review.version}: signed by {who}, on {review.on}; due again on {review.due}"
        show(value, line, as_json=as_json)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidTime(f"{text!r} is not a day; write it as 2026-11-23.") from error
    # fromisoformat also takes `20261123` and `2026-W48-1`.
    if day.year not in _YEARS or day.isoformat() != text:
        raise InvalidTime(f"{text!r} is not a day; write it as 2026-11-23.")
    return day
