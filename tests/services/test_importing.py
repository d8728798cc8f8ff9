"""A file of people and visits: all of it or nothing, by reference, and what it does to texts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from companion.domain.importing import Decision
from companion.records import (
    Appointment,
    AppointmentState,
    AuditEvent,
    CancelledBy,
    Patient,
    PatientState,
    PlanOwed,
)
from companion.services import import_writing, importing, owed_plans, plans, scheduling
from companion.services.importing import By, Outcome
from companion.services.setup import Setup
from companion.worker.imported import Imported
from tests.factories import (
    a_clinic,
    a_patient,
    a_visit,
    kinds_of_tasks,
    outbox_of,
    put_state,
    sweep,
    tasks_of,
    waiting,
)
from tests.fakes import MONDAY
from tests.people import AMINA, BO, OTHER_CLINIC

HEAD = (
    "patient_reference,name,phone,consent_by,welcome,treatment,"
    "visit_reference,visit_type,visit_at,place,visit_state,told"
)
AMINAS = f"H1,Amina,{AMINA},Nurse Okafor,no,,V1,clinic-review,2027-03-16 09:30,Level 2,,"
BOS = f"H2,Bo,{BO},Nurse Okafor,no,,V2,results,2027-03-17 11:00,Level 3,,"


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


def file(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows)).encode()


def run(setup: Setup, *rows: str, clinic: int = 1, now: datetime = MONDAY) -> Outcome:
    """Import the rows and plan everybody's texts."""
    done = importing.apply(setup, By(clinic, None, now), file(*rows), now)
    while owed_plans.make(setup, now, 10):
        pass
    return done


def did(decision: Decision) -> dict[str, int]:
    return {name: count for name, count in decision.counts().items() if count}


def problems(decision: Decision) -> list[tuple[int, str, str]]:
    return [(found.row, found.column, found.code) for found in decision.problems]


def remarks(decision: Decision) -> list[tuple[int, str, str]]:
    return [(found.row, found.column, found.code) for found in decision.remarks]


def everything(setup: Setup) -> list[dict[str, Any]]:
    with setup.database.reading() as session:
        found = [
            *session.exec(select(Patient).order_by(col(Patient.id))).all(),
            *session.exec(select(Appointment).order_by(col(Appointment.id))).all(),
            *session.exec(select(PlanOwed).order_by(col(PlanOwed.patient_id))).all(),
        ]
        return [row.model_dump() for row in (*found, *outbox_of(setup), *tasks_of(setup))]


def visit_of(setup: Setup, number: int = 1) -> Appointment:
    with setup.database.reading() as session:
        return session.get_one(Appointment, number)


def test_people_are_enrolled_and_their_visits_booked_as_by_hand(setup: Setup, clinic: int) -> None:
    done = run(setup, AMINAS, BOS)

    assert did(done.decision) == {"enrol": 2, "book": 2}
    planned = [(row.rule, row.send_at, row.body) for row in outbox_of(setup, 1)]
    by_hand = a_patient(setup, name="Amina")
    a_visit(setup, by_hand, place="Level 2")
    assert planned == [(row.rule, row.send_at, row.body) for row in outbox_of(setup, by_hand)]
    assert len(planned) == 3


def test_a_second_run_changes_nothing(setup: Setup, clinic: int) -> None:
    run(setup, AMINAS, BOS)
    before = everything(setup)

    again = run(setup, AMINAS, BOS, now=MONDAY + timedelta(days=1))

    assert did(again.decision) == {"unchanged": 2}
    assert everything(setup) == before


def test_the_next_extract_books_moves_and_cancels(setup: Setup, clinic: int) -> None:
    run(setup, AMINAS, BOS)
    sweep(setup, datetime.fromisoformat("2027-03-09T10:00Z"))
    told = visit_of(setup)

    done = run(
        setup,
        AMINAS.replace("03-16 09:30", "03-18 14:00"),
        BOS.replace("Level 3,,", "Level 3,cancelled,"),
        "H1,,,,,,V3,blood-test,2027-03-23 08:00,,,",
        now=datetime.fromisoformat("2027-03-10T09:00Z"),
    )

    assert did(done.decision) == {"book": 1, "move": 1, "cancel": 1}
    moved = visit_of(setup)
    assert (moved.id, moved.wall, moved.version) == (told.id, "2027-03-18T14:00", told.version + 1)
    assert [rule for rule, _ in waiting(setup, 1)].count("correction") == 1
    assert visit_of(setup, 2).state == AppointmentState.CANCELLED
    assert ("call-cancelled", "today") in kinds_of_tasks(setup)
    assert waiting(setup, 2) == []


def test_a_visit_the_file_does_not_name_stays_as_it_is(setup: Setup, clinic: int) -> None:
    run(setup, AMINAS, BOS)
    before = waiting(setup, 1)

    run(setup, BOS)

    assert visit_of(setup).state == AppointmentState.BOOKED
    assert waiting(setup, 1) == before


@pytest.mark.parametrize(
    ("spoilt", "found"),
    [
        (BOS.replace("results", "surgery"), (3, "visit_type", "not-allowed")),
        (BOS.replace("V2", "V1"), (3, "visit_reference", "reference-twice")),
        (BOS.replace("Bo,", ",", 1), (3, "name", "needed-to-enrol")),
        (BOS.replace("results", ""), (3, "visit_type", "needed-to-book")),
        (BOS.replace("2027-03-17", "2026-03-17"), (3, "visit_at", "long-past")),
    ],
)
def test_with_one_problem_nothing_at_all_is_stored(
    setup: Setup, clinic: int, spoilt: str, found: tuple[int, str, str]
) -> None:
    done = run(setup, AMINAS, spoilt)

    assert problems(done.decision) == [found]
    assert done.run_id is None
    assert everything(setup) == []


def test_a_death_in_the_middle_of_writing_leaves_nothing(
    setup: Setup, clinic: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_writing.imports, "owe_plans", die)
    with pytest.raises(KeyboardInterrupt):
        run(setup, AMINAS, BOS)

    assert everything(setup) == []


def test_a_death_before_the_plans_leaves_them_to_the_worker(setup: Setup, clinic: int) -> None:
    importing.apply(setup, By(clinic, None, MONDAY), file(AMINAS, BOS), MONDAY)
    assert waiting(setup, 1) == []

    Imported(setup).look(MONDAY)

    assert len(waiting(setup, 1)) == len(waiting(setup, 2)) == 3
    assert owed_plans.make(setup, MONDAY, 10) == 0


def test_until_the_texts_are_planned_no_text_of_a_moved_visit_leaves(setup: Setup, clinic: int) -> None:
    run(setup, AMINAS)
    moved = file(AMINAS.replace("03-16 09:30", "03-18 14:00"))
    due = datetime.fromisoformat("2027-03-09T10:00Z")
    importing.apply(setup, By(clinic, None, due), moved, due)

    sweep(setup, due)

    first = outbox_of(setup, 1)[0]
    assert (first.rule, first.state) == ("heads-up", "withdrawn")
    assert setup.transport.handed == []  # type: ignore[attr-defined]


def test_what_goes_wrong_with_one_person_is_tried_later_and_costs_the_others_nothing(
    setup: Setup, clinic: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing.apply(setup, By(clinic, None, MONDAY), file(AMINAS, BOS), MONDAY)
    real = plans.replan

    def fail_for_amina(session: Session, setup: Setup, patient: Patient, *given: Any, **more: Any) -> Any:
        if patient.id == 1:
            raise RuntimeError
        return real(session, setup, patient, *given, **more)

    with monkeypatch.context() as broken:
        broken.setattr(plans, "replan", fail_for_amina)
        assert owed_plans.make(setup, MONDAY, 10) == 2
    assert (len(waiting(setup, 1)), len(waiting(setup, 2))) == (0, 3)
    assert owed_plans.make(setup, MONDAY, 10) == 0

    owed_plans.make(setup, MONDAY + timedelta(minutes=10), 10)
    assert len(waiting(setup, 1)) == 3


def test_a_newcomer_is_welcomed_unless_the_file_says_no(setup: Setup, clinic: int) -> None:
    run(setup, AMINAS, BOS.replace("Okafor,no", "Okafor,"))

    welcomed = {row.patient_id for row in outbox_of(setup) if row.rule == "welcome"}
    assert welcomed == {2}


def test_who_gave_no_consent_is_left_out_and_stops_nothing(setup: Setup, clinic: int) -> None:
    done = run(setup, AMINAS, BOS.replace("Nurse Okafor", ""))

    assert remarks(done.decision) == [(3, "patient_reference", "not-enrolled")]
    assert did(done.decision) == {"enrol": 1, "book": 1, "remarks": 1}


def test_a_visit_of_last_week_is_left_out_and_one_of_last_month_is_a_slip(setup: Setup, clinic: int) -> None:
    lately, long = AMINAS.replace("2027-03-16", "2027-02-27"), BOS.replace("2027-03-17", "2027-01-20")

    assert remarks(run(setup, lately).decision) == [(2, "visit_at", "passed")]
    assert problems(run(setup, long).decision) == [(2, "visit_at", "long-past")]


def test_another_number_is_a_question_for_a_nurse_and_asked_once(setup: Setup, clinic: int) -> None:
    run(setup, AMINAS)
    for _ in range(2):
        done = run(setup, AMINAS.replace(AMINA, BO))

    assert remarks(done.decision) == [(2, "phone", "number-differs")]
    assert kinds_of_tasks(setup) == [("number-differs", "today")]
    assert {row.phone for row in outbox_of(setup, 1)} == {AMINA}


def test_another_name_or_treatment_is_taken_and_an_empty_cell_changes_nothing(
    setup: Setup, clinic: int
) -> None:
    run(setup, AMINAS)
    run(setup, AMINAS.replace("Amina", "Mina").replace("no,,", "no,blinatumomab,"))
    done = run(setup, "H1,,,,,,V1,,,,,")

    assert did(done.decision) == {"unchanged": 1}
    with setup.database.reading() as session:
        patient = session.get_one(Patient, 1)
    assert (patient.name, patient.treatment) == ("Mina", "blinatumomab")


def test_what_a_person_may_change_by_text_is_not_changed_back(setup: Setup, clinic: int) -> None:
    said = file(AMINAS).replace(b"welcome", b"information").replace(b",no,", b",full,")
    importing.apply(setup, By(clinic, None, MONDAY), said.replace(b"full", b"less"), MONDAY)
    importing.apply(setup, By(clinic, None, MONDAY), said, MONDAY)

    with setup.database.reading() as session:
        assert session.get_one(Patient, 1).information == "less"


@pytest.mark.parametrize("to", ["03-16 09:30", "03-19 09:30"], ids=["same time", "another time"])
def test_a_visit_cancelled_here_is_not_brought_back_by_a_list(setup: Setup, clinic: int, to: str) -> None:
    run(setup, AMINAS)
    scheduling.cancel(setup, 1, by=CancelledBy.TOLD, now=MONDAY)
    for _ in range(2):
        done = run(setup, AMINAS.replace("03-16 09:30", to))

    assert remarks(done.decision) == [(2, "visit_state", "visit-stands-again")]
    assert visit_of(setup).state == AppointmentState.CANCELLED
    assert kinds_of_tasks(setup) == [("visit-stands-again", "today")]


def test_cancelled_again_and_cancelled_unknown_change_nothing(setup: Setup, clinic: int) -> None:
    gone = AMINAS.replace("Level 2,,", "Level 2,cancelled,told")
    run(setup, AMINAS)
    run(setup, gone)
    tasks = kinds_of_tasks(setup)

    again = run(setup, gone, "H1,,,,,,V9,,,,cancelled,")

    assert did(again.decision) == {"unchanged": 1, "remarks": 1}
    assert remarks(again.decision) == [(3, "visit_state", "cancelled-unknown")]
    assert kinds_of_tasks(setup) == tasks == []


def test_another_kind_or_place_is_taken_without_a_correction(setup: Setup, clinic: int) -> None:
    run(setup, AMINAS)
    done = run(setup, AMINAS.replace("clinic-review", "blood-test").replace("Level 2", "Level 9"))

    assert did(done.decision) == {"edit": 1}
    assert (visit_of(setup).type, visit_of(setup).place) == ("blood-test", "Level 9")
    assert [rule for rule, _ in waiting(setup, 1)] == ["evening-before"]


def test_a_visit_booked_by_hand_before_is_the_same_and_not_a_second(setup: Setup, clinic: int) -> None:
    run(setup, BOS)
    a_visit(setup, 1, at="2027-03-19T09:30")
    before = waiting(setup, 1)
    row = "H2,,,,,,V7,clinic-review,2027-03-19 09:30,Level 9,,"

    done = run(setup, BOS, row, row.replace("V7", "V8"))

    assert did(done.decision) == {"book": 1, "adopt": 1, "unchanged": 1}
    assert (visit_of(setup, 2).reference, visit_of(setup, 2).place) == ("V7", "Level 9")
    assert [at for _, at in before] == [at for _, at in waiting(setup, 1)]
    assert did(run(setup, BOS, row, row.replace("V7", "V8")).decision) == {"unchanged": 3}


def test_somebody_elses_visit_reference_is_a_problem(setup: Setup, clinic: int) -> None:
    run(setup, AMINAS, BOS)

    assert problems(run(setup, AMINAS.replace("V1", "V2")).decision) == [
        (2, "visit_reference", "of-somebody-else")
    ]


def test_another_clinic_may_use_the_same_references(setup: Setup, clinic: int) -> None:
    other = a_clinic(setup, name="Elm Street Team", number=OTHER_CLINIC)
    run(setup, AMINAS)
    run(setup, AMINAS.replace("03-16", "03-23"), clinic=other)

    with setup.database.reading() as session:
        found = session.exec(select(Patient.clinic_id, Appointment.wall).join(Appointment)).all()
    assert sorted(found) == [(clinic, "2027-03-16T09:30"), (other, "2027-03-23T09:30")]


def test_visits_are_by_the_clinics_clock_wherever_the_person_lives(setup: Setup, clinic: int) -> None:
    row = file(AMINAS).replace(b"welcome", b"time_zone").replace(b",no,", b",America/New_York,")
    importing.apply(setup, By(clinic, None, MONDAY), row, MONDAY)

    assert (visit_of(setup).zone, visit_of(setup).at.hour) == ("Europe/London", 9)


def test_somebody_who_died_is_left_alone(setup: Setup, clinic: int) -> None:
    run(setup, AMINAS)
    put_state(setup, 1, PatientState.DECEASED)
    before = everything(setup)

    done = run(setup, AMINAS.replace("Level 2,,", "Level 2,cancelled,"))

    assert remarks(done.decision) == [(2, "patient_reference", "deceased")]
    assert everything(setup) == before


def test_nobody_is_enrolled_for_real_phones_before_the_clinic_is_live(setup: Setup, clinic: int) -> None:
    real = replace(setup, reaches_phones=True)

    assert problems(run(real, AMINAS).decision) == [(0, "", "not-live")]


def test_a_check_says_what_the_import_then_does_and_keeps_nothing(setup: Setup, clinic: int) -> None:
    run(setup, AMINAS)
    rows = (AMINAS.replace("03-16 09:30", "03-18 14:00"), BOS)
    before = everything(setup)

    decision = importing.check(setup, clinic, file(*rows), MONDAY)
    texts = importing.foresee(setup, clinic, file(*rows), MONDAY)
    assert everything(setup) == before

    assert did(run(setup, *rows).decision) == did(decision) == {"enrol": 1, "book": 1, "move": 1}
    assert texts is not None
    assert [one.name for one in texts] == ["Amina", "Bo"]
    with setup.database.reading() as session:
        ids = {patient.name: patient.id for patient in session.exec(select(Patient)).all()}
    for one in texts:
        stored = [row for row in outbox_of(setup, ids[one.name]) if row.state == "pending"]
        assert [line.body for line in one.changes.planned] == [row.body for row in stored]


def test_for_many_people_the_texts_are_not_foreseen(setup: Setup, clinic: int) -> None:
    rows = [AMINAS.replace("H1", f"H{n}").replace("V1", f"V{n}") for n in range(26)]

    assert importing.foresee(setup, clinic, file(*rows), MONDAY) is None


def test_an_import_is_written_down_with_whom_it_changed(setup: Setup, clinic: int) -> None:
    run(setup, AMINAS, BOS)

    with setup.database.reading() as session:
        events = session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all()
    assert [(event.action, event.patient_id, event.clinic_id) for event in events] == [
        ("import-changed", 1, clinic),
        ("import-changed", 2, clinic),
        ("import-applied", None, clinic),
    ]


@pytest.fixture
def counted(setup: Setup) -> Iterator[list[str]]:
    from sqlalchemy import event

    statements: list[str] = []

    def count(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    event.listen(setup.database.engine, "before_cursor_execute", count)
    yield statements
    event.remove(setup.database.engine, "before_cursor_execute", count)


def test_checking_takes_the_same_queries_for_one_row_as_for_a_hundred(
    setup: Setup, clinic: int, counted: list[str]
) -> None:
    rows = [AMINAS.replace("H1", f"H{n}").replace("V1", f"V{n}") for n in range(100)]
    run(setup, *rows)
    taken = []
    for some in (rows[:1], rows):
        counted.clear()
        importing.check(setup, clinic, file(*some), MONDAY)
        taken.append(len(counted))

    assert taken[0] == taken[1]
