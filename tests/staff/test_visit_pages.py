"""The pages about visits: what one reads before it is saved, the day and its list, and the question sheet."""

import re
from html import unescape

import pytest
from sqlmodel import col, select
from werkzeug.test import TestResponse

from companion.records import Appointment, AppointmentState, AuditEvent, OutboundState, PatientState, Role
from companion.services.setup import Setup
from tests.factories import (
    a_patient,
    a_text,
    a_visit,
    outbox_of,
    put_state,
    tasks_of,
    the_patient,
    the_visit,
)
from tests.people import BO, CHEN
from tests.services.test_booking import at
from tests.services.test_today import counted
from tests.staff.rig import ON_SQLITE, Browser, Staff, words

pytestmark = ON_SQLITE

NEW = "/staff/people/1/visits/new"
DAY = "/staff/visits?day=2027-03-16"
BOOKING = {
    "step": "check",
    "kind": "clinic-review",
    "day": "16",
    "month": "3",
    "year": "2027",
    "time": "9:30am",
    "place": "Level 2",
}
HOSTILE = '<script>alert("x")</script> \N{PILE OF POO} ' + "w" * 170


@pytest.fixture
def amina(setup: Setup, riverside: int) -> int:
    found = a_patient(setup)
    a_text(setup, "LIST")
    return found


@pytest.fixture
def nurse(staff: Staff, riverside: int) -> Browser:
    return staff.signed_in(staff.person(Role.NURSE, riverside))


def fields(page: TestResponse, action: str) -> dict[str, list[str]]:
    """Return the hidden fields of the form with this action."""
    form = page.text.partition(f'<form action="{action}"')[2].partition("</form>")[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(unescape(value))
    return found


def check(nurse: Browser, action: str, form: dict[str, object]) -> TestResponse:
    token = fields(nurse.get(action), action.replace("&", "&amp;"))["csrf_token"]
    return nurse.client.post(action, data={"csrf_token": token, "step": "check", **form})


def save(nurse: Browser, action: str, preview: TestResponse, **other: str) -> TestResponse:
    return nurse.client.post(action, data={**fields(preview, action), "step": "save", **other})


def read(page: TestResponse) -> str:
    return unescape(words(page))


def visits(setup: Setup) -> list[Appointment]:
    with setup.database.reading() as session:
        return list(session.exec(select(Appointment).order_by(col(Appointment.id))).all())


def waiting_bodies(setup: Setup) -> list[str]:
    return [row.body for row in outbox_of(setup) if row.state == OutboundState.PENDING]


def test_every_text_is_read_before_the_visit_is_booked(setup: Setup, amina: int, nurse: Browser) -> None:
    preview = check(nurse, NEW, BOOKING)

    assert preview.status_code == 200
    assert "Tuesday 16 March 2027 at 9:30am" in read(preview)
    assert outbox_of(setup, amina)[-1].kind != "push"
    saved = save(nurse, NEW, preview)
    assert saved.location == "/staff/visits?day=2027-03-16"
    bodies = [row.body for row in outbox_of(setup, amina) if row.kind == "push"]
    assert len(bodies) == 3
    found = re.findall(r'<p class="visit-text__body">(.*?)</p>', preview.text, re.DOTALL)
    shown = [unescape(body) for body in found]
    assert [unescape(body) for body in shown] == bodies
    after = nurse.get(saved.location)
    assert "The visit is booked." in after.text
    assert "Amina" in read(after)


def test_nothing_is_stored_by_looking(setup: Setup, amina: int, nurse: Browser) -> None:
    check(nurse, NEW, BOOKING)

    assert visits(setup) == []


def test_a_series_names_each_visit(setup: Setup, amina: int, nurse: Browser) -> None:
    preview = check(nurse, NEW, {**BOOKING, "day": "8", "weekday": ["0", "3"], "weeks": "6"})

    assert "Book 12 visits" in read(preview)
    assert "Thursday 15 April 2027 at 9:30am" in read(preview)
    assert save(nurse, NEW, preview).location == "/staff/visits?day=2027-03-08"
    assert len(visits(setup)) == 12


def test_a_series_through_the_missing_hour_is_refused_whole(setup: Setup, amina: int, nurse: Browser) -> None:
    series = {**BOOKING, "day": "21", "time": "1:30am", "weekday": ["6"], "weeks": "3"}

    page = check(nurse, NEW, series)

    assert "Sunday 28 March 2027 at 1:30am does not exist" in read(page)
    assert page.text.count("nhsuk-error-summary__title") == 1
    assert 'value="1:30am"' in page.text
    assert visits(setup) == []


def test_a_time_that_comes_twice_is_said(amina: int, nurse: Browser) -> None:
    page = check(nurse, NEW, {**BOOKING, "day": "31", "month": "10", "time": "1:30am"})

    assert "this time comes twice in Europe/London. The earlier one is taken." in read(page)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"kind": "haircut"}, "kind", "Choose what the visit is for"),
        ({"day": "31", "month": "2"}, "day", "Type a day that exists"),
        ({"time": "2:30"}, "time", "read one way only"),
        ({"time": ""}, "time", "Type the time of the visit"),
        ({"place": " "}, "place", "Type where the visit is"),
        ({"place": "w" * 101}, "place", "Use 100 characters or fewer"),
        ({"year": "2026"}, "day", "has passed already"),
        ({"weeks": "6"}, "weekday-0", "Choose the weekdays"),
        ({"weekday": ["0"], "weeks": "27"}, "weeks", "from 1 to 26"),
        ({"weekday": ["0"], "weeks": ""}, "weeks", "from 1 to 26"),
        ({"weekday": list("0123456"), "weeks": "26"}, "weeks", "That would be 182 visits"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(
    setup: Setup, amina: int, nurse: Browser, typed: dict[str, object], field: str, said: str
) -> None:
    page = check(nurse, NEW, {**BOOKING, **typed})

    assert f'<a href="#{field}">' in page.text
    assert said in read(page)
    assert f'id="{field}"' in page.text
    kept = {**BOOKING, **typed}
    for name in ("day", "time"):
        assert f'value="{str(kept[name]).strip()}"' in page.text or not kept[name]
    assert visits(setup) == []


def test_going_back_keeps_what_was_typed(amina: int, nurse: Browser) -> None:
    preview = check(nurse, NEW, {**BOOKING, "weekday": ["1", "3"], "weeks": "2"})

    page = nurse.client.post(NEW, data={**fields(preview, NEW), "step": "change"})

    assert 'value="9:30am"' in page.text
    assert 'value="Level 2"' in page.text
    assert page.text.count(" checked") == 2
    assert "There is a problem" not in page.text


def test_what_changed_meanwhile_is_shown_again_before_it_is_saved(
    setup: Setup, amina: int, nurse: Browser
) -> None:
    preview = check(nurse, NEW, BOOKING)
    a_text(setup, "ASK May I swim?")

    again = save(nurse, NEW, preview)

    assert again.status_code == 200
    assert "Nothing was saved: something changed meanwhile" in read(again)
    assert "May I swim?" in read(again)
    assert visits(setup) == []
    assert save(nurse, NEW, again).status_code == 302
    assert len(visits(setup)) == 1


def test_a_preview_cannot_be_saved_as_something_else(setup: Setup, amina: int, nurse: Browser) -> None:
    preview = check(nurse, NEW, BOOKING)

    again = save(nurse, NEW, preview, time="10:30am")

    assert "something changed meanwhile" in read(again)
    assert visits(setup) == []


def test_sending_it_twice_books_once(setup: Setup, amina: int, nurse: Browser) -> None:
    preview = check(nurse, NEW, BOOKING)
    save(nurse, NEW, preview)

    second = save(nurse, NEW, preview)

    assert second.status_code == 302
    assert "nothing was done twice" in nurse.get(second.location).text
    assert len(visits(setup)) == 1


@pytest.mark.parametrize("token", ["", "short", "w" * 65])
def test_a_form_without_a_token_of_ours_is_refused(
    setup: Setup, amina: int, nurse: Browser, token: str
) -> None:
    preview = check(nurse, NEW, BOOKING)

    assert save(nurse, NEW, preview, form=token).status_code == 400
    assert visits(setup) == []


def test_a_visit_is_moved_and_the_change_is_read_first(setup: Setup, amina: int, nurse: Browser) -> None:
    a_visit(setup, amina)
    action = "/staff/visits/1/move"
    assert 'value="09:30"' in nurse.get(action).text

    preview = check(nurse, action, {"day": "18", "month": "3", "year": "2027", "time": "2:15pm"})

    assert "From Tuesday 16 March 2027 at 9:30am to Thursday 18 March 2027 at 2:15pm" in read(preview)
    assert "In place of the one for" in read(preview)
    assert save(nurse, action, preview).location == "/staff/visits/1"
    assert the_visit(setup, 1).wall == "2027-03-18T14:15"
    assert all(unescape(body) in unescape(preview.text) for body in waiting_bodies(setup))


@pytest.mark.parametrize(
    ("by", "said", "task"),
    [
        ("told", "Will not be sent any more", []),
        ("call", "A visit is cancelled: call", ["call-cancelled"]),
        ("text", "Will be sent", []),
    ],
)
def test_a_visit_is_cancelled_in_the_way_that_was_chosen(
    setup: Setup, amina: int, nurse: Browser, by: str, said: str, task: list[str]
) -> None:
    a_visit(setup, amina)
    action = "/staff/visits/1/cancel"

    preview = check(nurse, action, {"by": by})

    assert said in read(preview)
    assert ("At once" in read(preview)) == (by == "text")
    assert save(nurse, action, preview).location == "/staff/visits/1"
    assert the_visit(setup, 1).cancelled_by == by
    assert [found.kind for found in tasks_of(setup)] == task


def test_how_people_hear_of_it_has_to_be_chosen(setup: Setup, amina: int, nurse: Browser) -> None:
    a_visit(setup, amina)

    page = check(nurse, "/staff/visits/1/cancel", {})

    assert "Choose how people hear of it." in read(page)
    assert the_visit(setup, 1).state == AppointmentState.BOOKED


@pytest.mark.parametrize("act", ["move", "cancel"])
def test_a_visit_that_is_over_offers_nothing_to_change(
    staff: Staff, setup: Setup, amina: int, nurse: Browser, act: str
) -> None:
    a_visit(setup, amina)
    staff.visits_clock.now = at("03-17 12:00")

    assert "This visit is over" in read(nurse.get(f"/staff/visits/1/{act}"))


def test_the_day_shows_its_visits_and_leads_to_the_next(setup: Setup, amina: int, nurse: Browser) -> None:
    bo = a_patient(setup, name="Bo", phone=BO)
    a_visit(setup, bo, at="2027-03-16T14:00", place="Day unit")
    a_visit(setup, amina)
    a_visit(setup, amina, at="2027-03-17T09:30")

    page = nurse.get(DAY)

    said = read(page)
    assert said.index("Amina") < said.index("Bo")
    assert "2 visits, 0 of 2 to come" in said
    assert 'href="/staff/visits?day=2027-03-15"' in page.text
    assert 'href="/staff/visits?day=2027-03-17"' in page.text


def test_an_empty_day_says_what_will_stand_there(nurse: Browser) -> None:
    assert "Visits that are booked for it will stand here" in read(nurse.get("/staff/visits"))


@pytest.mark.parametrize("day", ["2027-13-01", "yesterday", "<b>"])
def test_what_is_no_day_is_said_and_today_is_shown(nurse: Browser, day: str) -> None:
    page = nurse.get(f"/staff/visits?day={day}")

    assert page.status_code == 200
    assert "That is not a day" in read(page)
    assert "Monday 1 March 2027" in read(page)


def test_the_whole_list_is_marked_with_one_preview(
    staff: Staff, setup: Setup, amina: int, nurse: Browser
) -> None:
    bo, chen = a_patient(setup, name="Bo", phone=BO), a_patient(setup, name="Chen", phone=CHEN)
    for patient, time in ((amina, "09:30"), (bo, "10:00"), (chen, "16:00")):
        a_visit(setup, patient, at=f"2027-03-16T{time}")
    staff.visits_clock.now = at("03-16 12:00")
    token = fields(nurse.get(DAY), "/staff/visits/mark")

    marked = {**token, "state-2": "missed", "everybody": "attended"}
    preview = nurse.client.post("/staff/visits/mark", data=marked)

    assert "Came : Tuesday 16 March 2027 at 9:30am" in read(preview)
    assert "Did not come : Tuesday 16 March 2027 at 10am" in read(preview)
    saved = save(nurse, "/staff/visits/mark", preview)
    assert saved.location == DAY
    assert [visit.state for visit in visits(setup)] == ["attended", "missed", "booked"]
    twice = save(nurse, "/staff/visits/mark", preview)
    assert "nothing was done twice" in nurse.get(twice.location).text


def test_marking_nothing_is_said(setup: Setup, amina: int, nurse: Browser) -> None:
    a_visit(setup, amina)
    token = fields(nurse.get(DAY), "/staff/visits/mark")

    page = nurse.client.post("/staff/visits/mark", data={**token, "state-1": "attended"})

    assert "Say of at least one visit whether the person came" in read(page)
    assert the_visit(setup, 1).state == AppointmentState.BOOKED


@pytest.mark.parametrize(
    ("act", "form", "said", "walls", "states"),
    [
        (
            "move",
            {"day": "23", "month": "3", "year": "2027"},
            "Move 2 visits",
            ["2027-03-23T09:30", "2027-03-23T10:00", "2027-03-16T11:00"],
            ["booked", "booked", "booked"],
        ),
        (
            "cancel",
            {"by": "text"},
            "Cancel 2 visits",
            ["2027-03-16T09:30", "2027-03-16T10:00", "2027-03-16T11:00"],
            ["cancelled", "cancelled", "booked"],
        ),
    ],
)
def test_the_ticked_visits_of_a_day_are_changed_together(
    setup: Setup,
    amina: int,
    nurse: Browser,
    act: str,
    form: dict[str, object],
    said: str,
    walls: list[str],
    states: list[str],
) -> None:
    bo = a_patient(setup, name="Bo", phone=BO)
    for patient, time in ((amina, "09:30"), (bo, "10:00"), (bo, "11:00")):
        a_visit(setup, patient, at=f"2027-03-16T{time}")
    action = f"/staff/visits/list/{act}?day=2027-03-16"

    preview = check(nurse, action, {"visit": ["1", "2"], **form})

    assert said in read(preview)
    assert save(nurse, action, preview).location == DAY
    assert [visit.wall for visit in visits(setup)] == walls
    assert [visit.state for visit in visits(setup)] == states
    twice = save(nurse, action, preview)
    assert "nothing was done twice" in nurse.get(twice.location).text


def test_a_list_of_which_nothing_is_chosen_is_not_changed(setup: Setup, amina: int, nurse: Browser) -> None:
    a_visit(setup, amina)

    page = check(nurse, "/staff/visits/list/cancel?day=2027-03-16", {"by": "told", "visit": ["x", "99"]})

    assert "Choose at least one visit." in read(page)
    assert the_visit(setup, 1).state == AppointmentState.BOOKED


def test_a_list_moved_into_the_missing_hour_is_refused_by_name(
    setup: Setup, amina: int, nurse: Browser
) -> None:
    a_visit(setup, amina, at="2027-03-27T01:30")
    action = "/staff/visits/list/move?day=2027-03-27"

    page = check(nurse, action, {"visit": ["1"], "day": "28", "month": "3", "year": "2027"})

    assert "Sunday 28 March 2027 at 1:30am does not exist" in read(page)


@pytest.mark.parametrize(
    "path",
    [
        NEW,
        "/staff/visits/1",
        "/staff/visits/1/move",
        "/staff/visits/1/cancel",
        "/staff/visits/1/sheet",
    ],
)
def test_another_clinics_people_and_visits_are_not_found(
    staff: Staff, setup: Setup, amina: int, elm_street: int, path: str
) -> None:
    a_visit(setup, amina)
    strange = staff.signed_in(staff.person(Role.CLINIC_ADMIN, elm_street))

    assert strange.get(path).status_code == 404
    if path != "/staff/visits/1":
        assert strange.post(path, BOOKING, seen="/staff/account").status_code == 404
    assert "Amina" not in strange.get(DAY).text
    marked = strange.post(
        "/staff/visits/mark",
        {"of-day": "2027-03-16", "state-1": "attended", "step": "check"},
        seen="/staff/account",
    )
    assert "Say of at least one" in read(marked)


def test_hostile_names_places_and_questions_are_shown_as_what_they_are(
    setup: Setup, amina: int, nurse: Browser
) -> None:
    with setup.database.transaction() as session:
        session.get_one(type(the_patient(setup, amina)), amina).name = HOSTILE
    a_visit(setup, amina, place='<img src=x onerror="y">')
    a_text(setup, "ASK <script>alert(1)</script> \N{PILE OF POO}?")
    preview = check(nurse, NEW, {**BOOKING, "day": "17", "place": '"><script>alert(2)</script>'})
    pages = [preview, *(nurse.get(p) for p in (DAY, NEW, "/staff/visits/1", "/staff/visits/1/sheet"))]
    pages += [nurse.get(f"/staff/visits/{path}") for path in ("1/move", "1/cancel")]
    pages += [nurse.get(f"/staff/visits/list/{act}?day=2027-03-16") for act in ("move", "cancel")]

    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    assert HOSTILE in unescape(pages[1].text)


@pytest.mark.parametrize(
    "state", [PatientState.STOPPED, PatientState.HELD, PatientState.WRONG_NUMBER, PatientState.FINISHED]
)
def test_who_gets_no_texts_is_said_where_a_visit_is_booked(
    setup: Setup, amina: int, nurse: Browser, state: PatientState
) -> None:
    put_state(setup, amina, state)

    assert "Nothing is sent" in read(nurse.get(NEW)) or "none are sent" in read(nurse.get(NEW))
    assert "No text changes." in read(check(nurse, NEW, BOOKING))


def test_the_sheet_holds_the_questions_in_order_and_asks_the_clinician(
    setup: Setup, amina: int, nurse: Browser
) -> None:
    a_text(setup, "ASK May I swim?")
    a_text(setup, "ASK Who do I call?")
    a_visit(setup, amina)

    said = read(nurse.get("/staff/visits/1/sheet"))

    assert said.index("May I swim?") < said.index("Who do I call?") < said.index("Others often ask")
    assert "please go through these questions together before the visit ends" in said


def test_ticking_the_sheet_changes_the_list(setup: Setup, amina: int, nurse: Browser) -> None:
    a_text(setup, "ASK May I swim?")
    a_visit(setup, amina)

    answer = nurse.post("/staff/visits/1/sheet", {"own-1": "answered", "own-9x": "nonsense", "by": "asked"})

    page = read(nurse.get(answer.location))
    assert "What you ticked is saved" in page
    assert "Asked in the last week" in page
    assert "Amina has no questions on the list" in page


def test_each_look_and_change_is_written_down(setup: Setup, amina: int, nurse: Browser) -> None:
    a_visit(setup, amina)
    nurse.get("/staff/visits/1")
    nurse.get("/staff/visits/1/sheet")
    nurse.get(NEW)
    nurse.get(DAY)

    with setup.database.reading() as session:
        events = session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all()
        found = [(event.action, event.patient_id) for event in events]
    assert found[-4:] == [
        ("visit-seen", amina),
        ("sheet-seen", amina),
        ("person-seen", amina),
        ("visits-seen", None),
    ]


def test_a_day_costs_the_same_queries_however_many_come(setup: Setup, amina: int, nurse: Browser) -> None:
    a_visit(setup, amina)
    with counted(setup) as few:
        nurse.get(DAY)
    bo = a_patient(setup, name="Bo", phone=BO)
    for hour in range(10, 16):
        a_visit(setup, bo, at=f"2027-03-16T{hour}:00")
    with counted(setup) as many:
        nurse.get(DAY)

    assert len(few) == len(many)
