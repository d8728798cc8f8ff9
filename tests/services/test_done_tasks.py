"""What is done is not to do: it counts nowhere, takes up no new text, and does not hide what happens anew."""

from datetime import timedelta

import pytest

from companion.domain.staff import StaffScope
from companion.records import Task
from companion.services import figures, halting, overview, scheduling, task_work, today
from companion.services.setup import Setup
from companion.services.task_work import Moment
from tests.factories import a_clinic, a_patient, a_text, a_visit, tasks_of
from tests.fakes import MONDAY
from tests.people import BO
from tests.staff_tasks import AT, a_nurse, a_task

_SOON = MONDAY + timedelta(minutes=10)


@pytest.fixture
def ada(setup: Setup) -> StaffScope:
    return a_nurse(setup, a_clinic(setup))


def finish_all(setup: Setup, who: StaffScope) -> None:
    for task in tasks_of(setup):
        task_work.finish(setup, who, task.id or 0, "", AT)


def still_open(setup: Setup) -> list[Task]:
    return [task for task in tasks_of(setup) if task.done_at is None]


def test_a_done_task_is_counted_and_listed_nowhere(setup: Setup, ada: StaffScope) -> None:
    a_task(setup, ada.clinic_id, urgency="urgent")
    a_task(setup, ada.clinic_id)
    finish_all(setup, ada)
    a_task(setup, ada.clinic_id, urgency="routine")

    day = today.look(setup, ada, MONDAY, MONDAY)

    assert figures.figures(setup, MONDAY).tasks == {"urgent": 0, "today": 0, "routine": 1}
    assert day.counts == {"urgent": 0, "today": 0, "routine": 1}
    assert [task.urgency for task in day.tasks] == ["routine"]
    assert len(overview.task_rows(setup, None)) == 1
    assert len(overview.task_rows(setup, None, done=True)) == 3


@pytest.mark.parametrize(
    "words",
    ["I have a fever", "CALL ME", "Amina has died", "I can't come"],
    ids=["urgent", "call me", "death", "change"],
)
def test_the_same_words_after_it_is_done_are_a_new_task(setup: Setup, ada: StaffScope, words: str) -> None:
    a_patient(setup)
    a_text(setup, words)
    finish_all(setup, ada)
    done = {task.id: task.note for task in tasks_of(setup)}

    a_text(setup, words, _SOON)

    (new,) = still_open(setup)
    assert words in new.note
    assert {task.id: task.note for task in tasks_of(setup) if task.id in done} == done


def test_each_time_it_is_done_there_may_be_another(setup: Setup, ada: StaffScope) -> None:
    a_patient(setup)
    for minutes in range(4):
        a_text(setup, "Amina has died", MONDAY + timedelta(minutes=minutes))
        assert len(still_open(setup)) == 1
        finish_all(setup, ada)

    assert len(tasks_of(setup)) == 4


def test_while_the_new_one_is_open_it_takes_up_what_follows(setup: Setup, ada: StaffScope) -> None:
    a_patient(setup)
    a_text(setup, "Amina has died")
    finish_all(setup, ada)

    a_text(setup, "Amina has died", _SOON)
    a_text(setup, "my wife Amina has died", _SOON + timedelta(minutes=1))

    assert len(still_open(setup)) == 1


def test_a_claimed_task_takes_up_what_follows(setup: Setup, ada: StaffScope) -> None:
    a_patient(setup)
    a_text(setup, "I have a fever")
    (task,) = tasks_of(setup)
    task_work.claim(setup, ada, task.id or 0, None, AT)

    a_text(setup, "I am shivering and have a fever of 39", _SOON)

    (same,) = tasks_of(setup)
    assert "fever of 39" in same.note
    assert same.claimed_by == ada.staff_id


def test_a_number_that_is_refused_again_after_it_was_seen_to_is_a_new_task(
    setup: Setup, ada: StaffScope
) -> None:
    for minutes in range(2):
        now = MONDAY + timedelta(minutes=30 * minutes)
        with setup.database.transaction() as session:
            halting.halt(session, ada.clinic_id, 20003, now)
        assert [task.kind for task in still_open(setup)] == ["sending-halted"]
        finish_all(setup, ada)
        with setup.database.transaction() as session:
            halting.recover(session, ada.clinic_id, now + timedelta(minutes=5), left_the_provider=True)

    assert len(tasks_of(setup)) == 2


def test_who_opts_out_again_with_a_visit_coming_is_put_before_a_nurse_again(
    setup: Setup, ada: StaffScope
) -> None:
    a_visit(setup, a_patient(setup))
    a_text(setup, "STOP")
    finish_all(setup, ada)

    a_text(setup, "START", _SOON)
    a_text(setup, "STOP", _SOON + timedelta(minutes=1))

    assert [task.kind for task in still_open(setup)] == ["opted-out-before-visit"]


def test_planning_anew_does_not_bring_back_what_is_done(setup: Setup, ada: StaffScope) -> None:
    """A visit today of which no text tells: the nurse has called, and each further change plans anew."""
    amina = a_patient(setup)
    a_visit(setup, amina, at="2027-03-01T09:30")
    assert [task.kind for task in still_open(setup)] == ["visit-not-told"]
    finish_all(setup, ada)

    a_visit(setup, amina, at="2027-03-20T09:30")
    later = a_visit(setup, amina, at="2027-03-25T09:30")
    scheduling.move(setup, later.appointment.id or 0, at="2027-03-26T09:30", now=_SOON)

    assert still_open(setup) == []


def test_the_task_of_one_of_a_shared_number_leaves_the_others_alone(setup: Setup, ada: StaffScope) -> None:
    a_patient(setup)
    a_patient(setup, name="Bo", phone=BO)
    a_text(setup, "CALL ME")
    a_text(setup, "CALL ME", sender=BO)
    first, second = tasks_of(setup)
    task_work.finish(setup, ada, first.id or 0, "", Moment(_SOON, _SOON))

    a_text(setup, "please CALL ME", _SOON, sender=BO)

    assert [task.id for task in still_open(setup)] == [second.id]
