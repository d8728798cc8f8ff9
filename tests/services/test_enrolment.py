"""Clinics and people join: what is stored, and what is refused with nothing stored."""

from typing import Any

import pytest
from sqlmodel import select

from companion.domain.vocabulary import NATIONS
from companion.errors import InvalidInput, InvalidPhoneNumber, InvalidTime, NotFound
from companion.records import Clinic, Information, OutboundMessage, Patient, PatientState, Privacy
from companion.services import overview
from companion.services.setup import Setup
from tests.factories import a_clinic, a_patient, outbox_of, the_patient
from tests.fakes import MONDAY
from tests.people import AMINA, BO, CLINIC, LONDON, OTHER_CLINIC


def stored(setup: Setup) -> tuple[int, int]:
    """Return how many clinics and how many people there are."""
    with setup.database.reading() as session:
        return len(session.exec(select(Clinic)).all()), len(session.exec(select(Patient)).all())


def test_a_clinic_is_stored_with_its_number_in_one_form(setup: Setup) -> None:
    a_clinic(setup, name="  Riverside   Team ", number="+1 (202) 555-0100", line=" 020 7946 0000 ")

    clinic = overview.clinic_rows(setup)[0]
    assert (clinic.name, clinic.number, clinic.urgent_line, clinic.zone) == (
        "Riverside Team",
        CLINIC,
        "020 7946 0000",
        LONDON,
    )
    assert clinic.created_at == MONDAY


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"name": "Riverside Leukaemia Team"}, InvalidInput, "leukaemia"),
        ({"name": "Oncology at Riverside"}, InvalidInput, "oncology"),
        ({"name": "Ward 7"}, InvalidInput, "ward"),
        ({"name": "CAR-T clinic"}, InvalidInput, "car t"),
        ({"name": ""}, InvalidInput, "name"),
        ({"name": "   "}, InvalidInput, "name"),
        ({"name": "R" * 41}, InvalidInput, "40"),
        ({"name": "Riverside ❤"}, InvalidInput, "plain letters"),
        ({"number": "12345"}, InvalidPhoneNumber, "country code"),
        ({"number": "nonsense"}, InvalidPhoneNumber, "country code"),
        ({"line": "call us"}, InvalidInput, "line"),
        ({"line": ""}, InvalidInput, "line"),
        ({"line": "12"}, InvalidInput, "line"),
        ({"line": "020 7946 0000 or ask for the ward"}, InvalidInput, "line"),
        ({"zone": "Mars/Olympus"}, InvalidTime, "time zone"),
        ({"zone": ""}, InvalidTime, "time zone"),
        ({"zone": "../../etc/passwd"}, InvalidTime, "time zone"),
        ({"zone": "Europe"}, InvalidTime, "time zone"),
        ({"nation": "cornwall"}, InvalidInput, "england, scotland, wales, northern-ireland"),
        ({"nation": "Scotland"}, InvalidInput, "no nation"),
        ({"nation": ""}, InvalidInput, "no nation"),
    ],
    ids=[
        "illness",
        "field",
        "ward",
        "treatment",
        "empty name",
        "blank name",
        "long name",
        "emoji name",
        "short number",
        "no number",
        "words for a line",
        "no line",
        "short line",
        "sentence for a line",
        "no such zone",
        "empty zone",
        "path for a zone",
        "half a zone",
        "no such nation",
        "a nation's name for its id",
        "no nation",
    ],
)
def test_a_clinic_that_cannot_be_used_is_refused(
    setup: Setup, given: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        a_clinic(setup, **given)

    assert stored(setup) == (0, 0)


@pytest.mark.parametrize("nation", NATIONS)
def test_a_clinic_is_of_the_nation_that_was_said(setup: Setup, nation: str) -> None:
    a_clinic(setup, nation=nation)

    assert overview.clinic_rows(setup)[0].nation == nation


def test_a_clinic_of_which_nothing_is_said_is_in_england(setup: Setup) -> None:
    a_clinic(setup)

    assert overview.clinic_rows(setup)[0].nation == "england"


def test_a_second_clinic_with_the_same_number_is_refused_however_it_is_written(setup: Setup) -> None:
    a_clinic(setup)

    with pytest.raises(InvalidInput, match="own number"):
        a_clinic(setup, name="Hillside Team", number="+1 202-555-0100")

    assert stored(setup) == (1, 0)


def test_a_person_is_stored_with_their_consent_and_nothing_is_sent(setup: Setup) -> None:
    clinic = a_clinic(setup)
    patient = a_patient(
        setup,
        phone="+1 202 555 0101",
        treatment="blinatumomab",
        weighing=("stem-cell-transplant", "clinical-trial", "stem-cell-transplant"),
        reference="RX-1",
        information=Information.LESS,
        privacy=Privacy.DISCREET,
    )

    person = the_patient(setup, patient)
    assert (person.clinic_id, person.name, person.phone, person.reference) == (clinic, "Amina", AMINA, "RX-1")
    assert (person.treatment, person.weighing) == (
        "blinatumomab",
        ["stem-cell-transplant", "clinical-trial"],
    )
    assert (person.information, person.privacy, person.zone) == ("less", "discreet", LONDON)
    assert (person.consent_by, person.consent_at) == ("Nurse Okafor, in clinic", MONDAY)
    assert (person.state, person.answered) == (PatientState.ACTIVE, False)
    assert outbox_of(setup) == []


def test_someone_with_no_treatment_yet_is_enrolled_for_general_questions(setup: Setup) -> None:
    a_clinic(setup)

    assert the_patient(setup, a_patient(setup)).treatment is None


def test_a_persons_own_zone_wins_over_the_clinics(setup: Setup) -> None:
    a_clinic(setup)

    assert the_patient(setup, a_patient(setup, zone="America/New_York")).zone == "America/New_York"


def test_two_people_may_share_a_phone(setup: Setup) -> None:
    a_clinic(setup)

    assert a_patient(setup) != a_patient(setup, name="Bo")


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"phone": "0207"}, InvalidPhoneNumber, "country code"),
        ({"phone": "+1 202 555 01011234567"}, InvalidPhoneNumber, "too long"),
        ({"phone": ""}, InvalidPhoneNumber, "country code"),
        ({"treatment": "homeopathy"}, NotFound, "no treatment homeopathy"),
        ({"weighing": ("blinatumomab", "homeopathy")}, NotFound, "no treatment homeopathy"),
        ({"clinic": 99}, NotFound, "no clinic 99"),
        ({"name": " "}, InvalidInput, "name"),
        ({"name": "A" * 201}, InvalidInput, "name"),
        ({"consent_by": ""}, InvalidInput, "consent-by"),
        ({"reference": "  "}, InvalidInput, "reference"),
        ({"zone": "Mars/Olympus"}, InvalidTime, "time zone"),
    ],
    ids=[
        "short phone",
        "long phone",
        "no phone",
        "unknown treatment",
        "unknown weighed treatment",
        "unknown clinic",
        "blank name",
        "endless name",
        "no consent",
        "blank reference",
        "no such zone",
    ],
)
def test_a_person_who_cannot_be_enrolled_is_refused(
    setup: Setup, given: dict[str, Any], error: type[Exception], says: str
) -> None:
    a_clinic(setup)

    with pytest.raises(error, match=says):
        a_patient(setup, **given)

    assert stored(setup) == (1, 0)


def test_without_a_clinic_nobody_is_enrolled(setup: Setup) -> None:
    with pytest.raises(InvalidInput, match="companion clinic add"):
        a_patient(setup)

    assert stored(setup) == (0, 0)


def test_with_several_clinics_one_must_be_named(setup: Setup) -> None:
    a_clinic(setup)
    hillside = a_clinic(setup, name="Hillside Team", number=OTHER_CLINIC)

    with pytest.raises(InvalidInput, match="--clinic"):
        a_patient(setup)
    assert stored(setup) == (2, 0)

    assert the_patient(setup, a_patient(setup, clinic=hillside)).clinic_id == hillside


@pytest.mark.parametrize("written", ["RX-1", " rx-1 "], ids=["same", "other letters and spaces"])
def test_a_reference_is_enrolled_once_within_a_clinic(setup: Setup, written: str) -> None:
    a_clinic(setup)
    a_patient(setup, reference="RX-1")

    with pytest.raises(InvalidInput, match="reference"):
        a_patient(setup, name="Bo", phone=BO, reference=written)

    assert stored(setup) == (1, 1)


def test_the_same_reference_may_be_used_by_another_clinic(setup: Setup) -> None:
    a_clinic(setup)
    hillside = a_clinic(setup, name="Hillside Team", number=OTHER_CLINIC)
    a_patient(setup, clinic=1, reference="RX-1")

    assert a_patient(setup, clinic=hillside, reference="RX-1")


@pytest.mark.parametrize("unknown", [99, 0], ids=["unused", "zero"])
def test_an_unknown_patient_has_no_outbox(setup: Setup, unknown: int) -> None:
    with pytest.raises(NotFound, match=f"no patient {unknown}"):
        overview.outbox_rows(setup, unknown)
    with pytest.raises(NotFound, match=f"no patient {unknown}"):
        overview.inbox_rows(setup, unknown)


def test_enrolling_alone_plans_nothing(setup: Setup) -> None:
    a_clinic(setup)
    a_patient(setup)

    with setup.database.reading() as session:
        assert session.exec(select(OutboundMessage)).all() == []
