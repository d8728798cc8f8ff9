"""What came of handing a text over: taken, not taken, refused, or nobody knows."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from companion.domain.delivery import Accepted, AnswerLost, NotTaken, Outcome, Refused
from companion.records import OutboundKind, OutboundState, PatientState
from companion.services import claiming, outcomes
from companion.services.receipts import Report, take_report
from companion.services.setup import Setup
from companion.transports.base import OutboundText
from tests.factories import (
    a_clinic,
    a_patient,
    a_visit,
    a_waiting_text,
    kinds_of_tasks,
    outbox_of,
    put_state,
    sweep,
    tasks_of,
    the_patient,
    the_row,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA
from tests.services.test_booking import at

BUSY = NotTaken("HTTP 429, code 20429")
LOST = AnswerLost("ReadTimeout")


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


@pytest.fixture
def patient(setup: Setup, clinic: int) -> int:
    """Someone with a visit on 16 March at 9:30 and three reminders planned for it."""
    person = a_patient(setup)
    a_visit(setup, person)
    return person


def a_due_text(setup: Setup, kind: OutboundKind) -> tuple[int, datetime]:
    """Return the row of the one text of this kind that is due next, and when it is."""
    if kind == OutboundKind.PUSH:
        return outbox_of(setup)[0].id or 0, at("03-09 10:00")
    return a_waiting_text(setup, 1, MONDAY, kind=kind), MONDAY


def test_what_was_not_taken_is_tried_again_later_and_later(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    row = a_waiting_text(setup, clinic)
    waits = []
    now = MONDAY
    for _ in range(7):
        transport.outcomes.append(BUSY)
        sweep(setup, now)
        found = the_row(setup, row)
        assert (found.state, found.reason, found.lease_until) == ("pending", "HTTP 429, code 20429", None)
        assert found.try_after is not None
        waits.append((found.try_after - now).total_seconds())
        assert sweep(setup, found.try_after - timedelta(seconds=1)).sent == 0
        now = found.try_after

    sweep(setup, now)

    shortest = [30, 60, 120, 240, 480, 600, 600]
    assert all(least <= wait <= least * 1.25 for least, wait in zip(shortest, waits, strict=True))
    assert waits != shortest  # what failed together does not come back together
    assert (the_row(setup, row).state, the_row(setup, row).attempts) == ("accepted", 8)
    assert tasks_of(setup) == []


def test_what_is_never_taken_while_it_is_useful_becomes_a_task(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    a_visit(setup, a_patient(setup), kind="blood-test")
    transport.outcomes.extend([BUSY] * 200)
    now = at("03-15 18:00")
    while now < at("03-16 08:45"):
        sweep(setup, now)
        now += timedelta(minutes=5)

    assert [row.state for row in outbox_of(setup)] == [OutboundState.EXPIRED]
    assert kinds_of_tasks(setup) == [("reminder-not-sent", "today")]


@pytest.mark.parametrize(
    ("kind", "tasks"),
    [
        (OutboundKind.REPLY, []),
        (OutboundKind.SAFETY, [("safety-not-delivered", "urgent")]),
        (OutboundKind.PUSH, [("number-cannot-be-texted", "today")]),
    ],
)
def test_what_is_refused_for_good_is_never_tried_again(
    setup: Setup,
    patient: int,
    transport: FakeTransport,
    kind: OutboundKind,
    tasks: list[tuple[str, str]],
) -> None:
    row, now = a_due_text(setup, kind)
    transport.outcomes.append(Refused("HTTP 400, code 21211", 21211))

    for _ in range(3):
        sweep(setup, now)

    found = the_row(setup, row)
    assert (found.state, found.reason, found.error_code) == ("failed", "HTTP 400, code 21211", 21211)
    assert found.lease_until is None
    assert kinds_of_tasks(setup) == tasks


def test_a_refusal_because_the_person_opted_out_stops_them_here_too(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    shares = a_patient(setup, name="Bo", phone=AMINA)
    other = a_patient(setup, name="Chen", phone="+447700900103")
    transport.outcomes.append(Refused("HTTP 400, code 21610", 21610))

    sweep(setup, at("03-09 10:00"))

    assert [the_patient(setup, p).state for p in (patient, shares, other)] == ["stopped", "stopped", "active"]
    assert [(row.rule, row.state, row.reason) for row in outbox_of(setup, patient)] == [
        ("heads-up", "failed", "HTTP 400, code 21610"),
        ("confirm", "suppressed", "stopped"),
        ("evening-before", "suppressed", "stopped"),
    ]


def test_a_refusal_never_revives_someone_who_is_held(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    a_waiting_text(setup, 1, kind=OutboundKind.SAFETY)
    put_state(setup, patient, PatientState.HELD)
    transport.outcomes.append(Refused("HTTP 400, code 21610", 21610))

    sweep(setup, MONDAY)

    assert the_patient(setup, patient).state == PatientState.HELD


@pytest.mark.parametrize(
    ("kind", "tasks"),
    [
        (OutboundKind.REPLY, []),
        (OutboundKind.SAFETY, [("outcome-unknown", "urgent")]),
        (OutboundKind.PUSH, []),
    ],
)
def test_a_sweep_never_sends_a_lost_text_again_and_a_safety_text_is_a_nurses_at_once(
    setup: Setup, patient: int, transport: FakeTransport, kind: OutboundKind, tasks: list[tuple[str, str]]
) -> None:
    row, now = a_due_text(setup, kind)
    transport.outcomes.append(LOST)

    a_whole_day(setup, now)

    found = the_row(setup, row)
    handed = [sent for sent in transport.handed if sent.body == found.body]
    assert (found.state, found.reason, found.lease_until, found.sid) == (
        "unknown",
        "ReadTimeout",
        None,
        None,
    )
    assert len(handed) == 1
    assert kinds_of_tasks(setup) == tasks


def a_whole_day(setup: Setup, now: datetime) -> None:
    for minutes in range(0, 24 * 60, 20):
        sweep(setup, now + timedelta(minutes=minutes))


def test_a_worker_that_died_leaves_a_text_that_is_unknown_once(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    now = at("03-09 10:00")
    claims = claiming.claim_due(setup, now, 8)  # and then the worker dies

    early = sweep(setup, now + timedelta(seconds=59))
    ended = sweep(setup, now + timedelta(seconds=60))
    later = sweep(setup, now + timedelta(hours=1))

    assert [one.lapsed for one in (early, ended, later)] == [0, 1, 0]
    row = the_row(setup, claims[0].row_id)
    assert (row.state, row.reason, row.attempts) == ("unknown", "lease-ended", 1)
    assert row.ask_at == now + timedelta(seconds=120)
    assert transport.handed == []


def test_an_answer_that_comes_after_the_lease_ended_settles_the_text(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    now = at("03-09 10:00")
    (claim,) = claiming.claim_due(setup, now, 8)
    outcomes.settle_lapsed(setup, now + timedelta(seconds=60))

    outcomes.record(setup, claim.row_id, Accepted("SM1", "queued"), now + timedelta(seconds=61))

    row = the_row(setup, claim.row_id)
    assert (row.state, row.sid, row.lease_until) == ("accepted", "SM1", None)


def test_an_answer_that_is_lost_after_the_lease_ended_changes_nothing(setup: Setup, patient: int) -> None:
    now = at("03-09 10:00")
    (claim,) = claiming.claim_due(setup, now, 8)
    outcomes.settle_lapsed(setup, now + timedelta(seconds=60))

    outcomes.record(setup, claim.row_id, LOST, now + timedelta(seconds=61))

    assert (the_row(setup, claim.row_id).state, the_row(setup, claim.row_id).reason) == (
        "unknown",
        "lease-ended",
    )


@pytest.mark.parametrize("outcome", [BUSY, Refused("HTTP 400", 21211), LOST], ids=["busy", "refused", "lost"])
def test_what_came_of_an_earlier_try_says_nothing_of_the_one_under_way(
    setup: Setup, clinic: int, outcome: NotTaken | Refused | AnswerLost
) -> None:
    row = a_waiting_text(setup, clinic)
    (first,) = claiming.claim_due(setup, MONDAY, 8)
    outcomes.record(setup, row, BUSY, MONDAY, first.attempt)
    (second,) = claiming.claim_due(setup, MONDAY + timedelta(minutes=1), 8)

    outcomes.record(setup, row, outcome, MONDAY + timedelta(minutes=1), first.attempt)

    assert (the_row(setup, row).state, second.attempt) == ("leased", 2)


def test_a_text_that_was_taken_after_all_does_not_go_once_more(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    row = a_waiting_text(setup, clinic)
    (first,) = claiming.claim_due(setup, MONDAY, 8)
    outcomes.record(setup, row, BUSY, MONDAY, first.attempt)

    outcomes.record(setup, row, Accepted("SM1", "queued"), MONDAY, first.attempt)
    a_whole_day(setup, MONDAY)

    assert (the_row(setup, row).state, the_row(setup, row).sid) == ("accepted", "SM1")
    assert transport.handed == []


def test_a_safety_text_that_is_not_taken_for_two_minutes_becomes_an_urgent_call_and_is_tried_on(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    row = a_waiting_text(setup, clinic, kind=OutboundKind.SAFETY)
    transport.outcomes.extend([BUSY] * 3)
    raised = []
    for seconds in (0, 40, 130, 300):
        sweep(setup, MONDAY + timedelta(seconds=seconds))
        raised.append(kinds_of_tasks(setup))

    assert raised == [[], [], [("safety-not-delivered", "urgent")], [("safety-not-delivered", "urgent")]]
    assert the_row(setup, row).state == "accepted"


def test_a_text_thought_not_taken_that_the_provider_reports_is_not_sent_again(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    row = a_waiting_text(setup, clinic)
    transport.outcomes.append(BUSY)
    sweep(setup, MONDAY)

    take_report(setup, Report(the_row(setup, row).token, "SM1", "delivered"), MONDAY)
    a_whole_day(setup, MONDAY)

    assert (the_row(setup, row).state, the_row(setup, row).sid) == ("delivered", "SM1")
    assert len(transport.handed) == 1


def test_one_text_that_cannot_be_recorded_costs_the_others_nothing(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    """Two texts come back under one name, which the database refuses for the second."""
    rows = [a_waiting_text(setup, clinic, body=body) for body in ("one", "two", "three")]
    transport.outcomes.extend([Accepted("SM1", "queued"), Accepted("SM1", "queued")])

    sweep(setup, MONDAY)
    sweep(setup, MONDAY + timedelta(minutes=2))

    assert sorted(the_row(setup, row).state for row in rows) == ["accepted", "accepted", "unknown"]
    assert len(transport.handed) == 3


class FailingTransport:
    def send(self, text: OutboundText) -> Outcome:
        raise RuntimeError(text.body)


def test_a_transport_that_breaks_its_promise_never_to_raise_leaves_the_text_unknown(
    setup: Setup, clinic: int
) -> None:
    row = a_waiting_text(setup, clinic)

    sweep(replace(setup, transport=FailingTransport()), MONDAY)

    assert (the_row(setup, row).state, the_row(setup, row).reason) == ("unknown", "RuntimeError")


def test_a_text_that_cannot_be_read_holds_up_no_other_and_goes_when_it_can_be_read_again(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    broken = a_waiting_text(setup, clinic, body="broken")
    good = a_waiting_text(setup, clinic, body="good")
    swap = text("UPDATE outbound_message SET body = :body WHERE id = :id")
    with setup.database.transaction() as session:
        body = session.execute(text("SELECT body FROM outbound_message WHERE id = 1")).scalar_one()
        session.execute(swap, {"id": broken, "body": "nonsense"})

    sweep(setup, MONDAY)
    sweep(setup, MONDAY)

    assert transport.bodies == ["good"]
    assert the_row(setup, good).state == "accepted"
    assert kinds_of_tasks(setup) == [("text-set-aside", "urgent")]
    assert "broken" not in tasks_of(setup)[0].note

    with setup.database.transaction() as session:
        session.execute(swap, {"id": broken, "body": body})
    sweep(setup, MONDAY + timedelta(minutes=10))

    assert transport.bodies == ["good", "broken"]


@pytest.mark.parametrize("outcome", [BUSY, Refused("HTTP 400", 21211), LOST], ids=["busy", "refused", "lost"])
def test_an_outcome_that_comes_after_the_callback_changes_nothing(
    setup: Setup, patient: int, outcome: NotTaken | Refused | AnswerLost
) -> None:
    now = at("03-09 10:00")
    (claim,) = claiming.claim_due(setup, now, 8)
    token = the_row(setup, claim.row_id).token
    take_report(setup, Report(token, "SM1", "delivered"), now)

    outcomes.record(setup, claim.row_id, outcome, now)

    assert the_row(setup, claim.row_id).state == "delivered"
    assert tasks_of(setup) == []
