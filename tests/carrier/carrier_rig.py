"""
A carrier on a free port, the real Twilio client pointed at it, and a stand-in for our own web application.

The stand-in records every request it gets and answers as the test tells it to.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import requests
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from companion.carrier.config import CarrierConfig
from companion.carrier.instants import from_iso, to_iso

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ACCOUNT = "AC" + "0" * 32
TOKEN = "first-token"
NEXT_TOKEN = "next-token"
API_KEY = ("SK" + "1" * 32, "key-secret")
CLINIC = "+12025550100"
OTHER_CLINIC = "+12025550101"
PATIENT = "+12025550123"
OTHER_PATIENT = "+447700900456"


@dataclass(frozen=True)
class Hit:
    """One request our side got: the full URL it was made to, its form fields and its headers."""

    url: str
    path: str
    fields: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Said:
    status: int = 200
    content_type: str = "text/xml"
    body: str = "<Response/>"


def twiml(*messages: str) -> Said:
    return Said(body=f"<Response>{''.join(messages)}</Response>")


@dataclass
class OurSide:
    """Our web application as the network sees it. `answer` decides what an incoming text is answered with."""

    base: str = ""
    hits: list[Hit] = field(default_factory=list)
    answer: Callable[[Hit], Said] = lambda _hit: Said()

    @property
    def inbound_url(self) -> str:
        return f"{self.base}/sms/inbound"

    @property
    def status_url(self) -> str:
        return f"{self.base}/sms/status?token=abc%2Fdef&x=1"

    @property
    def callback_attribute(self) -> str:
        """The status URL as a TwiML attribute."""
        return f'statusCallback="{self.status_url.replace("&", "&amp;")}"'

    def hits_on(self, path: str) -> list[Hit]:
        return [hit for hit in list(self.hits) if hit.path == path]

    def statuses(self, sid: str, path: str = "/sms/status") -> list[str]:
        return [hit.fields["MessageStatus"] for hit in self.hits_on(path) if hit.fields["MessageSid"] == sid]


class RebasedHttpClient(TwilioHttpClient):
    """Twilio's own HTTP client with every request sent to another base address."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=10)
        self._base = urlsplit(base_url)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(url)
        rebased = urlunsplit((self._base.scheme, self._base.netloc, parts.path, parts.query, ""))
        return super().request(method, rebased, *args, **kwargs)


@dataclass
class Carrier:
    """A running carrier and the ways to talk to it."""

    base: str
    config: CarrierConfig

    def client(self, user: str = ACCOUNT, secret: str = TOKEN, account: str = ACCOUNT) -> Client:
        return Client(user, secret, account, http_client=RebasedHttpClient(self.base))

    def local(self, method: str, name: str, body: object = None, **params: str) -> requests.Response:
        return requests.request(method, f"{self.base}/local/{name}", json=body, params=params, timeout=30)

    def clock(self) -> dict[str, Any]:
        return dict(self.local("GET", "clock").json())

    def now(self) -> datetime:
        return from_iso(self.clock()["now"])

    def jump(self, **where: object) -> dict[str, Any]:
        """Move the clock, wait until the jump is over and return the clock."""
        answer = self.local("POST", "clock", where, wait="1")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def begin_jump(self, **where: object) -> None:
        answer = self.local("POST", "clock", where)
        assert answer.status_code == 202, answer.text

    def jump_over(self) -> bool:
        return not self.clock()["jumping"]

    def report(self, as_of: datetime, next_due: datetime | None) -> None:
        """Report a sweep, as the worker does."""
        body = {"as_of": to_iso(as_of), "next_due": None if next_due is None else to_iso(next_due)}
        assert self.local("PUT", "sweep", body).status_code == 200

    def text(self, body: str, sender: str = PATIENT, to: str = CLINIC, **more: str) -> dict[str, Any]:
        answer = self.local("POST", "texts", {"from": sender, "to": to, "body": body, **more})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def faults(self, *rules: dict[str, object], **params: str) -> None:
        assert self.local("PUT", "faults", list(rules), **params).status_code == 200

    def ledger(self, **params: str) -> dict[str, Any]:
        return dict(self.local("GET", "ledger", **params).json())

    def truth(self, sid: str) -> dict[str, Any]:
        return next(message for message in self.ledger()["messages"] if message["sid"] == sid)

    def settled(self, sid: str) -> dict[str, Any]:
        """Wait until a text has got where it is going, and return the ledger's entry for it."""
        ends = {"delivered", "undelivered", "failed"}
        wait_for(lambda: self.truth(sid)["status"] in ends)
        return self.truth(sid)


@dataclass
class FakeWorker:
    """
    A worker that sweeps every few milliseconds by the carrier's clock and reports each sweep.

    `due`: what is booked. `follow_ups`: what dealing with one thing books next. While `idle` is set it deals
    with nothing but still reports. From `quiet_from` on it reports nothing more. It never reports to have
    got further than `stuck_at`. `dealt_with` notes what was due, and what time it was when it was dealt with.
    """

    carrier: Carrier
    due: list[datetime] = field(default_factory=list)
    follow_ups: dict[datetime, datetime] = field(default_factory=dict)
    quiet_from: datetime | None = None
    stuck_at: datetime | None = None
    idle: Event = field(default_factory=Event)
    dealt_with: list[tuple[datetime, datetime]] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Return when the first report has been made."""
        self._stopping = Event()
        self._thread = Thread(target=self._work)
        self.sweep()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def sweep(self) -> None:
        now = self.carrier.now()
        if not self.idle.is_set():
            self._deal(now)
        if self.quiet_from is None or now < self.quiet_from:
            self.carrier.report(min(now, self.stuck_at or now), min(self.due, default=None))

    def _deal(self, now: datetime) -> None:
        for instant in sorted(instant for instant in self.due if instant <= now):
            self.due.remove(instant)
            self.dealt_with.append((instant, now))
            if instant in self.follow_ups:
                self.due.append(self.follow_ups[instant])

    def _work(self) -> None:
        while not self._stopping.wait(0.005):
            self.sweep()


def wait_for(condition: Callable[[], object], seconds: float = 10) -> None:
    """Poll until the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


@contextmanager
def serving_our_side() -> Iterator[OurSide]:
    ours = OurSide()

    class Recorder(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            path = urlsplit(self.path).path
            fields = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=100))
            hit = Hit(ours.base + self.path, path, fields, dict(self.headers.items()))
            ours.hits.append(hit)
            said = ours.answer(hit) if path == "/sms/inbound" else Said()
            self.send_response(said.status)
            self.send_header("Content-Type", said.content_type)
            self.end_headers()
            self.wfile.write(said.body.encode())

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    ours.base = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.002,))
    thread.start()
    try:
        yield ours
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def config_for(inbound_url: str) -> CarrierConfig:
    return CarrierConfig(
        account_sid=ACCOUNT,
        auth_tokens=(TOKEN, NEXT_TOKEN),
        inbound_url=inbound_url,
        templates=TEMPLATES,
        api_key=API_KEY,
        step_seconds=0.01,
    )


def saved_state(config: CarrierConfig) -> dict[str, Any]:
    assert config.state_file is not None
    return dict(json.loads(config.state_file.read_text()))
