"""What was seen and done is only ever added to; the database itself refuses the rest."""

import pytest
from sqlalchemy import text

from companion.errors import StorageError
from companion.records import AuditEvent
from companion.storage.database import Database
from tests.fakes import MONDAY


@pytest.fixture
def noted(database: Database) -> Database:
    with database.transaction() as session:
        session.add(AuditEvent(at=MONDAY, action="signed-in"))
    return database


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_event SET action = 'nothing'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE id = 1",
    ],
)
def test_an_entry_is_neither_changed_nor_taken_away(noted: Database, change: str) -> None:
    with pytest.raises(StorageError), noted.transaction() as session:
        session.connection().execute(text(change))

    with noted.reading() as session:
        assert session.get_one(AuditEvent, 1).action == "signed-in"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_table_is_not_emptied_at_once_either(noted: Database) -> None:
    with pytest.raises(StorageError), noted.transaction() as session:
        session.connection().execute(text("TRUNCATE audit_event"))
