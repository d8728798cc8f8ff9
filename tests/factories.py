"""People, visits and texts, valid by default: a test states only what matters to it."""

from datetime import datetime
from itertools import count
from typing import Any

from sqlmodel import col, select

from companion.records import OutboundMessage, Patient, Task
from companion.services import enrolment, inbound, scheduling
from companion.services.enrolment import NewPatient
from companion.services.inbound import IncomingText, WebhookReply
from companion.services.scheduling import Booking
from companion.services.setup import Setup
from tests.fakes import MONDAY
from tests.people import AMINA, CLINIC, LINE, LONDON

_SIDS = count(1)


def a_clinic(setup: Setup, now: datetime = MONDAY, **overrides: Any) -> int:
    given = {"name": "Riverside Team", "number": CLINIC, "line": LINE, "zone": LONDON, **overrides}
    return enrolment.add_clinic(setup, now=now, **given).id or 0


def a_patient(setup: Setup, now: datetime = MONDAY, **overrides: Any) -> int:
    given = {"name": "Amina", "phone": AMINA, "consent_by": "Nurse Okafor, in clinic", **overrides}
    return enrolment.enrol(setup, NewPatient(**given), now).id or 0


def a_visit(setup: Setup, patient: int, now: datetime = MONDAY, **overrides: Any) -> Booking:
    given = {"kind": "clinic-review", "at": "2027-03-16T09:30", "place": "Level 2", **overrides}
    return scheduling.book(setup, patient_id=patient, now=now, **given)


def a_text(
    setup: Setup, body: str, now: datetime = MONDAY, *, sender: str = AMINA, **overrides: Any
) -> WebhookReply | None:
    """Have a person text the clinic; each call is a new text unless `sid` is given."""
    given = {"sid": f"SM{next(_SIDS):032x}", "to": CLINIC, **overrides}
    return inbound.receive(setup, IncomingText(sender=sender, body=body, **given), now)


def outbox_of(setup: Setup, patient: int | None = None) -> list[OutboundMessage]:
    with setup.database.reading() as session:
        query = select(OutboundMessage).order_by(col(OutboundMessage.send_at), col(OutboundMessage.id))
        if patient is not None:
            query = query.where(OutboundMessage.patient_id == patient)
        return list(session.exec(query).all())


def tasks_of(setup: Setup) -> list[Task]:
    with setup.database.reading() as session:
        return list(session.exec(select(Task).order_by(col(Task.id))).all())


def the_patient(setup: Setup, patient: int) -> Patient:
    with setup.database.reading() as session:
        return session.get_one(Patient, patient)
