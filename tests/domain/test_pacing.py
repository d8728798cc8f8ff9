"""How fast a number sends: what has room at its boundaries, and what never happens whatever comes when."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.pacing import AHEAD, filled, has_room
from tests.fakes import MONDAY

_TICK = timedelta(microseconds=1)
#: Reminders tried: how long after the one before, in seconds, and how many segments it has.
_TRIED = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 6)), min_size=1, max_size=80)
_RATES = pytest.mark.parametrize("rate", [1.0, 10.0, 0.5])


@pytest.mark.parametrize(
    ("free_at", "room"),
    [
        (None, True),
        (MONDAY - timedelta(days=1), True),
        (MONDAY, True),
        (MONDAY + AHEAD - _TICK, True),
        (MONDAY + AHEAD, False),
        (MONDAY + AHEAD + _TICK, False),
        (MONDAY + timedelta(hours=1), False),
    ],
    ids=["never sent", "idle since yesterday", "just done", "nearly full", "full", "over", "far over"],
)
def test_a_reminder_has_room_while_less_than_ten_seconds_of_texts_wait(
    free_at: datetime | None, room: bool
) -> None:
    assert timedelta(seconds=10) == AHEAD
    assert has_room(free_at, MONDAY) is room


@pytest.mark.parametrize(
    ("before", "segments", "rate", "after"),
    [
        (None, 1, 1.0, 1.0),
        (-3600.0, 1, 1.0, 1.0),
        (0.0, 1, 1.0, 1.0),
        (4.0, 1, 1.0, 5.0),
        (4.0, 3, 1.0, 7.0),
        (4.0, 3, 10.0, 4.3),
        (4.0, 3, 0.5, 10.0),
        (600.0, 1, 1.0, 601.0),
    ],
    ids=["never sent", "long idle", "just done", "behind others", "long", "fast", "slow", "far behind"],
)
def test_a_text_leaves_behind_those_before_it_and_takes_its_segments_time(
    before: float | None, segments: int, rate: float, after: float
) -> None:
    free_at = None if before is None else MONDAY + timedelta(seconds=before)

    assert filled(free_at, MONDAY, segments, rate) == MONDAY + timedelta(seconds=after)


@_RATES
def test_a_number_that_was_idle_hands_over_ten_seconds_worth_and_then_waits(rate: float) -> None:
    free_at, handed = None, 0
    while has_room(free_at, MONDAY):
        free_at, handed = filled(free_at, MONDAY, 1, rate), handed + 1

    assert handed == 10 * rate
    assert has_room(free_at, MONDAY + timedelta(seconds=1))


def handed_over(tried: list[tuple[int, int]], rate: float) -> list[tuple[datetime, int]]:
    """Return when each text with room was handed over, and its segments."""
    now, free_at, handed = MONDAY, None, list[tuple[datetime, int]]()
    for pause, segments in tried:
        now += timedelta(seconds=pause)
        if has_room(free_at, now):
            free_at = filled(free_at, now, segments, rate)
            handed.append((now, segments))
    return handed


@_RATES
@given(_TRIED)
def test_no_window_ever_holds_more_than_the_rate_what_waits_ahead_and_one_text(
    rate: float, tried: list[tuple[int, int]]
) -> None:
    handed = handed_over(tried, rate)

    for first, (begins, _) in enumerate(handed):
        inside = 0
        for ends, segments in handed[first:]:
            inside += segments
            assert inside <= rate * (ends - begins + AHEAD).total_seconds() + segments


@_RATES
@given(_TRIED)
def test_a_number_is_never_idle_while_a_reminder_waits(rate: float, tried: list[tuple[int, int]]) -> None:
    """Tried at every second, a queue of texts leaves no slower than the rate."""
    queue = [segments for _, segments in tried]
    now, free_at = MONDAY, None
    while queue:
        while queue and has_room(free_at, now):
            free_at = filled(free_at, now, queue.pop(0), rate)
        now += timedelta(seconds=1)

    assert free_at == MONDAY + timedelta(seconds=sum(segments for _, segments in tried) / rate)
