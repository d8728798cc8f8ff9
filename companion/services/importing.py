"""
A file of people and visits, all of it or nothing: checked, then stored in one transaction.

The file is held against what is stored twice: to show what it would do, and once more in the transaction that
does it, so that what has changed in between is seen. The texts follow person by person; see `owed_plans`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain import importing
from companion.domain.import_lines import COLUMNS, NEEDED, Lines, read_lines
from companion.domain.importing import Decision, Known
from companion.domain.sheets import Finding, read_sheet
from companion.domain.staff import StaffScope
from companion.errors import NotFound
from companion.records import Clinic, ImportRun, ImportState
from companion.services import foresight, owed_plans
from companion.services.auditing import Seen, note, note_command
from companion.services.foresight import Before, Changes
from companion.services.import_writing import Writing
from companion.services.setup import Setup
from companion.storage import imports, people

#: For more people than these the texts are not shown before; making them all takes too long.
MOST_FORESEEN = 25
_NOTHING = Before({}, frozenset())


@dataclass(frozen=True)
class Outcome:
    decision: Decision
    #: None: nothing was stored, because of the decision's problems.
    run_id: int | None
    #: For how many people texts are to be planned anew.
    people: int = 0


@dataclass(frozen=True)
class Foreseen:
    """What happens to the texts of one person."""

    name: str
    welcome: bool
    changes: Changes


@dataclass(frozen=True)
class By:
    """Whose import it is; times of sign-in and audit are real ones."""

    clinic_id: int
    #: None: at the command line.
    scope: StaffScope | None
    real_now: datetime


def check(setup: Setup, clinic_id: int, data: bytes, now: datetime) -> Decision:
    """Return what a file would do and everything that is wrong with it; stores nothing. Raises NotFound."""
    clinic, lines = _read(setup, clinic_id, data)
    with setup.database.reading() as session:
        return _decide(session, setup, clinic, lines, now, lock=False)[0]


def foresee(setup: Setup, clinic_id: int, data: bytes, now: datetime) -> tuple[Foreseen, ...] | None:
    """
    Return what a file without problems does to each person's texts: it is done, and not kept.

    None if it is about too many people for that.
    """
    clinic, lines = _read(setup, clinic_id, data)
    with setup.database.transaction(keep=False) as session:
        decision, known = _decide(session, setup, clinic, lines, now, lock=True)
        if decision.problems or len({line.key for line in lines.people}) > MOST_FORESEEN:
            return None
        before = {one.id: foresight.snapshot(session, one) for one in known.people.values()}
        run = _new_run(session, By(clinic_id, None, now), now)
        writing = _write(session, setup, clinic, decision, known, run, now)
        return tuple(_foreseen(session, setup, writing, before, now))


def apply(setup: Setup, by: By, data: bytes, now: datetime, run_id: int | None = None) -> Outcome:
    """
    Store all of a file, or, if anything is wrong with it, nothing; idempotent by its references.

    `run_id`: the import that was checked with it; else one is made. Raises NotFound for a clinic or an
    import there is not, and InvalidInput if somebody was enrolled under one of its references meanwhile.
    """
    clinic, lines = _read(setup, by.clinic_id, data)
    with setup.database.transaction() as session:
        # One import of a clinic at a time.
        clinic = people.clinic_to_change(session, by.clinic_id)
        decision, known = _decide(session, setup, clinic, lines, now, lock=True)
        if decision.problems:
            return Outcome(decision, None)
        run = _new_run(session, by, now) if run_id is None else _waiting(session, by, run_id)
        writing = _write(session, setup, clinic, decision, known, run, now)
        run.state, run.content, run.applied_at = ImportState.APPLIED, None, by.real_now
        run.counts, run.people = decision.counts(), len(writing.owed)
        session.add(run)
        for patient_id in writing.touched:
            _note(session, by, Seen("import-changed", patient_id, f"import {run.id}"))
        _note(session, by, Seen("import-applied", subject=f"import {run.id}"))
        return Outcome(decision, run.id, run.people)


def _read(setup: Setup, clinic_id: int, data: bytes) -> tuple[Clinic, Lines]:
    with setup.database.reading() as session:
        clinic = people.clinic(session, clinic_id)
    sheet = read_sheet(data, COLUMNS, NEEDED)
    lines = read_lines(sheet.rows, clinic.zone, setup.languages.choosable)
    return clinic, Lines(lines.people, lines.visits, (*sheet.problems, *lines.problems))


def _decide(
    session: Session, setup: Setup, clinic: Clinic, lines: Lines, now: datetime, *, lock: bool
) -> tuple[Decision, Known]:
    known = _known(session, setup, clinic.id or 0, lines, now, lock=lock)
    decision = importing.decide(lines, known, now)
    if decision.enrol and setup.reaches_phones and clinic.live_at is None:
        decision.problems.insert(0, Finding(0, "", "not-live", {"clinic": str(clinic.id)}))
    return decision, known


def _known(
    session: Session, setup: Setup, clinic_id: int, lines: Lines, now: datetime, *, lock: bool
) -> Known:
    by_hash = {setup.hasher.reference(line.reference): line.key for line in lines.people}
    found = imports.people_by_reference(session, clinic_id, by_hash, lock=lock)
    visits = {setup.hasher.visit(clinic_id, line.reference): line.key for line in lines.visits}
    stored = imports.visits_by_reference(session, visits, lock=lock)
    unnamed = imports.unnamed_visits(session, [one.id or 0 for one in found.values()], now, lock=lock)
    return Known(
        {by_hash[hashed]: patient for hashed, patient in found.items()},
        {visits[hashed]: visit for hashed, visit in stored.items()},
        {(visit.patient_id, visit.at, visit.type): visit for visit in unnamed},
    )


def _new_run(session: Session, by: By, now: datetime) -> ImportRun:
    run = ImportRun(clinic_id=by.clinic_id, staff_id=by.scope.staff_id if by.scope else None, created_at=now)
    session.add(run)
    session.flush()
    return run


def _waiting(session: Session, by: By, run_id: int) -> ImportRun:
    """Return an import that was checked and waits; raises NotFound for one that is applied or forgotten."""
    run = imports.run(session, by.clinic_id, run_id, lock=True)
    if run.state != ImportState.CHECKED or run.content is None:
        raise NotFound.of("import", run_id)
    return run


def _write(
    session: Session,
    setup: Setup,
    clinic: Clinic,
    decision: Decision,
    known: Known,
    run: ImportRun,
    now: datetime,
) -> Writing:
    writing = Writing(session, setup, clinic, dict(known.people), run.id or 0, now)
    writing.write(decision)
    return writing


def _foreseen(
    session: Session, setup: Setup, writing: Writing, before: dict[int | None, Before], now: datetime
) -> Iterator[Foreseen]:
    for patient in writing.people.values():
        key = patient.id or 0
        if key not in writing.touched:
            continue
        owed = writing.owed.get(key)
        if owed is not None:
            owed_plans.plan_for(session, setup, patient, owed, now)
        changes = foresight.changes(session, patient, before.get(key, _NOTHING))
        yield Foreseen(patient.name, owed is not None and owed.welcome, changes)


def _note(session: Session, by: By, seen: Seen) -> None:
    if by.scope is not None:
        note(session, by.scope, seen, by.real_now)
    else:
        note_command(session, by.clinic_id, seen, by.real_now)
