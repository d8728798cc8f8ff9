"""What the database itself refuses, whatever the program may try: unknown words, doubles, orphans."""

import pytest
from sqlalchemy import text
from sqlmodel import Session

from companion.errors import StorageError
from companion.records import (
    Clinic,
    Conversation,
    DeliveryEvent,
    InboundMessage,
    OutboundKind,
    OutboundState,
    Patient,
    Task,
)
from companion.services.setup import Setup
from companion.storage import inbox, outbox, people, visits
from tests.factories import a_clinic, a_patient, a_text, a_visit, a_waiting_text, tasks_of
from tests.fakes import MONDAY
from tests.people import AMINA, BO, CLINIC, LINE, LONDON, OTHER_CLINIC


def refused() -> pytest.RaisesExc[StorageError]:
    """Expect that the database refuses what the block does because it breaks a constraint."""
    return pytest.raises(StorageError, match=r"IntegrityError|Violation")


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("patient", "state"),
        ("patient", "information"),
        ("patient", "privacy"),
        ("appointment", "state"),
        ("task", "urgency"),
        ("outbound_message", "state"),
        ("outbound_message", "kind"),
    ],
    ids=".".join,
)
def test_a_word_outside_its_closed_set_is_refused(setup: Setup, clinic: int, table: str, column: str) -> None:
    patient = a_patient(setup)
    a_visit(setup, patient)
    a_text(setup, "call me")

    with refused(), setup.database.transaction() as session:
        session.execute(text(f"UPDATE {table} SET {column} = 'lost'"))


def test_two_outbound_texts_never_share_a_token(setup: Setup, clinic: int) -> None:
    a_waiting_text(setup, clinic, token="same")

    with refused():
        a_waiting_text(setup, clinic, token="same")


def test_two_outbound_texts_never_share_a_provider_id(setup: Setup, clinic: int) -> None:
    a_waiting_text(setup, clinic, sid="SM1")

    with refused():
        a_waiting_text(setup, clinic, sid="SM1")


@pytest.mark.parametrize("state", [s for s in OutboundState if s not in ("withdrawn", "suppressed")])
def test_a_plan_key_that_is_alive_or_was_used_is_never_taken_twice(
    setup: Setup, clinic: int, state: OutboundState
) -> None:
    a_waiting_text(setup, clinic, plan_key="confirm:1.1", kind=OutboundKind.PUSH, state=state)

    with refused():
        a_waiting_text(setup, clinic, plan_key="confirm:1.1", kind=OutboundKind.PUSH)


@pytest.mark.parametrize("state", [OutboundState.WITHDRAWN, OutboundState.SUPPRESSED])
def test_a_plan_key_that_came_to_nothing_is_free_again(
    setup: Setup, clinic: int, state: OutboundState
) -> None:
    for _ in range(2):
        a_waiting_text(setup, clinic, plan_key="confirm:1.1", kind=OutboundKind.PUSH, state=state)

    a_waiting_text(setup, clinic, plan_key="confirm:1.1", kind=OutboundKind.PUSH)


def test_answers_need_no_plan_key(setup: Setup, clinic: int) -> None:
    assert a_waiting_text(setup, clinic) != a_waiting_text(setup, clinic)


def an_inbound(sid: str) -> InboundMessage:
    return InboundMessage(sid=sid, sender=AMINA, from_hash="h", body="hello", received_at=MONDAY)


def test_an_inbound_text_is_stored_once(setup: Setup) -> None:
    with setup.database.transaction() as session:
        assert inbox.insert_once(session, an_inbound("SM1"))
        assert not inbox.insert_once(session, an_inbound("SM1"))
        assert inbox.insert_once(session, an_inbound("SM2"))


def test_an_inbound_text_that_breaks_another_rule_is_not_taken_for_a_repeat(setup: Setup) -> None:
    broken = an_inbound("SM1")
    broken.clinic_id = 999

    with refused(), setup.database.transaction() as session:
        inbox.insert_once(session, broken)


def test_one_delivery_report_is_stored_once(setup: Setup, clinic: int) -> None:
    row = a_waiting_text(setup, clinic)

    with setup.database.transaction() as session:
        said = [
            outbox.record_event(session, DeliveryEvent(outbound_id=row, status=status, at=MONDAY))
            for status in ("sent", "sent", "delivered")
        ]

    assert said == [True, False, True]


def a_task(clinic: int, cause: str = "call-me:in:1") -> Task:
    return Task(clinic_id=clinic, kind="call-me", cause=cause, urgency="today", note="", created_at=MONDAY)


def test_one_cause_raises_one_task(setup: Setup, clinic: int) -> None:
    with setup.database.transaction() as session:
        visits.raise_task(session, a_task(clinic))
        visits.raise_task(session, a_task(clinic))

    assert [task.cause for task in tasks_of(setup)] == ["call-me:in:1"]


def test_a_task_that_breaks_another_rule_is_not_swallowed(setup: Setup) -> None:
    with refused(), setup.database.transaction() as session:
        visits.raise_task(session, a_task(clinic=999))


def a_person(clinic: int, reference_hash: str | None, phone: str = AMINA) -> Patient:
    return Patient(
        clinic_id=clinic,
        name="Amina",
        phone=phone,
        phone_hash="h",
        reference_hash=reference_hash,
        zone=LONDON,
        consent_by="Nurse Okafor",
        consent_at=MONDAY,
        created_at=MONDAY,
    )


def test_a_reference_is_one_persons_within_a_clinic_only(setup: Setup, clinic: int) -> None:
    other = a_clinic(setup, number=OTHER_CLINIC)
    with setup.database.transaction() as session:
        session.add_all([a_person(clinic, "r1"), a_person(other, "r1"), a_person(clinic, None)])
        session.add(a_person(clinic, None, BO))

    with refused(), setup.database.transaction() as session:
        session.add(a_person(clinic, "r1"))


def test_two_clinics_never_share_a_number(setup: Setup, clinic: int) -> None:
    with refused(), setup.database.transaction() as session:
        session.add(Clinic(name="Other", number=CLINIC, urgent_line=LINE, zone=LONDON, created_at=MONDAY))


def test_one_number_has_one_conversation_with_a_clinic(setup: Setup, clinic: int) -> None:
    with refused(), setup.database.transaction() as session:
        session.add_all([Conversation(clinic_id=clinic, phone_hash="h") for _ in range(2)])


def test_nobody_belongs_to_a_clinic_that_does_not_exist(setup: Setup) -> None:
    with refused(), setup.database.transaction() as session:
        session.add(a_person(999, None))


def test_an_id_is_never_given_twice(setup: Setup, clinic: int) -> None:
    def stored(session: Session) -> int:
        person = a_person(clinic, None)
        session.add(person)
        session.flush()
        return person.id or 0

    with setup.database.transaction() as session:
        first = stored(session)
    with setup.database.transaction() as session:
        session.delete(people.patient(session, first))
    with setup.database.transaction() as session:
        assert stored(session) > first
