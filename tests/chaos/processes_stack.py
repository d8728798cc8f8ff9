"""One installation on trial: real web, worker and carrier processes that come back whenever they die."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import psutil
import requests

from companion import settings
from companion.bootstrap import build
from companion.records import InboundMessage, OutboundMessage, Task
from companion.services import overview
from companion.services.setup import Setup
from companion.storage import migration
from tests.chaos.processes_waiting import Unknowns
from tests.journeys.stack import Stack, until

_FORGE = Path(__file__).with_name("processes_forge.py")
_ROOT = Path(__file__).resolve().parents[2]
#: Alembic's context is one to a process, and installations are made in several threads.
_MIGRATING = Lock()


class Forge:
    """The program that starts the parts; `pids` and `ends` follow what it tells."""

    def __init__(self, folder: Path) -> None:
        self.pids: dict[str, int] = {}
        #: Deaths by SIGKILL, by part.
        self.kills: Counter[str] = Counter()
        self._lock = Lock()
        with (folder / "forge.log").open("ab") as log:
            self._process = subprocess.Popen(
                (sys.executable, str(_FORGE)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(_ROOT)},
                start_new_session=True,
            )
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        until(lambda: "" in self.pids, "the forge")

    def order(self, name: str, part: str = "", folder: str = "", **env: str) -> None:
        """Have a part run under this name from now on; without a part, no more."""
        line = json.dumps({"name": name, "part": part, "folder": folder, "env": env})
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._reader.join(30)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            with self._lock:
                if "ended" not in told:
                    self.pids[told["name"]] = told["pid"]
                elif self.pids.get(told["name"]) == told["pid"]:
                    del self.pids[told["name"]]
                    self.kills[told["name"]] += told["ended"] == -signal.SIGKILL


@dataclass
class Installation:
    stack: Stack
    forge: Forge
    #: The trial's own way into the same database, for what staff do.
    setup: Setup
    unknowns: Unknowns = field(default_factory=Unknowns)

    def begin(self, *names: str, **env: str) -> None:
        """Run these parts, `worker-2` being another worker; wait for those that can be asked."""
        for name in names:
            part = name.partition("-")[0]
            self.forge.order(name, part, str(self.stack.folder), **{**self.stack.environment, **env})
            if part in ("web", "carrier"):
                port = env.get("PORT", self.stack.web_port) if part == "web" else self.stack.carrier_port
                path = "healthz" if part == "web" else "local/clock"
                until(
                    lambda url=f"http://127.0.0.1:{port}/{path}": _answers(url), f"{name}; {self.log(name)}"
                )

    def _wait(self, url: str) -> None:
        until(lambda: _answers(url), f"an answer of {url}; {self.log('web')}{self.log('carrier')}")

    def end(self, name: str) -> None:
        self.forge.order(name)
        until(lambda: name not in self.forge.pids, f"the end of {name}")

    def kill(self, name: str) -> bool:
        """SIGKILL a part and all its own; the forge starts it again."""
        pid = self.forge.pids.get(name)
        if pid is None:
            return False
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        return True

    def web_workers(self, name: str = "web") -> list[int]:
        """Return the processes that answer webhooks, which gunicorn starts again."""
        pid = self.forge.pids.get(name)
        with suppress(psutil.Error):
            return [child.pid for child in psutil.Process(pid).children()] if pid else []
        return []

    def log(self, name: str) -> str:
        file = self.stack.folder / f"{name}.log"
        return file.read_text("utf-8", "replace")[-2000:] if file.exists() else ""

    def now(self) -> datetime:
        return self.stack.now()

    def forward(self, seconds: float) -> None:
        """Move the clock on; it stops at all that is due on the way until a worker has dealt with it."""
        self._move(advance_seconds=seconds)

    def forward_to(self, instant: datetime) -> None:
        if instant > self.now():
            self._move(to=instant.isoformat())

    def _move(self, **how_far: object) -> None:
        def moved() -> bool:
            answer = requests.post(f"{self.stack.carrier}/local/clock?wait=1", json=how_far, timeout=300)
            return answer.ok

        until(moved, "an earlier jump to end", 300)
        self.observe()

    def observe(self) -> Sequence[OutboundMessage]:
        """Return all rows, and note which of them nobody knows about."""
        rows = self.rows()
        self.unknowns.note(rows, self.now())
        return rows

    def rows(self) -> Sequence[OutboundMessage]:
        return overview.outbox_rows(self.setup, None)

    def tasks(self) -> Sequence[Task]:
        return overview.task_rows(self.setup, None)

    def inbox(self) -> Sequence[InboundMessage]:
        return overview.inbox_rows(self.setup, None)

    def ledger(self) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.stack.carrier}/local/ledger", timeout=30)
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    @property
    def kills(self) -> int:
        return sum(self.forge.kills.values())


@contextmanager
def installation(database_url: str | None = None, **extra: str) -> Iterator[Installation]:
    """Without an address, on a SQLite file of its own. `extra` are settings of every part."""
    with tempfile.TemporaryDirectory(prefix="trial") as name:
        folder = Path(name)
        stack = Stack(folder, database_url or f"sqlite:///{folder}/companion.db", extra=extra)
        companion = build(settings.load(stack.environment))
        with _MIGRATING:
            migration.upgrade(companion.setup.database)
        forge = Forge(folder)
        try:
            yield Installation(stack, forge, companion.setup)
        finally:
            forge.close()
            companion.close()


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
