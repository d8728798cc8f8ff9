"""Read-only views of what there is, and of whether all is well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from companion.errors import StorageError
from companion.records import Clinic, Heartbeat, InboundMessage, OutboundMessage, Task
from companion.services.setup import Setup
from companion.storage import due, inbox, migration, outbox, people, visits

#: The name the worker beats under.
WORKER = "worker"
#: A worker that has not swept for this long has stopped.
STALE = timedelta(minutes=1)
_BEAT_EVERY = timedelta(seconds=5)


@dataclass(frozen=True)
class Readiness:
    database: bool = False
    migrations: bool = False
    worker_last_tick: datetime | None = None
    oldest_due: datetime | None = None
    ready: bool = False


def outbox_rows(setup: Setup, patient_id: int | None) -> Sequence[OutboundMessage]:
    """Return every text planned, sent or decided against; raises NotFound for an unknown patient."""
    with setup.database.reading() as session:
        _check_patient(session, patient_id)
        return outbox.everything(session, patient_id)


def inbox_rows(setup: Setup, patient_id: int | None) -> Sequence[InboundMessage]:
    with setup.database.reading() as session:
        _check_patient(session, patient_id)
        return inbox.texts(session, patient_id)


def task_rows(setup: Setup, patient_id: int | None) -> Sequence[Task]:
    with setup.database.reading() as session:
        _check_patient(session, patient_id)
        return visits.tasks(session, patient_id)


def clinic_rows(setup: Setup) -> Sequence[Clinic]:
    with setup.database.reading() as session:
        return people.clinics(session)


def beat(setup: Setup, now: datetime) -> None:
    """Note that the worker swept at `now`; written at most every few seconds, so as to hold up no writer."""
    with setup.database.reading() as session:
        found = session.get(Heartbeat, WORKER)
    if found is not None and abs(now - found.at) < _BEAT_EVERY:
        return
    with setup.database.transaction() as session:
        session.merge(Heartbeat(name=WORKER, at=now))


def readiness(setup: Setup, now: datetime) -> Readiness:
    """Say whether texts can come and go; never raises."""
    try:
        if not migration.is_current(setup.database):
            return Readiness(database=True)
        with setup.database.reading() as session:
            found = session.get(Heartbeat, WORKER)
            last = found.at if found else None
            oldest = due.oldest_due(session, now)
    except StorageError:
        return Readiness()
    alive = last is not None and now - last < STALE
    return Readiness(database=True, migrations=True, worker_last_tick=last, oldest_due=oldest, ready=alive)


def _check_patient(session: Session, patient_id: int | None) -> None:
    if patient_id is not None:
        people.check_patient(session, patient_id)
