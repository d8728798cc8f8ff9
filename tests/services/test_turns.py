"""Each clinic has its turn, and none sends faster than its number may, however many workers there are."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

import pytest

from companion.domain.delivery import Accepted, Outcome
from companion.records import Clinic, OutboundKind, OutboundState, Sender
from companion.services import claiming, dispatch
from companion.services.setup import Setup
from companion.transports.base import OutboundText
from tests.factories import (
    a_clinic,
    a_waiting_text,
    at_once,
    connect,
    due_reminders,
    outbox_of,
    sweep,
    the_row,
)
from tests.fakes import MONDAY, FakeTransport, FrozenClock
from tests.people import CLINIC, OTHER_CLINIC

SECOND = timedelta(seconds=1)
#: What one segment a second hands over at once, after a rest.
AT_ONCE = 10


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


def another_clinic(setup: Setup, number: int = 0) -> int:
    return a_clinic(setup, name="Hillside Team", number=OTHER_CLINIC[:-2] + f"{number + 10}")


def put_rate(setup: Setup, clinic: int, rate: float) -> None:
    with setup.database.transaction() as session:
        session.get_one(Clinic, clinic).send_rate = rate


def put_free_at(setup: Setup, clinic: int, free_at: datetime) -> None:
    with setup.database.transaction() as session:
        session.get_one(Sender, clinic).free_at = free_at


def free_at(setup: Setup, clinic: int) -> datetime | None:
    with setup.database.reading() as session:
        return session.get_one(Sender, clinic).free_at


def senders_of(transport: FakeTransport) -> dict[str, int]:
    """Count what was handed over by the number it came from."""
    numbers = [text.sender for text in transport.handed]
    return {number: numbers.count(number) for number in numbers}


def claimed_rows(setup: Setup, now: datetime, limit: int = dispatch.BATCH) -> list[int]:
    return [claim.row_id for claim in claiming.claim_due(setup, now, limit)]


@pytest.mark.parametrize(("rate", "burst"), [(1.0, 10), (2.0, 20), (0.5, 5)])
def test_a_number_hands_over_ten_seconds_worth_and_then_keeps_its_rate(
    setup: Setup, clinic: int, rate: float, burst: int
) -> None:
    put_rate(setup, clinic, rate)
    due_reminders(setup, clinic, 40)

    sent = [sweep(setup, MONDAY + seconds * SECOND).sent for seconds in (0, 0, 2, 4, 4, 8)]

    each = 2 * rate
    assert sent == [burst, 0, each, each, 0, 2 * each]


def test_at_one_a_second_a_text_leaves_each_second_as_the_clock_goes_on(setup: Setup, clinic: int) -> None:
    rows = due_reminders(setup, clinic, 16)

    sent = [sweep(setup, MONDAY + seconds * SECOND).sent for seconds in range(8)]

    assert sent == [AT_ONCE, 1, 1, 1, 1, 1, 1, 0]
    handed_at = [the_row(setup, row).handed_at for row in rows]
    assert handed_at == [MONDAY] * AT_ONCE + [MONDAY + seconds * SECOND for seconds in range(1, 7)]


def test_a_long_text_takes_the_room_of_its_segments(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    """Answers of four segments fill the room for reminders; what is written anew has its own length."""
    for _ in range(2):
        a_waiting_text(setup, clinic, segments=4)
    due_reminders(setup, clinic, 5)

    sweep(setup, MONDAY)

    assert len(transport.handed) == 4
    assert free_at(setup, clinic) == MONDAY + 10 * SECOND


def test_workers_that_sweep_at_once_share_one_rate(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    rows = due_reminders(setup, clinic, 30)
    connect(setup, 3)

    first = at_once(*[lambda: sweep(setup, MONDAY)] * 3)
    then = at_once(*[lambda: sweep(setup, MONDAY + 3 * SECOND)] * 3)

    assert (sum(one.sent for one in first), sum(one.sent for one in then)) == (AT_ONCE, 3)
    assert len({text.callback_url for text in transport.handed}) == AT_ONCE + 3
    assert [the_row(setup, row).attempts for row in rows] == [1] * 13 + [0] * 17


def test_small_batches_hand_over_no_more_than_one_large_one(setup: Setup, clinic: int) -> None:
    due_reminders(setup, clinic, 20)

    claimed = [len(claimed_rows(setup, MONDAY, 4)) for _ in range(5)]

    assert claimed == [4, 4, 2, 0, 0]


@pytest.mark.parametrize("kind", [OutboundKind.REPLY, OutboundKind.SAFETY])
def test_who_waits_for_an_answer_does_not_wait_for_room_and_the_answer_fills_it(
    setup: Setup, clinic: int, kind: OutboundKind
) -> None:
    full = MONDAY + timedelta(minutes=1)
    put_free_at(setup, clinic, full)
    (reminder,) = due_reminders(setup, clinic, 1)
    answers = [a_waiting_text(setup, clinic, kind=kind, segments=2) for _ in range(3)]

    sweep(setup, MONDAY)

    assert {the_row(setup, row).state for row in answers} == {OutboundState.ACCEPTED}
    assert the_row(setup, reminder).state == OutboundState.PENDING
    assert free_at(setup, clinic) == full + 6 * SECOND


def test_answers_go_before_reminders_that_waited_longer_and_safety_texts_first(
    setup: Setup, clinic: int
) -> None:
    reminders = due_reminders(setup, clinic, 3)
    answer = a_waiting_text(setup, clinic, MONDAY + SECOND)
    safety = a_waiting_text(setup, clinic, MONDAY + 2 * SECOND, kind=OutboundKind.SAFETY)

    now = MONDAY + 2 * SECOND
    claimed = [claimed_rows(setup, now, 1), claimed_rows(setup, now, 1), claimed_rows(setup, now, 9)]

    assert claimed == [[safety], [answer], reminders]


def test_five_hundred_texts_of_one_clinic_do_not_keep_the_one_of_another_waiting(
    setup: Setup, clinic: int
) -> None:
    put_rate(setup, clinic, 100.0)
    due_reminders(setup, clinic, 500, MONDAY - timedelta(hours=1))
    other = another_clinic(setup)
    (one,) = due_reminders(setup, other, 1)

    first = claimed_rows(setup, MONDAY)

    assert one in first
    # What the other leaves of its share is used all the same.
    assert len(first) > dispatch.BATCH // 2


def test_what_one_clinic_may_not_hand_over_yet_is_left_to_the_others(setup: Setup, clinic: int) -> None:
    put_free_at(setup, clinic, MONDAY + timedelta(hours=1))
    due_reminders(setup, clinic, 20, MONDAY - timedelta(hours=1))
    other = another_clinic(setup)
    theirs = due_reminders(setup, other, 12)

    assert claimed_rows(setup, MONDAY) == theirs[:AT_ONCE]


def test_answers_of_one_clinic_pass_the_reminders_of_all(setup: Setup, clinic: int) -> None:
    due_reminders(setup, clinic, 40, MONDAY - timedelta(hours=1))
    other = another_clinic(setup)
    put_free_at(setup, other, MONDAY + timedelta(hours=1))
    answers = [a_waiting_text(setup, other, body=str(number)) for number in range(4)]

    assert claimed_rows(setup, MONDAY, 4) == answers


def test_many_clinics_share_a_batch_and_each_has_its_turn(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    clinics = [clinic, *(another_clinic(setup, number) for number in range(7))]
    for one in clinics:
        due_reminders(setup, one, 8)

    first = claimed_rows(setup, MONDAY, 16)
    second = claimed_rows(setup, MONDAY, 16)

    assert [the_row(setup, row).clinic_id for row in first] == [one for one in clinics for _ in range(2)]
    assert sorted(the_row(setup, row).clinic_id for row in second) == sorted(clinics * 2)


def test_more_clinics_than_a_batch_holds_are_served_in_turn(setup: Setup, clinic: int) -> None:
    clinics = [clinic, *(another_clinic(setup, number) for number in range(5))]
    for one in clinics:
        due_reminders(setup, one, 3)

    batches = [claimed_rows(setup, MONDAY, 2) for _ in range(6)]

    served = [the_row(setup, row).clinic_id for batch in batches for row in batch]
    # Nobody's second text goes before everybody's first.
    assert sorted(served[:6]) == sorted(served[6:]) == clinics


def test_each_clinic_keeps_its_own_rate(setup: Setup, clinic: int, transport: FakeTransport) -> None:
    other = another_clinic(setup)
    put_rate(setup, other, 2.0)
    for one in (clinic, other):
        due_reminders(setup, one, 40)

    sweep(setup, MONDAY)

    assert senders_of(transport) == {CLINIC: AT_ONCE, OTHER_CLINIC: 2 * AT_ONCE}


@dataclass
class SlowTransport:
    """Takes everything, one text after another, a second over each, by a clock that nobody waits for."""

    clock: FrozenClock
    _one_at_a_time: Lock = field(default_factory=Lock)

    def send(self, text: OutboundText) -> Outcome:
        with self._one_at_a_time:
            self.clock.forward(seconds=1)
        return Accepted(f"SM{text.callback_url.rpartition('=')[2]}", "queued")


def test_a_sweep_ends_after_twenty_seconds_and_the_next_goes_on(
    setup: Setup, clinic: int, clock: FrozenClock
) -> None:
    """A minute's worth of reminders is due, and a worker has other things to do as well."""
    rows = due_reminders(setup, clinic, 60)
    slow = replace(setup, transport=SlowTransport(clock))

    first = dispatch.sweep(slow, clock(), clock)
    took = clock() - MONDAY
    second = dispatch.sweep(slow, clock(), clock)

    assert (first.sent, took, second.sent) == (20, 20 * SECOND, 20)
    assert [the_row(setup, row).state for row in rows] == ["accepted"] * 40 + ["pending"] * 20


def test_a_sweep_that_is_told_to_end_claims_nothing_more(setup: Setup, clinic: int) -> None:
    put_rate(setup, clinic, 100.0)
    due_reminders(setup, clinic, dispatch.BATCH + 5)
    batches: list[bool] = []

    done = dispatch.sweep(
        setup,
        MONDAY,
        lambda: MONDAY,
        ending=lambda: bool(batches),
        alive=lambda: batches.append(True),
    )

    assert (done.sent, batches) == (dispatch.BATCH, [True])
    assert sorted(row.state for row in outbox_of(setup)) == ["accepted"] * dispatch.BATCH + ["pending"] * 5
