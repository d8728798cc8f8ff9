"""A text leaves: what is handed over, when, to whom no longer, and never twice."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from companion.domain.delivery import Accepted, NotTaken, Outcome
from companion.errors import CompanionError
from companion.records import (
    Appointment,
    Heartbeat,
    OutboundKind,
    OutboundState,
    PatientState,
)
from companion.services import dispatch, outcomes
from companion.services.dispatch import Sweep
from companion.services.setup import Setup
from companion.services.steps import Step
from companion.storage import outbox
from companion.transports.base import OutboundText
from tests.factories import (
    a_clinic,
    a_patient,
    a_visit,
    a_waiting_text,
    at_once,
    kinds_of_tasks,
    outbox_of,
    put_state,
    sweep,
    tasks_of,
    the_row,
    waiting,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport, FrozenClock
from tests.people import AMINA, CLINIC
from tests.services.test_booking import at


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


@pytest.fixture
def patient(setup: Setup, clinic: int) -> int:
    """Someone with a visit on 16 March at 9:30 and three reminders planned for it."""
    person = a_patient(setup)
    a_visit(setup, person)
    return person


def test_what_is_due_is_handed_over_and_recorded(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    assert sweep(setup, at("03-09 09:59")) == Sweep(0, 0)
    assert sweep(setup, at("03-09 10:00")) == Sweep(1, 0)

    row = outbox_of(setup)[0]
    (text,) = transport.handed
    assert text == OutboundText(
        to=AMINA,
        sender=CLINIC,
        body=words_of(setup, "push.minimal", when="Tuesday 16 March at 9:30am"),
        callback_url=f"https://companion.example/sms/status?token={row.token}",
        valid_for_seconds=4 * 24 * 3600,  # until the confirm, four days later
    )
    assert (row.state, row.sid, row.attempts, row.lease_until) == (
        OutboundState.ACCEPTED,
        "SM" + "0" * 32,
        1,
        None,
    )
    assert tasks_of(setup) == []


def test_all_that_is_due_goes_in_one_sweep_oldest_first(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    count = 2 * dispatch.BATCH + 3
    for number in range(count):
        a_waiting_text(setup, clinic, MONDAY - timedelta(minutes=number), body=str(number))

    assert sweep(setup, MONDAY).sent == count

    handed = transport.bodies
    assert sorted(handed, key=int) == [str(number) for number in range(count)]
    first = {int(body) for body in handed[: dispatch.BATCH]}
    assert first == set(range(count - dispatch.BATCH, count))
    assert sweep(setup, MONDAY).sent == 0


def test_a_text_says_for_how_long_it_is_worth_delivering(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    a_waiting_text(setup, clinic, not_useful_after=MONDAY + timedelta(minutes=15))
    a_waiting_text(setup, clinic, kind=OutboundKind.SAFETY)

    sweep(setup, MONDAY + timedelta(minutes=5))

    assert {text.valid_for_seconds for text in transport.handed} == {600, None}


@pytest.mark.parametrize(
    ("swept", "handed"),
    [("03-15 20:00", []), ("03-15 23:00", []), ("03-16 07:59", []), ("03-16 08:00", [1])],
    ids=["as hours end", "at night", "before hours", "as hours begin"],
)
def test_a_reminder_that_missed_its_hours_waits_for_the_next(
    setup: Setup, clinic: int, transport: FakeTransport, swept: str, handed: list[int]
) -> None:
    a_visit(setup, a_patient(setup), kind="blood-test")

    sweep(setup, at(swept))

    assert len(transport.handed) == len(handed)
    if not handed:
        (row,) = outbox_of(setup)
        assert (row.state, row.send_at) == (OutboundState.PENDING, at("03-16 08:00"))


@pytest.mark.parametrize("kind", [OutboundKind.REPLY, OutboundKind.SAFETY])
def test_answers_leave_at_any_hour(
    setup: Setup, clinic: int, transport: FakeTransport, kind: OutboundKind
) -> None:
    night = at("03-02 03:00")
    a_waiting_text(setup, clinic, night, kind=kind)

    assert sweep(setup, night).sent == 1


def test_a_reminder_that_is_of_no_use_any_more_becomes_a_task(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    a_visit(setup, a_patient(setup), kind="blood-test")

    sweep(setup, at("03-16 08:30"))

    (row,) = outbox_of(setup)
    (task,) = tasks_of(setup)
    assert (row.state, row.reason) == (OutboundState.EXPIRED, "no-longer-useful")
    assert (task.kind, task.urgency, task.appointment_id, task.note) == (
        "reminder-not-sent",
        "today",
        1,
        row.body,
    )
    assert transport.handed == []


def test_a_reminder_that_could_only_leave_when_it_is_of_no_use_is_given_up_at_once(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    """The visit is at 8:45, so from 7:45 nothing leaves, and before 8:00 nothing may."""
    a_visit(setup, a_patient(setup), kind="blood-test", at="2027-03-16T08:45")

    sweep(setup, at("03-15 20:00"))

    assert [row.state for row in outbox_of(setup)] == [OutboundState.EXPIRED]
    assert kinds_of_tasks(setup) == [("reminder-not-sent", "today")]


def test_an_answer_that_came_too_late_goes_without_a_task(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    row = a_waiting_text(setup, clinic, not_useful_after=MONDAY + timedelta(minutes=15))

    sweep(setup, MONDAY + timedelta(minutes=15))

    assert the_row(setup, row).state == OutboundState.EXPIRED
    assert (transport.handed, tasks_of(setup)) == ([], [])


@pytest.mark.parametrize(
    "state",
    [s for s in PatientState if s not in (PatientState.ACTIVE, PatientState.PAUSED)],
)
def test_a_reminder_to_someone_who_gets_no_texts_never_leaves_though_it_was_planned(
    setup: Setup, patient: int, transport: FakeTransport, state: PatientState
) -> None:
    put_state(setup, patient, state)

    sweep(setup, at("03-09 10:00"))

    row = outbox_of(setup)[0]
    assert (row.state, row.reason) == (OutboundState.SUPPRESSED, state.value)
    assert transport.handed == []


def test_a_reminder_of_someone_who_wants_visits_only_still_leaves(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    put_state(setup, patient, PatientState.PAUSED)

    assert sweep(setup, at("03-09 10:00")).sent == 1


def changed(**values: object) -> Callable[[Setup], None]:
    """Return what changes the one visit by hand, past every service, so that nothing is planned anew."""

    def change(setup: Setup) -> None:
        with setup.database.transaction() as session:
            visit = session.get_one(Appointment, 1)
            for name, value in values.items():
                setattr(visit, name, value)

    return change


@pytest.mark.parametrize(
    "change",
    [
        changed(version=2),
        changed(version=11),
        changed(state="cancelled", cancelled_by="told"),
        changed(state="cancelled", cancelled_by="text"),
    ],
    ids=["moved", "moved often", "cancelled", "cancelled by text"],
)
def test_a_reminder_of_a_visit_that_changed_never_leaves(
    setup: Setup, patient: int, transport: FakeTransport, change: Callable[[Setup], None]
) -> None:
    change(setup)

    sweep(setup, at("03-09 10:00"))

    row = outbox_of(setup)[0]
    assert (row.state, row.reason) == (OutboundState.WITHDRAWN, "visit-changed")
    assert transport.handed == []


@dataclass
class WatchingTransport:
    """Looks, in the middle of handing over, at what another process would see."""

    look: Callable[[OutboundText], None]

    def send(self, text: OutboundText) -> Outcome:
        self.look(text)
        return Accepted(f"SM-{text.body}", "queued")


def test_no_transaction_is_open_while_the_provider_is_spoken_to(setup: Setup, clinic: int) -> None:
    row = a_waiting_text(setup, clinic)
    seen: list[tuple[str, object]] = []

    def look(_: OutboundText) -> None:
        found = the_row(setup, row)
        seen.append((found.state, found.lease_until))
        with setup.database.transaction() as session:
            session.add(Heartbeat(name="written meanwhile", at=MONDAY))

    watched = replace(setup, transport=WatchingTransport(look))
    assert sweep(watched, MONDAY).sent == 1

    assert seen == [("leased", MONDAY + timedelta(seconds=60))]
    with setup.database.reading() as session:
        assert session.get(Heartbeat, "written meanwhile") is not None


def test_a_slow_provider_never_lets_a_lease_end_in_a_sweep_that_goes_on(
    setup: Setup, clinic: int, clock: FrozenClock
) -> None:
    """Every text takes ten seconds; another worker that looks meanwhile finds no lease that has ended."""
    for number in range(3 * dispatch.BATCH):
        a_waiting_text(setup, clinic, body=str(number))
    lapsed: list[int] = []

    def look(text: OutboundText) -> None:
        if int(text.body) % dispatch.BATCH == 0:
            lapsed.append(outcomes.settle_lapsed(setup, clock.forward(seconds=40)))

    watched = replace(setup, transport=WatchingTransport(look))
    # A sweep that has lasted so long leaves the rest to the next.
    sent = [dispatch.sweep(watched, clock(), clock).sent for _ in range(4)]

    assert (sent, lapsed) == ([dispatch.BATCH] * 3 + [0], [0, 0, 0])
    assert {row.state for row in outbox_of(setup)} == {OutboundState.ACCEPTED}


def sleeping(setup: Setup, clock: FrozenClock, seconds: Iterator[int]) -> Setup:
    """Return a setup whose process sleeps for so long each time it has committed a claim."""

    def reached(step: Step) -> None:
        if step is Step.CLAIM_COMMITTED:
            clock.forward(seconds=next(seconds, 0))

    return replace(setup, reached=reached)


@pytest.mark.parametrize(
    ("seconds", "handed"),
    [(0, 1), (40, 1), (41, 0), (59, 0), (60, 0), (3600, 0)],
    ids=lambda value: str(value),
)
def test_a_process_that_slept_too_near_to_the_end_of_its_lease_hands_nothing_over(
    setup: Setup, clinic: int, transport: FakeTransport, clock: FrozenClock, seconds: int, handed: int
) -> None:
    """The lease is of a minute and a call may take twenty seconds; after that others may hand it over."""
    row = a_waiting_text(setup, clinic)
    asleep = iter([seconds])

    dispatch.sweep(sleeping(setup, clock, asleep), clock(), clock)

    found = the_row(setup, row)
    assert len(transport.handed) == handed
    assert (found.state, found.lease_until) == ("accepted" if handed else "pending", None)
    assert (found.reason, found.attempts) == (None if handed else "lease-nearly-over", 1)


def test_what_a_process_overslept_goes_at_the_next_try_and_once(
    setup: Setup, clinic: int, transport: FakeTransport, clock: FrozenClock
) -> None:
    row = a_waiting_text(setup, clinic)
    asleep = sleeping(setup, clock, iter([50]))
    dispatch.sweep(asleep, clock(), clock)
    again = the_row(setup, row).try_after
    assert again is not None
    assert 30 <= (again - clock()).total_seconds() <= 37.5

    clock.now = again
    dispatch.sweep(asleep, clock(), clock)

    assert (the_row(setup, row).state, the_row(setup, row).attempts) == ("accepted", 2)
    assert len(transport.handed) == 1


def test_what_a_process_overslept_is_not_taken_back_from_whoever_settled_it(
    setup: Setup, clinic: int, transport: FakeTransport, clock: FrozenClock
) -> None:
    """Another worker finds the lease ended; the one that wakes knows that nothing was handed over."""
    row = a_waiting_text(setup, clinic)
    seen: list[str] = []

    def wake(step: Step) -> None:
        if step is Step.CLAIM_COMMITTED and not seen:
            outcomes.settle_lapsed(setup, clock.forward(seconds=61))
            seen.append(the_row(setup, row).state)

    dispatch.sweep(replace(setup, reached=wake), clock(), clock)

    assert (seen, the_row(setup, row).state, transport.handed) == (["unknown"], "pending", [])


def test_several_workers_at_once_send_every_text_exactly_once(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    for number in range(30):
        a_waiting_text(setup, clinic, body=str(number))

    done = at_once(*[lambda: sweep(setup, MONDAY)] * 4)

    assert sum(one.sent for one in done) == 30
    assert sorted(transport.bodies, key=int) == [str(number) for number in range(30)]
    assert {row.state for row in outbox_of(setup)} == {OutboundState.ACCEPTED}
    assert {row.attempts for row in outbox_of(setup)} == {1}


def test_several_workers_at_once_raise_one_task_for_what_came_too_late(setup: Setup, patient: int) -> None:
    for due in ("03-09 10:00", "03-13 10:00"):
        sweep(setup, at(due))

    at_once(*[lambda: sweep(setup, at("03-16 08:30"))] * 4)

    assert kinds_of_tasks(setup) == [("reminder-not-sent", "today")]
    assert [row.state for row in outbox_of(setup)] == ["accepted", "accepted", "expired"]


def test_a_step_that_came_too_late_is_nobodys_task_while_another_is_to_come(
    setup: Setup, patient: int
) -> None:
    sweep(setup, at("03-13 10:00"))

    assert [row.state for row in outbox_of(setup)] == ["expired", "accepted", "pending"]
    assert tasks_of(setup) == []


def test_the_next_thing_to_do_is_known(setup: Setup, patient: int) -> None:
    assert dispatch.next_due(setup) == at("03-09 10:00")

    sweep(setup, at("03-09 10:00"))

    assert dispatch.next_due(setup) == at("03-13 10:00")


def test_a_claim_is_for_the_number_of_the_persons_own_clinic(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    hillside = a_clinic(setup, name="Hillside Team", number="+12025550110")
    bo = a_patient(setup, name="Bo", phone="+12025550102", clinic=hillside)
    a_visit(setup, bo)

    sweep(setup, at("03-09 10:00"))

    assert sorted((text.to, text.sender) for text in transport.handed) == [
        ("+12025550101", "+12025550100"),
        ("+12025550102", "+12025550110"),
    ]


def test_nothing_secret_stands_in_the_log_of_a_sweep(
    setup: Setup, patient: int, transport: FakeTransport, capsys: pytest.CaptureFixture[str]
) -> None:
    transport.outcomes.append(NotTaken("HTTP 429, code 20429"))

    sweep(setup, at("03-09 10:00"))

    written = "".join(capsys.readouterr())
    assert "not taken" in written
    assert re.search(r"2025550101|Amina|Tuesday", written) is None


def test_what_waits_for_a_person_is_listed_in_the_order_it_will_go(setup: Setup, patient: int) -> None:
    assert [rule for rule, _ in waiting(setup, patient)] == ["heads-up", "confirm", "evening-before"]


def test_a_text_never_goes_from_one_state_to_another_the_table_does_not_have(
    setup: Setup, clinic: int
) -> None:
    row = the_row(setup, a_waiting_text(setup, clinic, state=OutboundState.DELIVERED))

    with pytest.raises(CompanionError, match="from delivered to pending"):
        outbox.move(row, OutboundState.PENDING)
