"""Booking: what is planned, what is refused, and that planning again changes nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from companion.errors import InvalidInput, InvalidTime, NotFound
from companion.records import Appointment, AppointmentState, CancelledBy, PatientState
from companion.services import plans, scheduling
from companion.services.plans import Difference
from companion.services.setup import Setup
from companion.storage import people
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    outbox_of,
    plan_of,
    put_state,
    sweep,
    the_patient,
    the_row,
    the_visit,
    waiting,
    words_of,
)
from tests.fakes import MONDAY
from tests.people import BO

#: The visit of `a_visit`, Tuesday 16 March 2027 at 9:30, booked on Monday 1 March.
WHEN = "Tuesday 16 March at 9:30am"
ALL_THREE = [("heads-up", "03-09 10:00"), ("confirm", "03-13 10:00"), ("evening-before", "03-15 18:00")]


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup)


def at(day: str) -> datetime:
    """`03-09 10:00` as an instant of 2027, UTC, which is London's time until 28 March."""
    return datetime.strptime(f"2027-{day}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def replan(setup: Setup, patient: int, now: datetime = MONDAY) -> Difference:
    with setup.database.transaction() as session:
        return plans.replan(session, setup, people.patient(session, patient), now)


def test_the_same_visit_is_not_booked_twice(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)

    with pytest.raises(InvalidInput, match="booked already, as appointment 1"):
        a_visit(setup, patient)
    a_visit(setup, patient, kind="results")
    scheduling.cancel(setup, 1, by=CancelledBy.TOLD, now=MONDAY)
    a_visit(setup, patient)


def test_a_booking_says_what_it_planned(setup: Setup, patient: int) -> None:
    booking = a_visit(setup, patient)

    rows = outbox_of(setup, patient)
    assert waiting(setup, patient) == ALL_THREE
    assert booking.difference == Difference(tuple(row.id or 0 for row in rows), (), ())
    assert {row.appointment_id for row in rows} == {booking.appointment.id}
    assert [row.not_useful_after for row in rows] == [at("03-13 10:00"), at("03-15 18:00"), at("03-16 08:30")]


@pytest.mark.parametrize(
    ("kind", "plan"),
    [
        ("results", ALL_THREE),
        ("car-t-infusion", ALL_THREE),
        ("blood-test", ALL_THREE[2:]),
        ("day-unit", ALL_THREE[2:]),
        ("total-body-irradiation", ALL_THREE[2:]),
        ("lumbar-puncture", ALL_THREE[2:]),
    ],
)
def test_a_frequent_kind_of_visit_is_told_only_the_evening_before(
    setup: Setup, patient: int, kind: str, plan: list[tuple[str, str]]
) -> None:
    a_visit(setup, patient, kind=kind)

    assert waiting(setup, patient) == plan


@pytest.mark.parametrize(
    ("booked", "plan"),
    [
        ("03-09 09:59", ALL_THREE),
        ("03-09 11:00", [("heads-up", "03-09 11:00"), *ALL_THREE[1:]]),
        ("03-13 12:00", [("confirm", "03-13 12:00"), ALL_THREE[2]]),
        ("03-15 12:00", ALL_THREE[2:]),
        ("03-15 19:00", [("evening-before", "03-15 19:00")]),
        ("03-15 20:30", [("evening-before", "03-16 08:00")]),
        ("03-16 08:40", []),
    ],
    ids=[
        "in good time",
        "an hour late",
        "three days before",
        "the day before",
        "that evening",
        "after hours",
        "in the last hour",
    ],
)
def test_steps_already_past_are_merged_into_one(
    setup: Setup, patient: int, booked: str, plan: list[tuple[str, str]]
) -> None:
    a_visit(setup, patient, now=at(booked))

    assert waiting(setup, patient) == plan


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"kind": "picnic"}, NotFound, "no appointment type picnic"),
        ({"at": "2027-03-01T08:59"}, InvalidInput, "has passed"),
        ({"at": "2027-03-01T09:00"}, InvalidInput, "has passed"),
        ({"at": "soon"}, InvalidTime, "'soon' is not a time"),
        ({"at": "2027-03-16T09:30Z"}, InvalidTime, "is not a time"),
        ({"at": "2027-02-29T09:30"}, InvalidTime, "is not a time"),
        ({"at": "2027-03-28T01:30"}, InvalidTime, "does not exist in Europe/London"),
        ({"patient_id": 99}, NotFound, "no patient 99"),
    ],
    ids=["type", "past", "now", "word", "with a zone", "no leap year", "skipped hour", "patient"],
)
def test_a_visit_that_cannot_be_is_refused_and_nothing_is_stored(
    setup: Setup, patient: int, given: dict[str, Any], error: type[Exception], says: str
) -> None:
    visit = {"patient_id": patient, "kind": "clinic-review", "at": "2027-03-16T09:30", "place": "", **given}

    with pytest.raises(error, match=says):
        scheduling.book(setup, now=MONDAY, **visit)

    assert outbox_of(setup) == []
    with setup.database.reading() as session:
        assert session.exec(select(Appointment)).all() == []


def test_a_visit_at_an_hour_that_comes_twice_is_the_earlier_one(setup: Setup, patient: int) -> None:
    booking = a_visit(setup, patient, at="2027-10-31T01:30")

    assert booking.time.twice
    stored = the_visit(setup, booking.appointment.id or 0)
    assert (stored.wall, stored.at) == ("2027-10-31T01:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC))


def test_reminders_keep_their_wall_time_over_a_clock_change(setup: Setup, patient: int) -> None:
    a_visit(setup, patient, at="2027-03-30T09:30")

    # 10:00 in London is 10:00 UTC until 28 March, then 9:00; 18:00 on the 29th is 17:00 UTC.
    assert waiting(setup, patient) == [
        ("heads-up", "03-23 10:00"),
        ("confirm", "03-27 10:00"),
        ("evening-before", "03-29 17:00"),
    ]


def test_reminders_follow_the_persons_own_zone(setup: Setup, patient: int) -> None:
    away = a_patient(setup, name="Bo", phone=BO, zone="America/New_York")
    a_visit(setup, away)

    # New York is on summer time from 14 March: UTC-5 before, UTC-4 after.
    assert waiting(setup, away) == [
        ("heads-up", "03-09 15:00"),
        ("confirm", "03-13 15:00"),
        ("evening-before", "03-15 22:00"),
    ]


def test_planning_again_changes_no_row(setup: Setup, patient: int) -> None:
    planned = a_visit(setup, patient).difference.planned
    before = [row.model_dump() for row in outbox_of(setup, patient)]

    for _ in range(3):
        assert replan(setup, patient) == Difference((), planned, ())

    assert [row.model_dump() for row in outbox_of(setup, patient)] == before


def test_planning_again_changes_no_row_whatever_was_sent_or_withheld(setup: Setup, patient: int) -> None:
    for day in ("16", "17", "18"):
        a_visit(setup, patient, at=f"2027-03-{day}T09:30")
    sweep(setup, at("03-09 10:00"))
    before = [row.model_dump() for row in outbox_of(setup, patient)]
    assert {row["state"] for row in before} >= {"accepted", "pending", "suppressed"}

    replan(setup, patient, at("03-09 10:00"))

    assert [row.model_dump() for row in outbox_of(setup, patient)] == before


def test_another_visit_leaves_the_first_ones_rows_alone(setup: Setup, patient: int) -> None:
    first = a_visit(setup, patient).difference.planned

    later = a_visit(setup, patient, at="2027-04-20T14:00").difference

    assert (later.kept, later.withdrawn) == (first, ())
    assert len(later.planned) == 3


def test_two_visits_on_one_day_share_one_text(setup: Setup, patient: int) -> None:
    first = a_visit(setup, patient).difference.planned
    second = a_visit(setup, patient, kind="blood-test", at="2027-03-16T14:00").difference

    # The blood test has the evening before only, so the other two steps stand as they were.
    assert (second.kept, second.withdrawn) == (first[:2], first[2:])
    assert waiting(setup, patient) == ALL_THREE
    evening = the_row(setup, second.planned[0])
    assert "Tuesday 16 March at 9:30am and 2pm" in evening.body
    assert evening.tells == {"1": "2027-03-16T09:30", "2": "2027-03-16T14:00"}


def test_no_more_than_one_reminder_a_day_is_planned_and_the_rest_is_kept_with_its_reason(
    setup: Setup, patient: int
) -> None:
    a_visit(setup, patient)  # heads-up on the 9th, confirm on the 13th, the evening before on the 15th
    a_visit(setup, patient, at="2027-03-20T09:30")  # heads-up on the 13th: its day is taken

    held = [row for row in outbox_of(setup, patient) if row.state == "suppressed"]
    assert [(row.rule, row.reason, row.appointment_id) for row in held] == [("heads-up", "one-a-day", 2)]


def test_no_more_than_four_reminders_a_week_are_planned(setup: Setup, patient: int) -> None:
    for day in range(16, 23):
        a_visit(setup, patient, kind="blood-test", at=f"2027-03-{day}T09:30")

    plan = plan_of(setup, patient)
    assert [at for rule, state, at in plan if state == "pending"] == [
        f"03-{day} 18:00" for day in (15, 16, 17, 18)
    ]
    assert {row.reason for row in outbox_of(setup, patient) if row.state == "suppressed"} == {"weekly-cap"}


def test_before_a_number_has_answered_a_reminder_says_only_when(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)

    assert {row.body for row in outbox_of(setup, patient)} == {words_of(setup, "push.minimal", when=WHEN)}


def test_the_first_text_from_a_number_lets_what_is_planned_say_more(setup: Setup, patient: int) -> None:
    planned = a_visit(setup, patient).difference.planned

    a_text(setup, "LIST")

    heads_up, confirm, evening = (the_row(setup, row) for row in planned)
    assert heads_up.body == words_of(setup, "push.heads-up", when=WHEN)
    for row, item in ((confirm, "push.confirm"), (evening, "push.evening-before")):
        opening = setup.catalogue.text(item).text.partition("{questions}")[0]
        assert row.body.startswith(opening.replace("{when}", WHEN) + "1. ")


@pytest.mark.parametrize(
    "body",
    [
        "wrong number",
        "who is this",
        "thanks",
        "STOP",
        "HELP",
        "he has died",
        "lol what r u on about",
        "1",
        "CALL ME",
        "wrong number, when is my next visit?",
    ],
)
def test_what_a_stranger_might_say_too_never_makes_the_reminders_say_more(
    setup: Setup, patient: int, body: str
) -> None:
    a_visit(setup, patient)

    a_text(setup, body)

    assert not the_patient(setup, patient).answered


@pytest.mark.parametrize("state", [PatientState.WRONG_NUMBER, PatientState.HELD, PatientState.STOPPED])
def test_after_a_wrong_number_or_a_stop_no_text_makes_the_reminders_say_more(
    setup: Setup, patient: int, state: PatientState
) -> None:
    put_state(setup, patient, state)

    a_text(setup, "VISIT")

    assert not the_patient(setup, patient).answered


def test_the_questions_in_a_reminder_follow_what_the_person_weighs(setup: Setup, patient: int) -> None:
    a_text(setup, "LIST")
    a_visit(setup, patient, kind="treatment-choice")
    confirm = next(row for row in outbox_of(setup, patient) if row.rule == "confirm")

    a_text(setup, "PREPARE CART")

    after = the_row(setup, confirm.id or 0)
    of_car_t = {q.push for q in setup.catalogue.questions if "car-t-cell-therapy" in q.treatments and q.push}
    assert [line for line in of_car_t if line in confirm.body] == []
    assert [line for line in of_car_t if line in after.body] != []


def test_an_own_question_stands_in_the_evenings_reminder(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    evening = outbox_of(setup, patient)[2]

    a_text(setup, "ASK Can my sister come with me?")

    assert "1. Can my sister come with me?" in the_row(setup, evening.id or 0).body


def test_an_own_question_that_tells_too_much_is_only_counted(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    evening = outbox_of(setup, patient)[2]

    a_text(setup, "ASK Will the chemo hurt?")

    body = the_row(setup, evening.id or 0).body
    assert words_of(setup, "push.own-one", count="1") in body
    assert "chemo" not in body


def test_a_visit_is_followed_up_only_once_staff_have_marked_it_attended(setup: Setup, patient: int) -> None:
    a_text(setup, "LIST")
    booking = a_visit(setup, patient)
    afterwards = at("03-16 12:00")
    replan(setup, patient, afterwards)
    assert [rule for rule, *_ in plan_of(setup, patient) if rule == "after-visit"] == []

    with setup.database.transaction() as session:
        session.get_one(Appointment, booking.appointment.id).state = AppointmentState.ATTENDED
    replan(setup, patient, afterwards)

    assert ("after-visit", "pending", "03-17 10:00") in plan_of(setup, patient)


def test_visit_reminders_only_leaves_out_the_follow_up_and_the_questions(setup: Setup, patient: int) -> None:
    booking = a_visit(setup, patient)

    a_text(setup, "FEWER")

    confirm = next(row for row in outbox_of(setup, patient) if row.rule == "confirm")
    assert confirm.body == words_of(setup, "push.confirm-no-questions", when=WHEN)
    with setup.database.transaction() as session:
        session.get_one(Appointment, booking.appointment.id).state = AppointmentState.ATTENDED
    replan(setup, patient, at("03-16 12:00"))
    follow_up = next(row for row in outbox_of(setup, patient) if row.rule == "after-visit")
    assert (follow_up.state, follow_up.reason) == ("suppressed", "visit-reminders-only")


@pytest.mark.parametrize(
    "state",
    [s for s in PatientState if s not in (PatientState.ACTIVE, PatientState.PAUSED)],
)
def test_for_someone_who_gets_no_texts_nothing_is_planned(
    setup: Setup, patient: int, state: PatientState
) -> None:
    put_state(setup, patient, state)

    assert a_visit(setup, patient).difference == Difference((), (), ())
    assert outbox_of(setup, patient) == []


def test_a_visit_long_ahead_is_planned_at_once(setup: Setup, patient: int) -> None:
    a_visit(setup, patient, at=(MONDAY + timedelta(days=400)).strftime("%Y-%m-%dT%H:%M"))

    assert len(waiting(setup, patient)) == 3
