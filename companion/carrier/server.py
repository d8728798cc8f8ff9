"""
Serving the carrier: loopback only, HTTP/1.1 with connections kept open, nothing about requests in the log.

Werkzeug closes every connection after one answer; a worker that asks for the time every second, and a
browser page that does the same, would pay for a new one each time. So this reads each request whole before
it is answered, which is what makes the next one on the same connection readable.
"""

import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from selectors import EVENT_READ, DefaultSelector
from threading import Condition, Event, Thread
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

from companion.carrier.app import create_app
from companion.carrier.config import CarrierConfig
from companion.carrier.request_guard import is_loopback
from companion.carrier.rest_api import CUT_CONNECTION
from companion.errors import InvalidInput

_logger = logging.getLogger(__name__)

_IDLE_SECONDS = 60
_GOODBYE_SECONDS = 20
_MAX_REQUEST_BYTES = 1024 * 1024


class OpenConnections:
    """The connections under way, so that stopping can close them and wait for their threads."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._open: set[socket.socket] = set()

    def add(self, connection: socket.socket) -> None:
        with self._changed:
            self._open.add(connection)

    def discard(self, connection: socket.socket) -> None:
        with self._changed:
            self._open.discard(connection)
            self._changed.notify_all()

    def close(self, seconds: float) -> None:
        """Take no further request on any of them, and wait for answers under way to be finished."""
        with self._changed:
            for connection in self._open:
                _stop_reading(connection)
            self._changed.wait_for(lambda: not self._open, seconds)


class KeepAliveRequest(WSGIRequestHandler):
    """One connection: reads a request whole, answers it whole, and goes on to the next."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _IDLE_SECONDS
    connections: OpenConnections

    def setup(self) -> None:
        super().setup()
        self.connections.add(self.connection)

    def finish(self) -> None:
        try:
            super().finish()
        finally:
            self.connections.discard(self.connection)

    def run_wsgi(self) -> None:
        self.environ = environ = self.make_environ()
        body = self._read_body()
        if body is None:
            self.close_connection = True
            self.send_error(413)
            return
        environ["wsgi.input"] = BytesIO(body)
        environ[CUT_CONNECTION] = cut = Event()
        chunks, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
        if cut.is_set():
            self.close_connection = True
            return
        self._answer(status, headers, b"".join(chunks))

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - Werkzeug's signature
        """Say nothing: request lines hold phone numbers."""

    def _read_body(self) -> bytes | None:
        """Return the request's body; None when it is too long or its length is not known."""
        if self.headers.get("Transfer-Encoding"):
            return None
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > _MAX_REQUEST_BYTES:
            return None
        return self.rfile.read(int(length))

    def _answer(self, status: str, headers: Any, body: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        if "Content-Length" not in headers and code != "204":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def running(config: CarrierConfig, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """
    Serve in a thread and yield the base URL, without a trailing slash.

    On leaving, the port is closed and no thread of the carrier is left. Raises InvalidInput when the host
    is not a loopback address or the port is taken.
    """
    listener = _listen(host, port)
    try:
        app = create_app(config)
    except BaseException:
        listener.close()
        raise
    connections = OpenConnections()
    server = _server(app, listener, host, connections)
    bell, rope = socket.socketpair()
    thread = Thread(target=_accept_until, args=(server, bell), name="carrier-server", daemon=True)
    thread.start()
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{server.port}"
    finally:
        rope.close()
        _stop(app, thread, connections)


def run(config: CarrierConfig, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, then stop cleanly. Only from the main thread. Raises InvalidInput."""
    asked_to_stop = Event()
    stops = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: asked_to_stop.set()) for number in stops]
    try:
        with running(config, host, port):
            asked_to_stop.wait()
    finally:
        for number, earlier in zip(stops, before, strict=True):
            signal.signal(number, earlier)


def _listen(host: str, port: int) -> socket.socket:
    if not is_loopback(host):
        raise InvalidInput(
            f"The local carrier only serves this machine: choose 127.0.0.1, ::1 or localhost, not {host}."
        )
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        raise InvalidInput(
            f"Port {port} of {host} cannot be used; choose another or stop what uses it."
        ) from error


def _server(app: Flask, listener: socket.socket, host: str, connections: OpenConnections) -> BaseWSGIServer:
    handler = type("CarrierRequest", (KeepAliveRequest,), {"connections": connections})
    with listener:
        return make_server(host, 0, app, threaded=True, request_handler=handler, fd=listener.fileno())


def _accept_until(server: BaseWSGIServer, bell: socket.socket) -> None:
    """Accept connections until the other end of `bell` is closed; asleep while there are none."""
    server.timeout = 0
    with server, bell, DefaultSelector() as ready:
        ready.register(server, EVENT_READ)
        ready.register(bell, EVENT_READ)
        while bell not in {key.fileobj for key, _ in ready.select()}:
            server.handle_request()


def _stop(app: Flask, thread: Thread, connections: OpenConnections) -> None:
    """Stop taking requests, finish those under way, then end the network's own threads."""
    network = app.extensions["carrier"]
    network.closing.set()
    network.jumper.close()
    thread.join()
    connections.close(_GOODBYE_SECONDS)
    network.close()


def _stop_reading(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RD)
    except OSError as error:
        _logger.debug("A connection was already gone: %s", error)
