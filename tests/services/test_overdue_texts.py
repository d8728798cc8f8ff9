"""What falls due is put before a clinic: in time, then as a task or an alarm, and never twice."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from companion.domain.catalogue import Catalogue
from companion.domain.due import Due, dues, write_note
from companion.records import Task
from companion.services import overdue
from companion.services.setup import Setup
from tests.domain.cast import all_signed, item, settled, signed
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    at_once,
    connect,
    kinds_of_tasks,
    sweep,
    tasks_of,
    with_texts,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import LINE, OTHER_CLINIC

JUNE = date(2027, 6, 1)


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


def holding(setup: Setup, ordinary: Iterable[Due] = (), safety: Iterable[Due] = ()) -> Setup:
    """Return the setup with everything signed for long, and these texts besides, each due on its day."""
    texts = {due.item_id: signed(item(due.item_id, "A."), due.on) for due in (*ordinary, *safety)}
    alarming = {due.item_id: replace(texts[due.item_id], safety=True) for due in safety}
    known = settled(setup.catalogue)
    return with_texts(setup, replace(known, texts={**known.texts, **texts, **alarming}))


def due(name: str, on: str) -> Due:
    return Due(date.fromisoformat(on), "en", name)


def look(setup: Setup, day: str, hour: int = 6) -> list[tuple[str, str]]:
    """Look once on that day; return kind and note of the tasks this raised."""
    before = len(tasks_of(setup))
    overdue.look(setup, datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=UTC))
    return [(task.kind, task.note) for task in tasks_of(setup)[before:]]


def test_an_ordinary_text_is_told_a_month_before_and_when_it_is_overdue(setup: Setup, clinic: int) -> None:
    texts = holding(setup, [due("a", "2027-06-01")])

    assert look(texts, "2027-05-01") == []
    assert look(texts, "2027-05-02") == [("texts-due-soon", "2027-06-01 en: a")]
    assert look(texts, "2027-05-31") == []
    assert look(texts, "2027-06-01") == [("texts-overdue", "2027-06-01 en: a")]
    assert look(texts, "2027-06-02") == []
    assert look(texts, "2027-08-01") == []
    assert kinds_of_tasks(setup) == [("texts-due-soon", "routine"), ("texts-overdue", "today")]
    assert {(task.clinic_id, task.patient_id) for task in tasks_of(setup)} == {(clinic, None)}


def test_a_safety_text_that_is_overdue_is_an_urgent_task(setup: Setup, clinic: int) -> None:
    texts = holding(setup, safety=[due("s", "2027-06-01")])

    assert look(texts, "2027-06-01") == [("safety-text-overdue", "2027-06-01 en: s")]
    assert look(texts, "2027-06-02") == []
    assert kinds_of_tasks(setup) == [("safety-text-overdue", "urgent")]


def test_the_alarm_is_in_the_log_on_each_day_it_lasts_with_ids_alone(setup: Setup, clinic: int) -> None:
    texts = holding(setup, [due("a", "2027-05-01")], [due("s", "2027-06-01"), due("t", "2027-06-02")])

    logged = []
    for day in ("2027-05-31", "2027-06-01", "2027-06-02"):
        with capture_logs() as lines:
            look(texts, day)
        logged.append(lines)

    line = {"event": "safety texts overdue", "log_level": "error", "clinic": clinic, "since": "2027-06-01"}
    assert logged == [[], [{**line, "texts": ["s"]}], [{**line, "texts": ["s", "t"]}]]


def test_safety_texts_and_the_others_are_told_apart(setup: Setup, clinic: int) -> None:
    texts = holding(setup, [due("a", "2027-06-01"), due("b", "2027-05-30")], [due("s", "2027-05-31")])

    assert look(texts, "2027-06-01") == [
        ("safety-text-overdue", "2027-05-31 en: s"),
        ("texts-overdue", "2027-05-30 en: b\n2027-06-01 en: a"),
    ]


def test_what_becomes_overdue_on_top_is_told_with_all_that_is(setup: Setup, clinic: int) -> None:
    texts = holding(setup, [due("a", "2027-06-01"), due("b", "2027-06-03")])

    assert look(texts, "2027-06-01")[0] == ("texts-overdue", "2027-06-01 en: a")
    assert look(texts, "2027-06-02") == []
    assert look(texts, "2027-06-03") == [("texts-overdue", "2027-06-01 en: a\n2027-06-03 en: b")]
    assert look(texts, "2027-06-04") == []


def test_fewer_overdue_texts_are_nobodys_new_task(setup: Setup, clinic: int) -> None:
    found = [due("a", "2027-06-01"), due("b", "2027-06-01"), due("c", "2027-06-01")]
    look(holding(setup, found), "2027-06-01")

    assert look(holding(setup, found[:2]), "2027-06-02") == []
    assert look(holding(setup, found[2:]), "2027-06-03") == []
    assert look(holding(setup, found), "2027-06-04") == []


def test_a_text_that_was_signed_again_and_is_overdue_again_is_told_again(setup: Setup, clinic: int) -> None:
    look(holding(setup, [due("a", "2027-06-01")]), "2027-06-01")

    assert look(holding(setup, [due("a", "2027-12-01")]), "2027-12-01") == [
        ("texts-overdue", "2027-12-01 en: a")
    ]


def test_a_text_that_is_overdue_from_an_earlier_day_than_others_told_is_told(
    setup: Setup, clinic: int
) -> None:
    """A signature on paper may be entered late, and be over by then."""
    look(holding(setup, [due("a", "2027-06-01")]), "2027-06-01")
    found = [due("a", "2027-06-01"), due("late", "2027-05-01")]

    assert look(holding(setup, found), "2027-06-02") == [
        ("texts-overdue", "2027-05-01 en: late\n2027-06-01 en: a")
    ]


def test_there_is_at_most_one_task_a_day_and_the_rest_comes_on_the_next(setup: Setup, clinic: int) -> None:
    found = [due("a", "2027-06-01"), due("b", "2027-06-01")]
    assert look(holding(setup, found[:1]), "2027-06-01", 1) != []

    assert look(holding(setup, found), "2027-06-01", 23) == []
    assert look(holding(setup, found), "2027-06-02", 0) == [("texts-overdue", "2027-06-01 en: a, b")]


def test_each_month_that_brings_something_is_told_once_with_all_of_it(setup: Setup, clinic: int) -> None:
    texts = holding(
        setup,
        [due("a", "2027-06-01"), due("b", "2027-06-30"), due("c", "2027-07-01")],
        [due("s", "2027-06-15")],
    )

    assert look(texts, "2027-05-02") == [
        ("texts-due-soon", "2027-06-01 en: a\n2027-06-15 en: s\n2027-06-30 en: b")
    ]
    assert look(texts, "2027-05-31") == []
    assert look(texts, "2027-06-01") == [
        ("texts-overdue", "2027-06-01 en: a"),
        ("texts-due-soon", "2027-07-01 en: c"),
    ]
    assert look(texts, "2027-06-02") == []


def test_every_clinic_is_told_for_itself(setup: Setup, clinic: int) -> None:
    hillside = a_clinic(setup, name="Hillside Team", number=OTHER_CLINIC)
    texts = holding(setup, [due("a", "2027-06-01")])

    look(texts, "2027-06-01")
    later = a_clinic(setup, name="Lakeside Team", number="+12025550120")
    look(texts, "2027-06-02")

    told = [(task.clinic_id, task.created_at.date()) for task in tasks_of(setup)]
    assert told == [(clinic, JUNE), (hillside, JUNE), (later, date(2027, 6, 2))]


def test_two_workers_that_look_at_once_raise_each_task_once(setup: Setup, clinic: int) -> None:
    texts = holding(setup, [due("a", "2027-06-01"), due("b", "2027-07-01")], [due("s", "2027-06-01")])
    now = datetime(2027, 6, 1, 6, tzinfo=UTC)
    connect(texts, 2)

    at_once(*[partial(overdue.look, texts, now)] * 2)

    assert sorted(task.kind for task in tasks_of(setup)) == [
        "safety-text-overdue",
        "texts-due-soon",
        "texts-overdue",
    ]


def test_with_nothing_due_nothing_is_raised_or_logged(setup: Setup, clinic: int) -> None:
    with capture_logs() as lines:
        assert look(holding(setup), "2027-06-01") == []

    assert lines == []


def test_what_one_clinic_has_that_cannot_be_read_costs_the_others_nothing(setup: Setup, clinic: int) -> None:
    hillside = a_clinic(setup, name="Hillside Team", number=OTHER_CLINIC)
    look(holding(setup, [due("a", "2027-06-01")]), "2027-06-01")
    with setup.database.transaction() as session:
        session.connection().execute(
            text("UPDATE task SET note = 'no-key-opens-this' WHERE clinic_id = :clinic"), {"clinic": clinic}
        )
    texts = holding(setup, [due("a", "2027-06-01"), due("b", "2027-06-02")])

    with capture_logs() as lines:
        overdue.look(texts, datetime(2027, 6, 2, tzinfo=UTC))

    assert lines == [
        {"event": "texts not looked at", "log_level": "error", "clinic": clinic, "error": "SettingsError"}
    ]
    with setup.database.reading() as session:
        assert session.get_one(Task, 3).clinic_id == hillside


def test_as_the_files_are_a_clinic_is_told_of_each_text_that_names_a_line(setup: Setup, clinic: int) -> None:
    """Every line of the files is to be checked again some day, and the crisis texts name some."""
    safety, others = dues(setup.catalogue, safety=True), dues(setup.catalogue, safety=False)

    alarm, task = look(setup, max(safety | others).on.isoformat())

    assert alarm == ("safety-text-overdue", write_note(safety))
    assert task == ("texts-overdue", write_note(others))
    assert {"urgent", "distress", "distress.scotland"} <= {one.item_id for one in safety}
    assert "coping.low" in {one.item_id for one in others}


@pytest.fixture
def overdue_in_june(setup: Setup, catalogue: Catalogue) -> Setup:
    return with_texts(setup, all_signed(settled(catalogue), JUNE))


def test_a_reminder_goes_without_the_questions_that_are_overdue_on_its_day(
    overdue_in_june: Setup, clinic: int, transport: FakeTransport
) -> None:
    patient = a_patient(overdue_in_june)
    a_text(overdue_in_june, "LIST")
    a_visit(overdue_in_june, patient, at="2027-06-04T09:30")  # asked for on 1 June, the day before on the 3rd
    transport.handed.clear()

    sweep(overdue_in_june, datetime(2027, 6, 1, 9, tzinfo=UTC))

    when = "Friday 4 June at 9:30am"
    assert transport.bodies == [words_of(overdue_in_june, "push.confirm-no-questions", when=when)]


def test_a_reminder_on_the_day_before_still_has_its_questions(
    overdue_in_june: Setup, clinic: int, transport: FakeTransport
) -> None:
    patient = a_patient(overdue_in_june)
    a_text(overdue_in_june, "LIST")
    a_visit(overdue_in_june, patient, at="2027-06-03T09:30")
    transport.handed.clear()

    sweep(overdue_in_june, datetime(2027, 5, 31, 9, tzinfo=UTC))

    (body,) = transport.bodies
    assert "1. " in body
    assert "3. " in body


def test_an_overdue_safety_text_goes_on_being_sent(overdue_in_june: Setup, clinic: int) -> None:
    a_patient(overdue_in_june)
    now = MONDAY + timedelta(days=200)
    overdue.look(overdue_in_june, now)

    said = a_text(overdue_in_june, "I have a fever", now)

    assert said is not None
    assert said.body == words_of(overdue_in_june, "urgent")
    assert LINE in said.body
    assert [kind for kind, _ in kinds_of_tasks(overdue_in_june)] == [
        "safety-text-overdue",
        "texts-overdue",
        "urgent",
    ]
