"""Gathers what an answer depends on, as the pure conversation wants it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import parse_wall, to_wall
from companion.domain.conversation.situation import ListedQuestion, Person, Situation, UpcomingVisit
from companion.domain.office_hours import Office, parse_office_hours
from companion.domain.stages import last_given
from companion.domain.vocabulary import WATCHED_AFTER
from companion.records import (
    AppointmentState,
    Clinic,
    Information,
    OutboundKind,
    OutboundState,
    Patient,
    PatientState,
)
from companion.services import speaking
from companion.services.memory import Memory, asked_visits
from companion.services.plans import occasions_of, treatments_of
from companion.storage import outbox, people, visits

#: After an infusion, words nobody understands may be a sign of illness for this long.
_UNKNOWN_AGAIN = timedelta(days=1)
_MAY_BE_TODAY = frozenset(
    {AppointmentState.BOOKED, AppointmentState.CONFIRMED, AppointmentState.CHANGE_ASKED}
)


def situation_of(
    session: Session,
    catalogue: Catalogue,
    clinic: Clinic,
    patients: Sequence[Patient],
    person: Patient | None,
    memory: Memory,
    now: datetime,
) -> Situation:
    """
    Return the situation of one number: nobody's, one person's, or shared; answered from `catalogue`.

    `person` is the one of `patients` the text is about, if that is known.
    """
    here = speaking.present(patients)
    return Situation(
        catalogue=catalogue.as_of(now.date()),
        clinic=clinic.name,
        line=clinic.urgent_line,
        nation=clinic.nation,
        person=_person(session, person, now) if person else None,
        shared=len(here) > 1,
        members=speaking.members(here) if len(here) > 1 else (),
        remembered=memory.remembered(session, here, person),
        told_unknown=not patients and _told_unknown(session, memory, now),
        watched=any(_watched(session, clinic, patient, now) for patient in patients),
        silent=bool(patients) and all(patient.state in speaking.SILENT for patient in patients),
        held=any(patient.state == PatientState.HELD for patient in patients),
        office=_office(clinic, now),
    )


def _person(session: Session, patient: Patient, now: datetime) -> Person:
    patient_id = patient.id or 0
    upcoming = visits.upcoming(session, patient_id, now)
    return Person(
        id=patient_id,
        state=PatientState(patient.state),
        treatments=treatments_of(patient),
        chosen=patient.treatment,
        information=Information(patient.information).value,
        visits=tuple(UpcomingVisit(a.id or 0, a.type, parse_wall(a.wall), a.place) for a in upcoming),
        own=tuple(
            ListedQuestion(q.id or 0, q.text, q.suggested) for q in people.own_questions(session, patient_id)
        ),
        asked=asked_visits(session, patient_id, upcoming),
        today=to_wall(now, patient.zone).date(),
        given=last_given(occasions_of(session, patient_id), upcoming[0].at if upcoming else now),
        visit_today=_visit_today(session, patient, now),
    )


def _visit_today(session: Session, patient: Patient, now: datetime) -> bool:
    """Say whether a visit is on this day in the person's zone; one that ought to have begun counts still."""
    today = to_wall(now, patient.zone).date()
    booked = (a for a in visits.appointments_of(session, patient.id or 0) if a.state in _MAY_BE_TODAY)
    return any(to_wall(appointment.at, patient.zone).date() == today for appointment in booked)


def _office(clinic: Clinic, now: datetime) -> Office | None:
    if clinic.office is None or clinic.office_hours is None:
        return None
    return Office(clinic.office, parse_office_hours(clinic.office_hours).opening(now, clinic.zone))


def _watched(session: Session, clinic: Clinic, patient: Patient, now: datetime) -> bool:
    since = now - timedelta(days=clinic.watch_days)
    return visits.happened_between(session, patient.id or 0, WATCHED_AFTER, since, now)


def _told_unknown(session: Session, memory: Memory, now: datetime) -> bool:
    row = memory.row
    lately = outbox.replies_since(session, row.clinic_id, row.phone_hash, now - _UNKNOWN_AGAIN)
    return any(row.kind == OutboundKind.REPLY and row.state != OutboundState.SUPPRESSED for row in lately)
