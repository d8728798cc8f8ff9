"""Staff change who somebody is, how they are reached and in which language; only what was shown is saved."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from companion.catalogue import load_languages
from companion.domain.languages import Languages
from companion.domain.staff import StaffScope
from companion.errors import InvalidInput, NotFound
from companion.records import AuditEvent, Contact, OutboundState, Patient, PatientState, Role
from companion.services import changing, joining, person_changes, scheduling, staff_accounts
from companion.services.changing import NewFacts
from companion.services.consent import ConsentMissing, NotReachedByTexts
from companion.services.enrolment import NewPatient, ReferenceTaken
from companion.services.joining import Joined
from companion.services.person_changes import ChangedSince, NameTaken, Outcome
from companion.services.setup import Setup
from companion.services.staff_accounts import NewStaff
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    at_once,
    connect,
    kinds_of_tasks,
    outbox_of,
    put_state,
    sweep,
    the_patient,
    waiting,
)
from tests.fakes import MONDAY, FakeTransport
from tests.made_up import MARK, ZZ, a_copy, an_entry, made_up
from tests.people import AMINA, BO, OTHER_CLINIC
from tests.services.test_booking import ALL_THREE, at

LANDLINE = "+442079460123"
CALLS = [("heads-up", "03-09 08:00"), ("confirm", "03-13 08:00"), ("evening-before", "03-15 08:00")]


@pytest.fixture
def scope(setup: Setup) -> StaffScope:
    clinic = a_clinic(setup)
    invited = staff_accounts.add(setup, NewStaff("ada@hospital.example", Role.NURSE, clinic), MONDAY)
    return StaffScope(invited.staff_id, clinic, Role.NURSE)


@pytest.fixture
def patient(setup: Setup, scope: StaffScope) -> int:
    return a_patient(setup, reference="RW-1")


@pytest.fixture(scope="module")
def languages(templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Languages:
    folder = a_copy(templates, tmp_path_factory.mktemp("languages"))
    own = made_up(folder)
    (own / "reminders.toml").write_text(an_entry("push", "push.minimal", "Zu mini {when}."), "utf-8")
    (made_up(folder, "xx") / "dates.toml").unlink()
    return load_languages(folder)


def tried(setup: Setup, scope: StaffScope, patient: int, **facts: object) -> Outcome:
    new = NewFacts(**facts)  # type: ignore[arg-type]
    return person_changes.change(setup, scope, patient, new, MONDAY, MONDAY)


def saved(setup: Setup, scope: StaffScope, patient: int, **facts: object) -> Outcome:
    """Look at what it does, then save that."""
    new, shown = NewFacts(**facts), tried(setup, scope, patient, **facts).mark  # type: ignore[arg-type]
    return person_changes.change(setup, scope, patient, new, MONDAY, MONDAY, shown=shown)


def joined(setup: Setup, scope: StaffScope, contact: Contact, phone: str = BO) -> int:
    """Enrol somebody on the pages."""
    new = NewPatient("Bo", phone, "Ada, said in person", contact=contact, welcome=False)
    done = joining.join(setup, scope, new, MONDAY, MONDAY)
    assert isinstance(done, Joined)
    return done.patient_id or 0


def audit(setup: Setup, patient: int) -> list[tuple[str, str | None]]:
    with setup.database.reading() as session:
        query = select(AuditEvent).where(AuditEvent.patient_id == patient).order_by(AuditEvent.id)  # type: ignore[arg-type]
        return [(event.action, event.subject) for event in session.exec(query).all()]


def test_a_name_is_put_right_and_no_text_changes(setup: Setup, scope: StaffScope, patient: int) -> None:
    a_visit(setup, patient)
    before = [row.model_dump() for row in outbox_of(setup)]

    done = saved(setup, scope, patient, name="  Aminah   Khan ")

    assert the_patient(setup, patient).name == "Aminah Khan"
    assert (len(done.changes.kept), done.changes.planned, done.changes.withdrawn) == (3, (), ())
    assert [row.model_dump() for row in outbox_of(setup)] == before
    assert audit(setup, patient) == [("name-changed", None)]


def test_answers_on_a_shared_phone_say_the_new_name(setup: Setup, scope: StaffScope, patient: int) -> None:
    a_patient(setup, name="Bo")
    saved(setup, scope, patient, name="Zuleika")

    answer = a_text(setup, "VISIT")

    assert answer is not None
    assert "Zuleika" in answer.body
    assert "Amina" not in answer.body


def test_two_on_one_phone_never_have_one_name(setup: Setup, scope: StaffScope, patient: int) -> None:
    a_patient(setup, name="Bo")

    with pytest.raises(NameTaken):
        tried(setup, scope, patient, name="BO")

    assert saved(setup, scope, patient, name="AMINA").patient.name == "AMINA"


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"name": "  "}, "name must be between 1 and 200"),
        ({"name": "x" * 201}, "name must be between 1 and 200"),
        ({"reference": "x" * 201}, "reference must be between 1 and 200"),
    ],
    ids=["no name", "long name", "long reference"],
)
def test_what_could_not_be_enrolled_is_not_put_in_later(
    setup: Setup, scope: StaffScope, patient: int, facts: dict[str, str], problem: str
) -> None:
    with pytest.raises(InvalidInput, match=problem):
        tried(setup, scope, patient, **facts)


def test_a_reference_is_found_again_under_its_new_spelling(
    setup: Setup, scope: StaffScope, patient: int
) -> None:
    a_visit(setup, patient)

    saved(setup, scope, patient, reference=" RW-77 ")

    person = the_patient(setup, patient)
    assert (person.reference, person.reference_hash) == ("RW-77", setup.hasher.reference("rw-77"))
    assert waiting(setup, patient) == ALL_THREE
    assert audit(setup, patient) == [("reference-changed", None)]
    a_patient(setup, name="Bo", phone=BO, reference="RW-1")


def test_a_reference_may_be_taken_away_by_any_number_of_people(
    setup: Setup, scope: StaffScope, patient: int
) -> None:
    other = a_patient(setup, name="Bo", phone=BO, reference="RW-2")

    for person in (patient, other):
        saved(setup, scope, person, reference=" ")

    people = [the_patient(setup, person) for person in (patient, other)]
    assert [(p.reference, p.reference_hash) for p in people] == [(None, None)] * 2


def test_a_reference_is_one_persons_in_a_clinic(setup: Setup, scope: StaffScope, patient: int) -> None:
    other = a_patient(setup, name="Bo", phone=BO, reference="RW-2")

    with pytest.raises(ReferenceTaken):
        tried(setup, scope, other, reference="rw-1")

    assert saved(setup, scope, patient, reference="rw-1").patient.reference == "rw-1"


def test_another_clinic_may_have_the_same_reference(setup: Setup, scope: StaffScope, patient: int) -> None:
    elsewhere = a_clinic(setup, name="Elm Street Team", number=OTHER_CLINIC)
    a_patient(setup, name="Bo", phone=BO, clinic=elsewhere, reference="RW-9")

    assert saved(setup, scope, patient, reference="RW-9").patient.reference == "RW-9"


def test_of_two_given_one_reference_at_once_one_is_refused(
    setup: Setup, scope: StaffScope, patient: int
) -> None:
    other = a_patient(setup, name="Bo", phone=BO)
    connect(setup, 2)

    def give(person: int) -> Callable[[], str]:
        def call() -> str:
            try:
                changing.change(setup, person, NewFacts(reference="RW-5"), MONDAY)
            except ReferenceTaken:
                return "refused"
            return "given"

        return call

    assert sorted(at_once(give(patient), give(other))) == ["given", "refused"]


def test_whoever_is_to_be_phoned_has_calls_in_place_of_reminders(
    setup: Setup, scope: StaffScope, patient: int, transport: FakeTransport
) -> None:
    a_visit(setup, patient)

    ahead = tried(setup, scope, patient, contact=Contact.CALL)
    assert waiting(setup, patient) == ALL_THREE
    done = saved(setup, scope, patient, contact=Contact.CALL)
    sweep(setup, at("03-09 08:00"))

    assert ahead.changes == done.changes
    assert [line.local[5:] for line in done.changes.planned] == ["03-09T08:00", "03-13T08:00", "03-15T08:00"]
    assert {line.reason for line in done.changes.withdrawn} == {"contact-changed"}
    assert waiting(setup, patient) == CALLS[1:]
    assert kinds_of_tasks(setup) == [("remind-by-call", "today")]
    assert transport.handed == []
    assert audit(setup, patient) == [("contact-changed", "text to call")]


def test_the_welcome_that_waits_does_not_go_to_somebody_who_is_phoned_now(
    setup: Setup, scope: StaffScope, transport: FakeTransport
) -> None:
    patient = a_patient(setup, welcome=True)

    saved(setup, scope, patient, contact=Contact.CALL)

    assert {(row.state, row.reason) for row in outbox_of(setup, patient)} == {
        (OutboundState.SUPPRESSED, "by-phone")
    }


def test_texts_need_a_consent_of_whoever_was_only_ever_phoned(setup: Setup, scope: StaffScope) -> None:
    patient = joined(setup, scope, Contact.CALL)
    a_visit(setup, patient)

    with pytest.raises(ConsentMissing):
        tried(setup, scope, patient, contact=Contact.TEXT)
    assert waiting(setup, patient) == CALLS
    saved(setup, scope, patient, contact=Contact.TEXT, consent_by="Ada, on the phone")

    assert waiting(setup, patient) == ALL_THREE
    assert the_patient(setup, patient).consent_by == "Ada, on the phone"
    assert ("contact-changed", "call to text") in audit(setup, patient)


@pytest.mark.parametrize("by", ["enrolled", "changed"])
def test_whoever_agreed_to_texts_before_is_not_asked_again(
    setup: Setup, scope: StaffScope, patient: int, by: str
) -> None:
    who = joined(setup, scope, Contact.TEXT) if by == "enrolled" else patient
    if by == "enrolled":
        changing.change(setup, who, NewFacts(contact=Contact.CALL), MONDAY)
    else:
        saved(setup, scope, who, contact=Contact.CALL)
    assert person_changes.has_agreed(setup, the_patient(setup, who))

    saved(setup, scope, who, contact=Contact.TEXT)

    assert the_patient(setup, who).contact == Contact.TEXT


def test_somebody_with_a_landline_is_not_switched_to_texts(setup: Setup, scope: StaffScope) -> None:
    patient = joined(setup, scope, Contact.CALL, LANDLINE)

    with pytest.raises(NotReachedByTexts):
        tried(setup, scope, patient, contact=Contact.TEXT, consent_by="Ada, on the phone")


def test_what_waits_is_written_anew_in_the_new_language(
    setup: Setup, scope: StaffScope, languages: Languages, transport: FakeTransport
) -> None:
    setup = replace(setup, languages=languages)
    patient = a_patient(setup)
    a_visit(setup, patient)

    ahead = tried(setup, scope, patient, language=ZZ)
    done = saved(setup, scope, patient, language=ZZ)
    sweep(setup, at("03-09 10:00"))

    assert ahead.changes == done.changes
    assert [line.body[:8] for line in done.changes.planned] == ["Zu mini "] * 3
    assert {line.reason for line in done.changes.withdrawn} == {"language-changed"}
    assert transport.bodies == [done.changes.planned[0].body]
    assert audit(setup, patient) == [("language-changed", "en to zz")]


def test_a_welcome_that_waits_stands_in_the_new_language(
    setup: Setup, scope: StaffScope, languages: Languages
) -> None:
    setup = replace(setup, languages=languages)
    patient = a_patient(setup, at("03-01 06:00"), welcome=True)

    saved(setup, scope, patient, language=ZZ)

    bodies = [row.body for row in outbox_of(setup, patient)]
    assert [body[: len(MARK)] for body in bodies] == [MARK, MARK]


@pytest.mark.parametrize("code", ["xx", "ww", ""])
def test_nobody_is_put_into_a_language_that_is_not_ready(
    setup: Setup, scope: StaffScope, patient: int, languages: Languages, code: str
) -> None:
    with pytest.raises(InvalidInput):
        tried(replace(setup, languages=languages), scope, patient, language=code)

    assert the_patient(setup, patient).language == "en"


def test_what_does_something_else_by_now_is_not_saved(setup: Setup, scope: StaffScope, patient: int) -> None:
    shown = tried(setup, scope, patient, contact=Contact.CALL)
    a_visit(setup, patient)

    with pytest.raises(ChangedSince):
        person_changes.change(
            setup, scope, patient, NewFacts(contact=Contact.CALL), MONDAY, MONDAY, shown=shown.mark
        )

    assert the_patient(setup, patient).contact == Contact.TEXT
    assert (waiting(setup, patient), audit(setup, patient)) == (ALL_THREE, [])


def test_a_mark_saves_nothing_but_what_it_was_shown_for(
    setup: Setup, scope: StaffScope, patient: int
) -> None:
    shown = tried(setup, scope, patient, name="Aminah")

    with pytest.raises(ChangedSince):
        person_changes.change(setup, scope, patient, NewFacts(name="Bilal"), MONDAY, MONDAY, shown=shown.mark)


def test_what_was_shown_may_be_saved_an_hour_later(setup: Setup, scope: StaffScope, patient: int) -> None:
    a_visit(setup, patient)
    new, later = NewFacts(phone=BO, consent_by="Ada, in clinic"), at("03-01 11:00")
    shown = person_changes.change(setup, scope, patient, new, MONDAY, MONDAY)

    person_changes.change(setup, scope, patient, new, later, later, shown=shown.mark)

    assert the_patient(setup, patient).phone == BO


def test_what_is_so_already_needs_no_mark(setup: Setup, scope: StaffScope, patient: int) -> None:
    same = NewFacts(name="Amina", reference="RW-1", contact=Contact.TEXT, language="en")

    assert person_changes.change(setup, scope, patient, same, MONDAY, MONDAY, shown="").nothing
    assert audit(setup, patient) == []


@pytest.mark.parametrize(
    "facts",
    [{"name": "Eve"}, {"reference": "E-1"}, {"contact": Contact.CALL}, {"language": "en"}],
    ids=["name", "reference", "contact", "language"],
)
def test_another_clinics_person_is_not_changed(
    setup: Setup, scope: StaffScope, facts: dict[str, str]
) -> None:
    elsewhere = a_clinic(setup, name="Elm Street Team", number=OTHER_CLINIC)
    theirs = a_patient(setup, clinic=elsewhere)

    new = NewFacts(**facts)  # type: ignore[arg-type]
    for shown in (None, ""):
        with pytest.raises(NotFound):
            person_changes.change(setup, scope, theirs, new, MONDAY, MONDAY, shown=shown)

    person: Patient = the_patient(setup, theirs)
    assert (person.name, person.reference, person.contact) == ("Amina", None, Contact.TEXT)


def test_nothing_is_put_right_of_somebody_who_has_died(setup: Setup, scope: StaffScope, patient: int) -> None:
    put_state(setup, patient, PatientState.DECEASED)

    with pytest.raises(person_changes.OnlyAnAdministrator):
        tried(setup, scope, patient, name="Bo")


def test_calls_and_another_language_can_be_tried_out_together_with_a_visit_ahead(
    setup: Setup, scope: StaffScope, languages: Languages
) -> None:
    setup = replace(setup, languages=languages)
    patient = a_patient(setup)
    booked = a_visit(setup, patient)

    changing.change(setup, patient, NewFacts(contact=Contact.CALL, language=ZZ), MONDAY)
    scheduling.move(setup, booked.appointment.id or 0, at="2027-03-17T11:00", now=at("03-02 09:00"))

    bodies = [row.body for row in outbox_of(setup, patient) if row.state == OutboundState.PENDING]
    assert waiting(setup, patient)[0] == ("heads-up", "03-10 08:00")
    assert {body[:8] for body in bodies} == {"Zu mini "}
    assert the_patient(setup, patient).phone == AMINA
