"""What a booking, a move or a cancellation would do is seen before it is kept, by the same code."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from companion.records import Appointment, CancelledBy, Task
from companion.services import scheduling
from companion.services.scheduling import Booking
from companion.services.setup import Setup
from tests.factories import a_clinic, a_patient, a_text, a_visit, outbox_of, sweep, tasks_of
from tests.fakes import MONDAY
from tests.services.test_booking import at

Act = Callable[..., Booking]


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    found = a_patient(setup)
    a_text(setup, "LIST")
    return found


def everything(setup: Setup) -> list[dict[str, Any]]:
    with setup.database.reading() as session:
        visits = session.exec(select(Appointment).order_by("id")).all()  # type: ignore[arg-type]
        tasks = session.exec(select(Task).order_by("id")).all()  # type: ignore[arg-type]
        return [row.model_dump() for row in (*outbox_of(setup), *visits, *tasks)]


def book(setup: Setup, *, dry_run: bool = False) -> Booking:
    now = at("03-09 12:00")
    return a_visit(setup, 1, now, at="2027-03-18T14:00", dry_run=dry_run)


def move(setup: Setup, *, dry_run: bool = False) -> Booking:
    return scheduling.move(setup, 1, at="2027-03-18T14:00", now=at("03-09 12:00"), dry_run=dry_run)


def cancel(setup: Setup, *, dry_run: bool = False) -> Booking:
    return scheduling.cancel(setup, 1, by=CancelledBy.CALL, now=at("03-15 12:00"), dry_run=dry_run)


def book_too_late(setup: Setup, *, dry_run: bool = False) -> Booking:
    return a_visit(setup, 1, at("03-17 21:00"), at="2027-03-18T08:30", dry_run=dry_run)


@pytest.mark.parametrize("act", [book, move, cancel, book_too_late])
def test_a_dry_run_says_what_the_change_then_does_and_keeps_nothing(
    setup: Setup, patient: int, act: Act
) -> None:
    a_visit(setup, patient)
    sweep(setup, at("03-09 10:00"))
    before = everything(setup)

    foreseen = act(setup, dry_run=True)
    assert everything(setup) == before

    done = act(setup)
    assert foreseen.changes == done.changes
    assert everything(setup) != before


def test_it_says_what_is_planned_kept_withdrawn_and_held_back(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)

    changes = a_visit(setup, patient, at="2027-03-18T09:30", dry_run=True).changes

    assert [(line.rule, line.local) for line in changes.planned] == [
        ("heads-up", "2027-03-11T10:00"),
        ("evening-before", "2027-03-17T18:00"),
    ]
    assert [(line.rule, line.local) for line in changes.kept] == [
        ("heads-up", "2027-03-09T10:00"),
        ("confirm", "2027-03-13T10:00"),
        ("evening-before", "2027-03-15T18:00"),
    ]
    assert [(line.rule, line.reason) for line in changes.held_back] == [("confirm", "one-a-day")]
    assert changes.withdrawn == ()
    assert changes.tasks == (("coming-not-asked", "routine"),)


def test_it_names_the_task_a_cancellation_makes(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)

    changes = cancel(setup, dry_run=True).changes

    assert changes.tasks == (("call-cancelled", "urgent"),)
    assert {line.reason for line in changes.withdrawn} == {"plan-changed"}
    assert tasks_of(setup) == []


def test_a_dry_run_that_is_refused_is_refused_alike(setup: Setup, patient: int) -> None:
    with pytest.raises(Exception, match="has passed"):
        a_visit(setup, patient, at="2027-02-01T09:30", dry_run=True)
    with pytest.raises(Exception, match="no appointment 9"):
        scheduling.move(setup, 9, at="2027-03-18T14:00", now=MONDAY, dry_run=True)
