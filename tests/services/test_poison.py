"""A text that cannot be read or written is set aside with one task, and holds up no other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import Session

from companion.domain.composing import Composed
from companion.errors import StorageError
from companion.records import OutboundKind, OutboundMessage, OutboundState
from companion.services import claiming, plans
from companion.services.setup import Setup
from companion.storage import outbox
from tests.factories import (
    a_clinic,
    a_waiting_text,
    due_reminders,
    kinds_of_tasks,
    sweep,
    tasks_of,
    the_row,
)
from tests.fakes import MONDAY, FakeTransport

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
AGAIN = MONDAY + 10 * MINUTE
ENDS = MONDAY + timedelta(hours=1)
SET_ASIDE = ("text-set-aside", "urgent")

Spoil = Callable[[Setup, int], None]


@pytest.fixture
def rows(setup: Setup) -> list[int]:
    """Three reminders that are due, of use for an hour."""
    return due_reminders(setup, a_clinic(setup), 3, not_useful_after=ENDS)


def statement(sql: str) -> Spoil:
    """Return what spoils a row, `:id`, past every check."""

    def spoil(setup: Setup, row: int) -> None:
        with setup.database.transaction() as session:
            session.connection().execute(text(sql), {"id": row})

    return spoil


_PERSON = "(SELECT patient_id FROM outbound_message WHERE id = :id)"
_SPOILT = {
    "unreadable words": statement("UPDATE outbound_message SET body = 'nonsense' WHERE id = :id"),
    "unreadable number": statement("UPDATE outbound_message SET phone = 'nonsense' WHERE id = :id"),
    "no visit": statement("UPDATE outbound_message SET appointment_id = NULL WHERE id = :id"),
    "no person": statement("UPDATE outbound_message SET patient_id = NULL WHERE id = :id"),
    "a rule nobody knows": statement("UPDATE outbound_message SET rule = 'nonsense' WHERE id = :id"),
    "a visit nobody knows": statement(
        "UPDATE outbound_message SET plan_key = plan_key || '+999.1' WHERE id = :id"
    ),
    "a zone nobody knows": statement(f"UPDATE patient SET zone = 'Nowhere/At all' WHERE id = {_PERSON}"),
    "a language nobody knows": statement(
        f"UPDATE patient SET name = 'nonsense', language = 'xx' WHERE id = {_PERSON}"
    ),
}
_UNREADABLE = _SPOILT["unreadable words"]


@pytest.mark.parametrize("spoil", _SPOILT.values(), ids=list(_SPOILT))
def test_a_spoilt_text_is_set_aside_with_one_task_and_the_others_leave(
    setup: Setup, rows: list[int], transport: FakeTransport, spoil: Spoil
) -> None:
    broken, *others = rows
    spoil(setup, broken)

    assert sweep(setup, MONDAY).sent == 2
    assert sweep(setup, MONDAY + SECOND).sent == 0
    assert sweep(setup, AGAIN).sent == 0

    assert {the_row(setup, row).state for row in others} == {OutboundState.ACCEPTED}
    assert len(transport.handed) == 2
    assert kinds_of_tasks(setup) == [SET_ASIDE]
    (task,) = tasks_of(setup)
    assert (task.clinic_id, task.note) == (1, f"outbox {broken}")
    assert columns(setup, broken) == ("pending", 0)


def columns(setup: Setup, row: int) -> tuple[str, int]:
    """Return state and attempts of a row that may not be readable."""
    query = text("SELECT state, attempts FROM outbound_message WHERE id = :id")
    with setup.database.reading() as session:
        state, attempts = session.connection().execute(query, {"id": row}).one()
    return str(state), int(attempts)


@pytest.mark.parametrize(
    "error", [KeyError("push.minimal"), ValueError(), AssertionError(), RecursionError(), ZeroDivisionError()]
)
def test_whatever_composing_raises_costs_the_others_nothing_and_it_is_tried_again_after_ten_minutes(
    setup: Setup, rows: list[int], transport: FakeTransport, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    compose = plans.compose_row

    def composing(*given: Any) -> Composed:
        if given[3].id == rows[0]:
            raise error
        return compose(*given)

    with monkeypatch.context() as broken:
        broken.setattr(plans, "compose_row", composing)
        assert sweep(setup, MONDAY).sent == 2

    found = the_row(setup, rows[0])
    assert (found.state, found.attempts, found.try_after) == ("pending", 0, AGAIN)
    assert kinds_of_tasks(setup) == [SET_ASIDE]

    assert sweep(setup, AGAIN - SECOND).sent == 0
    assert sweep(setup, AGAIN).sent == 1
    assert the_row(setup, rows[0]).state == OutboundState.ACCEPTED


def test_what_was_set_aside_takes_none_of_the_numbers_room(setup: Setup) -> None:
    rows = due_reminders(setup, a_clinic(setup), 14)
    for row in rows[:3]:
        _UNREADABLE(setup, row)

    assert sweep(setup, MONDAY).sent == 10


def test_a_spoilt_answer_holds_up_no_safety_text(setup: Setup) -> None:
    clinic = a_clinic(setup)
    broken = a_waiting_text(setup, clinic, kind=OutboundKind.SAFETY)
    good = a_waiting_text(setup, clinic, kind=OutboundKind.SAFETY)
    _UNREADABLE(setup, broken)

    assert sweep(setup, MONDAY).sent == 1

    assert the_row(setup, good).state == OutboundState.ACCEPTED
    assert kinds_of_tasks(setup) == [SET_ASIDE]


@pytest.mark.parametrize("swept", [True, False], ids=["set aside before", "after an outage"])
def test_what_cannot_be_read_expires_unread_at_the_end_of_its_use_with_its_task(
    setup: Setup, rows: list[int], transport: FakeTransport, swept: bool
) -> None:
    broken = rows[0]
    _UNREADABLE(setup, broken)
    if swept:
        sweep(setup, MONDAY)

    sweep(setup, ENDS)

    assert columns(setup, broken)[0] == "expired"
    missed = [] if swept else [("reminder-not-sent", "today")] * 2
    assert sorted(kinds_of_tasks(setup)) == [*missed, SET_ASIDE]
    assert len(transport.handed) == (2 if swept else 0)


def test_what_can_be_read_but_not_written_is_a_phone_call_at_the_end_of_its_use(
    setup: Setup, rows: list[int]
) -> None:
    _SPOILT["a rule nobody knows"](setup, rows[0])
    sweep(setup, MONDAY)

    sweep(setup, ENDS)

    assert the_row(setup, rows[0]).state == OutboundState.EXPIRED
    assert kinds_of_tasks(setup) == [SET_ASIDE, ("reminder-not-sent", "today")]


Read = Callable[[Session, int], OutboundMessage]


def failing_for(row: int, error: Exception) -> Read:
    """Return a reader of rows that cannot read this one."""
    read = outbox.message

    def message(session: Session, message_id: int) -> OutboundMessage:
        if message_id == row:
            raise error
        return read(session, message_id)

    return message


@pytest.fixture(params=["nonsense", "whatever"])
def spoilt(
    request: pytest.FixtureRequest, setup: Setup, rows: list[int], monkeypatch: pytest.MonkeyPatch
) -> int:
    """The first row, which cannot be read: its words are nonsense, or reading it raises whatever."""
    if request.param == "nonsense":
        _UNREADABLE(setup, rows[0])
    else:
        monkeypatch.setattr(outbox, "message", failing_for(rows[0], KeyError("whatever")))
    return rows[0]


def test_one_that_cannot_be_read_does_not_keep_others_from_coming_to_their_end(
    setup: Setup, rows: list[int], spoilt: int
) -> None:
    sweep(setup, ENDS)

    assert [columns(setup, row)[0] for row in rows] == ["expired"] * 3
    assert sorted(kinds_of_tasks(setup)) == [("reminder-not-sent", "today")] * 2 + [SET_ASIDE]


def test_a_lapsed_lease_that_cannot_be_read_does_not_hold_up_others(
    setup: Setup, rows: list[int], spoilt: int
) -> None:
    leased = {"state": OutboundState.LEASED, "lease_until": MONDAY + MINUTE}
    with setup.database.transaction() as session:
        session.connection().execute(update(OutboundMessage).values(leased))

    done = [sweep(setup, MONDAY + minutes * MINUTE).lapsed for minutes in (1, 2, 10, 11)]

    assert [columns(setup, row)[0] for row in rows] == ["leased", "unknown", "unknown"]
    # It comes again every ten minutes, and not at every sweep.
    assert done == [3, 0, 0, 1]
    assert kinds_of_tasks(setup) == [SET_ASIDE]


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_a_database_that_is_away_is_no_fault_of_the_text(
    setup: Setup, rows: list[int], monkeypatch: pytest.MonkeyPatch, kind: type[OperationalError]
) -> None:
    away = failing_for(rows[0], kind("SELECT", None, Exception("server closed")))
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "message", away)
        with pytest.raises(StorageError):
            claiming.claim_due(setup, MONDAY, 8)
        with pytest.raises(StorageError):
            sweep(setup, ENDS)

    assert {(the_row(setup, row).state, the_row(setup, row).try_after) for row in rows} == {("pending", None)}
    assert tasks_of(setup) == []
    assert sweep(setup, MONDAY).sent == 3
