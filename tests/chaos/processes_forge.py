"""
Starts the companion's own processes quickly, as often as they are killed, and says which run.

It has imported everything and read all words; each part is a fork of it that does what its command does.
Run by its path. A line of JSON in starts or stops; a line out tells of each birth and each end.
"""

import functools
import json
import os
import select
import signal
import sys
import time
from typing import Any

import companion.cli
from companion import bootstrap
from companion.carrier.config import CarrierConfig
from companion.cli import parts
from companion.settings import Settings
from companion.worker import ticking

#: A process that ends at once, as when its database is away, is not started again at once.
_BREATH_SECONDS = 0.3
_CARRIER_STEP_SECONDS = 0.1


def _get_ready() -> None:
    """Read all words before the first fork, and have trials wait less for the worker and the network."""
    words = bootstrap.load_languages(Settings().templates)
    words.english.grammar.ready()
    bootstrap.load_languages = lambda _: words
    parts.CarrierConfig = functools.partial(CarrierConfig, step_seconds=_CARRIER_STEP_SECONDS)  # type: ignore[misc,assignment]
    ticking._SECONDS_ON_LOCAL_CARRIER = 0.1


def _become(order: dict[str, Any]) -> None:
    """Turn this fork into the part: its own session, folder, log and environment."""
    os.setsid()
    os.chdir(order["folder"])
    log = os.open(f"{order['name']}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((null, 0), (log, 1), (log, 2)):
        os.dup2(old, new)
    os.environ.clear()
    os.environ.update(order["env"])
    try:
        companion.cli.commands.main(args=[order["part"]], prog_name="companion")
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    os._exit(0)


class Forge:
    """The parts that are to run, each started again whenever it ends."""

    def __init__(self) -> None:
        self._orders: dict[str, dict[str, Any]] = {}
        self._names: dict[int, str] = {}
        self._born: dict[int, float] = {}
        self._again: list[tuple[float, str]] = []
        self._typed = b""

    def run(self) -> None:
        """Until the input ends."""
        while self._listen():
            self._bury()
            self._start_again()
        for pid in self._names:
            _kill(pid)

    def _listen(self) -> bool:
        readable, _, _ = select.select([0], [], [], 0.02)
        if not readable:
            return True
        got = os.read(0, 65536)
        *lines, self._typed = (self._typed + got).split(b"\n")
        for line in lines:
            self._obey(json.loads(line))
        return bool(got)

    def _obey(self, order: dict[str, Any]) -> None:
        name = order["name"]
        if order["part"]:
            self._orders[name] = order
            self._start(name)
        else:
            self._orders.pop(name, None)
            for pid in [pid for pid, known in self._names.items() if known == name]:
                _kill(pid)

    def _start(self, name: str) -> None:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            _become(self._orders[name])
        self._names[pid], self._born[pid] = name, time.monotonic()
        _tell(name=name, pid=pid)

    def _bury(self) -> None:
        while self._names:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            name, lived = self._names.pop(pid), time.monotonic() - self._born.pop(pid)
            _tell(name=name, pid=pid, ended=os.waitstatus_to_exitcode(status))
            _kill(pid)  # what it had started goes with it
            breath = _BREATH_SECONDS if lived < 1 and not os.WIFSIGNALED(status) else 0
            self._again.append((time.monotonic() + breath, name))

    def _start_again(self) -> None:
        due = [name for at, name in self._again if at <= time.monotonic()]
        self._again = [(at, name) for at, name in self._again if name not in due]
        for name in due:
            if name in self._orders and name not in self._names.values():
                self._start(name)


def _kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # it had ended by itself, or had not yet a group of its own


def _tell(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _get_ready()
    _tell(name="", pid=os.getpid())
    Forge().run()
