"""Two people, one phone: it is asked whom a text is about, done for that person, and asked again later."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from companion.records import Appointment, AppointmentState, PatientQuestion, PatientState
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    inbox_of,
    kinds_of_tasks,
    put_state,
    replies_of,
    sweep,
    tasks_of,
    the_patient,
    the_visit,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA, LINE
from tests.services.test_booking import at, replan
from tests.services.test_conversations import bare, says

_MINUTE = timedelta(minutes=1)
BO_ID = 2


@pytest.fixture
def both(setup: Setup) -> None:
    """Amina has a visit on Tuesday 16 March at 9:30, Bo one on the Thursday at noon."""
    a_clinic(setup)
    a_visit(setup, a_patient(setup, treatment="blinatumomab"))
    a_visit(setup, a_patient(setup, name="Bo", phone=AMINA, treatment="imatinib"), at="2027-03-18T12:00")


pytestmark = pytest.mark.usefixtures("both")


def who(setup: Setup) -> str:
    return words_of(setup, "shared.ask", people="Reply 1 for Amina.\nReply 2 for Bo.")


def own_questions(setup: Setup) -> list[tuple[int, str]]:
    with setup.database.reading() as session:
        return [(q.patient_id, q.text) for q in session.exec(select(PatientQuestion)).all()]


def test_it_is_asked_and_then_done_for_the_person_named(setup: Setup) -> None:
    assert says(setup, "ASK Is it near?") == who(setup)
    assert own_questions(setup) == []

    assert says(setup, "2") == words_of(setup, "own-question.added", count="1")
    assert own_questions(setup) == [(BO_ID, "Is it near?")]
    assert [row.patient_id for row in inbox_of(setup)] == [None, BO_ID]
    assert [row.patient_id for row in replies_of(setup)] == [None, BO_ID]


def test_for_two_hours_it_is_not_asked_again_and_then_it_is(setup: Setup) -> None:
    says(setup, "LIST")
    says(setup, "1")

    assert says(setup, "VISIT", MONDAY + timedelta(hours=1, minutes=59)) == words_of(
        setup,
        "visit.next",
        when="Tuesday 16 March at 9:30am",
        place="Level 2",
        kind=setup.catalogue.text("kind.clinic-review").text,
    )
    assert says(setup, "LIST", MONDAY + timedelta(hours=2)) == who(setup)


def test_the_visit_that_is_told_is_that_persons_and_is_corrected_when_it_moves(setup: Setup) -> None:
    says(setup, "VISIT")

    said = says(setup, "2") or ""

    assert "Thursday 18 March at midday" in said
    assert replies_of(setup)[1].tells == {"2": "2027-03-18T12:00"}


def test_the_name_itself_is_an_answer_too_and_changes_the_person(setup: Setup) -> None:
    says(setup, "COMING")

    assert says(setup, "Bo") == words_of(setup, "confirm.done", when="Thursday 18 March at midday")
    assert says(setup, "amina") == words_of(setup, "shared.noted", name="Amina")
    says(setup, "COMING", MONDAY + _MINUTE)
    assert [the_visit(setup, n).state for n in (1, 2)] == [AppointmentState.CONFIRMED] * 2


def test_cannot_come_becomes_a_task_about_that_person_with_what_was_written(setup: Setup) -> None:
    says(setup, "I can't come!")
    (task,) = tasks_of(setup)
    assert (task.kind, task.patient_id, task.appointment_id) == ("change", None, None)
    assert task.note == "Amina / Bo: I can't come!"

    says(setup, "2")

    (task,) = tasks_of(setup)
    assert (task.kind, task.patient_id, task.appointment_id) == ("change", BO_ID, 2)
    assert task.note == "Bo: I can't come!"
    assert [the_visit(setup, n).state for n in (1, 2)] == [
        AppointmentState.BOOKED,
        AppointmentState.CHANGE_ASKED,
    ]


def test_a_wish_to_be_called_is_not_lost_with_the_next_text_before_the_name(setup: Setup) -> None:
    says(setup, "please call me")
    says(setup, "VISIT", MONDAY + _MINUTE)
    assert [task.note for task in tasks_of(setup)] == ["Amina / Bo: please call me"]

    a_text(setup, "Bo", MONDAY + 2 * _MINUTE)

    (task,) = tasks_of(setup)
    assert (task.kind, task.patient_id, task.note) == ("call-me", BO_ID, "Bo: please call me\nVISIT")
    said = [row.body for row in replies_of(setup)[2:]]
    assert said[0] == words_of(setup, "call-me.passed-on")
    assert "Thursday 18 March at midday" in said[1]


@pytest.mark.parametrize("name", ["its about amina", "amina please", "for amina", "AMINA!"])
def test_a_name_among_a_few_words_answers_who_it_is_about(setup: Setup, name: str) -> None:
    says(setup, "COMING")

    assert says(setup, name) == words_of(setup, "confirm.done", when="Tuesday 16 March at 9:30am")


def test_a_name_with_a_word_nobody_knows_answers_too_and_whom_to_call_is_said(setup: Setup) -> None:
    says(setup, "COMING")
    says(setup, "Amina Khan")

    assert the_visit(setup, 1).state == AppointmentState.CONFIRMED
    assert replies_of(setup)[-1].body == words_of(setup, "not-understood")


@pytest.mark.parametrize("body", ["Bo here, cant come", "this is Bo, i cant come on thursday"])
def test_what_one_who_was_not_named_before_asks_for_is_done_for_the_one_named(
    setup: Setup, body: str
) -> None:
    says(setup, "Amina")

    assert "Thursday 18 March at midday" in (says(setup, body, MONDAY + _MINUTE) or "")

    assert [the_visit(setup, n).state for n in (1, 2)] == ["booked", "change_asked"]
    assert [task.patient_id for task in tasks_of(setup)] == [BO_ID]


def test_a_request_behind_a_name_is_done_for_that_person_with_what_waits(setup: Setup) -> None:
    says(setup, "COMING")

    assert says(setup, "Bo: LIST") == words_of(setup, "confirm.done", when="Thursday 18 March at midday")
    assert replies_of(setup)[-1].body == words_of(setup, "list.empty")


def test_words_nobody_understands_about_the_other_change_nothing(setup: Setup) -> None:
    says(setup, "Amina")
    says(setup, "bo wonders wotsit")

    said = says(setup, "COMING", MONDAY + _MINUTE)
    assert said == words_of(setup, "confirm.done", when="Tuesday 16 March at 9:30am")


def test_a_digit_for_one_and_the_name_of_the_other_are_asked_about_again(setup: Setup) -> None:
    says(setup, "COMING")

    assert says(setup, "1 Bo") == who(setup)
    assert [the_visit(setup, n).state for n in (1, 2)] == ["booked", "booked"]


def test_another_wish_of_the_same_person_that_day_is_no_second_task(setup: Setup) -> None:
    for minutes, body in enumerate(["CALL ME", "Bo", "CALL ME", "Amina", "CALL ME"]):
        says(setup, body, MONDAY + minutes * _MINUTE)

    assert [task.patient_id for task in tasks_of(setup)] == [BO_ID, 1]


def test_whoever_is_on_the_staffs_list_already_leaves_the_other_task_about_both(setup: Setup) -> None:
    says(setup, "Bo")
    says(setup, "CALL ME", MONDAY + _MINUTE)
    says(setup, "CALL ME", MONDAY + timedelta(hours=3))
    says(setup, "Bo", MONDAY + timedelta(hours=3, minutes=1))

    assert [task.patient_id for task in tasks_of(setup)] == [BO_ID, None]


@pytest.mark.parametrize(("body", "kind", "item"), [
    ("bad chest pain", "urgent", "urgent"),
    ("I want to die", "distress", "distress"),
])  # fmt: skip
@pytest.mark.parametrize("known", [False, True], ids=["nobody named", "Bo named"])
def test_danger_is_answered_at_once_with_one_urgent_task_that_names_both(
    setup: Setup, body: str, kind: str, item: str, *, known: bool
) -> None:
    if known:
        says(setup, "Bo")

    assert says(setup, body) == words_of(setup, item)

    (task,) = tasks_of(setup)
    assert (task.kind, task.urgency, task.patient_id) == (kind, "urgent", None)
    assert task.note == f"Amina / Bo: {body}"


def test_danger_in_place_of_an_answer_is_answered_and_the_request_goes_on_waiting(setup: Setup) -> None:
    says(setup, "LIST")

    assert says(setup, "fever") == words_of(setup, "urgent")
    assert says(setup, "1") == words_of(setup, "list.empty")


def test_a_death_holds_both_and_asks_nothing(setup: Setup) -> None:
    says(setup, "Bo")

    assert says(setup, "he died") == words_of(setup, "bereavement")

    assert [the_patient(setup, n).state for n in (1, 2)] == ["held", "held"]
    (task,) = tasks_of(setup)
    visits = "Amina, Tuesday 16 March at 9:30am (review in clinic); Bo, Thursday 18 March at midday"
    assert task.note == f"Amina / Bo: he died\nWho died? Visits ahead: {visits} (review in clinic)."


@pytest.mark.parametrize("state", [PatientState.DECEASED, PatientState.HELD, PatientState.FINISHED])
def test_someone_who_died_or_has_left_is_never_named(setup: Setup, state: PatientState) -> None:
    put_state(setup, BO_ID, state)

    said = says(setup, "COMING")

    assert said == words_of(setup, "confirm.done", when="Tuesday 16 March at 9:30am")
    assert the_visit(setup, 2).state == AppointmentState.BOOKED


def test_a_digit_that_names_nobody_is_asked_again_and_the_request_waits(setup: Setup) -> None:
    says(setup, "ASK one?")

    assert says(setup, "3") == who(setup)
    says(setup, "1")
    assert own_questions(setup) == [(1, "one?")]


def test_after_a_day_the_request_waits_no_more(setup: Setup) -> None:
    says(setup, "COMING")

    assert says(setup, "1", MONDAY + timedelta(hours=24)) == words_of(setup, "choice.unclear")
    assert the_visit(setup, 1).state == AppointmentState.BOOKED


def test_what_waits_is_stored_encrypted(setup: Setup) -> None:
    says(setup, "ASK my violin?")

    with setup.database.engine.connect() as connection:
        waiting = connection.exec_driver_sql("SELECT waiting FROM conversation").scalar_one()
    assert waiting
    assert "violin" not in str(waiting)


def test_an_offer_made_to_one_is_not_the_others_to_answer(setup: Setup) -> None:
    says(setup, "Amina")
    says(setup, "LESS")
    says(setup, "Bo", MONDAY + _MINUTE)

    assert says(setup, "1", MONDAY + _MINUTE) == words_of(setup, "choice.unclear")
    assert [the_patient(setup, n).information for n in (1, 2)] == ["standard", "standard"]


def test_an_offer_outlives_the_two_hours_and_then_it_is_asked_who(setup: Setup) -> None:
    says(setup, "Amina")
    says(setup, "LESS")
    later = MONDAY + timedelta(hours=3)

    assert says(setup, "1", later) == who(setup)
    assert says(setup, "1", later) == words_of(setup, "less.done")
    assert [the_patient(setup, n).information for n in (1, 2)] == ["less", "standard"]


def attended(setup: Setup, patient: int, now: datetime) -> None:
    with setup.database.transaction() as session:
        session.get_one(Appointment, patient).state = AppointmentState.ATTENDED
    replan(setup, patient, now)


@pytest.mark.parametrize(("digit", "left"), [("1", [False, True]), ("2", [True, True])])
def test_the_day_after_a_visit_it_is_asked_whose_answers_these_are(
    setup: Setup, transport: FakeTransport, digit: str, left: list[bool]
) -> None:
    for name, question in (("Amina", "ASK one?"), ("Bo", "ASK two?")):
        says(setup, name)
        says(setup, question)
    attended(setup, 1, at("03-16 12:00"))
    sweep(setup, at("03-17 10:00"))
    assert transport.bodies[-1] == setup.catalogue.text("push.after-visit").text

    assert says(setup, "1", at("03-17 11:00")) == who(setup)
    says(setup, digit, at("03-17 11:01"))

    with setup.database.reading() as session:
        rows = session.exec(select(PatientQuestion).order_by(col(PatientQuestion.id))).all()
        open_ = [question.asked_at is None for question in rows]
    assert open_ == left, "only Amina's visit was yesterday"


def test_numbers_and_more_go_on_with_nothing_another_person_was_shown(setup: Setup) -> None:
    says(setup, "Amina")
    assert "1. " in (says(setup, "QUESTIONS") or "")
    says(setup, "Bo", MONDAY + _MINUTE)

    assert says(setup, "KEEP 1", MONDAY + _MINUTE) == words_of(setup, "keep.which")
    assert own_questions(setup) == []
    assert "1. " in (says(setup, "MORE", MONDAY + 2 * _MINUTE) or "")
    says(setup, "KEEP 1", MONDAY + 3 * _MINUTE)
    assert [patient for patient, _ in own_questions(setup)] == [BO_ID]
    says(setup, "Amina", MONDAY + 4 * _MINUTE)
    assert says(setup, "KEEP 2", MONDAY + 4 * _MINUTE) == words_of(setup, "keep.which")


def test_getting_ready_goes_on_for_nobody_else(setup: Setup) -> None:
    says(setup, "Amina")
    says(setup, "VISIT")
    says(setup, "Bo", MONDAY + _MINUTE)

    assert "1. " in (says(setup, "MORE", MONDAY + _MINUTE) or ""), "questions, as with nothing shown"


def test_asking_who_it_is_about_closes_an_older_offer(setup: Setup) -> None:
    says(setup, "Amina")
    says(setup, "LESS")
    later = MONDAY + timedelta(hours=3)
    assert says(setup, "LIST", later) == who(setup)
    says(setup, "1", later)

    assert says(setup, "1", later + _MINUTE) == words_of(setup, "choice.unclear")
    assert the_patient(setup, 1).information == "standard"


def test_an_offer_after_the_one_last_named_has_died_is_made_to_who_is_left(setup: Setup) -> None:
    says(setup, "Bo")
    put_state(setup, BO_ID, PatientState.DECEASED)

    says(setup, "LESS", MONDAY + _MINUTE)
    says(setup, "1", MONDAY + 2 * _MINUTE)

    assert the_patient(setup, 1).information == "less"


def test_a_question_nobody_understands_is_not_offered_even_with_a_name(setup: Setup) -> None:
    says(setup, "Bo")

    assert says(setup, "Will it cure me?") == words_of(setup, "not-understood")


def test_each_has_a_list_of_their_own(setup: Setup) -> None:
    for name, question in (("Amina", "ASK one?"), ("Bo", "ASK two?")):
        says(setup, name)
        says(setup, question)

    assert bare(says(setup, "LIST")) == ["two?"]
    says(setup, "Amina")
    assert bare(says(setup, "LIST")) == ["one?"]


def test_whoever_joins_the_number_later_is_asked_about_at_once(setup: Setup) -> None:
    says(setup, "LIST")
    a_patient(setup, name="Chen", phone=AMINA)

    assert (says(setup, "2") or "") == words_of(setup, "list.empty"), "two still means Bo"
    said = says(setup, "VISIT", MONDAY + timedelta(hours=3)) or ""
    assert "Reply 3 for Chen." in said


def test_general_words_are_answered_without_asking(setup: Setup) -> None:
    for word in ("HELP", "COPING", "CART", "WHO"):
        assert "Who is this about?" not in (says(setup, word) or "")
    assert kinds_of_tasks(setup) == []


def test_none_is_answered_for_the_number_until_a_digit_changes_somebody(setup: Setup) -> None:
    assert says(setup, "NONE") == words_of(setup, "none.ask")

    assert says(setup, "2") == who(setup)
    assert says(setup, "2") == words_of(setup, "fewer.done")
    assert [the_patient(setup, n).state for n in (1, 2)] == ["active", "paused"]


def test_the_line_to_call_stands_in_the_question(setup: Setup) -> None:
    assert LINE in who(setup)
    assert a_text(setup, "LIST") is not None
