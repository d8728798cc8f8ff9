"""Enrolling somebody: what is checked, what is shown before it is stored, and the card."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from sqlmodel import col, select

from companion.domain.price import read_price
from companion.domain.understanding import understand
from companion.records import AuditEvent, Contact, OutboundState, Patient, Role
from tests.factories import a_clinic, a_patient, outbox_of, sweep, the_patient
from tests.fakes import FakeTransport
from tests.people import AMINA, BO, CHEN, OTHER_CLINIC
from tests.staff.rig import ON_SQLITE, Browser, Staff, csrf, words
from tests.staff.test_layout import _HOSTILE

pytestmark = ON_SQLITE

FORM = {
    "name": "Amina",
    "reference": "RV-77",
    "contact": "text",
    "phone": "(202) 555-0101",
    "choice": "chosen",
    "treatment": "blinatumomab",
    "information": "full",
    "privacy": "neutral",
    "language": "en",
    "zone": "Europe/London",
    "consent": "yes",
    "how": "in-person",
    "welcome": "yes",
}


@pytest.fixture
def nurse(staff: Staff, riverside: int) -> Browser:
    return staff.signed_in(staff.person(Role.NURSE, riverside))


def send(nurse: Browser, action: str, **changed: str) -> str:
    return nurse.post("/staff/enrol", {**FORM, **changed, "action": action}).text


def people(staff: Staff) -> list[Patient]:
    with staff.setup.database.reading() as session:
        return list(session.exec(select(Patient).order_by(col(Patient.id))).all())


def test_what_the_welcome_costs_is_said_where_the_price_is_known(staff: Staff, riverside: int) -> None:
    staff.start(replace(staff.settings, price=read_price("GBP 0.05")))
    nurse = staff.signed_in(staff.person(Role.NURSE, riverside))

    page = send(nurse, "preview")

    found = re.search(r"(\d+) segments, £(\d\.\d\d) in all\.", page)
    assert found, page
    assert Decimal(found[2]) == int(found[1]) * Decimal("0.05")
    assert "The provider charges for each segment" not in page


def test_what_was_given_is_stored_with_who_took_the_consent(staff: Staff, nurse: Browser) -> None:
    answer = nurse.post("/staff/enrol", {**FORM, "action": "save"})

    (stored,) = people(staff)
    assert answer.location == f"/staff/people/{stored.id}/card"
    assert (stored.name, stored.phone, stored.reference) == ("Amina", AMINA, "RV-77")
    assert (stored.treatment, stored.weighing, stored.information) == ("blinatumomab", [], "full")
    assert stored.consent_by == "nurse.1, said in person"
    assert stored.consent_at == staff.visits_clock()
    with staff.setup.database.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "enrolled")).one()
    assert (event.patient_id, event.subject) == (stored.id, "text")


def test_nothing_is_stored_before_it_was_shown(staff: Staff, nurse: Browser) -> None:
    page = send(nurse, "preview")

    assert "Check before you enrol Amina" in page
    assert (people(staff), outbox_of(staff.setup)) == ([], [])


@pytest.mark.parametrize("privacy", ["neutral", "discreet"])
def test_the_texts_shown_are_those_that_leave_byte_for_byte(
    staff: Staff, nurse: Browser, transport: FakeTransport, privacy: str
) -> None:
    page = send(nurse, "preview", privacy=privacy)
    shown = re.findall(r'<li class="text">\s*<p class="text__body">(.*?)</p>', page, re.DOTALL)
    token, fields = csrf(page), re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', page)
    nurse.client.post("/staff/enrol", data={**dict(fields), "csrf_token": token, "action": "save"})
    for minutes in (0, 1, 2):
        sweep(staff.setup, staff.visits_clock() + timedelta(minutes=minutes))

    assert [unescape(body) for body in shown] == [text.body for text in transport.handed]
    assert len(shown) == (2 if privacy == "neutral" else 1)
    segments = sum(row.segments for row in outbox_of(staff.setup) if row.state != OutboundState.SUPPRESSED)
    assert f"{segments} segment{'' if segments == 1 else 's'} in all" in page


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        pytest.param({"name": " "}, "name", "Enter the name", id="no name"),
        pytest.param({"name": "x" * 201}, "name", "200 letters", id="a long name"),
        pytest.param({"reference": "x" * 201}, "reference", "200 letters", id="a long reference"),
        pytest.param({"phone": ""}, "phone", "Enter their phone number", id="no number"),
        pytest.param({"phone": "12345"}, "phone", "whole phone number", id="half a number"),
        pytest.param({"phone": "call my son"}, "phone", "whole phone number", id="words"),
        pytest.param({"phone": OTHER_CLINIC}, "phone", "texts are sent from", id="a clinic's"),
        pytest.param({"phone": "+44 20 7946 0123"}, "phone", "Texts do not reach", id="a landline"),
        pytest.param({"choice": ""}, "choice", "where they are", id="no choice"),
        pytest.param({"treatment": ""}, "treatment", "Choose a treatment", id="none chosen"),
        pytest.param({"treatment": "leeches"}, "treatment", "Choose a treatment", id="an unknown one"),
        pytest.param(
            {"choice": "weighing", "weighing": "leeches"}, "weighing", "Choose a treatment", id="weighs"
        ),
        pytest.param({"contact": "pigeon"}, "contact", "texted or phoned", id="contact"),
        pytest.param({"information": "x"}, "information", "want to know", id="information"),
        pytest.param({"privacy": "x"}, "privacy", "show on their phone", id="privacy"),
        pytest.param({"language": "xx"}, "language", "languages listed", id="language"),
        pytest.param({"zone": "Mars/Base"}, "zone", "time zone", id="zone"),
        pytest.param({"consent": ""}, "consent", "Tick this once", id="no consent"),
        pytest.param({"how": ""}, "how", "how they agreed", id="how"),
    ],
)
@pytest.mark.parametrize("action", ["preview", "save"])
def test_a_problem_is_said_at_the_top_and_at_its_field_and_nothing_is_lost(
    staff: Staff, nurse: Browser, elm_street: int, changed: dict[str, str], field: str, said: str, action: str
) -> None:
    page = send(nurse, action, **changed)

    assert "<title>Problem: " in page
    assert re.search(rf'<a href="#{field}">[^<]*{said}', page)
    assert page.count(said) >= 2
    assert f'id="{field}"' in page
    assert 'value="RV-77"' in page or field == "reference"
    assert people(staff) == []


def test_every_problem_is_said_at_once(nurse: Browser) -> None:
    page = send(nurse, "preview", name="", phone="", consent="")

    assert re.findall(r'<li><a href="#([a-z]+)"', page) == ["name", "phone", "consent"]


def test_a_number_of_the_clinics_country_needs_no_code(staff: Staff, nurse: Browser) -> None:
    send(nurse, "save", phone="202 555 0102")

    assert people(staff)[0].phone == BO


def test_a_number_somebody_has_is_only_shared_on_purpose(staff: Staff, nurse: Browser) -> None:
    a_patient(staff.setup, name="Bo")

    refused = send(nurse, "save")
    assert "Somebody has this number already" in refused
    assert "<strong>Bo</strong>" in refused
    assert len(people(staff)) == 1

    assert "Check before" in send(nurse, "preview", shared="yes")
    send(nurse, "save", shared="yes")
    assert [person.phone for person in people(staff)] == [AMINA, AMINA]


def test_a_number_of_another_clinics_person_is_as_good_as_any(
    staff: Staff, nurse: Browser, elm_street: int
) -> None:
    a_patient(staff.setup, clinic=elm_street, name="Bo")

    page = send(nurse, "preview")

    assert "Check before" in page
    assert "Bo" not in page


def test_sending_it_twice_enrols_once(staff: Staff, nurse: Browser) -> None:
    send(nurse, "save", reference="")
    again = send(nurse, "save", reference="", shared="yes")

    assert "enrolled already" in again
    assert len(people(staff)) == 1


def test_a_reference_that_is_taken_is_refused(staff: Staff, nurse: Browser) -> None:
    a_patient(staff.setup, name="Bo", phone=BO, reference="rv-77")

    assert "Somebody with this reference" in send(nurse, "save")
    assert len(people(staff)) == 1


def test_several_treatments_are_kept_while_they_choose(staff: Staff, nurse: Browser) -> None:
    page = nurse.get("/staff/enrol").text
    form = {**FORM, "csrf_token": csrf(page), "choice": "weighing"}
    weighed = {**form, "weighing": ["donor", "clinical-trial"]}
    shown = words(nurse.client.post("/staff/enrol", data={**weighed, "action": "preview"}))
    nurse.client.post("/staff/enrol", data={**weighed, "action": "save"})

    named = [staff.setup.catalogue.treatments[id_].name for id_ in weighed["weighing"]]
    assert f"Still choosing {', '.join(named)}" in shown
    assert (people(staff)[0].treatment, people(staff)[0].weighing) == (None, ["donor", "clinical-trial"])


def test_the_tree_holds_every_treatment_under_its_own(staff: Staff, nurse: Browser) -> None:
    page = nurse.get("/staff/enrol").text
    options = re.findall(r'<option value="([a-z0-9-]+)">(\u2003*)([^<]+)</option>', page)
    depths = {id_: len(space) for id_, space, _ in options if id_ in staff.setup.catalogue.treatments}

    assert depths == {
        id_: len(staff.setup.catalogue.lineage(id_)) - 1 for id_ in staff.setup.catalogue.treatments
    }


def test_whoever_is_phoned_may_have_a_landline_and_gets_no_text(staff: Staff, nurse: Browser) -> None:
    changed = {"contact": "call", "phone": "+44 20 7946 0123"}

    assert "a task asks a nurse to phone them" in send(nurse, "preview", **changed)
    send(nurse, "save", **changed)

    assert people(staff)[0].contact == Contact.CALL
    assert outbox_of(staff.setup) == []


def test_without_the_welcome_nothing_is_sent(staff: Staff, nurse: Browser) -> None:
    assert "No welcome." in send(nurse, "preview", welcome="")
    send(nurse, "save", welcome="")

    assert outbox_of(staff.setup) == []


def test_going_back_keeps_all_that_was_typed(nurse: Browser) -> None:
    page = send(nurse, "change", welcome="", zone="America/New_York", how="by-phone")

    assert 'value="Amina"' in page
    assert '<option value="blinatumomab" selected>' in page
    assert '<option value="America/New_York" selected>' in page
    assert re.search(r'name="how" type="radio" value="by-phone" checked', page)
    assert not re.search(r'name="welcome"[^>]* checked', page)


@pytest.mark.parametrize(
    ("typed", "contact", "said"),
    [
        ("+44 7911 123456", "text", "is a mobile number"),
        (CHEN, "text", "Nothing tells whether it is a mobile"),
        ("+44 20 7946 0123", "text", "Texts do not reach this number"),
        ("+44 20 7946 0123", "call", "is a landline"),
        ("2025", "text", "whole phone number"),
        (BO, "text", "Bo has this number already"),
    ],
)
def test_a_number_is_checked_while_it_is_typed(
    staff: Staff, nurse: Browser, typed: str, contact: str, said: str
) -> None:
    bo = a_patient(staff.setup, name="Bo", phone=BO)
    form = {"phone": typed, "contact": contact}

    part = nurse.post("/staff/enrol/number", form, seen="/staff/enrol").text
    whole = send(nurse, "check", **form)

    for page in (part, whole):
        assert said in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", unescape(page)))
    assert "<html" not in part
    with staff.setup.database.reading() as session:
        seen = session.exec(select(AuditEvent).where(AuditEvent.action == "number-holder-seen")).all()
    assert [event.patient_id for event in seen] == ([bo, bo] if typed == BO else [])


def test_an_action_that_is_none_is_refused(nurse: Browser) -> None:
    assert nurse.post("/staff/enrol", {**FORM, "action": "delete"}).status_code == 400


def test_nobody_is_enrolled_on_real_phones_before_the_clinic_is_live(staff: Staff, nurse: Browser) -> None:
    from dataclasses import replace

    staff.setup = replace(staff.setup, reaches_phones=True)
    staff.start(staff.settings)
    again = staff.signed_in(staff.person(Role.NURSE, 1, "other@hospital.example"))

    assert "not live yet" in send(again, "save")
    assert people(staff) == []


def test_hostile_words_are_only_words(staff: Staff, nurse: Browser) -> None:
    hostile = {"name": _HOSTILE[:190], "reference": _HOSTILE[:190]}
    shown = [send(nurse, "preview", **hostile), send(nurse, "change", **hostile, phone="<script>alert(2)")]
    answer = nurse.post("/staff/enrol", {**FORM, **hostile, "action": "save"})
    shown += [nurse.get(answer.location).text, send(nurse, "check", **hostile)]

    for page in shown:
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_a_card_names_nobody_and_what_it_says_to_text_is_understood(staff: Staff, nurse: Browser) -> None:
    patient = a_patient(staff.setup, name="Amina", treatment="blinatumomab")

    page = nurse.get(f"/staff/people/{patient}/card").text
    card = page.partition('<section class="card"')[2].partition("</section>")[0]
    meant = {
        word: understand(word, staff.setup.catalogue.grammar).meaning.intent
        for word in re.findall(r"<dt>([^<]+)</dt>", card)
    }

    assert meant == {
        "VISIT": "next_appointment",
        "COMING": "confirm",
        "CANT COME": "change",
        "QUESTIONS": "questions",
        "ASK": "own_question",
        "LIST": "list_questions",
        "COPING": "coping",
        "CALL ME": "call_me",
        "LESS": "less_information",
        "HELP": "help",
    }
    assert "Amina" not in card
    assert "linatumomab" not in card
    for held in ("Riverside Team", "+1 202-555-0100", "020 7946 0000", "999", "STOP"):
        assert held in card


def test_the_card_of_somebody_who_is_phoned_asks_for_no_text(staff: Staff, nurse: Browser) -> None:
    patient = a_patient(staff.setup, contact=Contact.CALL)

    page = words(nurse.get(f"/staff/people/{patient}/card"))

    assert "We phone you before your visits" in page
    assert "QUESTIONS" not in page


def test_another_clinics_card_is_not_there(staff: Staff, nurse: Browser, elm_street: int) -> None:
    patient = a_patient(staff.setup, clinic=elm_street)

    assert nurse.get(f"/staff/people/{patient}/card").status_code == 404
    assert nurse.get("/staff/people/999/card").status_code == 404


def test_a_look_at_a_card_is_written_down(staff: Staff, nurse: Browser) -> None:
    patient = a_patient(staff.setup)

    nurse.get(f"/staff/people/{patient}/card")

    with staff.setup.database.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "card-seen")).one()
    assert event.patient_id == the_patient(staff.setup, patient).id


def test_a_clinic_of_another_country_reads_its_own_numbers(staff: Staff) -> None:
    british = a_clinic(staff.setup, name="Elm Street", number="+447700900100")
    nurse = staff.signed_in(staff.person(Role.NURSE, british))

    send(nurse, "save", phone="07700 900103")

    assert people(staff)[0].phone == CHEN
