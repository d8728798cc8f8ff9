"""A clinic's visits of one day, one visit by itself, and whom a visit is booked for."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from companion.domain.clock_time import parse_wall, resolve, to_wall
from companion.domain.staff import StaffScope
from companion.records import Appointment, AppointmentState, Patient
from companion.services import booking
from companion.services.auditing import Seen, note
from companion.services.setup import Setup
from companion.storage import clinic_visits, people


@dataclass(frozen=True)
class DayVisit:
    id: int
    patient_id: int
    who: str
    wall: datetime
    kind: str
    place: str
    state: str
    #: How a cancelled one reaches the person.
    cancelled_by: str | None
    #: The person's; says whether texts reach them.
    patient_state: str
    #: It lies ahead and may be moved or cancelled.
    open: bool
    #: Its time has come and it is not cancelled, so it may be marked.
    markable: bool


@dataclass(frozen=True)
class Day:
    day: date
    today: date
    visits: tuple[DayVisit, ...]
    cancelled: tuple[DayVisit, ...]

    @property
    def open(self) -> tuple[DayVisit, ...]:
        return tuple(visit for visit in self.visits if visit.open)

    @property
    def markable(self) -> tuple[DayVisit, ...]:
        return tuple(visit for visit in self.visits if visit.markable)


@dataclass(frozen=True)
class Booked:
    """The person a visit is booked for."""

    patient_id: int
    name: str
    zone: str
    state: str
    #: It is another than their clinic's.
    elsewhere: bool
    today: date


def look(setup: Setup, scope: StaffScope, day: date | None, now: datetime, real_now: datetime) -> Day:
    """Return the clinic's visits of the day, None: today, by the wall clock of each visit's place."""
    with setup.database.transaction() as session:
        zone = people.clinic(session, scope.clinic_id).zone
        today = to_wall(now, zone).date()
        shown = day or today
        # A visit's own zone may be another: a day more on each side is read, and sorted by the clock there.
        start = resolve(datetime.combine(shown - timedelta(days=1), time()), zone)
        rows = clinic_visits.between(session, scope.clinic_id, start, start + timedelta(days=3))
        note(session, scope, Seen("visits-seen", subject=shown.isoformat()), real_now)
    found = [_visit(*row, now) for row in rows if parse_wall(row[0].wall).date() == shown]
    found.sort(key=lambda visit: (visit.wall, visit.id))
    cancelled = [visit for visit in found if visit.state == AppointmentState.CANCELLED]
    return Day(shown, today, tuple(v for v in found if v not in cancelled), tuple(cancelled))


def one(setup: Setup, scope: StaffScope, visit_id: int, now: datetime, real_now: datetime) -> DayVisit:
    """Raises NotFound, also for another clinic's visit."""
    with setup.database.transaction() as session:
        visit, patient = clinic_visits.visit(session, scope.clinic_id, visit_id)
        note(session, scope, Seen("visit-seen", patient.id, f"visit {visit_id}"), real_now)
    return _visit(visit, patient, now)


def whom(setup: Setup, scope: StaffScope, patient_id: int, now: datetime, real_now: datetime) -> Booked:
    """Raises NotFound, also for another clinic's person."""
    with setup.database.transaction() as session:
        patient = clinic_visits.person(session, scope.clinic_id, patient_id)
        elsewhere = patient.zone != people.clinic(session, scope.clinic_id).zone
        note(session, scope, Seen("person-seen", patient_id, "booking"), real_now)
    today = to_wall(now, patient.zone).date()
    return Booked(patient_id, patient.name, patient.zone, patient.state, elsewhere, today)


def _visit(visit: Appointment, patient: Patient, now: datetime) -> DayVisit:
    return DayVisit(
        id=visit.id or 0,
        patient_id=visit.patient_id,
        who=patient.name,
        wall=parse_wall(visit.wall),
        kind=visit.type,
        place=visit.place,
        state=visit.state,
        cancelled_by=visit.cancelled_by,
        patient_state=patient.state,
        open=booking.is_open(visit, now),
        markable=visit.at <= now and visit.state != AppointmentState.CANCELLED,
    )
