"""
Twilio's requests to our side: signed form POSTs, retried once when no connection came about.

Source for time limits and retries: twilio.com/docs/usage/webhooks/webhooks-connection-overrides (connect
5 s, read 15 s, one retry on connection failure). Proxies are never used and redirects never followed: a
demonstration text stays where it was sent.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from uuid import uuid4

import requests

from companion.carrier.signature import sign

Failure = Literal["connection", "timeout", "size"]

_CONNECT_SECONDS = 5
_READ_SECONDS = 15
_MAX_ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """`status` is None when no whole answer came; `failure` says why. `tries` counts the requests."""

    status: int | None = None
    content_type: str = ""
    body: bytes = b""
    failure: Failure | None = None
    tries: int = 1

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Webhooks:
    def __init__(self, token: str) -> None:
        self._token = token

    def post(self, url: str, fields: Mapping[str, str]) -> Answer:
        """POST `fields` and return the answer; never raises. The retry carries the same idempotency token."""
        token = str(uuid4())
        first = self._try(url, fields, token)
        if first.failure != "connection":
            return first
        return replace(self._try(url, fields, token), tries=2)

    def _try(self, url: str, fields: Mapping[str, str], idempotency_token: str) -> Answer:
        try:
            with requests.Session() as session:
                session.trust_env = False
                request = self._signed(session, url, fields, idempotency_token)
                with session.send(
                    request, timeout=(_CONNECT_SECONDS, _READ_SECONDS), allow_redirects=False, stream=True
                ) as response:
                    return _read(response)
        except requests.Timeout as error:
            connecting = isinstance(error, requests.ConnectTimeout)
            return Answer(failure="connection" if connecting else "timeout")
        except requests.RequestException:
            return Answer(failure="connection")

    def _signed(
        self, session: requests.Session, url: str, fields: Mapping[str, str], idempotency_token: str
    ) -> requests.PreparedRequest:
        request = session.prepare_request(requests.Request("POST", url, data=dict(fields)))
        request.headers["X-Twilio-Signature"] = sign(request.url or url, fields, self._token)
        request.headers["I-Twilio-Idempotency-Token"] = idempotency_token
        request.headers["User-Agent"] = "TwilioProxy/1.1"
        return request


def _read(response: requests.Response) -> Answer:
    """Read at most 64 KiB within the time limit, so that a trickle cannot hold a thread for ever."""
    deadline = time.monotonic() + _READ_SECONDS
    body = b""
    for chunk in response.iter_content(4096):
        body += chunk
        if len(body) > _MAX_ANSWER_BYTES:
            return Answer(failure="size")
        if time.monotonic() > deadline:
            return Answer(failure="timeout")
    return Answer(response.status_code, response.headers.get("Content-Type", ""), body)
