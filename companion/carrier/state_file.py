"""
What a carrier remembers across a restart: clock offset, texts, alerts, blocks, people, numbers, last sweep.

One JSON file, mode 0600, replaced atomically. Writers that wait for one another share a write, so the file
always holds what was true when the last of them asked.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from companion.carrier.clock import CarrierClock
from companion.carrier.directory import ClinicNumber, Directory, Person
from companion.carrier.instants import from_iso, to_iso
from companion.carrier.ledger import Ledger
from companion.carrier.message import Alert, Course, Message
from companion.carrier.sweep import SweepBoard, SweepReport
from companion.errors import InvalidInput

State = dict[str, Any]

_VERSION = 1


class StateFile:
    """Does nothing when there is no path. `touch` marks a change; `save` writes if there has been one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._counting = Lock()
        self._writing = Lock()
        self._changes = 0
        self._saved = 0

    def touch(self) -> None:
        with self._counting:
            self._changes += 1

    @property
    def stale(self) -> bool:
        return self._path is not None and self._saved < self._changes

    def save(self, gather: Callable[[], State]) -> None:
        """Return when every change made before the call is on disk."""
        if self._path is None:
            return
        asked = self._changes
        with self._writing:
            if self._saved >= asked:
                return
            now_at = self._changes
            _replace(self._path, json.dumps(gather(), ensure_ascii=True))
            self._saved = now_at

    def load(self) -> State | None:
        """Return what was saved, None when nothing was. Raises InvalidInput for a file that is not ours."""
        if self._path is None or not self._path.exists():
            return None
        try:
            state = json.loads(self._path.read_text("utf-8"))
        except ValueError as error:
            raise InvalidInput(
                f"{self._path} is not a carrier's state file; move it away and start again."
            ) from error
        if not isinstance(state, dict) or state.get("version") != _VERSION:
            raise InvalidInput(f"{self._path} is of another version; move it away and start again.")
        return state


def gather_state(clock: CarrierClock, ledger: Ledger, directory: Directory, board: SweepBoard) -> State:
    """Return everything to be remembered, as JSON values."""
    latest = board.latest
    return {
        "version": _VERSION,
        "offset_seconds": clock.offset_seconds,
        "sweep": None if latest is None else _plain(asdict(latest)),
        "people": [asdict(person) for person in directory.people],
        "numbers": [asdict(number) for number in directory.numbers],
        "blocks": ledger.blocks(),
        "messages": [_plain(asdict(message)) for message in ledger.messages()],
        "alerts": [_plain(asdict(alert)) for alert in ledger.alerts()],
    }


def restore_state(
    state: State, clock: CarrierClock, ledger: Ledger, directory: Directory, board: SweepBoard
) -> None:
    """Take up what `gather_state` returned. Raises InvalidInput when the file has been tampered with."""
    try:
        clock.restore(timedelta(seconds=state["offset_seconds"]))
        board.restore(_sweep(state["sweep"]))
        directory.people = tuple(Person(**person) for person in state["people"])
        directory.numbers = tuple(ClinicNumber(**number) for number in state["numbers"])
        ledger.restore(
            [_message(message) for message in state["messages"]],
            [Alert(**alert | {"at": from_iso(alert["at"])}) for alert in state["alerts"]],
            [(ours, phone) for ours, phone in state["blocks"]],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(
            "The carrier's state file cannot be read; move it away and start again."
        ) from error


def _replace(path: Path, text: str) -> None:
    """Write beside the file and move over it, so that a crash leaves the old or the new, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    fresh.replace(path)


def _plain(fields: dict[str, Any]) -> State:
    return {name: _plain_value(value) for name, value in fields.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, datetime):
        return to_iso(value)
    if isinstance(value, tuple):
        return [_plain_value(each) for each in value]
    return value


def _sweep(fields: Mapping[str, Any] | None) -> SweepReport | None:
    return None if fields is None else SweepReport(from_iso(fields["as_of"]), _instant(fields["next_due"]))


def _instant(value: str | None) -> datetime | None:
    return None if value is None else from_iso(value)


def _message(fields: Mapping[str, Any]) -> Message:
    """Return a text from its JSON form; the instants and tuples JSON does not have are put back."""
    instants = ("created_at", "updated_at", "sent_at", "send_at")
    course = fields["course"]
    restored = dict(fields) | {name: _instant(fields[name]) for name in instants}
    restored["course"] = Course(course["ending"], course["code"], tuple(course["quirks"]))
    restored["history"] = tuple((status, from_iso(at)) for status, at in fields["history"])
    restored["replies"] = tuple(fields["replies"])
    return Message(**restored)
