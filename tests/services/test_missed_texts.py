"""Texts that people sent while we were down: fetched, taken once, answered if it still helps."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from companion.domain.reconciliation import Seen, inbox_window
from companion.records import AppointmentState, OutboundState, PatientState
from companion.services import missed_texts, reconciliation
from companion.services.setup import Setup
from companion.transports.base import Page, Unavailable
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
    replies_of,
    sweep,
    tasks_of,
    the_patient,
    the_visit,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA, CLINIC, LINE, OTHER_CLINIC, STRANGER
from tests.services.test_booking import at

#: Not those of texts that the webhook takes.
_SIDS = count(10**9)
#: The clinic has been there for a month.
LONG_AGO = MONDAY - timedelta(days=30)


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup, LONG_AGO)
    return a_patient(setup, LONG_AGO)


def missed(transport: FakeTransport, body: str, sender: str = AMINA, **ago: float) -> Seen:
    """Put a text into the provider's record that was sent so long before Monday at nine."""
    sid = f"SM{next(_SIDS):032x}"
    sent = MONDAY - timedelta(**ago)
    text = Seen(sid, sender, CLINIC, body, "received", "inbound", sent)
    transport.record.append(text)
    return text


def fetch(setup: Setup, **later: float) -> int:
    now = MONDAY + timedelta(**later)
    return missed_texts.fetch(setup, lambda: now)


def test_a_missed_text_is_taken_once_and_answered_through_the_outbox(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    text = missed(transport, "CALL ME", minutes=5)

    assert [fetch(setup), fetch(setup, minutes=10), fetch(setup, days=1)] == [1, 0, 0]

    (stored,), (row,) = inbox_of(setup), replies_of(setup)
    assert (stored.sid, stored.intent, stored.patient_id) == (text.sid, "call_me", patient)
    assert (stored.received_at, stored.fetched_at) == (text.created_at, MONDAY)
    assert (row.state, row.not_useful_after) == ("pending", MONDAY + timedelta(minutes=10))
    sweep(setup, MONDAY)
    assert len(transport.handed) == 1
    assert kinds_of_tasks(setup) == [("call-me", "today")]
    assert tasks_of(setup)[0].note == (
        "CAME LATE. This text was sent on Monday 1 March at 8:55am and reached us only now.\nAmina: CALL ME"
    )


def test_an_answer_that_is_of_no_use_any_more_is_not_sent_and_stays_with_its_reason(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    missed(transport, "QUESTIONS", minutes=15)

    fetch(setup)
    sweep(setup, MONDAY)

    assert [(row.state, row.reason) for row in replies_of(setup)] == [("suppressed", "came-late")]
    assert transport.handed == []
    assert tasks_of(setup) == []


@pytest.mark.parametrize("days", [0.05, 1, 6.9])
def test_a_sign_of_illness_found_late_is_urgent_says_so_and_gets_the_safety_text(
    setup: Setup, patient: int, transport: FakeTransport, days: float
) -> None:
    missed(transport, "I have a fever", days=days)

    fetch(setup)
    sweep(setup, MONDAY)

    assert kinds_of_tasks(setup) == [("urgent", "urgent")]
    assert tasks_of(setup)[0].note.startswith("CAME LATE. This text was sent on ")
    assert transport.bodies == [words_of(setup, "urgent")]


def test_a_sign_of_illness_found_late_is_urgent_though_another_stands(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    a_text(setup, "I have a fever", MONDAY - timedelta(minutes=3))
    missed(transport, "I am bleeding", hours=5)
    missed(transport, "I am shivering", hours=4)

    fetch(setup)

    assert kinds_of_tasks(setup) == [("urgent", "urgent")] * 3
    assert ["CAME LATE" in task.note for task in tasks_of(setup)] == [False, True, True]


def test_a_sign_of_illness_of_a_stranger_is_urgent_too(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    missed(transport, "I have a fever", STRANGER, hours=5)

    fetch(setup)

    assert kinds_of_tasks(setup) == [("urgent", "urgent")]
    assert LINE in replies_of(setup)[0].body


def test_a_stop_found_late_stops(setup: Setup, patient: int, transport: FakeTransport) -> None:
    a_visit(setup, patient)
    missed(transport, "STOP", days=3)

    fetch(setup)

    assert the_patient(setup, patient).state == PatientState.STOPPED
    assert {row.state for row in outbox_of(setup, patient)} == {OutboundState.SUPPRESSED}


def test_a_stop_found_late_does_not_undo_a_start_that_came_after_it(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    missed(transport, "STOP", hours=2)
    a_text(setup, "START", MONDAY - timedelta(hours=1))

    fetch(setup)

    assert the_patient(setup, patient).state == PatientState.ACTIVE


def test_a_start_found_late_does_not_undo_a_stop_that_came_after_it(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    missed(transport, "START", hours=2)
    a_text(setup, "STOP", MONDAY - timedelta(hours=1))

    fetch(setup)

    assert the_patient(setup, patient).state == PatientState.STOPPED


def test_stop_and_start_that_were_both_missed_are_taken_in_their_order(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    missed(transport, "START", hours=1)
    missed(transport, "STOP", hours=2)

    assert fetch(setup) == 2

    assert [text.body for text in inbox_of(setup)] == ["STOP", "START"]
    assert the_patient(setup, patient).state == PatientState.ACTIVE


def test_a_digit_found_late_answers_no_offer_that_was_made_after_it(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    missed(transport, "1", hours=2)
    a_text(setup, "Will my hair grow back?", MONDAY - timedelta(hours=1))

    fetch(setup)

    saved = a_text(setup, "LIST", MONDAY)
    assert saved is not None
    assert "hair" not in saved.body
    said = a_text(setup, "1", MONDAY + timedelta(minutes=1))
    assert said is not None


def test_coming_found_late_after_a_reminder_changes_no_visit_and_is_a_nurses(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    visit = a_visit(setup, patient).appointment.id or 0
    sweep(setup, at("03-09 10:00"))
    sent = at("03-09 09:00")
    text = missed(transport, "COMING")
    transport.record[0] = replace(text, created_at=sent)

    missed_texts.fetch(setup, lambda: at("03-09 10:30"))

    assert the_visit(setup, visit).state == AppointmentState.BOOKED
    assert kinds_of_tasks(setup) == [("text-came-late", "today")]


def test_coming_found_late_with_nothing_said_since_is_heeded(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    visit = a_visit(setup, patient, LONG_AGO).appointment.id or 0
    missed(transport, "COMING", hours=5)

    fetch(setup)

    assert the_visit(setup, visit).state == AppointmentState.CONFIRMED


def test_a_repeat_by_webhook_of_a_text_found_late_is_not_answered_a_second_time(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    text = missed(transport, "CALL ME", minutes=5)
    fetch(setup)

    assert a_text(setup, "CALL ME", sid=text.sid) is None

    sweep(setup, MONDAY)
    assert len(transport.handed) == 1


def test_a_text_that_came_by_webhook_is_not_taken_again(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    text = missed(transport, "CALL ME", minutes=5)
    a_text(setup, "CALL ME", MONDAY - timedelta(minutes=5), sid=text.sid)

    assert fetch(setup) == 0
    assert len(replies_of(setup)) == 1


def test_a_text_whose_webhook_may_be_under_way_is_left_to_it(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    missed(transport, "CALL ME", seconds=119)

    assert [fetch(setup), fetch(setup, minutes=10)] == [0, 1]


def test_what_a_number_got_before_it_was_the_clinics_is_no_text_to_it(
    setup: Setup, transport: FakeTransport
) -> None:
    a_clinic(setup, MONDAY - timedelta(days=1))
    missed(transport, "Is this still for sale?", days=2)

    assert fetch(setup) == 0


def test_only_what_people_sent_to_the_clinic_is_taken(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    text = missed(transport, "CALL ME", hours=1)
    transport.record[0] = replace(text, direction="outbound-api")

    assert fetch(setup) == 0


def test_a_text_that_cannot_be_understood_for_a_fault_of_ours_is_a_nurses_and_says_it_came_late(
    setup: Setup, patient: int, transport: FakeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("bug")

    monkeypatch.setattr("companion.services.inbound.hear", broken)
    missed(transport, "anything", hours=1)

    assert fetch(setup) == 1

    assert kinds_of_tasks(setup) == [("text-not-answered", "urgent")]
    assert tasks_of(setup)[0].note.startswith("CAME LATE.")


class Counting(FakeTransport):
    """Says what else happens while it lists."""

    happens: Callable[[], None]

    def list_texts(self, to: str, page: str | None = None) -> Page | Unavailable:
        self.happens()
        return super().list_texts(to, page)


def test_every_five_minutes_is_asked_for_what_is_new_and_each_day_for_the_week(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    transport.page_size = 1
    for days in range(7):
        text = missed(transport, "thanks", days=days, minutes=5)
        a_text(setup, "thanks", text.created_at, sid=text.sid)
    pages = []
    for minutes in (0, 1, 4, 5, 10, 24 * 60):
        before = len(transport.asked)
        fetch(setup, minutes=minutes)
        pages.append(len(transport.asked) - before)

    assert pages == [7, 0, 0, 2, 2, 7]


def test_a_long_list_is_read_page_by_page_and_taken_oldest_first(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    transport.page_size = 3
    for hours in range(1, 11):
        missed(transport, f"ASK question {hours}?", hours=hours)

    assert fetch(setup) == 10

    assert [text.body for text in inbox_of(setup)] == [f"ASK question {n}?" for n in range(10, 0, -1)]


def test_of_a_very_long_list_a_tick_takes_a_part_and_the_next_goes_on(
    setup: Setup, patient: int, transport: FakeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed_texts, "_AT_ONCE", 3)
    for minutes in range(60, 53, -1):
        missed(transport, f"a word {minutes}", minutes=minutes)

    assert [fetch(setup, seconds=second) for second in range(4)] == [3, 3, 1, 0]
    assert [text.body for text in inbox_of(setup)] == [f"a word {minutes}" for minutes in range(60, 53, -1)]


def test_while_the_provider_cannot_be_asked_nothing_is_taken_for_seen(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    missed(transport, "I have a fever", minutes=30)
    transport.unavailable = Unavailable("HTTP 429")

    assert [fetch(setup), fetch(setup, minutes=1)] == [0, 0]
    assert len(transport.asked) == 1, "too many requests are not answered with more"
    transport.unavailable = None

    assert fetch(setup, minutes=2) == 1


def test_a_transport_that_breaks_its_promise_never_to_raise_costs_nothing(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    def fail() -> None:
        raise RuntimeError("bug")

    broken = Counting(record=transport.record)
    broken.happens = fail
    missed(transport, "CALL ME", minutes=5)

    assert fetch(replace(setup, transport=broken)) == 0
    assert fetch(setup, minutes=2) == 1


def test_no_session_is_open_while_the_provider_is_asked(setup: Setup, patient: int) -> None:
    """On SQLite a second writer would wait in vain for the first to end."""
    busy = Counting()
    busy.happens = lambda: a_text(setup, "thanks") and None

    assert fetch(replace(setup, transport=busy)) == 0


def test_two_workers_take_each_text_once(setup: Setup, patient: int, transport: FakeTransport) -> None:
    a_clinic(setup, LONG_AGO, name="Hillside Team", number=OTHER_CLINIC)
    for minutes in range(5, 10):
        missed(transport, "CALL ME", minutes=minutes)
    connect(setup, 2)

    taken = at_once(*[lambda: fetch(setup)] * 2)

    assert sum(taken) == 5
    assert sorted(transport.asked) == [CLINIC, OTHER_CLINIC]
    assert kinds_of_tasks(setup) == [("call-me", "today")]


def test_when_the_end_is_asked_for_nobody_is_asked(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    reconciliation.reconcile(setup, lambda: MONDAY, ending=lambda: True)

    assert transport.asked == []


def test_the_window_is_a_week_once_a_day_and_then_what_is_new() -> None:
    week, until = MONDAY - timedelta(days=7), MONDAY - timedelta(minutes=2)
    today = MONDAY - timedelta(minutes=12)

    assert inbox_window(None, LONG_AGO, MONDAY) == (week, until)
    assert inbox_window(MONDAY - timedelta(days=1), LONG_AGO, MONDAY) == (week, until)
    assert inbox_window(today, LONG_AGO, MONDAY) == (today - timedelta(hours=1), until)
    assert inbox_window(None, MONDAY - timedelta(days=1), MONDAY)[0] == MONDAY - timedelta(days=1)
    assert inbox_window(today, today, MONDAY)[0] == today
