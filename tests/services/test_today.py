"""A clinic's day: its own visits and tasks and nobody else's, at the price of the same few queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import event
from sqlmodel import select

from companion.domain.staff import StaffScope
from companion.records import (
    AppointmentState,
    AuditEvent,
    CancelledBy,
    PatientState,
    Role,
    Sender,
    Task,
    TaskUrgency,
)
from companion.services import overview, scheduling, today
from companion.services.setup import Setup
from companion.services.today import TaskLine, Today, VisitLine
from tests.factories import a_clinic, a_patient, a_text, a_visit, put_state, the_visit
from tests.fakes import MONDAY
from tests.people import AMINA, BO, CHEN, OTHER_CLINIC


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


@pytest.fixture
def other(setup: Setup, clinic: int) -> int:
    return a_clinic(setup, name="Elm Street Team", number=OTHER_CLINIC)


_CAUSES = count(1)


def look(setup: Setup, clinic: int, now: datetime = MONDAY) -> Today:
    return today.look(setup, StaffScope(staff_id=_nobody(setup), clinic_id=clinic, role=Role.NURSE), now, now)


def _nobody(setup: Setup) -> int:
    from companion.services import staff_accounts
    from companion.services.staff_accounts import NewStaff

    found = staff_accounts.with_email(setup, "somebody@hospital.example")
    if found:
        return found.id or 0
    return staff_accounts.add(setup, NewStaff("somebody@hospital.example", Role.REVIEWER), MONDAY).staff_id


def a_task(setup: Setup, clinic: int, **given: object) -> None:
    task = Task.model_validate(
        {
            "clinic_id": clinic,
            "kind": "call-me",
            "cause": f"{next(_CAUSES)}",
            "urgency": TaskUrgency.TODAY,
            "note": "Amina: CALL ME",
            "created_at": MONDAY,
            **given,
        }
    )
    with setup.database.transaction() as session:
        session.add(task)


def brief(lines: tuple[VisitLine, ...]) -> list[tuple[str, str]]:
    return [(line.who, line.wall.strftime("%H:%M")) for line in lines]


def test_visits_stand_under_the_day_of_the_wall_clock(setup: Setup, clinic: int) -> None:
    amina = a_patient(setup)
    for at in ("2027-03-01T23:59", "2027-03-02T00:00", "2027-03-02T23:59", "2027-03-03T00:00"):
        a_visit(setup, amina, at=at)

    day = look(setup, clinic)

    assert brief(day.today) == [("Amina", "23:59")]
    assert brief(day.tomorrow) == [("Amina", "00:00"), ("Amina", "23:59")]


@pytest.mark.parametrize(
    ("now", "today_is"),
    [
        (datetime(2027, 3, 28, 22, 59, tzinfo=UTC), "2027-03-28"),
        (datetime(2027, 3, 28, 23, 0, tzinfo=UTC), "2027-03-29"),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "2027-10-31"),
        (datetime(2027, 10, 31, 23, 59, tzinfo=UTC), "2027-10-31"),
    ],
    ids=["before midnight", "midnight in summer", "the long day begins", "the long day ends"],
)
def test_the_day_is_the_clinics_and_not_utcs(setup: Setup, clinic: int, now: datetime, today_is: str) -> None:
    amina = a_patient(setup)
    for day in ("2027-03-28", "2027-03-29", "2027-03-30", "2027-10-31", "2027-11-01"):
        a_visit(setup, amina, at=f"{day}T12:00")

    found = look(setup, clinic, now)

    assert found.day.isoformat() == today_is
    assert [line.wall.date().isoformat() for line in found.today] == [today_is]


def test_a_visit_in_another_zone_stands_under_the_day_it_has_there(setup: Setup, clinic: int) -> None:
    far = a_patient(setup, name="Chen", phone=CHEN, zone="Pacific/Auckland")
    a_visit(setup, far, at="2027-03-02T01:00")

    assert brief(look(setup, clinic).tomorrow) == [("Chen", "01:00")]


def test_nothing_of_another_clinic_is_shown(setup: Setup, clinic: int, other: int) -> None:
    mine = a_patient(setup, clinic=clinic)
    theirs = a_patient(setup, clinic=other, name="Bo", phone=BO)
    for person in (mine, theirs):
        a_visit(setup, person, at="2027-03-01T15:00")
        a_visit(setup, person, at="2027-03-02T15:00")
    a_text(setup, "CALL ME", to=OTHER_CLINIC, sender=BO)
    a_text(setup, "I have a fever", to=OTHER_CLINIC, sender=BO)

    here, there = look(setup, clinic), look(setup, other)

    assert {line.who for line in (*here.today, *here.tomorrow)} == {"Amina"}
    assert {line.who for line in (*there.today, *there.tomorrow)} == {"Bo"}
    assert {task.who for task in there.tasks} == {"Bo"}
    assert "Bo" not in {task.who for task in here.tasks}
    assert here.counts["urgent"] == 0
    assert there.counts["urgent"] == 1


def test_a_cancelled_visit_is_not_expected(setup: Setup, clinic: int) -> None:
    amina = a_patient(setup)
    booked = a_visit(setup, amina, at="2027-03-02T15:00")
    scheduling.cancel(setup, booked.appointment.id or 0, by=CancelledBy.TOLD, now=MONDAY)

    assert look(setup, clinic).tomorrow == ()


def test_who_said_they_come_and_who_gets_no_texts_is_shown(setup: Setup, clinic: int) -> None:
    amina, bo = a_patient(setup), a_patient(setup, name="Bo", phone=BO)
    first = a_visit(setup, amina, at="2027-03-02T09:00").appointment.id or 0
    a_visit(setup, bo, at="2027-03-02T10:00")
    with setup.database.transaction() as session:
        row = the_visit(setup, first)
        row.state = AppointmentState.CONFIRMED
        session.merge(row)
    put_state(setup, bo, PatientState.STOPPED)

    lines = look(setup, clinic).tomorrow

    assert [(line.state, line.patient_state) for line in lines] == [
        ("confirmed", "active"),
        ("booked", "stopped"),
    ]


def test_tasks_stand_urgent_first_and_then_who_waits_longest(setup: Setup, clinic: int) -> None:
    for minutes, urgency in ((5, "routine"), (9, "today"), (3, "urgent"), (7, "urgent"), (1, "today")):
        a_task(setup, clinic, urgency=urgency, created_at=MONDAY - timedelta(minutes=minutes))

    tasks = look(setup, clinic).tasks

    assert [(task.urgency, task.age) for task in tasks] == [
        ("urgent", 7),
        ("urgent", 3),
        ("today", 9),
        ("today", 1),
        ("routine", 5),
    ]


@pytest.mark.parametrize(
    ("minutes", "late"), [(1, False), (0, True), (-1, True)], ids=["ahead", "now", "past"]
)
def test_a_task_is_late_from_its_deadline_on(setup: Setup, clinic: int, minutes: int, late: bool) -> None:
    a_task(setup, clinic, deadline=MONDAY + timedelta(minutes=minutes))

    (task,) = look(setup, clinic).tasks

    assert task.late == late


def test_a_task_says_whom_to_call_and_what_they_wrote(setup: Setup, clinic: int) -> None:
    amina = a_patient(setup)
    a_text(setup, "I have a fever, what now?")

    (task,) = look(setup, clinic).tasks

    assert (task.who, task.phone, task.note, task.kind) == (
        "Amina",
        AMINA,
        "I have a fever, what now?",
        "urgent",
    )
    assert amina


def test_what_stands_beside_it_is_not_said_twice(setup: Setup, clinic: int) -> None:
    a_visit(setup, a_patient(setup), at="2027-03-01T09:30")

    tasks: tuple[TaskLine, ...] = look(setup, clinic).tasks

    assert [(task.kind, task.note, str(task.visit)) for task in tasks] == [
        ("visit-not-told", "", "2027-03-01 09:30:00")
    ]


def test_more_tasks_than_one_can_take_in_are_counted(setup: Setup, clinic: int) -> None:
    for n in range(40):
        a_task(setup, clinic, created_at=MONDAY - timedelta(minutes=n))

    found = look(setup, clinic)

    assert (len(found.tasks), found.counts["today"], found.not_listed) == (30, 40, 10)


@pytest.mark.parametrize(("seconds", "sending"), [(None, False), (0, True), (59, True), (60, False)], ids=str)
def test_it_says_whether_texts_are_leaving(
    setup: Setup, clinic: int, seconds: int | None, sending: bool
) -> None:
    if seconds is not None:
        overview.beat(setup, MONDAY - timedelta(seconds=seconds))

    assert look(setup, clinic).sending == sending


@pytest.mark.parametrize("halted_at", [None, MONDAY], ids=["taken", "refused"])
def test_it_says_whether_the_provider_refuses_the_clinics_texts(
    setup: Setup, clinic: int, other: int, halted_at: datetime | None
) -> None:
    with setup.database.transaction() as session:
        session.merge(Sender(clinic_id=clinic, halted_at=halted_at))

    assert look(setup, clinic).refused == (halted_at is not None)
    assert not look(setup, other).refused


@pytest.mark.parametrize(("minutes", "late"), [(4, False), (5, True)], ids=str)
def test_it_says_whether_the_clinics_texts_wait_too_long(
    setup: Setup, clinic: int, other: int, minutes: int, late: bool
) -> None:
    a_visit(setup, a_patient(setup, clinic=clinic), at="2027-03-16T09:30")
    now = datetime(2027, 3, 9, 10, minutes, tzinfo=UTC)

    assert (look(setup, clinic, now).late, look(setup, other, now).late) == (late, False)


def test_that_it_was_looked_at_is_written_down(setup: Setup, clinic: int) -> None:
    look(setup, clinic)

    with setup.database.reading() as session:
        seen = session.exec(select(AuditEvent).where(AuditEvent.action == "today-seen")).one()
    assert (seen.staff_id, seen.clinic_id, seen.at) == (_nobody(setup), clinic, MONDAY)


@contextmanager
def counted(setup: Setup) -> Iterator[list[str]]:
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(setup.database.engine, "before_cursor_execute", hear)
    yield said
    event.remove(setup.database.engine, "before_cursor_execute", hear)


def test_many_people_cost_no_more_queries_than_none(setup: Setup, clinic: int) -> None:
    look(setup, clinic)
    with counted(setup) as before:
        look(setup, clinic)
    for n in range(8):
        person = a_patient(setup, name=f"P{n}", phone=f"+1202555{n + 120:04}")
        a_visit(setup, person, at=f"2027-03-02T{9 + n:02}:00")
        a_task(setup, clinic, patient_id=person)

    with counted(setup) as after:
        found = look(setup, clinic)

    assert len(found.tomorrow) == 8
    assert len(found.tasks) >= 8
    assert len(after) == len(before)
    assert len([said for said in after if said.startswith("SELECT")]) <= 12
