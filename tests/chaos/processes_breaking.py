"""Ways in which a database is away for a while, and comes back: full, locked, read-only."""

import os
import resource
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.chaos.processes_postgres import Server
from tests.chaos.processes_stack import Installation

_DISK = "4m"
#: Where there is no right to mount: no file of the processes grows beyond this.
_LIMIT = 64 * 1024
_PARTS = ("web", "worker")

Break = Callable[[Installation], AbstractContextManager[None]]


@dataclass(frozen=True)
class Trouble:
    name: str
    #: `sqlite` or `postgresql`.
    database: str
    begin: Break
    #: The worker meets it several times.
    lasts_seconds: float = 2.0
    #: Who waits for a lock waits for its end; anybody else is told at once.
    waits: bool = False


@contextmanager
def small_disk() -> Iterator[tuple[Path, bool]]:
    """Yield a folder on a disk of a few megabytes, and whether it is one: that takes the right to mount."""
    with tempfile.TemporaryDirectory(prefix="disk") as name:
        mount = ("mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", name)
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        try:
            yield Path(name), mounted
        finally:
            if mounted:
                subprocess.run(("umount", "-l", name), check=True)


@contextmanager
def full(place: Installation) -> Iterator[None]:
    """Leave no room on the disk, so that the next transaction finds none."""
    folder = _file(place).parent
    if not os.path.ismount(folder):
        with _nothing_grows(place):
            yield
        return
    filler = folder / "filler"
    _empty_log(place)  # else it is written over, which takes no room
    _fill(filler)
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def locked_file(place: Installation) -> Iterator[None]:
    """Another program holds the file for itself."""
    with closing(sqlite3.connect(_file(place), timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def locked_tables(place: Installation) -> Iterator[None]:
    """Another session holds the tables of texts for itself, as a change of the schema would."""
    engine = create_engine(place.stack.database_url)
    with engine.begin() as other:
        other.execute(text("LOCK TABLE outbound_message, inbound_message IN ACCESS EXCLUSIVE MODE"))
        yield
    engine.dispose()


@contextmanager
def read_only_server(place: Installation) -> Iterator[None]:
    """The server takes no change, as one that has become a replica; sessions begin anew."""
    _set_read_only(place, "on")
    try:
        yield
    finally:
        _set_read_only(place, "off")


@contextmanager
def stopped_server(server: Server) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()


def _set_read_only(place: Installation, value: str) -> None:
    url = make_url(place.stack.database_url)
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    end = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    with engine.connect() as admin:
        admin.execute(text(f"ALTER DATABASE {url.database} SET default_transaction_read_only = {value}"))
        admin.execute(end, {"name": url.database})
    engine.dispose()


def _file(place: Installation) -> Path:
    return Path(make_url(place.stack.database_url).database or "")


def _fill(file: Path) -> None:
    with file.open("ab", buffering=0) as filler:
        for size in (65536, 4096, 1):
            try:
                while True:
                    filler.write(b"x" * size)
            except OSError:
                continue


def _empty_log(place: Installation) -> None:
    with closing(sqlite3.connect(_file(place), timeout=30)) as own:
        own.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _nothing_grows(place: Installation) -> Iterator[None]:
    _empty_log(place)
    _limit(place, _LIMIT)
    try:
        yield
    finally:
        _limit(place, resource.RLIM_INFINITY)


def _limit(place: Installation, size: int) -> None:
    for name in _PARTS:
        process = psutil.Process(place.forge.pids[name])
        for each in (process, *process.children(recursive=True)):
            _, hard = resource.prlimit(each.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(each.pid, resource.RLIMIT_FSIZE, (size if size > 0 else hard, hard))
