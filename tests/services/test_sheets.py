"""The question sheet of a visit: which questions it holds, and what ticking them does to the list."""

import pytest

from companion.domain.staff import StaffScope
from companion.errors import NotFound
from companion.records import Information, PatientQuestion, Role
from companion.services import sheets, staff_accounts
from companion.services.setup import Setup
from companion.services.sheets import Sheet, Tick
from companion.services.staff_accounts import NewStaff
from tests.factories import a_clinic, a_patient, a_text, a_visit, outbox_of, replies_of
from tests.fakes import MONDAY
from tests.people import BO, OTHER_CLINIC


@pytest.fixture
def scope(setup: Setup) -> StaffScope:
    clinic = a_clinic(setup)
    staff = staff_accounts.add(setup, NewStaff("ada@hospital.example", Role.NURSE, clinic), MONDAY)
    return StaffScope(staff.staff_id, clinic, Role.NURSE)


@pytest.fixture
def amina(setup: Setup, scope: StaffScope) -> int:
    found = a_patient(setup, treatment="blinatumomab")
    a_text(setup, "ASK May I swim?")
    a_text(setup, "ASK Who do I call at night?")
    a_visit(setup, found)
    return found


def look(setup: Setup, scope: StaffScope, visit: int = 1) -> Sheet:
    return sheets.look(setup, scope, visit, MONDAY, MONDAY)


def tick(setup: Setup, scope: StaffScope, visit: int = 1, **ticks: Tick) -> int:
    named = {key.replace("_", "-"): ticked for key, ticked in ticks.items()}
    return sheets.tick(setup, scope, visit, named, MONDAY, MONDAY)


def question(setup: Setup, row: int) -> PatientQuestion:
    with setup.database.reading() as session:
        return session.get_one(PatientQuestion, row)


def evening_before(setup: Setup) -> str:
    (body,) = [
        row.body for row in outbox_of(setup) if row.rule == "evening-before" and row.state == "pending"
    ]
    return body


def test_own_questions_come_first_in_the_persons_order(setup: Setup, scope: StaffScope, amina: int) -> None:
    a_text(setup, "LIST")
    a_text(setup, "FIRST 2")

    sheet = look(setup, scope)

    assert [(one.text, one.own_words) for one in sheet.own] == [
        ("Who do I call at night?", True),
        ("May I swim?", True),
    ]


def test_what_is_suggested_is_what_the_reminder_chooses(setup: Setup, scope: StaffScope) -> None:
    patient = a_patient(setup, treatment="blinatumomab")
    a_text(setup, "LIST")
    a_visit(setup, patient)

    sheet = look(setup, scope)

    pushed = {q.push: f"suggested-{q.item.id}" for q in setup.catalogue.questions if q.push}
    (confirm,) = [row.body for row in outbox_of(setup) if row.rule == "confirm"]
    chosen = [key for push, key in pushed.items() if push in confirm]
    assert chosen
    assert {one.key for one in sheet.suggested[: len(chosen)]} == set(chosen)
    assert sheet.own == ()
    assert 0 < len(sheet.suggested) <= 5


def test_a_kept_question_is_not_suggested_again(setup: Setup, scope: StaffScope, amina: int) -> None:
    first = look(setup, scope).suggested[0]

    assert tick(setup, scope, **{first.key: Tick.LATER}) == 1

    sheet = look(setup, scope)
    assert (sheet.own[-1].text, sheet.own[-1].own_words) == (first.text, False)
    assert first.key not in {one.key for one in sheet.suggested}


def test_what_was_asked_leaves_the_list_and_the_reminder(setup: Setup, scope: StaffScope, amina: int) -> None:
    assert "May I swim?" in evening_before(setup)

    assert tick(setup, scope, own_1=Tick.ASKED) == 1

    assert "May I swim?" not in evening_before(setup)
    assert "Who do I call at night?" in evening_before(setup)
    assert (question(setup, 1).asked_at, question(setup, 1).answered_at) == (MONDAY, None)
    a_text(setup, "LIST")
    assert "May I swim?" not in replies_of(setup)[-1].body


def test_answered_is_asked_too_and_later_puts_it_back(setup: Setup, scope: StaffScope, amina: int) -> None:
    tick(setup, scope, own_1=Tick.ANSWERED)
    assert (question(setup, 1).asked_at, question(setup, 1).answered_at) == (MONDAY, MONDAY)
    assert [(one.key, one.tick) for one in look(setup, scope).done] == [("own-1", Tick.ANSWERED)]

    tick(setup, scope, own_1=Tick.LATER)
    assert (question(setup, 1).asked_at, question(setup, 1).answered_at) == (None, None)
    assert "May I swim?" in evening_before(setup)


def test_a_suggested_question_that_was_answered_stays_off_the_sheet(
    setup: Setup, scope: StaffScope, amina: int
) -> None:
    first = look(setup, scope).suggested[0]

    tick(setup, scope, **{first.key: Tick.ANSWERED})

    sheet = look(setup, scope)
    assert first.key not in {one.key for one in sheet.suggested}
    assert [(one.text, one.tick) for one in sheet.done] == [(first.text, Tick.ANSWERED)]
    assert len(sheet.own) == 2


def test_ticking_the_same_again_changes_nothing(setup: Setup, scope: StaffScope, amina: int) -> None:
    tick(setup, scope, own_1=Tick.ASKED)
    rows = [row.model_dump() for row in outbox_of(setup)]

    assert tick(setup, scope, own_1=Tick.ASKED) == 0
    assert tick(setup, scope, own_2=Tick.LATER) == 0
    assert [row.model_dump() for row in outbox_of(setup)] == rows


def test_heavy_questions_stand_there_only_for_who_wants_all(setup: Setup, scope: StaffScope) -> None:
    heavy = {f"suggested-{q.item.id}" for q in setup.catalogue.questions if q.heavy}
    a_visit(setup, a_patient(setup, treatment="blinatumomab", information=Information.LESS), kind="results")

    assert not heavy & {one.key for one in look(setup, scope).suggested}


@pytest.mark.parametrize("key", ["own-99", "own-x", "own-3", "suggested-q.nothing"])
def test_lines_of_nobody_or_of_others_are_not_there(
    setup: Setup, scope: StaffScope, amina: int, key: str
) -> None:
    a_patient(setup, name="Bo", phone=BO)
    a_text(setup, "ASK Is this mine?", sender=BO)

    with pytest.raises(NotFound):
        tick(setup, scope, **{key: Tick.ASKED})
    assert question(setup, 3).asked_at is None


def test_another_clinics_sheet_is_not_there(setup: Setup, scope: StaffScope, amina: int) -> None:
    other = a_clinic(setup, name="Elm Street Team", number=OTHER_CLINIC)
    strange = StaffScope(scope.staff_id, other, Role.NURSE)

    with pytest.raises(NotFound):
        look(setup, strange)
    with pytest.raises(NotFound):
        tick(setup, strange, own_1=Tick.ASKED)
    assert question(setup, 1).asked_at is None
