"""One text has one effect, however often and from how many sides at once it arrives."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from companion.records import Conversation, OutboundState
from companion.services.inbound import IncomingText, receive
from companion.services.receipts import Report, take_report
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    at_once,
    connect,
    inbox_of,
    kinds_of_tasks,
    outbox_of,
    plan_of,
    replies_of,
    sweep,
    the_patient,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA, BO, CLINIC, STRANGER


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup)


def test_the_answer_is_the_one_text_of_the_response_and_its_row_is_leased(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    said = a_text(setup, "CALL ME", sid="SM1")

    (row,) = replies_of(setup)
    assert said is not None
    assert (said.body, said.status_url) == (
        row.body,
        f"https://companion.example/sms/status?token={row.token}",
    )
    assert (row.state, row.lease_until, row.attempts) == ("leased", MONDAY + timedelta(seconds=60), 1)
    assert (row.phone, row.patient_id, row.inbound_id, row.kind) == (AMINA, patient, 1, "reply")
    sweep(setup, MONDAY)
    assert transport.handed == []


def test_a_text_is_stored_with_what_was_understood(setup: Setup, patient: int) -> None:
    a_text(setup, "Ask: can my sister come?", sid="SM1")

    (text,) = inbox_of(setup)
    assert (text.sid, text.clinic_id, text.patient_id, text.sender) == ("SM1", 1, patient, AMINA)
    assert (text.body, text.intent, text.slot) == (
        "Ask: can my sister come?",
        "own_question",
        "can my sister come?",
    )
    assert (text.also, text.media_count, text.received_at) == ([], 0, MONDAY)


def test_a_repeated_text_gets_the_same_answer_and_does_nothing_else(setup: Setup, patient: int) -> None:
    answers = [a_text(setup, "ASK Can I swim?", MONDAY + timedelta(seconds=n), sid="SM1") for n in range(4)]

    assert len(set(answers)) == 1
    assert answers[0] is not None
    assert len(inbox_of(setup)) == len(replies_of(setup)) == 1
    later = a_text(setup, "LIST")
    assert later is not None
    assert later.body.count("Can I swim?") == 1


def test_a_repeat_after_the_answer_was_taken_is_answered_with_nothing(setup: Setup, patient: int) -> None:
    a_text(setup, "CALL ME", sid="SM1")
    take_report(setup, Report(replies_of(setup)[0].token, "SM9", "queued"), MONDAY)

    assert a_text(setup, "CALL ME", sid="SM1") is None


def test_a_repeat_while_nobody_knows_whether_the_answer_left_gets_it_again(
    setup: Setup, patient: int
) -> None:
    first = a_text(setup, "CALL ME", sid="SM1")
    sweep(setup, MONDAY + timedelta(seconds=60))
    assert replies_of(setup)[0].state == OutboundState.UNKNOWN

    assert a_text(setup, "CALL ME", sid="SM1") == first


def test_a_repeat_of_a_text_that_needed_no_answer_needs_none(setup: Setup, patient: int) -> None:
    assert [a_text(setup, "thanks", sid="SM1") for _ in range(2)] == [None, None]
    assert replies_of(setup) == []


@pytest.mark.parametrize(
    ("sender", "body", "tasks", "kind"),
    [
        (AMINA, "I have a fever", [("urgent", "urgent")], "safety"),
        (AMINA, "CALL ME", [("call-me", "today")], "reply"),
        (STRANGER, "hello", [], "reply"),
        (STRANGER, "I have a fever", [("urgent", "urgent")], "safety"),
    ],
    ids=["red flag", "call me", "stranger", "stranger with a red flag"],
)
def test_the_same_text_from_several_sides_at_once_has_one_effect(
    setup: Setup, patient: int, sender: str, body: str, tasks: list[tuple[str, str]], kind: str
) -> None:
    connect(setup, 5)

    answers = at_once(*[lambda: a_text(setup, body, sender=sender, sid="SM1")] * 5)

    (text,), (row,) = inbox_of(setup), replies_of(setup)
    assert (text.sid, row.kind) == ("SM1", kind)
    assert {answer.body for answer in answers if answer} == {row.body}
    assert None not in answers
    assert kinds_of_tasks(setup) == tasks


def test_an_own_question_saved_from_several_sides_at_once_stands_on_the_list_once(
    setup: Setup, patient: int
) -> None:
    at_once(*[lambda: a_text(setup, "ASK Can I swim?", sid="SM1")] * 5)

    said = a_text(setup, "LIST")
    assert said is not None
    assert said.body.count("Can I swim?") == 1


@pytest.mark.parametrize("sender", [AMINA, STRANGER], ids=["patient", "stranger"])
def test_different_texts_of_one_number_at_once_are_all_taken(setup: Setup, patient: int, sender: str) -> None:
    """A stranger's first texts, too: the conversation they open is one, and no text is lost over it."""
    bodies = [f"I have a fever, day {number}" for number in range(5)]
    connect(setup, 5)

    at_once(*[lambda body=body: a_text(setup, body, sender=sender) for body in bodies])

    assert sorted(text.body for text in inbox_of(setup)) == bodies
    assert kinds_of_tasks(setup) == [("urgent", "urgent")], "a flood costs one task"
    with setup.database.reading() as session:
        assert len(session.exec(select(Conversation)).all()) == 1
    # One safety text went; the same again within ten minutes is held back, with its reason.
    assert (
        sorted((row.state, row.reason) for row in replies_of(setup))
        == [("leased", None)] + [("suppressed", "said-just-now")] * 4
    )


def test_texts_from_different_people_at_once_do_not_mix(setup: Setup, patient: int) -> None:
    bo = a_patient(setup, name="Bo", phone=BO)
    a_visit(setup, patient)
    a_visit(setup, bo)

    at_once(
        lambda: a_text(setup, "STOP"),
        lambda: a_text(setup, "COMING", sender=BO),
        lambda: a_text(setup, "ASK Can I swim?", sender=BO),
        lambda: a_text(setup, "I have a fever"),
    )

    assert (the_patient(setup, patient).state, the_patient(setup, bo).state) == ("stopped", "active")
    assert {state for _, state, _ in plan_of(setup, patient)} == {"suppressed"}
    assert {state for _, state, _ in plan_of(setup, bo)} == {"pending", "withdrawn"}


def test_a_stop_is_never_lost_while_the_worker_sends(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    """The worker holds texts and asks about the person; the answer holds the person and wants the texts."""
    others = [a_patient(setup, name="Bo", phone=f"+120255501{number:02}") for number in range(2, 8)]
    for person in (patient, *others):
        a_visit(setup, person)
    due = MONDAY + timedelta(days=12, hours=1)  # the heads-up came to nothing, the confirm is due

    at_once(
        lambda: sweep(setup, due),
        lambda: sweep(setup, due),
        *[lambda n=n: a_text(setup, "STOP", due, sender=f"+120255501{n:02}") for n in range(1, 8)],
    )

    assert {the_patient(setup, person).state for person in (patient, *others)} == {"stopped"}
    assert {row.state for row in outbox_of(setup) if row.send_at > due} == {"suppressed"}


@pytest.mark.parametrize(
    "body",
    ["", "\x00", "a\x00b", "🚌", "مرحبا كيف حالك", "x" * 1600, "line\r\nline", "\u202eevil", "🏳️‍🌈" * 100],
    ids=["empty", "NUL", "NUL inside", "emoji", "RTL", "1600", "line ends", "override", "joined emoji"],
)
def test_any_text_is_stored_as_it_came_and_answered(setup: Setup, patient: int, body: str) -> None:
    said = a_text(setup, body)

    assert [text.body for text in inbox_of(setup)] == [body]
    assert said is not None
    assert "020 7946 0000" in said.body


@pytest.mark.parametrize(
    "question", ["a\x00b?", "😀 مرحبا?", "x" * 300], ids=["NUL", "emoji and RTL", "300 letters"]
)
def test_an_own_question_is_kept_as_it_was_written(setup: Setup, patient: int, question: str) -> None:
    a_text(setup, f"ASK {question}")

    said = a_text(setup, "LIST")
    assert said is not None
    assert question in said.body


def test_a_text_to_a_number_that_is_no_clinics_is_kept_and_not_answered(setup: Setup, patient: int) -> None:
    assert a_text(setup, "I have a fever", to="+12025550177") is None

    (text,) = inbox_of(setup)
    assert (text.clinic_id, text.patient_id, text.body) == (None, None, "I have a fever")
    assert replies_of(setup) == []


def test_pictures_are_counted_and_not_kept(setup: Setup, patient: int) -> None:
    said = a_text(setup, "", media_count=2)

    assert inbox_of(setup)[0].media_count == 2
    assert said is not None
    assert said.body == words_of(setup, "not-understood")


def test_where_answers_cannot_ride_on_the_response_they_leave_through_the_outbox(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    elsewhere = replace(setup, replies_as_twiml=False)

    assert receive(elsewhere, IncomingText("SM1", AMINA, CLINIC, "CALL ME"), MONDAY) is None

    (row,) = replies_of(setup)
    assert row.state == OutboundState.PENDING
    sweep(elsewhere, MONDAY)
    assert transport.bodies == [row.body]
