"""
When a stay in hospital is over, the person's reminders are planned anew, as for visits booked late.

Most of what was held has its moment already. This finds the rest: texts that reached their time just as the
stay began, and visits of which no text will tell any more.
"""

from datetime import datetime, timedelta

import structlog

from companion.errors import StorageError
from companion.services import plans
from companion.services.hospital import stay_of
from companion.services.setup import Setup
from companion.storage import people

#: Also after a worker was away for a night; and it is not the same day everywhere.
_LOOKS_BACK = timedelta(days=3)
_AHEAD = timedelta(days=1)

_log = structlog.get_logger(__name__)


def plan_anew(setup: Setup, now: datetime) -> int:
    """
    Plan anew for everyone whose stay ended in the last days; return how many. Idempotent.

    Raises StorageError if the database is away. Whatever else goes wrong with one person is logged, and the
    others are planned for.
    """
    with setup.database.reading() as session:
        found = people.home_between(session, (now - _LOOKS_BACK).date(), (now + _AHEAD).date())
    return sum(_is_planned(setup, patient_id, now) for patient_id in found)


def _is_planned(setup: Setup, patient_id: int, now: datetime) -> bool:
    try:
        with setup.database.transaction() as session:
            patient = people.patient(session, patient_id)
            stay = stay_of(patient)
            if stay is None or not stay.is_over(now):
                return False
            plans.replan(session, setup, patient, now)
            return True
    except StorageError:
        raise
    except Exception as error:  # noqa: BLE001 - one person must not cost the others their reminders
        _log.error("not planned anew after hospital", patient=patient_id, error=type(error).__name__)
        return False
