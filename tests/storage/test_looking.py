"""What pages and the alarm look at again and again is found through an index, however much there is."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session

from companion.services.setup import Setup
from companion.storage import bells, tallies
from companion.storage.database import Database
from tests.factories import a_clinic, a_text, a_waiting_text
from tests.fakes import MONDAY
from tests.staff_tasks import a_task
from tests.storage.test_counting import plans

_STARTS = [MONDAY - timedelta(days=7), MONDAY]


@pytest.mark.parametrize(
    ("look", "index"),
    [
        (lambda session: tallies.went(session, 1, _STARTS), "ix_outbound_message_went"),
        (lambda session: tallies.came(session, 1, _STARTS), "ix_inbound_message_clinic"),
        (lambda session: bells.is_waiting(session, MONDAY), "ix_task_unrung"),
    ],
    ids=["what went", "what came", "what is to be rung for"],
)
def test_it_is_found_through_its_index(
    setup: Setup, database: Database, look: Callable[[Session], object], index: str
) -> None:
    clinic = a_clinic(setup)
    a_waiting_text(setup, clinic, state="delivered", handed_at=MONDAY)
    a_text(setup, "hello")
    a_task(setup, clinic, urgency="urgent")

    assert index in set(re.findall(r"\bix_\w+", plans(database, look)))
