"""The welcome: when its parts go, what they say, and what follows what."""

from dataclasses import replace

import pytest

from companion.domain import welcome
from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import to_wall, write_wall
from companion.domain.composing import Composed
from companion.domain.items import Item
from companion.domain.privacy import LockScreen
from companion.domain.sms import count_segments, encoding_of
from companion.records import OutboundState
from tests.domain.cast import AUCKLAND, NEW_YORK, item, local
from tests.people import LINE, LONDON

CLINIC = "Riverside Team"


@pytest.fixture
def small(catalogue: Catalogue) -> Catalogue:
    words = {"welcome": "Hello from {clinic}.", "welcome-2": "Text us. {line}", "welcome.discreet": "Hello."}
    return replace(
        catalogue, texts={**catalogue.texts, **{key: item(key, text) for key, text in words.items()}}
    )


def said(catalogue: Catalogue, part: str, *, discreet: bool = False, clinic: str = CLINIC) -> Composed:
    return welcome.compose(part, catalogue, clinic=clinic, line=LINE, discreet=discreet)


@pytest.mark.parametrize(
    ("now", "first", "second"),
    [
        pytest.param("2027-03-01T07:59", "2027-03-01T08:00", "2027-03-01T08:01", id="before the hours"),
        pytest.param("2027-03-01T08:00", "2027-03-01T08:00", "2027-03-01T08:01", id="as they begin"),
        pytest.param("2027-03-01T19:58", "2027-03-01T19:58", "2027-03-01T19:59", id="the last that fits"),
        pytest.param("2027-03-01T19:59", "2027-03-02T08:00", "2027-03-02T08:01", id="the second would not"),
        pytest.param("2027-03-01T20:00", "2027-03-02T08:00", "2027-03-02T08:01", id="as they end"),
        pytest.param("2027-03-01T23:30", "2027-03-02T08:00", "2027-03-02T08:01", id="at night"),
        pytest.param("2027-03-27T23:30", "2027-03-28T08:00", "2027-03-28T08:01", id="the clocks go forward"),
    ],
)
@pytest.mark.parametrize("zone", [LONDON, NEW_YORK, AUCKLAND])
def test_both_parts_go_within_sending_hours_of_one_day(
    catalogue: Catalogue, zone: str, now: str, first: str, second: str
) -> None:
    moments = welcome.moments(catalogue.reminders.hours, zone, local(now, zone))

    assert [write_wall(to_wall(moment.send_at, zone)) for moment in moments] == [first, second]


@pytest.mark.parametrize(
    ("now", "ends"),
    [("2027-03-01T09:00", "2027-03-02T20:00"), ("2027-03-01T21:00", "2027-03-03T20:00")],
    ids=["by day", "at night"],
)
def test_it_is_of_use_until_sending_ends_on_the_day_after_it_was_due(
    catalogue: Catalogue, now: str, ends: str
) -> None:
    moments = welcome.moments(catalogue.reminders.hours, LONDON, local(now))

    assert {write_wall(to_wall(moment.not_useful_after, LONDON)) for moment in moments} == {ends}


def test_each_part_says_its_own(small: Catalogue) -> None:
    assert [said(small, part) for part in welcome.PARTS] == [
        Composed("Hello from Riverside Team."),
        Composed(f"Text us. {LINE}"),
    ]


def test_a_discreet_person_gets_one_text_that_names_nobody(small: Catalogue) -> None:
    assert [said(small, part, discreet=True) for part in welcome.PARTS] == [
        Composed("Hello."),
        Composed(f"Text us. {LINE}", withheld="discreet"),
    ]


def test_what_must_not_stand_on_a_lock_screen_gives_way_to_the_discreet_text(small: Catalogue) -> None:
    careful = replace(small, lock_screen=LockScreen(("riverside",)))

    assert said(careful, "welcome") == Composed("Hello.")
    assert said(careful, "welcome-2") == Composed(f"Text us. {LINE}")


def test_a_second_part_that_must_not_stand_there_is_withheld(small: Catalogue) -> None:
    careful = replace(small, lock_screen=LockScreen(("text us",)))

    assert said(careful, "welcome-2").withheld == "lock-screen"


@pytest.mark.parametrize("part", welcome.PARTS)
@pytest.mark.parametrize("discreet", [False, True])
def test_the_real_words_fit_and_give_nothing_away(catalogue: Catalogue, part: str, *, discreet: bool) -> None:
    body = said(catalogue, part, discreet=discreet, clinic="R" * 40).body

    assert (count_segments(body) <= 2, encoding_of(body)) == (True, "GSM-7")
    assert catalogue.lock_screen.allows(body)


def test_the_discreet_text_says_neither_who_nor_what_for(catalogue: Catalogue) -> None:
    text: Item = catalogue.text("welcome.discreet")

    assert text.placeholders == set()
    assert "VISIT" in text.text
    assert "STOP" in text.text


@pytest.mark.parametrize(
    ("first", "follows"),
    [
        ("pending", None),
        ("leased", None),
        ("unknown", True),
        ("accepted", True),
        ("sent", True),
        ("delivered", True),
        ("undelivered", False),
        ("failed", False),
        ("withdrawn", False),
        ("suppressed", False),
        ("expired", False),
    ],
)
def test_the_second_part_follows_the_first_and_does_not_go_without_it(
    first: str, *, follows: bool | None
) -> None:
    assert welcome.may_follow(OutboundState(first)) is follows


def test_every_state_of_the_first_part_decides_about_the_second() -> None:
    assert {welcome.may_follow(state) for state in OutboundState} == {True, False, None}


def test_nobody_elses_welcome_has_the_same_key() -> None:
    keys = {welcome.plan_key(part, patient) for part in welcome.PARTS for patient in (1, 11, 21)}

    assert len(keys) == 6
