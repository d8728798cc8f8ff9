"""Finding somebody of one's own clinic by name, number or reference."""

import pytest
from sqlmodel import col, select

from companion.records import AuditEvent, Contact, PatientState, Role
from tests.factories import a_patient, a_visit, put_state
from tests.people import BO, CHEN, OTHER_CLINIC
from tests.staff.rig import ON_SQLITE, Browser, Staff, words
from tests.staff.test_layout import _HOSTILE

pytestmark = ON_SQLITE


@pytest.fixture
def nurse(staff: Staff, riverside: int) -> Browser:
    return staff.signed_in(staff.person(Role.NURSE, riverside))


def find(nurse: Browser, typed: str) -> str:
    return words(nurse.post("/staff/find", {"q": typed}))


def audited(staff: Staff) -> list[tuple[str, int | None, str | None]]:
    with staff.setup.database.reading() as session:
        events = session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all()
    return [(e.action, e.patient_id, e.subject) for e in events if e.action in ("searched", "found")]


@pytest.mark.parametrize(
    "typed",
    [
        "amina",
        "AMI",
        "oneill",
        "O'Neill",
        "amina o",
        "Zoë",
        "zoe",
        "+1 202 555 0101",
        "(202) 555-0101",
        "rv-77",
    ],
)
def test_somebody_is_found_by_what_is_known_of_them(staff: Staff, nurse: Browser, typed: str) -> None:
    a_patient(staff.setup, name="Amina Zoë O\N{RIGHT SINGLE QUOTATION MARK}Neill", reference="RV-77")
    a_patient(staff.setup, name="Bo", phone=BO, reference="RV-78")

    page = find(nurse, typed)

    assert "1 person" in page
    assert "Amina" in page
    assert "+1 202-555-0101" in page
    assert "RV-77" in page


@pytest.mark.parametrize("typed", ["mina", "0101", "RV-7", "nobody", "%", "_"])
def test_what_is_only_a_part_of_it_finds_nobody(staff: Staff, nurse: Browser, typed: str) -> None:
    a_patient(staff.setup, reference="RV-77")

    assert ("at least two letters" if len(typed) < 2 else "Nobody found") in find(nurse, typed)


def test_a_shared_number_finds_everyone_who_has_it(staff: Staff, nurse: Browser) -> None:
    a_patient(staff.setup)
    a_patient(staff.setup, name="Bo")

    assert "2 people" in find(nurse, "+12025550101")


def test_another_clinics_people_are_never_found(staff: Staff, nurse: Browser, elm_street: int) -> None:
    a_patient(staff.setup, clinic=elm_street, name="Chen", phone=CHEN, reference="EL-1")

    for typed in ("Chen", CHEN, "EL-1"):
        assert "Nobody found" in find(nurse, typed)


def test_a_line_says_how_they_stand_and_when_they_come(staff: Staff, nurse: Browser) -> None:
    a_visit(staff.setup, a_patient(staff.setup, contact=Contact.CALL))
    put_state(staff.setup, a_patient(staff.setup, name="Ami", phone=BO), PatientState.STOPPED)

    page = find(nurse, "am")

    assert "Is phoned Next visit Tuesday 16 March" in page
    assert "Wants no texts No visit booked" in page


def test_each_search_and_each_person_shown_is_written_down_without_a_name(
    staff: Staff, nurse: Browser
) -> None:
    amina = a_patient(staff.setup)

    find(nurse, "Amina")
    find(nurse, "nobody")

    assert audited(staff) == [
        ("searched", None, "1 found"),
        ("found", amina, None),
        ("searched", None, "0 found"),
    ]


def test_of_many_the_first_twenty_are_listed(staff: Staff, nurse: Browser, riverside: int) -> None:
    for place in range(22):
        a_patient(staff.setup, clinic=riverside, name=f"Amina {place:02}", phone=f"+120255501{place:02}"[:12])

    page = find(nurse, "amina")

    assert "22 people" in page
    assert "Amina 19" in page
    assert "Amina 20" not in page
    assert "Type more of the name" in page


def test_the_number_of_queries_is_the_same_for_few_and_many(staff: Staff, nurse: Browser) -> None:
    from sqlalchemy import event

    asked: list[str] = []
    engine = staff.setup.database.engine
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    a_patient(staff.setup)
    counted = []
    for more in (0, 8):
        for place in range(more):
            a_patient(staff.setup, name=f"Amina {place}", phone=f"+120255501{50 + place}")
        nurse.get("/staff/find")
        asked.clear()
        find(nurse, "amina")
        counted.append(len([one for one in asked if one.startswith("SELECT")]))

    assert counted[0] == counted[1]


def test_what_is_typed_stands_in_no_address(staff: Staff, nurse: Browser) -> None:
    page = nurse.get("/staff/find").text

    assert 'action="/staff/find" method="post"' in page


def test_hostile_names_and_searches_are_only_words(staff: Staff, nurse: Browser) -> None:
    a_patient(staff.setup, name=_HOSTILE[:190], reference=_HOSTILE[:190])

    for typed in (_HOSTILE, "script", '"><img src=x>'):
        page = nurse.post("/staff/find", {"q": typed}).text
        assert "<script>alert" not in page
        assert "<img" not in page


def test_clinics_numbers_are_nobodys(staff: Staff, nurse: Browser, elm_street: int) -> None:
    assert "Nobody found" in find(nurse, OTHER_CLINIC)
