"""How long somebody wants fewer texts, read from what they wrote."""

from datetime import UTC, date, datetime, timedelta

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.pause_length import is_paused, pause_until
from companion.domain.understanding import normalise
from companion.records import Patient, PatientState

#: A Monday.
TODAY = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("pause for 2 weeks", "2027-03-15"),
        ("PAUSE 1 WEEK", "2027-03-08"),
        ("Pause texts 10 days please", "2027-03-11"),
        ("pause a week", "2027-03-08"),
        ("hold for a month", "2027-04-01"),
        ("pause for two weeks please, thanks", "2027-03-15"),
        ("please pause these for the next three days", "2027-03-04"),
        ("pause for a couple of weeks", "2027-03-15"),
        ("pause for a fortnight", "2027-03-15"),
        ("fewer texts for about 3 wks", "2027-03-22"),
        ("pause for 6 months", "2027-09-01"),
        ("pause for 1 day", "2027-03-02"),
        ("pause until 3 may", "2027-05-03"),
        ("PAUSE TILL 3RD OF MAY", "2027-05-03"),
        ("pause til the 3rd may", "2027-05-03"),
        ("pause until May 3", "2027-05-03"),
        ("pause until 3 May 2027", "2027-05-03"),
        ("pause until 3/5", "2027-05-03"),
        ("pause until 03/05/2027", "2027-05-03"),
        ("pause until May", "2027-05-01"),
        ("pause until friday", "2027-03-05"),
        ("pause until next Monday", "2027-03-08"),
        ("pause until 2 weeks", "2027-03-15"),
    ],
)
def test_a_time_that_is_plainly_said_is_taken(catalogue: Catalogue, text: str, until: str) -> None:
    assert pause_until(normalise(text), catalogue.pauses, TODAY) == date.fromisoformat(until)


@pytest.mark.parametrize(
    "text",
    [
        "PAUSE",
        "FEWER",
        "fewer texts please",
        "2",
        "pause for a while",
        "pause for weeks",
        "pause for a few weeks",
        "pause for a year",
        "pause for 7 months",
        "pause for 200 days",
        "pause for 999 weeks",
        "pause for 0 weeks",
        "pause until 1 march",
        "pause until 2 september",
        "pause until 3 may 2028",
        "pause until 3 may 2026",
        "pause until 31 april",
        "pause until 40 may",
        "pause until I say so",
        "too many texts a day",
        "two texts a week",
        "pause, I am back in 2 weeks",
        "pause, my next visit was 2 weeks ago",
        "texts every 2 weeks",
    ],
)
def test_whatever_is_no_time_or_too_long_is_until_they_say_so(catalogue: Catalogue, text: str) -> None:
    assert pause_until(normalise(text), catalogue.pauses, TODAY) is None


@pytest.mark.parametrize(
    ("today", "text", "until"),
    [
        ("2027-08-31", "pause for 6 months", "2028-02-29"),
        ("2027-11-30", "pause for 3 months", "2028-02-29"),
        ("2027-12-31", "pause for 2 months", "2028-02-29"),
        ("2027-11-15", "pause until 3 feb", "2028-02-03"),
        ("2027-02-27", "pause for 2 days", "2027-03-01"),
    ],
)
def test_times_go_over_the_ends_of_months_and_years(
    catalogue: Catalogue, today: str, text: str, until: str
) -> None:
    found = pause_until(normalise(text), catalogue.pauses, date.fromisoformat(today))

    assert found == date.fromisoformat(until)


NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("state", list(PatientState))
@pytest.mark.parametrize(
    ("until", "paused"),
    [(None, True), (NOW + timedelta(seconds=1), True), (NOW, False), (NOW - timedelta(days=1), False)],
    ids=["until they say so", "a second left", "now over", "over"],
)
def test_a_pause_that_is_over_needs_nobody_to_end_it(
    state: PatientState, until: datetime | None, paused: bool
) -> None:
    patient = Patient(state=state, paused_until=until)

    assert is_paused(patient, NOW) is (paused and state == PatientState.PAUSED)
