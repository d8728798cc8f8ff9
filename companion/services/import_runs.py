"""Imports from their page: a file that was checked and waits, and how far one is that was applied."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.domain.importing import Decision
from companion.domain.staff import StaffScope
from companion.errors import NotFound
from companion.records import ImportRun, ImportState
from companion.services import importing
from companion.services.auditing import Seen, note
from companion.services.importing import By, Foreseen, Outcome
from companion.services.overview import is_silent
from companion.services.setup import Setup
from companion.storage import heartbeats, imports

#: A file that was checked and not applied is forgotten after this long, by real time.
KEPT = timedelta(hours=24)
_LATEST = 10


@dataclass(frozen=True)
class Waiting:
    """A file that was checked: what it would do now."""

    id: int
    decision: Decision
    #: None: it is about too many people to show, or something is wrong with it by now.
    texts: tuple[Foreseen, ...] | None


@dataclass(frozen=True)
class Applied:
    id: int
    at: datetime
    counts: dict[str, int]
    #: For how many people texts were to be planned anew, and for how many that is still to come.
    people: int
    left: int
    #: Some worker plans them: one has swept in the last minute.
    going_on: bool


@dataclass(frozen=True)
class Past:
    id: int
    at: datetime
    counts: dict[str, int]


def past(setup: Setup, scope: StaffScope) -> tuple[Past, ...]:
    """Return the clinic's last imports, the newest first; they tell nothing of anybody."""
    with setup.database.reading() as session:
        return tuple(Past(*row) for row in imports.latest(session, scope.clinic_id, _LATEST))


def stage(setup: Setup, scope: StaffScope, data: bytes, now: datetime, real_now: datetime) -> Decision | int:
    """
    Check a file and keep it until it is applied; return the import's id, or what is wrong with it.

    Nothing of it is stored where its people and visits are. What waited before is forgotten.
    """
    decision = importing.check(setup, scope.clinic_id, data, now)
    with setup.database.transaction() as session:
        if decision.problems:
            seen = Seen("import-refused", subject=f"{len(decision.problems)} problems")
            note(session, scope, seen, real_now)
            return decision
        imports.forget_files(session, real_now + KEPT, scope.clinic_id)
        run = ImportRun(
            clinic_id=scope.clinic_id,
            staff_id=scope.staff_id,
            content=b64encode(data).decode("ascii"),
            counts=decision.counts(),
            created_at=real_now,
        )
        session.add(run)
        session.flush()
        note(session, scope, Seen("import-checked", subject=f"import {run.id}"), real_now)
        return run.id or 0


def look(
    setup: Setup, scope: StaffScope, run_id: int, now: datetime, real_now: datetime
) -> Waiting | Applied:
    """Return how an import stands; raises NotFound for another clinic's and for one that was given up."""
    with setup.database.reading() as session:
        run = imports.run(session, scope.clinic_id, run_id)
        left = imports.left_of(session, run_id)
        beats = heartbeats.beats(session)
    if run.state == ImportState.APPLIED:
        going_on = any(not is_silent(beat, now) for beat in beats.values())
        return Applied(run_id, run.applied_at or run.created_at, run.counts, run.people, left, going_on)
    data = _content(run)
    decision = importing.check(setup, scope.clinic_id, data, now)
    texts = None if decision.problems else importing.foresee(setup, scope.clinic_id, data, now)
    with setup.database.transaction() as session:
        note(session, scope, Seen("import-seen", subject=f"import {run_id}"), real_now)
    return Waiting(run_id, decision, texts)


def apply(setup: Setup, scope: StaffScope, run_id: int, now: datetime, real_now: datetime) -> Outcome:
    """Store all of a file that was checked; idempotent: applied again it says so and does nothing."""
    with setup.database.reading() as session:
        run = imports.run(session, scope.clinic_id, run_id)
    if run.state == ImportState.APPLIED:
        return Outcome(Decision(), run_id, run.people)
    by = By(scope.clinic_id, scope, real_now)
    return importing.apply(setup, by, _content(run), now, run_id)


def forget(setup: Setup, real_now: datetime) -> None:
    """Forget files that nobody applied in a day."""
    with setup.database.transaction() as session:
        imports.forget_files(session, real_now - KEPT)


def _content(run: ImportRun) -> bytes:
    if run.content is None:
        raise NotFound.of("import", run.id)
    return b64decode(run.content)
