"""Red flags, crisis, death and silence: what goes out whatever else holds, and what never does."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from companion.domain.items import Review
from companion.domain.languages import ENGLISH, Languages
from companion.records import CancelledBy, PatientState
from companion.services import clinics, scheduling
from companion.services.receipts import Report, take_report
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    inbox_of,
    kinds_of_tasks,
    outbox_of,
    put_state,
    replies_of,
    sweep,
    tasks_of,
    the_patient,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA, LINE, OTHER_CLINIC, STRANGER
from tests.services.test_booking import at


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup)


def test_a_red_flag_gets_the_fixed_text_and_an_urgent_task(setup: Setup, patient: int) -> None:
    said = a_text(setup, "I've got a fever of 38.2")

    assert said is not None
    assert said.body == words_of(setup, "urgent")
    (task,), (row,) = tasks_of(setup), replies_of(setup)
    assert (task.kind, task.urgency, task.patient_id) == ("urgent", "urgent", patient)
    assert task.note == "Amina: I've got a fever of 38.2"
    assert (row.kind, row.not_useful_after) == ("safety", None)


@pytest.mark.parametrize("state", list(PatientState))
def test_a_red_flag_is_answered_in_every_state_a_person_can_be_in(
    setup: Setup, patient: int, state: PatientState
) -> None:
    put_state(setup, patient, state)

    said = a_text(setup, "I have a fever")

    assert said is not None
    assert said.body == words_of(setup, "urgent")
    assert the_patient(setup, patient).state == state
    assert kinds_of_tasks(setup) == [("urgent", "urgent")]


@pytest.mark.parametrize(
    "state",
    [PatientState.HELD, PatientState.WRONG_NUMBER, PatientState.DECEASED, PatientState.FINISHED],
)
@pytest.mark.parametrize("body", ["QUESTIONS", "START", "RESUME", "VISIT", "👍", "wrong number"])
def test_a_silenced_number_hears_nothing_but_safety(
    setup: Setup, patient: int, state: PatientState, body: str
) -> None:
    put_state(setup, patient, state)

    assert a_text(setup, body) is None
    assert the_patient(setup, patient).state == state
    assert replies_of(setup) == []
    assert [text.body for text in inbox_of(setup)] == [body]


@pytest.mark.parametrize(
    ("state", "item"),
    [
        (PatientState.HELD, "not-understood"),
        (PatientState.WRONG_NUMBER, None),
        (PatientState.DECEASED, None),
        (PatientState.FINISHED, None),
    ],
)
def test_whoever_writes_on_after_a_death_hears_where_to_call(
    setup: Setup, patient: int, state: PatientState, item: str | None
) -> None:
    put_state(setup, patient, state)

    said = a_text(setup, "hello, are you there")

    assert (said.body if said else None) == (words_of(setup, item) if item else None)
    assert the_patient(setup, patient).state == state


@pytest.mark.parametrize(
    "state",
    [PatientState.HELD, PatientState.WRONG_NUMBER, PatientState.DECEASED, PatientState.FINISHED],
)
def test_a_cry_for_help_is_answered_in_silence_too(setup: Setup, patient: int, state: PatientState) -> None:
    put_state(setup, patient, state)

    said = a_text(setup, "HELP")

    assert said is not None
    assert said.body == words_of(setup, "help")


def test_a_stop_of_a_silenced_number_is_put_before_a_nurse(setup: Setup, patient: int) -> None:
    put_state(setup, patient, PatientState.HELD)

    assert a_text(setup, "STOP") is None

    assert kinds_of_tasks(setup) == [("opted-out-while-silent", "today")]
    assert the_patient(setup, patient).state == PatientState.HELD


@pytest.mark.parametrize("body", ["he has died", "wrong number"])
@pytest.mark.parametrize("state", [PatientState.DECEASED, PatientState.FINISHED])
def test_no_text_undoes_what_staff_decided(
    setup: Setup, patient: int, state: PatientState, body: str
) -> None:
    shares = a_patient(setup, name="Bo", phone=AMINA)
    put_state(setup, patient, state)

    a_text(setup, body)

    assert the_patient(setup, patient).state == state
    assert the_patient(setup, shares).state in ("held", "wrong_number")


def test_a_text_that_breaks_the_program_is_kept_answered_and_put_before_a_nurse(
    setup: Setup, patient: int
) -> None:
    """The words that would answer it are gone, which stands for whatever else may go wrong."""
    texts = {name: item for name, item in setup.catalogue.texts.items() if name != "call-me.passed-on"}
    broken = replace(setup, languages=Languages({ENGLISH: replace(setup.catalogue, texts=texts)}))

    said = a_text(broken, "CALL ME")

    assert said is not None
    assert said.body == words_of(setup, "not-understood")
    assert [text.body for text in inbox_of(setup)] == ["CALL ME"]
    assert kinds_of_tasks(setup) == [("text-not-answered", "urgent")]
    assert [(row.kind, row.state) for row in replies_of(setup)] == [("safety", "leased")]


def test_a_safety_text_that_did_not_leave_is_said_again_at_once(setup: Setup, patient: int) -> None:
    a_text(setup, "I have a fever")
    take_report(setup, Report(replies_of(setup)[0].token, "SM1", "failed", 30008), MONDAY)

    said = a_text(setup, "I have a fever")

    assert said is not None
    assert said.body == words_of(setup, "urgent")


def test_the_same_safety_text_goes_once_in_ten_minutes_and_all_are_one_task(
    setup: Setup, patient: int
) -> None:
    times = [timedelta(), timedelta(minutes=9, seconds=59), timedelta(minutes=10)]

    said = [a_text(setup, "I have a fever", MONDAY + after) for after in times]

    urgent = words_of(setup, "urgent")
    assert [reply.body if reply else None for reply in said] == [urgent, None, urgent]
    assert [(row.state, row.reason) for row in replies_of(setup)] == [
        ("leased", None),
        ("suppressed", "said-just-now"),
        ("leased", None),
    ]
    assert kinds_of_tasks(setup) == [("urgent", "urgent")]


def test_another_safety_text_is_not_held_back(setup: Setup, patient: int) -> None:
    a_text(setup, "I have a fever")

    said = a_text(setup, "I want to die")

    assert said is not None
    assert said.body == words_of(setup, "distress")


def test_crisis_and_a_red_flag_in_one_text_get_both_texts_crisis_first(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    said = a_text(setup, "I have a fever and I want to die")

    crisis, urgent = replies_of(setup)
    assert said is not None
    assert said.body == crisis.body == words_of(setup, "distress")
    assert (crisis.state, urgent.state) == ("leased", "pending")
    sweep(setup, MONDAY + timedelta(seconds=1))
    assert transport.bodies == [words_of(setup, "urgent")]
    assert kinds_of_tasks(setup) == [("distress", "urgent"), ("urgent", "urgent")]


def test_effects_add_up_when_somebody_stops_and_has_a_fever(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)

    said = a_text(setup, "stop texting me. I have a fever")

    assert said is not None
    assert [(row.kind, row.body, row.state) for row in replies_of(setup)] == [
        ("safety", said.body, "leased"),
        ("reply", words_of(setup, "stopped"), "pending"),
    ]
    assert said.body == words_of(setup, "urgent")
    assert the_patient(setup, patient).state == PatientState.STOPPED
    assert {row.state for row in outbox_of(setup) if row.kind == "push"} == {"suppressed"}
    assert kinds_of_tasks(setup) == [("urgent", "urgent"), ("opted-out-before-visit", "today")]


def test_an_unknown_number_with_a_red_flag_gets_the_clinics_safety_text(setup: Setup, patient: int) -> None:
    said = a_text(setup, "I have a fever", sender=STRANGER)

    assert said is not None
    assert said.body == words_of(setup, "urgent")
    (task,) = tasks_of(setup)
    assert (task.patient_id, task.note) == (None, f"{STRANGER}: I have a fever")


def test_the_safety_text_is_that_of_the_clinic_that_was_texted(setup: Setup, patient: int) -> None:
    a_clinic(setup, name="Hillside Team", number=OTHER_CLINIC, line="0161 496 0000")

    said = a_text(setup, "I have a fever", to=OTHER_CLINIC)

    assert said is not None
    assert said.body == setup.catalogue.text("urgent").fill(line="0161 496 0000")
    assert tasks_of(setup)[0].clinic_id == 2


@pytest.mark.parametrize(
    ("nation", "item"),
    [
        ("england", "distress"),
        ("wales", "distress"),
        ("scotland", "distress.scotland"),
        ("northern-ireland", "distress.northern-ireland"),
    ],
)
@pytest.mark.parametrize("sender", [AMINA, STRANGER], ids=["patient", "stranger"])
def test_the_crisis_text_is_that_of_the_clinics_nation(
    setup: Setup, nation: str, item: str, sender: str
) -> None:
    a_clinic(setup, nation=nation)
    a_patient(setup)

    said = a_text(setup, "I want to die", sender=sender)

    assert said is not None
    assert said.body == words_of(setup, item)
    assert kinds_of_tasks(setup) == [("distress", "urgent")]


def test_an_overdue_line_is_withheld_from_ordinary_answers_and_never_from_the_crisis_text(
    setup: Setup, patient: int
) -> None:
    """The files say that Samaritans' number is to be checked by 23 May 2027."""
    the_day_before = datetime(2027, 5, 22, 23, 59, tzinfo=UTC)
    the_day = datetime(2027, 5, 23, tzinfo=UTC)
    family = next(topic.item for topic in setup.catalogue.topics if topic.item.id == "family")

    before, after, crisis = (
        a_text(setup, body, now)
        for body, now in (("FAMILY", the_day_before), ("FAMILY", the_day), ("I want to die", the_day))
    )

    assert before is not None
    assert before.body == family.fill(line=LINE)
    assert after is not None
    assert after.body == words_of(setup, "treatment.locked")
    assert crisis is not None
    assert crisis.body == words_of(setup, "distress")
    assert "116 123" in crisis.body


def test_no_line_of_support_names_a_number_that_ought_to_have_been_checked(
    setup: Setup, patient: int
) -> None:
    the_day = datetime(2027, 5, 23, tzinfo=UTC)
    on_request = [line.item for line in setup.catalogue.coping if not line.push]

    said = [a_text(setup, "COPING", the_day + timedelta(minutes=10 * n)) for n in range(len(on_request))]

    bodies = {reply.body for reply in said if reply}
    assert bodies == {
        words_of(setup, "coping.body", support=item.fill(line=LINE)) for item in on_request if not item.lines
    }
    assert len(bodies) > 10


def test_when_every_line_of_support_is_overdue_on_one_day_coping_still_says_whom_to_call(
    setup: Setup, patient: int
) -> None:
    """All were signed on one day, so all are due again on one."""
    signed = tuple(
        replace(
            line,
            item=replace(
                line.item,
                review=Review(line.item.version, "Dr Ade", "Consultant", date(2026, 3, 1), date(2027, 3, 1)),
            ),
        )
        for line in setup.catalogue.coping
    )
    overdue = replace(setup, languages=Languages({ENGLISH: replace(setup.catalogue, coping=signed)}))

    said = a_text(overdue, "COPING")

    assert said is not None
    assert said.body == words_of(setup, "help")
    assert tasks_of(setup) == [], "nothing broke"


def test_two_people_on_one_phone_both_stand_in_the_task(setup: Setup, patient: int) -> None:
    a_patient(setup, name="Bo", phone=AMINA)

    said = a_text(setup, "I have a fever")

    assert said is not None
    assert said.body == words_of(setup, "urgent")
    (task,) = tasks_of(setup)
    assert (task.patient_id, task.note) == (None, "Amina / Bo: I have a fever")


def test_a_death_holds_everything_and_says_one_sentence(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)

    said = a_text(setup, "my husband died this morning")

    assert said is not None
    assert said.body == words_of(setup, "bereavement")
    assert the_patient(setup, patient).state == PatientState.HELD
    assert {(row.state, row.reason) for row in outbox_of(setup) if row.kind == "push"} == {
        ("suppressed", "held")
    }
    assert kinds_of_tasks(setup) == [("bereavement", "today")]


def test_a_death_is_not_answered_with_the_red_flag_text(setup: Setup, patient: int) -> None:
    said = a_text(setup, "she died last night, she had a fever")

    assert said is not None
    assert said.body == words_of(setup, "bereavement")
    assert len(replies_of(setup)) == 1


def test_a_stranger_who_tells_of_a_death_is_asked_to_call_and_nothing_is_said_to_have_stopped(
    setup: Setup, patient: int
) -> None:
    said = a_text(setup, "my husband Amina died on sunday", sender=STRANGER)

    assert said is not None
    assert said.body == words_of(setup, "bereavement.unknown")
    assert the_patient(setup, patient).state == PatientState.ACTIVE
    assert kinds_of_tasks(setup) == [("bereavement", "today")]


@pytest.mark.parametrize(
    "state",
    [PatientState.HELD, PatientState.FINISHED, PatientState.WRONG_NUMBER, PatientState.DECEASED],
)
def test_once_a_number_is_silent_a_sign_beside_a_death_may_be_the_writers_own(
    setup: Setup, patient: int, state: PatientState
) -> None:
    put_state(setup, patient, state)

    said = a_text(setup, "my husband died and now i cant breathe and have chest pain")

    assert said is not None
    assert said.body == words_of(setup, "urgent")
    assert ("urgent", "urgent") in kinds_of_tasks(setup)


@pytest.mark.parametrize(("text", "kind"), [("CALL ME", "call-me"), ("cant come tuesday", "change")])
def test_a_held_number_that_asks_for_something_is_put_before_a_nurse(
    setup: Setup, patient: int, text: str, kind: str
) -> None:
    a_visit(setup, patient)
    put_state(setup, patient, PatientState.HELD)

    said = a_text(setup, text)

    assert said is not None
    assert said.body == words_of(setup, "not-understood")
    assert kinds_of_tasks(setup) == [(kind, "today")]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("fewer texts please. resume", PatientState.ACTIVE),
        ("resume. no, fewer texts", PatientState.PAUSED),
    ],
)
def test_of_fewer_texts_and_all_of_them_the_later_word_counts(
    setup: Setup, patient: int, text: str, state: PatientState
) -> None:
    a_text(setup, text)

    assert the_patient(setup, patient).state == state
    assert len(replies_of(setup)) == 1


def test_who_says_that_they_come_and_that_they_cannot_is_put_before_a_nurse(
    setup: Setup, patient: int
) -> None:
    a_visit(setup, patient)

    a_text(setup, "coming. actually cant come")

    assert kinds_of_tasks(setup) == [("change", "today")]
    assert len(replies_of(setup)) == 1


def test_a_death_holds_everyone_who_shares_the_phone(setup: Setup, patient: int) -> None:
    bo = a_patient(setup, name="Bo", phone=AMINA)

    a_text(setup, "my wife died")

    assert [the_patient(setup, p).state for p in (patient, bo)] == ["held", "held"]
    assert tasks_of(setup)[0].note == "Amina / Bo: my wife died\nWho died? No visit is ahead."


def test_after_a_death_nothing_a_number_texts_revives_it(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    a_text(setup, "he has died")

    for body in ("START", "YES", "RESUME", "QUESTIONS"):
        assert a_text(setup, body) is None

    assert the_patient(setup, patient).state == PatientState.HELD
    sweep(setup, at("03-13 10:00"))
    assert {row.state for row in outbox_of(setup) if row.kind == "push"} == {"suppressed"}


def test_a_wrong_number_is_left_alone_from_then_on(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)

    said = a_text(setup, "Sorry, wrong number")

    assert said is not None
    assert said.body == words_of(setup, "wrong-number")
    assert the_patient(setup, patient).state == PatientState.WRONG_NUMBER
    assert {(row.state, row.reason) for row in outbox_of(setup) if row.kind == "push"} == {
        ("suppressed", "wrong_number")
    }
    assert kinds_of_tasks(setup) == [("wrong-number", "today")]
    assert a_text(setup, "who is this") is None


@pytest.mark.parametrize("kind", ["car-t-infusion", "infusion-start"])
@pytest.mark.parametrize(
    ("days", "watched"), [(1, True), (59, True), (61, False)], ids=["1 day", "59 days", "61 days"]
)
def test_after_an_infusion_words_nobody_understands_may_be_a_sign_of_illness(
    setup: Setup, patient: int, kind: str, days: int, watched: bool
) -> None:
    a_visit(setup, patient, kind=kind, at="2027-03-01T12:00")
    sweep(setup, MONDAY)

    said = a_text(setup, "the blue is on the chair", MONDAY + timedelta(days=days))

    assert said is not None
    assert said.body == words_of(setup, "not-understood.watched" if watched else "not-understood")
    assert kinds_of_tasks(setup) == ([("muddled-after-infusion", "urgent")] if watched else [])
    assert replies_of(setup)[0].kind == ("safety" if watched else "reply")


@pytest.mark.parametrize(("days", "tasks"), [(27, 1), (29, 0)])
def test_how_long_that_is_the_clinic_decides(setup: Setup, patient: int, days: int, tasks: int) -> None:
    clinics.set_watch(setup, 1, 28)
    a_visit(setup, patient, kind="car-t-infusion", at="2027-03-01T12:00")
    sweep(setup, MONDAY)

    a_text(setup, "the blue is on the chair", MONDAY + timedelta(days=days))

    assert len(tasks_of(setup)) == tasks


@pytest.mark.parametrize("when", ["ahead", "cancelled", "another kind"])
def test_without_an_infusion_behind_them_nobody_is_watched(setup: Setup, patient: int, when: str) -> None:
    kind = "clinic-review" if when == "another kind" else "car-t-infusion"
    day = "2027-03-09" if when == "ahead" else "2027-03-01"
    visit = a_visit(setup, patient, kind=kind, at=f"{day}T12:00").appointment.id or 0
    sweep(setup, MONDAY)
    if when == "cancelled":
        scheduling.cancel(setup, visit, by=CancelledBy.TOLD, now=MONDAY)

    a_text(setup, "the blue is on the chair", MONDAY + timedelta(days=1))

    assert tasks_of(setup) == []


def test_a_command_that_is_understood_is_not_watched(setup: Setup, patient: int) -> None:
    a_visit(setup, patient, kind="car-t-infusion", at="2027-03-01T12:00")
    sweep(setup, MONDAY)

    a_text(setup, "QUESTIONS", MONDAY + timedelta(days=1))

    assert tasks_of(setup) == []
