"""
How long the page for the day takes in a large clinic, beside the same page of a small one in the same run.

    python -m bench.today

The whole request is measured: session, guard, audit entry, queries and page. Visits are spread over 200 days
in both, so that the large clinic's day is as much longer as the clinic is larger.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert
from sqlmodel import Session, SQLModel, select

from bench.people import NUMBERS, add_clinics
from companion.catalogue import load_languages
from companion.records import Appointment, InboundMessage, OutboundMessage, Patient, Role, Task
from companion.services.setup import Setup
from companion.settings import StaffSettings
from companion.storage import migration
from companion.storage.database import open_database
from companion.storage.keys import FernetRing, Hasher, new_key, new_token
from tests.fakes import FakeTransport, FrozenClock
from tests.staff.rig import Browser, Staff

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
_ZONE = "Europe/London"
_DAYS = 200
_TIMES = 31
_TOGETHER = 1000


@dataclass(frozen=True)
class Clinic:
    patients: int
    visits: int
    #: Three in five went out, the others came in.
    messages: int
    tasks: int


SMALL = Clinic(patients=50, visits=200, messages=1_000, tasks=10)
LARGE = Clinic(patients=5_000, visits=20_000, messages=100_000, tasks=1_000)


def fill(setup: Setup, size: Clinic) -> None:
    """Store rows as they stand after half a year; as statements, since only reading is measured."""
    with setup.database.transaction() as session:
        _store(session, Patient, (_patient(setup, n) for n in range(size.patients)))
        _store(session, Appointment, (_visit(n, size) for n in range(size.visits)))
        _store(session, OutboundMessage, (_sent(n, size) for n in range(size.messages * 3 // 5)))
        _store(session, InboundMessage, (_came(n, size) for n in range(size.messages * 2 // 5)))
        _store(session, Task, (_task(n, size) for n in range(size.tasks)))


def _store(session: Session, of: type[SQLModel], rows: Iterator[dict[str, Any]]) -> None:
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == _TOGETHER:
            session.connection().execute(insert(of), waiting)
            waiting = []
    if waiting:
        session.connection().execute(insert(of), waiting)


def _spread(n: int, of: int) -> datetime:
    """Return the n-th of so many moments between nine and five, a hundred days back and ahead."""
    day, share = divmod(n * _DAYS, of)
    return NOW + timedelta(days=day - _DAYS // 2, minutes=share * 480 // of)


def _patient(setup: Setup, n: int) -> dict[str, Any]:
    phone = f"+447700900{n % NUMBERS:03}"
    return {
        "clinic_id": 1,
        "name": f"Person {n}",
        "phone": phone,
        "phone_hash": setup.hasher.phone(phone),
        "weighing": [],
        "zone": _ZONE,
        "consent_by": "Nurse",
        "consent_at": NOW,
        "created_at": NOW,
    }


def _visit(n: int, size: Clinic) -> dict[str, Any]:
    at = _spread(n, size.visits)
    return {
        "patient_id": n % size.patients + 1,
        "type": "clinic-review",
        "wall": f"{at:%Y-%m-%dT%H:%M}",
        "zone": _ZONE,
        "at": at,
        "place": "Level 2",
        "state": ("booked", "confirmed", "change_asked")[n % 3],
        "created_at": NOW,
    }


def _sent(n: int, size: Clinic) -> dict[str, Any]:
    at = _spread(n, size.messages * 3 // 5)
    went = at <= NOW
    return {
        "clinic_id": 1,
        "patient_id": n % size.patients + 1,
        "appointment_id": n % size.visits + 1,
        "kind": "push",
        "rule": ("confirm", "heads-up", "evening-before")[n % 3],
        "state": ("delivered", "delivered", "undelivered")[n % 3] if went else "pending",
        "token": f"token{n}",
        "phone": f"+447700900{n % NUMBERS:03}",
        "to_hash": f"hash{n % size.patients}",
        "body": "You have a visit on Tuesday 16 March at 9:30am. Reply VISIT for details.",
        "segments": 1,
        "asks": n % 3 == 0,
        "tells": {},
        "send_at": at,
        "handed_at": at if went else None,
        "created_at": at - timedelta(days=7),
    }


def _came(n: int, size: Clinic) -> dict[str, Any]:
    at = NOW - timedelta(days=_DAYS // 2) * (n / (size.messages * 2 // 5))
    return {
        "sid": f"SM{n:032x}",
        "clinic_id": 1,
        "patient_id": n % size.patients + 1,
        "sender": f"+447700900{n % NUMBERS:03}",
        "from_hash": f"hash{n % size.patients}",
        "body": "COMING",
        "intent": "confirm",
        "also": [],
        "received_at": at,
    }


def _task(n: int, size: Clinic) -> dict[str, Any]:
    return {
        "clinic_id": 1,
        "patient_id": n % size.patients + 1,
        "kind": "call-me",
        "cause": f"call-me:in:{n}",
        "urgency": ("urgent", "today", "routine")[n % 3],
        "note": "CALL ME",
        "created_at": NOW - timedelta(minutes=n),
    }


def browser(folder: Path, size: Clinic) -> Browser:
    """Return a nurse's browser in front of a clinic of this size."""
    key = new_key()
    database = open_database(f"sqlite:///{folder / f'{size.patients}.db'}", FernetRing((key,)))
    migration.upgrade(database)
    templates, hasher = (
        Path(__file__).resolve().parents[1] / "templates",
        Hasher("hash key of the measurement"),
    )
    languages = load_languages(templates)
    setup = Setup(database, languages, templates, hasher, FakeTransport(), new_token, "https://x.example")
    add_clinics(setup, 1, _ZONE, NOW)
    fill(setup, size)
    settings = StaffSettings("secret of the measurement", (key,), https=False)
    staff = Staff(setup, FrozenClock(), FrozenClock(), settings)
    return staff.signed_in(staff.person(Role.NURSE, 1))


def stored(one: Browser) -> Clinic:
    """Return how much the clinic really holds."""
    with one.staff.setup.database.reading() as session:
        held = [
            [session.exec(select(func.count()).select_from(of)).one() for of in kinds]
            for kinds in ((Patient,), (Appointment,), (OutboundMessage, InboundMessage), (Task,))
        ]
    return Clinic(*map(sum, held))


def measure(browsers: Sequence[Browser], times: int = _TIMES) -> list[float]:
    """Return the median seconds of the page in each; each round asks all of them."""
    rounds = [[_seconds(one) for one in browsers] for _ in range(times)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def _seconds(browser: Browser) -> float:
    began = time.perf_counter()
    answer = browser.get("/staff/")
    seconds = time.perf_counter() - began
    assert answer.status_code == 200, answer.status
    return seconds


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        browsers = [browser(Path(name), size) for size in (SMALL, LARGE)]
        assert [stored(one) for one in browsers] == [SMALL, LARGE]
        for one in browsers:
            _seconds(one)
        small, large = measure(browsers)
    sys.stdout.write(
        f"Today, median of {_TIMES}: {SMALL.patients} people {small * 1000:.1f} ms, "
        f"{LARGE.patients} people, {LARGE.visits} visits, {LARGE.messages} messages {large * 1000:.1f} ms: "
        f"{large / small:.2f} times\n"
    )


if __name__ == "__main__":
    main()
