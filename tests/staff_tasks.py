"""Tasks and staff for tests, past the texts that would raise them."""

from itertools import count
from typing import Any

from companion.domain.staff import StaffScope
from companion.records import Role, Task, TaskUrgency
from companion.services import staff_accounts
from companion.services.setup import Setup
from companion.services.staff_accounts import NewStaff
from companion.services.task_work import Moment
from tests.fakes import MONDAY

_CAUSES = count(1)
AT = Moment(MONDAY, MONDAY)


def a_task(setup: Setup, clinic: int, **given: Any) -> int:
    """Raise a task for today, unless `given` says otherwise; return its id."""
    values = {
        "clinic_id": clinic,
        "kind": "call-me",
        "cause": f"test:{next(_CAUSES)}",
        "urgency": TaskUrgency.TODAY,
        "note": "Amina: CALL ME",
        "created_at": MONDAY,
        **given,
    }
    with setup.database.transaction() as session:
        task = Task(**values)
        session.add(task)
        session.flush()
        return task.id or 0


def a_nurse(setup: Setup, clinic: int, name: str = "Ada") -> StaffScope:
    """Return what a nurse of the clinic asks with; the same for the same name."""
    email = f"{name.lower()}@hospital.example"
    known = staff_accounts.with_email(setup, email)
    if known:
        return StaffScope(known.id or 0, clinic, Role.NURSE)
    made = staff_accounts.add(setup, NewStaff(email, Role.NURSE, clinic), MONDAY)
    staff_accounts.change(setup, made.staff_id, {"name": name}, MONDAY)
    return StaffScope(made.staff_id, clinic, Role.NURSE)


def the_task(setup: Setup, task: int) -> Task:
    with setup.database.reading() as session:
        return session.get_one(Task, task)
