"""Engines and transactions: what SQLite is told, who may read its file, which addresses are understood."""

import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import DateTime, text
from sqlmodel import SQLModel, UTCDateTime, select

from companion.errors import SettingsError, StorageError
from companion.records import Heartbeat
from companion.storage import migration
from companion.storage.database import Database, open_database
from companion.storage.keys import FernetRing, new_key
from tests.fakes import MONDAY


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'new' / 'companion.db'}", FernetRing((new_key(),)))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 15000)],
)
def test_every_sqlite_connection_is_safe_against_a_power_cut(
    sqlite: Database, pragma: str, value: object
) -> None:
    with sqlite.engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_the_sqlite_file_and_its_folder_are_for_the_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        database = open_database(f"sqlite:///{tmp_path / 'new' / 'companion.db'}", FernetRing((new_key(),)))
        migration.upgrade(database)
        with database.transaction() as session:
            session.add(Heartbeat(name="worker", at=MONDAY))
            session.flush()
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "new").iterdir()}
        database.close()
    finally:
        os.umask(before)

    assert modes == {
        "companion.db": 0o600,
        "companion.db-wal": 0o600,
        "companion.db-shm": 0o600,
        "companion.db.lock": 0o600,
    }
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_an_address_as_hosts_hand_it_out_is_understood(new_postgres, encryption_key: str) -> None:
    address = new_postgres().removeprefix("postgresql+psycopg://")
    for scheme in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        database = open_database(scheme + address, FernetRing((encryption_key,)))
        assert migration.is_current(database)
        database.close()


def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.transaction() as session:  # noqa: PT012 - the block is the test
        session.add(Heartbeat(name="worker", at=MONDAY))
        session.flush()
        raise RuntimeError

    with database.reading() as session:
        assert session.get(Heartbeat, "worker") is None


def test_a_reader_waits_for_no_writer_and_sees_only_what_is_committed(database: Database) -> None:
    with database.transaction() as writing:
        writing.add(Heartbeat(name="worker", at=MONDAY))
        writing.flush()
        with database.reading() as reading:
            assert reading.get(Heartbeat, "worker") is None

    with database.reading() as reading:
        assert reading.get_one(Heartbeat, "worker").at == MONDAY


def test_asking_for_the_schema_waits_for_no_writer(database: Database) -> None:
    with database.transaction() as writing:
        writing.add(Heartbeat(name="worker", at=MONDAY))
        writing.flush()

        assert migration.is_current(database)


def test_an_instant_comes_back_as_the_same_instant_in_utc(database: Database) -> None:
    evening = datetime(2027, 3, 1, 22, 0, tzinfo=ZoneInfo("Pacific/Auckland"))
    with database.transaction() as session:
        session.add(Heartbeat(name="worker", at=evening))

    with database.reading() as session:
        stored = session.exec(select(Heartbeat)).one().at

    assert (stored, stored.tzname()) == (MONDAY, "UTC")


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StorageError, match=r"StatementError|ValueError"), database.transaction() as session:
        session.add(Heartbeat(name="worker", at=MONDAY.replace(tzinfo=None)))


def test_every_column_that_holds_an_instant_refuses_one_without_a_zone() -> None:
    columns = [column for table in SQLModel.metadata.sorted_tables for column in table.columns]
    instants = [column for column in columns if isinstance(column.type, (DateTime, UTCDateTime))]

    assert len(instants) >= 15
    assert [str(column) for column in instants if not isinstance(column.type, UTCDateTime)] == []


def test_a_reader_keeps_no_writer_waiting(database: Database) -> None:
    with database.reading() as reading:
        assert reading.exec(select(Heartbeat)).all() == []
        with database.transaction() as writing:
            writing.add(Heartbeat(name="worker", at=MONDAY))

    with database.reading() as reading:
        assert len(reading.exec(select(Heartbeat)).all()) == 1


@pytest.mark.parametrize(
    "url",
    ["nonsense", "", "postgresql://u:hunter2@h:port/d", "mysql://u:hunter2@h/d", "postgresql+pg8000://h/d"],
    ids=["a word", "nothing", "a port in letters", "another kind", "another driver"],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL") as refused:
        open_database(url, FernetRing(()))

    assert "hunter2" not in str(refused.value)


def test_a_file_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match="DATABASE_URL"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'companion.db'}", FernetRing(()))


def test_what_the_database_says_is_told_by_its_type_alone(database: Database) -> None:
    """The statement and its values may hold names and numbers."""
    with pytest.raises(StorageError) as refused, database.transaction() as session:
        session.execute(text("SELECT * FROM nothing WHERE name = 'Amina'"))

    assert "Amina" not in str(refused.value)
