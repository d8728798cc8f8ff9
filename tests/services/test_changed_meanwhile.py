"""What staff change while a text is on its way, or waits to go once more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from companion.domain.delivery import AnswerLost, NotTaken, Outcome, SenderFault
from companion.records import OutboundKind
from companion.services import changing, lost_texts, scheduling
from companion.services.changing import NewFacts
from companion.services.receipts import Report, take_report
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_visit,
    a_waiting_text,
    kinds_of_tasks,
    outbox_of,
    sweep,
    the_row,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA, OTHER_CLINIC
from tests.services.test_booking import at

NEW = "+12025550155"
DUE = at("03-09 10:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def patient(setup: Setup) -> int:
    """Someone with a visit on 16 March at 9:30."""
    a_clinic(setup)
    person = a_patient(setup)
    a_visit(setup, person)
    return person


def new_number(setup: Setup, patient: int) -> None:
    changing.change(setup, patient, NewFacts(phone=NEW), DUE + 10 * MINUTE)


@pytest.mark.parametrize("outcome", [NotTaken("HTTP 429"), AnswerLost("ReadTimeout")], ids=["busy", "lost"])
def test_what_was_not_taken_goes_to_the_number_the_person_has_by_then(
    setup: Setup, patient: int, transport: FakeTransport, outcome: Outcome
) -> None:
    transport.outcomes.append(outcome)
    sweep(setup, DUE)

    new_number(setup, patient)
    for minutes in (11, 13, 15):
        lost_texts.ask(setup, lambda now=DUE + minutes * MINUTE: now)  # type: ignore[misc]
        sweep(setup, DUE + minutes * MINUTE)

    assert [text.to for text in transport.handed][1:] == [NEW]


def test_what_goes_in_place_of_a_lost_text_goes_to_the_number_the_person_has_by_then(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    sweep(setup, DUE)
    new_number(setup, patient)
    first = outbox_of(setup)[0]
    take_report(setup, Report(first.token, first.sid or "", "undelivered", 30003), DUE + 20 * MINUTE)

    sweep(setup, DUE + 70 * MINUTE)

    assert [text.to for text in transport.handed] == [AMINA, NEW]


def test_a_visit_moved_after_its_only_text_and_before_that_fails_is_a_nurses_to_tell(
    setup: Setup, transport: FakeTransport
) -> None:
    a_clinic(setup)
    visit = a_visit(setup, a_patient(setup), kind="blood-test", at="2027-03-16T15:00")
    sweep(setup, at("03-15 18:00"))
    scheduling.move(setup, visit.appointment.id or 0, at="2027-03-16T13:00", now=at("03-16 02:00"))
    told = next(row for row in outbox_of(setup) if row.sid)
    take_report(setup, Report(told.token, told.sid or "", "undelivered", 30003), at("03-16 04:00"))

    for hour in range(8, 13):
        sweep(setup, at(f"03-16 {hour:02}:01"))

    assert len(transport.handed) == 1
    assert ("correction-not-sent", "urgent") in kinds_of_tasks(setup)


def test_a_report_in_a_word_nobody_knows_still_says_that_a_text_was_taken(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    transport.outcomes.append(NotTaken("HTTP 429"))
    sweep(setup, DUE)
    row = outbox_of(setup)[0]

    take_report(setup, Report(row.token, "SM" + "9" * 32, "partially_delivered"), DUE)
    sweep(setup, DUE + 60 * MINUTE)

    assert the_row(setup, row.id or 0).state == "accepted"
    assert len(transport.handed) == 1


def test_a_safety_text_of_one_clinic_goes_before_the_answers_of_another(
    setup: Setup, transport: FakeTransport
) -> None:
    first, second = a_clinic(setup), a_clinic(setup, number=OTHER_CLINIC)
    for number in range(70):
        a_waiting_text(setup, first, MONDAY - timedelta(hours=1), body=str(number))
    a_waiting_text(setup, second, kind=OutboundKind.SAFETY, body="safety")

    sweep(setup, MONDAY)

    assert "safety" in transport.bodies[:32]
    assert len(transport.bodies) == 71


def test_a_text_refused_for_its_sender_twice_while_others_go_is_at_fault_itself(
    setup: Setup, transport: FakeTransport
) -> None:
    clinic = a_clinic(setup)
    refused, other = (a_waiting_text(setup, clinic, body=body, kind=OutboundKind.REPLY) for body in "ab")
    choosy = replace(setup, transport=Choosy({"a"}))

    sweep(choosy, MONDAY)
    third = a_waiting_text(setup, clinic, MONDAY + 3 * MINUTE, body="c", kind=OutboundKind.REPLY)
    for minutes in (5, 6, 12):
        sweep(choosy, MONDAY + minutes * MINUTE)

    states = [the_row(setup, row).state for row in (refused, other, third)]
    assert states == ["failed", "accepted", "accepted"]


class Choosy(FakeTransport):
    """Refuses some bodies as if its sender were wrong."""

    def __init__(self, refused: set[str]) -> None:
        super().__init__()
        self.refused = refused

    def send(self, text):  # type: ignore[no-untyped-def]
        fault = SenderFault("HTTP 400, code 21606", 21606)
        return fault if text.body in self.refused else super().send(text)
