"""Who is answered at all, and how often: strangers, shared phones, machines, short codes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from companion.records import Conversation, Patient
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
    replies_of,
    tasks_of,
    the_patient,
    waiting,
    with_texts,
    words_of,
)
from tests.fakes import MONDAY
from tests.people import AMINA, OTHER_CLINIC, STRANGER


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup)


def test_an_unknown_number_is_told_once_a_day_that_it_is_unknown(setup: Setup, patient: int) -> None:
    times = [timedelta(), timedelta(hours=1), timedelta(hours=23, minutes=59), timedelta(hours=24)]

    said = [a_text(setup, "QUESTIONS", MONDAY + after, sender=STRANGER) for after in times]

    unknown = words_of(setup, "unknown-number")
    assert [reply.body if reply else None for reply in said] == [unknown, None, None, unknown]


@pytest.mark.parametrize(
    "body", ["QUESTIONS", "CART", "VISIT", "STOP texting me", "wrong number", "COPING", "HELP", "1", "START"]
)
def test_an_unknown_number_never_learns_whether_anyone_is_enrolled(
    setup: Setup, patient: int, body: str
) -> None:
    said = a_text(setup, body, sender=STRANGER)

    assert said is None or said.body == words_of(setup, "unknown-number")
    assert tasks_of(setup) == []


def test_an_unknown_number_with_a_red_flag_is_answered_though_it_was_told_today(
    setup: Setup, patient: int
) -> None:
    a_text(setup, "hello", sender=STRANGER)

    said = a_text(setup, "I have a fever", sender=STRANGER)

    assert said is not None
    assert said.body == words_of(setup, "urgent")


def test_a_patient_of_one_clinic_is_unknown_to_another(setup: Setup, patient: int) -> None:
    a_clinic(setup, name="Hillside Team", number=OTHER_CLINIC)

    said = a_text(setup, "VISIT", to=OTHER_CLINIC)

    assert said is not None
    assert said.body == words_of(setup, "unknown-number")
    assert inbox_of(setup)[0].patient_id is None


@pytest.mark.parametrize("body", ["QUESTIONS", "VISIT", "LIST", "COMING", "ASK why?", "FULL"])
def test_a_phone_of_four_people_is_told_that_we_cannot_tell_who_texts(
    setup: Setup, patient: int, body: str
) -> None:
    for name in ("Bo", "Chen", "Dara"):
        a_patient(setup, name=name, phone=AMINA, treatment="imatinib")
    a_visit(setup, patient)

    said = a_text(setup, body)

    assert said is not None
    assert said.body == words_of(setup, "shared-number")
    assert the_patient(setup, patient).information == "standard"
    assert inbox_of(setup)[0].patient_id is None


def test_two_machines_that_answer_each_other_are_cut_off(setup: Setup, patient: int) -> None:
    said = [a_text(setup, f"hello {n}", MONDAY + timedelta(minutes=n)) for n in range(30)]

    assert [reply is not None for reply in said] == [True] * 20 + [False] * 10
    held = [row for row in replies_of(setup) if row.state == "suppressed"]
    assert {row.reason for row in held} == {"loop-guard"}
    assert len(held) == 10
    assert len(inbox_of(setup)) == 30


def test_an_hour_later_a_number_that_was_cut_off_is_answered_again(setup: Setup, patient: int) -> None:
    for n in range(21):
        a_text(setup, f"hello {n}")

    assert a_text(setup, "QUESTIONS", MONDAY + timedelta(minutes=59, seconds=59)) is None
    assert a_text(setup, "QUESTIONS", MONDAY + timedelta(hours=1)) is not None


@pytest.mark.parametrize(("body", "item"), [("HELP", "help"), ("the blue is on the chair", "not-understood")])
def test_a_cry_for_help_of_a_number_that_was_cut_off_is_answered_every_ten_minutes(
    setup: Setup, patient: int, body: str, item: str
) -> None:
    flooded(setup)

    times = [timedelta(minutes=20), timedelta(minutes=29, seconds=59), timedelta(minutes=30)]
    said = [a_text(setup, body, MONDAY + after) for after in times]

    words = words_of(setup, item)
    assert [reply.body if reply else None for reply in said] == [words, None, words]


@pytest.mark.parametrize(
    ("apart", "answered"), [(119, 3), (120, 6)], ids=["as fast as machines", "as slow as people"]
)
@pytest.mark.parametrize("body", ["VISIT", "Auto-reply: QUESTIONS"])
def test_the_same_again_is_a_machines_only_if_it_comes_at_once(
    setup: Setup, patient: int, body: str, apart: int, answered: int
) -> None:
    said = [a_text(setup, body, MONDAY + timedelta(seconds=apart * n)) for n in range(6)]

    assert sum(reply is not None for reply in said) == answered


@pytest.mark.parametrize(
    ("after", "answered"),
    [(timedelta(minutes=9, seconds=59), False), (timedelta(minutes=10), True)],
    ids=["within ten minutes", "after them"],
)
def test_what_was_taken_for_a_machine_is_quiet_for_ten_minutes(
    setup: Setup, patient: int, after: timedelta, answered: bool
) -> None:
    for _ in range(6):
        a_text(setup, "VISIT")

    assert (a_text(setup, "VISIT", MONDAY + after) is not None) is answered


def test_a_number_that_was_cut_off_still_gets_safety(setup: Setup, patient: int) -> None:
    for n in range(25):
        a_text(setup, f"hello {n}")

    said = a_text(setup, "I have a fever")

    assert said is not None
    assert said.body == words_of(setup, "urgent")
    assert kinds_of_tasks(setup) == [("urgent", "urgent")]


def test_what_a_number_that_was_cut_off_asks_for_is_still_done(setup: Setup, patient: int) -> None:
    for n in range(25):
        a_text(setup, f"hello {n}")

    a_text(setup, "stop texting me")

    assert the_patient(setup, patient).state == "stopped"


def test_one_numbers_loop_does_not_silence_another(setup: Setup, patient: int) -> None:
    a_patient(setup, name="Bo", phone="+12025550102")
    for n in range(25):
        a_text(setup, f"hello {n}")

    assert a_text(setup, "hello", sender="+12025550102") is not None


SAME = [timedelta(minutes=n) for n in range(6)]


@pytest.mark.parametrize("bodies", [
    pytest.param(["hello"] * 6, id="the same"),
    pytest.param(["Hello.", "hello", "HELLO!", "hello :)", "hello", "hello"], id="the same in other letters"),
    pytest.param(
        [f"Auto-reply: I am away, ref {n}" for n in range(6)], id="a machine's, with a number that counts up"
    ),
])  # fmt: skip
def test_what_says_the_same_again_and_again_is_answered_three_times_an_hour(
    setup: Setup, patient: int, bodies: list[str]
) -> None:
    said = [a_text(setup, body, MONDAY + after) for body, after in zip(bodies, SAME, strict=True)]

    assert [reply is not None for reply in said] == [True] * 3 + [False] * 3
    assert [row.reason for row in replies_of(setup)] == [None] * 3 + ["same-again"] * 3
    assert len(inbox_of(setup)) == 6
    assert a_text(setup, "QUESTIONS", MONDAY + timedelta(minutes=7)) is not None
    assert a_text(setup, bodies[0], MONDAY + timedelta(hours=1)) is not None


@pytest.mark.parametrize(("first", "again"), [("QUESTIONS", "MORE"), ("COPING", "COPING")])
def test_a_person_who_asks_for_more_and_gets_something_else_each_time_is_no_machine(
    setup: Setup, patient: int, first: str, again: str
) -> None:
    said = [a_text(setup, body, MONDAY) for body in (first, *[again] * 8)]

    assert len({reply.body for reply in said if reply}) == 9


def test_a_machine_that_says_somebody_is_ill_is_answered_with_safety_every_time(
    setup: Setup, patient: int
) -> None:
    times = [MONDAY + timedelta(minutes=10 * n) for n in range(6)]

    said = [a_text(setup, "Auto-reply: I have a fever", now) for now in times]

    assert [reply.body if reply else None for reply in said] == [words_of(setup, "urgent")] * 6


def test_fifty_urgent_texts_of_one_number_are_one_task_and_one_safety_text_in_ten_minutes(
    setup: Setup, patient: int
) -> None:
    times = [MONDAY + timedelta(seconds=20 * n) for n in range(50)]

    said = [a_text(setup, f"fever {n}", now) for n, now in enumerate(times)]

    (task,) = tasks_of(setup)
    assert (task.kind, task.urgency) == ("urgent", "urgent")
    assert task.note.split("\n") == [
        "Amina: fever 0",
        *(f"09:0{n // 3} fever {n}" for n in range(1, 6)),
        setup.task_words.further.replace("{count}", "44"),
    ]
    assert sum(reply is not None for reply in said) == 2
    assert len(inbox_of(setup)) == 50


@pytest.mark.parametrize(
    ("after", "tasks"),
    [(timedelta(minutes=29, seconds=59), 1), (timedelta(minutes=30), 2)],
    ids=["within half an hour", "after it"],
)
def test_what_is_urgent_is_a_task_again_after_half_an_hour(
    setup: Setup, patient: int, after: timedelta, tasks: int
) -> None:
    a_text(setup, "I have a fever")
    a_text(setup, "I am bleeding", MONDAY + after)

    assert kinds_of_tasks(setup) == [("urgent", "urgent")] * tasks


def test_another_kind_and_another_number_are_tasks_of_their_own(setup: Setup, patient: int) -> None:
    a_text(setup, "I have a fever")
    a_text(setup, "I want to die")
    a_text(setup, "I have a fever", sender=STRANGER)

    assert [kind for kind, _ in kinds_of_tasks(setup)] == ["urgent", "distress", "urgent"]


@pytest.mark.parametrize(
    ("after", "tasks"),
    [(timedelta(hours=3, minutes=59, seconds=59), 1), (timedelta(hours=4), 2)],
    ids=["within four hours", "after them"],
)
@pytest.mark.parametrize(("body", "kind"), [("CALL ME", "call-me"), ("CANT COME", "change")])
def test_a_call_or_a_change_is_asked_for_again_after_four_hours(
    setup: Setup, patient: int, body: str, kind: str, after: timedelta, tasks: int
) -> None:
    a_visit(setup, patient)
    a_text(setup, body)
    a_text(setup, body, MONDAY + after)

    assert kinds_of_tasks(setup) == [(kind, "today")] * tasks


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("temp 37.9 and shivering", "he has collapsed"),
        ("CALL ME", "CALL ME about my results please its urgent"),
    ],
)
def test_a_task_that_stands_quotes_what_is_said_later_with_the_clinics_time(
    setup: Setup, patient: int, first: str, later: str
) -> None:
    noon = datetime(2027, 7, 1, 11, tzinfo=UTC)
    for minutes, body in ((0, first), (12, later), (13, later)):
        a_text(setup, body, noon + timedelta(minutes=minutes))

    (task,) = tasks_of(setup)
    assert task.note == f"Amina: {first}\n12:12 {later}"


def test_asking_for_a_change_of_another_visit_is_another_task(setup: Setup, patient: int) -> None:
    first = a_visit(setup, patient).appointment.id
    a_text(setup, "CANT COME")
    a_text(setup, "CANT COME")
    sooner = a_visit(setup, patient, at="2027-03-10T09:30").appointment.id
    a_text(setup, "CANT COME 10 March")

    assert [task.appointment_id for task in tasks_of(setup)] == [first, sooner]


def test_many_texts_at_once_that_break_the_program_are_one_task(setup: Setup, patient: int) -> None:
    """The words that would answer them are gone, which stands for whatever else may go wrong."""
    texts = {name: item for name, item in setup.catalogue.texts.items() if name != "call-me.passed-on"}
    broken = with_texts(setup, replace(setup.catalogue, texts=texts))
    connect(setup, 5)

    at_once(*[lambda: a_text(broken, "CALL ME")] * 5)

    assert kinds_of_tasks(setup) == [("text-not-answered", "urgent")]
    assert len(inbox_of(setup)) == 5


@pytest.mark.parametrize("body", ["thanks", "Thank you x", "ok thank you", "👍", "cheers"])
def test_thanks_get_no_answer(setup: Setup, patient: int, body: str) -> None:
    assert a_text(setup, body) is None
    assert replies_of(setup) == []
    assert tasks_of(setup) == []


@pytest.mark.parametrize("sender", ["NHSnoreply", "85258", "Royal Mail"], ids=["name", "short code", "words"])
@pytest.mark.parametrize("body", ["hello", "I have a fever"])
def test_a_sender_that_cannot_be_answered_is_kept_and_not_answered(
    setup: Setup, patient: int, sender: str, body: str
) -> None:
    assert a_text(setup, body, sender=sender) is None

    assert [(text.sender, text.body) for text in inbox_of(setup)] == [(sender, body)]
    assert replies_of(setup) == []


def test_a_strangers_text_changes_nobodys_plan(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    before = waiting(setup, patient)

    for body in ("STOP", "CANT COME", "wrong number", "he has died"):
        a_text(setup, body, sender=STRANGER)

    assert waiting(setup, patient) == before
    assert the_patient(setup, patient).state == "active"


def flooded(setup: Setup) -> None:
    for n in range(20):
        a_text(setup, f"ASK Can my sister number {n} come?", MONDAY + timedelta(minutes=n))


def test_a_digit_never_answers_an_offer_that_was_held_back(setup: Setup, patient: int) -> None:
    flooded(setup)

    assert a_text(setup, "LESS", MONDAY + timedelta(minutes=58)) is None
    a_text(setup, "1", MONDAY + timedelta(minutes=66))

    assert the_patient(setup, patient).information == "standard"


def test_an_offer_that_was_held_back_closes_the_one_before_it(setup: Setup, patient: int) -> None:
    a_text(setup, "LESS", MONDAY - timedelta(minutes=5))
    flooded(setup)
    a_text(setup, "NONE", MONDAY + timedelta(minutes=21))

    a_text(setup, "1", MONDAY + timedelta(minutes=22))

    assert the_patient(setup, patient).information == "standard"


def test_a_list_that_was_held_back_is_not_what_numbers_mean(setup: Setup, patient: int) -> None:
    flooded(setup)

    assert a_text(setup, "QUESTIONS", MONDAY + timedelta(minutes=21)) is None

    with setup.database.reading() as session:
        assert session.exec(select(Conversation)).one().shown is None


def test_a_sender_that_cannot_be_answered_is_offered_nothing(setup: Setup, patient: int) -> None:
    with setup.database.transaction() as session:
        person = session.get_one(Patient, patient)
        person.phone, person.phone_hash = "NHSnoreply", setup.hasher.phone("NHSnoreply")

    a_text(setup, "LESS", sender="NHSnoreply")
    a_text(setup, "1", sender="NHSnoreply")

    assert the_patient(setup, patient).information == "standard"
