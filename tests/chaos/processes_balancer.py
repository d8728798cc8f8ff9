"""Stands before several web processes: each connection goes to the next that answers, as at a host."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from threading import Thread

_CONNECT_SECONDS = 2


@contextmanager
def balanced(port: int, behind: tuple[int, ...]) -> Iterator[None]:
    """Listen on `port` of this machine and hand connections on to the ports behind in turn."""
    turns = count()
    with socket.create_server(("127.0.0.1", port), backlog=128) as listener:
        Thread(target=_accept, args=(listener, behind, turns), daemon=True).start()
        try:
            yield
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, behind: tuple[int, ...], turns: Iterator[int]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        first = next(turns)
        order = tuple(behind[(first + place) % len(behind)] for place in range(len(behind)))
        Thread(target=_serve, args=(connection, order), daemon=True).start()


def _serve(connection: socket.socket, order: tuple[int, ...]) -> None:
    """Join both ends until one closes; a process that is not there leaves the connection to the next."""
    with connection:
        for port in order:
            try:
                other = socket.create_connection(("127.0.0.1", port), _CONNECT_SECONDS)
            except OSError:
                continue
            other.settimeout(None)
            with other:
                back = Thread(target=_pour, args=(other, connection), daemon=True)
                back.start()
                _pour(connection, other)
                back.join()
            return


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while got := source.recv(65536):
            sink.sendall(got)
    for end in (sink, source):
        with suppress(OSError):
            end.shutdown(socket.SHUT_WR)
