"""`companion serve`: the whole product on this machine, with a local carrier and no account anywhere."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import click
import requests

from companion import settings
from companion.bootstrap import Companion, build
from companion.cli import local_values
from companion.cli.first_sign_in import first_sign_in, greeting
from companion.errors import CompanionError, SettingsError
from companion.services import demo
from companion.services.demo_staff import FirstSignIn
from companion.settings import Settings
from companion.storage import migration

_PATIENCE_SECONDS = 60
_STOP_SECONDS = 20


@click.command()
def serve() -> None:
    """Run everything here: web, worker and a local carrier with a phone page."""
    loaded = local_values.complete()
    _check_ports(loaded)
    companion = build(loaded)
    migration.upgrade(companion.setup.database)
    children = Children(settings.child_environment(loaded))
    # A signal while waiting ends the wait; what was started is ended below, whatever happens.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        children.start("carrier")
        _wait_for(children, f"{loaded.api_url}/local/clock")
        _introduce_demo(companion, loaded)
        children.start("web")
        children.start("worker")
        _wait_for(children, f"{loaded.public_url}/readyz")
        click.echo(_greeting(loaded, first_sign_in(companion)))
        children.watch()
    except KeyboardInterrupt:
        pass
    finally:
        children.stop()
        companion.close()


class Children:
    """The processes that `serve` runs; they live and end together."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        command = [sys.executable, "-m", "companion", name]
        # Its own group: a Ctrl-C at the terminal reaches `serve` alone, which ends them in order.
        self._running[name] = subprocess.Popen(  # noqa: S603 - our own command
            command, env=self._environment, start_new_session=True
        )

    def check(self) -> None:
        """Raise CompanionError if one has ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise CompanionError(f"The {name} ended by itself, with status {process.returncode}.")

    def watch(self) -> None:
        while True:
            self.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """End all, the worker and the web before the carrier they speak to."""
        for process in reversed(self._running.values()):
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _introduce_demo(companion: Companion, loaded: Settings) -> None:
    people = demo.read_demo(loaded.templates)
    demo.seed(companion.setup, people, companion.clock())
    if companion.local_carrier:
        companion.local_carrier.introduce(people.numbers(), people.introductions())


def _check_ports(loaded: Settings) -> None:
    for address in (loaded.public_url, loaded.api_url):
        host, port = urlsplit(address).hostname, urlsplit(address).port
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                raise SettingsError(
                    f"Port {port} is in use. End what uses it, or choose others: PORT=8100 companion serve."
                ) from None


def _wait_for(children: Children, url: str) -> None:
    _until(lambda: _answers(url), children, f"{url} did not answer")


def _until(done: Callable[[], bool], children: Children, problem: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not done():
        children.check()
        if time.monotonic() > deadline:
            raise CompanionError(f"{problem} within {_PATIENCE_SECONDS} seconds.")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(url, timeout=2).ok
        except requests.RequestException:
            return False


def _greeting(loaded: Settings, first: FirstSignIn | None) -> str:
    return f"""
The companion is running.

  Phone page   {loaded.api_url}/phone/   <- open this, pick a person, text QUESTIONS
  Staff pages  {loaded.public_url}/staff/
{greeting(first)}
  Webhooks     {loaded.public_url}/sms/inbound

Texts go to the local carrier on this machine and to no real phone.
Book and look with `companion book`, `companion outbox`, `companion tasks` in this folder.
`companion staff add` lets others sign in.
Stop with Ctrl-C.
"""
