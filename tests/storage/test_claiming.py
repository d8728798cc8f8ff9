"""Claims on the outbox: several workers at once, no row twice, none left."""

from datetime import timedelta
from threading import Event, Thread

import pytest

from companion.records import OutboundKind, OutboundState
from companion.services.setup import Setup
from companion.storage import due, outbox, people, visits
from companion.storage.database import Database
from tests.factories import a_clinic, a_patient, a_waiting_text, at_once
from tests.fakes import MONDAY
from tests.people import OTHER_CLINIC
from tests.storage.test_constraints import a_task


def test_only_what_is_due_is_claimable_and_the_oldest_first(setup: Setup) -> None:
    clinic = a_clinic(setup)
    late = a_waiting_text(setup, clinic, MONDAY)
    earlier = a_waiting_text(setup, clinic, MONDAY - timedelta(hours=1))
    a_waiting_text(setup, clinic, MONDAY + timedelta(seconds=1))
    a_waiting_text(setup, clinic, MONDAY, state=OutboundState.UNKNOWN)
    a_waiting_text(setup, clinic, MONDAY, state=OutboundState.LEASED, lease_until=MONDAY)

    with setup.database.transaction() as session:
        found = due.claimable(session, clinic, due.IS_ANSWER, MONDAY, 10)

    assert found == [earlier, late]


def test_safety_comes_before_answers_and_reminders_come_by_themselves(setup: Setup) -> None:
    clinic = a_clinic(setup)
    kinds = [OutboundKind.PUSH, OutboundKind.REPLY, OutboundKind.PUSH, OutboundKind.SAFETY]
    push, reply, other_push, safety = (
        a_waiting_text(setup, clinic, MONDAY - timedelta(minutes=10 - place), kind=kind)
        for place, kind in enumerate(kinds)
    )

    with setup.database.transaction() as session:
        assert due.claimable(session, clinic, due.IS_ANSWER, MONDAY, 10) == [safety, reply]
        assert due.claimable(session, clinic, due.IS_ANSWER, MONDAY, 1) == [safety]
        assert due.claimable(session, clinic, due.IS_SAFETY, MONDAY, 10) == [safety]
        assert due.claimable(session, clinic, due.IS_REMINDER, MONDAY, 10) == [push, other_push]


def test_only_a_clinics_own_rows_are_claimable(setup: Setup) -> None:
    clinic, other = a_clinic(setup), a_clinic(setup, number=OTHER_CLINIC)
    mine, theirs = a_waiting_text(setup, clinic), a_waiting_text(setup, other)

    with setup.database.transaction() as session:
        assert due.claimable(session, clinic, due.IS_ANSWER, MONDAY, 10) == [mine]
        assert due.claimable(session, other, due.IS_ANSWER, MONDAY, 10) == [theirs]


def test_what_is_to_be_tried_again_later_is_not_claimable_before(setup: Setup) -> None:
    clinic = a_clinic(setup)
    row = a_waiting_text(setup, clinic, MONDAY, try_after=MONDAY + timedelta(seconds=30))

    with setup.database.transaction() as session:
        assert due.claimable(session, clinic, due.IS_ANSWER, MONDAY + timedelta(seconds=29), 10) == []
        assert due.claimable(session, clinic, due.IS_ANSWER, MONDAY + timedelta(seconds=30), 10) == [row]
        assert due.next_due(session) == MONDAY + timedelta(seconds=30)


def take_all(database: Database, clinic: int) -> list[int]:
    """Claim two at a time until nothing is left, as a worker does."""
    taken: list[int] = []
    while True:
        with database.transaction() as session:
            rows = due.claimable(session, clinic, due.IS_ANSWER, MONDAY, 2)
            for row in rows:
                outbox.move(outbox.message(session, row), OutboundState.LEASED)
            taken += rows
        if not rows:
            return taken


def test_several_workers_at_once_take_every_row_exactly_once(setup: Setup) -> None:
    clinic = a_clinic(setup)
    rows = [a_waiting_text(setup, clinic) for _ in range(20)]

    taken = at_once(*[lambda: take_all(setup.database, clinic)] * 5)

    assert sorted(row for of_one in taken for row in of_one) == rows


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_postgresql_a_second_worker_passes_over_what_the_first_holds(setup: Setup) -> None:
    clinic = a_clinic(setup)
    rows = [a_waiting_text(setup, clinic) for _ in range(4)]

    with setup.database.transaction() as first, setup.database.transaction() as second:
        held = due.claimable(first, clinic, due.IS_ANSWER, MONDAY, 2)
        others = due.claimable(second, clinic, due.IS_ANSWER, MONDAY, 4)

    assert (held, others) == (rows[:2], rows[2:])


def test_a_lapsed_lease_is_found_when_it_has_ended_and_not_before(setup: Setup) -> None:
    clinic = a_clinic(setup)
    row = a_waiting_text(setup, clinic, state=OutboundState.LEASED, lease_until=MONDAY)

    with setup.database.transaction() as session:
        early = due.lapsed(session, MONDAY - timedelta(seconds=1), 10)
        ended = due.lapsed(session, MONDAY, 10)

    assert (early, ended) == ([], [row])


def test_the_next_due_instant_is_the_earlier_of_a_text_and_a_lease(setup: Setup) -> None:
    clinic = a_clinic(setup)
    with setup.database.reading() as session:
        assert due.next_due(session) is None

    a_waiting_text(setup, clinic, MONDAY + timedelta(hours=2))
    with setup.database.reading() as session:
        assert due.next_due(session) == MONDAY + timedelta(hours=2)

    lease = MONDAY + timedelta(hours=1)
    a_waiting_text(setup, clinic, state=OutboundState.LEASED, lease_until=lease)
    with setup.database.reading() as session:
        assert due.next_due(session) == lease


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_worker_that_raises_a_task_about_someone_never_waits_for_who_holds_them(setup: Setup) -> None:
    """
    An answer locks the person and then their texts; a worker holds texts and then raises a task.

    If the task had to wait for the person, each would wait for the other, and a STOP could be lost.
    """
    clinic = a_clinic(setup)
    patient = a_patient(setup)
    raised = Event()

    def raise_one() -> None:
        task = a_task(clinic)
        task.patient_id = patient
        with setup.database.transaction() as session:
            visits.raise_task(session, task)
        raised.set()

    worker = Thread(target=raise_one)
    with setup.database.transaction() as session:
        people.patient(session, patient)
        worker.start()
        done_while_held = raised.wait(10)
    worker.join()

    assert done_while_held
