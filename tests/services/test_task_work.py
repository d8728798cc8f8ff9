"""Seeing to tasks: who and when is kept, nobody is overtaken in silence, urgent ones close one by one."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from companion.domain.staff import StaffScope
from companion.domain.task_filters import Wanted
from companion.errors import InvalidInput, NotFound
from companion.records import AuditEvent, TaskUrgency
from companion.services import task_lists, task_work
from companion.services.setup import Setup
from companion.services.task_work import Moment
from tests.factories import a_clinic, a_patient
from tests.fakes import MONDAY
from tests.people import OTHER_CLINIC
from tests.staff_tasks import AT, a_nurse, a_task, the_task

_LATER = Moment(MONDAY + timedelta(hours=2), MONDAY + timedelta(days=3))


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


@pytest.fixture
def ada(setup: Setup, clinic: int) -> StaffScope:
    return a_nurse(setup, clinic)


@pytest.fixture
def ben(setup: Setup, clinic: int) -> StaffScope:
    return a_nurse(setup, clinic, "Ben")


@pytest.fixture
def stranger(setup: Setup, clinic: int) -> StaffScope:
    return a_nurse(setup, a_clinic(setup, name="Elm Street Team", number=OTHER_CLINIC), "Eve")


def audited(setup: Setup) -> list[tuple[str, int, str | None]]:
    with setup.database.reading() as session:
        found = session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all()
    return [(e.action, e.staff_id or 0, e.subject) for e in found if e.action.startswith("task-")]


def test_who_claims_a_task_and_when_is_kept_and_audited(setup: Setup, clinic: int, ada: StaffScope) -> None:
    task = a_task(setup, clinic)

    assert task_work.claim(setup, ada, task, None, _LATER) is None

    row = the_task(setup, task)
    assert (row.claimed_by, row.claimed_at, row.done_at) == (ada.staff_id, _LATER.now, None)
    assert audited(setup) == [("task-claimed", ada.staff_id, f"task {task}")]
    with setup.database.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "task-claimed")).one()
    assert event.at == _LATER.real


def test_of_two_who_claim_at_once_the_second_is_told_who_was_first(
    setup: Setup, clinic: int, ada: StaffScope, ben: StaffScope
) -> None:
    task = a_task(setup, clinic)
    task_work.claim(setup, ada, task, None, AT)

    assert task_work.claim(setup, ben, task, None, AT) == "Ada"
    assert the_task(setup, task).claimed_by == ada.staff_id


def test_who_saw_whose_it_is_may_take_it_over(
    setup: Setup, clinic: int, ada: StaffScope, ben: StaffScope
) -> None:
    task = a_task(setup, clinic)
    task_work.claim(setup, ada, task, None, AT)

    assert task_work.claim(setup, ben, task, ada.staff_id, _LATER) is None
    assert the_task(setup, task).claimed_by == ben.staff_id


def test_claiming_again_keeps_since_when(setup: Setup, clinic: int, ada: StaffScope) -> None:
    task = a_task(setup, clinic)
    task_work.claim(setup, ada, task, None, AT)

    assert task_work.claim(setup, ada, task, None, _LATER) is None
    assert the_task(setup, task).claimed_at == AT.now


def test_only_ones_own_is_given_back(setup: Setup, clinic: int, ada: StaffScope, ben: StaffScope) -> None:
    task = a_task(setup, clinic)
    task_work.claim(setup, ada, task, None, AT)

    task_work.release(setup, ben, task, AT)
    assert the_task(setup, task).claimed_by == ada.staff_id

    task_work.release(setup, ada, task, AT)
    row = the_task(setup, task)
    assert (row.claimed_by, row.claimed_at) == (None, None)


def test_notes_say_who_and_when_and_stay_in_their_order(
    setup: Setup, clinic: int, ada: StaffScope, ben: StaffScope
) -> None:
    task = a_task(setup, clinic)
    task_work.add_note(setup, ada, task, "  Rang, no answer.\n", AT)
    task_work.add_note(setup, ben, task, "Rang again.", _LATER)

    notes = task_lists.look_at(setup, ada, task, MONDAY, MONDAY).notes

    assert [(n.who, n.text, f"{n.at:%H:%M}") for n in notes] == [
        ("Ada", "Rang, no answer.", "09:00"),
        ("Ben", "Rang again.", "11:00"),
    ]


@pytest.mark.parametrize("text", ["", "  \n", "x" * 1001], ids=["empty", "blank", "too long"])
def test_a_note_of_nothing_or_too_much_is_refused(
    setup: Setup, clinic: int, ada: StaffScope, text: str
) -> None:
    task = a_task(setup, clinic)

    with pytest.raises(InvalidInput):
        task_work.add_note(setup, ada, task, text, AT)
    assert task_lists.look_at(setup, ada, task, MONDAY, MONDAY).notes == ()


def test_what_is_done_says_by_whom_and_when_and_leaves_the_list(
    setup: Setup, clinic: int, ada: StaffScope
) -> None:
    task = a_task(setup, clinic, urgency=TaskUrgency.URGENT)

    assert task_work.finish(setup, ada, task, "Called: well.", _LATER) is None

    row = the_task(setup, task)
    assert (row.done_by, row.done_at) == (ada.staff_id, _LATER.now)
    assert task_lists.look(setup, ada, Wanted(), 1, MONDAY, MONDAY).tasks == ()
    (done,) = task_lists.look(setup, ada, Wanted(done=True), 1, MONDAY, MONDAY).tasks
    assert (done.id, done.doer) == (task, "Ada")
    assert [n.text for n in task_lists.look_at(setup, ada, task, MONDAY, MONDAY).notes] == ["Called: well."]


def test_who_finishes_what_a_colleague_has_finished_is_told_and_changes_nothing(
    setup: Setup, clinic: int, ada: StaffScope, ben: StaffScope
) -> None:
    task = a_task(setup, clinic)
    task_work.finish(setup, ada, task, "", AT)

    assert task_work.finish(setup, ben, task, "", _LATER) == "Ada"
    assert task_work.claim(setup, ben, task, None, _LATER) == "Ada"
    row = the_task(setup, task)
    assert (row.done_by, row.done_at, row.claimed_by) == (ada.staff_id, AT.now, None)


def test_what_was_closed_by_mistake_is_opened_again_and_seen_to(
    setup: Setup, clinic: int, ada: StaffScope, ben: StaffScope
) -> None:
    task = a_task(setup, clinic)
    task_work.finish(setup, ada, task, "", AT)

    task_work.reopen(setup, ben, task, _LATER)

    row = the_task(setup, task)
    assert (row.done_by, row.done_at, row.claimed_by) == (None, None, ben.staff_id)
    assert [action for action, _, _ in audited(setup)] == ["task-done", "task-reopened"]


def test_several_routine_tasks_are_closed_at_once(setup: Setup, clinic: int, ada: StaffScope) -> None:
    tasks = [a_task(setup, clinic, urgency=TaskUrgency.ROUTINE) for _ in range(3)]
    task_work.finish(setup, ada, tasks[0], "", AT)

    assert task_work.finish_several(setup, ada, tasks, _LATER) == 2
    assert [the_task(setup, task).done_at for task in tasks] == [AT.now, _LATER.now, _LATER.now]
    assert [action for action, _, _ in audited(setup)] == ["task-done"] * 3


@pytest.mark.parametrize("urgency", [TaskUrgency.URGENT, TaskUrgency.TODAY])
def test_none_is_closed_if_one_of_several_is_not_routine(
    setup: Setup, clinic: int, ada: StaffScope, urgency: TaskUrgency
) -> None:
    tasks = [a_task(setup, clinic, urgency=TaskUrgency.ROUTINE), a_task(setup, clinic, urgency=urgency)]

    assert task_work.finish_several(setup, ada, tasks, AT) is None
    assert [the_task(setup, task).done_at for task in tasks] == [None, None]


def test_none_is_closed_if_one_of_several_is_another_clinics(
    setup: Setup, clinic: int, ada: StaffScope, stranger: StaffScope
) -> None:
    mine = a_task(setup, clinic, urgency=TaskUrgency.ROUTINE)
    theirs = a_task(setup, stranger.clinic_id, urgency=TaskUrgency.ROUTINE)

    assert task_work.finish_several(setup, ada, [mine, theirs], AT) is None
    assert (the_task(setup, mine).done_at, the_task(setup, theirs).done_at) == (None, None)


def test_more_than_a_page_holds_are_not_closed_at_once(setup: Setup, ada: StaffScope) -> None:
    assert task_work.finish_several(setup, ada, range(1, task_work.MOST_AT_ONCE + 2), AT) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda s, who, task: task_work.claim(s, who, task, None, AT),
        lambda s, who, task: task_work.release(s, who, task, AT),
        lambda s, who, task: task_work.add_note(s, who, task, "Hello.", AT),
        lambda s, who, task: task_work.finish(s, who, task, "", AT),
        lambda s, who, task: task_work.reopen(s, who, task, AT),
        lambda s, who, task: task_lists.look_at(s, who, task, MONDAY, MONDAY),
    ],
    ids=["claim", "release", "note", "done", "reopen", "look"],
)
def test_another_clinics_task_is_not_there(  # type: ignore[no-untyped-def]
    setup: Setup, clinic: int, stranger: StaffScope, change
) -> None:
    task = a_task(setup, clinic)
    before = the_task(setup, task)

    with pytest.raises(NotFound):
        change(setup, stranger, task)
    assert the_task(setup, task) == before


def test_the_list_is_filtered_by_urgency_kind_and_whose_it_is(
    setup: Setup, clinic: int, ada: StaffScope, stranger: StaffScope
) -> None:
    call = a_task(setup, clinic, kind="call-me")
    ill = a_task(setup, clinic, kind="urgent", urgency=TaskUrgency.URGENT)
    late = a_task(setup, clinic, kind="call-me", urgency=TaskUrgency.URGENT)
    a_task(setup, stranger.clinic_id, kind="call-me")
    task_work.claim(setup, ada, ill, None, AT)

    def ids(**wanted: object) -> list[int]:
        found = task_lists.look(setup, ada, Wanted(**wanted), 1, MONDAY, MONDAY)  # type: ignore[arg-type]
        assert found.many == len(found.tasks)
        return [task.id for task in found.tasks]

    assert ids() == [ill, late, call]
    assert ids(urgency=TaskUrgency.URGENT) == [ill, late]
    assert ids(kind="call-me") == [late, call]
    assert ids(kind="call-me", urgency=TaskUrgency.TODAY) == [call]
    assert ids(claimed_by=ada.staff_id) == [ill]
    counted = task_lists.look(setup, ada, Wanted(kind="call-me"), 1, MONDAY, MONDAY)
    assert counted.urgencies == {"urgent": 1, "today": 1, "routine": 0}
    assert counted.kinds == {"call-me": 2, "urgent": 1}


def test_a_long_list_is_paged_and_no_task_is_on_two_pages(setup: Setup, clinic: int, ada: StaffScope) -> None:
    tasks = {a_task(setup, clinic) for _ in range(task_lists.PER_PAGE + 3)}

    first, second, third = (task_lists.look(setup, ada, Wanted(), n, MONDAY, MONDAY) for n in (1, 2, 3))

    assert (len(first.tasks), len(second.tasks), len(third.tasks)) == (task_lists.PER_PAGE, 3, 0)
    assert {task.id for task in (*first.tasks, *second.tasks)} == tasks
    assert (first.pages, first.many) == (2, len(tasks))


def test_looking_at_a_task_is_audited_with_the_person_it_is_about(
    setup: Setup, clinic: int, ada: StaffScope
) -> None:
    amina = a_patient(setup)
    task = a_task(setup, clinic, patient_id=amina)

    task_lists.look_at(setup, ada, task, MONDAY, MONDAY)

    with setup.database.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "task-seen")).one()
    assert (event.patient_id, event.staff_id, event.clinic_id) == (amina, ada.staff_id, clinic)
