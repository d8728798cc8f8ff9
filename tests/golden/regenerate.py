"""
Writes the generated parts anew: `make golden`, or `python -m tests.golden.regenerate [NAME ...]`.

What a person wrote is left as it is. A conversation that breaks one of its promises is not recorded: what
is recorded is what the product is meant to do.
"""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from companion.catalogue import load_catalogue
from companion.domain.languages import ENGLISH, Languages
from companion.storage import migration
from companion.storage.database import open_database
from companion.storage.keys import FernetRing, new_key
from tests.golden import files, promises, replay

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def regenerate(wanted: Sequence[str], folder: Path = files.FOLDER) -> dict[str, list[str]]:
    """Record the conversations; return those that were not, each with the promises it breaks."""
    languages = Languages({ENGLISH: load_catalogue(_TEMPLATES)})
    with tempfile.TemporaryDirectory() as scratch:
        key, empty = new_key(), Path(scratch) / "empty.db"
        _migrated(empty, key)
        found = {}
        for name in wanted:
            conversation = files.load(name, folder)
            try:
                file = Path(shutil.copy(empty, Path(scratch) / f"{name}.db"))
                played = replay.play(conversation, file, key, languages)
                problems = promises.broken(conversation, played)
            except Exception as error:  # noqa: BLE001 - one conversation must not cost the others theirs
                problems = [f"it cannot be played: {type(error).__name__}: {error}"]
            if problems:
                found[name] = problems
                files.save(name, files.authored(conversation), folder)
            else:
                files.save(name, files.with_generated(conversation, played.steps, played.end), folder)
    return found


def _migrated(file: Path, key: str) -> None:
    database = open_database(f"sqlite:///{file}", FernetRing((key,)))
    migration.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def main(arguments: Sequence[str]) -> int:
    wanted = arguments or files.names()
    found = regenerate(wanted)
    for name, problems in found.items():
        print(f"not recorded: {name}")  # noqa: T201
        for problem in problems:
            print(f"    {problem}")  # noqa: T201
    print(f"recorded {len(wanted) - len(found)} of {len(wanted)} conversations")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
