"""One writer at a time on a SQLite file, whoever it is, and nobody for ever."""

import multiprocessing
import os
import signal
import time
from multiprocessing.synchronize import Event as ProcessEvent
from pathlib import Path
from threading import Event, Thread

import pytest

from companion.errors import StorageError
from companion.storage.gate import WriterGate
from tests.factories import at_once


def gate_at(folder: Path, patience_seconds: float = 20) -> WriterGate:
    return WriterGate(folder / "companion.db.lock", patience_seconds)


def stay(file: Path, inside: ProcessEvent) -> None:
    with WriterGate(file).held():
        inside.set()
        time.sleep(60)


@pytest.fixture
def other_process(tmp_path: Path) -> multiprocessing.process.BaseProcess:
    """A process that holds the gate of `tmp_path` until it is killed."""
    context = multiprocessing.get_context("spawn")
    inside = context.Event()
    process = context.Process(target=stay, args=(tmp_path / "companion.db.lock", inside), daemon=True)
    process.start()
    assert inside.wait(30)
    return process


def test_threads_pass_one_at_a_time(tmp_path: Path) -> None:
    gate, inside, most = gate_at(tmp_path), [0], [0]

    def pass_through() -> None:
        for _ in range(20):
            with gate.held():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.0005)
                inside[0] -= 1

    at_once(*[pass_through] * 4)

    assert most == [1]


def test_two_gates_of_one_file_pass_one_at_a_time(tmp_path: Path) -> None:
    first, second = gate_at(tmp_path), gate_at(tmp_path)
    passed = Event()

    def pass_through() -> None:
        with second.held():
            passed.set()

    waiting = Thread(target=pass_through)
    with first.held():
        waiting.start()
        while_held = passed.wait(0.2)
    waiting.join()

    assert (while_held, passed.is_set()) == (False, True)


def test_another_process_keeps_it_until_it_is_killed(
    tmp_path: Path, other_process: multiprocessing.process.BaseProcess
) -> None:
    with pytest.raises(StorageError, match="busy"), gate_at(tmp_path, 0.2).held():
        pass
    assert other_process.pid is not None
    os.kill(other_process.pid, signal.SIGKILL)

    with gate_at(tmp_path).held():
        pass


def test_a_thread_that_waits_too_long_is_told_so(tmp_path: Path) -> None:
    gate = gate_at(tmp_path, 0.1)
    told = Event()

    def wait() -> None:
        with pytest.raises(StorageError, match="busy"), gate.held():
            pass
        told.set()

    with gate.held():
        waiting = Thread(target=wait)
        waiting.start()
        waiting.join()

    assert told.is_set()


def test_whoever_fails_inside_lets_go(tmp_path: Path) -> None:
    gate = gate_at(tmp_path)
    with pytest.raises(ZeroDivisionError), gate.held():
        _ = 1 // 0

    with gate.held():
        pass


def test_a_folder_that_is_gone_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written to"), gate_at(tmp_path / "gone").held():
        pass
