"""The real processes, started and killed by a test, in a folder of its own and on this machine only."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from companion.storage.keys import new_key
from tests.people import ACCOUNT_SID, AUTH_TOKEN

_PATIENCE_SECONDS = 40


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(found: Callable[[], Any], what: str, seconds: float = _PATIENCE_SECONDS) -> Any:
    """Ask again until there is an answer; fail saying what was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        answer = found()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.05)


@dataclass
class Stack:
    """One installation: a folder, its settings, and the processes that run."""

    folder: Path
    database_url: str
    web_port: int = field(default_factory=free_port)
    carrier_port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    key: str = field(default_factory=new_key)

    @property
    def carrier(self) -> str:
        return f"http://127.0.0.1:{self.carrier_port}"

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def environment(self) -> Mapping[str, str]:
        ours = {
            "DATABASE_URL": self.database_url,
            "PORT": str(self.web_port),
            "PUBLIC_URL": self.web,
            "TWILIO_API_URL": self.carrier,
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "SECRET_KEY": "secret-of-the-test",
            "COMPANION_ENCRYPTION_KEYS": self.key,
            "COMPANION_HASH_KEY": "hash-key-of-the-test",
        }
        return {**os.environ, **ours, **self.extra}

    def start(self, name: str, *command: str) -> None:
        """Start a part and wait until it answers; `command` stands in for the part's own."""
        log = (self.folder / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            command or (sys.executable, "-m", "companion", name),
            cwd=self.folder,
            env=self.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        if name in ("web", "carrier"):
            url = f"{self.web}/healthz" if name == "web" else f"{self.carrier}/local/clock"
            until(lambda: self._answers(name, url), f"{name} to answer; {self.log(name)}")

    def kill(self, name: str) -> None:
        """SIGKILL the part and all its own: nothing is finished, nothing is said."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, name: str) -> int:
        """SIGTERM; return how it ended."""
        process = self.running.pop(name)
        process.terminate()
        return process.wait(_PATIENCE_SECONDS)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def run(self, *arguments: str) -> list[dict[str, Any]]:
        """Run a command with --json and return the objects it printed."""
        done = subprocess.run(
            (sys.executable, "-m", "companion", *arguments, "--json"),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def tasks_about_people(self) -> list[dict[str, Any]]:
        """Return the tasks without those about texts, which fall due whenever a journey is made."""
        return [task for task in self.run("tasks") if task["patient"] is not None]

    def migrate(self) -> None:
        subprocess.run(
            (sys.executable, "-m", "companion", "db", "upgrade"),
            cwd=self.folder,
            env=self.environment,
            check=True,
            capture_output=True,
        )

    def text(self, sender: str, to: str, body: str, **more: str) -> dict[str, Any]:
        """Have a person text; return what the carrier saw."""
        answer = requests.post(
            f"{self.carrier}/local/texts", json={"from": sender, "to": to, "body": body, **more}, timeout=30
        )
        found: dict[str, Any] = answer.json()
        return found

    def faults(self, *rules: dict[str, Any]) -> None:
        requests.put(f"{self.carrier}/local/faults", json=list(rules), timeout=10).raise_for_status()

    def forward(self, **how_far: Any) -> None:
        """Move the demo's clock and wait until the worker has done all that came due on the way."""
        until(lambda: not self._clock()["jumping"], "an earlier jump to end")
        answer = requests.post(f"{self.carrier}/local/clock?wait=1", json=how_far, timeout=120)
        assert answer.ok, answer.text
        assert not answer.json().get("problem"), answer.text

    def post_clock_to_next(self) -> None:
        """Start a jump to the next due instant, once the worker has said when that is; do not wait for it."""

        def begun() -> bool:
            answer = requests.post(f"{self.carrier}/local/clock", json={"to_next": True}, timeout=10)
            return answer.status_code == 202

        until(begun, "a next due instant")

    def now(self) -> datetime:
        return datetime.fromisoformat(self._clock()["now"])

    def _clock(self) -> dict[str, Any]:
        clock: dict[str, Any] = requests.get(f"{self.carrier}/local/clock", timeout=10).json()
        return clock

    def ledger(self, phone: str) -> list[dict[str, Any]]:
        """Return what the carrier holds to be true of one phone, oldest first."""
        answer = requests.get(f"{self.carrier}/local/ledger", params={"phone": phone}, timeout=10)
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    def received(self, phone: str) -> list[str]:
        """Return the bodies of ours that the phone got, settled, oldest first."""
        return [m["body"] for m in self._outbound(phone)]

    def settled(self, phone: str) -> bool:
        return all(m["status"] in ("delivered", "undelivered", "failed") for m in self._outbound(phone))

    def _outbound(self, phone: str) -> list[dict[str, Any]]:
        return [m for m in self.ledger(phone) if m["direction"] in ("outbound-api", "outbound-reply")]

    def _answers(self, name: str, url: str) -> bool:
        assert self.running[name].poll() is None, self.log(name)
        try:
            return requests.get(url, timeout=2).ok
        except requests.RequestException:
            return False

    def close(self) -> None:
        for name in reversed(list(self.running)):
            self.kill(name)


@contextmanager
def stack_in(folder: Path, database_url: str) -> Iterator[Stack]:
    stack = Stack(folder, database_url)
    try:
        yield stack
    finally:
        stack.close()
