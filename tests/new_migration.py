"""Writes the next migration from what the records say: `python -m tests.new_migration "what it does"`."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from companion.storage import migration
from companion.storage.database import open_database
from companion.storage.keys import FernetRing, new_key


def write(message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'empty.db'}", FernetRing((new_key(),)))
        migration.upgrade(database)
        config = migration.alembic_config(database)
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        database.close()


if __name__ == "__main__":
    write(sys.argv[1])
