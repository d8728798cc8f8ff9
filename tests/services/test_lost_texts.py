"""Lost texts looked for at the provider, and reports that never came fetched: each once, by any worker."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from companion.domain.delivery import AnswerLost, NotTaken
from companion.domain.reconciliation import Seen
from companion.records import OutboundKind, OutboundMessage, PatientState
from companion.services import claiming, dispatch, lost_texts, reconciliation, scheduling
from companion.services.receipts import Report, take_report
from companion.services.setup import Setup
from companion.transports.base import OutboundText, Page, Unavailable
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    a_waiting_text,
    at_once,
    connect,
    kinds_of_tasks,
    outbox_of,
    put_state,
    replies_of,
    sweep,
    tasks_of,
    the_patient,
    the_row,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA, BO, CLINIC
from tests.services.test_booking import at

LOST = AnswerLost("ReadTimeout")
BUSY = Unavailable("HTTP 429")


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


@pytest.fixture
def lost(setup: Setup, clinic: int, transport: FakeTransport) -> int:
    """An answer handed over on Monday at nine, of which nobody knows what became."""
    row = a_waiting_text(setup, clinic, not_useful_after=MONDAY + timedelta(minutes=15))
    transport.outcomes.append(LOST)
    sweep(setup, MONDAY)
    return row


def ask(setup: Setup, **after: float) -> int:
    now = MONDAY + timedelta(**after)
    return lost_texts.ask(setup, lambda: now)


def work(setup: Setup, now: datetime) -> None:
    """Do what a worker's tick does."""
    sweep(setup, now)
    lost_texts.ask(setup, lambda: now)


def there(transport: FakeTransport, body: str, status: str = "queued", **overrides: object) -> Seen:
    """Put a text into the provider's record, as it is when nobody was told."""
    given = {
        "sid": f"SM-there-{len(transport.record)}",
        "sender": CLINIC,
        "to": AMINA,
        "direction": "outbound-api",
        "created_at": MONDAY + timedelta(seconds=1),
        **overrides,
    }
    seen = Seen(body=body, status=status, **given)  # type: ignore[arg-type]
    transport.record.append(seen)
    return seen


@pytest.mark.parametrize(
    ("status", "state"),
    [("queued", "accepted"), ("sent", "sent"), ("delivered", "delivered"), ("in a new word", "accepted")],
)
def test_a_lost_text_that_the_provider_has_is_adopted_and_not_sent_again(
    setup: Setup, lost: int, transport: FakeTransport, status: str, state: str
) -> None:
    seen = there(transport, "Saved.", status)

    assert ask(setup, seconds=119) == 0
    assert transport.asked == []
    assert ask(setup, seconds=120) == 1
    for minutes in range(3, 60):
        work(setup, MONDAY + timedelta(minutes=minutes))

    row = the_row(setup, lost)
    assert (row.state, row.sid, row.resent) == (state, seen.sid, False)
    assert len(transport.handed) == 1
    assert tasks_of(setup) == []


def test_a_lost_text_that_two_listings_do_not_show_is_sent_once_more_and_no_more(
    setup: Setup, lost: int, transport: FakeTransport
) -> None:
    ask(setup, seconds=120)
    assert (the_row(setup, lost).state, the_row(setup, lost).listings) == ("unknown", 1)
    assert ask(setup, seconds=179) == 0
    assert ask(setup, seconds=180) == 1
    assert the_row(setup, lost).state == "pending"

    transport.outcomes.append(LOST)
    for seconds in range(180, 3600, 5):
        work(setup, MONDAY + timedelta(seconds=seconds))

    row = the_row(setup, lost)
    assert (row.state, row.reason, row.resent, row.ask_at) == ("unknown", "lost-twice", True, None)
    assert len(transport.handed) == 2
    assert kinds_of_tasks(setup) == [("outcome-unknown", "today")]


def test_a_text_sent_once_more_that_is_taken_is_settled_without_anybody(
    setup: Setup, lost: int, transport: FakeTransport
) -> None:
    for seconds in range(60, 3600, 60):
        work(setup, MONDAY + timedelta(seconds=seconds))

    assert (the_row(setup, lost).state, the_row(setup, lost).attempts) == ("accepted", 2)
    assert len({handed.callback_url for handed in transport.handed}) == 1
    assert len(transport.handed) == 2
    assert tasks_of(setup) == []


def test_a_text_in_other_words_that_is_nobodys_blocks_the_second_try(
    setup: Setup, lost: int, transport: FakeTransport
) -> None:
    there(transport, "Please phone us. Riverside")

    for minutes in range(60):
        work(setup, MONDAY + timedelta(minutes=minutes))

    row = the_row(setup, lost)
    assert (row.state, row.reason, row.sid) == ("unknown", "other-text-there", None)
    assert len(transport.handed) == 1
    (task,) = tasks_of(setup)
    assert (task.kind, task.urgency, task.note) == ("other-text-there", "today", "Saved.")


def test_a_text_of_another_row_blocks_nothing(setup: Setup, lost: int, transport: FakeTransport) -> None:
    other = a_waiting_text(setup, 1, body="Something else.")
    sweep(setup, MONDAY)
    sid = the_row(setup, other).sid
    there(transport, "Something else.", sid=sid)

    ask(setup, seconds=120)
    ask(setup, seconds=180)

    assert the_row(setup, lost).state == "pending"


def test_two_lost_texts_to_one_number_are_told_apart(
    setup: Setup, lost: int, transport: FakeTransport
) -> None:
    other = a_waiting_text(setup, 1, body="Something else.")
    transport.outcomes.append(LOST)
    sweep(setup, MONDAY)
    there(transport, "Something else.", "delivered")

    ask(setup, seconds=120)
    ask(setup, seconds=180)

    assert the_row(setup, other).state == "delivered"
    assert the_row(setup, lost).state == "pending"
    assert tasks_of(setup) == []


def test_of_two_lost_texts_in_the_same_words_one_is_adopted_and_one_sent_again(
    setup: Setup, lost: int, transport: FakeTransport
) -> None:
    other = a_waiting_text(setup, 1, not_useful_after=MONDAY + timedelta(minutes=15))
    transport.outcomes.append(LOST)
    sweep(setup, MONDAY)
    there(transport, "Saved.", "delivered")

    for seconds in range(60, 600, 20):
        work(setup, MONDAY + timedelta(seconds=seconds))

    assert sorted(the_row(setup, row).state for row in (lost, other)) == ["accepted", "delivered"]
    assert len(transport.handed) == 3


def test_a_report_that_comes_before_the_second_try_stops_it(
    setup: Setup, lost: int, transport: FakeTransport
) -> None:
    ask(setup, seconds=120)
    ask(setup, seconds=180)

    take_report(setup, Report(the_row(setup, lost).token, "SM9", "delivered"), MONDAY)
    sweep(setup, MONDAY + timedelta(seconds=185))

    assert (the_row(setup, lost).state, the_row(setup, lost).sid) == ("delivered", "SM9")
    assert len(transport.handed) == 1


class Meanwhile(FakeTransport):
    """While it lists, something else happens."""

    happens: Callable[[], None]

    def list_texts(self, to: str, page: str | None = None) -> Page | Unavailable:
        self.happens()
        return super().list_texts(to, page)


def test_a_report_that_comes_while_the_provider_is_asked_stands(setup: Setup, lost: int) -> None:
    busy = Meanwhile()
    there(busy, "Please phone us.")
    report = Report(the_row(setup, lost).token, "SM9", "delivered")
    busy.happens = lambda: take_report(setup, report, MONDAY)

    ask(replace(setup, transport=busy), seconds=120)

    assert (the_row(setup, lost).state, the_row(setup, lost).reason) == ("delivered", "ReadTimeout")
    assert tasks_of(setup) == []


def test_no_session_is_open_while_the_provider_is_asked(setup: Setup, lost: int) -> None:
    """On SQLite a second writer would wait in vain for the first to end."""
    busy = Meanwhile()
    busy.happens = lambda: put_state(setup, a_patient(setup), PatientState.PAUSED)

    assert ask(replace(setup, transport=busy), seconds=120) == 1


def test_a_worker_that_dies_while_it_asks_leaves_a_text_that_is_asked_about_again(
    setup: Setup, lost: int, transport: FakeTransport
) -> None:
    class Dying(BaseException):
        """As a kill would be: nothing of ours catches it."""

    def die() -> None:
        raise Dying

    dying = Meanwhile()
    dying.happens = die
    with pytest.raises(Dying):
        ask(replace(setup, transport=dying), seconds=120)

    assert ask(setup, seconds=130) == 0
    assert ask(setup, minutes=5) == 1
    assert the_row(setup, lost).listings == 1


def test_two_workers_ask_about_a_text_once(setup: Setup, clinic: int, transport: FakeTransport) -> None:
    for number in range(12):
        phone = f"+447700900{number:03}"
        a_waiting_text(setup, clinic, phone=phone, to_hash=setup.hasher.phone(phone))
    transport.outcomes.extend([LOST] * 12)
    sweep(setup, MONDAY)
    connect(setup, 2)

    at_once(*[lambda: ask(setup, seconds=120)] * 2)

    assert len(transport.asked) == len(set(transport.asked)) == 12
    assert {row.listings for row in outbox_of(setup)} == {1}


def test_too_many_requests_are_not_answered_with_more(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    for _ in range(20):
        a_waiting_text(setup, clinic)
    transport.outcomes.extend([LOST] * 20)
    sweep(setup, MONDAY)
    transport.unavailable = BUSY

    assert ask(setup, seconds=120) == 0

    assert len(transport.asked) == 8
    transport.unavailable = None
    for minutes in range(3, 8):
        ask(setup, minutes=minutes)
    assert {row.listings for row in outbox_of(setup)} <= {1, 0}
    assert {row.state for row in outbox_of(setup)} == {"pending"}


@pytest.mark.parametrize("answer", [BUSY, RuntimeError("bug")], ids=["busy", "a transport that raises"])
def test_while_the_provider_cannot_be_asked_nothing_is_sent_and_a_nurse_is_told_in_the_end(
    setup: Setup, clinic: int, transport: FakeTransport, answer: Unavailable | RuntimeError
) -> None:
    row = a_waiting_text(setup, clinic)

    def fail() -> None:
        if isinstance(answer, RuntimeError):
            raise answer

    asked = Meanwhile(unavailable=answer if isinstance(answer, Unavailable) else None)
    asked.happens = fail
    asked.outcomes.append(LOST)
    silent = replace(setup, transport=asked)
    for minutes in range(15):
        work(silent, MONDAY + timedelta(minutes=minutes))
    assert tasks_of(setup) == []

    work(silent, MONDAY + timedelta(minutes=16))

    assert kinds_of_tasks(setup) == [("outcome-unknown", "today")]
    assert len(asked.handed) == 1
    assert the_row(setup, row).state == "unknown"


def test_a_provider_that_is_asked_again_at_last_settles_what_it_has(
    setup: Setup, lost: int, transport: FakeTransport
) -> None:
    transport.unavailable = BUSY
    for hours in range(1, 20):
        work(setup, MONDAY + timedelta(hours=hours))
    transport.unavailable = None
    there(transport, "Saved.", "delivered")

    work(setup, MONDAY + timedelta(hours=20))

    assert the_row(setup, lost).state == "delivered"
    assert kinds_of_tasks(setup) == [("outcome-unknown", "today")], "told once"


def test_the_list_is_read_as_far_back_as_the_lease_and_no_further(
    setup: Setup, lost: int, transport: FakeTransport
) -> None:
    transport.page_size = 3
    for days in range(1, 40):
        there(transport, f"old {days}", created_at=MONDAY - timedelta(days=days))
    for minutes in range(4):
        there(transport, "new", created_at=MONDAY + timedelta(minutes=minutes), direction="inbound")
    seen = there(transport, "Saved.")

    ask(setup, seconds=120)

    assert the_row(setup, lost).sid == seen.sid
    assert len(transport.asked) == 3, "two pages, and one from before the lease"


def test_a_list_that_never_ends_settles_nothing(setup: Setup, lost: int, transport: FakeTransport) -> None:
    transport.page_size = 1
    for seconds in range(30):
        there(transport, "by another clinic", created_at=MONDAY + timedelta(seconds=seconds), sender=BO)

    assert ask(setup, seconds=120) == 0
    assert (the_row(setup, lost).state, the_row(setup, lost).listings) == ("unknown", 0)


def a_lost_reminder(setup: Setup, transport: FakeTransport) -> tuple[int, datetime]:
    """Return the evening reminder of a visit on 16 March at 9:30, lost, and when it went."""
    a_visit(setup, a_patient(setup), kind="blood-test")
    transport.outcomes.append(LOST)
    sweep(setup, at("03-15 18:00"))
    return outbox_of(setup)[0].id or 0, at("03-15 18:00")


def test_the_second_try_of_a_reminder_is_a_claim_with_all_its_checks(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    row, sent = a_lost_reminder(setup, transport)
    put_state(setup, the_row(setup, row).patient_id or 0, PatientState.HELD)

    for minutes in range(10):
        work(setup, sent + timedelta(minutes=minutes))

    assert (the_row(setup, row).state, the_row(setup, row).reason) == ("suppressed", "held")
    assert len(transport.handed) == 1


def test_a_visit_that_moves_while_its_reminder_is_lost_is_not_told_as_it_was(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    row, sent = a_lost_reminder(setup, transport)
    visit = the_row(setup, row).appointment_id or 0
    scheduling.move(setup, appointment_id=visit, at="2027-03-18T09:30", now=sent)

    for minutes in range(10):
        work(setup, sent + timedelta(minutes=minutes))

    assert (the_row(setup, row).state, the_row(setup, row).reason) == ("withdrawn", "visit-changed")


@pytest.mark.parametrize(
    ("looked", "reason"),
    [
        ("03-16 07:30", "near-the-visit"),
        ("03-16 08:45", "not-useful-any-more"),
    ],
)
def test_near_the_visit_a_person_is_phoned_instead(
    setup: Setup, clinic: int, transport: FakeTransport, looked: str, reason: str
) -> None:
    row, sent = a_lost_reminder(setup, transport)
    lost_texts.ask(setup, lambda: sent + timedelta(seconds=120))

    work(setup, at(looked))
    work(setup, at(looked) + timedelta(minutes=5))

    assert (the_row(setup, row).state, the_row(setup, row).reason) == ("unknown", reason)
    assert len(transport.handed) == 1
    (task,) = tasks_of(setup)
    assert (task.kind, task.urgency) == ("outcome-unknown", "today")


def test_a_text_lost_in_the_evening_waits_for_sending_hours_before_it_goes_once_more(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    row, sent = a_lost_reminder(setup, transport)
    lost_texts.ask(setup, lambda: sent + timedelta(seconds=120))

    work(setup, at("03-15 21:00"))
    sweep(setup, at("03-15 21:01"))

    assert (the_row(setup, row).state, the_row(setup, row).send_at) == ("pending", at("03-16 08:00"))


def test_an_answer_in_a_webhooks_response_that_nobody_reports_goes_the_same_way(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    a_patient(setup)
    answer = a_text(setup, "CALL ME")
    assert answer is not None
    for seconds in range(60, 600, 20):
        work(setup, MONDAY + timedelta(seconds=seconds))

    (row,) = replies_of(setup)
    assert (row.state, row.attempts, transport.bodies) == ("accepted", 2, [answer.body])


def test_an_answer_in_a_webhooks_response_that_the_provider_took_is_adopted(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    a_patient(setup)
    answer = a_text(setup, "CALL ME")
    assert answer is not None
    there(transport, answer.body, "delivered", direction="outbound-reply")
    for seconds in range(60, 600, 20):
        work(setup, MONDAY + timedelta(seconds=seconds))

    assert (replies_of(setup)[0].state, transport.handed) == ("delivered", [])


def test_an_answer_given_again_is_looked_for_anew(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    a_patient(setup)
    a_text(setup, "CALL ME", sid="SM1")
    work(setup, MONDAY + timedelta(seconds=60))
    work(setup, MONDAY + timedelta(seconds=120))
    assert replies_of(setup)[0].listings == 1

    again = a_text(setup, "CALL ME", MONDAY + timedelta(seconds=170), sid="SM1")

    assert again is not None
    assert ask(setup, seconds=180) == 0
    assert ask(setup, seconds=290) == 1
    assert (replies_of(setup)[0].state, replies_of(setup)[0].listings) == ("unknown", 1)


def test_an_answer_that_goes_once_more_is_not_given_to_a_repeat_as_well(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    a_patient(setup)
    a_text(setup, "CALL ME", sid="SM1")
    for seconds in (60, 120, 180):
        work(setup, MONDAY + timedelta(seconds=seconds))
    claiming.claim_due(setup, MONDAY + timedelta(seconds=181), 8)

    assert replies_of(setup)[0].state == "leased"
    assert a_text(setup, "CALL ME", MONDAY + timedelta(seconds=182), sid="SM1") is None


def test_a_lost_safety_text_is_a_nurses_at_once_and_looked_for_all_the_same(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    row = a_waiting_text(setup, clinic, kind=OutboundKind.SAFETY)
    transport.outcomes.append(LOST)
    work(setup, MONDAY)
    assert kinds_of_tasks(setup) == [("outcome-unknown", "urgent")]

    for seconds in (120, 180, 185):
        work(setup, MONDAY + timedelta(seconds=seconds))

    assert (the_row(setup, row).state, the_row(setup, row).attempts) == ("accepted", 2)
    assert kinds_of_tasks(setup) == [("outcome-unknown", "urgent")]


def test_a_lost_safety_text_that_the_number_got_for_another_reason_is_not_sent_again(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    row = a_waiting_text(setup, clinic, kind=OutboundKind.SAFETY)
    transport.outcomes.append(LOST)
    work(setup, MONDAY)
    now = MONDAY + timedelta(minutes=1)
    other = a_waiting_text(setup, clinic, now, kind=OutboundKind.SAFETY)
    work(setup, now)
    there(transport, "Saved.", sid=the_row(setup, other).sid, created_at=now)

    for seconds in (120, 180, 185):
        work(setup, MONDAY + timedelta(seconds=seconds))

    assert (the_row(setup, row).state, the_row(setup, row).reason) == ("suppressed", "said-just-now")
    assert len(transport.handed) == 2


def test_a_text_that_was_refused_after_all_is_failed_and_an_opt_out_is_heeded(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    patient = a_patient(setup)
    row, sent = a_lost_reminder(setup, transport)
    there(transport, the_row(setup, row).body, "failed", created_at=sent, error_code=21610)

    lost_texts.ask(setup, lambda: sent + timedelta(seconds=120))

    assert (the_row(setup, row).state, the_row(setup, row).error_code) == ("failed", 21610)
    assert the_patient(setup, patient).state == PatientState.STOPPED
    assert ("opted-out-at-the-carrier", "today") in kinds_of_tasks(setup)


@pytest.fixture
def accepted(setup: Setup, clinic: int) -> OutboundMessage:
    """An answer that the provider has taken, and has not reported on."""
    row = a_waiting_text(setup, clinic, kind=OutboundKind.SAFETY)
    sweep(setup, MONDAY)
    return the_row(setup, row)


@pytest.mark.parametrize(
    ("status", "state", "tasks"),
    [
        ("delivered", "delivered", []),
        ("undelivered", "undelivered", [("safety-not-delivered", "urgent")]),
        ("sent", "sent", []),
        ("sending", "accepted", []),
    ],
)
def test_a_report_that_never_came_is_fetched(
    setup: Setup,
    accepted: OutboundMessage,
    transport: FakeTransport,
    status: str,
    state: str,
    tasks: list[tuple[str, str]],
) -> None:
    there(transport, "Saved.", status, sid=accepted.sid)

    assert ask(setup, minutes=59) == 0
    assert ask(setup, minutes=60) == 1

    row = the_row(setup, accepted.id or 0)
    assert row.state == state
    assert row.ask_at == (None if state in ("delivered", "undelivered") else MONDAY + timedelta(hours=25))
    assert kinds_of_tasks(setup) == tasks


def test_a_text_that_is_never_reported_on_is_asked_about_for_a_week(
    setup: Setup, accepted: OutboundMessage, transport: FakeTransport
) -> None:
    there(transport, "Saved.", "sent", sid=accepted.sid)

    for hours in range(10 * 24):
        ask(setup, hours=hours)

    assert len(transport.asked) == 7
    assert (the_row(setup, accepted.id or 0).state, the_row(setup, accepted.id or 0).ask_at) == ("sent", None)


def test_a_text_the_provider_has_no_more_is_left_as_it_is(
    setup: Setup, accepted: OutboundMessage, transport: FakeTransport
) -> None:
    ask(setup, hours=1)

    assert the_row(setup, accepted.id or 0).state == "accepted"
    assert the_row(setup, accepted.id or 0).ask_at == MONDAY + timedelta(hours=25)


def test_a_text_that_is_reported_on_is_never_asked_about(
    setup: Setup, accepted: OutboundMessage, transport: FakeTransport
) -> None:
    take_report(setup, Report(accepted.token, accepted.sid or "", "delivered"), MONDAY)

    ask(setup, days=1)

    assert transport.asked == []


def test_a_text_that_was_not_taken_is_not_asked_about(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    a_waiting_text(setup, clinic)
    transport.outcomes.append(NotTaken("HTTP 429"))
    sweep(setup, MONDAY)

    ask(setup, days=1)

    assert transport.asked == []


def test_lost_texts_are_asked_about_before_those_that_only_lack_a_report(
    setup: Setup, accepted: OutboundMessage, transport: FakeTransport
) -> None:
    for _ in range(8):
        a_waiting_text(setup, 1, MONDAY + timedelta(hours=1), body="lost")
    transport.outcomes.extend([LOST] * 8)
    sweep(setup, MONDAY + timedelta(hours=1))

    ask(setup, hours=2)

    assert transport.asked[:8] == [AMINA] * 8
    assert transport.asked[8:] == [accepted.sid]


def test_a_text_that_cannot_be_read_holds_up_no_other(
    setup: Setup, lost: int, transport: FakeTransport
) -> None:
    other = a_waiting_text(setup, 1, phone=BO, to_hash=setup.hasher.phone(BO))
    transport.outcomes.append(LOST)
    sweep(setup, MONDAY)
    with setup.database.transaction() as session:
        spoil = text("UPDATE outbound_message SET phone = 'nonsense' WHERE id = :id")
        session.execute(spoil, {"id": lost})

    assert ask(setup, seconds=120) == 1

    assert the_row(setup, other).listings == 1
    assert kinds_of_tasks(setup) == [("text-set-aside", "urgent")]


def test_when_the_end_is_asked_for_nobody_is_asked(setup: Setup, lost: int, transport: FakeTransport) -> None:
    lost_texts.ask(setup, lambda: MONDAY + timedelta(hours=1), lambda: True)

    assert transport.asked == []


def test_the_next_thing_due_is_to_ask(setup: Setup, lost: int) -> None:
    assert dispatch.next_due(setup) is None
    assert reconciliation.next_ask(setup) == MONDAY + timedelta(seconds=120)


def test_what_is_asked_holds_no_text(setup: Setup, lost: int, transport: FakeTransport) -> None:
    """Only the number goes to the provider, which has it; the words stay here."""
    ask(setup, seconds=120)

    assert transport.asked == [AMINA]
    assert all(isinstance(handed, OutboundText) for handed in transport.handed)
