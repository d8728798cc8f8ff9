"""While somebody is in hospital reminders are held; what still helps goes on the day they come home."""

from datetime import date, datetime

import pytest
from sqlmodel import Session
from structlog.testing import capture_logs

from companion.errors import InvalidInput, NotFound, StorageError
from companion.records import Patient, PatientState
from companion.services import changing, homecoming, plans, scheduling
from companion.services.changing import Changed, NewFacts
from companion.services.hospital import Admission, Homecoming
from companion.services.planned_rows import Difference
from companion.services.setup import Setup
from companion.worker.homecoming import HourlyHomecoming
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    kinds_of_tasks,
    outbox_of,
    put_state,
    replies_of,
    sweep,
    the_patient,
    the_row,
    waiting,
)
from tests.fakes import FakeTransport
from tests.services.test_booking import ALL_THREE, at

NOT_TOLD = [("visit-not-told", "today")]


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup)


def march(day: int) -> date:
    return date(2027, 3, day)


def in_hospital(
    setup: Setup,
    patient: int,
    begins: int,
    home: int | None,
    now: str = "03-01 09:00",
    *,
    dry_run: bool = False,
) -> Changed:
    stay = Admission(march(begins), march(home) if home else None)
    return changing.change(setup, patient, NewFacts(stay=stay), at(now), dry_run=dry_run)


def comes_home(setup: Setup, patient: int, now: str, day: int | None = None) -> Changed:
    stay = Homecoming(march(day) if day else None)
    return changing.change(setup, patient, NewFacts(stay=stay), at(now))


def held(setup: Setup, patient: int) -> list[str | None]:
    return [row.rule for row in outbox_of(setup, patient) if row.reason == "in-hospital"]


def test_what_falls_into_a_stay_goes_on_the_day_home(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)

    in_hospital(setup, patient, 8, 12)

    assert waiting(setup, patient) == [("heads-up", "03-12 10:00"), *ALL_THREE[1:]]
    assert held(setup, patient) == []


def test_of_several_the_last_goes_and_the_others_are_stored_as_held(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)

    in_hospital(setup, patient, 8, 14)

    assert waiting(setup, patient) == [("confirm", "03-14 10:00"), ALL_THREE[2]]
    assert held(setup, patient) == ["heads-up"]


def test_nobody_is_phoned_about_what_an_open_stay_holds_until_the_person_is_home(
    setup: Setup, patient: int
) -> None:
    in_hospital(setup, patient, 8, None)
    a_visit(setup, patient)
    a_visit(setup, patient, at("03-20 19:00"), kind="blood-test", at="2027-03-21T08:30")

    assert waiting(setup, patient) == []
    assert set(held(setup, patient)) == {"heads-up", "confirm", "evening-before"}
    assert kinds_of_tasks(setup) == []
    comes_home(setup, patient, "03-20 21:00")
    assert kinds_of_tasks(setup) == NOT_TOLD


def test_coming_home_is_planned_for_as_a_late_booking(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    in_hospital(setup, patient, 8, None)

    done = comes_home(setup, patient, "03-14 12:00")

    assert waiting(setup, patient) == [("confirm", "03-14 12:00"), ALL_THREE[2]]
    assert done.patient.in_hospital_until == march(14)
    assert kinds_of_tasks(setup) == []


def test_coming_home_earlier_than_was_said_does_not_wait_for_that_day(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    in_hospital(setup, patient, 8, 15)

    comes_home(setup, patient, "03-13 12:00")

    assert waiting(setup, patient) == [("confirm", "03-13 12:00"), ALL_THREE[2]]


def test_a_stay_that_lasts_longer_than_was_said_moves_what_waits_for_its_end(
    setup: Setup, patient: int
) -> None:
    a_visit(setup, patient)
    in_hospital(setup, patient, 8, 10)

    in_hospital(setup, patient, 8, 12, "03-09 15:00")

    assert waiting(setup, patient) == [("heads-up", "03-12 10:00"), *ALL_THREE[1:]]


def test_home_before_it_began_brings_every_text_back(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    in_hospital(setup, patient, 8, 20)

    comes_home(setup, patient, "03-05 09:00")
    comes_home(setup, patient, "03-05 09:00")

    assert waiting(setup, patient) == ALL_THREE


def test_today_is_by_the_clock_where_the_person_is(setup: Setup, patient: int) -> None:
    in_hospital(setup, patient, 8, None)

    facts = NewFacts(zone="Pacific/Auckland", stay=Homecoming())
    changing.change(setup, patient, facts, at("03-14 15:00"))

    assert the_patient(setup, patient).in_hospital_until == march(15)


def test_a_visit_within_the_stay_is_nobodys_call(setup: Setup, patient: int) -> None:
    in_hospital(setup, patient, 8, 20)

    a_visit(setup, patient, at("03-15 21:00"), at="2027-03-16T07:30", kind="blood-test")

    assert kinds_of_tasks(setup) == []
    assert waiting(setup, patient) == []


def test_a_correction_goes_to_the_ward(setup: Setup, patient: int, transport: FakeTransport) -> None:
    visit = a_visit(setup, patient).appointment
    sweep(setup, at("03-09 10:00"))
    in_hospital(setup, patient, 10, None, "03-10 09:00")

    scheduling.move(setup, visit.id or 0, at="2027-03-18T11:00", now=at("03-11 12:00"))
    sweep(setup, at("03-11 12:00"))

    assert len(transport.handed) == 2
    assert "It is no longer Tuesday 16 March" in transport.handed[1].body


def test_a_text_gets_its_answer_in_hospital(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    in_hospital(setup, patient, 1, None)

    a_text(setup, "VISIT", at("03-09 10:00"))

    assert "Tuesday 16 March" in "".join(row.body for row in replies_of(setup))


def test_a_text_that_comes_to_its_turn_in_hospital_is_held_there_and_goes_at_home(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    rows = a_visit(setup, patient).difference.planned
    in_hospital(setup, patient, 10, 12)

    sweep(setup, at("03-10 09:00"))

    assert transport.handed == []
    assert (the_row(setup, rows[0]).state, the_row(setup, rows[0]).reason) == ("suppressed", "in-hospital")
    assert homecoming.plan_anew(setup, at("03-11 23:59")) == 0
    assert homecoming.plan_anew(setup, at("03-12 00:10")) == 1
    assert waiting(setup, patient) == [("heads-up", "03-12 08:00"), *ALL_THREE[1:]]
    sweep(setup, at("03-12 08:00"))
    assert len(transport.handed) == 1
    assert homecoming.plan_anew(setup, at("03-12 09:10")) == 1
    assert waiting(setup, patient) == ALL_THREE[1:]


def test_a_visit_early_on_the_day_home_is_a_call_on_that_day_and_not_before(
    setup: Setup, patient: int
) -> None:
    a_visit(setup, patient, at="2027-03-16T08:30")
    in_hospital(setup, patient, 8, 16)

    homecoming.plan_anew(setup, at("03-15 12:00"))
    assert kinds_of_tasks(setup) == []
    homecoming.plan_anew(setup, at("03-16 00:10"))

    assert kinds_of_tasks(setup) == NOT_TOLD


def test_planning_again_in_hospital_changes_no_row(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    in_hospital(setup, patient, 8, 14, "03-12 09:00")
    before = [row.model_dump() for row in outbox_of(setup)]

    again = in_hospital(setup, patient, 8, 14, "03-12 11:00")

    assert [row.model_dump() for row in outbox_of(setup)] == before
    assert (again.changes.planned, again.changes.withdrawn) == ((), ())


def test_a_dry_run_shows_what_would_be_held_and_keeps_nothing(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)

    done = in_hospital(setup, patient, 8, None, dry_run=True)

    assert {(line.rule, line.reason) for line in done.changes.held_back} == {
        (rule, "in-hospital") for rule, _ in ALL_THREE
    }
    assert the_patient(setup, patient).in_hospital_from is None
    assert waiting(setup, patient) == ALL_THREE


def test_somebody_who_wants_no_texts_is_sent_none_at_home(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    in_hospital(setup, patient, 8, 12)
    put_state(setup, patient, PatientState.STOPPED)

    homecoming.plan_anew(setup, at("03-12 09:00"))

    assert waiting(setup, patient) == []


@pytest.mark.parametrize("home", [8, 7], ids=["the same day", "before it begins"])
def test_a_stay_that_ends_before_it_has_begun_is_refused(setup: Setup, patient: int, home: int) -> None:
    with pytest.raises(InvalidInput, match="must come after the day the stay begins"):
        in_hospital(setup, patient, 8, home)


def test_nobody_comes_home_who_was_not_in_hospital(setup: Setup, patient: int) -> None:
    with pytest.raises(InvalidInput, match="No stay in hospital"):
        comes_home(setup, patient, "03-14 12:00")


def test_one_person_who_cannot_be_planned_for_does_not_cost_the_others(
    setup: Setup, patient: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = a_patient(setup, phone="+12025550111", reference=None)
    for one in (patient, other):
        a_visit(setup, one, at="2027-03-16T08:30")
        in_hospital(setup, one, 8, 16)
    replan = plans.replan

    def fails_for_one(session: Session, setup: Setup, person: Patient, now: datetime) -> Difference:
        if person.id == patient:
            raise NotFound
        return replan(session, setup, person, now)

    monkeypatch.setattr(plans, "replan", fails_for_one)
    with capture_logs() as lines:
        assert homecoming.plan_anew(setup, at("03-16 06:00")) == 1

    assert [(line["event"], line["patient"]) for line in lines] == [
        ("not planned anew after hospital", patient)
    ]
    assert kinds_of_tasks(setup) == NOT_TOLD


def test_the_worker_looks_once_an_hour(setup: Setup, patient: int) -> None:
    hourly = HourlyHomecoming(setup)
    hourly.look(at("03-12 09:05"))
    a_visit(setup, patient, at="2027-03-16T08:30")
    in_hospital(setup, patient, 8, 16)

    hourly.look(at("03-16 00:05"))
    assert kinds_of_tasks(setup) == NOT_TOLD


def test_a_database_that_was_away_is_tried_again_within_the_hour(
    setup: Setup, patient: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    hourly = HourlyHomecoming(setup)
    a_visit(setup, patient, at="2027-03-16T08:30")
    in_hospital(setup, patient, 8, 16)

    def away(*_: object) -> int:
        raise StorageError

    with monkeypatch.context() as patched, capture_logs() as lines:
        patched.setattr(homecoming, "plan_anew", away)
        hourly.look(at("03-16 00:05"))
    assert [line["event"] for line in lines] == ["homecomings not looked at"]
    assert kinds_of_tasks(setup) == []
    hourly.look(at("03-16 00:06"))

    assert kinds_of_tasks(setup) == NOT_TOLD
