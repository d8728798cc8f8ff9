"""`companion import`: a file of people and visits, all of it or nothing."""

from pathlib import Path

import click

from companion.bootstrap import Companion
from companion.catalogue.import_words import ImportWords, load_import_words
from companion.cli.shared import as_json, number, opened, show
from companion.domain.importing import Decision
from companion.domain.sheets import Finding
from companion.errors import InvalidInput
from companion.services import importing, overview, owed_plans
from companion.services.importing import By

#: Larger is no list of a clinic's visits.
_LARGEST = 32 * 1024 * 1024
#: Between two lines that say how far it has come.
_PEOPLE_A_LINE = 200

#: Names of the JSON answer, by those of the decision.
_NAMES = {
    "enrol": "enrolled",
    "change": "changed",
    "book": "booked",
    "adopt": "adopted",
    "move": "moved",
    "edit": "edited",
    "cancel": "cancelled",
    "unchanged": "unchanged",
    "ask": "asked",
    "remarks": "left_out",
}


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show every problem and what it would do; store nothing.")
@click.option("--clinic", "clinic_id", help="Needed only when there is more than one.")
@as_json
def import_file(file: Path, clinic_id: str | None, dry_run: bool, as_json: bool) -> None:
    """
    Import people and visits from a CSV file: enrol, book, move and cancel by reference, all or nothing.

    A second run of the same file changes nothing. What the file does not name stays as it is.
    """
    data = _content(file)
    with opened() as companion:
        words = load_import_words(companion.setup.templates)
        one = number(clinic_id, "clinic") if clinic_id else _only_clinic(companion)
        if dry_run:
            decision = importing.check(companion.setup, one, data, companion.clock())
            _refuse(decision, words, as_json=as_json)
            _show(decision, words, {"dry_run": True}, as_json=as_json)
            return
        by = By(one, None, companion.real_clock())
        done = importing.apply(companion.setup, by, data, companion.clock())
        _refuse(done.decision, words, as_json=as_json)
        _plan(companion, done.run_id or 0, done.people)
    first: dict[str, object] = {"import": done.run_id, "planned_for": done.people}
    _show(done.decision, words, first, as_json=as_json)


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > _LARGEST:
            raise InvalidInput(f"{file.name} is larger than 32 MB; split it in two.")
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{file.name} cannot be read: {error.strerror}.") from error


def _only_clinic(companion: Companion) -> int:
    found = overview.clinic_rows(companion.setup)
    if len(found) != 1:
        have = "There are several clinics; say which with --clinic." if found else "There is no clinic yet."
        raise InvalidInput(have)
    return found[0].id or 0


def _plan(companion: Companion, run_id: int, people: int) -> None:
    """Plan everybody's texts; if this process dies, the worker goes on with it."""
    done = 0
    while some := owed_plans.make(companion.setup, companion.clock(), _PEOPLE_A_LINE, run_id=run_id):
        done += some
        if people > _PEOPLE_A_LINE:
            click.echo(f"texts planned for {min(done, people)} of {people} people", err=True)


def _refuse(decision: Decision, words: ImportWords, *, as_json: bool) -> None:
    """List every problem and refuse, if there is one."""
    for found in decision.problems:
        _say(found, "problem", words, as_json=as_json)
    if decision.problems:
        count = len(decision.problems)
        raise InvalidInput(f"{count} {'problem' if count == 1 else 'problems'}; nothing was stored.")


def _show(decision: Decision, words: ImportWords, first: dict[str, object], *, as_json: bool) -> None:
    for found in decision.remarks:
        _say(found, "remark", words, as_json=as_json)
    counts = decision.counts()
    value = {**first, **{name: counts[key] for key, name in _NAMES.items()}}
    line = (
        f"{counts['enrol']} people enrolled, {counts['change']} changed; {counts['book']} visits booked, "
        f"{counts['adopt']} booked by hand before and now known by their reference, "
        f"{counts['move']} moved, {counts['edit']} with another kind or place, {counts['cancel']} cancelled, "
        f"{counts['unchanged']} as they were"
    )
    show(value, f"{line}. Nothing was stored." if "dry_run" in first else line, as_json=as_json)


def _say(found: Finding, kind: str, words: ImportWords, *, as_json: bool) -> None:
    said = words.say(found)
    where = f"row {found.row}" if found.row else "the file"
    where += f", {found.column}" if found.column else ""
    show(
        {"row": found.row, "column": found.column, kind: said, "code": found.code},
        f"{where}: {said}",
        as_json=as_json,
    )
