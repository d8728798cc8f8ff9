"""Putting right who somebody is, how they are reached and in which language, on the pages."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from companion.catalogue import load_languages
from companion.records import Contact, OutboundKind, OutboundState, PatientState, Role
from companion.services import changing, scheduling
from companion.services.changing import NewFacts
from tests.factories import (
    a_patient,
    a_visit,
    kinds_of_tasks,
    outbox_of,
    put_state,
    sweep,
    the_patient,
    waiting,
)
from tests.fakes import MONDAY
from tests.made_up import ZZ, a_copy, an_entry, made_up
from tests.people import BO
from tests.services.test_booking import at
from tests.staff.rig import ON_SQLITE, Browser, Staff, csrf, words
from tests.staff.test_person_pages import HOSTILE, HOSTILE_SHOWN, audit, change, hidden

pytestmark = ON_SQLITE
FACTS = ("name", "reference", "contact", "language")


@pytest.fixture
def amina(staff: Staff, riverside: int) -> int:
    return a_patient(staff.setup, reference="RW-1")


@pytest.fixture
def phoned(staff: Staff, riverside: int) -> int:
    return a_patient(staff.setup, name="Bo", phone=BO, contact=Contact.CALL)


@pytest.fixture
def nurse(staff: Staff, riverside: int) -> Browser:
    return staff.signed_in(staff.person(Role.NURSE, riverside))


@pytest.fixture
def two_languages(staff: Staff, templates: Path, tmp_path: Path) -> None:
    folder = a_copy(templates, tmp_path)
    own = made_up(folder)
    (own / "reminders.toml").write_text(an_entry("push", "push.minimal", "Zu mini {when}."), "utf-8")
    staff.setup = replace(staff.setup, languages=load_languages(folder))
    staff.start(staff.settings)


def bubbles(page: str) -> list[str]:
    return [
        unescape(body) for body in re.findall(r'<p class="bubble bubble--ours">(.*?)</p>', page, re.DOTALL)
    ]


def test_a_mistyped_name_is_put_right(staff: Staff, nurse: Browser, amina: int) -> None:
    a_visit(staff.setup, amina)

    read = change(nurse, amina, "name", {"name": "Aminah Khan"})

    assert "Name Amina becomes Aminah Khan" in read
    assert "No text to come changes: 3 stay as planned." in read
    assert "Answers to this phone" not in read
    assert the_patient(staff.setup, amina).name == "Aminah Khan"
    assert ("name-changed", None) in audit(staff)
    assert "Changed the name" in words(nurse.get(f"/staff/people/{amina}"))


def test_a_name_on_a_shared_phone_says_where_it_is_read(staff: Staff, nurse: Browser, amina: int) -> None:
    a_patient(staff.setup, name="Bo")

    read = change(nurse, amina, "name", {"name": "Aminah"})

    assert "1 other of your clinic has this number: Bo" in read
    assert "Answers to this phone say the new name" in read


def test_a_reference_is_put_right_and_taken_away(staff: Staff, nurse: Browser, amina: int) -> None:
    read = change(nurse, amina, "reference", {"reference": " RW-2 "})
    assert "Hospital reference RW-1 becomes RW-2" in read
    assert the_patient(staff.setup, amina).reference == "RW-2"

    read = change(nurse, amina, "reference", {"reference": ""})
    assert "Hospital reference RW-2 becomes none" in read
    assert the_patient(staff.setup, amina).reference is None
    assert [action for action, _ in audit(staff)].count("reference-changed") == 2


def test_reminders_become_calls(staff: Staff, nurse: Browser, amina: int) -> None:
    a_visit(staff.setup, amina)

    read = change(nurse, amina, "contact", {"contact": "call"})

    assert "Reached By text becomes by phone call" in read
    assert "Will not be sent any more 3" in read
    assert "Will be a call, as a task for a nurse 3" in read
    assert the_patient(staff.setup, amina).contact == Contact.CALL
    assert ("contact-changed", "text to call") in audit(staff)
    assert "Changed how they are reached from text to call" in words(nurse.get(f"/staff/people/{amina}"))


def test_a_text_that_stays_in_its_place_is_shown_as_the_call_it_becomes(
    staff: Staff, nurse: Browser, amina: int
) -> None:
    moved = a_visit(staff.setup, amina).appointment.id or 0
    sweep(staff.setup, at("03-09 10:00"))
    noon = staff.visits_clock.now = at("03-09 12:00")
    scheduling.move(staff.setup, moved, at="2027-03-17T11:00", now=noon)
    (goes_now,) = (row for row in outbox_of(staff.setup, amina) if row.rule == "correction")

    read = change(nurse, amina, "contact", {"contact": "call"})

    assert "Will be a call, as a task for a nurse 4" in read
    assert goes_now.body in read
    assert "stay as planned" not in read
    sweep(staff.setup, noon)
    assert ("correction-not-sent", "urgent") in kinds_of_tasks(staff.setup)


def test_whoever_was_only_phoned_is_texted_once_they_agreed(
    staff: Staff, nurse: Browser, phoned: int
) -> None:
    a_visit(staff.setup, phoned)
    path = f"/staff/people/{phoned}/change/contact"
    assert "how did they agree to be texted?" in words(nurse.get(path))
    for step in ("check", "save"):
        refused = nurse.post(path, {"contact": "text", "step": step})
        assert "Choose how they agreed to be texted." in words(refused)
        assert 'value="text" checked' in refused.text

    read = change(nurse, phoned, "contact", {"contact": "text", "consent": "phone"})

    assert "By phone call becomes by text" in read
    assert re.search(r"Consent nurse\.\d+, on the phone", read)
    assert "Will not be a call any more 3" in read
    assert "Will be sent 3" in read
    person = the_patient(staff.setup, phoned)
    assert person.contact == Contact.TEXT
    assert re.fullmatch(r"nurse\.\d+, on the phone", person.consent_by)


def test_whoever_was_texted_before_is_not_asked_for_consent_again(
    staff: Staff, nurse: Browser, amina: int
) -> None:
    consent = the_patient(staff.setup, amina).consent_by
    change(nurse, amina, "contact", {"contact": "call"})
    assert "agree to be texted" not in words(nurse.get(f"/staff/people/{amina}/change/contact"))

    change(nurse, amina, "contact", {"contact": "text"})

    person = the_patient(staff.setup, amina)
    assert (person.contact, person.consent_by) == (Contact.TEXT, consent)


def test_the_new_words_are_read_before_the_language_is_saved(
    staff: Staff, two_languages: None, riverside: int
) -> None:
    nurse, amina = staff.signed_in(staff.person(Role.NURSE, riverside)), a_patient(staff.setup)
    a_visit(staff.setup, amina)
    path = f"/staff/people/{amina}/change/language"
    assert path in nurse.get(f"/staff/people/{amina}/change").text
    checked = nurse.post(path, {"language": ZZ, "step": "check"})
    promised = bubbles(checked.text.partition("Will be sent")[2])
    assert the_patient(staff.setup, amina).language == "en"

    read = change(nurse, amina, "language", {"language": ZZ})

    assert "Language English becomes zz" in read
    waits = [row.body for row in outbox_of(staff.setup, amina) if row.state == OutboundState.PENDING]
    assert promised == waits
    assert [body[:8] for body in waits] == ["Zu mini "] * 3
    assert ("language-changed", "en to zz") in audit(staff)


def test_a_language_that_cannot_be_chosen_is_refused(
    staff: Staff, two_languages: None, riverside: int
) -> None:
    nurse, amina = staff.signed_in(staff.person(Role.NURSE, riverside)), a_patient(staff.setup)

    for step in ("check", "save"):
        answer = nurse.post(f"/staff/people/{amina}/change/language", {"language": "xx", "step": step})
        assert "Choose one." in words(answer)
    assert the_patient(staff.setup, amina).language == "en"


def test_where_there_is_one_language_none_is_offered(staff: Staff, nurse: Browser, amina: int) -> None:
    assert "change/language" not in nurse.get(f"/staff/people/{amina}/change").text
    page = nurse.post(f"/staff/people/{amina}/change/language", {"language": ZZ, "step": "save"})
    assert "Change something" in words(page)
    assert the_patient(staff.setup, amina).language == "en"


@pytest.mark.parametrize(
    ("what", "typed", "said"),
    [
        ("name", "", "Type the name they like to be called."),
        ("name", " \n ", "Type the name they like to be called."),
        ("name", "x" * 201, "Shorten the name to 200 letters."),
        ("name", "bo", "Somebody else with this number has that name."),
        ("reference", "x" * 201, "Shorten the reference to 200 letters."),
        ("reference", "rw-9", "Somebody else of your clinic has this reference."),
        ("contact", "pigeon", "Choose one."),
        ("contact", "", "Choose one."),
    ],
    ids=["no name", "blank", "long name", "namesake", "long reference", "taken", "pigeon", "no contact"],
)
def test_what_cannot_be_is_kept_and_said_how_to_mend(
    staff: Staff, nurse: Browser, amina: int, what: str, typed: str, said: str
) -> None:
    a_patient(staff.setup, name="Bo", reference="RW-9")
    before = the_patient(staff.setup, amina).model_dump()
    for step in ("check", "save"):
        answer = nurse.post(f"/staff/people/{amina}/change/{what}", {what: typed, "step": step})

        assert "There is a problem" in words(answer)
        assert said in words(answer)
        assert f'href="#{what}"' in answer.text
        assert not typed.strip() or what == "contact" or f'value="{typed}"' in answer.text
    assert the_patient(staff.setup, amina).model_dump() == before


def test_a_landline_gets_no_texts(staff: Staff, nurse: Browser, riverside: int) -> None:
    patient = a_patient(staff.setup, contact=Contact.CALL, phone="+442079460123")

    answer = nurse.post(
        f"/staff/people/{patient}/change/contact", {"contact": "text", "consent": "clinic", "step": "save"}
    )

    assert "Change the number first." in words(answer)
    assert the_patient(staff.setup, patient).contact == Contact.CALL


@pytest.mark.parametrize("what", ["name", "reference"])
def test_hostile_words_of_200_letters_do_nothing(staff: Staff, nurse: Browser, amina: int, what: str) -> None:
    hostile = (HOSTILE + "y" * 200)[:200]
    path = f"/staff/people/{amina}/change/{what}"
    pages = [nurse.post(path, {what: hostile, "step": step}) for step in ("check", "edit", "save")]
    change(nurse, amina, what, {what: hostile})
    pages += [nurse.get(path), nurse.get(f"/staff/people/{amina}")]

    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert HOSTILE_SHOWN in page.text
    assert getattr(the_patient(staff.setup, amina), what) == hostile


@pytest.mark.parametrize("what", ["contact", "language"])
def test_hostile_choices_do_nothing(staff: Staff, nurse: Browser, amina: int, what: str) -> None:
    form = {what: HOSTILE, "consent": HOSTILE, "mark": HOSTILE}
    for step in ("check", "edit", "save", HOSTILE):
        page = nurse.post(f"/staff/people/{amina}/change/{what}", {**form, "step": step})
        assert page.status_code == 200
        assert "<script>alert" not in page.text
    person = the_patient(staff.setup, amina)
    assert (person.contact, person.language) == (Contact.TEXT, "en")


@pytest.mark.parametrize("what", FACTS)
def test_another_clinics_person_is_not_there(
    staff: Staff, nurse: Browser, amina: int, elm_street: int, what: str
) -> None:
    theirs = a_patient(staff.setup, clinic=elm_street)
    form = {"name": "Eve", "reference": "E-1", "contact": "call", "language": "en"}

    assert nurse.get(f"/staff/people/{theirs}/change/{what}").status_code == 404
    for step in ("check", "save"):
        done = nurse.post(
            f"/staff/people/{theirs}/change/{what}", {**form, "step": step}, seen=f"/staff/people/{amina}"
        )
        assert done.status_code == 404
    person = the_patient(staff.setup, theirs)
    assert (person.name, person.reference, person.contact) == ("Amina", None, Contact.TEXT)


def test_what_does_something_else_by_now_is_shown_anew_and_not_saved(
    staff: Staff, nurse: Browser, amina: int
) -> None:
    path = f"/staff/people/{amina}/change/contact"
    checked = nurse.post(path, {"contact": "call", "step": "check"})
    a_visit(staff.setup, amina)
    form = {"csrf_token": csrf(checked.text), **hidden(checked.text), "step": "save"}

    late = nurse.client.post(path, data=form)

    assert "Nothing was saved. Something about Amina changed" in words(late)
    assert "Will be a call, as a task for a nurse 3" in words(late)
    assert the_patient(staff.setup, amina).contact == Contact.TEXT
    again = nurse.client.post(path, data={**form, **hidden(late.text)})
    assert again.status_code == 302
    assert the_patient(staff.setup, amina).contact == Contact.CALL


def test_nothing_is_saved_that_was_not_shown(staff: Staff, nurse: Browser, amina: int) -> None:
    page = nurse.post(f"/staff/people/{amina}/change/name", {"name": "Eve", "step": "save"})

    assert "Nothing was saved." in words(page)
    assert the_patient(staff.setup, amina).name == "Amina"


def test_what_changed_meanwhile_so_that_it_cannot_be_is_said_at_its_field(
    staff: Staff, nurse: Browser, amina: int
) -> None:
    path = f"/staff/people/{amina}/change/reference"
    checked = nurse.post(path, {"reference": "RW-5", "step": "check"})
    a_patient(staff.setup, name="Bo", phone=BO, reference="RW-5")

    late = nurse.client.post(
        path, data={"csrf_token": csrf(checked.text), **hidden(checked.text), "step": "save"}
    )

    assert "Somebody else of your clinic has this reference." in words(late)
    assert the_patient(staff.setup, amina).reference == "RW-1"


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (PatientState.ACTIVE, {"name", "reference", "contact"}),
        (PatientState.STOPPED, {"name", "reference"}),
        (PatientState.HELD, {"name", "reference"}),
        (PatientState.WRONG_NUMBER, {"name", "reference"}),
        (PatientState.FINISHED, {"name", "reference"}),
        (PatientState.DECEASED, set()),
    ],
)
def test_what_may_be_put_right_in_each_state(
    staff: Staff, nurse: Browser, amina: int, state: PatientState, offered: set[str]
) -> None:
    put_state(staff.setup, amina, state)

    page = nurse.get(f"/staff/people/{amina}/change").text

    assert {what for what in FACTS if f'/change/{what}"' in page} == offered


def test_a_name_may_be_put_right_though_texts_are_stopped(staff: Staff, nurse: Browser, amina: int) -> None:
    a_visit(staff.setup, amina)
    changing.change(staff.setup, amina, NewFacts(state=PatientState.STOPPED), MONDAY)

    change(nurse, amina, "name", {"name": "Aminah"})

    person = the_patient(staff.setup, amina)
    assert (person.name, person.state, waiting(staff.setup, amina)) == ("Aminah", PatientState.STOPPED, [])
    assert [row for row in outbox_of(staff.setup) if row.kind == OutboundKind.MANUAL] == []
