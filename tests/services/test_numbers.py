"""The worklist of numbers: each is there for a reason that holds, and leaves when it is mended."""

from datetime import timedelta
from itertools import count

import pytest

from companion.domain.numbers import Flaw
from companion.domain.staff import StaffScope
from companion.records import OutboundKind, OutboundState, PatientState
from companion.services import numbers, task_work
from companion.services.numbers import NumberLine, Numbers
from companion.services.setup import Setup
from tests.factories import a_clinic, a_patient, a_text, a_visit, a_waiting_text, put_state, the_patient
from tests.fakes import MONDAY
from tests.people import AMINA, BO, CHEN, OTHER_CLINIC
from tests.staff_tasks import AT, a_nurse, a_task

_SIDS = count(1)


@pytest.fixture
def ada(setup: Setup) -> StaffScope:
    return a_nurse(setup, a_clinic(setup))


def look(setup: Setup, who: StaffScope, flaw: Flaw | None = None, page: int = 1) -> Numbers:
    return numbers.look(setup, who, flaw, page, MONDAY, MONDAY)


def flaws(setup: Setup, who: StaffScope) -> dict[str, tuple[Flaw, ...]]:
    return {line.who: line.flaws for line in look(setup, who).lines}


def a_sent_text(setup: Setup, patient: int, state: OutboundState, days_ago: float, code: int | None) -> None:
    person = the_patient(setup, patient)
    at = MONDAY - timedelta(days=days_ago)
    a_waiting_text(
        setup,
        person.clinic_id,
        at,
        kind=OutboundKind.PUSH,
        patient_id=patient,
        phone=person.phone,
        to_hash=person.phone_hash,
        state=state,
        handed_at=at,
        error_code=code,
        sid=f"SM{next(_SIDS)}",
    )


def failed(setup: Setup, patient: int, days_ago: float, code: int | None = 30003) -> None:
    a_sent_text(setup, patient, OutboundState.UNDELIVERED, days_ago, code)


def test_a_number_that_works_is_not_there(setup: Setup, ada: StaffScope) -> None:
    amina = a_patient(setup)
    a_sent_text(setup, amina, OutboundState.DELIVERED, 1, None)

    found = look(setup, ada)

    assert (found.lines, found.many) == ((), 0)
    assert set(found.counts.values()) == {0}


def test_who_has_no_number_is_there(setup: Setup, ada: StaffScope) -> None:
    amina = a_patient(setup)
    with setup.database.transaction() as session:
        row = the_patient(setup, amina)
        row.phone, row.phone_hash = "", setup.hasher.phone("")
        session.merge(row)

    (line,) = look(setup, ada).lines

    assert (line.who, line.phone, line.flaws) == ("Amina", "", (Flaw.MISSING,))


def test_who_texted_that_the_number_is_wrong_is_there_with_the_task(setup: Setup, ada: StaffScope) -> None:
    a_patient(setup)
    a_text(setup, "wrong number")

    (line,) = look(setup, ada).lines

    assert line.flaws == (Flaw.WRONG,)
    assert line.task_id is not None


@pytest.mark.parametrize(
    ("kind", "flaw"),
    [
        ("landline", Flaw.LANDLINE),
        ("number-not-in-use", Flaw.INVALID),
        ("number-cannot-be-texted", Flaw.INVALID),
    ],
)
def test_an_open_task_about_a_number_puts_it_there_and_a_done_one_does_not(
    setup: Setup, ada: StaffScope, kind: str, flaw: Flaw
) -> None:
    task = a_task(setup, ada.clinic_id, patient_id=a_patient(setup), kind=kind)
    (line,) = look(setup, ada).lines
    assert (line.flaws, line.task_id) == ((flaw,), task)

    task_work.finish(setup, ada, task, "", AT)

    assert look(setup, ada).lines == ()


def test_a_number_the_network_calls_a_landline_stays_there_when_the_task_is_done(
    setup: Setup, ada: StaffScope
) -> None:
    failed(setup, a_patient(setup), 1, 30006)

    assert flaws(setup, ada) == {"Amina": (Flaw.LANDLINE,)}


def test_two_lost_in_a_row_make_a_failing_number_and_one_does_not(setup: Setup, ada: StaffScope) -> None:
    amina = a_patient(setup)
    failed(setup, amina, 3)
    assert flaws(setup, ada) == {}

    failed(setup, amina, 2)

    (line,) = look(setup, ada).lines
    assert line.flaws == (Flaw.FAILING,)
    assert line.lost is not None
    assert line.lost.date().isoformat() == "2027-02-27"


def test_a_text_that_arrived_since_clears_what_was_lost_before(setup: Setup, ada: StaffScope) -> None:
    amina = a_patient(setup)
    failed(setup, amina, 4)
    failed(setup, amina, 3, 30006)
    a_sent_text(setup, amina, OutboundState.DELIVERED, 2, None)
    failed(setup, amina, 1)

    assert flaws(setup, ada) == {}


def test_what_was_lost_long_ago_or_at_another_number_says_nothing(setup: Setup, ada: StaffScope) -> None:
    amina, bo = a_patient(setup), a_patient(setup, name="Bo", phone=BO)
    for days in (61, 62):
        failed(setup, amina, days)
    for days in (1, 2):
        failed(setup, bo, days)
    with setup.database.transaction() as session:
        row = the_patient(setup, bo)
        row.phone, row.phone_hash = CHEN, setup.hasher.phone(CHEN)
        session.merge(row)

    assert flaws(setup, ada) == {}


def test_two_who_share_a_number_stand_with_each_others_names(setup: Setup, ada: StaffScope) -> None:
    for name in ("Amina", "Bo", "Chen"):
        a_patient(setup, name=name)
    a_patient(setup, name="Dee", phone=BO)

    lines = {line.who: line for line in look(setup, ada).lines}

    assert set(lines) == {"Amina", "Bo", "Chen"}
    assert lines["Bo"].shared_with == ("Amina", "Chen")
    assert {line.flaws for line in lines.values()} == {(Flaw.SHARED,)}


@pytest.mark.parametrize("state", [PatientState.DECEASED, PatientState.FINISHED])
def test_who_is_not_with_the_clinic_any_more_is_not_there(
    setup: Setup, ada: StaffScope, state: PatientState
) -> None:
    amina = a_patient(setup)
    a_patient(setup, name="Bo")
    failed(setup, amina, 1, 30006)
    a_task(setup, ada.clinic_id, patient_id=amina, kind="landline")
    put_state(setup, amina, state)

    assert flaws(setup, ada) == {}


def test_whose_visit_is_next_comes_first_and_who_only_shares_a_number_last(
    setup: Setup, ada: StaffScope
) -> None:
    people = {name: a_patient(setup, name=name, phone=phone) for name, phone in (("A", AMINA), ("B", BO))}
    later = a_patient(setup, name="C", phone=CHEN)
    for person in (*people.values(), later):
        failed(setup, person, 1, 30006)
    a_visit(setup, later, at="2027-03-20T09:00")
    a_visit(setup, people["B"], at="2027-03-10T09:00")
    for name in ("D", "E"):
        a_visit(setup, a_patient(setup, name=name, phone="+12025550177"), at="2027-03-05T09:00")

    lines: tuple[NumberLine, ...] = look(setup, ada).lines

    assert [line.who for line in lines] == ["B", "C", "A", "D", "E"]
    assert [line.visit.isoformat() if line.visit else None for line in lines][:3] == [
        "2027-03-10T09:00:00",
        "2027-03-20T09:00:00",
        None,
    ]


def test_one_flaw_alone_can_be_looked_at(setup: Setup, ada: StaffScope) -> None:
    failed(setup, a_patient(setup), 1, 30006)
    for name in ("Bo", "Chen"):
        a_patient(setup, name=name, phone=BO)

    found = look(setup, ada, Flaw.SHARED)

    assert {line.who for line in found.lines} == {"Bo", "Chen"}
    assert (found.counts[Flaw.LANDLINE], found.counts[Flaw.SHARED], found.many) == (1, 2, 2)


def test_another_clinics_numbers_are_not_there(setup: Setup, ada: StaffScope) -> None:
    other = a_nurse(setup, a_clinic(setup, name="Elm Street Team", number=OTHER_CLINIC), "Eve")
    theirs = a_patient(setup, clinic=other.clinic_id, name="Bo")
    failed(setup, theirs, 1, 30006)
    a_patient(setup, clinic=ada.clinic_id, name="Amina")

    assert flaws(setup, ada) == {}
    assert flaws(setup, other) == {"Bo": (Flaw.LANDLINE,)}


def test_a_long_list_is_paged(setup: Setup, ada: StaffScope) -> None:
    for n in range(numbers.PER_PAGE + 2):
        failed(setup, a_patient(setup, name=f"P{n}", phone=f"+1202555{100 + n:04}"), 1, 30006)

    first, second = look(setup, ada), look(setup, ada, page=2)

    assert (len(first.lines), len(second.lines), first.many) == (numbers.PER_PAGE, 2, numbers.PER_PAGE + 2)
    assert look(setup, ada, page=9).page == 2
