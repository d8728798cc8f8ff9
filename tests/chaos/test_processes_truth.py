"""The judge of the trials finds what is wrong: a trial that could not fail would prove nothing."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from companion.records import InboundMessage, OutboundKind, OutboundMessage, Task, TaskUrgency
from companion.records import OutboundState as S
from tests.chaos.processes_truth import Truth, settled
from tests.chaos.processes_waiting import Unknowns
from tests.fakes import MONDAY
from tests.people import AMINA, LONDON

NOON = MONDAY + timedelta(hours=3)


def a_row(**overrides: Any) -> OutboundMessage:
    given = {
        "id": 1,
        "clinic_id": 1,
        "kind": OutboundKind.PUSH,
        "state": S.DELIVERED,
        "phone": AMINA,
        "body": "You have a visit.",
        "send_at": MONDAY,
        "sid": "SM1",
        "appointment_id": 7,
        "to_hash": "a" * 64,
        **overrides,
    }
    return OutboundMessage(**given)


def a_text(**overrides: Any) -> dict[str, Any]:
    at = f"{MONDAY:%Y-%m-%dT%H:%M:%SZ}"
    given = {"sid": "SM1", "direction": "outbound-api", "to": AMINA, "body": "You have a visit."}
    return {**given, "status": "delivered", "created_at": at, **overrides}


def a_task(cause: str) -> Task:
    return Task(clinic_id=1, kind="k", cause=cause, urgency=TaskUrgency.TODAY, note="", created_at=MONDAY)


def judged(
    *rows: OutboundMessage,
    texts: tuple[dict[str, Any], ...] = (),
    tasks: tuple[Task, ...] = (),
    inbox: tuple[InboundMessage, ...] = (),
) -> list[str]:
    """Return what was found, by the first word."""
    truth = Truth(rows, tasks, inbox, texts, NOON, ZoneInfo(LONDON)).judge()
    return [failure.split(":")[0] for failure in truth.failures]


def test_one_text_for_one_row_is_right() -> None:
    assert judged(a_row(), texts=(a_text(),)) == []


@pytest.mark.parametrize(
    ("row", "texts", "found"),
    [
        ({}, (), ["lost"]),
        ({}, ({}, {"sid": "SM2"}), ["doubled"]),
        ({"state": S.UNKNOWN, "sid": None}, ({},), ["unsettled"]),
        ({"state": S.LEASED, "sid": None}, (), ["unsettled"]),
        ({"state": S.SENT}, ({},), ["unsettled"]),
        ({"state": S.FAILED}, ({},), ["lost", "unsettled"]),
        ({"state": S.WITHDRAWN, "sid": None}, ({},), ["doubled"]),
        ({"state": S.PENDING, "sid": None}, (), ["lost"]),
        ({"state": S.PENDING, "sid": None, "send_at": NOON + timedelta(days=1)}, (), []),
        ({"state": S.FAILED, "sid": None}, (), ["lost"]),
        ({"state": S.EXPIRED, "sid": None}, (), ["lost"]),
        ({"state": S.FAILED, "sid": None, "kind": OutboundKind.REPLY}, (), []),
        ({}, ({"created_at": "2027-03-01T20:30:00Z"},), ["astray"]),
        ({}, ({"created_at": "2027-03-01T08:30:00Z"},), ["astray"]),
        ({"not_useful_after": MONDAY}, ({},), ["astray"]),
    ],
    ids=[
        "the carrier has nothing of it",
        "the carrier has two",
        "nobody looks for it",
        "its lease has no end",
        "a report is missing",
        "failed here and taken there",
        "withdrawn here and taken there",
        "still due",
        "not due yet",
        "failed and nobody told",
        "expired and nobody told",
        "an answer is nobody's to chase",
        "it left at night",
        "it left before its time",
        "it left when it was of no use",
    ],
)
def test_what_is_wrong_is_found(
    row: dict[str, Any], texts: tuple[dict[str, Any], ...], found: list[str]
) -> None:
    assert judged(a_row(**row), texts=tuple(a_text(**text) for text in texts)) == found


@pytest.mark.parametrize("state", [S.UNKNOWN, S.FAILED, S.EXPIRED])
def test_what_a_nurse_has_is_not_lost(state: S) -> None:
    assert judged(a_row(state=state, sid=None), tasks=(a_task("some-kind:out:1"),)) == []
    assert judged(a_row(state=state, sid=None), tasks=(a_task("some-kind:out:11"),)) != []


def test_what_is_wrong_with_a_number_is_said_once_a_visit() -> None:
    task = a_task(f"landline:{'a' * 16}:7")

    assert judged(a_row(state=S.FAILED, sid=None), a_row(id=2, state=S.FAILED, sid=None), tasks=(task,)) == []
    assert judged(a_row(state=S.FAILED, sid=None, appointment_id=8), tasks=(task,)) == ["lost"]


def test_a_failure_that_another_text_makes_good_needs_nobody() -> None:
    given_up = a_row(state=S.UNDELIVERED)
    again = a_row(id=2, sid="SM2", retry_of=1)
    texts = (a_text(status="undelivered"), a_text(sid="SM2"))

    assert judged(given_up, again, texts=texts) == []
    assert judged(given_up, texts=texts[:1]) == ["lost"]


def test_a_text_that_somebody_sent_has_to_be_stored() -> None:
    said = a_text(sid="SM9", direction="inbound")
    stored = InboundMessage(sid="SM9", sender=AMINA, from_hash="h", body="b", received_at=MONDAY)

    assert judged(texts=(said,)) == ["lost"]
    assert judged(texts=(said,), inbox=(stored,)) == []


def test_one_text_answered_twice_is_found() -> None:
    rows = [a_row(id=n, sid=f"SM{n}", kind=OutboundKind.REPLY, inbound_id=5) for n in (1, 2)]

    assert judged(*rows, texts=(a_text(), a_text(sid="SM2"))) == ["doubled"]


def test_an_answer_the_network_refused_was_never_a_text() -> None:
    row = a_row(state=S.FAILED, kind=OutboundKind.REPLY)

    assert judged(row, texts=(a_text(direction="outbound-reply", status="failed"),)) == []


@pytest.mark.parametrize(
    ("state", "done"),
    [(S.DELIVERED, True), (S.ACCEPTED, False), (S.LEASED, False), (S.UNKNOWN, False), (S.PENDING, False)],
)
def test_time_goes_on_while_it_settles_something(state: S, done: bool) -> None:
    assert settled([a_row(state=state)], [], NOON) is done


def test_a_text_is_unknown_from_its_lease_until_it_is_seen_settled() -> None:
    unknowns = Unknowns()
    lost = a_row(state=S.UNKNOWN, handed_at=MONDAY)
    unknowns.note([lost], MONDAY + timedelta(seconds=50))
    unknowns.note([a_row(id=2)], MONDAY + timedelta(seconds=70))
    unknowns.note([a_row(state=S.ACCEPTED)], MONDAY + timedelta(seconds=90))

    assert unknowns.longest_seconds == 90
