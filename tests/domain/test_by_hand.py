"""What a nurse may write to a person by hand."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from companion.domain.by_hand import Problem, moment, problem_of, tidied
from companion.domain.clock_time import SendingHours
from companion.domain.privacy import LockScreen

SCREEN = LockScreen(("chemo*", "car t"))
HOURS = SendingHours(time(8), time(20))
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("  Please   call us.  ", "Please call us."),
        ("One\r\nTwo\rThree", "One\nTwo\nThree"),
        ("It\u2019s \u201cready\u201d \u2013 come\u2026", 'It\'s "ready" - come...'),
        ("See\u200b you\u202e soon\x00", "See you soon"),
        ("Tea\tat four", "Tea at four"),
        ("caf\u0065\u0301", "caf\u00e9"),
        ("Well done \U0001f44d", "Well done \U0001f44d"),
        (" \r\n\t ", ""),
    ],
    ids=["spaces", "lines", "look-alikes", "invisible", "tab", "composed", "emoji", "nothing"],
)
def test_what_was_typed_is_tidied(typed: str, sent: str) -> None:
    assert tidied(typed) == sent
    assert tidied(sent) == sent


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("Please call us.", None),
        ("", Problem("empty")),
        ("Your CAR-T visit", Problem("word", "car t")),
        ("Bring your chemotherapy card", Problem("word", "chemotherapy")),
        ("a" * 306, None),
        ("a" * 307, Problem("long")),
        ("\u4f60" * 134, None),
        ("\u4f60" * 135, Problem("long")),
    ],
    ids=["plain", "empty", "two words", "a word", "two parts", "three", "two wide parts", "three wide"],
)
def test_a_text_by_hand_is_bound_like_a_reminder(body: str, problem: Problem | None) -> None:
    assert problem_of(body, SCREEN, None) == problem


def test_who_gets_dates_only_gets_them_in_our_words_alone() -> None:
    ours = ("You have a visit on 16 March.",)

    assert problem_of(ours[0], SCREEN, ours) is None
    assert problem_of("You have a visit on 17 March.", SCREEN, ours) == Problem("dates-only")


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2027-03-01T07:59", "2027-03-01T08:00"),
        ("2027-03-01T08:00", "2027-03-01T08:00"),
        ("2027-03-01T19:59", "2027-03-01T19:59"),
        ("2027-03-01T20:00", "2027-03-02T08:00"),
        ("2027-03-27T21:00", "2027-03-28T08:00"),
    ],
    ids=["before hours", "first minute", "last minute", "after hours", "over the change of clocks"],
)
def test_it_leaves_within_sending_hours_and_is_of_use_for_a_day(now: str, leaves: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=LONDON)
    planned = moment(HOURS, "Europe/London", at)

    assert planned.send_at == datetime.fromisoformat(leaves).replace(tzinfo=LONDON)
    assert (planned.not_useful_after - planned.send_at).total_seconds() == 24 * 3600


def test_what_tells_a_visit_is_of_no_use_once_it_has_begun() -> None:
    now = datetime(2027, 3, 1, 12, tzinfo=LONDON)
    visit = datetime(2027, 3, 1, 15, tzinfo=LONDON)

    assert moment(HOURS, "Europe/London", now, visit).not_useful_after == visit
