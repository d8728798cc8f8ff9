"""Urgent tasks ring out of band: without words or numbers, again until taken, and at most one key a task."""

import json
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest

from companion.domain.staff import StaffScope
from companion.records import TaskUrgency
from companion.services import ringing, task_work
from companion.services.ringing import pause_after
from companion.services.setup import Setup
from companion.transports.alerts import AlertHook
from tests.factories import a_clinic, a_patient, a_text, tasks_of
from tests.fakes import MONDAY, FrozenClock
from tests.pager import Pager, a_pager
from tests.people import AMINA
from tests.staff_tasks import AT, a_nurse, a_task, the_task


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


@pytest.fixture
def ada(setup: Setup, clinic: int) -> StaffScope:
    return a_nurse(setup, clinic)


@pytest.fixture
def pager() -> Iterator[Pager]:
    with a_pager() as pager:
        yield pager


def an_urgent_task(setup: Setup, clinic: int) -> int:
    return a_task(setup, clinic, kind="urgent", urgency=TaskUrgency.URGENT)


def ring(setup: Setup, pager: Pager, clock: FrozenClock) -> int:
    return ringing.ring(setup, AlertHook(pager.url), clock)


def test_an_urgent_text_rings_without_its_words_name_or_number(
    setup: Setup, clinic: int, pager: Pager, clock: FrozenClock
) -> None:
    a_patient(setup)
    a_text(setup, "I have a fever and feel shivery")
    (task,) = tasks_of(setup)

    assert ring(setup, pager, clock) == 1

    ((body, key),) = pager.rung
    assert body == {
        "clinic": clinic,
        "kind": "urgent",
        "task": task.id,
        "urgency": "urgent",
        "raised_at": "2027-03-01T09:00:00Z",
    }
    told = json.dumps(body) + key
    assert [word for word in ("fever", "Amina", AMINA, AMINA[1:]) if word in told] == []
    assert the_task(setup, task.id or 0).rung_at == MONDAY


def test_it_rings_once_when_it_is_taken(setup: Setup, clinic: int, pager: Pager, clock: FrozenClock) -> None:
    task = an_urgent_task(setup, clinic)

    assert [ring(setup, pager, clock) for _ in range(3)] == [1, 0, 0]
    clock.forward(days=2)
    assert ring(setup, pager, clock) == 0
    assert pager.tasks == [task]


def test_only_what_is_urgent_and_not_done_rings(
    setup: Setup, clinic: int, ada: StaffScope, pager: Pager, clock: FrozenClock
) -> None:
    a_task(setup, clinic, urgency=TaskUrgency.TODAY)
    a_task(setup, clinic, urgency=TaskUrgency.ROUTINE)
    task_work.finish(setup, ada, an_urgent_task(setup, clinic), "", AT)
    claimed = an_urgent_task(setup, clinic)
    task_work.claim(setup, ada, claimed, None, AT)

    assert ring(setup, pager, clock) == 1
    assert pager.tasks == [claimed]


def test_what_becomes_urgent_rings_then(setup: Setup, clinic: int, pager: Pager, clock: FrozenClock) -> None:
    a_patient(setup)
    a_text(setup, "my mother has died")
    ring(setup, pager, clock)
    before = len(pager.rung)
    a_text(setup, "my mother has died, I want to die too", clock.forward(minutes=1))

    ring(setup, pager, clock)

    assert len(pager.rung) > before
    assert all(body["urgency"] == "urgent" for body, _ in pager.rung)


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500, 503])
def test_what_is_not_taken_rings_again_with_the_same_key(
    setup: Setup, clinic: int, pager: Pager, clock: FrozenClock, status: int
) -> None:
    task = an_urgent_task(setup, clinic)
    pager.answers.append(status)

    assert ring(setup, pager, clock) == 0
    assert the_task(setup, task).rung_at is None
    assert ring(setup, pager, clock) == 0, "not before the pause is over"
    clock.forward(seconds=30)
    assert ring(setup, pager, clock) == 1

    keys = [key for _, key in pager.rung]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert the_task(setup, task).rung_at == clock()


def test_nobody_there_is_tried_again(setup: Setup, clinic: int, pager: Pager, clock: FrozenClock) -> None:
    task = an_urgent_task(setup, clinic)

    assert ringing.ring(setup, AlertHook("http://127.0.0.1:9/hook"), clock) == 0
    clock.forward(seconds=30)

    assert ring(setup, pager, clock) == 1
    assert the_task(setup, task).rings == 2


@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 30), (2, 60), (5, 480), (6, 900), (7, 900), (10_000, 900)], ids=str
)
def test_the_pause_doubles_up_to_a_quarter_of_an_hour(tries: int, seconds: int) -> None:
    assert pause_after(tries) == timedelta(seconds=seconds)


def test_it_goes_on_trying_for_as_long_as_the_task_is_open(
    setup: Setup, clinic: int, ada: StaffScope, pager: Pager, clock: FrozenClock
) -> None:
    task = an_urgent_task(setup, clinic)
    for _ in range(30):
        pager.answers.append(500)
        ring(setup, pager, clock)
        clock.forward(minutes=15)
    assert len(pager.rung) == 30

    task_work.finish(setup, ada, task, "", AT)
    ring(setup, pager, clock)

    assert len(pager.rung) == 30


def test_one_that_is_refused_each_time_does_not_hold_up_the_others(
    setup: Setup, clinic: int, pager: Pager, clock: FrozenClock
) -> None:
    first, second = an_urgent_task(setup, clinic), an_urgent_task(setup, clinic)
    pager.answers.append(400)
    ring(setup, pager, clock)
    clock.forward(minutes=1)

    ring(setup, pager, clock)

    assert pager.tasks == [first, second, first]
    assert the_task(setup, second).rung_at is not None


def test_who_dies_between_ringing_and_writing_it_down_rings_again_with_the_same_key(
    setup: Setup, clinic: int, pager: Pager, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_urgent_task(setup, clinic)

    class Died(BaseException):
        pass

    def die(*_: object) -> None:
        raise Died

    with monkeypatch.context() as dying:
        dying.setattr("companion.storage.bells.note_rung", die)
        with pytest.raises(Died):
            ring(setup, pager, clock)
    assert ring(setup, pager, clock) == 0
    clock.forward(seconds=30)

    assert ring(setup, pager, clock) == 1
    assert len({key for _, key in pager.rung}) == 1
    assert len(pager.rung) == 2


def test_two_workers_do_not_ring_for_the_same_task_at_once(
    setup: Setup, clinic: int, pager: Pager, clock: FrozenClock
) -> None:
    tasks = {an_urgent_task(setup, clinic) for _ in range(6)}
    both = [Thread(target=ring, args=(setup, pager, clock)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert len(pager.tasks) == 6
    assert set(pager.tasks) == tasks


def test_no_transaction_is_open_while_it_rings(
    setup: Setup, clinic: int, pager: Pager, clock: FrozenClock
) -> None:
    """On SQLite there is one writer: whoever held it while an address is slow would hold up every text."""
    an_urgent_task(setup, clinic)
    pager.may_answer.clear()
    ringer = Thread(target=ring, args=(setup, pager, clock))
    ringer.start()
    assert pager.came.wait(20)

    a_task(setup, clinic)

    assert ringer.is_alive()
    pager.may_answer.set()
    ringer.join(20)
    assert not ringer.is_alive()


def test_tasks_of_the_same_number_in_two_installations_have_different_keys(
    setup: Setup, clinic: int, pager: Pager, clock: FrozenClock
) -> None:
    from dataclasses import replace

    from companion.storage.keys import Hasher

    task = an_urgent_task(setup, clinic)
    ring(setup, pager, clock)
    with setup.database.transaction() as session:
        row = the_task(setup, task)
        row.rung_at = row.ring_after = None
        session.merge(row)

    ring(replace(setup, hasher=Hasher("another")), pager, clock)

    (_, first), (_, second) = pager.rung
    assert first != second


def test_once_the_end_is_asked_for_nothing_more_rings(
    setup: Setup, clinic: int, pager: Pager, clock: FrozenClock
) -> None:
    for _ in range(3):
        an_urgent_task(setup, clinic)

    rung = ringing.ring(setup, AlertHook(pager.url), clock, ending=lambda: bool(pager.rung))

    assert (rung, len(pager.rung)) == (1, 1)
