"""A clinic's number stops while the provider refuses it, uses nothing up, and goes on by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from companion.domain.delivery import Accepted, NotTaken, Outcome, SenderFault
from companion.records import Appointment, OutboundKind, OutboundMessage, Sender
from companion.services import claiming, outcomes
from companion.services.receipts import Report, take_report
from companion.services.setup import Setup
from companion.transports.base import OutboundText
from tests.factories import (
    a_clinic,
    a_waiting_text,
    at_once,
    connect,
    due_reminders,
    kinds_of_tasks,
    sweep,
    tasks_of,
    the_row,
)
from tests.fakes import MONDAY
from tests.people import CLINIC, OTHER_CLINIC

UNREGISTERED, SUSPENDED = 30034, 20003
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@dataclass
class ChoosyTransport:
    """Refuses whatever comes from some numbers; keeps which number each text came from."""

    refused: set[str] = field(default_factory=set)
    code: int | None = SUSPENDED
    handed: list[str] = field(default_factory=list)

    def send(self, text: OutboundText) -> Outcome:
        self.handed.append(text.sender)
        if text.sender in self.refused:
            return SenderFault("HTTP 401", self.code)
        return Accepted(f"SM-{text.callback_url.rpartition('=')[2]}", "queued")

    def handed_now(self) -> list[str]:
        """Return what was handed over since last asked."""
        handed, self.handed = self.handed, []
        return sorted(handed)


@pytest.fixture
def provider() -> ChoosyTransport:
    return ChoosyTransport(refused={CLINIC})


@pytest.fixture
def choosy(setup: Setup, provider: ChoosyTransport) -> Setup:
    """A setup with one clinic, whose number the provider refuses."""
    a_clinic(setup)
    return replace(setup, transport=provider)


def the_sender(setup: Setup, clinic: int = 1) -> Sender:
    with setup.database.reading() as session:
        return session.get_one(Sender, clinic)


def rows(setup: Setup, ids: list[int]) -> list[OutboundMessage]:
    return [the_row(setup, row) for row in ids]


def states(setup: Setup, ids: list[int]) -> set[str]:
    return {row.state for row in rows(setup, ids)}


def halted(setup: Setup, how_many: int = 3) -> list[int]:
    """Have one text refused, so that the number stops; return so many reminders that are due after it."""
    due_reminders(setup, 1, 1)
    sweep(setup, MONDAY)
    assert the_sender(setup).halted_at == MONDAY
    return due_reminders(setup, 1, how_many, MONDAY + SECOND)


def test_a_number_that_is_refused_stops_and_its_texts_wait_unused(
    choosy: Setup, provider: ChoosyTransport
) -> None:
    refused = due_reminders(choosy, 1, 3)
    sweep(choosy, MONDAY)
    waiting = due_reminders(choosy, 1, 3, MONDAY + SECOND)
    answer = a_waiting_text(choosy, 1, MONDAY + SECOND)
    provider.handed_now()

    for seconds in (1, 60, 299):
        sweep(choosy, MONDAY + timedelta(seconds=seconds))

    assert provider.handed_now() == []
    assert states(choosy, [*refused, *waiting, answer]) == {"pending"}
    assert {(row.attempts, row.tries) for row in rows(choosy, refused)} == {(1, 1)}
    assert {(row.attempts, row.tries) for row in rows(choosy, [*waiting, answer])} == {(0, 1)}
    assert the_sender(choosy).halted_code == SUSPENDED


def test_it_is_one_urgent_task_though_many_texts_are_refused(choosy: Setup) -> None:
    due_reminders(choosy, 1, 5)

    sweep(choosy, MONDAY)

    assert kinds_of_tasks(choosy) == [("sending-halted", "urgent")]
    (task,) = tasks_of(choosy)
    assert (task.clinic_id, task.patient_id, task.note) == (1, None, str(SUSPENDED))


def test_a_refusal_without_a_code_stops_the_number_too(choosy: Setup, provider: ChoosyTransport) -> None:
    provider.code = None
    halted(choosy)

    assert the_sender(choosy).halted_code is None
    assert [task.note for task in tasks_of(choosy)] == [""]


def test_other_clinics_go_on(choosy: Setup, provider: ChoosyTransport) -> None:
    halted(choosy)
    other = a_clinic(choosy, name="Hillside Team", number=OTHER_CLINIC)
    theirs = due_reminders(choosy, other, 3)
    provider.handed_now()

    sweep(choosy, MONDAY + MINUTE)

    assert provider.handed_now() == [OTHER_CLINIC] * 3
    assert states(choosy, theirs) == {"accepted"}
    assert (the_sender(choosy, other).halted_at, the_sender(choosy).halted_at) == (None, MONDAY)
    assert [task.clinic_id for task in tasks_of(choosy)] == [1]


def test_a_report_that_the_number_is_not_registered_stops_it_as_well(
    choosy: Setup, provider: ChoosyTransport
) -> None:
    provider.refused.clear()
    (sent,) = due_reminders(choosy, 1, 1)
    sweep(choosy, MONDAY)
    waiting = due_reminders(choosy, 1, 2, MONDAY + MINUTE)
    provider.handed_now()

    for _ in range(2):
        report = Report(the_row(choosy, sent).token, "", "undelivered", UNREGISTERED)
        take_report(choosy, report, MONDAY + MINUTE)
    sweep(choosy, MONDAY + 2 * MINUTE)

    assert provider.handed_now() == []
    assert states(choosy, waiting) == {"pending"}
    assert (the_sender(choosy).halted_at, the_sender(choosy).halted_code) == (MONDAY + MINUTE, UNREGISTERED)
    assert kinds_of_tasks(choosy) == [("sending-halted", "urgent")]


def test_a_safety_text_is_tried_all_the_same_and_again(choosy: Setup, provider: ChoosyTransport) -> None:
    halted(choosy)
    provider.handed_now()
    safety = a_waiting_text(choosy, 1, MONDAY + MINUTE, kind=OutboundKind.SAFETY)

    sweep(choosy, MONDAY + MINUTE)
    sweep(choosy, MONDAY + 2 * MINUTE)

    assert provider.handed_now() == [CLINIC] * 2
    assert the_row(choosy, safety).attempts == 2
    assert kinds_of_tasks(choosy) == [("sending-halted", "urgent")]

    sweep(choosy, MONDAY + 4 * MINUTE)
    assert kinds_of_tasks(choosy)[1:] == [("safety-not-delivered", "urgent")]


def test_a_safety_text_that_is_taken_sets_all_going_again(choosy: Setup, provider: ChoosyTransport) -> None:
    waiting = halted(choosy)
    provider.refused.clear()
    a_waiting_text(choosy, 1, MONDAY + MINUTE, kind=OutboundKind.SAFETY)

    sweep(choosy, MONDAY + MINUTE)

    assert states(choosy, waiting) == {"accepted"}
    assert the_sender(choosy).halted_at is None


@pytest.mark.parametrize(("after", "tried"), [(5 * MINUTE - SECOND, 0), (5 * MINUTE, 1)])
def test_after_five_minutes_one_text_tries(
    choosy: Setup, provider: ChoosyTransport, after: timedelta, tried: int
) -> None:
    halted(choosy)
    provider.handed_now()

    assert sweep(choosy, MONDAY + after).sent == tried
    assert sweep(choosy, MONDAY + after).sent == 0

    assert provider.handed_now() == [CLINIC] * tried
    assert kinds_of_tasks(choosy) == [("sending-halted", "urgent")]


def test_one_text_tries_though_several_workers_sweep_at_once(
    choosy: Setup, provider: ChoosyTransport
) -> None:
    halted(choosy, 6)
    provider.handed_now()
    connect(choosy, 3)

    at_once(*[lambda: sweep(choosy, MONDAY + 5 * MINUTE)] * 3)

    assert provider.handed_now() == [CLINIC]


def test_an_answer_tries_where_no_reminder_is_due(choosy: Setup, provider: ChoosyTransport) -> None:
    halted(choosy, 0)
    with choosy.database.transaction() as session:
        session.get_one(OutboundMessage, 1).send_at = MONDAY + timedelta(hours=1)
    answers = [a_waiting_text(choosy, 1, MONDAY + 4 * MINUTE) for _ in range(3)]
    provider.handed_now()

    sweep(choosy, MONDAY + 5 * MINUTE)

    assert provider.handed_now() == [CLINIC]
    assert [row.attempts for row in rows(choosy, answers)] == [1, 0, 0]


def test_once_a_text_is_taken_all_the_others_go(choosy: Setup, provider: ChoosyTransport) -> None:
    waiting = [*halted(choosy), a_waiting_text(choosy, 1, MONDAY + MINUTE)]
    provider.refused.clear()

    sweep(choosy, MONDAY + 5 * MINUTE)

    assert states(choosy, waiting) == {"accepted"}
    found = the_sender(choosy)
    assert (found.halted_at, found.halted_code, found.try_at) == (None, None, None)


def test_one_that_is_refused_again_waits_for_five_more_minutes(
    choosy: Setup, provider: ChoosyTransport
) -> None:
    halted(choosy)
    tried = [sweep(choosy, MONDAY + minutes * MINUTE).sent for minutes in range(1, 16)]

    assert tried == [0, 0, 0, 0, 1] * 3
    assert the_sender(choosy).halted_at == MONDAY
    assert kinds_of_tasks(choosy) == [("sending-halted", "urgent")]


def test_one_that_is_only_asked_to_wait_says_nothing_of_the_number(choosy: Setup) -> None:
    waiting = halted(choosy)
    (claim,) = claiming.claim_due(choosy, MONDAY + 5 * MINUTE, 8)

    outcomes.record(choosy, claim.row_id, NotTaken("HTTP 429"), MONDAY + 5 * MINUTE)

    assert the_sender(choosy).halted_at == MONDAY
    assert states(choosy, waiting) == {"pending"}


def test_when_it_stops_once_more_another_day_that_is_another_task(
    choosy: Setup, provider: ChoosyTransport
) -> None:
    halted(choosy)
    provider.refused.clear()
    sweep(choosy, MONDAY + 5 * MINUTE)

    provider.refused.add(CLINIC)
    due_reminders(choosy, 1, 1, MONDAY + timedelta(days=1))
    sweep(choosy, MONDAY + timedelta(days=1))

    assert kinds_of_tasks(choosy) == [("sending-halted", "urgent")] * 2
    assert the_sender(choosy).halted_at == MONDAY + timedelta(days=1)


def test_two_refusals_at_once_are_one_task(choosy: Setup) -> None:
    due_reminders(choosy, 1, 4)
    claims = claiming.claim_due(choosy, MONDAY, 8)
    connect(choosy, 4)

    def refuse(row: int, second: int) -> Callable[[], None]:
        fault = SenderFault("HTTP 401", SUSPENDED)
        return lambda: outcomes.record(choosy, row, fault, MONDAY + second * SECOND)

    at_once(*[refuse(claim.row_id, second) for second, claim in enumerate(claims)])

    assert kinds_of_tasks(choosy) == [("sending-halted", "urgent")]


def test_a_text_that_was_on_its_way_when_the_number_stopped_does_not_set_it_going(choosy: Setup) -> None:
    due_reminders(choosy, 1, 2)
    refused, taken = claiming.claim_due(choosy, MONDAY, 8)

    outcomes.record(choosy, refused.row_id, SenderFault("HTTP 401", SUSPENDED), MONDAY + SECOND)
    outcomes.record(choosy, taken.row_id, Accepted("SM1", "queued"), MONDAY + 2 * SECOND)

    assert the_row(choosy, taken.row_id).state == "accepted"
    assert the_sender(choosy).halted_at == MONDAY + SECOND


def test_what_loses_its_use_while_the_number_stands_still_is_a_phone_call(
    choosy: Setup, provider: ChoosyTransport
) -> None:
    halted(choosy, 0)
    ends = MONDAY + 3 * MINUTE
    (push,) = due_reminders(choosy, 1, 1, MONDAY + SECOND, not_useful_after=ends)
    answer = a_waiting_text(choosy, 1, MONDAY + SECOND, not_useful_after=ends)
    provider.handed_now()

    sweep(choosy, ends - SECOND)
    assert states(choosy, [push, answer]) == {"pending"}
    sweep(choosy, ends)

    assert provider.handed_now() == []
    assert {(row.state, row.reason) for row in rows(choosy, [push, answer])} == {
        ("expired", "no-longer-useful")
    }
    assert kinds_of_tasks(choosy) == [("sending-halted", "urgent"), ("reminder-not-sent", "today")]


def void(setup: Setup, ids: list[int]) -> None:
    """Have the visits of these reminders changed since they were planned."""
    with setup.database.transaction() as session:
        for row in ids:
            visit = session.get_one(OutboundMessage, row).appointment_id
            session.get_one(Appointment, visit).version = 2


def test_texts_that_may_not_leave_do_not_keep_the_number_from_trying(
    choosy: Setup, provider: ChoosyTransport
) -> None:
    waiting = halted(choosy, 4)
    # The one that was refused comes first.
    void(choosy, [1, *waiting[:3]])
    provider.refused.clear()

    sweep(choosy, MONDAY + 5 * MINUTE)

    assert [row.state for row in rows(choosy, waiting)] == ["withdrawn"] * 3 + ["accepted"]
    assert the_sender(choosy).halted_at is None


def test_a_reminder_tries_only_when_the_number_has_room(choosy: Setup, provider: ChoosyTransport) -> None:
    halted(choosy)
    now: datetime = MONDAY + 5 * MINUTE
    with choosy.database.transaction() as session:
        session.get_one(Sender, 1).free_at = now + 30 * SECOND
    provider.handed_now()

    assert sweep(choosy, now).sent == 0
    assert sweep(choosy, now + 20 * SECOND).sent == 0
    assert sweep(choosy, now + 21 * SECOND).sent == 1
