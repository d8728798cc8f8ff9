"""Which of a person's late reminders goes today, and which gives way until tomorrow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.late import Turn, waits_its_turn
from companion.domain.planning import PRIORITY
from companion.domain.reminder_rules import ReminderRules
from tests.domain.cast import AUCKLAND, NEW_YORK
from tests.people import LONDON

#: A Monday in winter, when London's clocks show UTC.
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
#: Whatever was due, it was due yesterday.
_DUE = NOW - timedelta(days=1)


@pytest.fixture(scope="module")
def rules(catalogue: Catalogue) -> ReminderRules:
    return replace(catalogue.reminders, pushes_per_day=1, pushes_per_week=4)


def turn(rule: str, due: datetime = _DUE, row_id: int = 1) -> Turn:
    return Turn.of(rule, due, row_id)


def days_ago(*days: float) -> list[datetime]:
    return [NOW - timedelta(days=back) for back in days]


def who_goes(turns: list[Turn], rules: ReminderRules, gone: list[datetime] | None = None) -> list[Turn]:
    """Return those that need not wait, each asked while all the others wait."""
    return [
        mine
        for mine in turns
        if not waits_its_turn(mine, gone or [], [t for t in turns if t != mine], rules, LONDON, NOW)
    ]


@pytest.mark.parametrize("rule", [rule for rule in PRIORITY if rule != "correction"])
def test_one_that_is_alone_goes(rules: ReminderRules, rule: str) -> None:
    mine = turn(rule)

    assert who_goes([mine], rules) == [mine]


@pytest.mark.parametrize(
    ("first", "gives_way"),
    [
        ("evening-before", "confirm"),
        ("evening-before", "heads-up"),
        ("evening-before", "after-visit"),
        ("confirm", "heads-up"),
        ("confirm", "after-visit"),
        ("heads-up", "after-visit"),
    ],
)
@pytest.mark.parametrize("longer", [-1, 1], ids=["though it waited longer", "and came later"])
def test_what_matters_less_gives_way(rules: ReminderRules, first: str, gives_way: str, longer: int) -> None:
    winner, loser = turn(first), turn(gives_way, _DUE + timedelta(hours=longer), 2)

    assert who_goes([loser, winner], rules) == [winner]


@pytest.mark.parametrize("rule", [rule for rule in PRIORITY if rule != "correction"])
def test_of_two_of_a_kind_the_one_that_was_due_first_goes_then_the_one_planned_first(
    rules: ReminderRules, rule: str
) -> None:
    first, second, third = turn(rule), turn(rule, row_id=2), turn(rule, _DUE + timedelta(minutes=1), 0)

    assert who_goes([third, second, first], rules) == [first]


def test_of_all_kinds_at_once_a_correction_and_nothing_else_goes(rules: ReminderRules) -> None:
    turns = [turn(rule, row_id=number) for number, rule in enumerate(PRIORITY)]

    assert who_goes(turns, rules) == [turn("correction", row_id=0)]


@pytest.mark.parametrize(
    ("per_day", "went_today", "going"),
    [(1, 0, 1), (1, 1, 0), (2, 0, 2), (2, 1, 1), (2, 2, 0), (3, 1, 2)],
)
def test_as_many_go_a_day_as_the_rules_allow_with_those_that_went(
    rules: ReminderRules, per_day: int, went_today: int, going: int
) -> None:
    turns = [turn(rule) for rule in PRIORITY if rule != "correction"]
    gone = [NOW - timedelta(minutes=number) for number in range(went_today)]

    assert who_goes(turns, replace(rules, pushes_per_day=per_day), gone) == turns[:going]


@pytest.mark.parametrize(
    ("gone", "waits"),
    [
        (days_ago(1, 2, 3), False),
        (days_ago(1, 2, 3, 4), True),
        (days_ago(1, 2, 3, 6), True),
        (days_ago(1, 2, 3, 7), False),
        (days_ago(1, 1, 1, 1), True),
        (days_ago(7, 8, 9, 10), False),
        (days_ago(3, 4, 5, 6, 6), True),
    ],
    ids=[
        "three",
        "four",
        "the first six days ago",
        "the first seven days ago",
        "all yesterday",
        "last week",
        "five",
    ],
)
def test_no_more_go_in_seven_days_than_the_rules_allow(
    rules: ReminderRules, gone: list[datetime], waits: bool
) -> None:
    assert waits_its_turn(turn("evening-before"), gone, [], rules, LONDON, NOW) is waits


@pytest.mark.parametrize("gone", [[], days_ago(0), days_ago(0, 0, 1, 2, 3, 4)], ids=["none", "one", "many"])
def test_a_correction_never_waits(rules: ReminderRules, gone: list[datetime]) -> None:
    others = [turn("correction", _DUE - timedelta(days=1), 2), turn("evening-before", row_id=3)]

    assert not waits_its_turn(turn("correction"), gone, others, rules, LONDON, NOW)


def test_a_correction_that_went_today_is_the_text_of_the_day(rules: ReminderRules) -> None:
    assert waits_its_turn(turn("evening-before"), days_ago(0), [], rules, LONDON, NOW)


#: When one went, when another is due, where the person lives, and whether that is one day there.
_MIDNIGHTS = [
    (LONDON, "2027-03-01T23:59", "2027-03-02T00:00", False),
    (LONDON, "2027-03-02T00:00", "2027-03-02T23:59", True),
    # Midnight in New York is 05:00 UTC.
    (NEW_YORK, "2027-03-02T04:59", "2027-03-02T05:00", False),
    (NEW_YORK, "2027-03-01T23:59", "2027-03-02T00:01", True),
    # Midnight in Auckland is 11:00 UTC.
    (AUCKLAND, "2027-03-01T10:59", "2027-03-01T11:00", False),
    (AUCKLAND, "2027-03-01T11:00", "2027-03-02T10:59", True),
    # The clocks go forward in London on 28 March: from then on midnight is 23:00 UTC.
    (LONDON, "2027-03-28T22:59", "2027-03-28T23:00", False),
    (LONDON, "2027-03-28T23:00", "2027-03-29T22:59", True),
]


@pytest.mark.parametrize(("zone", "went", "due", "one_day"), _MIDNIGHTS)
def test_a_day_ends_at_midnight_where_the_person_lives(
    rules: ReminderRules, zone: str, went: str, due: str, one_day: bool
) -> None:
    gone, now = (datetime.fromisoformat(f"{instant}:00+00:00") for instant in (went, due))

    assert waits_its_turn(turn("evening-before", now), [gone], [], rules, zone, now) is one_day
