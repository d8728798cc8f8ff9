"""Rings out of band: tells an address outside that a task is urgent, without a text, a name or a number."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import requests

from companion.domain.clock_time import write_instant

#: Seconds to connect, and then to begin an answer.
_TIMEOUT = 5
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Alert:
    #: Ids of the clinic and of the task.
    clinic: int
    task: int
    kind: str
    urgency: str
    raised_at: datetime
    #: The same each time it is rung for this task, so that a second time can be known as one.
    key: str


class AlertHook:
    def __init__(self, url: str, timeout_seconds: float = _TIMEOUT) -> None:
        self._url, self._timeout = url, timeout_seconds
        self._session = requests.Session()
        # A proxy of the environment has no business on this machine.
        self._session.trust_env = urlsplit(url).hostname not in _LOOPBACK

    def ring(self, alert: Alert) -> str | None:
        """
        Post it; return what was wrong, without the address, or None once it was taken (any 2xx).

        What is answered beside the status is not read, and no other address is followed.
        """
        body = {
            "clinic": alert.clinic,
            "kind": alert.kind,
            "task": alert.task,
            "urgency": alert.urgency,
            "raised_at": write_instant(alert.raised_at),
        }
        try:
            with self._session.post(
                self._url,
                json=body,
                headers={"Idempotency-Key": alert.key},
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as answer:
                return None if 200 <= answer.status_code < 300 else f"HTTP {answer.status_code}"
        except (requests.RequestException, ValueError) as error:
            return type(error).__name__
