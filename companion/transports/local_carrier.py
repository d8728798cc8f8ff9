"""
Talks to the local carrier's own addresses: the demo's clock, its people, and what the worker has done.

Only ever used when TWILIO_API_URL is this machine; another server that happens to stand there and knows
no such address simply has no demo clock.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from companion.domain.clock_time import parse_instant
from companion.errors import InvalidTime

_TIMEOUT_SECONDS = 2


class LocalCarrier:
    def __init__(self, api_url: str) -> None:
        self._base = api_url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the environment has no business here
        self._offset = timedelta()
        self._has_clock = True

    def now(self) -> datetime:
        """Return the demo's time in UTC; real time where there is no demo clock."""
        if self._has_clock:
            self._read_offset()
        return datetime.now(UTC) + self._offset

    def report_sweep(self, as_of: datetime, next_due: datetime | None) -> None:
        """Tell the carrier that all that was due at `as_of` is done, so that a jump may go on."""
        if self._has_clock:
            due = next_due.isoformat() if next_due else None
            self._put("/local/sweep", {"as_of": as_of.isoformat(), "next_due": due})

    def introduce(self, numbers: Sequence[dict[str, str]], people: Sequence[dict[str, str]]) -> None:
        """Give the phone page its clinics and demo people."""
        self._put("/local/numbers", list(numbers))
        self._put("/local/people", list(people))

    def _read_offset(self) -> None:
        try:
            answer = self._session.get(f"{self._base}/local/clock", timeout=_TIMEOUT_SECONDS)
        except requests.RequestException:
            return  # not up yet, or going down: the last offset still holds
        try:
            shown = parse_instant(answer.json()["now"])
        except (InvalidTime, ValueError, KeyError, TypeError):
            # Something else stands there; a carrier in trouble answers 5xx and is asked again.
            self._has_clock = answer.status_code >= 500 and answer.status_code != 501
        else:
            self._offset = shown - datetime.now(UTC)

    def _put(self, path: str, value: Any) -> None:
        try:
            self._session.put(self._base + path, json=value, timeout=_TIMEOUT_SECONDS)
        except requests.RequestException:
            return  # the demo's comfort, never a reason to fail
