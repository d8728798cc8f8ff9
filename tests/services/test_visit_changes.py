"""Visits that staff book, move, cancel and mark: what is shown is what is stored, once, or nothing at all."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import func, select

from companion.domain.staff import StaffScope
from companion.domain.visit_acts import Act, Book, Cancel, Mark, Move
from companion.errors import NotFound
from companion.records import (
    Appointment,
    AppointmentState,
    AuditEvent,
    CancelledBy,
    OutboundState,
    PatientState,
    Role,
    SavedForm,
)
from companion.services import changing, scheduling, staff_accounts, visit_changes
from companion.services.changing import NewFacts
from companion.services.setup import Setup
from companion.services.staff_accounts import NewStaff
from companion.services.visit_changes import NotSaved, Outcome, SentForm, Wrong
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    at_once,
    connect,
    outbox_of,
    put_state,
    sweep,
    tasks_of,
    the_visit,
)
from tests.fakes import MONDAY
from tests.people import BO, OTHER_CLINIC
from tests.services.test_booking import at

TOKEN = "a-token-of-one-form-01"


@pytest.fixture
def scope(setup: Setup) -> StaffScope:
    clinic = a_clinic(setup)
    staff = staff_accounts.add(setup, NewStaff("ada@hospital.example", Role.NURSE, clinic), MONDAY)
    return StaffScope(staff.staff_id, clinic, Role.NURSE)


@pytest.fixture
def amina(setup: Setup, scope: StaffScope) -> int:
    found = a_patient(setup)
    a_text(setup, "LIST")
    return found


def wall(text: str) -> datetime:
    return datetime.strptime(f"2027-{text}", "%Y-%m-%d %H:%M")  # noqa: DTZ007 - a wall time has no zone


def foresee(setup: Setup, scope: StaffScope, act: Act, now: datetime = MONDAY) -> Outcome:
    return visit_changes.foresee(setup, scope, act, now, now)


def save(
    setup: Setup, scope: StaffScope, act: Act, mark: str, now: datetime = MONDAY, token: str = TOKEN
) -> Outcome | NotSaved:
    return visit_changes.carry_out(setup, scope, act, SentForm(token, mark), now, now)


def booking(patient: int, *walls: str) -> Book:
    return Book(patient, "clinic-review", tuple(map(wall, walls)), "Level 2")


def visits_of(setup: Setup) -> int:
    with setup.database.reading() as session:
        return session.exec(select(func.count()).select_from(Appointment)).one()


def test_what_is_foreseen_is_what_the_command_line_foresees(
    setup: Setup, scope: StaffScope, amina: int
) -> None:
    shown = foresee(setup, scope, booking(amina, "03-16 09:30")).people[0].changes

    assert shown == a_visit(setup, amina, dry_run=True).changes
    assert [line.rule for line in shown.planned] == ["heads-up", "confirm", "evening-before"]
    assert visits_of(setup) == 0


def test_what_was_foreseen_is_stored_byte_for_byte(setup: Setup, scope: StaffScope, amina: int) -> None:
    act = booking(amina, "03-16 09:30", "03-18 09:30")
    shown = foresee(setup, scope, act)

    saved = save(setup, scope, act, shown.mark)

    assert isinstance(saved, Outcome)
    assert saved.people[0].changes == shown.people[0].changes
    waiting = [row for row in outbox_of(setup, amina) if row.state == OutboundState.PENDING]
    lines = shown.people[0].changes.planned
    assert sorted((row.send_at, row.body, row.segments) for row in waiting if row.rule) == sorted(
        (line.send_at, line.body, line.segments) for line in lines
    )
    assert visits_of(setup) == 2


def test_a_series_is_planned_once_with_all_its_visits(setup: Setup, scope: StaffScope, amina: int) -> None:
    together = foresee(setup, scope, booking(amina, "03-16 09:30", "03-16 14:00"))

    (evening,) = [line for line in together.people[0].changes.planned if line.rule == "evening-before"]
    assert "9:30am" in evening.body
    assert "2pm" in evening.body


def test_times_that_do_not_exist_are_named_and_nothing_is_booked(
    setup: Setup, scope: StaffScope, amina: int
) -> None:
    act = booking(amina, "03-21 01:30", "03-28 01:30", "04-04 01:30")

    outcome = foresee(setup, scope, act)

    assert [(p.wrong, p.wall) for p in outcome.problems] == [(Wrong.MISSING, wall("03-28 01:30"))]
    assert outcome.people == ()
    assert save(setup, scope, act, outcome.mark) == NotSaved.CHANGED
    assert visits_of(setup) == 0


def test_of_a_time_that_comes_twice_the_earlier_is_taken_and_said(
    setup: Setup, scope: StaffScope, amina: int
) -> None:
    act = booking(amina, "10-24 01:30", "10-31 01:30")
    outcome = foresee(setup, scope, act)

    saved = save(setup, scope, act, outcome.mark)

    assert [visit.twice for visit in outcome.people[0].visits] == [False, True]
    assert isinstance(saved, Outcome)
    stored = the_visit(setup, saved.people[0].visits[1].id or 0)
    assert stored.at.strftime("%m-%d %H:%M") == "10-31 00:30"


def test_a_time_that_has_passed_is_refused(setup: Setup, scope: StaffScope, amina: int) -> None:
    outcome = foresee(setup, scope, booking(amina, "02-28 09:30", "03-16 09:30"))

    assert [(p.wrong, p.wall) for p in outcome.problems] == [(Wrong.PAST, wall("02-28 09:30"))]


def test_another_visit_at_the_same_time_is_said(setup: Setup, scope: StaffScope, amina: int) -> None:
    a_visit(setup, amina, kind="results")

    outcome = foresee(setup, scope, booking(amina, "03-16 09:30", "03-17 09:30"))

    assert [visit.clashes for visit in outcome.people[0].visits] == [True, False]


def test_the_same_visit_twice_is_a_problem_and_books_nothing(
    setup: Setup, scope: StaffScope, amina: int
) -> None:
    a_visit(setup, amina)

    outcome = foresee(setup, scope, booking(amina, "03-16 09:30", "03-17 09:30"))

    assert [(problem.wrong, problem.wall) for problem in outcome.problems] == [
        (Wrong.DOUBLE, wall("03-16 09:30"))
    ]


def _pauses(setup: Setup, amina: int) -> None:
    a_text(setup, "PAUSE")


def _finishes(setup: Setup, amina: int) -> None:
    changing.change(setup, amina, NewFacts(state=PatientState.FINISHED), MONDAY)


def _confirms(setup: Setup, amina: int) -> None:
    a_text(setup, "YES")


def _colleague_moves(setup: Setup, amina: int) -> None:
    scheduling.move(setup, 1, at="2027-03-17T09:30", now=MONDAY)


def _colleague_books(setup: Setup, amina: int) -> None:
    a_visit(setup, amina, at="2027-05-17T09:30")


def _own_question(setup: Setup, amina: int) -> None:
    a_text(setup, "ASK May I swim?")


@pytest.mark.parametrize(
    "change", [_pauses, _finishes, _confirms, _colleague_moves, _colleague_books, _own_question]
)
@pytest.mark.parametrize("sort", ["book", "move", "cancel"])
def test_whatever_changed_after_it_was_shown_undoes_it_whole(
    setup: Setup, scope: StaffScope, amina: int, sort: str, change: Callable[[Setup, int], None]
) -> None:
    a_visit(setup, amina)
    acts: dict[str, Act] = {
        "book": booking(amina, "03-23 09:30"),
        "move": Move({1: wall("03-23 09:30")}),
        "cancel": Cancel((1,), CancelledBy.TEXT),
    }
    act = acts[sort]
    shown = foresee(setup, scope, act)
    change(setup, amina)
    before = [row.model_dump() for row in outbox_of(setup)]
    visits = visits_of(setup)

    if sort == "cancel" and change is _own_question:
        # The texts that go away say the question, so what is withdrawn is not what was shown.
        assert any("swim" in row["body"] for row in before)
    assert save(setup, scope, act, shown.mark) == NotSaved.CHANGED
    assert [row.model_dump() for row in outbox_of(setup)] == before
    assert visits_of(setup) == visits
    # Shown anew, it is saved with the same form: nothing of the first try is left.
    assert isinstance(save(setup, scope, act, foresee(setup, scope, act).mark), Outcome)


def test_what_goes_at_once_may_be_saved_some_minutes_later(
    setup: Setup, scope: StaffScope, amina: int
) -> None:
    a_visit(setup, amina)
    sweep(setup, at("03-09 10:00"))
    now = at("03-09 12:00")
    act = Move({1: wall("03-18 14:00")})
    shown = foresee(setup, scope, act, now)

    saved = save(setup, scope, act, shown.mark, now + timedelta(minutes=10))

    assert shown.people[0].changes.planned[0].rule == "correction"
    assert isinstance(saved, Outcome)


def test_a_form_that_is_sent_twice_books_once(setup: Setup, scope: StaffScope, amina: int) -> None:
    act = booking(amina, "03-16 09:30")
    shown = foresee(setup, scope, act)

    first, second = (save(setup, scope, act, shown.mark) for _ in range(2))

    assert isinstance(first, Outcome)
    assert second == NotSaved.SAVED_ALREADY
    assert visits_of(setup) == 1


def test_a_form_that_is_sent_twice_at_once_books_once(setup: Setup, scope: StaffScope, amina: int) -> None:
    act = booking(amina, "03-16 09:30")
    shown = foresee(setup, scope, act)
    connect(setup, 4)

    results = at_once(*[lambda: save(setup, scope, act, shown.mark)] * 4)

    assert sum(isinstance(result, Outcome) for result in results) == 1
    assert [r for r in results if not isinstance(r, Outcome)] == [NotSaved.SAVED_ALREADY] * 3
    assert visits_of(setup) == 1
    with setup.database.reading() as session:
        assert session.exec(select(func.count()).select_from(SavedForm)).one() == 1


def test_two_colleagues_who_book_at_once_do_not_book_past_each_other(
    setup: Setup, scope: StaffScope, amina: int
) -> None:
    act = booking(amina, "03-16 09:30")
    shown = foresee(setup, scope, act)
    connect(setup, 2)

    results = at_once(
        lambda: save(setup, scope, act, shown.mark, token="the-form-of-one-nurse-1"),
        lambda: save(setup, scope, act, shown.mark, token="the-form-of-another-one"),
    )

    assert sorted(str(r) if isinstance(r, NotSaved) else "saved" for r in results) == ["changed", "saved"]
    assert visits_of(setup) == 1


def test_a_whole_list_is_moved_with_one_preview(setup: Setup, scope: StaffScope, amina: int) -> None:
    bo = a_patient(setup, name="Bo", phone=BO)
    a_visit(setup, amina)
    a_visit(setup, bo, at="2027-03-16T11:00")
    act = Move({1: wall("03-17 09:30"), 2: wall("03-17 11:00")})

    shown = foresee(setup, scope, act)
    saved = save(setup, scope, act, shown.mark)

    assert [(p.name, p.visits[0].was, p.visits[0].wall) for p in shown.people] == [
        ("Amina", wall("03-16 09:30"), wall("03-17 09:30")),
        ("Bo", wall("03-16 11:00"), wall("03-17 11:00")),
    ]
    assert all(p.changes.withdrawn for p in shown.people)
    assert isinstance(saved, Outcome)
    assert [the_visit(setup, n).wall for n in (1, 2)] == ["2027-03-17T09:30", "2027-03-17T11:00"]


def test_one_visit_of_a_list_that_cannot_be_moved_keeps_all_from_moving(
    setup: Setup, scope: StaffScope, amina: int
) -> None:
    bo = a_patient(setup, name="Bo", phone=BO)
    a_visit(setup, amina)
    a_visit(setup, bo)
    act = Move({1: wall("03-17 09:30"), 2: wall("03-17 09:30")})
    shown = foresee(setup, scope, act)
    scheduling.cancel(setup, 2, by=CancelledBy.TOLD, now=MONDAY)

    assert save(setup, scope, act, shown.mark) == NotSaved.CHANGED
    assert [(p.who, p.wrong) for p in foresee(setup, scope, act).problems] == [("Bo", Wrong.OVER)]
    assert the_visit(setup, 1).wall == "2027-03-16T09:30"


@pytest.mark.parametrize(
    ("by", "rules", "tasks"),
    [
        (CancelledBy.TOLD, [], []),
        (CancelledBy.CALL, [], ["call-cancelled"]),
        (CancelledBy.TEXT, ["correction"], []),
    ],
)
def test_a_cancellation_does_what_was_said(
    setup: Setup, scope: StaffScope, amina: int, by: CancelledBy, rules: list[str], tasks: list[str]
) -> None:
    a_visit(setup, amina)
    act = Cancel((1,), by)
    shown = foresee(setup, scope, act)

    save(setup, scope, act, shown.mark)

    changes = shown.people[0].changes
    assert [line.rule for line in changes.planned] == rules
    assert [kind for kind, _ in changes.tasks] == tasks
    assert [task.kind for task in tasks_of(setup)] == tasks
    assert the_visit(setup, 1).cancelled_by == by


def test_marking_says_what_is_asked_afterwards(setup: Setup, scope: StaffScope, amina: int) -> None:
    bo = a_patient(setup, name="Bo", phone=BO)
    for patient in (amina, bo):
        a_visit(setup, patient, at="2027-03-05T09:30")
    now = at("03-05 15:00")
    act = Mark({1: AppointmentState.ATTENDED, 2: AppointmentState.MISSED})

    shown = foresee(setup, scope, act, now)
    save(setup, scope, act, shown.mark, now)

    assert [[line.rule for line in p.changes.planned] for p in shown.people] == [["after-visit"], []]
    assert [the_visit(setup, n).state for n in (1, 2)] == ["attended", "missed"]


def test_a_visit_that_lies_ahead_is_not_marked(setup: Setup, scope: StaffScope, amina: int) -> None:
    a_visit(setup, amina)

    outcome = foresee(setup, scope, Mark({1: AppointmentState.ATTENDED}))

    assert [p.wrong for p in outcome.problems] == [Wrong.AHEAD]


@pytest.mark.parametrize(
    "act",
    [
        Book(1, "clinic-review", (), ""),
        Move({1: wall("03-17 09:30")}),
        Cancel((1,), CancelledBy.TOLD),
        Mark({1: AppointmentState.ATTENDED}),
    ],
    ids=lambda act: type(act).__name__,
)
def test_another_clinics_people_and_visits_are_not_there(
    setup: Setup, scope: StaffScope, amina: int, act: Act
) -> None:
    a_visit(setup, amina)
    other = a_clinic(setup, name="Elm Street Team", number=OTHER_CLINIC)
    strange = StaffScope(scope.staff_id, other, Role.NURSE)

    with pytest.raises(NotFound):
        foresee(setup, strange, act)
    with pytest.raises(NotFound):
        save(setup, strange, act, "")
    assert the_visit(setup, 1).state == AppointmentState.BOOKED


def test_who_may_not_be_texted_is_phoned_about_a_moved_visit(
    setup: Setup, scope: StaffScope, amina: int
) -> None:
    a_visit(setup, amina)
    sweep(setup, at("03-09 10:00"))
    put_state(setup, amina, PatientState.STOPPED)

    shown = foresee(setup, scope, Move({1: wall("03-18 14:00")}), at("03-10 12:00")).people[0]

    assert shown.state == PatientState.STOPPED
    assert shown.changes.planned == ()
    assert ("correction-not-sent", "urgent") in shown.changes.tasks


def test_who_looked_and_who_saved_is_written_down(setup: Setup, scope: StaffScope, amina: int) -> None:
    act = booking(amina, "03-16 09:30")
    saved = save(setup, scope, act, foresee(setup, scope, act).mark)

    assert isinstance(saved, Outcome)
    with setup.database.reading() as session:
        found = session.exec(select(AuditEvent).where(AuditEvent.patient_id == amina)).all()
    assert [(e.action, e.subject, e.staff_id) for e in found] == [
        ("visits-foreseen", None, scope.staff_id),
        ("visit-booked", f"visit {saved.people[0].visits[0].id}", scope.staff_id),
    ]
