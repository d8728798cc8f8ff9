"""The migrations and the records say the same, on both databases."""

from companion.storage import migration
from companion.storage.database import Database


def test_the_records_and_the_migrations_agree(database: Database) -> None:
    migration.check_drift(database)


def test_upgrading_again_changes_nothing(database: Database) -> None:
    migration.upgrade(database)

    assert migration.is_current(database)


def test_going_down_to_nothing_and_up_again_works(database: Database) -> None:
    migration.downgrade(database, "base")
    assert not migration.is_current(database)

    migration.upgrade(database)

    migration.check_drift(database)
