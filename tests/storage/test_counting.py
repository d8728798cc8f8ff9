"""Counting what is under way never reads all that was ever sent."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import Session

from companion.services.setup import Setup
from companion.storage import counting
from companion.storage.database import Database
from tests.factories import a_clinic, a_waiting_text
from tests.fakes import MONDAY

_LATER = timedelta(minutes=5)


def plans(database: Database, count: Callable[[Session], object]) -> str:
    """Return how the database goes about each statement of `count`."""
    statements: list[tuple[str, object]] = []

    def note(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        statements.append((statement, parameters))

    with database.reading() as session:
        event.listen(database.engine, "before_cursor_execute", note)
        count(session)
        event.remove(database.engine, "before_cursor_execute", note)
        sqlite = session.get_bind().dialect.name == "sqlite"
        explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN (ANALYZE)"
        connection = session.connection()
        if not sqlite:
            # A table of a few rows would be read whole, rightly.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return "\n".join(
            str(row)
            for said, given in statements
            for row in connection.exec_driver_sql(f"{explain} {said}", given)
        )


_PENDING = {"ix_outbound_message_due", "ix_outbound_message_turn"}


@pytest.mark.parametrize(
    ("count", "indexes"),
    [
        (
            counting.texts_under_way,
            [_PENDING, {"ix_outbound_message_lease"}, {"ix_outbound_message_ask"}],
        ),
        (counting.oldest_unknown, [{"ix_outbound_message_ask"}]),
        (lambda session: counting.waits_since(session, MONDAY - _LATER, MONDAY), [_PENDING]),
    ],
    ids=["under way", "oldest unknown", "late"],
)
def test_what_is_under_way_is_found_through_an_index_that_holds_nothing_else(
    setup: Setup, database: Database, count: Callable[[Session], object], indexes: list[set[str]]
) -> None:
    a_waiting_text(setup, a_clinic(setup))

    plan = plans(database, count)

    used = set(re.findall(r"\b[iu][xq]_outbound_message_\w+", plan))
    assert all(used & any_of for any_of in indexes)
    assert used <= set().union(*indexes)
    assert "SCAN outbound_message'" not in plan
    assert "Seq Scan on outbound_message" not in plan
