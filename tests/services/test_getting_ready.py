"""VISIT, MORE and NEXT as a phone sees them: getting ready goes on until there is no more."""

import json
from datetime import timedelta

import pytest

from companion.records import CancelledBy, Conversation
from companion.services import scheduling
from companion.services.setup import Setup
from companion.storage import people
from tests.factories import a_clinic, a_patient, a_visit, sweep, words_of
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA, LINE
from tests.services.test_conversations import bare, lines, says

SECOND = timedelta(seconds=1)


@pytest.fixture
def patient(setup: Setup) -> int:
    a_clinic(setup)
    return a_patient(setup, treatment="blinatumomab")


@pytest.fixture
def ready(setup: Setup, patient: int) -> list[str]:
    """A bone marrow test is booked; return its texts on getting ready, as they read on the phone."""
    a_visit(setup, patient, kind="bone-marrow-test")
    return texts_for(setup, "bone-marrow-test")


def texts_for(setup: Setup, kind: str) -> list[str]:
    *more, last = [r.item.fill(line=LINE) for r in setup.catalogue.ready if kind in r.types]
    return [*(words_of(setup, "visit.ready", ready=text) for text in more), last]


def remembered(setup: Setup, patient: int) -> Conversation:
    with setup.database.transaction() as session:
        found = people.patient(session, patient)
        row = people.conversation(session, found.clinic_id, found.phone_hash)
        session.expunge(row)
        return row


@pytest.mark.parametrize("word", ["MORE", "NEXT"])
def test_visit_and_then_each_text_until_it_is_said_that_there_are_no_more(
    setup: Setup, transport: FakeTransport, ready: list[str], word: str
) -> None:
    says(setup, "VISIT")
    sweep(setup, MONDAY + SECOND)
    assert transport.bodies == ready[:1]

    said = [says(setup, word, MONDAY + timedelta(minutes=n)) for n in range(1, 4)]

    assert said == [*ready[1:], words_of(setup, "visit.no-more")]


def test_next_is_the_visit_again_once_it_was_said_that_there_is_no_more(
    setup: Setup, ready: list[str]
) -> None:
    first = says(setup, "VISIT")
    for minute in range(1, 4):
        says(setup, "NEXT", MONDAY + timedelta(minutes=minute))

    assert says(setup, "NEXT", MONDAY + timedelta(minutes=5)) == first


def test_the_newest_of_list_and_getting_ready_decides_what_more_is(setup: Setup, ready: list[str]) -> None:
    questions = says(setup, "QUESTIONS")
    says(setup, "VISIT")
    assert says(setup, "MORE") == ready[1]

    assert says(setup, "QUESTIONS") == questions
    more = says(setup, "MORE")
    assert lines(more)[0].startswith(f"{len(lines(questions)) + 1}. ")

    says(setup, "VISIT")
    assert says(setup, "MORE") == ready[1]


def test_keep_still_means_the_last_list_after_getting_ready(setup: Setup, ready: list[str]) -> None:
    second = bare(says(setup, "QUESTIONS"))[1]
    says(setup, "VISIT")
    says(setup, "MORE")

    assert says(setup, "KEEP 2") == words_of(setup, "keep.done", count="1")
    assert bare(says(setup, "LIST")) == [second]


def test_with_one_text_alone_visit_is_followed_by_nothing_and_more_is_questions(
    setup: Setup, patient: int
) -> None:
    a_visit(setup, patient, kind="other")
    first = lines(says(setup, "QUESTIONS"))
    visit = says(setup, "VISIT", MONDAY + SECOND)

    assert says(setup, "NEXT", MONDAY + 2 * SECOND) == visit
    assert lines(says(setup, "MORE", MONDAY + 3 * SECOND))[0].startswith(f"{len(first) + 1}. ")


def test_more_is_about_the_visit_that_is_next_now(setup: Setup, patient: int, ready: list[str]) -> None:
    says(setup, "VISIT")
    sooner = a_visit(setup, patient, kind="day-unit", at="2027-03-10T09:30")

    anew = says(setup, "MORE")
    assert anew == says(setup, "VISIT")
    assert says(setup, "MORE") == texts_for(setup, "day-unit")[1]

    scheduling.cancel(setup, sooner.appointment.id or 0, by=CancelledBy.TOLD, now=MONDAY)
    assert "bone marrow test" in (says(setup, "MORE") or "")


def test_what_was_told_is_kept_as_ids_and_unreadable_on_disk(
    setup: Setup, patient: int, ready: list[str]
) -> None:
    says(setup, "VISIT")
    row = remembered(setup, patient)

    ids = [r.item.id for r in setup.catalogue.ready if "bone-marrow-test" in r.types]
    assert (json.loads(row.ready or ""), row.ready_until) == (ids, 1)
    with setup.database.reading() as session:
        raw = session.connection().exec_driver_sql("SELECT ready FROM conversation").scalar_one()
    assert "bone" not in str(raw)


def test_a_reminder_that_came_between_makes_next_the_visit_and_leaves_more_as_it_was(
    setup: Setup, patient: int, ready: list[str]
) -> None:
    when = MONDAY + timedelta(days=8, minutes=30)
    visit = says(setup, "VISIT", when)
    sweep(setup, MONDAY + timedelta(days=8, hours=1))

    assert says(setup, "NEXT", when + timedelta(hours=1)) == visit
    assert says(setup, "MORE", when + timedelta(hours=1)) == ready[1]


def test_whoever_shares_a_number_is_asked_whom_it_is_about(
    setup: Setup, patient: int, ready: list[str]
) -> None:
    says(setup, "VISIT")
    a_patient(setup, name="Bo", phone=AMINA)

    said = says(setup, "MORE") or ""
    assert said.startswith("Who is this about?")
    assert says(setup, "1") == ready[1]
