"""Offers as a phone sees them: a question saved, the day after a visit, the waiting room, which was meant."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from companion.domain.catalogue import Catalogue
from companion.domain.understanding import Context, Meaning, Understood, understand
from companion.records import (
    Appointment,
    AppointmentState,
    Conversation,
    OutboundMessage,
    OutboundState,
    PatientQuestion,
    Privacy,
)
from companion.services import memory, rewording
from companion.services.setup import Setup
from companion.worker.hourly import HourlyForgetting
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
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
from tests.people import BO, LINE, STRANGER
from tests.services.test_booking import at, replan
from tests.services.test_conversations import bare, says

_QUESTION = "Will it cure me?"
#: The visit is on Tuesday 16 March at 9:30; the day after, at 10.
_AFTER = at("03-17 10:00")
_HOUR = timedelta(hours=1)


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup, treatment="blinatumomab")


def stored(setup: Setup) -> Conversation:
    with setup.database.reading() as session:
        return session.exec(select(Conversation).order_by(col(Conversation.id))).first() or pytest.fail(
            "none"
        )


def raw(setup: Setup, column: str) -> str:
    with setup.database.engine.connect() as connection:
        return str(connection.exec_driver_sql(f"SELECT {column} FROM conversation").scalar_one())


def asked(setup: Setup) -> list[bool]:
    """Say of each question ever saved whether it is ticked off."""
    with setup.database.reading() as session:
        return [q.asked_at is not None for q in session.exec(select(PatientQuestion)).all()]


# ---- a question nobody understands ----


def test_a_question_is_offered_and_saved_in_the_persons_own_words(setup: Setup, patient: int) -> None:
    assert says(setup, _QUESTION) == words_of(setup, "free-text.offer")
    assert says(setup, "LIST") == words_of(setup, "list.empty"), "nothing is saved unasked"
    says(setup, _QUESTION)

    assert says(setup, "1") == words_of(setup, "free-text.saved")
    assert bare(says(setup, "LIST")) == [_QUESTION]
    assert tasks_of(setup) == []


def test_two_leaves_it(setup: Setup, patient: int) -> None:
    says(setup, _QUESTION)

    assert says(setup, "2") == words_of(setup, "free-text.not-saved")
    assert says(setup, "1") == words_of(setup, "choice.unclear")
    assert says(setup, "LIST") == words_of(setup, "list.empty")


def test_what_was_offered_is_stored_encrypted_and_forgotten_with_the_offer(
    setup: Setup, patient: int
) -> None:
    says(setup, _QUESTION)
    assert _QUESTION in (stored(setup).offered or "")
    assert "cure" not in raw(setup, "offered")

    says(setup, "LESS")
    assert (stored(setup).offer, stored(setup).offered) == ("less", None)
    says(setup, _QUESTION)
    says(setup, "QUESTIONS")
    assert (stored(setup).offer, stored(setup).offered) == (None, None)


@pytest.mark.parametrize(
    ("later", "kept"), [(timedelta(hours=23, minutes=59), True), (timedelta(hours=24), False)]
)
def test_the_worker_forgets_it_after_a_day(
    setup: Setup, patient: int, later: timedelta, *, kept: bool
) -> None:
    says(setup, _QUESTION)

    HourlyForgetting(setup).forget(MONDAY + later)

    assert (stored(setup).offered is not None) is kept
    item = "free-text.saved" if kept else "choice.unclear"
    assert says(setup, "1", MONDAY + later) == words_of(setup, item)


def test_the_worker_forgets_once_an_hour(setup: Setup, patient: int) -> None:
    hourly = HourlyForgetting(setup)
    hourly.forget(at("03-02 10:00"))
    says(setup, _QUESTION, at("03-01 10:30"))

    hourly.forget(at("03-02 10:59"))
    assert stored(setup).offered is not None
    hourly.forget(at("03-02 11:00"))
    assert stored(setup).offered is None


def test_after_an_infusion_a_question_nobody_understands_is_urgent_and_no_offer(
    setup: Setup, patient: int
) -> None:
    visit = a_visit(setup, patient, kind="car-t-infusion", at="2027-03-02T09:30").appointment.id or 0

    said = says(setup, _QUESTION, at("03-05 10:00"))

    assert said == words_of(setup, "not-understood.watched")
    assert the_visit(setup, visit).type == "car-t-infusion"
    assert kinds_of_tasks(setup) == [("muddled-after-infusion", "urgent")]


def test_a_stranger_is_offered_nothing(setup: Setup, patient: int) -> None:
    reply = a_text(setup, _QUESTION, sender=STRANGER)

    assert reply is not None
    assert reply.body == words_of(setup, "unknown-number")


# ---- the day after a visit ----


@pytest.fixture
def after(setup: Setup, patient: int, transport: FakeTransport) -> FakeTransport:
    """Two questions are saved, the visit took place, and the reminder of the day after is sent."""
    says(setup, "ASK one?")
    says(setup, "ASK two?")
    a_visit(setup, patient)
    attend(setup)
    sweep(setup, _AFTER)
    return transport


def attend(setup: Setup) -> None:
    with setup.database.transaction() as session:
        session.get_one(Appointment, 1).state = AppointmentState.ATTENDED
    replan(setup, 1, at("03-16 12:00"))


def test_the_day_after_invites_three_digits_and_gives_nothing_away(
    setup: Setup, after: FakeTransport
) -> None:
    body = after.bodies[-1]

    assert body == setup.catalogue.text("push.after-visit").text
    assert all(digit in body for digit in "123")
    assert setup.catalogue.lock_screen.allows(body)
    assert outbox_of(setup)[-1].segments == 1


def test_one_ticks_off_the_list_and_two_takes_that_back(setup: Setup, after: FakeTransport) -> None:
    assert says(setup, "1", _AFTER + _HOUR) == words_of(setup, "after-visit.asked", count="2")
    assert asked(setup) == [True, True]
    assert says(setup, "LIST", _AFTER + _HOUR) == words_of(setup, "list.empty")


def test_what_was_ticked_off_by_mistake_is_kept_by_two(setup: Setup, after: FakeTransport) -> None:
    says(setup, "1", _AFTER + _HOUR)

    assert says(setup, "2", _AFTER + 2 * _HOUR) == words_of(setup, "after-visit.kept", count="2")
    assert bare(says(setup, "LIST", _AFTER + 2 * _HOUR)) == ["one?", "two?"]


def test_two_keeps_the_list_for_next_time(setup: Setup, after: FakeTransport) -> None:
    assert says(setup, "2", _AFTER + _HOUR) == words_of(setup, "after-visit.kept", count="2")
    assert asked(setup) == [False, False]
    assert says(setup, "2", _AFTER + _HOUR) == words_of(setup, "choice.unclear"), "answered once"


def test_three_names_somebody_to_talk_to(setup: Setup, after: FakeTransport) -> None:
    said = says(setup, "3", _AFTER + _HOUR) or ""

    assert "116 123" in said
    assert said.endswith("Reply CALL ME to ask for a call.")
    assert "call-me" not in [kind for kind, _ in kinds_of_tasks(setup)], "nobody is called unless they ask"


@pytest.mark.parametrize(
    ("later", "item"),
    [
        (timedelta(hours=23, minutes=59), "after-visit.kept"),
        (timedelta(hours=24), "choice.unclear"),
    ],
)
def test_it_is_open_for_a_day(setup: Setup, after: FakeTransport, later: timedelta, item: str) -> None:
    values = {"count": "2"} if item == "after-visit.kept" else {}

    assert says(setup, "2", _AFTER + later) == words_of(setup, item, **values)


def test_the_newest_text_that_invited_digits_is_answered(setup: Setup, after: FakeTransport) -> None:
    says(setup, "LESS", _AFTER + _HOUR)

    assert says(setup, "1", _AFTER + _HOUR) == words_of(setup, "less.done")
    assert says(setup, "1", _AFTER + _HOUR) == words_of(setup, "choice.unclear")
    assert asked(setup) == [False, False]


def test_a_reminder_that_left_late_is_newer_than_what_was_asked_before_it_left(
    setup: Setup, patient: int
) -> None:
    says(setup, "ASK one?")
    a_visit(setup, patient)
    attend(setup)
    says(setup, "LESS", _AFTER + timedelta(minutes=30))
    sweep(setup, _AFTER + _HOUR)

    said = says(setup, "1", _AFTER + 2 * _HOUR)
    assert said == words_of(setup, "after-visit.asked", count="1")
    assert asked(setup) == [True]


def test_an_older_offer_gives_way_to_the_day_after(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    says(setup, "ASK one?")
    a_visit(setup, patient)
    attend(setup)
    says(setup, "LESS", _AFTER - _HOUR)
    sweep(setup, _AFTER)

    assert says(setup, "1", _AFTER + _HOUR) == words_of(setup, "after-visit.asked", count="1")
    assert the_patient(setup, patient).information == "standard"


@pytest.mark.parametrize(
    ("state", "answered"),
    [
        (OutboundState.LEASED, True),
        (OutboundState.ACCEPTED, True),
        (OutboundState.SENT, True),
        (OutboundState.DELIVERED, True),
        (OutboundState.UNKNOWN, False),
        (OutboundState.UNDELIVERED, False),
        (OutboundState.FAILED, False),
        (OutboundState.SUPPRESSED, False),
    ],
)
def test_only_a_text_that_was_sent_invites(
    setup: Setup, after: FakeTransport, state: OutboundState, *, answered: bool
) -> None:
    with setup.database.transaction() as session:
        follow_up(session).state = state

    item = "after-visit.kept" if answered else "choice.unclear"
    said = says(setup, "2", _AFTER + _HOUR)
    assert said == words_of(setup, item, **({"count": "2"} if answered else {}))


def follow_up(session: Session) -> OutboundMessage:
    return session.exec(select(OutboundMessage).where(OutboundMessage.rule == "after-visit")).one()


def test_before_it_has_left_it_invites_nothing(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    attend(setup)

    assert says(setup, "2", _AFTER - _HOUR) == words_of(setup, "choice.unclear")


def test_a_clinics_own_words_without_the_digits_invite_none(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    rewording.set_wording(
        setup, 1, "en", "push.after-visit", "Your visit is over. Reply LIST to see your questions.", None,
        "Nurse Okafor", MONDAY,
    )  # fmt: skip
    says(setup, "ASK one?")
    a_visit(setup, patient)
    attend(setup)
    sweep(setup, _AFTER)
    assert transport.bodies[-1].startswith("Your visit is over.")

    assert says(setup, "1", _AFTER + _HOUR) == words_of(setup, "choice.unclear")
    assert asked(setup) == [False]


def test_people_with_minimal_reminders_get_none_of_it(setup: Setup, transport: FakeTransport) -> None:
    a_clinic(setup)
    discreet = a_patient(setup, privacy=Privacy.DISCREET)
    says(setup, "ASK one?")
    a_visit(setup, discreet)
    attend(setup)
    sweep(setup, _AFTER)

    assert [row.state for row in outbox_of(setup) if row.rule == "after-visit"] == ["suppressed"]
    assert says(setup, "1", _AFTER + _HOUR) == words_of(setup, "choice.unclear")
    assert asked(setup) == [False]


def test_what_was_not_asked_stands_in_the_next_visits_reminder(
    setup: Setup, patient: int, after: FakeTransport
) -> None:
    says(setup, "ASKED 1", _AFTER + _HOUR)
    says(setup, "2", _AFTER + _HOUR)
    a_visit(setup, patient, _AFTER + _HOUR, at="2027-03-30T09:30")

    (evening,) = (
        row.body for row in outbox_of(setup) if row.rule == "evening-before" and row.state == "pending"
    )
    assert "1. two?" in evening
    assert "one?" not in evening


# ---- a digit with nothing open ----


def test_a_digit_after_a_treatment_was_read_confirms_nothing_and_changes_no_treatment(
    setup: Setup, patient: int
) -> None:
    says(setup, "LIST")
    visit = a_visit(setup, patient).appointment.id or 0
    sweep(setup, at("03-13 10:00"))
    says(setup, "CART", at("03-13 11:00"))

    said = says(setup, "1", at("03-13 11:01"))

    assert said == words_of(setup, "choice.unclear-visit", when="Tuesday 16 March at 9:30am")
    assert the_visit(setup, visit).state == AppointmentState.BOOKED
    assert the_patient(setup, patient).treatment == "blinatumomab"
    assert the_patient(setup, patient).weighing == []
    assert kinds_of_tasks(setup) == []


def test_a_reminder_with_numbered_questions_closes_an_older_offer(setup: Setup, patient: int) -> None:
    says(setup, "WHO")
    a_visit(setup, patient)
    says(setup, "LESS", at("03-15 17:00"))
    sweep(setup, at("03-15 18:00"))
    (evening,) = (row for row in outbox_of(setup) if row.rule == "evening-before")
    assert "\n1. " in evening.body

    says(setup, "1", at("03-15 19:00"))

    assert the_patient(setup, patient).information == "standard"


# ---- the waiting room ----


@pytest.mark.parametrize(
    ("now", "one_by_one"),
    [
        pytest.param(at("03-15 23:59"), False, id="the evening before"),
        pytest.param(at("03-16 00:00"), True, id="from midnight"),
        pytest.param(at("03-16 09:45"), True, id="it begins late"),
        pytest.param(at("03-16 23:59"), True, id="until midnight"),
        pytest.param(at("03-17 00:00"), False, id="the day after"),
    ],
)
def test_on_the_day_the_list_comes_one_by_one(
    setup: Setup, patient: int, now: datetime, *, one_by_one: bool
) -> None:
    a_visit(setup, patient)
    for question in ("one?", "two?", "three?", "four?"):
        says(setup, f"ASK {question}")
    before = len(replies_of(setup))

    says(setup, "LIST", now)

    said = [row.body for row in replies_of(setup)][before:]
    assert len(said) == (3 if one_by_one else 1)
    if one_by_one:
        assert said[2] == words_of(setup, "list.day-more", questions="3. three?", number="3")
        rest = says(setup, "NEXT", now + timedelta(seconds=1))
        assert bare(rest) == ["four?"]


def test_the_day_is_that_of_the_persons_own_zone(setup: Setup) -> None:
    a_clinic(setup)
    patient = a_patient(setup, zone="Pacific/Auckland")
    a_visit(setup, patient, at="2027-03-16T09:30")
    says(setup, "ASK one?")

    # 12:30 on the 15th in London is half past one on the 16th there.
    assert says(setup, "LIST", at("03-15 12:30")) == words_of(
        setup, "list.day", questions="1. one?", number="1"
    )


@pytest.mark.parametrize(
    "state", [AppointmentState.CANCELLED, AppointmentState.MISSED, AppointmentState.ATTENDED]
)
def test_a_visit_that_is_over_or_off_makes_no_waiting_room(
    setup: Setup, patient: int, state: AppointmentState
) -> None:
    a_visit(setup, patient)
    says(setup, "ASK one?")
    with setup.database.transaction() as session:
        session.get_one(Appointment, 1).state = state

    assert says(setup, "LIST", at("03-16 09:00")) == words_of(setup, "list.one", questions="1. one?")


def test_more_goes_on_with_the_newest_of_list_questions_and_getting_ready(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    for question in ("one?", "two?", "three?", "four?"):
        says(setup, f"ASK {question}")
    now = at("03-16 09:00")
    says(setup, "LIST", now)
    first = bare(says(setup, "QUESTIONS", now + timedelta(minutes=1)))

    more = bare(says(setup, "MORE", now + timedelta(minutes=2)))

    assert "four?" not in more
    assert set(more).isdisjoint(first)


# ---- two meanings as likely ----


@pytest.fixture
def torn(monkeypatch: pytest.MonkeyPatch) -> None:
    """`hmm` may be COMING or CANT COME, and `ponna` one of two treatments."""
    torn = {
        "hmm": (Meaning("confirm"), Meaning("change")),
        "datinib": (Meaning("treatment", "imatinib"), Meaning("treatment", "dasatinib")),
    }

    def hears(text: str, catalogue: Catalogue, context: Context) -> Understood:
        if text in torn:
            return Understood(text, torn[text][0], alternatives=torn[text][1:])
        return understand(text, catalogue, context)

    monkeypatch.setattr("companion.services.hearing.understand", hears)


@pytest.mark.usefixtures("torn")
def test_it_is_asked_which_and_the_digit_does_it(setup: Setup, patient: int) -> None:
    visit = a_visit(setup, patient).appointment.id or 0

    said = says(setup, "hmm") or ""
    assert "Reply 1 for saying you are coming.\nReply 2 for saying you cannot come." in said
    assert the_visit(setup, visit).state == AppointmentState.BOOKED
    assert "hmm" not in raw(setup, "offered")

    assert says(setup, "2") == words_of(setup, "change.passed-on", when="Tuesday 16 March at 9:30am")
    assert the_visit(setup, visit).state == AppointmentState.CHANGE_ASKED
    assert [task.note for task in tasks_of(setup)] == ["Amina: hmm"]
    assert stored(setup).offered is None


@pytest.mark.usefixtures("torn")
@pytest.mark.parametrize(("later", "open_"), [(timedelta(hours=23), True), (timedelta(hours=24), False)])
def test_the_choice_is_open_for_a_day(setup: Setup, patient: int, later: timedelta, *, open_: bool) -> None:
    says(setup, "datinib")

    said = says(setup, "2", MONDAY + later)

    about = setup.catalogue.treatment("dasatinib").about[0].item.fill(line=LINE)
    assert said == (about if open_ else words_of(setup, "choice.unclear"))


@pytest.mark.usefixtures("torn")
def test_a_choice_on_a_shared_phone_is_asked_first_and_then_whom_it_is_about(
    setup: Setup, patient: int
) -> None:
    a_patient(setup, name="Bo", phone=the_patient(setup, patient).phone)
    a_visit(setup, 2)

    assert "Reply 2 for saying you cannot come." in (says(setup, "hmm") or "")
    assert "Reply 2 for Bo." in (says(setup, "2") or "")
    says(setup, "2")

    assert the_visit(setup, 1).state == AppointmentState.CHANGE_ASKED
    assert [(task.note, task.patient_id) for task in tasks_of(setup)] == [("Bo: hmm", 2)]


def test_forgetting_leaves_other_numbers_open_offers_alone(setup: Setup, patient: int) -> None:
    a_patient(setup, name="Bo", phone=BO)
    a_text(setup, _QUESTION, MONDAY + timedelta(hours=5), sender=BO)
    says(setup, _QUESTION)

    memory.forget_lapsed(setup, MONDAY + timedelta(hours=24))

    reply = a_text(setup, "1", MONDAY + timedelta(hours=25), sender=BO)
    assert reply is not None
    assert reply.body == words_of(setup, "free-text.saved")
