"""
One writer at a time on a SQLite file, in the order they came as nearly as can be.

SQLite's own way of waiting sleeps longer and longer between looks, so that under many writers some wait
hundreds of times as long as others, and a few until they give up. This is a lock in front of it: a mutex
within the process, and a lock on a file between processes, which the system lets go of when a process dies.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from companion.errors import StorageError

#: As long as SQLite itself waits for another writer; see `database`.
PATIENCE_SECONDS = 15.0
#: Between two looks at the file. Short, because a writing transaction takes about a millisecond.
_LOOK_SECONDS = 0.0005


@dataclass(frozen=True)
class WriterGate:
    """Held from before BEGIN IMMEDIATE until after COMMIT."""

    file: Path
    patience_seconds: float = PATIENCE_SECONDS
    _mutex: Lock = field(default_factory=Lock)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the others; raises StorageError when that takes too long. Not to be held twice over."""
        deadline = time.monotonic() + self.patience_seconds
        if not self._mutex.acquire(timeout=self.patience_seconds):
            raise _busy()
        try:
            with self._opened() as file:
                _lock(file, deadline)
                # Closing the file lets go of it.
                yield
        finally:
            self._mutex.release()

    def _opened(self) -> BinaryIO:
        try:
            return self.file.open("ab")
        except OSError as error:
            raise StorageError(
                f"The database's folder cannot be written to ({error.strerror}); `companion check` says more."
            ) from error


def _lock(file: BinaryIO, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise _busy() from None
            time.sleep(_LOOK_SECONDS)
        else:
            return


def _busy() -> StorageError:
    return StorageError("The database is busy: another process has been writing for too long.")
