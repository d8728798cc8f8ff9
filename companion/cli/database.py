"""`companion db upgrade` and `companion check`."""

import sys

import click

from companion import settings
from companion.bootstrap import build, build_database, system_clock
from companion.catalogue import load_languages
from companion.cli.shared import as_json, show
from companion.errors import CompanionError
from companion.services import going_live
from companion.services.going_live import Waiting
from companion.settings import Problem, Settings
from companion.storage import migration
from companion.storage.database import open_database
from companion.storage.keys import FernetRing


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the present schema; again does nothing."""
    database = build_database(settings.load(settings.environment(), local=True))
    migration.upgrade(database)
    database.close()
    click.echo("The database is at the present schema.")


@click.command()
@as_json
def check(as_json: bool) -> None:
    """List every problem of the configuration, with what mends it."""
    loaded = settings.load(settings.environment(), local=True)
    found = settings.problems(loaded) + _content(loaded) + _database(loaded)
    # As long as anything else is missing, no text reaches a phone and no clinic can be looked at.
    if not found and not loaded.on_local_carrier:
        found = _clinics(loaded)
    for problem in found:
        show(
            {
                "id": problem.id,
                "setting": problem.setting,
                "problem": problem.problem,
                "hint": problem.hint,
            },
            f"{problem.id} {problem.setting}: {problem.problem}; {problem.hint}",
            as_json=as_json,
        )
    if found:
        sys.exit(1)
    if not as_json:
        click.echo("The configuration is complete.")


def _content(loaded: Settings) -> list[Problem]:
    try:
        load_languages(loaded.templates)
    except CompanionError as error:
        return [Problem("C020", "templates/sms", str(error), "mend the file it names")]
    return []


def _database(loaded: Settings) -> list[Problem]:
    name = "DATABASE_URL"
    try:
        # No key is needed to look at the schema, so a bad one hides nothing here.
        database = open_database(loaded.database_url.get_secret_value(), FernetRing(()))
        current = migration.is_current(database)
        database.close()
    except (CompanionError, OSError) as error:
        return [Problem("C030", name, f"cannot be opened ({type(error).__name__})", "check the address")]
    if current:
        return []
    return [Problem("C031", name, "is not at the present schema", "run `companion db upgrade`")]


def _clinics(loaded: Settings) -> list[Problem]:
    companion = build(loaded)
    try:
        return [_not_live(clinic) for clinic in going_live.waiting(companion.setup, system_clock())]
    finally:
        companion.close()


def _not_live(clinic: Waiting) -> Problem:
    problem = f"is not live, and {clinic.open} of its texts are drafts or overdue and not accepted"
    listed = f"list them with `companion content open --clinic {clinic.clinic_id}`, sign or accept them, and "
    live = f"run `companion clinic live {clinic.clinic_id}`"
    if not clinic.open:
        problem, listed = "is not live, so nobody can be enrolled there", ""
    return Problem("C040", f"clinic {clinic.clinic_id}", problem, listed + live)
