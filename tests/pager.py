"""A pager's webhook on this machine, which answers as a test says."""

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class Pager:
    url: str = ""
    #: Body and idempotency key of each ring, in the order they came.
    rung: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    #: Statuses of the next answers; 204 when there is none.
    answers: deque[int] = field(default_factory=deque)
    #: Answers wait for this.
    may_answer: Event = field(default_factory=Event)
    came: Event = field(default_factory=Event)

    @property
    def tasks(self) -> list[int]:
        return [body["task"] for body, _ in self.rung]


@contextmanager
def a_pager() -> Iterator[Pager]:
    pager = Pager()
    pager.may_answer.set()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            pager.rung.append((json.loads(body), self.headers["Idempotency-Key"]))
            pager.came.set()
            pager.may_answer.wait(20)
            self.send_response(pager.answers.popleft() if pager.answers else 204)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep requests out of the test's output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    pager.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield pager
    pager.may_answer.set()
    server.shutdown()
    thread.join()
    server.server_close()
