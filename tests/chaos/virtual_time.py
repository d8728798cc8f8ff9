"""A clock that only moves when told, the clocks of workers that are a little off, and calls 'at once'."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any, Self
from unittest.mock import patch

from companion.services import dispatch, lost_texts

#: Far ahead of anything.
NEVER = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass
class VirtualClock:
    """The true time."""

    now: datetime
    #: Until when a call that waits for its answer holds its worker up.
    _held_up: datetime | None = None

    def __call__(self) -> datetime:
        return self.now

    def forward(self, how_far: timedelta) -> None:
        self.now += how_far

    def to(self, when: datetime) -> None:
        """Never goes back."""
        self.now = max(self.now, when)

    def hold_up(self, how_long: timedelta) -> None:
        """A call takes this long; others that began with it wait at the same time."""
        self._held_up = max(self._held_up or self.now, self.now + how_long)

    def wait_for_all(self) -> None:
        if self._held_up is not None:
            self.to(self._held_up)
            self._held_up = None

    def off_by(self, how_much: timedelta) -> Callable[[], datetime]:
        return lambda: self.now + how_much


class InTurn:
    """Stands in for a pool of threads: one call after the other, at one moment, the same in every run."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._clock.wait_for_all()

    def map(self, call: Callable[..., Any], *arguments: Iterable[Any]) -> Iterator[Any]:
        done = [call(*given) for given in zip(*arguments, strict=True)]
        self._clock.wait_for_all()
        return iter(done)

    def submit(self, call: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        done: Future[Any] = Future()
        try:
            done.set_result(call(*arguments))
        except Exception as error:  # noqa: BLE001 - whoever waits for it gets it
            done.set_exception(error)
        return done


_POOLS: tuple[ModuleType, ...] = (dispatch, lost_texts)


@contextmanager
def calls_in_turn(clock: VirtualClock) -> Iterator[None]:
    """Replace the pools of threads, in which the order of calls would be chance."""
    with ExitStack() as replaced:
        for module in _POOLS:
            replaced.enter_context(patch.object(module, "ThreadPoolExecutor", lambda *_, **__: InTurn(clock)))
        yield
