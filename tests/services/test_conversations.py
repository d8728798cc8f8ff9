"""Whole conversations: the own list, support, how much and how often, visits, and what a digit answers."""

from datetime import datetime, timedelta

import pytest

from companion.records import AppointmentState
from companion.services import scheduling
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    inbox_of,
    kinds_of_tasks,
    replies_of,
    sweep,
    tasks_of,
    the_patient,
    the_visit,
    waiting,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA, BO, LINE
from tests.services.test_booking import at


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup, treatment="blinatumomab")


def says(setup: Setup, body: str, now: datetime = MONDAY) -> str | None:
    """Return what the person is answered with at once, or None."""
    reply = a_text(setup, body, now)
    return reply.body if reply else None


def lines(body: str | None) -> list[str]:
    """Return the numbered lines of a text."""
    return [line for line in (body or "").splitlines() if line[:1].isdecimal()]


def bare(body: str | None) -> list[str]:
    return [line.partition(". ")[2] for line in lines(body)]


def test_more_goes_on_where_the_list_ended_and_numbers_go_on_too(setup: Setup, patient: int) -> None:
    first, more = says(setup, "QUESTIONS"), says(setup, "MORE")

    assert lines(first)[0].startswith("1. ")
    assert lines(more)[0].startswith(f"{len(lines(first)) + 1}. ")
    assert set(bare(first)).isdisjoint(bare(more))


def test_more_reaches_every_question_once_and_then_says_so(setup: Setup, patient: int) -> None:
    seen = bare(says(setup, "QUESTIONS"))
    for minutes in range(1, 200):
        said = says(setup, "MORE", MONDAY + timedelta(minutes=5 * minutes))
        if not lines(said):
            break
        seen += bare(said)

    everything = {q.item.text for q in setup.catalogue.questions if not q.treatments}
    assert said == words_of(setup, "questions.no-more")
    assert len(seen) == len(set(seen))
    assert everything <= set(seen)


def test_next_means_more_right_after_a_list_and_the_visit_otherwise(setup: Setup, patient: int) -> None:
    a_visit(setup, patient)
    first = says(setup, "QUESTIONS")

    assert lines(says(setup, "NEXT"))[0].startswith(f"{len(lines(first)) + 1}. ")
    says(setup, "WHO", MONDAY + timedelta(minutes=1))
    said = says(setup, "NEXT", MONDAY + timedelta(minutes=2)) or ""
    assert "Tuesday 16 March at 9:30am" in said


def test_a_person_keeps_orders_asks_and_drops_questions(setup: Setup, patient: int) -> None:
    shown = bare(says(setup, "QUESTIONS"))

    assert says(setup, "KEEP 1 2") == words_of(setup, "keep.done", count="2")
    assert says(setup, "ASK Can my sister come?") == words_of(setup, "own-question.added", count="3")
    assert bare(says(setup, "LIST")) == [shown[0], shown[1], "Can my sister come?"]

    assert says(setup, "FIRST 3") == words_of(setup, "first.done", number="3")
    assert bare(says(setup, "LIST")) == ["Can my sister come?", shown[0], shown[1]]

    assert says(setup, "ASKED 1") == words_of(setup, "asked.done", number="1")
    assert bare(says(setup, "LIST")) == [shown[0], shown[1]]

    assert says(setup, "DROP 2") == words_of(setup, "drop.done", number="2")
    assert says(setup, "LIST") == words_of(setup, "list.one", questions=f"1. {shown[0]}")


def test_numbers_mean_the_list_as_it_was_last_shown(setup: Setup, patient: int) -> None:
    for question in ("one?", "two?", "three?"):
        says(setup, f"ASK {question}")
    says(setup, "LIST")

    says(setup, "FIRST 3")
    says(setup, "DROP 3")  # still the one that was shown as number 3

    assert bare(says(setup, "LIST")) == ["one?", "two?"]


def test_keeping_a_question_twice_keeps_it_once(setup: Setup, patient: int) -> None:
    says(setup, "QUESTIONS")
    says(setup, "KEEP 1")

    assert says(setup, "KEEP 1") == words_of(setup, "keep.done", count="1")
    assert len(lines(says(setup, "LIST"))) == 1


@pytest.mark.parametrize(
    ("body", "item"),
    [
        ("KEEP 1", "keep.which"),
        ("KEEP", "keep.which"),
        ("ASK", "own-question.how"),
        ("LIST", "list.empty"),
        ("FIRST 1", "list.which"),
        ("DROP", "list.which"),
        ("MORE", None),
    ],
)
def test_with_nothing_shown_and_nothing_saved_the_answer_says_how(
    setup: Setup, patient: int, body: str, item: str | None
) -> None:
    said = says(setup, body)

    assert said == words_of(setup, item) if item else lines(said)


@pytest.mark.parametrize("body", ["KEEP 99", "KEEP 1 99", "KEEP 0"])
def test_a_number_that_was_not_shown_keeps_nothing(setup: Setup, patient: int, body: str) -> None:
    says(setup, "QUESTIONS")

    assert says(setup, body) == words_of(setup, "keep.which")
    assert says(setup, "LIST") == words_of(setup, "list.empty")


def test_nobody_sees_or_changes_another_persons_list(setup: Setup, patient: int) -> None:
    a_patient(setup, name="Bo", phone="+12025550102")
    says(setup, "ASK one?")

    for body, item in (("LIST", "list.empty"), ("DROP 1", "list.which")):
        reply = a_text(setup, body, sender="+12025550102")
        assert reply is not None
        assert reply.body == words_of(setup, item)
    assert bare(says(setup, "LIST")) == ["one?"]


def test_coping_says_something_else_each_time_and_begins_anew_at_the_end(setup: Setup, patient: int) -> None:
    own = [line.item for line in setup.catalogue.coping if not line.push]
    said = [says(setup, "COPING", MONDAY + timedelta(minutes=10 * n)) for n in range(len(own) + 1)]

    assert len(set(said[:-1])) == len(own)
    assert said[-1] == said[0]
    assert said[0] == words_of(setup, "coping.body", support=own[0].fill(line=LINE))


def test_less_asks_which_and_one_shortens_the_answers(setup: Setup, patient: int) -> None:
    assert says(setup, "LESS") == words_of(setup, "less.ask")

    assert says(setup, "1") == words_of(setup, "less.done")
    assert the_patient(setup, patient).information == "less"
    says(setup, "FULL")
    assert the_patient(setup, patient).information == "full"


def test_less_asks_which_and_two_means_fewer_texts(setup: Setup, patient: int) -> None:
    says(setup, "LESS")

    assert says(setup, "2") == words_of(setup, "fewer.done")
    assert the_patient(setup, patient).state == "paused"
    says(setup, "RESUME")
    assert the_patient(setup, patient).state == "active"


def test_none_asks_neutrally_what_is_meant_and_tells_nobody(setup: Setup, patient: int) -> None:
    assert says(setup, "NONE") == words_of(setup, "none.ask")
    short = [a.item for a in setup.catalogue.treatment("no-treatment").about if a.depth == "less"]

    assert says(setup, "1") == short[0].fill(line=LINE)
    assert [row.body for row in replies_of(setup)][1:] == [item.fill(line=LINE) for item in short]
    assert tasks_of(setup) == []
    assert (the_patient(setup, patient).treatment, the_patient(setup, patient).weighing) == (
        "blinatumomab",
        [],
    )


@pytest.mark.parametrize(
    ("digit", "item"),
    [("2", "fewer.done"), ("3", "help")],
)
def test_none_may_mean_something_else(setup: Setup, patient: int, digit: str, item: str) -> None:
    says(setup, "NONE")

    assert says(setup, digit) == words_of(setup, item)
    assert tasks_of(setup) == []


def test_only_tell_has_the_clinic_told(setup: Setup, patient: int) -> None:
    says(setup, "NONE")
    says(setup, "1")

    assert says(setup, "TELL") == words_of(setup, "tell.passed-on")
    assert kinds_of_tasks(setup) == [("no-treatment-told", "today")]


@pytest.mark.parametrize("body", ["1", "2", "7", "TELL"])
def test_a_digit_with_nothing_asked_asks_back_and_changes_nothing(
    setup: Setup, patient: int, body: str
) -> None:
    before = the_patient(setup, patient).model_dump(exclude={"answered"})

    assert says(setup, body) == words_of(setup, "choice.unclear")
    assert the_patient(setup, patient).model_dump(exclude={"answered"}) == before
    assert tasks_of(setup) == []


def test_a_digit_answers_the_newest_offer_only(setup: Setup, patient: int) -> None:
    says(setup, "NONE")
    says(setup, "LESS")

    says(setup, "1")

    assert the_patient(setup, patient).information == "less"


@pytest.mark.parametrize(
    ("later", "open_"),
    [
        (timedelta(hours=23, minutes=59), True),
        (timedelta(hours=24), False),
        (timedelta(days=3), False),
    ],
    ids=["within a day", "after a day", "days later"],
)
def test_an_offer_is_open_for_a_day(setup: Setup, patient: int, later: timedelta, open_: bool) -> None:
    says(setup, "LESS")

    said = says(setup, "1", MONDAY + later)

    assert said == words_of(setup, "less.done" if open_ else "choice.unclear")
    assert (the_patient(setup, patient).information == "less") is open_


def test_coming_is_noted_and_answered_with_the_date(setup: Setup, patient: int) -> None:
    visit = a_visit(setup, patient).appointment.id or 0

    assert says(setup, "COMING") == words_of(setup, "confirm.done", when="Tuesday 16 March at 9:30am")
    assert the_visit(setup, visit).state == AppointmentState.CONFIRMED
    assert "confirm" not in [rule for rule, _ in waiting(setup, patient)]


@pytest.mark.parametrize("body", ["OK", "Yes", "👍"])
def test_ok_means_coming_only_while_that_is_what_was_asked(setup: Setup, patient: int, body: str) -> None:
    visit = a_visit(setup, patient).appointment.id or 0
    says(setup, "LIST")
    if body != "Yes":
        assert says(setup, body) is None
        assert the_visit(setup, visit).state == AppointmentState.BOOKED
    sweep(setup, at("03-13 10:00"))

    said = says(setup, body, at("03-13 10:05"))
    assert said == words_of(setup, "confirm.done", when="Tuesday 16 March at 9:30am")
    assert the_visit(setup, visit).state == AppointmentState.CONFIRMED


def test_cannot_come_becomes_a_task_and_the_visit_stays_booked(setup: Setup, patient: int) -> None:
    visit = a_visit(setup, patient).appointment.id or 0

    said = says(setup, "I can't come!")
    assert said == words_of(setup, "change.passed-on", when="Tuesday 16 March at 9:30am")

    assert the_visit(setup, visit).state == AppointmentState.CHANGE_ASKED
    (task,) = tasks_of(setup)
    assert (task.kind, task.urgency, task.patient_id, task.appointment_id) == (
        "change",
        "today",
        patient,
        visit,
    )
    assert task.note == "Amina: I can't come!"
    assert len(waiting(setup, patient)) == 3


@pytest.mark.parametrize(
    ("body", "item", "tasks"),
    [
        ("COMING", "confirm.none", []),
        ("CANT COME", "change.none", [("change", "today")]),
        ("VISIT", "visit.none", []),
    ],
)
def test_with_no_visit_noted_the_answer_says_so(
    setup: Setup, patient: int, body: str, item: str, tasks: list[tuple[str, str]]
) -> None:
    assert says(setup, body) == words_of(setup, item)
    assert kinds_of_tasks(setup) == tasks


def test_two_visits_at_the_same_time_are_told_in_one_text(setup: Setup, patient: int) -> None:
    for day in (16, 17, 18):
        a_visit(setup, patient, at=f"2027-03-{day}T09:30")
    for visit in (2, 3):
        scheduling.move(setup, visit, at="2027-03-16T09:30", now=MONDAY)

    says(setup, "VISIT")

    (told,) = [row for row in replies_of(setup) if "Tuesday 16 March at 9:30am" in row.body]
    assert set(told.tells) == {"1", "2", "3"}


def test_visit_tells_when_where_and_what_for(setup: Setup, patient: int) -> None:
    a_visit(setup, patient, kind="bone-marrow-test", place="Level 2, Room 4")

    kind = setup.catalogue.text("kind.bone-marrow-test").text
    assert says(setup, "VISIT") == words_of(
        setup, "visit.next", when="Tuesday 16 March at 9:30am", place="Level 2, Room 4", kind=kind
    )


def test_visit_with_no_place_leaves_the_place_out(setup: Setup, patient: int) -> None:
    a_visit(setup, patient, place="")

    assert says(setup, "VISIT") == words_of(
        setup,
        "visit.next-no-place",
        when="Tuesday 16 March at 9:30am",
        kind=setup.catalogue.text("kind.clinic-review").text,
    )


def test_visit_is_followed_by_a_text_on_getting_ready_for_it(
    setup: Setup, patient: int, transport: FakeTransport
) -> None:
    a_visit(setup, patient, kind="bone-marrow-test")
    says(setup, "VISIT")

    ready = next(r.item for r in setup.catalogue.ready if "bone-marrow-test" in r.types)
    details, after = replies_of(setup)
    assert (details.state, after.state) == ("leased", "pending")
    sweep(setup, MONDAY + timedelta(seconds=1))
    assert transport.bodies == [words_of(setup, "visit.ready", ready=ready.fill(line=LINE))]
    assert (details.tells, after.tells) == ({"1": "2027-03-16T09:30"}, {})


def test_whoever_wants_to_know_all_reads_the_fuller_text_too(setup: Setup, patient: int) -> None:
    short, fuller = (a.item.fill(line=LINE) for a in setup.catalogue.treatment("blinatumomab").about)

    assert says(setup, "BLINA") == short
    assert len(replies_of(setup)) == 1
    says(setup, "FULL")
    assert says(setup, "BLINA") == short
    assert [row.body for row in replies_of(setup)][2:] == [short, fuller]


@pytest.mark.parametrize(
    ("body", "slot", "treatment"),
    [
        ("etoposide", "nelarabine.etoposide", "nelarabine"),
        ("What is remission?", "remission", None),
        ("Tecartus", "brexu-cel", None),
    ],
)
def test_what_was_asked_about_is_noted_in_the_inbox(
    setup: Setup, patient: int, body: str, slot: str, treatment: str | None
) -> None:
    said = says(setup, body)

    topics = {topic.item.id: topic.item.fill(line=LINE) for topic in setup.catalogue.topics}
    assert said == topics.get(slot, words_of(setup, "treatment.locked"))
    (row,) = inbox_of(setup)
    assert (row.intent, row.slot, row.treatment) == ("treatment", slot, treatment)
    assert the_patient(setup, patient).weighing == [], "asking is not weighing"


def test_an_own_question_that_is_too_long_is_refused_and_nothing_is_saved(setup: Setup, patient: int) -> None:
    assert says(setup, "ASK " + "why " * 90) == words_of(setup, "error.too-long")
    assert says(setup, "LIST") == words_of(setup, "list.empty")


def test_support_goes_on_is_said_whenever_the_question_on_no_treatment_was_shown(
    setup: Setup, patient: int
) -> None:
    heavy = next(q.item.text for q in setup.catalogue.questions if q.item.id == "q.no-treatment")
    shown = [says(setup, "QUESTIONS")]
    for minutes in range(1, 200):
        shown.append(says(setup, "MORE", MONDAY + timedelta(minutes=5 * minutes)))
        if not lines(shown[-1]):
            break

    goes_on = words_of(setup, "questions.after-heavy")
    said = [row.body for row in replies_of(setup)]
    (place,) = (n for n, body in enumerate(said) if heavy in body)
    assert said[place + 1] == goes_on
    assert said.count(goes_on) == 1
    assert goes_on not in shown, "it is a text of its own, after the list"


def test_the_questions_follow_what_was_chosen_and_what_the_visit_is_for(setup: Setup) -> None:
    a_clinic(setup)
    chose = a_patient(setup, treatment="blinatumomab")
    weighs = a_patient(setup, name="Bo", phone=BO, weighing=("blinatumomab",))
    for person in (chose, weighs):
        a_visit(setup, person, kind="day-unit")

    by_text = {q.item.text: q for q in setup.catalogue.questions}
    for sender, stage in ((AMINA, "in-treatment"), (BO, "choosing")):
        reply = a_text(setup, "QUESTIONS", sender=sender)
        assert reply is not None
        shown = [by_text[text] for text in bare(reply.body)]
        assert len(shown) > 1
        assert all(not q.stages or stage in q.stages for q in shown), (stage, shown)


def test_call_me_is_passed_on_without_a_promise(setup: Setup, patient: int) -> None:
    assert says(setup, "call me please") == words_of(setup, "call-me.passed-on")
    assert kinds_of_tasks(setup) == [("call-me", "today")]


def test_a_text_never_changes_the_chosen_treatment(setup: Setup, patient: int) -> None:
    for body in ("PREPARE CART", "CART", "PREPARE TRANSPLANT", "PREPARE CART"):
        says(setup, body)

    person = the_patient(setup, patient)
    assert person.treatment == "blinatumomab"
    assert person.weighing == ["car-t-cell-therapy", "stem-cell-transplant"]


def test_thanks_needs_no_answer(setup: Setup, patient: int) -> None:
    assert says(setup, "thank you") is None


def test_an_answered_question_is_not_what_a_later_text_is_about(setup: Setup, patient: int) -> None:
    says(setup, "LIST")
    a_visit(setup, patient, at="2027-03-17T09:30")
    sweep(setup, at("03-14 10:00"))
    says(setup, "COMING", at("03-14 11:00"))
    a_visit(setup, patient, now=at("03-14 11:00"), at="2027-03-16T15:00")
    says(setup, "VISIT", at("03-14 11:05"))

    said = says(setup, "CANT COME", at("03-14 11:06"))

    both = "Tuesday 16 March at 3pm\nWednesday 17 March at 9:30am"
    assert said == words_of(setup, "change.which", visits=both)
    assert [the_visit(setup, n).state for n in (1, 2)] == ["confirmed", "booked"]
    assert [(t.kind, t.appointment_id, t.note) for t in tasks_of(setup) if t.kind == "change"] == [
        ("change", None, "Amina: CANT COME")
    ]
    says(setup, "CANT COME tuesday", at("03-14 11:08"))
    assert the_visit(setup, 2).state == AppointmentState.CHANGE_ASKED


@pytest.mark.parametrize("between", ["CART", "VISIT"], ids=["tells no visit", "tells another too"])
def test_a_question_stays_open_until_another_visit_was_told_of(
    setup: Setup, patient: int, between: str
) -> None:
    says(setup, "LIST")
    a_visit(setup, patient, at="2027-03-16T09:30")
    a_visit(setup, patient, at="2027-03-25T09:30")
    sweep(setup, at("03-13 10:00"))
    says(setup, between, at("03-13 11:00"))
    sweep(setup, at("03-13 11:00") + timedelta(seconds=30))
    says(setup, "COMING", at("03-13 11:01"))

    assert the_visit(setup, 1).state == ("confirmed" if between == "CART" else "booked")
