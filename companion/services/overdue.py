"""
What has become overdue is put before each clinic: a task for ordinary texts, an alarm for safety texts.

Nothing stops because of it. Ordinary texts are withheld elsewhere (`Catalogue.as_of`), safety texts go on
being sent. Days are UTC days, as they are where a text is withheld.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

import structlog
from sqlmodel import Session

from companion.domain.due import Due, dues, read_note, write_note
from companion.errors import StorageError
from companion.records import Clinic, Task, TaskUrgency
from companion.services.clinic_texts import all_texts
from companion.services.setup import Setup
from companion.storage import people, visits

ORDINARY, SAFETY, SOON = "texts-overdue", "safety-text-overdue", "texts-due-soon"
#: How long before a text falls due somebody hears of it.
_NOTICE = timedelta(days=30)

_log = structlog.get_logger(__name__)


def look(setup: Setup, now: datetime) -> None:
    """
    Look at the texts of every clinic, once; meant for once a day. Safe in any number of workers at once.

    Raises StorageError if the database is away. Whatever else goes wrong with one clinic is logged, and
    the others are looked at.
    """
    with setup.database.reading() as session:
        clinics = people.clinics(session)
    for clinic in clinics:
        try:
            _look_at(setup, clinic, now)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - one clinic must not cost the others their alarm
            _log.error("texts not looked at", clinic=clinic.id, error=type(error).__name__)


def _look_at(setup: Setup, clinic: Clinic, now: datetime) -> None:
    with setup.database.reading() as session:
        texts = all_texts(session, setup, clinic)
        ordinary = frozenset[Due]().union(*(dues(catalogue, safety=False) for catalogue in texts))
        safety = frozenset[Due]().union(*(dues(catalogue, safety=True) for catalogue in texts))
        tasks = [
            *_overdue(session, clinic, SAFETY, TaskUrgency.URGENT, safety, now),
            *_overdue(session, clinic, ORDINARY, TaskUrgency.TODAY, ordinary, now),
            *_soon(clinic, ordinary | safety, now),
        ]
    _alarm(clinic, [due for due in safety if due.on <= now.date()])
    if tasks:
        _store(setup, tasks)


def _store(setup: Setup, tasks: Sequence[Task]) -> None:
    with setup.database.transaction() as session:
        for task in tasks:
            visits.raise_task(session, task)


def _alarm(clinic: Clinic, found: Sequence[Due]) -> None:
    if found:
        texts = sorted({due.item_id for due in found})
        _log.error("safety texts overdue", clinic=clinic.id, texts=texts, since=str(min(found).on))


def _overdue(
    session: Session, clinic: Clinic, kind: str, urgency: TaskUrgency, all_dues: frozenset[Due], now: datetime
) -> Iterator[Task]:
    """
    Yield a task with all that is overdue if anything in it was in no task before.

    At most one a day, which the cause holds to: a nurse drowned in tasks stops looking. What comes on top
    on the same day is told on the next.
    """
    today = now.date()
    found = frozenset(due for due in all_dues if due.on <= today)
    told = (read_note(note) for note in visits.notes(session, clinic.id or 0, kind))
    if found - frozenset[Due]().union(*told):
        yield _task(clinic, kind, urgency, today.isoformat(), found, now)


def _soon(clinic: Clinic, all_dues: frozenset[Due], now: datetime) -> Iterator[Task]:
    """Yield a task for each month of which something falls due soon, with all that month still brings."""
    coming = sorted(due for due in all_dues if due.on > now.date())
    for month, in_it in groupby(coming, key=lambda due: _month(due.on)):
        found = list(in_it)
        if found[0].on <= now.date() + _NOTICE:
            yield _task(clinic, SOON, TaskUrgency.ROUTINE, month, found, now)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _task(
    clinic: Clinic,
    kind: str,
    urgency: TaskUrgency,
    when: str,
    found: Sequence[Due] | frozenset[Due],
    now: datetime,
) -> Task:
    return Task(
        clinic_id=clinic.id or 0,
        kind=kind,
        cause=f"{kind}:{clinic.id}:{when}",
        urgency=urgency,
        note=write_note(found),
        created_at=now,
    )
