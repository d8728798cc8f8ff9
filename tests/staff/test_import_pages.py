"""Importing from the page: problems by row and column, a preview that is what is stored, then all at once."""

import io
import re
from datetime import timedelta

import pytest
from sqlmodel import col, select
from werkzeug.test import TestResponse

from companion.domain.import_lines import COLUMNS
from companion.records import AuditEvent, ImportRun, Patient, Role
from companion.services import import_runs, owed_plans
from companion.services.exporting import ListName
from companion.storage import heartbeats
from tests.factories import a_patient, a_text, a_visit, outbox_of
from tests.people import AMINA, BO
from tests.staff.rig import ON_SQLITE, Browser, Staff, csrf, words

pytestmark = ON_SQLITE

HEAD = "patient_reference,name,phone,consent_by,visit_reference,visit_type,visit_at,place\n"
ROW = f"H1,Amina,{AMINA},Nurse Okafor,V1,clinic-review,2027-03-16 09:30,Level 2\n"
HOSTILE = "<script>alert(1)</script>" + "😀" * 5 + "N" * 150


@pytest.fixture
def nurse(staff: Staff, riverside: int) -> Browser:
    return staff.signed_in(staff.person(Role.NURSE, riverside))


def send(browser: Browser, content: str | bytes | None) -> TestResponse:
    token = csrf(browser.get("/staff/import/").text)
    data = content.encode() if isinstance(content, str) else content
    form: dict[str, object] = {"csrf_token": token}
    if data is not None:
        form["file"] = (io.BytesIO(data), "nightly.csv")
    return browser.client.post("/staff/import/", data=form)


def actions(staff: Staff) -> list[tuple[str, str | None]]:
    with staff.setup.database.reading() as session:
        found = session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all()
    return [(event.action, event.subject) for event in found if "import" in event.action]


def people(staff: Staff) -> list[str]:
    with staff.setup.database.reading() as session:
        return [patient.name for patient in session.exec(select(Patient)).all()]


def test_a_first_visit_says_what_will_stand_there(nurse: Browser) -> None:
    said = words(nurse.get("/staff/import/"))

    assert "Each import will stand here" in said
    assert "A visit the file does not name stays as it is" in said
    for name in COLUMNS:
        assert f" {name} " in said


def test_the_template_is_taken_back_as_it_is(nurse: Browser) -> None:
    template = nurse.get("/staff/import/template.csv")

    assert template.headers["Content-Disposition"] == 'attachment; filename="import.csv"'
    heads, *notes = template.data.decode("utf-8-sig").splitlines()
    assert heads.split(",") == list(COLUMNS)
    assert any("write cancelled under visit_state" in note for note in notes)
    assert "There is nothing under the headings" in words(send(nurse, template.data))


def test_every_problem_is_told_by_row_and_column_and_nothing_is_stored(staff: Staff, nurse: Browser) -> None:
    wrong = ROW.replace("Nurse", "Nurse").replace("clinic-review", "surgery").replace(AMINA, "12")
    answer = send(nurse, HEAD + ROW.replace("H1", "H2").replace("V1", "V2") + wrong)

    said = words(answer)
    assert answer.status_code == 200
    assert "The file has 2 problems to mend" in said
    assert "Row 3 , Mobile number That is not a phone number." in said
    assert "Row 3 , Kind of visit surgery is not one of what may stand here: treatment-choice," in said
    assert "<title>Problem: " in answer.text
    assert people(staff) == []
    assert actions(staff) == [("import-refused", "2 problems")]


def test_no_file_says_so_at_the_field(nurse: Browser) -> None:
    answer = send(nurse, None)

    assert answer.status_code == 200
    assert words(answer).count("Choose the file to check.") == 2
    assert 'aria-describedby="file-hint file-error"' in answer.text


def test_what_was_foreseen_is_stored_by_one_press_and_its_texts_follow(staff: Staff, nurse: Browser) -> None:
    page = send(nurse, HEAD + ROW).location
    said = words(nurse.get(page))
    assert "1 person enrolled, 1 visit booked." in said
    assert people(staff) == []
    foreseen = re.findall(r'class="row-text__body">([^<]+)<', nurse.get(page).text)

    answer = nurse.post(page)
    assert answer.location == page
    said = words(nurse.get(page))
    assert "The whole file is stored." in said
    assert "Texts planned for 0 of 1 person" in said
    assert people(staff) == ["Amina"]

    owed_plans.make(staff.setup, staff.visits_clock(), 10)
    said = words(nurse.get(page))
    assert "Import finished" in said
    assert "Texts are planned for 1 person." in said
    stored = [row.body for row in outbox_of(staff.setup) if row.rule != "welcome"]
    assert [_plain(body) for body in foreseen] == stored
    assert [action for action, _ in actions(staff)] == [
        "import-checked",
        "import-seen",
        "import-seen",
        "import-seen",
        "import-changed",
        "import-applied",
    ]


def _plain(page: str) -> str:
    import html

    return html.unescape(page)


def test_while_a_worker_plans_the_page_looks_again_by_itself(staff: Staff, nurse: Browser) -> None:
    page = send(nurse, HEAD + ROW).location
    nurse.post(page)
    assert "Refresh" not in nurse.get(page).headers
    assert "Nothing is planning them at present" in words(nurse.get(page))

    with staff.setup.database.transaction() as session:
        heartbeats.note(session, "worker", staff.visits_clock())

    assert nurse.get(page).headers["Refresh"] == "4"
    assert "Nothing is planning them" not in words(nurse.get(page))


def test_pressed_twice_it_is_stored_once(staff: Staff, nurse: Browser) -> None:
    page = send(nurse, HEAD + ROW).location
    token = csrf(nurse.get(page).text)
    answers = [nurse.client.post(page, data={"csrf_token": token}) for _ in range(2)]

    assert [answer.location for answer in answers] == [page, page]
    assert people(staff) == ["Amina"]


def test_what_changed_since_the_check_stops_it_and_says_so(staff: Staff, nurse: Browser) -> None:
    page = send(nurse, HEAD + ROW).location
    token = csrf(nurse.get(page).text)
    staff.visits_clock.forward(days=60)

    assert nurse.client.post(page, data={"csrf_token": token}).location == page
    assert "passed more than a month ago" in words(nurse.get(page))
    assert people(staff) == []


def test_the_file_is_forgotten_once_it_is_stored_or_another_is_sent(staff: Staff, nurse: Browser) -> None:
    first = send(nurse, HEAD + ROW).location
    second = send(nurse, HEAD + ROW).location
    assert nurse.get(first).status_code == 404
    nurse.post(second)

    with staff.setup.database.reading() as session:
        assert [run.content for run in session.exec(select(ImportRun)).all()] == [None, None]


@pytest.mark.parametrize(("hours", "status"), [(23, 200), (25, 404)])
def test_a_file_that_nobody_stores_is_forgotten_in_a_day(
    staff: Staff, nurse: Browser, hours: int, status: int
) -> None:
    page = send(nurse, HEAD + ROW).location

    import_runs.forget(staff.setup, staff.clock() + timedelta(hours=hours))

    assert nurse.get(page).status_code == status


def test_the_same_file_again_has_nothing_to_store(nurse: Browser) -> None:
    nurse.post(send(nurse, HEAD + ROW).location)

    answer = nurse.get(send(nurse, HEAD + ROW).location)

    assert "Nothing to change; 1 visit as it was." in words(answer)
    assert "Store all of it" not in answer.text


def test_an_import_of_another_clinic_is_not_there(staff: Staff, nurse: Browser, elm_street: int) -> None:
    page = send(nurse, HEAD + ROW).location
    other = staff.signed_in(staff.person(Role.NURSE, elm_street))

    assert other.get(page).status_code == 404
    assert other.post(page, seen="/staff/import/").status_code == 404
    assert people(staff) == []


def test_hostile_cells_are_only_words(nurse: Browser) -> None:
    row = ROW.replace("Amina", HOSTILE).replace("H1", "<b>H1</b>").replace("Level 2", "<i>Level 2</i>")
    page = send(nurse, HEAD + row).location
    pages = [nurse.get(page).text, nurse.post(page).text, nurse.get(page).text]
    pages.append(send(nurse, HEAD.replace("name", "<script>x") + row).text)
    pages.append(send(nurse, HEAD + row.replace("clinic-review", HOSTILE[:40])).text)

    assert "&lt;script&gt;alert(1)" in pages[0] + pages[4]
    for text in pages:
        assert "<script>alert" not in text
        assert "<script>x" not in text


def test_a_file_larger_than_a_form_is_taken_and_one_without_end_is_not(nurse: Browser) -> None:
    rows = "".join(ROW.replace("H1", f"H{n}").replace("V1", f"V{n}") for n in range(4000))
    assert len(rows) > 256 * 1024
    assert send(nurse, HEAD + rows).status_code == 302

    endless = b"--x\r\n" + b"x" * (8 * 1024 * 1024)
    answer = nurse.client.post("/staff/import/", data=endless, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413


def test_a_stranger_cannot_send_a_large_body(staff: Staff) -> None:
    assert staff.browser().client.post("/staff/import/", data={"file": "x" * 300_000}).status_code == 302


@pytest.mark.parametrize("name", ListName)
def test_a_list_is_taken_as_a_file_without_formulas_and_written_down(
    staff: Staff, nurse: Browser, elm_street: int, name: ListName
) -> None:
    patient = a_patient(staff.setup, clinic=1, name="=HYPERLINK(1)", reference="@H1")
    a_visit(staff.setup, patient, place="+Level 2")
    a_text(staff.setup, "CALL ME")
    a_patient(staff.setup, clinic=elm_street, name="Elsewhere", phone=BO)

    answer = nurse.post(f"/staff/export/{name}", seen="/staff/import/")

    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    text = answer.data.decode("utf-8-sig")
    assert len(text.splitlines()) >= 2
    assert "'=HYPERLINK(1)" in text
    assert "'@H1" in text
    assert re.search(r"(^|,)\"?[=+@-]", text, re.MULTILINE) is None
    assert "Elsewhere" not in text
    with staff.setup.database.reading() as session:
        (event,) = session.exec(select(AuditEvent).where(AuditEvent.action == "list-exported")).all()
    assert event.subject == f"{name}, {len(text.splitlines()) - 1} rows"


def test_there_is_no_other_list(nurse: Browser) -> None:
    assert nurse.post("/staff/export/staff", seen="/staff/import/").status_code == 404
    assert nurse.get("/staff/export/people").status_code == 405


def test_a_list_of_people_can_be_imported_again(staff: Staff, nurse: Browser) -> None:
    nurse.post(send(nurse, HEAD + ROW).location)
    people_list = nurse.post("/staff/export/people", seen="/staff/import/").data.decode("utf-8-sig")
    extra = ("state", "consent_on", "patient")
    kept = [line.rsplit(",", len(extra))[0] for line in people_list.splitlines()]

    assert "Nothing to change" in words(nurse.get(send(nurse, "\n".join(kept)).location))
