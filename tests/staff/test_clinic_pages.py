"""The clinic's own pages: what it is, its office and closed days, and when its reminders go."""

import re

import pytest
from sqlmodel import col, select

from companion.domain.staff import StaffScope
from companion.records import AuditEvent, Clinic, Role
from companion.services import clinic_reminders, clinic_rules, going_live
from tests.factories import a_patient, a_visit, outbox_of, waiting
from tests.fakes import MONDAY
from tests.staff.rig import ON_SQLITE, Browser, Person, Staff, csrf, words

pytestmark = ON_SQLITE

_WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")
_DETAILS = {"name": "Riverside Team", "line": "020 7946 0999", "nation": "scotland", "zone": "Europe/London"}


@pytest.fixture
def admin(staff: Staff, riverside: int) -> Person:
    return staff.person(Role.CLINIC_ADMIN, riverside)


@pytest.fixture
def browser(staff: Staff, admin: Person) -> Browser:
    return staff.signed_in(admin)


def the_clinic(staff: Staff, clinic: int) -> Clinic:
    with staff.setup.database.reading() as session:
        return session.get_one(Clinic, clinic)


def noted(staff: Staff, action: str) -> list[tuple[int | None, int | None, str | None]]:
    with staff.setup.database.reading() as session:
        query = select(AuditEvent).where(AuditEvent.action == action).order_by(col(AuditEvent.id))
        return [(one.staff_id, one.clinic_id, one.subject) for one in session.exec(query).all()]


def mark_of(page: str) -> str:
    found = re.search(r'name="save" value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_a_change_of_the_details_is_stored_noted_and_seen(
    staff: Staff, browser: Browser, admin: Person, riverside: int, elm_street: int
) -> None:
    answer = browser.post("/staff/clinic/details", _DETAILS)

    assert answer.location == "/staff/clinic"
    page = words(browser.get("/staff/clinic"))
    assert "020 7946 0999" in page
    assert "Scotland" in page
    assert the_clinic(staff, elm_street).nation == "england"
    assert noted(staff, "clinic-changed") == [(admin.id, riverside, "24-hour line, nation")]


def test_a_welcome_that_waits_says_the_new_line(staff: Staff, browser: Browser, riverside: int) -> None:
    night = staff.visits_clock.forward(hours=14)
    a_patient(staff.setup, night, welcome=True)
    old = the_clinic(staff, riverside).urgent_line
    assert any(old in row.body for row in outbox_of(staff.setup))

    browser.post("/staff/clinic/details", _DETAILS)

    bodies = [row.body for row in outbox_of(staff.setup) if row.state == "pending"]
    assert not any(old in body for body in bodies)
    assert any("020 7946 0999" in body for body in bodies)


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("name", "Leukaemia Unit", "tells nothing about the illness"),
        ("name", "", "at most 40 plain letters"),
        ("line", "call us", "answered day and night"),
        ("line", "", "answered day and night"),
        ("nation", "atlantis", "Choose a nation"),
        ("zone", "Europe/Atlantis", "time zone like Europe/London"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field_and_nothing_is_stored(
    staff: Staff, browser: Browser, riverside: int, field: str, typed: str, told: str
) -> None:
    answer = browser.post("/staff/clinic/details", {**_DETAILS, field: typed})

    assert answer.status_code == 200
    assert "There is a problem" in words(answer)
    assert words(answer).count(told) == 2
    assert f'href="#{field}"' in answer.text
    assert 'value="020 7946 0999"' in answer.text or field == "line"
    assert the_clinic(staff, riverside).nation == "england"
    assert noted(staff, "clinic-changed") == []


def test_the_office_is_given_by_day_and_shown_so(staff: Staff, browser: Browser, riverside: int) -> None:
    week = {**_WEEK, "tue": "09:00-12:00, 13:00-17:00"}

    browser.post("/staff/clinic/office", {"number": "020 7946 0001", **week})

    page = words(browser.get("/staff/clinic"))
    assert "Monday: 09:00 to 17:00" in page
    assert "Tuesday: 09:00 to 12:00, 13:00 to 17:00" in page
    assert "Saturday: closed" in page
    assert the_clinic(staff, riverside).office == "020 7946 0001"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"number": "020 7946 0001", "mon": "9 to 5"}, "Write the hours of Monday like 09:00-17:00"),
        ({"number": "020 7946 0001", "mon": "17:00-09:00"}, "Write the hours of Monday"),
        ({"number": "020 7946 0001", "mon": "09:00-17:00; tue 09:00-10:00"}, "Write the hours of Monday"),
        ({"number": "020 7946 0001"}, "at least one day"),
        (
            {"number": "", "mon": "09:00-17:00"},
            "phone number, digits and spaces only, for example 020 7946 0001",
        ),
        (
            {"number": "ask", "mon": "09:00-17:00"},
            "phone number, digits and spaces only, for example 020 7946 0001",
        ),
    ],
)
def test_hours_that_cannot_be_read_are_said_at_their_day(
    staff: Staff, browser: Browser, riverside: int, typed: dict[str, str], told: str
) -> None:
    answer = browser.post("/staff/clinic/office", typed)

    assert told in words(answer)
    assert the_clinic(staff, riverside).office is None


def test_an_office_left_empty_is_none(staff: Staff, browser: Browser, riverside: int) -> None:
    browser.post("/staff/clinic/office", {"number": "020 7946 0001", **_WEEK})
    browser.post("/staff/clinic/office", {"number": ""})

    assert the_clinic(staff, riverside).office_hours is None
    assert "No office yet" in words(browser.get("/staff/clinic"))


def test_closed_days_are_kept_when_the_hours_change(staff: Staff, browser: Browser, riverside: int) -> None:
    browser.post("/staff/clinic/office", {"number": "020 7946 0001", **_WEEK})
    day = {"day-day": "26", "day-month": "3", "day-year": "2027"}
    browser.post("/staff/clinic/closed-days", day)
    browser.post("/staff/clinic/office", {"number": "020 7946 0001", "mon": "10:00-12:00"})

    assert the_clinic(staff, riverside).office_hours == "mon 10:00-12:00; closed 2027-03-26"
    assert "26 March 2027" in words(browser.get("/staff/clinic/closed-days"))

    browser.post("/staff/clinic/closed-days", {"shut": "no", "day": "2027-03-26"})

    assert the_clinic(staff, riverside).office_hours == "mon 10:00-12:00"


@pytest.mark.parametrize(
    "typed", [("31", "2", "2027"), ("", "3", "2027"), ("1", "1", "99999"), ("x", "y", "z")]
)
def test_a_day_that_does_not_exist_is_asked_for_again(browser: Browser, typed: tuple[str, str, str]) -> None:
    browser.post("/staff/clinic/office", {"number": "020 7946 0001", **_WEEK})
    day = dict(zip(("day-day", "day-month", "day-year"), typed, strict=True))

    answer = browser.post("/staff/clinic/closed-days", day)

    assert "Give a day of the calendar" in words(answer)
    assert f'value="{typed[1]}"' in answer.text


def test_a_closed_day_that_moves_reminders_is_seen_before_it_is_stored(
    staff: Staff, browser: Browser, riverside: int
) -> None:
    browser.post("/staff/clinic/office", {"number": "020 7946 0001", **_WEEK})
    own = '[[rule]]\nid = "confirm"\nnot_on = ["closed-days"]\n'
    clinic_rules.set_rules(staff.setup, riverside, own, MONDAY)
    amina = a_patient(staff.setup)
    a_visit(staff.setup, amina)  # on the 16th; asked about on the 13th
    day = {"day": "2027-03-13", "shut": "yes"}

    seen = browser.post("/staff/clinic/closed-days", day)

    assert "2 texts of 1 person change." in words(seen)
    assert ("confirm", "03-13 10:00") in waiting(staff.setup, amina)
    assert "2027-03-13" not in (the_clinic(staff, riverside).office_hours or "")

    browser.post("/staff/clinic/closed-days", {**day, "save": "yes"})

    assert ("confirm", "03-12 10:00") in waiting(staff.setup, amina)


@pytest.mark.parametrize(
    ("page", "field", "good", "bad"),
    [("watch", "days", "30", "6"), ("watch", "days", "365", "366"), ("rate", "rate", "0.5", "0.05")],
)
def test_a_number_within_its_limits_is_stored(
    staff: Staff, browser: Browser, page: str, field: str, good: str, bad: str
) -> None:
    path = f"/staff/clinic/{page}"

    for wrong in (bad, "", "many", "1e9", "-3", "²"):
        assert "There is a problem" in words(browser.post(path, {field: wrong}))
    assert noted(staff, "clinic-changed") == []
    browser.post(path, {field: good})

    assert f'value="{good}"' in browser.get(path).text
    assert len(noted(staff, "clinic-changed")) == 1


def test_a_rule_is_stored_as_it_was_foreseen(
    staff: Staff, browser: Browser, admin: Person, riverside: int
) -> None:
    amina = a_patient(staff.setup)
    a_visit(staff.setup, amina)
    before = waiting(staff.setup, amina)
    form = {"send": "yes", "days": "4", "at": "09:00"}

    seen = browser.post("/staff/clinic/reminders/confirm", form)

    assert "2 texts of 1 person change." in words(seen)
    assert "4 days before the visit at 09:00" in words(seen)
    assert waiting(staff.setup, amina) == before
    assert the_clinic(staff, riverside).rules is None

    saved = browser.post("/staff/clinic/reminders/confirm", {**form, "save": mark_of(seen.text)})

    assert saved.location == "/staff/clinic/reminders"
    assert ("confirm", "03-12 09:00") in waiting(staff.setup, amina)
    assert "4 days before the visit at 09:00" in words(browser.get("/staff/clinic/reminders"))
    assert noted(staff, "rules-changed") == [(admin.id, riverside, "confirm: 1 planned, 1 withdrawn")]


def test_what_would_do_something_else_now_is_shown_again(
    staff: Staff, browser: Browser, riverside: int
) -> None:
    form = {"send": "yes", "days": "4", "at": "09:00"}
    seen = browser.post("/staff/clinic/reminders/confirm", form)
    a_visit(staff.setup, a_patient(staff.setup))

    again = browser.post("/staff/clinic/reminders/confirm", {**form, "save": mark_of(seen.text)})

    assert "Nothing was saved" in words(again)
    assert "2 texts of 1 person change." in words(again)
    assert the_clinic(staff, riverside).rules is None

    browser.post("/staff/clinic/reminders/confirm", {**form, "save": mark_of(again.text)})

    assert the_clinic(staff, riverside).rules is not None


@pytest.mark.parametrize(
    ("which", "form", "told"),
    [
        ("confirm", {"send": "yes", "days": "x", "at": "09:00"}, "from 1 to 30"),
        ("confirm", {"send": "yes", "days": "31", "at": "09:00"}, "from 1 to 30"),
        (
            "confirm",
            {"send": "yes", "days": "3", "at": "21:00"},
            "Give a time on the 24-hour clock from 08:00 to 20:00",
        ),
        ("confirm", {"send": "yes", "days": "3", "at": "noon"}, "Give a time on the 24-hour clock"),
        ("confirm", {"send": "yes", "days": "8", "at": "09:00"}, "Keep the order"),
        ("after-visit", {"send": "yes", "days": "8", "at": "09:00"}, "from 1 to 7"),
        ("limits", {"from": "07:00", "until": "20:00", "week": "4"}, "Give a time from 08:00 on"),
        ("limits", {"from": "08:00", "until": "23:00", "week": "4"}, "Give 20:00 or an earlier time"),
        ("limits", {"from": "09:00", "until": "11:00", "week": "4"}, "at least four hours after"),
        ("limits", {"from": "09:00", "until": "18:00", "week": "5"}, "number from 1 to 4"),
        ("limits", {"from": "9", "until": "18:00", "week": "4"}, "for example 09:00"),
        ("limits", {"from": "11:00", "until": "19:00", "week": "4"}, "a time outside these hours"),
    ],
)
def test_rules_that_must_not_be_are_refused_with_what_was_typed(
    staff: Staff, browser: Browser, riverside: int, which: str, form: dict[str, str], told: str
) -> None:
    answer = browser.post(f"/staff/clinic/reminders/{which}", form)

    # Before everything else, and at the field.
    assert words(answer).count(told) >= 2
    assert "There is a problem" in words(answer)
    assert "sending_" not in words(answer)
    assert all(f'value="{typed}"' in answer.text for typed in form.values())
    assert the_clinic(staff, riverside).rules is None


def _change(staff: Staff, browser: Browser, which: str, form: dict[str, str]) -> None:
    path = f"/staff/clinic/reminders/{which}"
    seen = browser.post(path, form)
    assert browser.post(path, {**form, "save": mark_of(seen.text)}).status_code == 302


def test_a_rule_switched_off_and_on_again_is_as_it_was(
    staff: Staff, browser: Browser, riverside: int
) -> None:
    amina = a_patient(staff.setup)
    a_visit(staff.setup, amina)
    before = waiting(staff.setup, amina)

    _change(staff, browser, "confirm", {"send": "no", "days": "anything", "at": ""})

    assert [rule for rule, _ in waiting(staff.setup, amina)] == ["heads-up", "evening-before"]
    assert "Not sent" in words(browser.get("/staff/clinic/reminders"))
    page = browser.get("/staff/clinic/reminders/confirm").text
    assert 'value="3"' in page
    assert 'value="10:00"' in page

    _change(staff, browser, "confirm", {"send": "yes", "days": "3", "at": "10:00"})

    assert waiting(staff.setup, amina) == before


def test_other_rules_and_what_the_form_does_not_speak_of_stay(
    staff: Staff, browser: Browser, riverside: int
) -> None:
    own = (
        '[[rule]]\nid = "heads-up"\ndays_before = 9\n'
        '[[rule]]\nid = "confirm"\n[[rule.other]]\ntypes = ["apheresis"]\ndays_before = 5\nat = "11:00"\n'
    )
    clinic_rules.set_rules(staff.setup, riverside, own, MONDAY)

    form = {"send": "yes", "days": "4", "at": "09:00", "weekends": "yes"}
    _change(staff, browser, "confirm", form)
    _change(staff, browser, "limits", {"from": "09:00", "until": "19:00", "week": "2"})

    scope = StaffScope(1, riverside, Role.CLINIC_ADMIN)
    rules = clinic_reminders.look(staff.setup, scope).rules
    heads_up, confirm = rules.rules[:2]
    assert heads_up.usual.days_before == 9
    assert confirm.usual.days_before == 4
    assert confirm.not_on == {"weekends"}
    assert [other.timing.days_before for other in confirm.others] == [5]
    assert (rules.sending_from, rules.sending_until, rules.pushes_per_week) == ("09:00", "19:00", 2)

    _change(staff, browser, "usual", {})

    assert the_clinic(staff, riverside).rules is None


def test_only_the_own_clinics_texts_follow(
    staff: Staff, browser: Browser, riverside: int, elm_street: int
) -> None:
    there = a_patient(staff.setup, clinic=elm_street)
    a_visit(staff.setup, there)
    before = waiting(staff.setup, there)

    _change(staff, browser, "confirm", {"send": "no"})

    assert waiting(staff.setup, there) == before
    assert the_clinic(staff, elm_street).rules is None


def test_going_live_waits_for_open_texts_and_says_how_many(
    staff: Staff, browser: Browser, riverside: int
) -> None:
    open_texts = len(going_live.still_open(staff.setup, riverside, "en", MONDAY))
    assert open_texts

    page = browser.get("/staff/clinic/live")
    refused = browser.client.post("/staff/clinic/live", data={"csrf_token": csrf(page.text)})

    assert f"Texts that are open {open_texts}" in words(page)
    assert "could not go live" in words(refused)
    assert the_clinic(staff, riverside).live_at is None


def test_a_hostile_name_of_a_clinic_is_only_words(staff: Staff, browser: Browser, riverside: int) -> None:
    with staff.setup.database.transaction() as session:
        session.get_one(Clinic, riverside).name = "<script>alert(1)</script>"

    for path in ("", "/details", "/office", "/closed-days", "/live", "/reminders", "/watch"):
        page = browser.get(f"/staff/clinic{path}").text
        assert "<script>alert" not in page
