"""One person's pages: all that is known, a text by hand, and changes that show what they do first."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import event
from sqlmodel import select

from companion.records import (
    AppointmentState,
    AuditEvent,
    Contact,
    OutboundKind,
    OutboundState,
    PatientState,
    Role,
    StaffNote,
)
from companion.services import changing
from companion.services.changing import NewFacts
from tests.factories import (
    a_patient,
    a_text,
    a_visit,
    outbox_of,
    put_state,
    sweep,
    the_patient,
    the_visit,
    waiting,
)
from tests.fakes import MONDAY
from tests.people import AMINA, BO, CLINIC
from tests.staff.rig import ON_SQLITE, Browser, Staff, csrf, words

pytestmark = ON_SQLITE

HOSTILE = "<script>alert(1)</script> \U0001f9e8 " + "x" * 160
HOSTILE_SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.fixture
def amina(staff: Staff, riverside: int) -> int:
    """Return somebody whose number has answered."""
    patient = a_patient(staff.setup, treatment="blinatumomab", reference="RW-1")
    a_text(staff.setup, "VISIT", MONDAY - timedelta(minutes=5))
    return patient


@pytest.fixture
def nurse(staff: Staff, riverside: int) -> Browser:
    return staff.signed_in(staff.person(Role.NURSE, riverside))


@pytest.fixture
def admin(staff: Staff, riverside: int) -> Browser:
    return staff.signed_in(staff.person(Role.CLINIC_ADMIN, riverside))


def hidden(page: str) -> dict[str, str]:
    """Return what a form carries that nobody typed."""
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    carried = {name: unescape(value) for name, value in fields if name != "csrf_token"}
    text = re.search(r"<textarea[^>]* hidden>(.*?)</textarea>", page, re.DOTALL)
    return carried | ({"text": unescape(text[1])} if text else {})


def change(browser: Browser, patient: int, what: str, form: dict[str, str]) -> str:
    """Go through both steps of a change; return the page in between as it is read."""
    path = f"/staff/people/{patient}/change/{what}"
    checked = browser.post(path, {**form, "step": "check"})
    assert checked.status_code == 200
    carried = hidden(checked.text)
    done = browser.client.post(path, data={"csrf_token": csrf(checked.text), **carried, "step": "save"})
    assert done.status_code == 302, words(done)
    return words(checked)


def audit(staff: Staff) -> list[tuple[str, str | None]]:
    with staff.setup.database.reading() as session:
        events = session.exec(select(AuditEvent).order_by(AuditEvent.id)).all()  # type: ignore[arg-type]
        return [(e.action, e.subject) for e in events if e.patient_id is not None]


def test_the_page_shows_all_that_is_known(staff: Staff, nurse: Browser, amina: int) -> None:
    a_visit(staff.setup, amina, at="2027-03-16T09:30", place="Level 2")
    a_text(staff.setup, "ASK Can my sister come with me?")
    a_text(staff.setup, "CALL ME")
    nurse.post(f"/staff/people/{amina}/notes", {"note": "Prefers mornings.", "form": "a"})

    read = words(nurse.get(f"/staff/people/{amina}"))

    for said in (
        "Amina",
        "Gets texts",
        "+1 202-555-0101",
        "Hospital reference RW-1",
        "Tuesday 9 March at 10am",
        "Tells of the visit ahead of time. Visit Tuesday 16 March at 9:30am",
        "CALL ME",
        "Asks for a call",
        "Review in clinic, Level 2",
        "Can my sister come with me?",
        "Blinatumomab",
        "Nurse Okafor, in clinic",
        "Prefers mornings.",
        "Wrote a note",
    ):
        assert said in read


def test_the_plan_holds_the_very_texts_that_are_stored(staff: Staff, nurse: Browser, amina: int) -> None:
    a_visit(staff.setup, amina)

    page = unescape(nurse.get(f"/staff/people/{amina}").text)

    bodies = [row.body for row in outbox_of(staff.setup, amina) if row.state == OutboundState.PENDING]
    assert len(bodies) == 3
    for body in bodies:
        assert f'<p class="bubble bubble--ours">{body}</p>' in page


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [
        (OutboundState.DELIVERED, None, "Delivered"),
        (OutboundState.SENT, None, "a phone that is off gets it once it is on"),
        (OutboundState.UNDELIVERED, 30003, "Did not arrive. Phone them if it matters."),
        (OutboundState.UNDELIVERED, 30006, "The number is a landline. Ask for a mobile number"),
        (OutboundState.FAILED, 21610, "Only they can change it, by texting START"),
        (OutboundState.UNKNOWN, None, "If it matters today, phone them."),
    ],
    ids=["delivered", "sent", "lost", "landline", "opted out", "unknown"],
)
def test_what_became_of_a_text_is_said_with_what_to_do(
    staff: Staff, nurse: Browser, amina: int, state: OutboundState, code: int | None, said: str
) -> None:
    a_visit(staff.setup, amina)
    with staff.setup.database.transaction() as session:
        row = session.merge(outbox_of(staff.setup, amina)[-1])
        row.state, row.error_code, row.handed_at = state, code, MONDAY

    assert said in words(nurse.get(f"/staff/people/{amina}"))


def test_what_was_not_sent_is_listed_with_its_reason(staff: Staff, nurse: Browser, amina: int) -> None:
    a_visit(staff.setup, amina)
    put_state(staff.setup, amina, PatientState.ACTIVE)
    changing.change(staff.setup, amina, NewFacts(state=PatientState.FINISHED), MONDAY)

    read = words(nurse.get(f"/staff/people/{amina}"))

    assert "Texts that were not sent, and why (3)" in read
    assert "The person is finished here." in read
    assert "Nothing is planned." in read


def test_a_first_page_says_what_will_stand_where(staff: Staff, nurse: Browser, riverside: int) -> None:
    read = words(nurse.get(f"/staff/people/{a_patient(staff.setup)}"))

    for empty in (
        "Nothing is planned. Reminders stand here once a visit is booked.",
        "No text has gone or come yet.",
        "Nothing to do for this person.",
        "No visit is booked.",
        "None to ask at present.",
        "Nothing was changed yet.",
        "Until one does, reminders say date and time only.",
    ):
        assert empty in read


def test_hostile_words_do_nothing_on_any_page(staff: Staff, nurse: Browser, riverside: int) -> None:
    patient = a_patient(staff.setup, name=HOSTILE, reference=HOSTILE)
    a_text(staff.setup, "VISIT", MONDAY - timedelta(minutes=5))
    a_visit(staff.setup, patient, place="<script>alert(1)</script>")
    a_text(staff.setup, f"ASK {HOSTILE[:90]}?")
    a_text(staff.setup, f"CALL ME {HOSTILE}")
    nurse.post(f"/staff/people/{patient}/notes", {"note": HOSTILE, "form": "a"})
    base = f"/staff/people/{patient}"
    pages = [nurse.get(base), nurse.get(f"{base}/text"), nurse.get(f"{base}/change")]
    pages += [nurse.get(f"{base}/change/{what}") for what in ("number", "treatment", "deceased", "hospital")]
    pages.append(nurse.post(f"{base}/text", {"text": HOSTILE, "form": "b", "step": "check"}))
    pages.append(nurse.post(f"{base}/text", {"text": HOSTILE[:60], "form": HOSTILE, "step": "check"}))
    pages.append(nurse.post(f"{base}/change/number", {"phone": HOSTILE, "step": "check"}))
    pages.append(nurse.post(f"{base}/change/zone", {"zone": HOSTILE, "step": "check"}))

    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert HOSTILE_SHOWN in page.text


def test_older_texts_are_shown_when_they_are_asked_for(staff: Staff, nurse: Browser, amina: int) -> None:
    for minute in range(45):
        a_text(staff.setup, f"thanks {minute}", MONDAY + timedelta(minutes=minute))
    path = f"/staff/people/{amina}"

    short, whole = nurse.get(path), nurse.get(f"{path}?all=")

    assert "Show older texts too" in words(short)
    assert "VISIT" not in re.findall(r'<p class="bubble bubble--theirs">([^<]*)', short.text)
    assert "VISIT" in re.findall(r'<p class="bubble bubble--theirs">([^<]*)', whole.text)
    assert "Show older texts too" not in words(whole)


@pytest.mark.parametrize("number", ["999", "2147483648", "9" * 30])
def test_an_id_that_nobody_has_is_no_page(nurse: Browser, number: str) -> None:
    assert nurse.get(f"/staff/people/{number}").status_code == 404


PATHS = ["", "/text", "/change", "/change/pause"]


@pytest.mark.parametrize("path", PATHS)
def test_another_clinics_person_is_not_there_and_asking_is_written_down(
    staff: Staff, nurse: Browser, riverside: int, elm_street: int, path: str
) -> None:
    theirs = a_patient(staff.setup, clinic=elm_street)

    assert nurse.get(f"/staff/people/{theirs}{path}").status_code == 404
    with staff.setup.database.reading() as session:
        assert session.exec(select(AuditEvent).where(AuditEvent.action == "refused")).one()


@pytest.mark.parametrize("path", ["/notes", "/text", "/change/pause", "/change/deceased"])
def test_another_clinics_person_cannot_be_changed(
    staff: Staff, nurse: Browser, amina: int, elm_street: int, path: str
) -> None:
    theirs = a_patient(staff.setup, clinic=elm_street)
    form = {"note": "x", "form": "a", "text": "Please call us.", "sure": "yes"}
    for step in ("check", "save", "send"):
        done = nurse.post(
            f"/staff/people/{theirs}{path}", {**form, "step": step}, seen=f"/staff/people/{amina}"
        )
        assert done.status_code == 404

    assert the_patient(staff.setup, theirs).state == PatientState.ACTIVE
    assert [row for row in outbox_of(staff.setup) if row.kind == OutboundKind.MANUAL] == []


def test_the_record_takes_the_same_queries_however_much_there_is(
    staff: Staff, nurse: Browser, amina: int
) -> None:
    few = _queries(staff, nurse, amina)
    for day in range(10, 29):
        a_visit(staff.setup, amina, at=f"2027-03-{day}T09:30")
        a_text(staff.setup, f"ASK Is {day} a good day?", MONDAY + timedelta(minutes=day))
    for day in range(1, 6):
        sweep(staff.setup, MONDAY + timedelta(days=day, hours=2))

    assert _queries(staff, nurse, amina) == few
    assert few < 30


def _queries(staff: Staff, nurse: Browser, patient: int) -> int:
    with counted(staff) as count:
        assert nurse.get(f"/staff/people/{patient}").status_code == 200
    return len(count)


@contextmanager
def counted(staff: Staff) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        found.append(statement)

    engine = staff.setup.database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def test_a_note_is_kept_once_with_who_wrote_it(staff: Staff, nurse: Browser, amina: int) -> None:
    for _ in range(2):
        nurse.post(f"/staff/people/{amina}/notes", {"note": " Deaf in one ear. ", "form": "a"})

    with staff.setup.database.reading() as session:
        assert [note.text for note in session.exec(select(StaffNote)).all()] == ["Deaf in one ear."]
    assert ("note-added", "note 1") in audit(staff)


@pytest.mark.parametrize(
    ("note", "said"),
    [("  \n ", "Write a note first."), ("x" * 2001, "Shorten the note to 2,000 letters.")],
    ids=["empty", "too long"],
)
def test_a_note_that_cannot_be_is_kept_on_the_page(
    staff: Staff, nurse: Browser, amina: int, note: str, said: str
) -> None:
    answer = nurse.post(f"/staff/people/{amina}/notes", {"note": note, "form": "a"})

    assert said in words(answer)
    assert note.strip() in answer.text


# Writing a text


def test_a_text_is_written_read_and_sent_byte_for_byte(staff: Staff, nurse: Browser, amina: int) -> None:
    path = f"/staff/people/{amina}/text"
    checked = nurse.post(path, {"text": "Your letter\u2019s\r\nready.", "form": "f1", "step": "check"})
    assert "This is exactly what arrives: Your letter&#39;s ready." in words(checked)
    assert "+1 202-555-0101 Leaves At once Length 1 part" in words(checked)
    sent = nurse.client.post(
        path, data={"csrf_token": csrf(checked.text), **hidden(checked.text), "step": "send"}
    )

    assert sent.status_code == 302
    (row,) = [row for row in outbox_of(staff.setup, amina) if row.kind == OutboundKind.MANUAL]
    shown = re.search(r'<p class="bubble bubble--ours">(.*?)</p>', checked.text, re.DOTALL)
    assert shown
    assert row.body == unescape(shown[1]) == "Your letter's\nready."
    assert "Your text is on its way." in words(nurse.get(sent.location))


def test_a_double_submit_sends_one_text(staff: Staff, nurse: Browser, amina: int) -> None:
    path = f"/staff/people/{amina}/text"
    form = {"text": "Please call us.", "form": "f1", "step": "send"}
    nurse.post(path, form)
    again = nurse.post(path, form)

    assert len([row for row in outbox_of(staff.setup) if row.kind == OutboundKind.MANUAL]) == 1
    assert "It was not sent a second time." in words(nurse.get(again.location))


def test_each_form_is_another(nurse: Browser, amina: int) -> None:
    forms = {hidden(nurse.get(f"/staff/people/{amina}/text").text)["form"] for _ in range(3)}

    assert len(forms) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write the text first."),
        ("x" * 400, "more than two parts long"),
        ("Come to the day unit", "must not stand on a locked phone"),
    ],
    ids=["empty", "long", "word"],
)
def test_what_cannot_be_sent_is_said_and_what_was_typed_is_kept(
    staff: Staff, nurse: Browser, amina: int, text: str, said: str
) -> None:
    for step in ("check", "send"):
        answer = nurse.post(f"/staff/people/{amina}/text", {"text": text, "form": "f1", "step": step})

        assert said in words(answer)
        assert text in answer.text
        assert hidden(answer.text)["form"] == "f1"
    assert [row for row in outbox_of(staff.setup) if row.kind == OutboundKind.MANUAL] == []


def test_a_template_is_put_in_without_scripts(nurse: Browser, amina: int) -> None:
    path = f"/staff/people/{amina}/text"

    filled = nurse.post(path, {"template": "who", "text": "old", "form": "f1", "step": "fill"})
    none = nurse.post(path, {"template": "", "text": "old words", "form": "f1", "step": "fill"})

    assert "This is the text service of Riverside Team." in filled.text.partition("<textarea")[2]
    assert "old words" in none.text.partition("<textarea")[2]


@pytest.mark.parametrize("state", ["stopped", "held", "wrong_number", "deceased", "finished"])
def test_nobody_writes_to_who_gets_no_texts(staff: Staff, nurse: Browser, amina: int, state: str) -> None:
    put_state(staff.setup, amina, PatientState(state))
    path = f"/staff/people/{amina}/text"

    answer = nurse.get(path)
    assert "<textarea" not in answer.text
    assert "This person gets no texts, so none can be written." in words(answer)
    token = csrf(answer.text)
    nurse.client.post(path, data={"csrf_token": token, "text": "Hello", "form": "f1", "step": "send"})

    assert [row for row in outbox_of(staff.setup) if row.kind == OutboundKind.MANUAL] == []


# Changing something


def test_what_a_change_does_is_shown_and_nothing_is_stored_before(
    staff: Staff, nurse: Browser, amina: int
) -> None:
    a_visit(staff.setup, amina)
    path = f"/staff/people/{amina}/change/privacy"
    planned = [row.body for row in outbox_of(staff.setup, amina) if row.kind == OutboundKind.PUSH]

    nurse.post(path, {"privacy": "discreet", "step": "check"})
    assert the_patient(staff.setup, amina).privacy == "neutral"
    assert planned == [row.body for row in outbox_of(staff.setup, amina) if row.kind == OutboundKind.PUSH]
    read = change(nurse, amina, "privacy", {"privacy": "discreet"})

    assert "Date and time only" in read
    assert the_patient(staff.setup, amina).privacy == "discreet"
    assert ("privacy-changed", "neutral to discreet") in audit(staff)


def test_the_difference_is_the_one_that_is_stored(staff: Staff, nurse: Browser, amina: int) -> None:
    a_visit(staff.setup, amina)
    path = f"/staff/people/{amina}/change/treatment"
    checked = nurse.post(path, {"treatment": "imatinib", "weighing": "donor", "step": "check"})
    promised = checked.text.partition("Will be sent")[2]
    bubbles = re.findall(r'<p class="bubble bubble--ours">(.*?)</p>', promised, re.DOTALL)
    shown = [unescape(body) for body in bubbles]

    change(nurse, amina, "treatment", {"treatment": "imatinib", "weighing": "donor"})

    waits = {row.body for row in outbox_of(staff.setup, amina) if row.state == OutboundState.PENDING}
    assert shown
    assert set(shown) <= waits
    person = the_patient(staff.setup, amina)
    assert (person.treatment, person.weighing) == ("imatinib", ["donor"])
    assert {"treatment-changed", "weighing-changed"} <= {action for action, _ in audit(staff)}


def test_a_pause_until_a_day_ends_by_itself(staff: Staff, nurse: Browser, amina: int) -> None:
    read = change(nurse, amina, "pause", {"until-day": "15", "until-month": "3", "until-year": "2027"})

    person = the_patient(staff.setup, amina)
    assert "All texts again Monday 15 March" in read
    assert (person.state, person.paused_until and person.paused_until.isoformat()) == (
        "paused",
        "2027-03-15T00:00:00+00:00",
    )
    assert "all texts go again on Monday 15 March" in words(nurse.get(f"/staff/people/{amina}"))
    change(nurse, amina, "resume", {})
    assert the_patient(staff.setup, amina).state == "active"


def test_a_stay_in_hospital_and_the_way_home(staff: Staff, nurse: Browser, amina: int) -> None:
    a_visit(staff.setup, amina)
    begins = {"begins-day": "1", "begins-month": "3", "begins-year": "2027"}

    read = change(nurse, amina, "hospital", begins)
    assert "Will not be sent any more 3" in read
    assert waiting(staff.setup, amina) == []
    change(nurse, amina, "home", {"day-day": "5", "day-month": "3", "day-year": "2027"})

    assert len(waiting(staff.setup, amina)) == 3


def test_another_number_needs_consent_anew(staff: Staff, nurse: Browser, amina: int) -> None:
    a_visit(staff.setup, amina)
    path = f"/staff/people/{amina}/change/number"
    assert "Choose how they agreed" in words(nurse.post(path, {"phone": BO, "step": "check"}))

    read = change(nurse, amina, "number", {"phone": BO, "consent": "phone"})

    person = the_patient(staff.setup, amina)
    assert "+1 202-555-0102" in read
    assert (person.phone, person.answered) == (BO, False)
    assert re.fullmatch(r"nurse\.\d+, on the phone", person.consent_by)
    assert {row.phone for row in outbox_of(staff.setup, amina) if row.state == OutboundState.PENDING} == {BO}


def test_a_number_without_a_country_code_is_the_clinics(staff: Staff, nurse: Browser, amina: int) -> None:
    change(nurse, amina, "number", {"phone": "(202) 555-0102", "consent": "phone"})

    assert the_patient(staff.setup, amina).phone == BO


def test_whoever_is_phoned_may_have_a_landline(staff: Staff, nurse: Browser) -> None:
    phoned = a_patient(staff.setup, contact=Contact.CALL)

    change(nurse, phoned, "number", {"phone": "+44 20 7946 0018", "consent": "phone"})

    assert the_patient(staff.setup, phoned).phone == "+442079460018"


def test_who_else_has_a_number_is_said(staff: Staff, nurse: Browser, amina: int) -> None:
    a_patient(staff.setup, name="Bo", phone=BO)

    read = change(nurse, amina, "number", {"phone": BO, "consent": "clinic"})

    assert "1 other of your clinic has this number: Bo" in read


@pytest.mark.parametrize(
    ("what", "form", "said"),
    [
        ("number", {"phone": "", "consent": "clinic"}, "Type the number."),
        ("number", {"phone": "0770", "consent": "clinic"}, "not a whole number"),
        ("number", {"phone": "020 7946 0018", "consent": "clinic"}, "not a whole number"),
        ("number", {"phone": "+44 20 7946 0018", "consent": "clinic"}, "Texts do not reach a landline"),
        ("number", {"phone": CLINIC, "consent": "clinic"}, "own number. Type the number of the person"),
        ("number", {"phone": AMINA, "consent": "clinic"}, "the number we have already"),
        ("zone", {"zone": "Atlantis"}, "no such place in the list of time zones"),
        ("information", {"information": "lots"}, "Choose one."),
        ("pause", {"until-day": "31", "until-month": "2", "until-year": "2027"}, "There is no such day."),
        ("pause", {"until-day": "x", "until-month": "", "until-year": "2027"}, "There is no such day."),
        ("pause", {"until-day": "1", "until-month": "3", "until-year": "2027"}, "still to come"),
        ("pause", {"until-day": "1", "until-month": "3", "until-year": "2037"}, "within the next year"),
        ("hospital", {}, "Type a day, for example"),
        ("deceased", {}, "Tick the box once you have made sure."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_typed_wrong_is_kept_and_said_how_to_mend(
    staff: Staff, nurse: Browser, amina: int, what: str, form: dict[str, str], said: str
) -> None:
    before = the_patient(staff.setup, amina).model_dump()
    for step in ("check", "save"):
        answer = nurse.post(f"/staff/people/{amina}/change/{what}", {**form, "step": step})

        assert said in words(answer)
        assert "There is a problem" in words(answer)
        kept = [typed for name, typed in form.items() if typed and name != "information"]
        assert all(f'value="{typed}"' in answer.text for typed in kept)
    assert the_patient(staff.setup, amina).model_dump() == before


def test_a_death_says_what_it_does_and_only_an_administrator_undoes_it(
    staff: Staff, nurse: Browser, admin: Browser, amina: int
) -> None:
    visit = a_visit(staff.setup, amina).appointment.id or 0
    path = f"/staff/people/{amina}/change"
    assert "Only an administrator of your clinic can undo it." in words(nurse.get(f"{path}/deceased"))
    read = change(nurse, amina, "deceased", {"sure": "yes"})

    assert "Will not be sent any more 3" in read
    assert "1 visit ahead stays booked." in read
    assert (the_patient(staff.setup, amina).state, waiting(staff.setup, amina)) == ("deceased", [])
    assert the_visit(staff.setup, visit).state == AppointmentState.BOOKED
    assert "Nothing can be changed" in words(nurse.get(path))
    for what in ("back", "number", "pause"):
        form = {"step": "save", "phone": BO, "consent": "phone"}
        nurse.post(f"{path}/{what}", form, seen=f"/staff/people/{amina}")
    assert the_patient(staff.setup, amina).state == "deceased"

    change(admin, amina, "back", {})
    assert (the_patient(staff.setup, amina).state, len(waiting(staff.setup, amina))) == ("active", 3)


@pytest.mark.parametrize("how", ["by text", "by staff"])
@pytest.mark.parametrize("through", ["deceased", "finish"])
def test_who_wanted_no_texts_goes_back_to_none(
    staff: Staff, nurse: Browser, admin: Browser, amina: int, how: str, through: str
) -> None:
    if how == "by text":
        a_text(staff.setup, "STOP")
    else:
        change(nurse, amina, "stop", {})
    change(nurse, amina, through, {"sure": "yes"})

    read = change(admin, amina, "back", {})

    assert "They had asked for no texts" in read
    assert the_patient(staff.setup, amina).state == PatientState.STOPPED


def test_who_came_back_themselves_gets_texts_again(
    staff: Staff, nurse: Browser, admin: Browser, amina: int
) -> None:
    a_text(staff.setup, "STOP", MONDAY)
    a_text(staff.setup, "START", MONDAY + timedelta(minutes=1))
    change(nurse, amina, "deceased", {"sure": "yes"})

    change(admin, amina, "back", {})

    assert the_patient(staff.setup, amina).state == PatientState.ACTIVE


def test_staff_cannot_start_texts_that_somebody_stopped(staff: Staff, admin: Browser, amina: int) -> None:
    a_text(staff.setup, "STOP")
    for what in ("resume", "back", "pause"):
        admin.post(f"/staff/people/{amina}/change/{what}", {"step": "save"}, seen=f"/staff/people/{amina}")

    assert the_patient(staff.setup, amina).state == PatientState.STOPPED


def test_a_wrong_number_that_is_put_right_gets_texts_again(staff: Staff, nurse: Browser, amina: int) -> None:
    a_text(staff.setup, "wrong number")
    assert the_patient(staff.setup, amina).state == PatientState.WRONG_NUMBER

    change(nurse, amina, "number", {"phone": BO, "consent": "clinic"})

    assert (the_patient(staff.setup, amina).state, the_patient(staff.setup, amina).phone) == ("active", BO)


@pytest.mark.parametrize("state", sorted(PatientState))
def test_every_page_there_is_opens_in_every_state(
    staff: Staff, nurse: Browser, amina: int, state: PatientState
) -> None:
    put_state(staff.setup, amina, state)
    base = f"/staff/people/{amina}"
    offered = re.findall(r'href="(/staff/people/\d+/change/[a-z]+)"', nurse.get(f"{base}/change").text)

    assert (offered == []) == (state == PatientState.DECEASED)
    for path in [base, f"{base}/text", *offered]:
        answer = nurse.get(path)
        assert answer.status_code == 200
        assert "[" not in words(answer)


def test_looking_changes_nothing(staff: Staff, nurse: Browser, amina: int) -> None:
    a_visit(staff.setup, amina)
    before = [row.model_dump() for row in outbox_of(staff.setup)]
    for path in ("", "?all", "/text", "/change", "/change/deceased", "/change/pause"):
        nurse.get(f"/staff/people/{amina}{path}")

    assert [row.model_dump() for row in outbox_of(staff.setup)] == before
    assert {action for action, _ in audit(staff)} == {"person-seen"}


def test_somebody_who_is_phoned_is_written_no_text(nurse: Browser, staff: Staff, riverside: int) -> None:
    phoned = a_patient(staff.setup, contact=Contact.CALL)

    page = nurse.get(f"/staff/people/{phoned}")
    assert "They are phoned, not texted." in words(page)
    assert "Write a text" not in words(page)
    assert f'href="/staff/people/{phoned}/visits/new"' in page.text
    assert "so no text can be written" in words(nurse.get(f"/staff/people/{phoned}/text"))
