"""Read-only views of what there is, and of whether all is well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from companion.errors import StorageError
from companion.records import Clinic, InboundMessage, OutboundMessage, Task
from companion.services.setup import Setup
from companion.storage import counting, due, heartbeats, inbox, migration, outbox, people, visits

#: Whoever sweeps once, by hand or from a timetable. It is no running worker, and so never a silent one.
ONCE = "worker"
#: A worker that has not swept for this long has stopped.
_STALE = timedelta(minutes=1)
_BEAT_EVERY = timedelta(seconds=5)
#: A worker that was silent for this long will not come back.
_GONE = timedelta(days=1)
#: A text that has waited for so long after its time, and could still leave, is late.
LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class Worker:
    """One running worker, as the others see it."""

    name: str
    last_tick: datetime
    #: It has stopped, hangs, or was killed; its work is done by the others, if there are any.
    silent: bool


@dataclass(frozen=True)
class Readiness:
    database: bool = False
    migrations: bool = False
    #: The newest of all.
    worker_last_tick: datetime | None = None
    oldest_due: datetime | None = None
    workers: tuple[Worker, ...] = ()
    #: A text that is due has waited for more than five minutes and could still leave.
    late: bool = False
    #: Some worker sweeps, so texts leave; with three of which two are silent, too.
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


def task_rows(setup: Setup, patient_id: int | None, *, done: bool = False) -> Sequence[Task]:
    """Return what is to do; with `done` also what was done."""
    with setup.database.reading() as session:
        _check_patient(session, patient_id)
        return visits.tasks(session, patient_id, only_open=not done)


def clinic_rows(setup: Setup) -> Sequence[Clinic]:
    with setup.database.reading() as session:
        return people.clinics(session)


def beat(setup: Setup, now: datetime, worker: str = ONCE) -> None:
    """
    Note that this worker swept at `now`; written at most every few seconds, so as to hold up no writer.

    A living worker also forgets those that have been silent for a day.
    """
    with setup.database.reading() as session:
        known = heartbeats.beats(session)
    if worker in known and abs(now - known[worker]) < _BEAT_EVERY:
        return
    gone = {name: at for name, at in known.items() if name != worker and abs(now - at) > _GONE}
    if gone:
        # A transaction of its own: each holds one worker's row at a time, so that none waits in a ring.
        with setup.database.transaction() as session:
            heartbeats.forget(session, gone)
    with setup.database.transaction() as session:
        heartbeats.note(session, worker, now)


def leave(setup: Setup, worker: str) -> None:
    """A worker ends in good order: nobody is to wait for it. Doing it again changes nothing."""
    with setup.database.transaction() as session:
        heartbeats.remove(session, worker)


def readiness(setup: Setup, now: datetime) -> Readiness:
    """Say whether texts can come and go, and which worker is silent; never raises."""
    try:
        if not migration.is_current(setup.database):
            return Readiness(database=True)
        with setup.database.reading() as session:
            beats = heartbeats.beats(session)
            oldest = due.oldest_due(session, now)
            late = counting.waits_since(session, now - LATE, now)
    except StorageError:
        return Readiness()
    return Readiness(
        database=True,
        migrations=True,
        worker_last_tick=max(beats.values(), default=None),
        oldest_due=oldest,
        workers=running_workers(beats, now),
        late=late,
        ready=any(not is_silent(at, now) for at in beats.values()),
    )


def running_workers(beats: Mapping[str, datetime], now: datetime) -> tuple[Worker, ...]:
    return tuple(Worker(name, at, is_silent(at, now)) for name, at in beats.items() if name != ONCE)


def is_silent(last: datetime, now: datetime) -> bool:
    """A beat far ahead was written before a clock was set back, and shows no more than one long ago."""
    return abs(now - last) >= _STALE


def _check_patient(session: Session, patient_id: int | None) -> None:
    if patient_id is not None:
        people.check_patient(session, patient_id)
