"""
Seeing to a task: claim it, give it back, note something, say that it is done, open it again.

Nothing here closes by itself. Several are closed at once only if every one of them is routine. Who did it and
when is stored with the task by the clock that tasks are raised by, and in the audit by the real one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain.staff import StaffScope
from companion.domain.staff_notes import note_problem
from companion.errors import InvalidInput
from companion.records import Task, TaskNote, TaskUrgency
from companion.services.auditing import Seen, note
from companion.services.setup import Setup
from companion.storage import tasks as stored

#: As many as one page shows; a longer list was not sent by it.
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Moment:
    #: By the clock that visits and tasks go by.
    now: datetime
    #: Real time, for the audit.
    real: datetime


def claim(setup: Setup, scope: StaffScope, task_id: int, seen: int | None, at: Moment) -> str | None:
    """
    Take a task on, if whoever saw to it when the page was shown (`seen`) still does.

    Returns the name of a colleague who was faster, and then changes nothing; None if it was taken, or is
    one's own already. Raises NotFound.
    """
    with setup.database.transaction() as session:
        task = stored.to_change(session, scope.clinic_id, task_id)
        if faster := _done_by_other(session, scope, task):
            return faster
        if task.claimed_by == scope.staff_id or task.done_at is not None:
            return None
        if task.claimed_by is not None and task.claimed_by != seen:
            return stored.name_of(session, task.claimed_by)
        task.claimed_by, task.claimed_at = scope.staff_id, at.now
        _store(session, scope, task, "task-claimed", at)
    return None


def release(setup: Setup, scope: StaffScope, task_id: int, at: Moment) -> None:
    """Give back a task of one's own; anybody else's stays as it is. Raises NotFound."""
    with setup.database.transaction() as session:
        task = stored.to_change(session, scope.clinic_id, task_id)
        if task.claimed_by == scope.staff_id and task.done_at is None:
            task.claimed_by = task.claimed_at = None
            _store(session, scope, task, "task-released", at)


def add_note(setup: Setup, scope: StaffScope, task_id: int, text: str, at: Moment) -> None:
    """Raises NotFound, and InvalidInput for a note of no words or too many."""
    with setup.database.transaction() as session:
        task = stored.to_change(session, scope.clinic_id, task_id)
        _note(session, scope, task, text, at)


def finish(setup: Setup, scope: StaffScope, task_id: int, text: str, at: Moment) -> str | None:
    """
    Say that a task is done, with a note unless `text` is empty.

    Returns the name of a colleague who has said so already; the note is stored all the same. Raises
    NotFound, and InvalidInput for a note that is too long.
    """
    with setup.database.transaction() as session:
        task = stored.to_change(session, scope.clinic_id, task_id)
        if text.strip():
            _note(session, scope, task, text, at)
        if task.done_at is not None:
            return _done_by_other(session, scope, task)
        _finish(session, scope, task, at)
    return None


def finish_several(setup: Setup, scope: StaffScope, task_ids: Collection[int], at: Moment) -> int | None:
    """
    Say of several routine tasks that they are done; return how many were open until now.

    All or none: None, with nothing changed, if one of them is not routine, is not the clinic's, or there
    are more than a page holds. One may have become urgent since the page was shown.
    """
    wanted = set(task_ids)
    if len(wanted) > MOST_AT_ONCE:
        return None
    with setup.database.transaction() as session:
        found = stored.all_to_change(session, scope.clinic_id, wanted)
        if len(found) < len(wanted) or any(task.urgency != TaskUrgency.ROUTINE for task in found):
            return None
        waiting = [task for task in found if task.done_at is None]
        for task in waiting:
            _finish(session, scope, task, at)
    return len(waiting)


def reopen(setup: Setup, scope: StaffScope, task_id: int, at: Moment) -> None:
    """Put a task that was closed by mistake back among those to do, for whoever does so. Raises NotFound."""
    with setup.database.transaction() as session:
        task = stored.to_change(session, scope.clinic_id, task_id)
        if task.done_at is not None:
            task.done_by = task.done_at = None
            task.claimed_by, task.claimed_at = scope.staff_id, at.now
            _store(session, scope, task, "task-reopened", at)


def _finish(session: Session, scope: StaffScope, task: Task, at: Moment) -> None:
    task.done_by, task.done_at = scope.staff_id, at.now
    _store(session, scope, task, "task-done", at)


def _done_by_other(session: Session, scope: StaffScope, task: Task) -> str | None:
    if task.done_by is None or task.done_by == scope.staff_id:
        return None
    return stored.name_of(session, task.done_by)


def _note(session: Session, scope: StaffScope, task: Task, text: str, at: Moment) -> None:
    if problem := note_problem(text):
        raise InvalidInput(f"The note cannot be kept: {problem}.")
    session.add(TaskNote(task_id=task.id or 0, staff_id=scope.staff_id, text=text.strip(), at=at.now))
    note(session, scope, Seen("task-noted", task.patient_id, f"task {task.id}"), at.real)


def _store(session: Session, scope: StaffScope, task: Task, action: str, at: Moment) -> None:
    session.add(task)
    note(session, scope, Seen(action, task.patient_id, f"task {task.id}"), at.real)
