"""The pages one works through: tasks, inbox and numbers, as a nurse's browser sees them."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from companion.domain.vocabulary import INTENTS
from companion.records import AuditEvent, OutboundKind, OutboundState, Role, TaskUrgency
from tests.factories import a_patient, a_text, a_visit, a_waiting_text, tasks_of
from tests.fakes import MONDAY
from tests.people import AMINA, BO
from tests.staff.rig import ON_SQLITE, Browser, Staff, words
from tests.staff_tasks import a_task, the_task

pytestmark = ON_SQLITE

_HOSTILE = "<script>alert(1)</script>" + "😀" * 5 + "N" * 150


@pytest.fixture
def nurse(staff: Staff, riverside: int) -> Browser:
    return staff.signed_in(staff.person(Role.NURSE, riverside))


@pytest.fixture
def colleague(staff: Staff, riverside: int) -> Browser:
    return staff.signed_in(staff.person(Role.NURSE, riverside, "ben@hospital.example"))


def follow(browser: Browser, path: str, form: dict[str, str] | None = None, *, seen: str) -> str:
    """Send a form and return the words of the page it leads to."""
    answer = browser.post(path, form, seen=seen)
    assert answer.status_code == 302, words(answer)
    return words(browser.get(answer.location))


def test_a_task_is_claimed_noted_and_done(staff: Staff, riverside: int, nurse: Browser) -> None:
    a_patient(staff.setup)
    a_text(staff.setup, "I have a fever")
    (task,) = tasks_of(staff.setup)
    page = f"/staff/tasks/{task.id}"

    assert "Nobody yet" in words(nurse.get(page))
    assert "You see to it now" in follow(nurse, f"{page}/claim", seen=page)
    noted = follow(nurse, f"{page}/note", {"note": "Rang, no answer."}, seen=page)
    assert "Your note is kept" in noted
    assert "Rang, no answer." in noted
    assert "nurse" in noted
    done = follow(nurse, f"{page}/done", {"outcome": "Comes in now."}, seen=page)

    assert "That task is done." in done
    assert "Nothing to do." in done
    assert "Done by" in words(nurse.get(page))
    assert "May be ill" in words(nurse.get("/staff/tasks?done=1"))
    assert "Comes in now." in words(nurse.get(page))


def test_from_today_one_claims_and_is_back_on_today(staff: Staff, riverside: int, nurse: Browser) -> None:
    task = a_task(staff.setup, riverside)

    answer = nurse.post(f"/staff/tasks/{task}/claim", {"back": "today"}, seen="/staff/")

    assert answer.location == "/staff/"
    assert "sees to it" in words(nurse.get("/staff/"))


def test_who_was_slower_is_told_who_was_faster(
    staff: Staff, riverside: int, nurse: Browser, colleague: Browser
) -> None:
    page = f"/staff/tasks/{a_task(staff.setup, riverside)}"
    nurse.post(f"{page}/claim", seen=page)

    told = follow(colleague, f"{page}/claim", seen=page)

    assert "was faster. Nothing is changed." in told


def test_taking_over_names_from_whom(
    staff: Staff, riverside: int, nurse: Browser, colleague: Browser
) -> None:
    task = a_task(staff.setup, riverside)
    page = f"/staff/tasks/{task}"
    nurse.post(f"{page}/claim", seen=page)
    shown = colleague.get(page).text
    seen = re.search(r'name="seen" value="(\d+)"', shown)
    assert seen
    assert "Take it over from" in shown

    follow(colleague, f"{page}/claim", {"seen": seen[1]}, seen=page)

    assert "Give it back" in words(colleague.get(page))
    assert the_task(staff.setup, task).claimed_by != int(seen[1])


@pytest.mark.parametrize(
    ("action", "field", "typed", "told"),
    [
        ("note", "note", "", "Type the note."),
        ("note", "note", "long " * 300, "Use 1000 characters or fewer."),
        ("done", "outcome", "long " * 300, "Use 1000 characters or fewer."),
    ],
    ids=["empty", "too long", "too long when done"],
)
def test_what_is_wrong_stands_at_the_top_and_at_the_field_and_what_was_typed_is_kept(
    staff: Staff, riverside: int, nurse: Browser, action: str, field: str, typed: str, told: str
) -> None:
    task = a_task(staff.setup, riverside)
    page = f"/staff/tasks/{task}"

    answer = nurse.post(f"{page}/{action}", {field: typed}, seen=page)

    assert answer.status_code == 200
    assert f'<a href="#{field}">{told}</a>' in answer.text
    assert f'id="{field}-error"' in answer.text
    assert "<title>Problem: " in answer.text
    assert typed in answer.text
    assert the_task(staff.setup, task).done_at is None


def test_routine_tasks_are_ticked_and_closed_together(staff: Staff, riverside: int, nurse: Browser) -> None:
    tasks = [a_task(staff.setup, riverside, urgency=TaskUrgency.ROUTINE) for _ in range(2)]

    form = {"task": tasks, "csrf_token": _token(nurse), "kind": "call-me"}
    answer = nurse.client.post("/staff/tasks/done", data=form)

    assert answer.location == "/staff/tasks?kind=call-me"
    assert "Marked as done: 2." in words(nurse.get(answer.location))


def test_only_routine_tasks_can_be_ticked(staff: Staff, riverside: int, nurse: Browser) -> None:
    by_urgency = {urgency: a_task(staff.setup, riverside, urgency=urgency) for urgency in TaskUrgency}

    page = nurse.get("/staff/tasks").text

    assert re.findall(r'type="checkbox"[^>]* value="(\d+)"', page) == [str(by_urgency[TaskUrgency.ROUTINE])]


@pytest.mark.parametrize("urgency", [TaskUrgency.URGENT, TaskUrgency.TODAY])
def test_a_forged_tick_closes_nothing(
    staff: Staff, riverside: int, nurse: Browser, urgency: TaskUrgency
) -> None:
    routine = a_task(staff.setup, riverside, urgency=TaskUrgency.ROUTINE)
    other = a_task(staff.setup, riverside, urgency=urgency)

    form = {"task": [routine, other], "csrf_token": _token(nurse)}
    answer = nurse.client.post("/staff/tasks/done", data=form)

    assert "Nothing is changed." in words(nurse.get(answer.location))
    assert (the_task(staff.setup, routine).done_at, the_task(staff.setup, other).done_at) == (None, None)


@pytest.mark.parametrize("ticked", [[], ["x"], [-1], [2**40]], ids=str)
def test_ticking_nothing_says_so(staff: Staff, nurse: Browser, ticked: list[object]) -> None:
    form = {"task": ticked, "csrf_token": _token(nurse)}
    answer = nurse.client.post("/staff/tasks/done", data=form)

    assert "Tick the tasks that are done first." in words(nurse.get(answer.location))


def _token(browser: Browser) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/staff/tasks").text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ("urgency=urgent", "May be ill", "Asks for a call"),
        ("kind=call-me", "Asks for a call", "May be ill"),
        ("urgency=today&kind=call-me", "Asks for a call", "May be ill"),
        ("urgency=nonsense&kind=nonsense", "May be ill", "nonsense"),
    ],
)
def test_the_list_is_filtered(
    staff: Staff, riverside: int, nurse: Browser, asked: str, shown: str, hidden: str
) -> None:
    a_task(staff.setup, riverside, kind="call-me")
    a_task(staff.setup, riverside, kind="urgent", urgency=TaskUrgency.URGENT)

    rows = nurse.get(f"/staff/tasks?{asked}").text.partition('<ul class="rows">')[2]

    assert shown in rows
    assert hidden not in rows


@pytest.mark.parametrize("action", ["", "/claim", "/release", "/note", "/done", "/reopen"])
def test_another_clinics_task_is_not_found_and_that_it_was_asked_for_is_written_down(
    staff: Staff, elm_street: int, nurse: Browser, action: str
) -> None:
    task = a_task(staff.setup, elm_street)

    path = f"/staff/tasks/{task}{action}"
    # A note, so that it is the clinic that is refused.
    answer = nurse.post(path, {"note": "hello"}, seen="/staff/") if action else nurse.get(path)

    assert answer.status_code == 404
    with staff.setup.database.reading() as session:
        refused = session.exec(select(AuditEvent).where(AuditEvent.action == "refused")).all()
    assert [event.subject for event in refused if (event.subject or "").startswith("tasks.")]


@pytest.mark.parametrize("number", ["0", "999", "2147483648", "99999999999999999999", "x"])
def test_a_task_that_is_not_there_is_not_found(nurse: Browser, number: str) -> None:
    assert nurse.get(f"/staff/tasks/{number}").status_code == 404


@pytest.mark.parametrize("page", ["0", "-3", "x", "999999999999999999999"])
@pytest.mark.parametrize("path", ["/staff/tasks", "/staff/inbox", "/staff/numbers"])
def test_a_page_that_is_not_there_is_no_error(staff: Staff, nurse: Browser, path: str, page: str) -> None:
    a_patient(staff.setup)
    a_text(staff.setup, "CALL ME")

    assert nurse.get(f"{path}?page={page}").status_code == 200


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/staff/tasks", "Texts that need a person will stand here"),
        ("/staff/tasks?mine=1", "Nothing like this is to do."),
        ("/staff/tasks?done=1", "What somebody marks as done stands here"),
        ("/staff/inbox", "Texts from people stand here"),
        ("/staff/numbers", "Every number works, as far as is known."),
        ("/staff/numbers?flaw=landline", "No number like this."),
    ],
)
def test_an_empty_list_says_what_will_stand_there(nurse: Browser, path: str, told: str) -> None:
    assert told in words(nurse.get(path))


def test_the_inbox_shows_what_was_understood_and_answered(staff: Staff, nurse: Browser) -> None:
    a_patient(staff.setup)
    a_text(staff.setup, "CALL ME")
    a_text(staff.setup, "zxq", MONDAY + timedelta(minutes=1), sender=BO)

    page = words(nurse.get("/staff/inbox"))

    assert "1 was not understood and stands first." in page
    assert page.index("zxq") < page.index("CALL ME")
    assert "Asks for a call" in page
    assert "Answer is leaving" in page


def test_every_meaning_and_every_fate_of_a_text_has_words(staff: Staff) -> None:
    parts = staff.app.jinja_env.get_template("staff/work-parts.html").module

    for intent in INTENTS:
        said = str(parts.meaning_words(intent))  # type: ignore[attr-defined]
        assert said != intent.replace("_", " ").capitalize(), intent
    assert {str(parts.fate_words(state)) for state in OutboundState}.isdisjoint(OutboundState)  # type: ignore[attr-defined]


def test_a_number_to_mend_says_what_to_do_and_leads_to_its_task(
    staff: Staff, riverside: int, nurse: Browser
) -> None:
    task = a_task(staff.setup, riverside, patient_id=a_patient(staff.setup), kind="landline")

    answer = nurse.get("/staff/numbers")

    assert "Ask for a mobile number, or agree on calls." in words(answer)
    assert f'href="/staff/tasks/{task}"' in answer.text


def test_hostile_words_are_only_words_on_every_page(staff: Staff, riverside: int, nurse: Browser) -> None:
    patient = a_patient(staff.setup, name=_HOSTILE[:80])
    a_patient(staff.setup, name=_HOSTILE[:80])
    a_visit(staff.setup, patient, at="2027-03-02T09:30", place=_HOSTILE[:100])
    a_text(staff.setup, f"CALL ME {_HOSTILE}")
    a_text(staff.setup, _HOSTILE, MONDAY + timedelta(minutes=1), sender=BO)
    task = a_task(staff.setup, riverside, patient_id=patient, note=_HOSTILE, urgency=TaskUrgency.ROUTINE)
    page = f"/staff/tasks/{task}"
    nurse.post(f"{page}/note", {"note": _HOSTILE}, seen=page)
    typed = nurse.post(f"{page}/note", {"note": _HOSTILE * 9}, seen=page)

    pages = [nurse.get(path) for path in ("/staff/", "/staff/tasks", page, "/staff/inbox", "/staff/numbers")]

    for shown in (*pages, typed):
        assert "<script>alert" not in shown.text
        assert "&lt;script&gt;alert(1)" in shown.text


def test_today_says_what_went_out_and_came_in_and_draws_it(
    staff: Staff, riverside: int, nurse: Browser
) -> None:
    amina = a_patient(staff.setup)
    a_visit(staff.setup, amina, at="2027-03-01T15:30")
    for state in (OutboundState.DELIVERED, OutboundState.DELIVERED, OutboundState.UNDELIVERED):
        a_waiting_text(staff.setup, riverside, state=state, handed_at=MONDAY, kind=OutboundKind.PUSH)
    a_text(staff.setup, "zxq", sender=AMINA)

    answer = nurse.get("/staff/")

    # The answer to the text has no report yet.
    assert "Went out 4 (2 arrived, 1 on the way, 1 did not )" in words(answer)
    assert "Came in 1 (1 not understood)" in words(answer)
    assert "1 visit, the first at 3:30pm. 0 coming, 1 not said, 0 asked to change." in answer.text
    assert "Week of Monday 1 March: 4 sent, 2 arrived, 1 did not, 1 not known." in answer.text
    assert answer.text.count('role="img"') == 3


def test_a_task_and_a_number_lead_to_the_persons_page(staff: Staff, riverside: int) -> None:
    nurse = staff.signed_in(staff.person(Role.NURSE, riverside))
    amina = a_patient(staff.setup)
    a_visit(staff.setup, amina, at="2027-03-01T15:30")
    task = a_task(staff.setup, riverside, patient_id=amina, kind="landline")
    a_text(staff.setup, "CALL ME")

    for path in ("/staff/", "/staff/tasks", f"/staff/tasks/{task}", "/staff/inbox", "/staff/numbers"):
        assert f'<a href="/staff/people/{amina}">Amina</a>' in nurse.get(path).text, path
