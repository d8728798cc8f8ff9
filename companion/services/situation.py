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
from companion.records import Clinic, Information, OutboundKind, OutboundState, Patient, PatientState
from companion.services.memory import Memory, asked_visits
from companion.services.plans import occasions_of, treatments_of
from companion.storage import outbox, people, visits

#: After an infusion, words nobody understands may be a sign of illness for this long.
_WATCHED = timedelta(days=60)
_UNKNOWN_AGAIN = timedelta(days=1)
#: Only safety and a cry for help are answered.
_SILENT = frozenset(
    {PatientState.HELD, PatientState.WRONG_NUMBER, PatientState.DECEASED, PatientState.FINISHED}
)


def situation_of(
    session: Session,
    catalogue: Catalogue,
    clinic: Clinic,
    patients: Sequence[Patient],
    memory: Memory,
    now: datetime,
) -> Situation:
    """Return the situation of one number: nobody's, one person's, or shared; answered from `catalogue`."""
    one = patients[0] if len(patients) == 1 else None
    return Situation(
        catalogue=catalogue.as_of(now.date()),
        clinic=clinic.name,
        line=clinic.urgent_line,
        nation=clinic.nation,
        person=_person(session, one, now) if one else None,
        shared=len(patients) > 1,
        remembered=memory.remembered,
        told_unknown=not patients and _told_unknown(session, memory, now),
        watched=any(_watched(session, patient, now) for patient in patients),
        silent=bool(patients) and all(patient.state in _SILENT for patient in patients),
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
        asked=asked_visits(session, patient_id),
        today=to_wall(now, patient.zone).date(),
        given=last_given(occasions_of(session, patient_id), upcoming[0].at if upcoming else now),
    )


def _office(clinic: Clinic, now: datetime) -> Office | None:
    if clinic.office is None or clinic.office_hours is None:
        return None
    return Office(clinic.office, parse_office_hours(clinic.office_hours).opening(now, clinic.zone))


def _watched(session: Session, patient: Patient, now: datetime) -> bool:
    return visits.happened_between(session, patient.id or 0, WATCHED_AFTER, now - _WATCHED, now)


def _told_unknown(session: Session, memory: Memory, now: datetime) -> bool:
    row = memory.row
    lately = outbox.replies_since(session, row.clinic_id, row.phone_hash, now - _UNKNOWN_AGAIN)
    return any(row.kind == OutboundKind.REPLY and row.state != OutboundState.SUPPRESSED for row in lately)
