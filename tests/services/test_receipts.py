"""What the provider reports of a text: in any order, repeated, early, late, wrong, or never."""

from dataclasses import replace
from itertools import permutations

import pytest
from sqlmodel import select

from companion.domain.delivery import Accepted, Outcome
from companion.records import DeliveryEvent, OutboundKind, OutboundState
from companion.services.receipts import Report, take_report
from companion.services.setup import Setup
from companion.transports.base import OutboundText
from tests.factories import (
    a_clinic,
    a_patient,
    a_visit,
    a_waiting_text,
    at_once,
    kinds_of_tasks,
    outbox_of,
    sweep,
    tasks_of,
    the_patient,
    the_row,
)
from tests.fakes import MONDAY, FakeTransport
from tests.services.test_booking import at


@pytest.fixture
def sent(setup: Setup) -> int:
    """One reminder that the provider has taken; two more wait."""
    a_clinic(setup)
    a_visit(setup, a_patient(setup))
    sweep(setup, at("03-09 10:00"))
    return outbox_of(setup)[0].id or 0


def report(setup: Setup, row: int, status: str, code: int | None = None, sid: str | None = None) -> None:
    known = the_row(setup, row)
    take_report(setup, Report(known.token, sid or known.sid or "SM1", status, code), at("03-09 10:01"))


def events(setup: Setup) -> list[tuple[str, int | None]]:
    with setup.database.reading() as session:
        return [
            (e.status, e.error_code) for e in session.exec(select(DeliveryEvent).order_by(DeliveryEvent.id))
        ]


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (["queued"], "accepted"),
        (["sending"], "accepted"),
        (["sent"], "sent"),
        (["sent", "delivered"], "delivered"),
        (["delivered"], "delivered"),
        (["delivered", "sent"], "delivered"),
        (["delivered", "queued"], "delivered"),
        (["sent", "sent", "queued"], "sent"),
        (["read"], "delivered"),
        (["delivered", "undelivered"], "delivered"),
        (["undelivered", "delivered"], "undelivered"),
        (["undelivered"], "undelivered"),
        (["failed"], "undelivered"),
        (["canceled"], "undelivered"),
        (["teleported"], "accepted"),
        ([""], "accepted"),
        (["delivered", "teleported"], "delivered"),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else value,
)
def test_reports_only_ever_move_a_text_forward(
    setup: Setup, sent: int, statuses: list[str], state: str
) -> None:
    for status in statuses:
        report(setup, sent, status)

    assert the_row(setup, sent).state == state


@pytest.mark.parametrize("order", list(permutations(["queued", "sent", "delivered"])), ids="-".join)
def test_the_end_is_the_same_in_whatever_order_reports_come(
    setup: Setup, sent: int, order: tuple[str, ...]
) -> None:
    for status in order + order:
        report(setup, sent, status)

    assert the_row(setup, sent).state == OutboundState.DELIVERED
    assert sorted(events(setup)) == [("delivered", None), ("queued", None), ("sent", None)]
    assert tasks_of(setup) == []


def test_a_report_for_a_token_nobody_knows_changes_nothing(setup: Setup, sent: int) -> None:
    for token in ("", "guessed"):
        take_report(setup, Report(token, "SM9", "delivered"), MONDAY)

    assert the_row(setup, sent).state == OutboundState.ACCEPTED
    assert events(setup) == []


def test_a_text_that_did_not_arrive_becomes_one_task(setup: Setup, sent: int) -> None:
    for _ in range(2):
        report(setup, sent, "undelivered", 30036)

    row = the_row(setup, sent)
    assert (row.state, row.error_code) == ("undelivered", 30036)
    assert kinds_of_tasks(setup) == [("not-delivered", "today")]
    assert tasks_of(setup)[0].note == row.body


def test_a_safety_text_that_did_not_arrive_is_an_urgent_task(setup: Setup) -> None:
    row = a_waiting_text(setup, a_clinic(setup), kind=OutboundKind.SAFETY)
    sweep(setup, MONDAY)

    report(setup, row, "failed", 30005)

    assert kinds_of_tasks(setup) == [("safety-not-delivered", "urgent")]


def test_an_answer_that_did_not_arrive_is_nobodys_task(setup: Setup) -> None:
    row = a_waiting_text(setup, a_clinic(setup), kind=OutboundKind.REPLY)
    sweep(setup, MONDAY)

    report(setup, row, "undelivered", 30003)

    assert the_row(setup, row).state == "undelivered"
    assert tasks_of(setup) == []


@pytest.mark.parametrize("state", [OutboundState.LEASED, OutboundState.UNKNOWN])
@pytest.mark.parametrize(
    ("status", "ends"),
    [("queued", "accepted"), ("sent", "sent"), ("delivered", "delivered"), ("undelivered", "undelivered")],
)
def test_a_report_settles_a_text_whose_answer_was_lost_or_is_still_awaited(
    setup: Setup, state: OutboundState, status: str, ends: str
) -> None:
    lease = MONDAY if state == OutboundState.LEASED else None
    row = a_waiting_text(setup, a_clinic(setup), state=state, lease_until=lease)

    report(setup, row, status, sid="SM7")

    found = the_row(setup, row)
    assert (found.state, found.sid, found.lease_until) == (ends, "SM7", None)


def test_an_answer_the_network_refused_before_taking_it_failed(setup: Setup) -> None:
    row = a_waiting_text(
        setup, a_clinic(setup), state=OutboundState.LEASED, lease_until=MONDAY, kind=OutboundKind.SAFETY
    )

    report(setup, row, "failed", 30008, sid="SM7")

    assert (the_row(setup, row).state, the_row(setup, row).error_code) == ("failed", 30008)
    assert kinds_of_tasks(setup) == [("safety-not-delivered", "urgent")]


@pytest.mark.parametrize(
    "state",
    [
        OutboundState.PENDING,
        OutboundState.FAILED,
        OutboundState.WITHDRAWN,
        OutboundState.SUPPRESSED,
        OutboundState.EXPIRED,
    ],
)
def test_a_report_never_moves_a_text_that_was_not_handed_over(setup: Setup, state: OutboundState) -> None:
    row = a_waiting_text(setup, a_clinic(setup), state=state)

    report(setup, row, "delivered")

    assert the_row(setup, row).state == state


def test_a_report_that_the_person_opted_out_stops_them_and_what_waits(setup: Setup, sent: int) -> None:
    report(setup, sent, "undelivered", 21610)

    assert the_patient(setup, 1).state == "stopped"
    assert [(row.state, row.reason) for row in outbox_of(setup)][1:] == [("suppressed", "stopped")] * 2


def test_the_first_name_a_text_was_given_stays(setup: Setup, sent: int) -> None:
    before = the_row(setup, sent).sid

    report(setup, sent, "delivered", sid="SM999")

    assert the_row(setup, sent).sid == before


class ReportingTransport:
    """The phone has the text, and says so, before the provider's answer is back."""

    def __init__(self, setup: Setup, status: str) -> None:
        self.setup, self.status = setup, status

    def send(self, text: OutboundText) -> Outcome:
        token = text.callback_url.rpartition("=")[2]
        take_report(self.setup, Report(token, "SM5", self.status), MONDAY)
        return Accepted("SM5", "queued")


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        ("queued", "accepted"),
        ("delivered", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "failed"),
    ],
)
def test_a_report_that_is_faster_than_the_answer_is_not_undone(setup: Setup, status: str, ends: str) -> None:
    row = a_waiting_text(setup, a_clinic(setup))

    sweep(replace(setup, transport=ReportingTransport(setup, status)), MONDAY)

    assert (the_row(setup, row).state, the_row(setup, row).sid) == (ends, "SM5")


def test_many_reports_at_once_end_as_one_after_another_would(
    setup: Setup, sent: int, transport: FakeTransport
) -> None:
    statuses = ["queued", "sent", "delivered", "sent", "delivered", "queued"]

    at_once(*[lambda status=status: report(setup, sent, status) for status in statuses])

    assert the_row(setup, sent).state == OutboundState.DELIVERED
    assert sorted(status for status, _ in events(setup)) == ["delivered", "queued", "sent"]
