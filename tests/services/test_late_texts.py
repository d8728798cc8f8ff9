"""After an outage of minutes, a night or a weekend: what still goes, in what order, what becomes a call."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from companion.records import AppointmentState, OutboundMessage, OutboundState
from companion.services import scheduling
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    due_reminders,
    kinds_of_tasks,
    outbox_of,
    sweep,
    tasks_of,
    the_row,
    waiting,
)
from tests.services.test_booking import at

#: Sweeps of the days after a weekend without any: Monday 15 March is the day all is well again.
_TIMES = ("00:00", "07:59", "08:00", "10:00", "18:00", "19:59", "20:00", "23:59")


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup)


def sweep_days(setup: Setup, *days: str) -> None:
    for day in days:
        for time in _TIMES:
            sweep(setup, at(f"{day} {time}"))


def went(setup: Setup) -> list[tuple[str | None, str]]:
    """Return rule and UTC minute of all that went, in its order."""
    rows = [row for row in outbox_of(setup) if row.handed_at is not None]
    return [(row.rule, f"{row.handed_at:%m-%d %H:%M}") for row in sorted(rows, key=_handed_at)]


def _handed_at(row: OutboundMessage) -> datetime:
    assert row.handed_at is not None
    return row.handed_at


def most_a_day(rows: Iterable[OutboundMessage]) -> int:
    """Return the most reminders that went to one person on one day; London shows UTC in early March."""
    days = Counter((row.patient_id, row.handed_at.date()) for row in rows if row.handed_at)
    return max(days.values())


def late_ones(setup: Setup, patient: int, how_many: int, due: datetime) -> list[int]:
    """Give the person so many reminders, each of a visit, past all caps, of use for days; return the rows."""
    rows = due_reminders(setup, 1, how_many, due, not_useful_after=due + timedelta(days=12))
    with setup.database.transaction() as session:
        for row in rows:
            session.get_one(OutboundMessage, row).patient_id = patient
    return rows


def test_twenty_minutes_late_a_reminder_goes_as_if_nothing_had_been(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)

    sweep(setup, at("03-09 10:20"))
    sweep(setup, at("03-13 10:20"))
    sweep(setup, at("03-15 18:20"))

    assert went(setup) == [
        ("heads-up", "03-09 10:20"),
        ("confirm", "03-13 10:20"),
        ("evening-before", "03-15 18:20"),
    ]
    assert tasks_of(setup) == []


@pytest.mark.parametrize("back", ["03-15 20:00", "03-15 23:00", "03-16 03:00", "03-16 07:59"])
def test_what_an_evening_missed_goes_as_the_next_day_begins_and_not_at_night(
    setup: Setup, patient: int, back: str
) -> None:
    a_visit(setup, patient, kind="blood-test")

    sweep(setup, at(back))
    assert went(setup) == []
    sweep(setup, at("03-16 08:00"))

    assert went(setup) == [("evening-before", "03-16 08:00")]
    assert tasks_of(setup) == []


def test_what_was_to_go_after_a_visit_and_did_not_waits_until_they_next_meet(
    setup: Setup, patient: int
) -> None:
    a_text(setup, "LIST")
    a_visit(setup, patient)
    sweep(setup, at("03-16 09:00"))
    scheduling.mark(setup, 1, AppointmentState.ATTENDED, at("03-16 12:00"))
    (planned,) = (row for row in outbox_of(setup) if row.rule == "after-visit")
    assert planned.not_useful_after

    sweep(setup, planned.not_useful_after + timedelta(hours=1))

    assert the_row(setup, planned.id or 0).state == OutboundState.EXPIRED
    assert ("after-visit-not-sent", "routine") in kinds_of_tasks(setup)


def test_what_would_come_too_late_in_the_morning_is_a_call_that_evening(setup: Setup, patient: int) -> None:
    """The visit is at 8:30: from 7:30 on a text is of no use, and a nurse has the whole evening to phone."""
    a_visit(setup, patient, kind="blood-test", at="2027-03-16T08:30")

    sweep(setup, at("03-15 20:00"))

    assert [(row.state, row.handed_at) for row in outbox_of(setup)] == [("expired", None)]
    assert kinds_of_tasks(setup) == [("reminder-not-sent", "today")]


def test_after_a_weekend_the_evening_before_comes_first_and_what_gives_way_goes_next_morning(
    setup: Setup, patient: int
) -> None:
    """Saturday's confirm is made good by Monday's evening text; Sunday's heads-up is of use on Tuesday."""
    a_visit(setup, patient, at="2027-03-16T09:30")
    a_visit(setup, patient, at="2027-03-21T09:30")
    sweep(setup, at("03-09 10:00"))

    sweep_days(setup, "03-15", "03-16")

    assert went(setup) == [
        ("heads-up", "03-09 10:00"),
        ("evening-before", "03-15 18:00"),
        ("heads-up", "03-16 08:00"),
    ]
    expired = [row.rule for row in outbox_of(setup) if row.state == OutboundState.EXPIRED]
    assert expired == ["confirm"]
    # Another text of the same visit was to come.
    assert tasks_of(setup) == []


def test_two_of_a_kind_go_a_day_apart_the_one_that_was_due_first_before_the_other(
    setup: Setup, patient: int
) -> None:
    (second,) = late_ones(setup, patient, 1, at("03-14 10:00"))
    (first,) = late_ones(setup, patient, 1, at("03-13 10:00"))

    back = [at("03-15 08:00"), at("03-16 08:00")]
    for morning in back:
        sweep(setup, morning)

    assert [the_row(setup, row).handed_at for row in (first, second)] == back
    assert tasks_of(setup) == []


def test_what_gives_way_until_it_is_of_no_use_is_a_call_at_once(setup: Setup, patient: int) -> None:
    """Both texts wait on Monday evening; by Tuesday at 8:00 the second would be of no use."""
    a_visit(setup, patient, kind="blood-test", at="2027-03-15T21:00")
    a_visit(setup, patient, kind="blood-test", at="2027-03-16T08:45")

    sweep(setup, at("03-15 18:30"))

    assert [(row.appointment_id, row.state) for row in outbox_of(setup)] == [(1, "accepted"), (2, "expired")]
    assert [(task.kind, task.appointment_id) for task in tasks_of(setup)] == [("reminder-not-sent", 2)]
    assert tasks_of(setup)[0].created_at == at("03-15 18:30")


def test_after_a_weekend_nobody_gets_two_a_day_and_nobody_is_texted_outside_hours(
    setup: Setup, patient: int
) -> None:
    people = [patient, a_patient(setup, name="Bo", phone="+12025550102")]
    for person, day in ((person, day) for person in people for day in (16, 17, 18, 20, 21)):
        a_visit(setup, person, at=f"2027-03-{day}T09:30")

    sweep_days(setup, "03-15", "03-16", "03-17")

    rows = [row for row in outbox_of(setup) if row.handed_at]
    assert {row.patient_id for row in rows} == set(people)
    assert most_a_day(rows) == 1
    assert {row.handed_at.hour for row in rows if row.handed_at} <= set(range(8, 20))
    for person in people:
        assert [row.rule for row in rows if row.patient_id == person] == ["evening-before"] * 3


def test_after_four_in_a_week_a_late_one_waits_though_its_day_has_room(setup: Setup, patient: int) -> None:
    """Four went late on four days, whatever days they were planned for; the fifth is kept off that week."""
    rows = late_ones(setup, patient, 5, at("03-08 10:00"))

    for day in range(8, 16):
        sweep(setup, at(f"03-{day:02} 12:00"))

    assert [f"{the_row(setup, row).handed_at:%m-%d}" for row in rows] == [
        "03-08",
        "03-09",
        "03-10",
        "03-11",
        "03-15",
    ]


def test_after_an_outage_a_number_goes_no_faster_than_before(setup: Setup, patient: int) -> None:
    back = at("03-15 08:00")
    due_reminders(setup, 1, 13, at("03-13 10:00"))

    sent = [sweep(setup, back + timedelta(seconds=seconds)).sent for seconds in range(5)]

    assert sent == [10, 1, 1, 1, 0]
    assert {row.state for row in outbox_of(setup)} == {OutboundState.ACCEPTED}


def test_a_late_correction_goes_at_once_and_the_text_of_the_day_gives_way(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    sweep(setup, at("03-09 10:00"))
    scheduling.move(setup, 1, at="2027-03-17T09:30", now=at("03-12 21:00"))
    assert waiting(setup, patient)[:2] == [("correction", "03-13 08:00"), ("confirm", "03-14 10:00")]

    sweep(setup, at("03-14 10:20"))
    sweep(setup, at("03-15 08:00"))

    assert went(setup) == [
        ("heads-up", "03-09 10:00"),
        ("correction", "03-14 10:20"),
        ("confirm", "03-15 08:00"),
    ]
