"""
Engines and transactions.

SQLite: write-ahead log, full synchronisation (an acknowledged STOP must survive a power cut), foreign
keys on, and every writing transaction begins IMMEDIATE, because a read that turns into a write behind
another's commit fails at once whatever the busy timeout.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlmodel import Session

from companion.errors import SettingsError, StorageError
from companion.records.columns import KeyRing
from companion.storage.gate import WriterGate

_POSTGRESQL = "postgresql+psycopg"
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000")


@dataclass(frozen=True)
class Database:
    engine: Engine
    #: In front of every writing transaction on a SQLite file; None: the database needs none.
    gate: WriterGate | None = None

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[Session]:
        """
        Commit when the block ends, roll back when it raises. Never hold one across a network call.

        Without `keep` it is rolled back however it ends: to see what a change would do. What was read and
        made in it can still be read afterwards.
        """
        with (
            self._alone(),
            translated(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin() as held,
        ):
            yield session
            if not keep:
                session.flush()
                session.expunge_all()
                held.rollback()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A snapshot that writes nothing and keeps no writer waiting."""
        with translated(), Session(self.reader, expire_on_commit=False) as session, session.begin():
            yield session

    def _alone(self) -> AbstractContextManager[None]:
        return self.gate.held() if self.gate else nullcontext()

    @property
    def reader(self) -> Engine:
        """The same connections, for what only reads."""
        return self.engine.execution_options(companion_reading=True)

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def translated() -> Iterator[None]:
    """Raise StorageError in place of the library's errors, with the type alone: the rest may hold values."""
    try:
        yield
    except SQLAlchemyError as error:
        problem = type(error.__cause__ or error).__name__
        raise StorageError(
            f"The database did not answer ({problem}); `companion check` says more."
        ) from error


def open_database(url: str, ring: KeyRing) -> Database:
    """
    Return the database at `url`, with the key ring its encrypted columns need; nothing is connected yet.

    A SQLite file and its folder are made readable by the owner only. Raises SettingsError for an address
    of another kind of database, and for a file that cannot be made.
    """
    address = _address(url)
    sqlite = address.get_backend_name() == "sqlite"
    file = Path(address.database) if sqlite and address.database not in (None, "", ":memory:") else None
    if file is not None:
        _make_private(file)
    # A failed statement's parameters are names, numbers and hashes; they have no place in a traceback.
    engine = create_engine(address, pool_pre_ping=not sqlite, hide_parameters=True)
    engine.dialect.key_ring = ring  # type: ignore[attr-defined]
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return Database(engine, _gate(file) if file is not None else None)


def _gate(database: Path) -> WriterGate:
    lock = database.with_name(f"{database.name}.lock")
    _make_private(lock)
    return WriterGate(lock)


def _address(url: str) -> URL:
    try:
        address = make_url(_driver(url))
    except (ArgumentError, ValueError):
        raise SettingsError("DATABASE_URL cannot be read as the address of a database.") from None
    if address.get_backend_name() != "sqlite" and address.drivername != _POSTGRESQL:
        raise SettingsError("DATABASE_URL names neither a SQLite file nor a PostgreSQL server.")
    return address


def _driver(url: str) -> str:
    """Hosts hand out `postgres://`; SQLAlchemy wants the driver named."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return f"{_POSTGRESQL}://{url.removeprefix(prefix)}"
    return url


def _make_private(file: Path) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"DATABASE_URL names a file that cannot be made: {error.strerror}.") from error


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # else the driver begins transactions of its own
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("companion_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
