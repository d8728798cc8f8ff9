"""The log of who saw and changed what: of one's own clinic, filtered, a page at a time and as a file."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from companion.domain.staff import StaffScope
from companion.records import AuditEvent, Role
from companion.services.auditing import Seen, note
from tests.factories import a_patient
from tests.fakes import MONDAY
from tests.people import BO
from tests.services.test_today import counted
from tests.staff.rig import ON_SQLITE, Browser, Person, Staff, words

pytestmark = ON_SQLITE


@pytest.fixture
def admin(staff: Staff, riverside: int) -> Person:
    return staff.person(Role.CLINIC_ADMIN, riverside)


@pytest.fixture
def browser(staff: Staff, admin: Person) -> Browser:
    return staff.signed_in(admin)


def write(staff: Staff, person: Person, clinic: int, *seen: Seen, later: timedelta = timedelta()) -> None:
    with staff.setup.database.transaction() as session:
        for one in seen:
            note(session, StaffScope(person.id, clinic, person.role), one, MONDAY + later)


def noted(staff: Staff, action: str) -> list[tuple[int | None, int | None, int | None, str | None]]:
    with staff.setup.database.reading() as session:
        query = select(AuditEvent).where(AuditEvent.action == action).order_by(col(AuditEvent.id))
        rows = session.exec(query).all()
    return [(one.staff_id, one.clinic_id, one.patient_id, one.subject) for one in rows]


def entries(page: str) -> list[str]:
    body = page.partition("<tbody")[2].partition(">")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>")[:-1]]


def file(browser: Browser, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(f"/staff/audit.csv{query}")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_an_entry_says_when_who_what_and_about_whom(
    staff: Staff, browser: Browser, admin: Person, riverside: int
) -> None:
    amina = a_patient(staff.setup)
    write(staff, admin, riverside, Seen("today-seen", amina, "task 7"))

    (first, *_) = entries(browser.get("/staff/audit").text)

    assert first == "Monday 1 March 2027, 09:00:00 clinic_admin.1 Looked at the day task 7 Amina"


def test_a_colleague_is_named_while_they_are_on_the_staff(
    staff: Staff, browser: Browser, admin: Person, riverside: int
) -> None:
    nurse = staff.person(Role.NURSE, riverside)
    write(staff, admin, riverside, Seen("role-changed", None, f"person {nurse.id}, nurse to reviewer"))
    write(staff, admin, riverside, Seen("role-changed", None, "person 987, nurse to reviewer"))

    unknown, known, *_ = entries(browser.get("/staff/audit").text)

    assert known.endswith("nurse.1, nurse to reviewer")
    assert unknown.endswith("person 987, nurse to reviewer")


def test_reading_it_is_written_down_with_what_was_asked_for(
    staff: Staff, browser: Browser, admin: Person, riverside: int
) -> None:
    amina = a_patient(staff.setup, reference="RX-77")
    browser.get("/staff/audit")
    browser.get(f"/staff/audit?person={admin.id}&kind=today-seen&patient=rx-77&day=2027-03-01")
    file(browser, f"?patient={amina}")

    told = f"person {admin.id}, today-seen, 2027-03-01"
    assert noted(staff, "audit-seen") == [
        (admin.id, riverside, None, None),
        (admin.id, riverside, amina, told),
    ]
    assert noted(staff, "audit-exported") == [(admin.id, riverside, amina, None)]
    assert "Took the audit log as a file" in entries(browser.get("/staff/audit").text)[0]


def test_it_is_filtered_by_person_patient_kind_and_day(
    staff: Staff, browser: Browser, admin: Person, riverside: int
) -> None:
    nurse = staff.person(Role.NURSE, riverside)
    amina, bo = a_patient(staff.setup, reference="RX-77"), a_patient(staff.setup, name="Bo", phone=BO)
    write(staff, nurse, riverside, Seen("today-seen", amina, "a"), Seen("role-changed", bo, "b"))
    write(staff, admin, riverside, Seen("today-seen", amina, "c"), later=timedelta(days=2))

    def subjects(query: str) -> set[str]:
        return {row["about"] for row in file(browser, query)} & {"a", "b", "c"}

    assert subjects("") == {"a", "b", "c"}
    assert subjects(f"?person={nurse.id}") == {"a", "b"}
    assert subjects(f"?patient={amina}") == {"a", "c"}
    assert subjects("?patient=RX-77") == {"a", "c"}
    assert subjects("?kind=role-changed") == {"b"}
    assert subjects("?day=2027-03-01") == {"a", "b"}
    assert subjects("?day=2027-03-03") == {"c"}
    assert subjects(f"?day=2027-03-01&patient={amina}&person={nurse.id}&kind=today-seen") == {"a"}
    page = browser.get(f"/staff/audit?person={nurse.id}&kind=today-seen")
    assert len(entries(page.text)) == 1
    assert f'<option value="{nurse.id}" selected>' in page.text


@pytest.mark.parametrize(
    ("query", "told"), [("patient=nobody", "Nobody here has"), ("day=31.2.", "a day of the")]
)
def test_a_filter_that_cannot_be_is_said_and_kept(browser: Browser, query: str, told: str) -> None:
    page = browser.get(f"/staff/audit?{query}")

    assert words(page).count(told) == 2
    assert f'value="{query.partition("=")[2]}"' in page.text


@pytest.mark.parametrize(
    "query", ["person=x", "person=99999999999999", "before=-1", "kind=nothing", "before=x"]
)
def test_a_filter_that_is_none_leaves_all_open(browser: Browser, query: str) -> None:
    browser.get("/staff/audit")

    assert len(entries(browser.get(f"/staff/audit?{query}").text)) >= 1


def test_nothing_of_another_clinic_is_seen(
    staff: Staff, browser: Browser, admin: Person, riverside: int, elm_street: int
) -> None:
    other = staff.person(Role.NURSE, elm_street)
    there = a_patient(staff.setup, clinic=elm_street, reference="RX-77", name="Chen")
    write(staff, other, elm_street, Seen("today-seen", there, "theirs"))
    write(staff, other, riverside, Seen("today-seen", there, "strange"))

    assert {row["about"] for row in file(browser, f"?person={other.id}")} == {"strange"}
    page = browser.get(f"/staff/audit?patient={there}")
    assert "Chen" not in page.text
    assert "theirs" not in page.text
    assert "Nobody here has" in words(browser.get("/staff/audit?patient=RX-77"))
    assert other.email not in browser.get("/staff/audit.csv?kind=signed-in").text


def test_sign_ins_of_the_clinics_own_staff_are_in_it(staff: Staff, browser: Browser, riverside: int) -> None:
    nurse = staff.person(Role.NURSE, riverside)
    staff.signed_in(nurse)

    rows = file(browser, f"?person={nurse.id}&kind=signed-in")

    assert [(row["email"], row["what"]) for row in rows] == [(nurse.email, "Signed in")]


def test_a_system_administrator_sees_patients_by_number_alone(
    staff: Staff, admin: Person, riverside: int
) -> None:
    amina = a_patient(staff.setup, reference="RX-77")
    write(staff, admin, riverside, Seen("today-seen", amina, "a"))
    system = staff.signed_in(staff.person(Role.SYSTEM_ADMIN, None))

    page = system.get(f"/staff/audit?patient={amina}")

    assert "Amina" not in page.text
    assert f"Number {amina}" in page.text
    assert "Nobody here has" in words(system.get("/staff/audit?patient=RX-77"))


def test_older_entries_are_a_page_further_and_none_is_left_out(
    staff: Staff, browser: Browser, admin: Person, riverside: int
) -> None:
    write(staff, admin, riverside, *(Seen("role-changed", None, f"n{n}") for n in range(120)))
    query, seen = "kind=role-changed", []
    for _ in range(3):
        page = browser.get(f"/staff/audit?{query}").text
        seen += re.findall(r">(n\d+)<", page)
        query = (re.search(r'href="/staff/audit\?([^"]+)">Older', page) or [""] * 2)[1].replace("&amp;", "&")

    assert seen == [f"n{n}" for n in reversed(range(120))]
    assert query == ""


def test_more_entries_cost_no_more_queries(
    staff: Staff, browser: Browser, admin: Person, riverside: int
) -> None:
    browser.get("/staff/audit")
    with counted(staff.setup) as before:
        browser.get("/staff/audit")
    write(staff, admin, riverside, *(Seen("today-seen", None, f"n{n}") for n in range(60)))

    with counted(staff.setup) as after:
        browser.get("/staff/audit")

    assert len(after) == len(before)


def test_the_file_runs_no_formula_and_holds_no_patients_name(
    staff: Staff, browser: Browser, admin: Person, riverside: int
) -> None:
    amina = a_patient(staff.setup)
    write(staff, admin, riverside, Seen("role-changed", amina, '=HYPERLINK("http://203.0.113.9","x")'))

    (row,) = file(browser, "?kind=role-changed")

    assert row["about"].startswith("'=HYPERLINK")
    assert row["patient"] == str(amina)
    assert row["at"] == "2027-03-01T09:00:00Z"
    assert "Amina" not in browser.get("/staff/audit.csv").text


def test_a_hostile_patient_is_only_words(
    staff: Staff, browser: Browser, admin: Person, riverside: int
) -> None:
    hostile = a_patient(staff.setup, name="<script>alert(1)</script>😀" + "N" * 150)
    write(staff, admin, riverside, Seen("today-seen", hostile, "<b>x</b>"))

    page = browser.get("/staff/audit?patient=<script>alert(2)</script>").text
    page += browser.get("/staff/audit").text

    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
    assert "&lt;script&gt;alert(1)" in page
