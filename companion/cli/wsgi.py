"""Runs a WSGI application under gunicorn."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

_WORKERS = 2
#: Few threads a process: more only wait for each other.
_THREADS = 4


def serve_wsgi(make: Callable[[], Flask], *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; requests that have begun are finished."""
    _Server(
        make,
        {
            "bind": f"{host}:{port}",
            "workers": _WORKERS,
            "threads": _THREADS,
            "worker_class": "gthread",
            "graceful_timeout": 15,
            "loglevel": "warning",
            # Its control socket stands at one place for all instances of a user.
            "control_socket_disable": True,
        },
    ).run()


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, make: Callable[[], Flask], options: dict[str, Any]) -> None:
        self._make, self._options = make, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        # Called in each worker after the fork, so that no connection is shared.
        return self._make()
