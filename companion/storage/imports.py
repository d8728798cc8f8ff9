"""What an import finds by reference and writes, and the plans that are owed after it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select

from companion.errors import InvalidInput, NotFound
from companion.records import Appointment, AppointmentState, ImportRun, ImportState, Patient, PlanOwed

#: So many values in one statement; SQLite takes 32,766 and is no quicker with more.
_AT_ONCE = 500
_OPEN = (AppointmentState.BOOKED, AppointmentState.CONFIRMED, AppointmentState.CHANGE_ASKED)

Value = TypeVar("Value")


def people_by_reference(
    session: Session, clinic_id: int, hashes: Collection[str], *, lock: bool
) -> Mapping[str, Patient]:
    """Return who is known by one of these, by it; locked as `people.patient` locks, in the order of ids."""
    found: list[int] = []
    for some in _parts(hashes):
        query = select(col(Patient.id)).where(
            Patient.clinic_id == clinic_id, col(Patient.reference_hash).in_(some)
        )
        found += [one for one in session.exec(query).all() if one is not None]
    rows: list[Patient] = []
    for ids in _parts(sorted(found)):
        whole = select(Patient).where(col(Patient.id).in_(ids)).order_by(col(Patient.id))
        rows += session.exec(whole.with_for_update(key_share=True) if lock else whole).all()
    return {row.reference_hash or "": row for row in rows}


def visits_by_reference(
    session: Session, hashes: Collection[str], *, lock: bool
) -> Mapping[str, Appointment]:
    """Return the visits known by one of these, by it; locked like `visits.appointment`, after the people."""
    found: list[Appointment] = []
    for some in _parts(hashes):
        query = select(Appointment).where(col(Appointment.reference_hash).in_(some))
        query = query.order_by(col(Appointment.id))
        found += session.exec(query.with_for_update(key_share=True) if lock else query).all()
    return {row.reference_hash or "": row for row in found}


def unnamed_visits(
    session: Session, patient_ids: Sequence[int], now: datetime, *, lock: bool
) -> Sequence[Appointment]:
    """Return these people's visits ahead that have no reference and are not cancelled."""
    found: list[Appointment] = []
    for some in _parts(patient_ids):
        query = select(Appointment).where(
            col(Appointment.patient_id).in_(some),
            col(Appointment.reference_hash).is_(None),
            col(Appointment.at) > now,
            col(Appointment.state).in_(_OPEN),
        )
        query = query.order_by(col(Appointment.id))
        found += session.exec(query.with_for_update(key_share=True) if lock else query).all()
    return found


def insert_all(session: Session, rows: Sequence[SQLModel], taken: str) -> None:
    """Store new rows at once; raises InvalidInput with the sentence `taken` if one was there first."""
    try:
        session.add_all(rows)
        session.flush()
    except IntegrityError as error:
        raise InvalidInput(taken) from error


def owe_plans(session: Session, owed: Sequence[PlanOwed]) -> None:
    """Note whose texts are to be planned; somebody who was owed a plan already is owed one, of all of it."""
    known: dict[int, PlanOwed] = {}
    for some in _parts([one.patient_id for one in owed]):
        query = select(PlanOwed).where(col(PlanOwed.patient_id).in_(some)).order_by(col(PlanOwed.patient_id))
        known |= {row.patient_id: row for row in session.exec(query.with_for_update()).all()}
    for one in owed:
        if (row := known.get(one.patient_id)) is None:
            session.add(one)
            continue
        row.run_id, row.try_after, row.tries = one.run_id, one.try_after, 0
        row.welcome, row.rewritten = row.welcome or one.welcome, one.rewritten or row.rewritten
        session.add(row)
    session.flush()


def owed_now(session: Session, now: datetime, limit: int, run_id: int | None = None) -> Sequence[int]:
    """Return whose plans are owed and may be made by now, the longest waiting first; locks nobody."""
    query = select(PlanOwed.patient_id).where(PlanOwed.try_after <= now)
    if run_id is not None:
        query = query.where(PlanOwed.run_id == run_id)
    return session.exec(query.order_by(col(PlanOwed.try_after), col(PlanOwed.patient_id)).limit(limit)).all()


def owed_to(session: Session, patient_id: int) -> PlanOwed | None:
    """Return what is owed for the person, locked; the person is locked already."""
    query = select(PlanOwed).where(PlanOwed.patient_id == patient_id).with_for_update()
    return session.exec(query).one_or_none()


def left_of(session: Session, run_id: int) -> int:
    """Return for how many people of a run no plan is made yet."""
    return session.exec(select(func.count()).select_from(PlanOwed).where(PlanOwed.run_id == run_id)).one()


def run(session: Session, clinic_id: int, run_id: int, *, lock: bool = False) -> ImportRun:
    """Return a clinic's import; raises NotFound, also for another clinic's."""
    query = select(ImportRun).where(ImportRun.id == run_id, ImportRun.clinic_id == clinic_id)
    found = session.exec(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound.of("import", run_id)
    return found


def latest(session: Session, clinic_id: int, limit: int) -> Sequence[tuple[int, datetime, dict[str, int]]]:
    """Return id, time and counts of the clinic's last imports that were applied, the newest first."""
    query = select(col(ImportRun.id), col(ImportRun.applied_at), col(ImportRun.counts)).where(
        ImportRun.clinic_id == clinic_id, ImportRun.state == ImportState.APPLIED
    )
    rows = session.exec(query.order_by(col(ImportRun.id).desc()).limit(limit)).all()
    return [(key, at, counts) for key, at, counts in rows if key is not None and at is not None]


def forget_files(session: Session, before: datetime, clinic_id: int | None = None) -> None:
    """Forget what was in files that were checked before then and never applied."""
    table = ImportRun
    change = update(table).where(col(table.content).is_not(None), col(table.created_at) < before)
    if clinic_id is not None:
        change = change.where(col(table.clinic_id) == clinic_id)
    session.connection().execute(change.values(content=None))


def _parts(values: Collection[Value]) -> Iterator[list[Value]]:
    whole = list(values)
    for start in range(0, len(whole), _AT_ONCE):
        yield whole[start : start + _AT_ONCE]
