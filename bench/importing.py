"""
How long a long file takes, and how long anybody else who writes has to wait for it, on SQLite.

    python -m bench.importing [ROWS]
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

from bench.people import NUMBERS, add_clinics
from companion.catalogue import load_languages
from companion.services import importing, owed_plans
from companion.services.importing import By
from companion.services.setup import Setup
from companion.storage import migration
from companion.storage.database import open_database
from companion.storage.keys import FernetRing, Hasher, new_key, new_token
from tests.fakes import FakeTransport

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
_VISITS_EACH = 5
_HEAD = "patient_reference,name,phone,consent_by,treatment,visit_reference,visit_type,visit_at,place"
_PLANNED = 100


def extract(rows: int, later: int = 0) -> bytes:
    """Return a file of so many visits, each so many days later than in the first one."""
    return "\n".join((_HEAD, *(_row(number, later) for number in range(rows)))).encode()


def _row(number: int, later: int) -> str:
    person, visit = divmod(number, _VISITS_EACH)
    day = datetime(2027, 3, 8, 9, 30) + timedelta(days=7 * visit + person % 5 + later)  # noqa: DTZ001
    who = f"H{person},Person {person},+447700900{person % NUMBERS:03},Nurse Okafor,blinatumomab"
    return f"{who},V{number},clinic-review,{day:%Y-%m-%d %H:%M},Level 2"


@contextmanager
def another_writer(setup: Setup) -> Iterator[list[float]]:
    """Write all the time beside the block; yields how long each had to wait."""
    waits, over = list[float](), Event()

    def write() -> None:
        while not over.is_set():
            began = time.perf_counter()
            with setup.database.transaction() as session:
                session.connection()
            waits.append(time.perf_counter() - began)
            time.sleep(0.02)

    thread = Thread(target=write)
    thread.start()
    yield waits
    over.set()
    thread.join()


def store(setup: Setup, name: str, data: bytes) -> None:
    with another_writer(setup) as waits:
        began = time.perf_counter()
        done = importing.apply(setup, By(1, None, NOW), data, NOW)
        seconds = time.perf_counter() - began
    _say(f"{name}: stored in {seconds:.1f} s, another writer waited at most {max(waits):.1f} s")
    if not done.people:
        return
    with another_writer(setup) as waits:
        began = time.perf_counter()
        planned = owed_plans.make(setup, NOW, _PLANNED, run_id=done.run_id)
        each = (time.perf_counter() - began) / planned
    _say(f"  a person's texts planned in {each * 1000:.0f} ms, {each * done.people:.0f} s for {done.people};")
    _say(f"  another writer waited at most {max(waits):.2f} s")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(rows: int) -> None:
    templates = Path(__file__).resolve().parents[1] / "templates"
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/companion.db", FernetRing((new_key(),)))
        migration.upgrade(database)
        languages = load_languages(templates)
        hasher = Hasher("hash key of the measurement")
        setup = Setup(database, languages, templates, hasher, FakeTransport(), new_token, "https://x.example")
        add_clinics(setup, 1, "Europe/London", NOW)
        store(setup, f"{rows} new visits", extract(rows))
        store(setup, "the same again", extract(rows))
        store(setup, "each a day later", extract(rows, 1))
        database.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
