"""
The texts of the people an import was about, planned one person a transaction, so that nobody else waits long.

What is owed is a row stored with the visits themselves, and goes in the transaction that makes the plan: a
death at any moment leaves each person planned for or owed. Meanwhile no text about a visit as it was can
leave, because every text is held against the visit's version when it is claimed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from companion.errors import StorageError
from companion.records import Patient, PlanOwed
from companion.services import plans, welcoming
from companion.services.setup import Setup
from companion.storage import imports, people

#: What went wrong is tried again this much later, and so much more each time.
_LATER = timedelta(minutes=10)
_MOST_TRIES = 36

_log = structlog.get_logger(__name__)


def make(
    setup: Setup,
    now: datetime,
    limit: int,
    *,
    run_id: int | None = None,
    ending: Callable[[], bool] = lambda: False,
) -> int:
    """
    Plan for at most `limit` people, of one import or of any; return for how many something was owed.

    Any number may do so at once. Raises StorageError if the database is away; whatever else goes wrong with
    one person is logged and tried again later, and the others are planned for.
    """
    with setup.database.reading() as session:
        found = imports.owed_now(session, now, limit, run_id)
    done = 0
    for patient_id in found:
        if ending():
            break
        _make_one(setup, patient_id, now)
        done += 1
    return done


def plan_for(session: Session, setup: Setup, patient: Patient, owed: PlanOwed, now: datetime) -> None:
    """Welcome a newcomer and plan anew, in the session of whoever has the person locked."""
    if owed.welcome:
        welcoming.plan(session, setup, patient, now)
    plans.replan(session, setup, patient, now, rewritten=owed.rewritten)


def _make_one(setup: Setup, patient_id: int, now: datetime) -> None:
    try:
        with setup.database.transaction() as session:
            # The person first, as everywhere.
            patient = people.patient(session, patient_id)
            owed = imports.owed_to(session, patient_id)
            if owed is not None:
                plan_for(session, setup, patient, owed, now)
                session.delete(owed)
    except StorageError:
        raise
    except Exception as error:  # noqa: BLE001 - one person must not cost the others their reminders
        _log.error("not planned after an import", patient=patient_id, error=type(error).__name__)
        _put_off(setup, patient_id, now)


def _put_off(setup: Setup, patient_id: int, now: datetime) -> None:
    with setup.database.transaction() as session:
        owed = imports.owed_to(session, patient_id)
        if owed is not None:
            owed.tries += 1
            owed.try_after = now + _LATER * min(owed.tries, _MOST_TRIES)
            session.add(owed)
