"""A lost text and what the provider lists: adopted, blocked, asked about again, sent once more, or phoned."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from companion.domain.reconciliation import (
    NEAR_VISIT,
    Adopt,
    AskAgain,
    Lost,
    Resend,
    Seen,
    TellNurse,
    Verdict,
    first_ask,
    is_overdue,
    judge_listing,
    next_ask,
    oldest_first,
    unowned,
)
from companion.records import OutboundState as S
from tests.fakes import MONDAY
from tests.people import AMINA, CLINIC, OTHER_CLINIC

BODY = "You have a visit on Tuesday 16 March at 9:30am."
LOST = Lost(BODY, MONDAY, 0, False, MONDAY + timedelta(days=3), MONDAY + timedelta(days=7))


def seen(sid: str = "SM1", body: str = BODY, **overrides: Any) -> Seen:
    given = {
        "sender": CLINIC,
        "to": AMINA,
        "status": "delivered",
        "direction": "outbound-api",
        "created_at": MONDAY + timedelta(seconds=1),
        **overrides,
    }
    return Seen(sid, body=body, **given)


def after(**how_long: float) -> datetime:
    return MONDAY + timedelta(**how_long)


def sids(found: tuple[Seen, ...]) -> list[str]:
    return [text.sid for text in found]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (seen(), True),
        (seen(direction="outbound-reply"), True),
        (seen(direction="inbound"), False),
        (seen(sender=OTHER_CLINIC), False),
        (seen(sender=""), True),
        (seen(created_at=after(minutes=-75)), True),
        (seen(created_at=after(minutes=-75, seconds=-1)), False),
        (seen(created_at=after(days=3)), True),
        (seen(sid="SM-owned"), False),
        (seen(body="Something else"), True),
    ],
    ids=[
        "ours",
        "an answer in a webhook's response",
        "from a person",
        "another clinic's",
        "whose sender is not chosen yet",
        "made an hour and a quarter before the lease, by their clock",
        "made earlier than that",
        "made much later",
        "another row's",
        "in other words",
    ],
)
def test_only_what_may_be_ours_and_is_nobodys_counts(text: Seen, counts: bool) -> None:
    found = unowned(LOST, [text], CLINIC, frozenset({"SM-owned"}))

    assert bool(found) is counts


def test_texts_are_looked_at_oldest_first() -> None:
    listed = [seen("SM3", created_at=after(seconds=3)), seen("SM1"), seen("SM2", created_at=after(seconds=2))]

    assert sids(unowned(LOST, listed, CLINIC, frozenset())) == ["SM1", "SM2", "SM3"]


def test_texts_of_one_second_are_in_the_order_of_the_list() -> None:
    assert sids(tuple(oldest_first([seen("SM3"), seen("SM2"), seen("SM1")]))) == ["SM1", "SM2", "SM3"]


def test_another_text_under_way_stands_for_one_text_with_its_words() -> None:
    listed = [seen("SM3"), seen("SM2", "Saved."), seen("SM1", "Saved.")]

    assert sids(unowned(LOST, listed, CLINIC, frozenset(), ["Saved."])) == ["SM2", "SM3"]
    assert sids(unowned(LOST, listed, CLINIC, frozenset(), ["Saved.", "Saved."])) == ["SM3"]


def test_of_two_lost_texts_in_the_same_words_each_may_have_the_one_that_is_there() -> None:
    """Else neither would, both would be sent again, and the person would have three."""
    assert sids(unowned(LOST, [seen("SM1")], CLINIC, frozenset(), [BODY])) == ["SM1"]


RESENT = replace(LOST, listings=1, resent=True)
ONCE = replace(LOST, listings=1)
VISIT = after(hours=5)
NEAR = replace(ONCE, visit_at=VISIT, not_useful_after=VISIT - timedelta(hours=1))
SAFETY = Lost("Call the line.", MONDAY, 1, False, None, None)


@pytest.mark.parametrize(
    ("lost", "there", "now", "verdict"),
    [
        (LOST, [seen()], after(minutes=2), Adopt(seen())),
        (LOST, [seen(body=f" {BODY}\n")], after(minutes=2), Adopt(seen(body=f" {BODY}\n"))),
        (ONCE, [seen("SM1", "By hand"), seen("SM2")], after(minutes=3), Adopt(seen("SM2"))),
        (RESENT, [seen()], after(minutes=9), Adopt(seen())),
        (NEAR, [seen()], VISIT, Adopt(seen())),
        (LOST, [seen(body="By hand")], after(minutes=2), TellNurse("other-text-there")),
        (ONCE, [seen(body="")], after(minutes=3), TellNurse("other-text-there")),
        (LOST, [], after(minutes=2), AskAgain(after(minutes=3))),
        (LOST, [], after(hours=9), AskAgain(after(hours=9, minutes=1))),
        (ONCE, [], after(minutes=3), Resend()),
        (RESENT, [], after(minutes=9), TellNurse("lost-twice")),
        (ONCE, [], after(days=3, seconds=-1), Resend()),
        (ONCE, [], after(days=3), TellNurse("not-useful-any-more")),
        (NEAR, [], VISIT - NEAR_VISIT - timedelta(seconds=1), Resend()),
        (NEAR, [], VISIT - NEAR_VISIT, TellNurse("near-the-visit")),
        (NEAR, [], VISIT - timedelta(minutes=61), TellNurse("near-the-visit")),
        (replace(ONCE, visit_at=after(days=-1)), [], after(minutes=3), Resend()),
        (SAFETY, [], after(days=2), Resend()),
    ],
    ids=[
        "it is there",
        "it is there, but for white space",
        "it is there beside another",
        "the second time, it is there",
        "it is there, however late",
        "another is there",
        "one whose words were taken out is there",
        "nothing yet",
        "nothing yet, looked for late: still a minute between",
        "nothing twice",
        "nothing for the second time",
        "useful for a second more",
        "not useful any more",
        "just not near the visit",
        "near the visit",
        "near, and useful for a minute more",
        "of a visit that is over",
        "a safety text is useful for ever",
    ],
)
def test_what_a_listing_shows(lost: Lost, there: list[Seen], now: datetime, verdict: Verdict) -> None:
    assert judge_listing(lost, there, now) == verdict


@pytest.mark.parametrize(
    ("useful_until", "now", "overdue"),
    [
        (None, after(minutes=16, seconds=-1), False),
        (None, after(minutes=16), True),
        (after(minutes=10), after(minutes=10, seconds=-1), False),
        (after(minutes=10), after(minutes=10), True),
    ],
    ids=["patient", "a quarter of an hour after the lease", "useful still", "useful no more"],
)
def test_when_the_provider_cannot_be_asked_a_nurse_is_told_in_time(
    useful_until: datetime | None, now: datetime, overdue: bool
) -> None:
    assert is_overdue(MONDAY, useful_until, now) is overdue


@pytest.mark.parametrize(
    ("state", "lease_until", "planned", "ask"),
    [
        (S.UNKNOWN, after(seconds=60), None, after(seconds=120)),
        (S.UNKNOWN, after(seconds=90), None, after(seconds=150)),
        (S.UNKNOWN, None, None, after(seconds=120)),
        (S.ACCEPTED, after(seconds=60), None, after(hours=1)),
        (S.SENT, None, after(days=2), after(days=2)),
        *[
            (state, after(seconds=60), after(days=2), None)
            for state in S
            if state not in (S.UNKNOWN, S.ACCEPTED, S.SENT)
        ],
    ],
    ids=lambda value: str(value),
)
def test_when_the_provider_is_first_asked(
    state: S, lease_until: datetime | None, planned: datetime | None, ask: datetime | None
) -> None:
    assert first_ask(state, MONDAY, lease_until, planned) == ask
    assert first_ask(state, None, lease_until, planned) is None, "never handed over"


def test_nobody_is_asked_once_a_week_has_passed() -> None:
    day = timedelta(days=1)

    assert next_ask(MONDAY, day, after(days=6)) == after(days=7)
    assert next_ask(MONDAY, day, after(days=6, seconds=1)) is None
