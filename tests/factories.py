"""People, visits and texts, valid by default: a test states only what matters to it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from threading import Barrier
from typing import Any, TypeVar

from sqlmodel import col, select

from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import to_wall, write_wall
from companion.domain.languages import ENGLISH, Languages
from companion.records import (
    Appointment,
    InboundMessage,
    OutboundKind,
    OutboundMessage,
    OutboundState,
    Patient,
    PatientState,
    Task,
)
from companion.services import clinics, dispatch, enrolment, inbound, scheduling
from companion.services.dispatch import Sweep
from companion.services.enrolment import NewPatient
from companion.services.inbound import IncomingText, WebhookReply
from companion.services.scheduling import Booking
from companion.services.setup import Setup
from tests.fakes import MONDAY
from tests.people import AMINA, CLINIC, LINE, LONDON

_SIDS = count(1)
Result = TypeVar("Result")


def a_clinic(setup: Setup, now: datetime = MONDAY, **overrides: Any) -> int:
    given = {"name": "Riverside Team", "number": CLINIC, "line": LINE, "zone": LONDON, **overrides}
    return clinics.add_clinic(setup, now=now, **given).id or 0


def a_patient(setup: Setup, now: datetime = MONDAY, **overrides: Any) -> int:
    # Without a welcome unless a test is about it: what is planned for visits is easier to see alone.
    plain = {"name": "Amina", "phone": AMINA, "consent_by": "Nurse Okafor, in clinic", "welcome": False}
    given = {**plain, **overrides}
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


def the_visit(setup: Setup, appointment: int) -> Appointment:
    with setup.database.reading() as session:
        return session.get_one(Appointment, appointment)


def the_row(setup: Setup, row: int) -> OutboundMessage:
    with setup.database.reading() as session:
        return session.get_one(OutboundMessage, row)


def inbox_of(setup: Setup) -> list[InboundMessage]:
    with setup.database.reading() as session:
        return list(session.exec(select(InboundMessage).order_by(col(InboundMessage.id))).all())


def kinds_of_tasks(setup: Setup) -> list[tuple[str, str]]:
    """Return kind and urgency of each task, oldest first."""
    return [(task.kind, task.urgency) for task in tasks_of(setup)]


def replies_of(setup: Setup) -> list[OutboundMessage]:
    """Return the answers, those held back among them, in the order they were made."""
    rows = [row for row in outbox_of(setup) if row.kind != OutboundKind.PUSH]
    return sorted(rows, key=lambda row: row.id or 0)


def plan_of(setup: Setup, patient: int) -> list[tuple[str | None, str, str]]:
    """Return rule, state and UTC minute of each reminder that still waits, was sent or was given up."""
    rows = [row for row in outbox_of(setup, patient) if row.kind == OutboundKind.PUSH]
    return [(row.rule, row.state, row.send_at.strftime("%m-%d %H:%M")) for row in rows]


def waiting(setup: Setup, patient: int) -> list[tuple[str | None, str]]:
    """Return rule and UTC minute of each reminder that waits."""
    return [(rule, at) for rule, state, at in plan_of(setup, patient) if state == OutboundState.PENDING]


def a_waiting_text(setup: Setup, clinic: int, now: datetime = MONDAY, **overrides: Any) -> int:
    """Put one answer to a stranger into the outbox, due at `now`; return its row's id."""
    given = {
        "clinic_id": clinic,
        "kind": OutboundKind.REPLY,
        "state": OutboundState.PENDING,
        "token": setup.new_token(),
        "phone": AMINA,
        "to_hash": setup.hasher.phone(AMINA),
        "body": "Saved.",
        "segments": 1,
        "send_at": now,
        "created_at": now,
        **overrides,
    }
    with setup.database.transaction() as session:
        row = OutboundMessage(**given)
        session.add(row)
        session.flush()
        return row.id or 0


def due_reminders(
    setup: Setup, clinic: int, how_many: int, now: datetime = MONDAY, **overrides: Any
) -> list[int]:
    """
    Enrol so many people, each with a visit in a week and one reminder that is due at `now`; return the rows.

    They stand in the database at once, past every service: planning for hundreds takes long.
    """
    at = now + timedelta(days=7)
    phones = [f"+120255501{number % 100:02}" for number in range(how_many)]
    hashes = [setup.hasher.phone(phone) for phone in phones]
    with setup.database.transaction() as session:
        people = [
            Patient(
                clinic_id=clinic,
                name="Somebody",
                phone=phone,
                phone_hash=phone_hash,
                zone=LONDON,
                consent_by="Nurse Okafor, in clinic",
                consent_at=now,
                created_at=now,
            )
            for phone, phone_hash in zip(phones, hashes, strict=True)
        ]
        session.add_all(people)
        session.flush()
        visits = [
            Appointment(
                patient_id=person.id or 0,
                type="clinic-review",
                wall=write_wall(to_wall(at, LONDON)),
                zone=LONDON,
                at=at,
                place="Level 2",
                created_at=now,
            )
            for person in people
        ]
        session.add_all(visits)
        session.flush()
        rows = [
            OutboundMessage(
                **{
                    "clinic_id": clinic,
                    "patient_id": visit.patient_id,
                    "appointment_id": visit.id,
                    "kind": OutboundKind.PUSH,
                    "rule": "heads-up",
                    "plan_key": f"heads-up:{visit.id}.1",
                    "tells": {str(visit.id): visit.wall},
                    "state": OutboundState.PENDING,
                    "token": setup.new_token(),
                    "phone": phone,
                    "to_hash": phone_hash,
                    "body": "A visit.",
                    "segments": 1,
                    "send_at": now,
                    "not_useful_after": now + timedelta(days=4),
                    "created_at": now,
                    **overrides,
                }
            )
            for visit, phone, phone_hash in zip(visits, phones, hashes, strict=True)
        ]
        session.add_all(rows)
        session.flush()
        return [row.id or 0 for row in rows]


def sweep(setup: Setup, now: datetime) -> Sweep:
    return dispatch.sweep(setup, now, lambda: now)


def put_state(setup: Setup, patient: int, state: PatientState) -> None:
    """Change a person's state by hand, past every service, so that nothing is planned anew."""
    with setup.database.transaction() as session:
        session.get_one(Patient, patient).state = state


def at_once(*calls: Callable[[], Result]) -> list[Result]:
    """Run the calls in threads that start together; return what they returned, or raise what one raised."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result:
        start.wait(30)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def connect(setup: Setup, how_many: int) -> None:
    """Open connections beforehand, so that what starts at once afterwards really runs at once."""
    with ExitStack() as open_at_once:
        for _ in range(how_many):
            session = open_at_once.enter_context(setup.database.reading())
            session.connection()


def words_of(setup: Setup, item: str, **values: str) -> str:
    """Return a text of the catalogue as a person of the test's clinic reads it."""
    return setup.catalogue.text(item).fill(line=LINE, clinic="Riverside Team", **values)


def with_texts(setup: Setup, catalogue: Catalogue) -> Setup:
    """Return the setup with this one catalogue, for English."""
    return replace(setup, languages=Languages({ENGLISH: catalogue}))
