"""The figures behind Today's pictures: each text is counted once, in the week and on the day it left."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from companion.records import InboundMessage, OutboundState
from companion.services import tallies
from companion.services.setup import Setup
from companion.services.tallies import Tallies
from tests.factories import a_clinic, a_waiting_text
from tests.people import AMINA, LONDON, OTHER_CLINIC

#: A Wednesday, in the week in which the clocks go forward.
WEDNESDAY = date(2027, 3, 31)
NOON = datetime(2027, 3, 31, 11, 0, tzinfo=UTC)
_SIDS = count(1)


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


def read(setup: Setup, clinic: int) -> Tallies:
    with setup.database.reading() as session:
        return tallies.read(session, clinic, WEDNESDAY, LONDON)


def left(setup: Setup, clinic: int, state: OutboundState, at: datetime, **given: Any) -> None:
    a_waiting_text(setup, clinic, at, state=state, handed_at=at, **given)


def came(setup: Setup, clinic: int, intent: str | None, at: datetime) -> None:
    with setup.database.transaction() as session:
        session.add(
            InboundMessage(
                sid=f"SM{next(_SIDS)}",
                clinic_id=clinic,
                sender=AMINA,
                from_hash=setup.hasher.phone(AMINA),
                body="hello",
                intent=intent,
                received_at=at,
            )
        )


def test_with_nothing_there_are_six_empty_weeks_that_begin_on_mondays(setup: Setup, clinic: int) -> None:
    found = read(setup, clinic)

    assert [week.day.isoformat() for week in found.weeks] == [
        "2027-02-22",
        "2027-03-01",
        "2027-03-08",
        "2027-03-15",
        "2027-03-22",
        "2027-03-29",
    ]
    assert {(week.sent, week.share, week.asked, week.coming) for week in found.weeks} == {(0, None, 0, 0)}
    assert (found.most_sent, found.most_asked) == (1, 1)
    assert (found.today.sent, found.today.came, found.today.to_go) == (0, 0, 0)


def test_a_text_is_counted_by_what_became_of_it(setup: Setup, clinic: int) -> None:
    for state in OutboundState:
        left(setup, clinic, state, NOON)

    day = read(setup, clinic).today

    assert (day.delivered, day.lost, day.open) == (1, 2, 4)
    assert day.sent == 7


def test_a_week_and_a_day_begin_at_midnight_by_the_clinics_clock(setup: Setup, clinic: int) -> None:
    for at in (
        datetime(2027, 2, 21, 23, 59, 59, tzinfo=UTC),  # before all weeks
        datetime(2027, 2, 22, 0, 0, tzinfo=UTC),
        datetime(2027, 3, 28, 22, 59, 59, tzinfo=UTC),  # summer time has begun: a minute to midnight
        datetime(2027, 3, 28, 23, 0, tzinfo=UTC),
        datetime(2027, 3, 30, 22, 59, tzinfo=UTC),
        datetime(2027, 3, 30, 23, 0, tzinfo=UTC),
    ):
        left(setup, clinic, OutboundState.DELIVERED, at)

    found = read(setup, clinic)

    assert [week.delivered for week in found.weeks] == [1, 0, 0, 0, 1, 3]
    assert found.today.delivered == 1


def test_todays_texts_are_of_this_week_too(setup: Setup, clinic: int) -> None:
    left(setup, clinic, OutboundState.DELIVERED, NOON, asks=True)
    left(setup, clinic, OutboundState.SENT, NOON - timedelta(days=1))
    left(setup, clinic, OutboundState.FAILED, NOON - timedelta(days=1))
    came(setup, clinic, "confirm", NOON)

    week = read(setup, clinic).weeks[-1]

    assert (week.delivered, week.open, week.lost, week.share) == (1, 1, 1, 50)
    assert (week.asked, week.coming) == (1, 1)


@pytest.mark.parametrize(("delivered", "lost", "share"), [(199, 1, 99), (1, 199, 0), (3, 0, 100)])
def test_the_share_never_rounds_a_lost_text_away(
    setup: Setup, clinic: int, delivered: int, lost: int, share: int
) -> None:
    week = tallies.Week(WEDNESDAY, delivered, lost, 5, 0, 0)

    assert week.share == share


def test_what_came_in_is_counted_with_what_was_not_understood(setup: Setup, clinic: int) -> None:
    for intent in ("confirm", "free_text", None, "call_me"):
        came(setup, clinic, intent, NOON)
    came(setup, clinic, "free_text", NOON - timedelta(days=1))

    day = read(setup, clinic).today

    assert (day.came, day.unclear) == (4, 2)


@pytest.mark.parametrize(
    ("at", "many"),
    [
        (NOON - timedelta(days=2), 1),
        (NOON, 1),
        (datetime(2027, 3, 31, 22, 59, tzinfo=UTC), 1),
        (datetime(2027, 3, 31, 23, 0, tzinfo=UTC), 0),
    ],
    ids=["overdue", "today", "a minute to midnight", "midnight"],
)
def test_what_waits_until_midnight_is_still_to_go(setup: Setup, clinic: int, at: datetime, many: int) -> None:
    a_waiting_text(setup, clinic, at)

    assert read(setup, clinic).today.to_go == many


def test_another_clinics_texts_are_not_counted(setup: Setup, clinic: int) -> None:
    other = a_clinic(setup, name="Elm Street Team", number=OTHER_CLINIC)
    left(setup, other, OutboundState.DELIVERED, NOON)
    came(setup, other, "confirm", NOON)
    a_waiting_text(setup, other, NOON)

    day = read(setup, clinic).today

    assert (day.sent, day.came, day.to_go) == (0, 0, 0)
