"""The life of an outbound text: every step there is, and every one there is not."""

import re
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from companion.domain.delivery import (
    LEASE,
    MAY_HAVE_ARRIVED,
    REPLY_USEFUL,
    TRANSITIONS,
    Accepted,
    AnswerLost,
    NotTaken,
    Outcome,
    Refused,
    SenderFault,
    check_transition,
    jitter_of,
    judge_refusal,
    path_of_report,
    retry_delay,
)
from companion.errors import InvalidTransition
from companion.records import OutboundState as S

_STEPS = {
    (S.PENDING, S.LEASED),
    (S.PENDING, S.WITHDRAWN),
    (S.PENDING, S.SUPPRESSED),
    (S.PENDING, S.EXPIRED),
    (S.LEASED, S.ACCEPTED),
    (S.LEASED, S.PENDING),
    (S.LEASED, S.FAILED),
    (S.LEASED, S.UNKNOWN),
    (S.UNKNOWN, S.ACCEPTED),
    (S.UNKNOWN, S.PENDING),
    (S.UNKNOWN, S.FAILED),
    (S.ACCEPTED, S.SENT),
    (S.ACCEPTED, S.DELIVERED),
    (S.ACCEPTED, S.UNDELIVERED),
    (S.SENT, S.DELIVERED),
    (S.SENT, S.UNDELIVERED),
}
_FINAL = {S.DELIVERED, S.UNDELIVERED, S.FAILED, S.WITHDRAWN, S.SUPPRESSED, S.EXPIRED}


@pytest.mark.parametrize("old", list(S))
@pytest.mark.parametrize("new", list(S))
def test_a_step_is_taken_only_if_the_table_has_it(old: S, new: S) -> None:
    if (old, new) in _STEPS:
        check_transition(old, new)
        return
    with pytest.raises(InvalidTransition, match=f"from {old} to {new}"):
        check_transition(old, new)


def test_the_finals_never_move_and_nothing_else_is_final() -> None:
    assert {state for state, following in TRANSITIONS.items() if not following} == _FINAL


def test_the_picture_in_the_docs_has_exactly_the_steps_of_the_code() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "states.md").read_text("utf-8")
    diagram = re.search(r"```mermaid\n(.*?)```", text, re.DOTALL)
    assert diagram is not None

    drawn = re.findall(r"^\s*(\w+) --> (\w+)", diagram[1], re.MULTILINE)

    assert len(drawn) == len(set(drawn)), "an arrow is drawn twice"
    assert {(S(old), S(new)) for old, new in drawn} == _STEPS
    assert {(old, new) for old, following in TRANSITIONS.items() for new in following} == _STEPS


_TAKEN = ("accepted", "scheduled", "queued", "sending")
_ARRIVED = ("delivered", "read")
_GIVEN_UP = ("undelivered", "canceled")
_UNSETTLED = (S.LEASED, S.UNKNOWN)


@pytest.mark.parametrize(
    ("states", "statuses", "path"),
    [
        pytest.param(_UNSETTLED, _TAKEN, (S.ACCEPTED,), id="unsettled, taken"),
        pytest.param(_UNSETTLED, ("sent",), (S.ACCEPTED, S.SENT), id="unsettled, sent"),
        pytest.param(_UNSETTLED, _ARRIVED, (S.ACCEPTED, S.DELIVERED), id="unsettled, arrived"),
        pytest.param(_UNSETTLED, _GIVEN_UP, (S.ACCEPTED, S.UNDELIVERED), id="unsettled, given up"),
        pytest.param(_UNSETTLED, ("failed",), (S.FAILED,), id="unsettled, never taken"),
        pytest.param((S.ACCEPTED,), _TAKEN, (), id="accepted, taken again"),
        pytest.param((S.ACCEPTED,), ("sent",), (S.SENT,), id="accepted, sent"),
        pytest.param((S.ACCEPTED,), _ARRIVED, (S.DELIVERED,), id="accepted, arrived"),
        pytest.param((S.ACCEPTED,), (*_GIVEN_UP, "failed"), (S.UNDELIVERED,), id="accepted, given up"),
        pytest.param((S.SENT,), (*_TAKEN, "sent"), (), id="sent, told again or late"),
        pytest.param((S.SENT,), _ARRIVED, (S.DELIVERED,), id="sent, arrived"),
        pytest.param((S.SENT,), (*_GIVEN_UP, "failed"), (S.UNDELIVERED,), id="sent, given up"),
        pytest.param(
            (*_FINAL, S.PENDING),
            (*_TAKEN, "sent", *_ARRIVED, *_GIVEN_UP, "failed"),
            (),
            id="final or not yet handed over: nothing",
        ),
        pytest.param(tuple(S), ("", "receiving", "DELIVERED", "no such word"), (), id="a word nobody knows"),
    ],
)
def test_a_report_only_moves_a_text_forward(
    states: tuple[S, ...], statuses: tuple[str, ...], path: tuple[S, ...]
) -> None:
    for state in states:
        for status in statuses:
            assert path_of_report(state, status) == path, (state, status)


def _walk(state: S, statuses: tuple[str, ...]) -> S:
    for status in statuses:
        for following in path_of_report(state, status):
            check_transition(state, following)
            state = following
    return state


@pytest.mark.parametrize("start", [S.LEASED, S.UNKNOWN, S.ACCEPTED])
@pytest.mark.parametrize("order", list(permutations(("queued", "sent", "delivered"))), ids="-".join)
def test_reports_in_any_order_end_the_same(start: S, order: tuple[str, ...]) -> None:
    assert _walk(start, order) is S.DELIVERED
    assert _walk(start, order + order) is S.DELIVERED, "and repeated"


@pytest.mark.parametrize("late", ["queued", "sent", "undelivered", "failed", "canceled"])
def test_a_delivered_text_stays_delivered_whatever_comes_later(late: str) -> None:
    assert _walk(S.ACCEPTED, ("delivered", late)) is S.DELIVERED


@pytest.mark.parametrize("state", list(S))
def test_a_text_that_may_have_been_read_is_one_to_correct(state: S) -> None:
    read = {S.LEASED, S.UNKNOWN, S.ACCEPTED, S.SENT, S.DELIVERED}

    assert (state in MAY_HAVE_ARRIVED) is (state in read)


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        pytest.param(400, 21211, Refused("why", 21211), id="no such number"),
        pytest.param(400, 21610, Refused("why", 21610), id="opted out at the carrier"),
        pytest.param(400, 21614, Refused("why", 21614), id="not a mobile"),
        pytest.param(400, None, Refused("why", None), id="refused without a code"),
        pytest.param(410, None, Refused("why", None), id="gone"),
        pytest.param(400, 21611, NotTaken("why"), id="the sender's queue is full"),
        pytest.param(400, 30001, NotTaken("why"), id="queue overflow"),
        pytest.param(400, 21606, SenderFault("why", 21606), id="the sender is not ours"),
        pytest.param(400, 21703, SenderFault("why", 21703), id="the messaging service has no numbers"),
        pytest.param(400, 30002, SenderFault("why", 30002), id="the account is suspended"),
        pytest.param(401, 20003, SenderFault("why", 20003), id="the token is wrong"),
        pytest.param(401, None, SenderFault("why", None), id="unauthorised without a code"),
        pytest.param(403, None, SenderFault("why", None), id="forbidden"),
        pytest.param(404, 20404, SenderFault("why", 20404), id="no such account"),
        pytest.param(403, 21408, Refused("why", 21408), id="a country that is not allowed"),
        pytest.param(429, 20429, NotTaken("why"), id="too many requests"),
        pytest.param(500, 20500, AnswerLost("why"), id="internal error"),
        pytest.param(502, None, AnswerLost("why"), id="bad gateway"),
        pytest.param(503, 21211, AnswerLost("why"), id="a code does not make a 5xx certain"),
        pytest.param(504, None, AnswerLost("why"), id="gateway time-out"),
    ],
)
def test_an_answer_other_than_success_is_judged(status: int, code: int | None, outcome: Outcome) -> None:
    assert judge_refusal(status, code, "why") == outcome


def test_a_text_the_provider_took_is_none_of_the_refusals() -> None:
    assert not isinstance(Accepted("SM1", "queued"), NotTaken | SenderFault | Refused | AnswerLost)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 30), (1, 30), (2, 60), (3, 120), (4, 240), (5, 480), (6, 600), (50, 600)]
)
def test_each_try_waits_twice_as_long_up_to_ten_minutes(attempts: int, seconds: int) -> None:
    assert retry_delay(attempts, 0) == timedelta(seconds=seconds)
    assert retry_delay(attempts, 1) == timedelta(seconds=seconds) * 1.25


def test_texts_that_failed_together_wait_differently_and_each_the_same_whenever_it_is_asked() -> None:
    waits = [retry_delay(1, jitter_of(token, 1)) for token in ("a", "b", "c", "d")]

    assert len(set(waits)) == 4
    assert waits == [retry_delay(1, jitter_of(token, 1)) for token in ("a", "b", "c", "d")]
    assert all(timedelta(seconds=30) <= wait <= timedelta(seconds=37.5) for wait in waits)


def test_a_lease_outlives_the_ten_seconds_of_a_call_and_a_reply_a_quarter_of_an_hour() -> None:
    assert timedelta(seconds=60) == LEASE
    assert timedelta(minutes=15) == REPLY_USEFUL
